"""The picture of a product: the producer's own, else one of its motif's, else a drawing."""

from functools import lru_cache
from pathlib import Path

from flask import current_app, url_for

from shop.web.frame import asset

VARIANTS = ("", "-2", "-3")
PLACEHOLDER = "img/empty.svg"


def picture_url(motif: str | None, product_id: int, picture: str | None) -> str:
    """The address; products of one motif take turns among its pictures, each always the same."""
    if picture is not None:
        return url_for("uploads.picture", public_id=picture)
    found = _variants(current_app.static_folder or "", motif) if motif else ()
    return asset(found[product_id % len(found)] if found else PLACEHOLDER)


@lru_cache(maxsize=256)
def _variants(folder: str, motif: str) -> tuple[str, ...]:
    names = (f"img/products/{motif}{variant}.webp" for variant in VARIANTS)
    return tuple(name for name in names if (Path(folder) / name).is_file())
