"""Who may do what with products and offers; the storefront itself is open to anybody."""

from shop.access import Predicate

GRANTS: dict[str, tuple[tuple[Predicate, ...], ...]] = {}
