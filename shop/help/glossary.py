"""The words of the shop, read from docs/glossary.md: the one place where they stand."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"
CELLS = 5


@dataclass(frozen=True)
class Word:
    """One thing in both languages, with its meaning in each."""

    chinese: str
    english: str
    meaning_en: str
    meaning: str

    @property
    def name(self) -> str:
        return self.chinese

    @property
    def name_en(self) -> str:
        return self.english[:1].upper() + self.english[1:]


def rows(text: str) -> list[list[str]]:
    """The cells of the document's table, without its head."""
    lines = [line.strip() for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells[2:] if row]


@lru_cache(maxsize=1)
def words() -> tuple[Word, ...]:
    """Every word whose row is whole, in the order of the document."""
    whole = [row for row in rows(DOCUMENT.read_text(encoding="utf-8")) if len(row) == CELLS]
    return tuple(
        Word(chinese, english, plain(meaning), meaning_zh)
        for chinese, english, _code, meaning, meaning_zh in whole
    )


def plain(text: str) -> str:
    """A meaning without the marks of code."""
    return text.replace("`", "")
