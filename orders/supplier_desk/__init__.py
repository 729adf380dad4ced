"""The supplier's first page: what waits, from orders down to certificates."""
