"""A document and a query as tokens, the same for every engine."""

from dataclasses import dataclass

from flask_babel import gettext as _

from catalog.search import pinyin, text
from catalog.search.port import Document, QueryRefused

MAX_QUERY = 100  # characters, bar A26
MAX_TERMS = 8
MAX_BODY = 20_000  # characters; what follows is not searched


@dataclass(frozen=True)
class Tokens:
    """`grams` match; the words of each field rank, the title's grams a little."""

    grams: set[str]
    title: set[str]
    title_grams: set[str]
    names: set[str]
    places: set[str]
    categories: set[str]
    body: set[str]


@dataclass(frozen=True)
class Clause:
    """All of `grams`, or instead the pinyin."""

    grams: tuple[str, ...]
    pinyin: str | None


@dataclass(frozen=True)
class Query:
    """Every clause must match; `ranking` says which of the matches come first."""

    clauses: tuple[Clause, ...]
    ranking: tuple[str, ...]


def of_document(document: Document) -> Tokens:
    body = document.body[:MAX_BODY]
    names = (document.title, *document.names, *document.places)
    matching: set[str] = set()
    for part in (*names, *document.categories, body):
        matching |= text.grams(part) | text.singles(part)
    for name in names:
        matching |= pinyin.forms(name)
    title = set(text.words(document.title)) | pinyin.forms(document.title)
    return Tokens(
        grams=matching,
        title=title,
        title_grams=text.grams(document.title) - title,
        names=set(text.words(" ".join(document.names))),
        places=set(text.words(" ".join(document.places))),
        categories=set(text.words(" ".join(document.categories))),
        body=set(text.words(body)),
    )


def of_query(typed: str) -> Query:
    """Read plain words; refuses more than 100 characters or 8 words with `QueryRefused`.

    Nothing typed is an operator: quotes, stars and brackets only separate words.
    """
    if len(typed) > MAX_QUERY:
        raise QueryRefused(_("搜索内容最多100个字，请缩短后再试。"), field="q")
    runs = list(dict.fromkeys(text.runs(text.normalise(typed))))
    if len(runs) > MAX_TERMS or sum(map(len, runs)) > 2 * MAX_QUERY:
        raise QueryRefused(_("一次最多搜索8个词，请减少后再试。"), field="q")
    pieces = list(dict.fromkeys(piece for run in runs for piece in _pieces(run)))
    clauses = [Clause(tuple(text.required_grams(p)), pinyin.query_form(p)) for p in pieces]
    ranking = dict.fromkeys(text.words(typed))
    for clause in clauses:
        ranking.update(dict.fromkeys(clause.grams))
        if clause.pinyin:
            ranking[clause.pinyin] = None
    return Query(tuple(clauses), tuple(ranking))


def _pieces(run: str) -> list[str]:
    """A run as words of two characters or more, so that 赤峰小米 need not stand side by side.

    A lone character stays with its neighbour: by itself it would match almost everything.
    """
    found: list[str] = []
    is_broken = False
    for word in text.cut(run):
        if word == "的":
            is_broken = True
            continue
        if found and not is_broken and min(len(word), len(found[-1])) == 1:
            found[-1] += word
        else:
            found.append(word)
        is_broken = False
    return found or [run]
