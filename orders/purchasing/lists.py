"""Lists of orders with a status filter and pages, for buying units and for sellers."""

from dataclasses import dataclass

from flask import request
from sqlalchemy import ColumnElement
from werkzeug.exceptions import NotFound as NoSuchPage

from orders.models import Order
from orders.purchasing.queries import counts_by_status, listed
from orders.states import STATUS_LABELS, OrderStatus
from shop.db import db
from shop.web.paging import Page, asked_page

PAGE_SIZE = 20


@dataclass(frozen=True)
class StatusOption:
    """One choice of the status filter, with how many orders stand there."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class OrderList:
    orders: list[Order]
    page: Page
    options: list[StatusOption]


def order_list(whose: ColumnElement[bool]) -> OrderList:
    """The page of the list that the address asks for; an unknown status is not found."""
    asked = request.args.get("status", "")
    if asked and asked not in set(OrderStatus):
        raise NoSuchPage
    counts = counts_by_status(whose)
    count = counts.get(OrderStatus(asked), 0) if asked else sum(counts.values())
    page = Page(asked_page(), PAGE_SIZE, count)
    statuses = (OrderStatus(asked),) if asked else ()
    statement = listed(whose, statuses).limit(PAGE_SIZE).offset(page.offset)
    return OrderList(
        orders=list(db.session.scalars(statement)),
        page=page,
        options=[
            StatusOption(status, str(STATUS_LABELS[status]), counts[status], status == asked)
            for status in OrderStatus
            if counts.get(status)
        ],
    )
