"""Categories, products, offers, stock and search."""
