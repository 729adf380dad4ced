"""Purchases, orders, their lines and the batches that fill them."""

from orders.models.line import Allocation, OrderLine
from orders.models.order import Channel, FundSource, Order, OrderEvent, Purchase

__all__ = ["Allocation", "Channel", "FundSource", "Order", "OrderEvent", "OrderLine", "Purchase"]
