"""Carts, orders, payment, fulfilment, quota and reports."""
