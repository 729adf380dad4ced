"""Facets: the values of each filter among what can be bought, with their numbers.

A facet counts under all the other filters, and its values come only from verified records.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import pgettext
from sqlalchemy import ColumnElement, and_, case, distinct, func, select

from catalog.categories import CategoryTree
from catalog.listing import PRICE_BANDS, Choice, price_within
from catalog.models import CertificateCoverage, Offer, Product
from catalog.queries import buyable
from producers.models import Base, Certificate, CertificateType
from producers.queries import certificate_valid
from shop.db import db
from shop.regions.english import place_name
from shop.regions.models import Region
from shop.regions.queries import names
from shop.web.frame import pick

Conditions = Mapping[str, ColumnElement[bool]]
AddressOf = Callable[[Choice], str]


@dataclass(frozen=True)
class FacetOption:
    label: str
    value: str
    count: int
    selected: bool
    url: str


@dataclass(frozen=True)
class Facet:
    label: str
    name: str
    options: list[FacetOption]


@dataclass(frozen=True)
class Counts:
    """Numbers of offers by value; `total` is the number under all filters."""

    counties: list[tuple[str, str, int]]  # code, name, number
    categories: dict[str, int]
    certificates: list[tuple[CertificateType, int]]
    prices: dict[str, int]
    total: int


def others(conditions: Conditions, name: str) -> list[ColumnElement[bool]]:
    """All conditions but this facet's own."""
    return [condition for key, condition in conditions.items() if key != name]


def count_all(choice: Choice, conditions: Conditions, tree: CategoryTree, on: date) -> Counts:
    """The numbers of every facet: four queries, and one for each choice that finds nothing."""
    categories = category_counts(others(conditions, "category"), tree, on)
    shown = [choice.category] if choice.category else tree.below.get(None, [])
    return Counts(
        counties=_with_chosen_county(choice, county_counts(others(conditions, "county"), on)),
        categories=categories,
        certificates=_with_chosen_kind(
            choice, certificate_counts(others(conditions, "certificate"), on)
        ),
        prices=price_counts(others(conditions, "price"), on),
        total=sum(categories.get(code, 0) for code in shown),
    )


def county_counts(filters: Sequence[ColumnElement[bool]], on: date) -> list[tuple[str, str, int]]:
    """Code, name in the page's language and number of offers of each county, by code."""
    rows = db.session.execute(
        buyable(on)
        .where(*filters)
        .join(Region, Region.code == Base.county_code)
        .with_only_columns(Region.code, Region.name, func.count(Offer.id))
        .group_by(Region.code, Region.name)
        .order_by(Region.code)
    )
    return [(code, place_name(code, name), number) for code, name, number in rows]


def _with_chosen_county(
    choice: Choice, counts: list[tuple[str, str, int]]
) -> list[tuple[str, str, int]]:
    """What was chosen stands among the values even where it finds nothing, to be taken back."""
    if not choice.county or any(code == choice.county for code, _name, _number in counts):
        return counts
    return sorted([*counts, *((code, name, 0) for code, name in names([choice.county]).items())])


def _with_chosen_kind(
    choice: Choice, counts: list[tuple[CertificateType, int]]
) -> list[tuple[CertificateType, int]]:
    if not choice.certificate or any(kind.code == choice.certificate for kind, _number in counts):
        return counts
    kind = db.session.get(CertificateType, choice.certificate)
    return [*counts, (kind, 0)] if kind else counts


def category_counts(
    filters: Sequence[ColumnElement[bool]], tree: CategoryTree, on: date
) -> dict[str, int]:
    """Numbers by category, each with all that lies under it."""
    rows = db.session.execute(
        buyable(on)
        .where(*filters)
        .with_only_columns(Product.category_code, func.count(Offer.id))
        .group_by(Product.category_code)
    )
    found: dict[str, int] = {}
    for code, number in rows:
        for category in tree.path(code):
            found[category.code] = found.get(category.code, 0) + number
    return found


def certificate_counts(
    filters: Sequence[ColumnElement[bool]], on: date
) -> list[tuple[CertificateType, int]]:
    """Numbers of offers by type of a valid certificate that covers them, the most first."""
    # The certificate is looked up from the coverage: SQLite would otherwise begin with all of them.
    type_code = (
        select(Certificate.type_code)
        .where(Certificate.id == CertificateCoverage.certificate_id, certificate_valid(on))
        .correlate(CertificateCoverage)
        .scalar_subquery()
    )
    covered = (
        buyable(on)
        .where(*filters)
        .join(
            CertificateCoverage,
            and_(
                CertificateCoverage.product_id == Offer.product_id,
                CertificateCoverage.base_id == Offer.base_id,
            ),
        )
        .with_only_columns(Offer.id.label("offer_id"), type_code.label("type_code"))
        .subquery()
    )
    counted = (
        select(covered.c.type_code, func.count(distinct(covered.c.offer_id)).label("number"))
        .where(covered.c.type_code.is_not(None))
        .group_by(covered.c.type_code)
        .subquery()
    )
    rows = db.session.execute(
        select(CertificateType, counted.c.number)
        .join(counted, counted.c.type_code == CertificateType.code)
        .order_by(CertificateType.grants_listing.desc(), counted.c.number.desc())
        .order_by(CertificateType.code)
    )
    return [(kind, count) for kind, count in rows]


def price_counts(filters: Sequence[ColumnElement[bool]], on: date) -> dict[str, int]:
    """Numbers by price band."""
    columns = [func.sum(case((price_within(band), 1), else_=0)) for band in PRICE_BANDS]
    row = db.session.execute(buyable(on).where(*filters).with_only_columns(*columns)).one()
    return {band: int(number or 0) for band, number in zip(PRICE_BANDS, row, strict=True)}


def facets_of(
    choice: Choice, counts: Counts, tree: CategoryTree, address: AddressOf
) -> list[Facet]:
    """The facets with an address for each choice made or undone."""

    def option(name: str, label: str, value: str, count: int) -> FacetOption:
        selected = getattr(choice, name) == value
        target = choice.with_(**{name: None if selected else value})
        return FacetOption(label, value, count, selected, address(target))

    return [
        Facet(_("类别"), "category", _category_options(choice, counts, tree, option)),
        Facet(
            _("产地"),
            "county",
            [option("county", name, code, count) for code, name, count in counts.counties],
        ),
        Facet(
            pgettext("many", "证书"),
            "certificate",
            [option("certificate", pick(kind), kind.code, n) for kind, n in counts.certificates],
        ),
        Facet(
            _("单价"),
            "price",
            [
                option("price", band_label(band), band, number)
                for band, number in counts.prices.items()
                if number or band == choice.price
            ],
        ),
    ]


def _category_options(
    choice: Choice,
    counts: Counts,
    tree: CategoryTree,
    option: Callable[[str, str, str, int], FacetOption],
) -> list[FacetOption]:
    """The way down to the chosen category, and the step below it."""
    way = [category.code for category in tree.path(choice.category)] if choice.category else []
    below = [code for code in tree.below.get(choice.category, []) if counts.categories.get(code)]
    return [
        option("category", pick(tree.by_code[code]), code, counts.categories.get(code, 0))
        for code in [*way, *below]
    ]


def band_label(band: str) -> str:
    """A price band in words; the upper end is not included."""
    low, high = PRICE_BANDS[band]
    if high is None:
        return _("%(low)s 元及以上", low=low.fen // 100)
    if not low:
        return _("%(high)s 元以下", high=high.fen // 100)
    return _("%(low)s 元至不到 %(high)s 元", low=low.fen // 100, high=high.fen // 100)
