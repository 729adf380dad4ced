"""Who may use a cart: people who buy for themselves, signed in or not yet."""

from shop.access import Predicate, anonymous_or_consumer

GRANTS: dict[str, tuple[tuple[Predicate, ...], ...]] = {
    "orders:cart:use": ((anonymous_or_consumer,),),
}
