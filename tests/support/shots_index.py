"""The index of the pictures: a grid by page, and a file for each choice of width, theme, language."""

import html
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from tests.support.pages import PageType

ALL = "all"
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 24px 48px; background: #f4f2ec; color: #222 }
header { position: sticky; top: 0; background: #f4f2ec; padding: 12px 0; border-bottom: 1px solid #bbb }
header a { padding: 2px 8px } header a[aria-current] { background: #234; color: #fff }
nav { display: inline-block; margin-right: 24px } h1 { font-size: 20px; margin: 0 }
h2 { margin: 32px 0 4px; font-size: 18px } p { margin: 0 0 8px; color: #555 }
.row { display: flex; flex-wrap: wrap; gap: 12px; align-items: flex-start }
figure { margin: 0; width: 260px } figure.w390 { width: 150px } figcaption { font-size: 12px }
img { width: 100%; height: 320px; object-fit: cover; object-position: top; border: 1px solid #bbb }
ul { columns: 6 140px; padding-left: 16px; font-size: 13px }
"""


@dataclass(frozen=True)
class Picture:
    page: str
    width: int
    theme: str
    language: str

    @property
    def traits(self) -> tuple[str, str, str]:
        return str(self.width), self.theme, self.language

    @property
    def file(self) -> str:
        return "-".join([self.page, *self.traits]) + ".png"


Choice = tuple[str, ...]


def file_of(choice: Choice) -> str:
    return "index.html" if set(choice) == {ALL} else f"index-{'-'.join(choice)}.html"


def fits(picture: Picture, choice: Choice) -> bool:
    return all(asked in (ALL, trait) for asked, trait in zip(choice, picture.traits, strict=True))


def filters(values: list[list[str]], choice: Choice) -> str:
    """A row of plain links for each trait; the other two stay as they are."""
    rows = []
    for place, found in enumerate(values):
        links = []
        for value in [ALL, *found]:
            other = (*choice[:place], value, *choice[place + 1 :])
            mark = ' aria-current="true"' if value == choice[place] else ""
            links.append(f'<a href="{file_of(other)}"{mark}>{value}</a>')
        rows.append(f"<nav>{''.join(links)}</nav>")
    return "".join(rows)


def section(page: PageType, pictures: list[Picture]) -> str:
    figures = "".join(
        f'<figure class="w{one.width}"><a href="{one.file}"><img src="{one.file}" alt="{one.file}" '
        f'loading="lazy"></a><figcaption>{" · ".join(one.traits)}</figcaption></figure>'
        for one in pictures
    )
    way = " → ".join([page.path, *page.follow, *([f"[{page.press}]"] if page.press else [])])
    return (
        f'<h2 id="{page.name}">{page.name}</h2><p>{page.person or "visitor"} · '
        f'{html.escape(way)}</p><div class="row">{figures}</div>'
    )


def page_of(pages: Iterable[PageType], taken: list[Picture], choice: Choice) -> str:
    values = [sorted({one.traits[place] for one in taken}) for place in range(3)]
    wanted = {
        page: [one for one in taken if one.page == page.name and fits(one, choice)]
        for page in pages
    }
    shown = {page: found for page, found in wanted.items() if found}
    contents = "".join(f'<li><a href="#{page.name}">{page.name}</a></li>' for page in shown)
    sections = "\n".join(section(page, found) for page, found in shown.items())
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Pages</title>'
        f"<style>{STYLE}</style><header><h1>{len(shown)} pages, "
        f"{sum(map(len, shown.values()))} pictures</h1>{filters(values, choice)}</header>"
        f"<ul>{contents}</ul>\n{sections}</html>"
    )


def write_index(out: Path, pages: list[PageType], taken: list[Picture]) -> None:
    values = [[ALL, *sorted({one.traits[place] for one in taken})] for place in range(3)]
    for choice in product(*values):
        (out / file_of(choice)).write_text(page_of(pages, taken, choice), encoding="utf-8")
