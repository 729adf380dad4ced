"""The tree of categories, read whole: it is short and changes with the standard only."""

from dataclasses import dataclass, field

from sqlalchemy import select

from catalog.models import Category
from shop.db import db
from shop.errors import NotFound


@dataclass(frozen=True)
class CategoryTree:
    """Categories by code, and the codes below each."""

    by_code: dict[str, Category]
    below: dict[str | None, list[str]] = field(default_factory=dict)

    def get(self, code: str) -> Category:
        """Raises NotFound."""
        if code not in self.by_code:
            raise NotFound
        return self.by_code[code]

    def within(self, code: str) -> list[str]:
        """The code itself and every code under it."""
        found = [code]
        for each in found:
            found += self.below.get(each, [])
        return found

    def path(self, code: str) -> list[Category]:
        """From the widest category down to this one."""
        found: list[Category] = []
        step: str | None = code
        while step is not None and step in self.by_code:
            found.append(self.by_code[step])
            step = self.by_code[step].parent_code
        return found[::-1]

    def in_mongolian(self, code: str) -> Category | None:
        """The narrowest kind of this category that has a name in Mongolian script."""
        return next((kind for kind in reversed(self.path(code)) if kind.name_mn), None)


def category_tree() -> CategoryTree:
    """One query."""
    by_code = {c.code: c for c in db.session.scalars(select(Category).order_by(Category.code))}
    below: dict[str | None, list[str]] = {}
    for category in by_code.values():
        below.setdefault(category.parent_code, []).append(category.code)
    return CategoryTree(by_code, below)
