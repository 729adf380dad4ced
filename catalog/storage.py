"""How goods are kept, in the page's language.

It is recorded in Chinese, as the pack says it. The ways of the form have an English name as well;
any other that is on record stays as it was typed, and a form that changes such goods keeps it.
"""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

WAYS: Mapping[str, LazyString] = {
    "常温": _l("常温"),
    "阴凉干燥处": _l("阴凉干燥处"),
    "冷藏（0～4℃）": _l("冷藏（0～4℃）"),
    "冷冻（-18℃以下）": _l("冷冻（-18℃以下）"),
    "活体": _l("活体"),
}


def storage_shown(recorded: str | None) -> str:
    """A recorded way of keeping in the page's language, where it has one there."""
    return str(WAYS.get(recorded, recorded)) if recorded else ""


def storage_choices(recorded: str | None = None) -> list[tuple[str, str]]:
    """The ways to choose from, and the recorded one where it is none of them."""
    ways = [*WAYS] if recorded in {None, *WAYS} else [*WAYS, str(recorded)]
    return [(way, storage_shown(way)) for way in ways]
