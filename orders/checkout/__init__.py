"""A consumer's way from cart to received goods: checkout, purchase and order pages."""
