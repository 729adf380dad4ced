"""Orders join the shop here, room by room."""

from flask import Flask

import orders.cart.wiring
import orders.checklist
import orders.checkout.wiring
import orders.cli
import orders.fulfilment.wiring
import orders.payments.wiring
import orders.purchasing.wiring
import orders.quota.wiring
import orders.reports.wiring
import orders.supplier_desk.wiring
from shop.web import checklist


def init_app(app: Flask) -> None:
    orders.cart.wiring.init_app(app)
    orders.payments.wiring.init_app(app)
    orders.checkout.wiring.init_app(app)
    orders.purchasing.wiring.init_app(app)
    orders.fulfilment.wiring.init_app(app)
    orders.quota.wiring.init_app(app)
    orders.reports.wiring.init_app(app)
    orders.supplier_desk.wiring.init_app(app)
    checklist.add(app, "buyer", orders.checklist.first_steps)
    orders.cli.init_app(app)
