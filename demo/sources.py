"""The word lists and templates in `demo/data` (see its SOURCES.md), read into typed rows."""

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Template:
    """A product that some cooperative may sell. Amounts in fen, quantities as offers count them."""

    key: str
    name: str
    name_en: str
    category: str
    motif: str
    content: int
    content_unit: str
    pack: str
    pack_en: str
    basis: str
    price: int
    minimum: int
    multiple: int
    shelf_life: int
    storage: str
    months: frozenset[int]
    geographical_name: str | None
    counties: frozenset[str]
    is_processed: bool
    summary: str
    summary_en: str

    @property
    def base_kind(self) -> str:
        """Which kind of base brings it forth."""
        return "livestock" if self.category.lstrip("X").startswith(("02", "03")) else "planting"

    @property
    def needs_conformity(self) -> bool:
        """Kinds that carry a commitment certificate (MARA order 2025 No. 4): vegetables, fruit,
        cultivated mushrooms, tea, eggs, farmed fish; not grain, milk or slaughtered meat.
        """
        kinds = ("0103", "0104", "0106", "0107", "0202-03", "03")
        return not self.is_processed and self.category.lstrip("X").startswith(kinds)


@dataclass(frozen=True, slots=True)
class UnitRow:
    key: str
    parent: str | None
    name: str
    kind: str
    level: str
    region: str
    canteen_mode: str
    food_total: int  # fen a year
    heads: int
    representative: str | None


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def templates() -> list[Template]:
    return [
        Template(
            key=row["key"],
            name=row["name"],
            name_en=row["name_en"],
            category=row["category_code"],
            motif=row["motif"],
            content=int(row["content_amount"]),
            content_unit=row["content_unit"],
            pack=row["pack_name"],
            pack_en=row["pack_name_en"],
            basis=row["price_basis"],
            price=int(row["price_fen"]),
            minimum=int(row["min_order"]),
            multiple=int(row["multiple"]),
            shelf_life=int(row["shelf_life_days"]),
            storage=row["storage"],
            months=frozenset(int(month) for month in row["harvest_months"].split(";")),
            geographical_name=row["gi_name"] or None,
            counties=frozenset(row["banner_codes"].split(";")),
            is_processed=row["processed"] == "1",
            summary=row["summary"],
            summary_en=row["summary_en"],
        )
        for row in _rows("products.csv")
    ]


@cache
def units() -> list[UnitRow]:
    return [
        UnitRow(
            key=row["key"],
            parent=row["parent_key"] or None,
            name=row["name"],
            kind=row["kind"],
            level=row["budget_level"],
            region=row["region_code"],
            canteen_mode=row["canteen_mode"],
            food_total=int(row["canteen_food_total_yuan"]) * 100,
            heads=int(row["heads"]),
            representative=row["representative_key"] or None,
        )
        for row in _rows("units.csv")
    ]


@cache
def words() -> dict[str, Any]:
    with (DATA / "names.toml").open("rb") as file:
        return tomllib.load(file)
