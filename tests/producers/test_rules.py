"""Numbers, masks, days and transitions of the supply side."""

from datetime import date

import pytest

from catalog.queries import LISTING_LIST
from producers import attention, rules
from producers.states import (
    CERTIFICATE_LABELS,
    CERTIFICATE_MACHINE,
    PRODUCER_LABELS,
    PRODUCER_MACHINE,
    CertificateEvent,
    CertificateStatus,
    ProducerEvent,
    ProducerStatus,
)
from shop.errors import InvalidInput, InvalidTransition
from tests.factories.supply import TODAY, cooperative_code, enterprise_code

P, PE = ProducerStatus, ProducerEvent
C, CE = CertificateStatus, CertificateEvent

PRODUCER_STEPS = {
    (P.APPLIED, PE.RECOMMEND): P.RECOMMENDED,
    (P.APPLIED, PE.REFUSE): P.REFUSED,
    (P.RECOMMENDED, PE.APPROVE): P.APPROVED,
    (P.RECOMMENDED, PE.REFUSE): P.REFUSED,
    (P.REFUSED, PE.APPLY_AGAIN): P.APPLIED,
    (P.APPROVED, PE.SUSPEND): P.SUSPENDED,
    (P.SUSPENDED, PE.REINSTATE): P.APPROVED,
}
CERTIFICATE_STEPS = {
    (C.SUBMITTED, CE.APPROVE): C.APPROVED,
    (C.SUBMITTED, CE.REFUSE): C.REFUSED,
    (C.REFUSED, CE.SUBMIT_AGAIN): C.SUBMITTED,
    (C.APPROVED, CE.REVOKE): C.REVOKED,
}


@pytest.mark.parametrize("status", ProducerStatus)
@pytest.mark.parametrize("event", ProducerEvent)
def test_a_producer_moves_only_as_listed(status: ProducerStatus, event: ProducerEvent) -> None:
    if (status, event) in PRODUCER_STEPS:
        assert PRODUCER_MACHINE.next(status, event) is PRODUCER_STEPS[status, event]
    else:
        with pytest.raises(InvalidTransition):
            PRODUCER_MACHINE.next(status, event)


@pytest.mark.parametrize("status", CertificateStatus)
@pytest.mark.parametrize("event", CertificateEvent)
def test_a_certificate_moves_only_as_listed(
    status: CertificateStatus, event: CertificateEvent
) -> None:
    if (status, event) in CERTIFICATE_STEPS:
        assert CERTIFICATE_MACHINE.next(status, event) is CERTIFICATE_STEPS[status, event]
    else:
        with pytest.raises(InvalidTransition):
            CERTIFICATE_MACHINE.next(status, event)


def test_every_status_has_its_words() -> None:
    assert set(PRODUCER_LABELS) == set(ProducerStatus)
    assert set(CERTIFICATE_LABELS) == set(CertificateStatus)


def test_the_code_tells_cooperatives_from_enterprises() -> None:
    rules.check_kind_of_code(cooperative_code(), "cooperative")
    rules.check_kind_of_code(enterprise_code(), "enterprise")
    for code, kind in [(cooperative_code(), "enterprise"), (enterprise_code(), "cooperative")]:
        with pytest.raises(InvalidInput) as refused:
            rules.check_kind_of_code(code, kind)
        assert refused.value.field == "uscc"


def test_masks_show_no_more_than_they_must() -> None:
    assert rules.mask_name("王小明") == "王*"
    assert rules.mask_phone("13812345678") == "138****5678"
    assert rules.mask_id_number("150430196803120014") == "150***********0014"


def test_the_number_of_a_batch_names_producer_day_and_serial() -> None:
    code = rules.batch_code("93150430MA0KK0015X", date(2026, 6, 9), 3)
    assert code == "K0015X-20260609-03"
    assert rules.conformity_number(code) == "HGZ-K0015X-20260609-03"


@pytest.mark.parametrize(
    ("left", "expected"),
    [(91, None), (90, 90), (31, 90), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)],
)
def test_a_reminder_is_due_when_its_days_are_reached(left: int, expected: int | None) -> None:
    end = date.fromordinal(TODAY.toordinal() + left)
    assert rules.reminder_due(end, TODAY, attention.reminder_days(TODAY)) == expected


def test_what_never_ends_is_never_reminded_of() -> None:
    assert rules.reminder_due(None, TODAY, (90, 30, 7)) is None


def test_the_numbers_to_be_told_of_are_dated() -> None:
    assert attention.reminder_days(TODAY) == (90, 30, 7)
    assert attention.low_stock_orders(TODAY) == 5
    assert attention.reminder_days(date(2020, 1, 1)) == ()


def test_registration_and_listing_ask_the_same_list() -> None:
    assert rules.REGISTRATION_LIST == LISTING_LIST
