"""Batches and what households gave to them as sheets to keep. A household is only its pseudonym."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from producers.benefit import Given, Shared
from producers.households import LINK_LABELS
from producers.models import Batch, Household, HouseholdLink, HouseholdLinkKind
from shop.sheets import Column, Group, Kind, Report, Row
from shop.web.filters import content


def batches_report(
    batches: Sequence[Batch],
    shared: Mapping[int, Shared],
    *,
    parameters: Sequence[tuple[str, str]],
) -> Report:
    """One row a batch, as the list is filtered; quantities in words, and exact in the smallest unit."""
    return Report(
        title=_("批次和农户交售"),
        question=_("每个批次有多少，其中农户交售多少"),
        row_label=_("批次号"),
        groups=[
            Group(
                "",
                [
                    Column("produce", _("农产品"), Kind.TEXT),
                    Column("base", _("基地"), Kind.TEXT),
                    Column("harvested_on", _("采收日期"), Kind.TEXT),
                    Column("best_before", _("保质期至"), Kind.TEXT),
                    Column("quantity", _("数量"), Kind.TEXT),
                    Column("exact", _("数量（克、毫升或件）"), Kind.COUNT),
                    Column("households", _("交售农户数"), Kind.COUNT),
                    Column("shared", _("农户交售数量"), Kind.TEXT),
                    Column("shared_exact", _("农户交售（克、毫升或件）"), Kind.COUNT),
                    Column("conformity", _("承诺达标合格证"), Kind.TEXT),
                ],
            )
        ],
        rows=[_batch_row(batch, shared[batch.id]) for batch in batches],
        totals=None,
        sentences=[_("不同农产品的数量单位不同，不相加；一户交给多个批次时，每个批次各算一户。")],
        parameters=parameters,
    )


def _batch_row(batch: Batch, shared: Shared) -> Row:
    return Row(
        batch.code,
        {
            "produce": batch.produce,
            "base": batch.base.name,
            "harvested_on": batch.harvested_on.isoformat(),
            "best_before": batch.best_before.isoformat() if batch.best_before else None,
            "quantity": content(batch.quantity, batch.unit_code),
            "exact": batch.quantity,
            "households": shared.households,
            "shared": content(shared.quantity, batch.unit_code) if shared.households else None,
            "shared_exact": shared.quantity,
            "conformity": batch.conformity_number,
        },
    )


def households_report(
    rows: Sequence[tuple[Household, Sequence[HouseholdLink]]],
    given: Mapping[int, Given],
    places: Mapping[str, str],
    *,
    seller: str,
    day: str,
) -> Report:
    """One row a household with a link in force: its pseudonym, its village, what it gave."""
    return Report(
        title=_("联农带农"),
        question=_("每户与本单位怎样联结、交售了多少"),
        row_label=_("农户代号"),
        groups=[
            Group(
                "",
                [
                    Column("place", _("所在村"), Kind.TEXT),
                    Column("links", _("联结方式"), Kind.TEXT),
                    Column("since", _("联结开始日期"), Kind.TEXT),
                    Column("batches", _("交售批次数"), Kind.COUNT),
                    Column("grams", _("交售重量（克）"), Kind.COUNT),
                    Column("pieces", _("交售件数"), Kind.COUNT),
                    Column("millilitres", _("交售体积（毫升）"), Kind.COUNT),
                ],
            )
        ],
        rows=[
            _household_row(household, links, given[household.id], places)
            for household, links in rows
        ],
        totals=Row(
            _("合计"),
            {
                "grams": _sum(given, "g"),
                "pieces": _sum(given, "piece"),
                "millilitres": _sum(given, "ml"),
            },
        ),
        sentences=[
            _(
                "只列与本单位有联结的农户和交给本单位批次的数量；农户只用代号，不含姓名、证件和电话。"
            )
        ],
        parameters=[(_("供应商"), seller), (_("日期"), day)],
    )


def _sum(given: Mapping[int, Given], unit_code: str) -> int:
    return sum(each.quantities.get(unit_code, 0) for each in given.values())


def _household_row(
    household: Household, links: Sequence[HouseholdLink], given: Given, places: Mapping[str, str]
) -> Row:
    kinds = list(dict.fromkeys(str(LINK_LABELS[HouseholdLinkKind(link.kind)]) for link in links))
    return Row(
        household.pseudonym,
        {
            "place": places.get(household.village_code),
            "links": _("、").join(kinds),
            "since": min(link.valid_from for link in links).isoformat() if links else None,
            "batches": given.batches,
            "grams": given.quantities.get("g", 0),
            "pieces": given.quantities.get("piece", 0),
            "millilitres": given.quantities.get("ml", 0),
        },
    )
