"""Where a rule's document stands: its addresses, as people read them. Pure: text in, values out."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Place:
    """One address of a document, and the name of the site it is on."""

    address: str
    site: str


@dataclass(frozen=True)
class Sources:
    """The addresses, a government's own site first, and what else was written down."""

    places: list[Place]
    words: list[str]


def sources_of(text: str) -> Sources:
    """What stands in a rule's `source_ref`: addresses and words between semicolons."""
    parts = [part.strip() for part in text.split(";") if part.strip()]
    addresses = [part for part in parts if part.startswith(("http://", "https://"))]
    places = [Place(each, _site(each)) for each in addresses]
    places.sort(key=lambda place: not place.site.endswith("gov.cn"))
    return Sources(places, [part for part in parts if part not in addresses])


def _site(address: str) -> str:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        host = ""
    return host.removeprefix("www.") or address
