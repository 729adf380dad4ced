"""Every form that anybody reaches by links, sent as no page would send it (bars A18, A19, A22)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.support.grid import GRID
from tests.support.page import CSRF_FIELD
from tests.support.policy import STANDING, agreed
from tests.support.stage import CAST, Stage, Tour
from tests.support.things import things_of
from tests.support.walk import EVERYWHERE, Control, Sheet, Visit, endpoint_of, read, walk

EXTRA = (
    "price", "total", "status", "paid", "role", "tenant", "owner", "quota", "verified",
    "created_at", "id", "__class__",
)  # fmt: skip
MAYBE = {"0", "1.5", "1000000000", "2147483648"}  # what some field may rightly take
BAD_DAYS = ["2026-02-30", "0000-00-00", "2026-6-1", "31.12.2026", "２０２６-01-01", "9999-12-31"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ALERT = re.compile(r'role="alert".*?</div>|class="field-error".*?</div>|<main.*?</main>', re.DOTALL)
PLACEHOLDER = re.compile(r"<[^>]+>")
OF_ONES_OWN = {
    "canteen.order", "supplier.order", "purchases.show_purchase", "purchases.show_order",
    "listings.show_offer", "review.show_certificate", "review.show_offer",
    "producer_review.show_producer",
}  # fmt: skip
# Forms that stand on no page of the demonstration world as it begins; their rooms send them.
UNREACHED = {
    "accounts.accept_with_new_account", "accounts.accept_with_own_account",
    "accounts.choose_organisation", "accounts.confirm", "accounts.end_other_sessions",
    "accounts.end_second_factor", "accounts.renew_recovery_codes", "accounts.sign_in_code",
    "accounts.withdraw_invitation", "batches.create_share", "checklist.dismiss",
    "listings.create_resumption", "operations.replay", "payment_anomalies.settle",
    "producer_review.create_approval", "producer_review.create_reinstatement",
    "purchases.check_payment", "quota.file_plan", "quota_review.confirm_plan", "supplies.invoice",
    "webhooks.stripe_webhook",
}  # fmt: skip
IDENTIFIERS = {"bank_account"}  # long rows of digits that are no numbers


@dataclass
class Walked:
    """What one person's walk found, sent as that person."""

    stage: Stage
    name: str
    sheets: list[Sheet]
    asked: list[tuple[str, str]]
    faults: list[str]

    def send(self, sheet: Sheet, values: object, **options: object) -> TestResponse:
        response: TestResponse = self.stage.cast[self.name].client.open(
            sheet.action, method="POST", data=values, **options  # type: ignore[arg-type]
        )  # fmt: skip
        response.get_data()
        response.close()
        return response

    def whole(self, sheet: Sheet, **changed: str) -> dict[str, str]:
        return {**sheet.plausible(), CSRF_FIELD: self.stage.tokens[self.name], **changed}

    def judge(self, what: str, sheet: Sheet, response: TestResponse) -> None:
        """4xx with words for people, and nothing changed."""
        where = f"{sheet.endpoint} ({sheet.page}) {what}"
        if not 400 <= response.status_code < 500:
            self.faults.append(f"{where}: {response.status_code} {response.location or ''}")
        elif not says_why(response):
            self.faults.append(f"{where}: {response.status_code} without words")
        self.unchanged(where)

    def unchanged(self, where: str) -> None:
        if self.stage.memory.changed():
            self.faults.append(f"{where}: wrote something")
            self.stage.put_back()


def says_why(response: TestResponse) -> bool:
    return any(CHINESE.search(part) for part in ALERT.findall(response.get_data(as_text=True)))


DISCOVERED: dict[str, tuple[list[Sheet], list[str]]] = {}


def discover(stage: Stage, tour: Tour) -> dict[str, tuple[list[Sheet], list[str]]]:
    """Everybody's forms and pages, once per process; a form of one shape is the first one's."""
    shapes: set[tuple[object, ...]] = set()
    for name in CAST if not DISCOVERED else ():
        sheets: list[Sheet] = []
        pages: list[str] = []
        seen = [visit for person, visit in tour.visits if person == name]
        for page in own_pages(stage, name):
            seen += walk(stage.app, stage.cast[name], start=(page,), most=1)
        hidden = [review_of_an_order(stage), pasted_list(stage)] if name == "buyer" else []
        for visit in seen + hidden:
            assert visit.response.status_code < 500, visit.address
            pages.append(visit.address)
            new = [sheet for sheet in visit.sheets if sheet.shape not in shapes]
            sheets += {sheet.shape: sheet for sheet in new}.values()
            shapes.update(sheet.shape for sheet in new)
        DISCOVERED[name] = sheets, pages
        assert not stage.memory.changed(), f"reading as {name} wrote something"
    return DISCOVERED


def review_of_an_order(stage: Stage) -> Visit:
    """The page between choosing and placing, which only a filled-in form leads to."""
    client = stage.cast["buyer"]
    form = client.get("/canteen/orders/new").form("bulk-order")
    quantities = [name for name in form.fields if name.startswith("quantity-")]
    values = {quantities[0]: "100", "delivery_on": "2026-07-05", "step": "review"}
    with client.client.post("/canteen/orders/new", data=form.filled(**values)) as response:
        assert response.status_code == 200
        return read(stage.app, "/canteen/orders/new", response)


def pasted_list(stage: Stage) -> Visit:
    """The rows of a pasted list, which only a pasted list leads to."""
    client, address = stage.cast["buyer"], "/canteen/orders/pasting"
    values = client.get(address).form("pasting").filled(text="小米 5 袋")
    with client.client.post(address, data=values) as response:
        assert response.status_code == 200
        return read(stage.app, address, response)


def own_pages(stage: Stage, name: str) -> list[str]:
    """Pages of the person's own things, of more sorts than the first page of a list shows."""
    engine, found = stage.world.engine, []
    assert engine is not None
    for row in agreed():
        if STANDING[name] in row["roles"] and row["endpoint"] in OF_ONES_OWN:
            things = things_of(engine, name, row["path"], most=25)
            found += [PLACEHOLDER.sub(value, row["path"]) for value in things.own]
    return found


@pytest.fixture(params=CAST)
def walked(stage: Stage, tour: Tour, request: pytest.FixtureRequest) -> Walked:
    name = str(request.param)
    return Walked(stage, name, discover(stage, tour)[name][0], asked_names(stage, tour)[name], [])


def posts(walked: Walked) -> list[Sheet]:
    return [sheet for sheet in walked.sheets if sheet.method == "post"]


def bad_values(control: Control) -> list[str]:
    if control.is_number:
        return GRID
    if control.kind == "date":
        return [*GRID, *BAD_DAYS]
    return ["-1", "null", "９", "9" * 10_000]


def send_extras(walked: Walked, sheet: Sheet, names: Iterable[str]) -> None:
    for name in names:
        if name not in sheet.controls:
            values = walked.whole(sheet, **{name: "1"})
            walked.judge(f"with an extra {name}", sheet, walked.send(sheet, values))


@pytest.mark.long
def test_forms_refuse_each_extra_field(walked: Walked) -> None:
    for sheet in posts(walked):
        send_extras(walked, sheet, EXTRA)
    assert not walked.faults, "\n".join(walked.faults)


def test_forms_refuse_what_no_page_would_send(walked: Walked) -> None:
    """Two of the extra names on each form, so that all have their turn; each field twice."""
    for turn, sheet in enumerate(posts(walked)):
        send_extras(walked, sheet, [EXTRA[(2 * turn + n) % len(EXTRA)] for n in (0, 1)])
        for name in [control.name for control in sheet.kinds_of_name().values()]:
            values = MultiDict(walked.whole(sheet))
            values.setlist(name, [values.get(name, "1"), "1"])
            walked.judge(f"with {name} twice", sheet, walked.send(sheet, values))
    assert not walked.faults, "\n".join(walked.faults)


def test_numbers_days_and_choices_are_refused_at_the_field(walked: Walked) -> None:
    for sheet in posts(walked):
        for control in sheet.kinds_of_name().values():
            if control.kind in {"check", "file", "text"} or control.name == CSRF_FIELD:
                continue
            for value in bad_values(control):
                response = walked.send(sheet, walked.whole(sheet, **{control.name: value}))
                what = f"{control.name}={value[:20]!r}"
                is_name = control.name in IDENTIFIERS and value.isascii() and value.isdigit()
                if control.kind == "hidden" or value in MAYBE or is_name:
                    if response.status_code >= 500:
                        walked.faults.append(f"{sheet.endpoint} {what}: {response.status_code}")
                    if walked.stage.memory.changed():
                        walked.stage.put_back()
                else:
                    walked.judge(what, sheet, response)
    assert not walked.faults, "\n".join(walked.faults)


def test_texts_never_break_a_form(walked: Walked) -> None:
    for sheet in posts(walked):
        for control in sheet.kinds_of_name().values():
            if control.kind not in {"text", "check"}:
                continue
            for value in (
                "",
                "\x00",
                "字" * 10_000,
                "\u202e\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
                "{{7*7}}%s",
            ):
                response = walked.send(sheet, walked.whole(sheet, **{control.name: value}))
                if response.status_code >= 500:
                    walked.faults.append(f"{sheet.endpoint} {control.name}={value[:9]!r}")
                if walked.stage.memory.changed():
                    walked.stage.put_back()
    assert not walked.faults, "\n".join(walked.faults)


def test_a_form_goes_only_with_its_own_token_from_its_own_site(walked: Walked) -> None:
    stage, foreign = walked.stage, {"Origin": "https://evil.example"}
    other = next(name for name in CAST if name != walked.name)
    for sheet in posts(walked):
        values = sheet.plausible()
        stolen = {**values, CSRF_FIELD: stage.tokens[other]}
        walked.judge("without a token", sheet, walked.send(sheet, values))
        walked.judge("with another's token", sheet, walked.send(sheet, stolen))
        walked.judge(
            "from elsewhere", sheet, walked.send(sheet, walked.whole(sheet), headers=foreign)
        )
        walked.judge("as text", sheet, walked.send(sheet, str(values), content_type="text/plain"))
        with stage.cast[walked.name].client.get(
            without_query(sheet.action), query_string=values
        ) as response:
            if response.status_code >= 500:
                walked.faults.append(f"GET {sheet.action}: {response.status_code}")
        walked.unchanged(f"GET {sheet.action}")
    assert not walked.faults, "\n".join(walked.faults)


def test_no_value_in_an_address_breaks_a_page(walked: Walked) -> None:
    """Filters and page numbers: the grid in each name that a form or a link of the page uses."""
    client = walked.stage.cast[walked.name].client
    for address, name in walked.asked:
        for value in [*GRID, *BAD_DAYS[:2], "\x00", "字", "%", "../x"]:
            with client.get(address, query_string={name: value}) as response:
                response.get_data()
                if response.status_code >= 500:
                    walked.faults.append(f"{address}?{name}={value[:20]!r}")
    walked.unchanged("reading")
    assert not walked.faults, "\n".join(walked.faults)


def without_query(address: str) -> str:
    return address.partition("?")[0]


def asked_names(stage: Stage, tour: Tour) -> dict[str, list[tuple[str, str]]]:
    """For each person the (address, name) that nobody before has: what filters and links ask."""
    known: set[tuple[str, str]] = set()
    found: dict[str, list[tuple[str, str]]] = {}
    for person, (sheets, pages) in discover(stage, tour).items():
        pairs = [
            (page, pair.partition("=")[0])
            for page in pages
            for pair in urlsplit(page).query.split("&")
        ]
        pairs += [
            (s.action, name) for s in sheets if s.method == "get" for name in (*s.controls, "page")
        ]
        found[person] = []
        for address, name in pairs:
            key = (endpoint_of(stage.app, address, "get"), name)
            if name and key not in known:
                known.add(key)
                found[person].append((without_query(address), name))
    return found


def test_the_walk_itself_reaches_the_forms_of_a_trade(stage: Stage, tour: Tour) -> None:
    found = discover(stage, tour).values()
    reached = {sheet.endpoint for sheets, _ in found for sheet in sheets if sheet.method == "post"}
    wanted = {row["endpoint"] for row in agreed() if "POST" in row["methods"]}
    assert wanted - reached <= UNREACHED
    assert reached >= EVERYWHERE
