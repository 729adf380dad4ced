"""The language of the content: on an English page, what is written in Chinese says so.

Names of people, organisations, places and papers stay as they are recorded, alone or within an
English sentence. They are found in the written page and not marked by hand in each template, so
that none is forgotten, and a name that goes into a translated sentence is marked too. What is
marked in this way has `data-written`: the tests that look for words left untranslated see it.
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


def init_app(app: Flask) -> None:
    app.jinja_env.filters["in_its_language"] = in_its_language
