"""Loads the shipped categories (NY/T 3177-2018, `data/SOURCES.md`) and the catalogue's version."""

from pathlib import Path

from catalog.models import CatalogueVersion, Category
from shop.reference import AnySession, bring, read_csv

DATA = Path(__file__).parent / "data"


def load_reference(session: AnySession) -> int:
    """Bring the categories up to the file; returns how many were added. The caller commits."""
    mongolian = {row["code"]: row["name_mn"] for row in read_csv(DATA / "mongolian_names.csv")}
    rows = [
        {
            **row,
            "parent_code": row["parent_code"] or None,
            "name_mn": mongolian.get(row["code"]),
        }
        for row in read_csv(DATA / "categories.csv")
    ]
    rows.sort(key=lambda row: (str(row["code"]).startswith("X"), row["code"]))  # parents first
    added = bring(session, Category, "code", rows)
    bring(session, CatalogueVersion, "id", [{"id": 1, "number": 1}], corrects=False)
    return added
