"""Public pages: a producer, a batch's trace, and the code printed on its pack."""

from io import BytesIO

import segno
from flask import Blueprint, Response, current_app, render_template, url_for

from producers import queries
from producers.chain_links import order_link, public_links
from producers.goods import goods_of
from producers.trace import CertificateFact, PublicChain, chain_of_batch
from shop import clock
from shop.access import public
from shop.regions.queries import names, path, region

bp = Blueprint("producers", __name__)


@bp.get("/producers/<public_id>")
@public
def show_producer(public_id: str) -> str:
    """A cooperative or an enterprise: who, where, what it holds, runs and harvested last."""
    on = clock.today()
    producer = queries.public_producer(public_id)
    bases = queries.bases_of(producer, on)
    places = {producer.county_code, *(base.village_code for base in bases)}
    return render_template(
        "producers/public_producer.html",
        producer=producer,
        county=region(producer.county_code),
        bases=bases,
        places=names(places, full=True),
        partners=queries.partners_of(producer, on),
        certificates=[CertificateFact.of(c) for c in queries.certificates_held(producer.id, on)],
        batches=queries.latest_batches(producer),
        goods=goods_of(producer.id, on),
        today=on,
    )


@bp.get("/trace/<public_id>")
@public
def trace_batch(public_id: str) -> str:
    """Where one batch comes from, as far as it is recorded."""
    found = queries.public_batch(public_id)
    chain: PublicChain = chain_of_batch(found).public()
    return render_template(
        "producers/trace_batch.html",
        chain=chain,
        batch=chain.batch,
        links=[*public_links(chain), order_link()],
        places=path(found.base.village_code)[1:],
        producer=found.producer,
        today=clock.today(),
    )


@bp.get("/trace/<public_id>/code.svg")
@public
def trace_code(public_id: str) -> Response:
    """The QR code of a batch's trace page."""
    batch = queries.public_batch(public_id)
    path = url_for("producers.trace_batch", public_id=batch.public_id)
    drawing = BytesIO()
    segno.make(current_app.config["PUBLIC_URL"] + path, error="m").save(
        drawing, kind="svg", scale=4, border=4, light="white", dark="black"
    )
    return Response(drawing.getvalue(), mimetype="image/svg+xml")
