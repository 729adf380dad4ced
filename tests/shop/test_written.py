"""Chinese within an English page says that it is Chinese; nothing else is touched."""

import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask_babel import force_locale

from shop.web.written import as_written, in_its_language
from tests.support.database import World
from tests.support.page import PageClient
from tests.support.people import signed_in

M = 'lang="zh-Hans" data-written'
HAN = re.compile(r"[\u3400-\u9fff]")
PAGES = {
    "visitor": ("/", "/products", "/search?q=小米", "/regions", "/regions/150430"),
    "buyer": ("/canteen", "/canteen/orders", "/quota"),
    "coop": ("/supplier", "/supplier/listings", "/supplier/batches", "/supplier/certificates"),
    "official": ("/official/totals", "/official/orders"),
    "operator": ("/review", "/platform/audit"),
}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h1>敖汉旗</h1>", f"<h1 {M}>敖汉旗</h1>"),
        ('<a href="/x"> 敖汉旗 · 林西县 </a>', f'<a {M} href="/x"> 敖汉旗 · 林西县 </a>'),
        (
            "<p>Sent by 金穗合作社（敖汉）.</p>",
            f"<p><span data-written>Sent by <span {M}>金穗合作社（敖汉）</span>.</span></p>",
        ),
        ("<li><i></i>敖汉旗</li>", f"<li><i></i><span {M}>敖汉旗</span></li>"),
        (
            '<td data-label="Place">敖汉旗</td>',
            f'<td data-label="Place"><span {M}>敖汉旗</span></td>',
        ),
        ("<option value='1'>敖汉旗 (5)</option>", f"<option {M} value='1'>敖汉旗 (5)</option>"),
        (
            "<text x='0'><title>敖汉旗 5</title>敖汉旗</text>",
            f"<text x='0'><title {M}>敖汉旗 5</title><tspan {M}>敖汉旗</tspan></text>",
        ),
        ("<text>敖汉旗</text>", f"<text {M}>敖汉旗</text>"),
    ],
)
def test_chinese_is_marked_where_the_page_is_english(app: Flask, html: str, expected: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert in_its_language(html) == expected
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        assert in_its_language(html) == html


@pytest.mark.parametrize(
    "html",
    [
        "<p>Aohan · ¥12.00</p>",
        '<h1 lang="zh-Hans">敖汉旗</h1>',
        '<input value="敖汉旗">',
        "<script>'敖汉旗'</script>",
        "<p>&lt;p&gt;</p>",
    ],
)
def test_what_is_marked_or_not_text_stays(app: Flask, html: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert in_its_language(html) == html


W = "<span data-written class=nowrap>"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<h1>金穗合作社（敖汉）</h1>",
            f"<h1><span data-written>金穗合作社{W}（敖汉）</span></span></h1>",
        ),
        (
            '<label for="a">数量 <i>（选填）</i></label>',
            f'<label for="a">数量 <i>{W}（选填）</span></i></label>',
        ),
        ("<p>凭编号（在证书的左上角）核对。</p>", "<p>凭编号（在证书的左上角）核对。</p>"),
        ('<input value="金穗（敖汉）">', '<input value="金穗（敖汉）">'),
        ("<option>金穗（敖汉）</option>", "<option>金穗（敖汉）</option>"),
        (
            "<text><title>甲（乙）</title>甲（乙）</text>",
            "<text><title>甲（乙）</title>甲（乙）</text>",
        ),
    ],
)
def test_a_short_remark_is_not_torn_apart(app: Flask, html: str, expected: str) -> None:
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        assert as_written(html) == expected


def test_a_remark_in_a_marked_name_is_whole_too(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        found = as_written("<p>Sent by 金穗合作社（敖汉）.</p>")
    assert found == (
        f"<p><span data-written>Sent by <span {M}>金穗合作社{W}（敖汉）</span></span>.</span></p>"
    )


class _Reader(HTMLParser):
    """Collects the text with Chinese that stands in no element marked as Chinese."""

    VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._languages: list[tuple[str, str]] = [("", "en")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self._languages.append((tag, dict(attrs).get("lang") or self._languages[-1][1]))

    def handle_endtag(self, tag: str) -> None:
        while len(self._languages) > 1 and self._languages.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, language = self._languages[-1]
        if HAN.search(data) and not language.startswith("zh") and tag not in ("script", "title"):
            self.found.append(" ".join(data.split()))


@pytest.mark.parametrize("person", PAGES)
def test_no_chinese_goes_unmarked(app: Flask, database: World, person: str) -> None:
    visitor = PageClient(app.test_client()) if person == "visitor" else signed_in(app, person)
    addresses, seen = list(PAGES[person]), 0
    for address in addresses:
        with visitor.client.get(
            address, headers={"Accept-Language": "en"}, follow_redirects=True
        ) as response:
            assert response.status_code == 200, address
            page = response.get_data(as_text=True)
        assert '<html lang="en"' in page, address
        reader = _Reader()
        reader.feed(page)
        assert reader.found == [], address
        seen += page.count("data-written")
        for kind in ("products", "producers", "trace"):  # the first of each
            link = re.search(rf'href="(/{kind}/[^/"]+)"', page)
            if link and not any(known.startswith(f"/{kind}/") for known in addresses):
                addresses.append(link[1])
    assert seen
