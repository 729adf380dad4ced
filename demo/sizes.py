"""How large a world is."""

from dataclasses import dataclass, replace

SMALL_COUNTIES = ("150430", "152221", "150525", "152524", "150929", "150821")
SMALL_UNITS = frozenset(
    {
        "150000-finance", "150400-finance", "150430-finance",
        "150000-affairs", "150000-civil", "150400-affairs", "150400-education", "150400-school-1",
        "150400-school-2", "150400-union", "150430-affairs", "150430-education",
        "150430-school-1", "150430-school-2", "150430-town",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """Counts of everything; `applicants` are producers whose application is still open."""

    cooperatives: int
    enterprises: int
    applicants: int
    bases: int
    households: int
    products: int
    consumers: int
    orders: int
    unit_copies: int = 1
    is_small: bool = False


SMALL = Size(6, 3, 1, 10, 60, 24, 8, 130, is_small=True)
FULL = Size(44, 16, 4, 92, 1500, 300, 180, 3000)


def size_of(*, scale: int, small: bool) -> Size:
    """The small world, or the full one so many times over. Raises ValueError below 1."""
    if scale < 1:
        raise ValueError("scale begins at 1")
    if small:
        return SMALL
    return replace(
        FULL,
        **{
            name: getattr(FULL, name) * scale
            for name in ("cooperatives", "enterprises", "applicants", "bases", "households",
                         "products", "consumers", "orders", "unit_copies")
        },
    )  # fmt: skip
