"""Each audience's navigation: packages add their entries, the page frame shows the permitted ones."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import LazyString

from shop.access import policy
from shop.actor import Actor, Role

AUDIENCES = {
    Role.INSTITUTION_BUYER: "buyer",
    Role.INSTITUTION_APPROVER: "buyer",
    Role.COOPERATIVE_STAFF: "supplier",
    Role.ENTERPRISE_STAFF: "supplier",
    Role.COUNTY_REVIEWER: "official",
    Role.OFFICIAL: "official",
    Role.OPERATOR: "official",
    Role.AUDITOR: "official",
}


@dataclass(frozen=True)
class Entry:
    """One link: its audience ('buyer', 'supplier', 'official'), endpoint and permission.

    `icon` is a name of the sprite; `key` the letter that follows `g` on a keyboard. `within` are
    endpoints of pages that belong to it though their addresses lie elsewhere.
    """

    audience: str
    label: LazyString
    endpoint: str
    permission: str
    order: int = 50
    icon: str = "list"
    key: str = ""
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class PublicEntry:
    """One link of the shop, open to all; `place` is 'top', 'phone' (only there) or 'footer'.

    `within` are endpoints of pages that belong to it, or a whole blueprint's with its dot: "cart.".
    """

    label: LazyString
    endpoint: str
    order: int = 50
    icon: str = "list"
    place: str = "top"
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: bool
    audience: str
    icon: str = "list"
    key: str = ""
    is_within: bool = False
    """The page is none of the links but lies below this one."""

    @property
    def is_on_phone(self) -> bool:
        return self.audience == "phone"


def add(app: Flask, *entries: Entry) -> None:
    table: list[Entry] = app.extensions.setdefault("navigation", [])
    table.extend(entries)
    table.sort(key=lambda entry: (entry.audience, entry.order))


def add_public(app: Flask, *entries: PublicEntry) -> None:
    table: list[PublicEntry] = app.extensions.setdefault("public_navigation", [])
    table.extend(entries)
    table.sort(key=lambda entry: entry.order)


def add_within(app: Flask, endpoint: str, *within: str) -> None:
    """Pages of a higher package that belong to a public link of a lower one; as its `within`."""
    table: dict[str, tuple[str, ...]] = app.extensions.setdefault("public_within", {})
    table[endpoint] = (*table.get(endpoint, ()), *within)


def _public(*places: str) -> list[Link]:
    table: list[PublicEntry] = current_app.extensions.get("public_navigation", [])
    here = request.endpoint or ""
    added: dict[str, tuple[str, ...]] = current_app.extensions.get("public_within", {})
    return [
        Link(
            str(e.label),
            url_for(e.endpoint),
            here == e.endpoint,
            e.place,
            e.icon,
            is_within=here.startswith((*e.within, *added.get(e.endpoint, ()))),
        )
        for e in table
        if e.place in places
    ]


def public_navigation() -> list[Link]:
    """The shop's own links; those of `phone` are only shown on one."""
    return _public("top", "phone")


def footer_navigation() -> list[Link]:
    return _public("footer")


def navigation_for(actor: Actor) -> list[Link]:
    """The links of this actor's own audience that they may follow, in order."""
    audiences = {AUDIENCES[role] for role in actor.roles}
    if not audiences:
        return []
    table: list[Entry] = current_app.extensions.get("navigation", [])
    allows: Any = policy().allows
    links = [
        Link(
            str(e.label),
            url_for(e.endpoint),
            request.endpoint == e.endpoint,
            e.audience,
            e.icon,
            e.key,
            request.endpoint in e.within,
        )
        for e in table
        if e.audience in audiences and allows(actor, e.permission)
    ]
    is_placed = any(link.current or link.is_within for link in links)
    return links if is_placed else _with_nearest(links)


def _with_nearest(links: list[Link]) -> list[Link]:
    """The links, the one that this page lies nearest below marked; none may be."""
    here = f"{request.script_root}{request.path}"
    above = [link.url for link in links if here.startswith(f"{link.url}/")]
    nearest = max(above, key=len, default=None)
    return [replace(link, is_within=link.url == nearest) for link in links]
