"""What a page of help is made of."""

from dataclasses import dataclass

from flask_babel import LazyString

from shop.actor import Role


@dataclass(frozen=True)
class Step:
    """One thing to do, with the page on which it is done."""

    title: LazyString
    text: LazyString
    label: LazyString | None = None
    endpoint: str = ""


@dataclass(frozen=True)
class Question:
    """`key` is the answer's place on the page, for those to which other pages lead."""

    asked: LazyString
    answer: LazyString
    key: str | None = None


@dataclass(frozen=True)
class Topic:
    """One role's page. `order` is the way of the work in a few words."""

    key: str
    icon: str
    title: LazyString
    lead: LazyString
    roles: frozenset[Role]
    order: tuple[LazyString, ...]
    steps: tuple[Step, ...]
    questions: tuple[Question, ...]
