"""The rules of the walk see what is wrong, and let pass what is right."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.look import check_access, look_at, messages, read_page
from tests.support.watch import Watch

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="{language}"><head><title>{title}</title>
<meta name="viewport" content="width=device-width"><style>
* {{ margin: 0; box-sizing: border-box }} body {{ font: 16px/1.5 sans-serif; padding: 16px }} button {{ padding: 8px }}
@media (prefers-color-scheme: dark) {{ html {{ background: #222; color: #eee }} }}
</style></head><body><main><h1>Orders</h1>{body}</main></body></html>"""


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 720, "height": 900})
    yield page
    page.close()


def show(tab: Page, body: str, *, language: str = "en", title: str = "Orders - us") -> None:
    tab.set_content(PAGE.format(body=body, language=language, title=title), wait_until="load")


def rules(found: list[str]) -> set[str]:
    return {line.split(" ")[0] for line in found}


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('<div style="width: 800px">x</div>', "overflow"),
        ('<p style="width: 60px; overflow: hidden; white-space: nowrap">many words here</p>',
         "clipped"),
        ('<p style="height: 20px; overflow: hidden">one<br>two<br>three</p>', "clipped"),
        ('<button style="width: 40px; white-space: nowrap">Confirm the order</button>', "clipped"),
        ('<div style="overflow: auto"><div style="width: 900px">wide table</div></div>',
         "unreachable"),
        ('<button>One</button><button style="margin-left: -20px">Two</button>', "overlap"),
        ('<p><button style="width: 16px; height: 16px; padding: 0">a</button>'
         '<button style="width: 16px; height: 16px; padding: 0">b</button></p>', "target"),
    ],
)  # fmt: skip
def test_a_bad_layout_is_seen(tab: Page, body: str, rule: str) -> None:
    show(tab, body)
    assert rules(look_at(tab, (720,))) == {rule}


@pytest.mark.parametrize(
    "body",
    [
        '<div style="overflow: auto" tabindex="0"><div style="width: 900px">wide</div></div>',
        '<div style="overflow: auto"><p style="width: 900px"><a href="#">a link</a></p></div>',
        '<span class="visually-hidden" style="position: absolute; width: 1px; height: 1px; '
        'overflow: hidden; clip-path: inset(50%)">only read aloud</span>',
        '<p>Words with <a href="#">a link</a> and <a href="#">another</a>.</p>',
        '<p><a href="#">Alone</a></p><p style="margin-top: 20px"><a href="#">Alone too</a></p>',
        '<label style="display: block; min-height: 24px">'
        '<input type="checkbox"> a choice with a long label</label>',
        '<div style="overflow: hidden; width: 50px"><a href="#" style="position: absolute; '
        'left: -999px">away</a></div>',
    ],
)
def test_a_good_layout_passes(tab: Page, body: str) -> None:
    show(tab, body)
    assert look_at(tab, (720,)) == []


def test_content_that_is_wrong_is_seen(tab: Page) -> None:
    show(tab, '<img src="data:image/png;base64,xx" alt="">')
    assert rules(read_page(tab)) == {"picture"}
    show(tab, '<svg width="24" height="24"><use href="#nothing"/></svg>')
    assert rules(read_page(tab)) == {"picture"}
    show(tab, "<h1>Another</h1>")
    assert rules(read_page(tab)) == {"heading"}
    show(tab, "", title="Something else")
    assert rules(read_page(tab)) == {"heading"}
    show(tab, '<p id="a"></p><p id="a"></p>')
    assert rules(read_page(tab)) == {"heading"}


def test_words_that_were_not_translated_are_seen(tab: Page) -> None:
    plain, patterns = messages()
    assert len(plain) > 300
    assert patterns
    show(tab, "<p>放入购物车</p>")
    assert rules(read_page(tab)) == {"untranslated"}
    show(tab, '<input aria-label="购物车">')
    assert rules(read_page(tab)) == {"untranslated"}
    show(tab, "<p>第 3 页，共 12 页（288 条）</p>")
    assert rules(read_page(tab)) == {"untranslated"}


def test_names_and_marked_chinese_are_no_fault(tab: Page) -> None:
    show(tab, '<p>金穗农民专业合作社</p><button lang="zh-Hans">购物车</button>')
    assert read_page(tab) == []
    show(tab, "<p>放入购物车</p>", language="zh-Hans")
    assert read_page(tab) == []


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('<p style="color: #eee; background: #fff">pale</p>', "color-contrast (light)"),
        ('<p style="color: #444">dark on dark</p>', "color-contrast (dark)"),
        ("<input>", "label (light)"),
    ],
)
def test_what_axe_finds_is_told_with_its_theme(tab: Page, body: str, rule: str) -> None:
    show(tab, body)
    assert [line for line in check_access(tab) if line.startswith(f"axe {rule}")]


def test_errors_and_other_hosts_are_watched(browser: Browser) -> None:
    tab = browser.new_page()
    watch = Watch(tab, "http://127.0.0.1:1")
    tab.route("**/*", lambda route: route.fulfill(status=404, body=""))
    tab.set_content(
        "<script>console.error('oh')</script><script>nothing()</script>"
        '<img src="http://elsewhere.example/a.png">'
    )
    tab.wait_for_load_state("networkidle")
    told = " ".join(watch.faults)
    assert "console: oh" in told
    assert "script error" in told
    assert "asked http://elsewhere.example/a.png" in told
    assert "a.png answered 404" in told
    tab.close()
