"""The picture of a product: the producer's own, else one of its motif's, else a drawing."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import current_app, url_for

from shop.web.frame import asset

VARIANTS = ("", "-2", "-3")
PLACEHOLDER = "img/none.svg"
SMALL, LARGE = 320, 640  # pixels wide; the small ones lie in a folder of that name


@dataclass(frozen=True)
class Picture:
    """Where it is; `srcset` where there is a smaller one for a wall of cards."""

    url: str
    srcset: str | None = None


def picture_url(motif: str | None, product_id: int, picture: str | None) -> str:
    """The address; products of one motif take turns among its pictures, each always the same."""
    if picture is not None:
        return url_for("uploads.picture", public_id=picture)
    found = _variants(current_app.static_folder or "", motif) if motif else ()
    return asset(found[product_id % len(found)] if found else PLACEHOLDER)


def card_picture(motif: str | None, product_id: int, picture: str | None) -> Picture:
    """The same picture, with its small version first."""
    if picture is None and (found := _variants(current_app.static_folder or "", motif or "")):
        large = found[product_id % len(found)]
        small = asset(large.replace("img/products/", f"img/products/{SMALL}/"))
        return Picture(small, f"{small} {SMALL}w, {asset(large)} {LARGE}w")
    return Picture(picture_url(motif, product_id, picture))


@lru_cache(maxsize=256)
def _variants(folder: str, motif: str) -> tuple[str, ...]:
    names = (f"img/products/{motif}{variant}.webp" for variant in VARIANTS)
    return tuple(name for name in names if (Path(folder) / name).is_file())
