"""What people type is shown as text, on every page of everybody (bar A25)."""

import pytest

from tests.support.page import CSRF_FIELD
from tests.support.stage import CAST, Stage, Tour
from tests.support.walk import Sheet, walk

MARK = "xq7z"
MOST_SINGLE = 4  # texts of a form that are tried one by one, when not all are taken at once
PAYLOADS = [
    f"<script>alert('{MARK}')</script>", f'"><img src=x onerror=alert("{MARK}")>',
    f"'><svg/onload={MARK}>", f"</title><{MARK}>", f"</textarea><{MARK}>", f"</script><{MARK}>",
    f"{{{{ '{MARK}'.__class__ }}}}<{MARK}>", f"<iframe srcdoc='&lt;{MARK}'>", f"<!--<{MARK}>",
    f'" autofocus onfocus="{MARK}', f"<a href=javascript:{MARK}>x</a>", f"＜{MARK}＞<{MARK} />",
]  # fmt: skip


def texts(sheet: Sheet) -> list[str]:
    return [c.name for c in sheet.controls.values() if c.kind == "text" and c.name != "password"]


def plant(stage: Stage, tour: Tour) -> int:
    """Put the payloads into every text that takes them; how many forms were accepted."""
    turn = accepted = 0
    for name in CAST:
        shapes = set()
        for visit in [visit for person, visit in tour.visits if person == name]:
            for sheet in visit.sheets:
                if sheet.method != "post" or sheet.shape in shapes or not texts(sheet):
                    continue
                shapes.add(sheet.shape)
                sets = [texts(sheet), *([text] for text in texts(sheet))]
                for chosen in sets[: 1 + MOST_SINGLE]:
                    turn += 1
                    values = {**sheet.plausible(), CSRF_FIELD: stage.tokens[name]}
                    values |= dict.fromkeys(chosen, PAYLOADS[turn % len(PAYLOADS)])
                    with stage.cast[name].client.post(sheet.action, data=values) as response:
                        body = response.get_data(as_text=True)
                        assert response.status_code < 500, sheet.action
                        assert live_in(body) == [], f"the answer of {sheet.action}"
                        accepted += response.status_code < 400
                    if response.status_code < 400:
                        break
    return accepted


def live_in(html: str) -> list[str]:
    """The payloads that stand in a page as they were typed, and not as text."""
    if MARK not in html:
        return []
    return [payload for payload in PAYLOADS if payload in html]


def test_no_text_becomes_part_of_a_page(stage: Stage, tour: Tour) -> None:
    accepted = plant(stage, tour)
    found, shown = [], 0
    for name in CAST:
        for visit in walk(stage.app, stage.cast[name], each=2):
            found += [f"{name} {visit.address}: {payload}" for payload in live_in(visit.html)]
            shown += MARK in visit.html
    assert found == []
    assert accepted >= 10
    assert shown >= 10, "what was planted is shown somewhere"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_check_itself_sees(payload: str) -> None:
    assert live_in(f"<p>{payload}</p>")
    assert not live_in(f"<p>&lt;{MARK}&gt;</p>")
