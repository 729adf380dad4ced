"""The supplier's desk."""

from flask import Blueprint, render_template

from orders.supplier_desk.queries import desk_of
from producers import reach
from producers.states import PRODUCER_LABELS, ProducerStatus
from shop import clock
from shop.access import requires
from shop.actor import current_actor

bp = Blueprint("supplier", __name__)


@bp.get("/supplier")
@requires("orders:supply:read")
def desk() -> str:
    """Orders to confirm, certificates about to end, stock running out, listings handed back."""
    actor = current_actor()
    producer = reach.own_producer(actor)
    return render_template(
        "orders/supplier_desk/desk.html",
        producer=producer,
        status=PRODUCER_LABELS[ProducerStatus(producer.status)],
        desk=desk_of(actor, producer, clock.today()),
    )
