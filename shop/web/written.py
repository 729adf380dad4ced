"""The language of the content: on an English page, what is written in Chinese says so.

Names of people, organisations, places and papers stay as they are recorded, alone or within an
English sentence. They are found in the written page and not marked by hand in each template, so
that none is forgotten, and a name that goes into a translated sentence is marked too. What is
marked in this way has `data-written`: the tests that look for words left untranslated see it.

In both languages a short remark in brackets behind a name is not torn apart at the end of a line.
"""

import re

from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup

HAN = r"\u3400-\u9fff"
WITH = rf"{HAN}\u3000-\u303f\uff00-\uffef〇·"  # and the punctuation within a name
RUN = re.compile(rf"[{HAN}](?:[{WITH}0-9A-Za-z-]*[{WITH}])?")
# A tag and the text up to the next one. In attributes the templates write < and > as entities.
TEXT = re.compile(rf"<(/?[a-z0-9]*+)([^<>]*+)>([^<>{HAN}]*+[{HAN}][^<>]*+)(?=<(/?[a-z0-9]*))")
LATIN = re.compile(r"[A-Za-z]")
ENTITY = re.compile(r"&#?\w+;")
MARK = ' lang="zh-Hans" data-written'
PLAIN = ("option", "textarea", "title", "desc", "text", "tspan")  # hold text only
DRAWN = ("script", "style", "text", "tspan", "/title", "/tspan")
REMARK = re.compile(rf"（[{HAN}0-9A-Za-z ]{{1,4}}）")
WITH_REMARK = re.compile(r"<(/?[a-z0-9]*+)([^<>]*+)>([^<>（]*+（[^<>]*+)")
WHOLE = "<span data-written class=nowrap>"
SPOKEN = ("aria-label=", "data-label=", "title=", "placeholder=", "alt=")
"""Attributes with words of the page's language: such an element is not marked as a whole."""


def in_its_language(html: str) -> Markup:
    """A rendered part of a page, with its Chinese marked where the page is in English."""
    locale = get_locale()  # none outside of a request
    if locale is not None and locale.language == "en":
        html = TEXT.sub(_marked, html)
    return Markup(html)  # noqa: S704 - a rendered template


def _marked(found: re.Match[str]) -> str:
    tag, attributes, text, following = found.groups()
    if tag in ("script", "style") or " lang=" in attributes:
        return found[0]
    if tag in PLAIN or (following == f"/{tag}" and _is_chinese(text) and not _speaks(attributes)):
        return f"<{tag}{MARK}{attributes}>{text}"
    name = "tspan" if tag in ("/title", "/tspan") else "span"  # after those, text of a drawing
    marked = RUN.sub(lambda run: f"<{name}{MARK}>{run[0]}</{name}>", text)
    if name == "span" and not RUN.fullmatch(text.strip()):
        marked = f"<span data-written>{marked}</span>"  # stays one thing in a row
    return f"<{tag}{attributes}>{marked}"


def _is_chinese(text: str) -> bool:
    return LATIN.search(ENTITY.sub("", text)) is None


def _speaks(attributes: str) -> bool:
    return any(name in attributes for name in SPOKEN)


def with_whole_remarks(html: str) -> Markup:
    """A rendered part of a page, in which a line never ends within （选填） or （敖汉）."""
    if "（" in html:
        html = WITH_REMARK.sub(_kept_whole, html)
    return Markup(html)  # noqa: S704 - a rendered template


def _kept_whole(found: re.Match[str]) -> str:
    tag, attributes, text = found.groups()
    if tag in PLAIN or tag in DRAWN or not REMARK.search(text):
        return found[0]
    whole = REMARK.sub(lambda remark: f"{WHOLE}{remark[0]}</span>", text)
    # Where the remark is all there is, or a span of ours holds the words, they are one thing anyway.
    if not REMARK.fullmatch(text.strip()) and not (tag == "span" and "data-written" in attributes):
        whole = f"<span data-written>{whole}</span>"
    return f"<{tag}{attributes}>{whole}"


def as_written(html: str) -> Markup:
    """What every rendered part of a page goes through, once."""
    return with_whole_remarks(in_its_language(html))


def init_app(app: Flask) -> None:
    app.jinja_env.filters["as_written"] = as_written
