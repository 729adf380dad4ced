"""What may follow what for an offer. Whether it can be bought is derived, and no status."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l

from shop.states import Machine


class OfferStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    LISTED = "listed"
    SUSPENDED = "suspended"
    RETIRED = "retired"


class OfferEvent(StrEnum):
    """`refuse` and `send_back` are the reviewer's; after them the supplier hands in anew."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    LIST = "list"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    RESUME = "resume"
    SEND_BACK = "send_back"
    RETIRE = "retire"


S, E = OfferStatus, OfferEvent

OFFER_MACHINE: Machine[OfferStatus, OfferEvent] = Machine(
    {
        (S.DRAFT, E.SUBMIT): S.SUBMITTED,
        (S.DRAFT, E.RETIRE): S.RETIRED,
        (S.SUBMITTED, E.WITHDRAW): S.DRAFT,
        (S.SUBMITTED, E.LIST): S.LISTED,
        (S.SUBMITTED, E.REFUSE): S.DRAFT,
        (S.LISTED, E.SUSPEND): S.SUSPENDED,
        (S.LISTED, E.SEND_BACK): S.DRAFT,
        (S.LISTED, E.RETIRE): S.RETIRED,
        (S.SUSPENDED, E.RESUME): S.LISTED,
        (S.SUSPENDED, E.SEND_BACK): S.DRAFT,
        (S.SUSPENDED, E.RETIRE): S.RETIRED,
    }
)

REVIEWER_EVENTS = frozenset({E.LIST, E.REFUSE, E.SEND_BACK})

OFFER_LABELS = {
    S.DRAFT: (_l("草稿"), "neutral"),
    S.SUBMITTED: (_l("待审核"), "info"),
    S.LISTED: (_l("在售"), "good"),
    S.SUSPENDED: (_l("已下架"), "warn"),
    S.RETIRED: (_l("已停售"), "neutral"),
}
