"""Every page can be read in English: no Chinese in its frame, whoever looks at it.

The frame is what the shop itself says: headings, labels, buttons, column heads, navigation, status
tags. Names of places, organisations, bases and produce are data and stay as they are written.
"""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from producers.models import Base, Batch, Producer
from shop.accounts.models import Organisation
from shop.db import db
from shop.regions.models import Region
from tests.support.database import World
from tests.support.page import PageClient
from tests.support.people import PEOPLE, signed_in
from tests.support.translations import FOLDERS, ROOT

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")  # characters and punctuation
FRAME = {"h1", "h2", "h3", "label", "legend", "button", "caption", "summary", "dt", "nav"}
ATTRIBUTES = ("aria-label", "placeholder", "data-label", "alt", "title")
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
STARTS = ("/", "/search?q=x", "/apply", "/nowhere")


class FrameReader(HTMLParser):
    """Collects a page's links and the words of its frame, without what is marked as Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.words: list[str] = []
        self._goes_on = False  # within one name, of which a part only is kept on one line
        self._open: list[tuple[str, bool, bool]] = []  # tag, whether Chinese, whether frame

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        _, is_chinese, is_frame = self._open[-1] if self._open else ("", False, False)
        if "lang" in given and "data-written" not in given:  # not what is marked wherever found
            is_chinese = given["lang"].startswith("zh")
        is_frame = (
            is_frame or tag in FRAME or "tag" in classes or "button" in classes
            or given.get("scope") == "col"
        )  # fmt: skip
        self._goes_on = "data-written" in given and "nowrap" in classes
        if not is_chinese:
            self.words += [given[name] for name in ATTRIBUTES if name in given]
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag not in VOID:
            self._open.append((tag, is_chinese, is_frame))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][2] and not self._open[-1][1]:
            before = self.words.pop() if self._goes_on and self.words else ""
            self.words.append(before + " ".join(data.split()))
        self._goes_on = False


def read(page: str) -> FrameReader:
    reader = FrameReader()
    reader.feed(page)
    return reader


def chinese_in(words: list[str], names: re.Pattern[str]) -> list[str]:
    return [text for text in words if CHINESE.search(names.sub("", text))]


@pytest.fixture
def names(app: Flask, database: World) -> re.Pattern[str]:
    """What is data: every name that a heading, a label or the way to a place may contain."""
    with app.app_context():
        found = set(db.session.scalars(select(Region.name).where(Region.level != "village")))
        for column in (Organisation.name, Producer.name, Base.name, Batch.produce):
            found.update(db.session.scalars(select(column)))
    return re.compile("|".join(re.escape(name) for name in sorted(found, key=len, reverse=True)))


@pytest.mark.parametrize("person", ["visitor", *PEOPLE])
def test_no_page_has_chinese_in_its_english_frame(
    app: Flask, names: re.Pattern[str], person: str
) -> None:
    visitor = PageClient(app.test_client()) if person == "visitor" else signed_in(app, person)
    addresses, seen, found = list(STARTS), set[str](), list[str]()
    routes = app.url_map.bind("localhost")
    for address in addresses:
        try:
            endpoint = routes.match(urlsplit(address).path, method="GET")[0]
        except HTTPException:
            endpoint = "none"
        if not address.startswith("/") or endpoint in seen:
            continue
        with visitor.client.get(
            address, headers={"Accept-Language": "en"}, follow_redirects=True
        ) as response:
            if response.mimetype != "text/html":
                continue
            page = response.get_data(as_text=True)
        seen.add(endpoint)
        assert '<html lang="en"' in page, address
        reader = read(page)
        found += [f"{address}: {text}" for text in chinese_in(reader.words, names)]
        addresses += reader.links
    assert found == []
    assert len(seen) >= 9, f"the walk only reached {sorted(seen)}"


def test_no_word_hides_from_the_extraction_inside_an_f_string() -> None:
    sources = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    hiding = [path.name for path in sources if re.search(r"\{_[lnp]?\(", path.read_text())]
    assert hiding == []


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<h2>订单</h2>", ["订单"]),
        ('<label for="a">Quantity（kg）</label>', ["Quantity（kg）"]),
        ('<table><tr><th scope="col">数量</th></tr></table>', ["数量"]),
        ('<input placeholder="搜索">', ["搜索"]),
        ('<nav><ul><li><a href="/x">商品</a></li></ul></nav>', ["商品"]),
        ('<span class="tag tag-warn">待付款</span>', ["待付款"]),
        ('<h1 lang="zh-Hans">金穗合作社</h1><p>小米</p><td>小米</td>', []),
        ("<h1>敖汉旗: filing for 2026</h1>", []),
    ],
)
def test_the_check_itself_sees_chinese(page: str, expected: list[str]) -> None:
    assert chinese_in(read(page).words, re.compile("敖汉旗")) == expected
