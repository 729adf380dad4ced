"""The small pictures beside the lines of a cart."""

from catalog.pictures import Picture, card_picture
from orders.cart.queries import Contents


def pictures_of(cart: Contents) -> dict[int, Picture]:
    """A picture by offer id; what it needs was read with the lines."""
    return {
        row.offer.id: card_picture(
            row.offer.product.motif,
            row.offer.product_id,
            row.offer.product.picture.public_id if row.offer.product.picture else None,
        )
        for row in cart.rows
    }
