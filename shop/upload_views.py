"""Stored files over HTTP: public pictures to everybody, evidence to its owner and its reviewers."""

from flask import Blueprint, Flask, Response, abort, send_file
from sqlalchemy import ColumnElement, false, or_, select, true

from shop.access import (
    Predicate,
    auditor,
    county_reviewer,
    institution_member,
    operator,
    public,
    requires,
    supplier_staff,
)
from shop.accounts.models import Organisation, OrganisationKind
from shop.actor import Actor, Role, current_actor
from shop.db import db
from shop.files import StoredFile
from shop.regions.queries import within
from shop.uploads import ENDINGS

GRANTS: dict[str, tuple[tuple[Predicate, ...], ...]] = {
    "shop:evidence:read": (
        (supplier_staff,), (institution_member,), (county_reviewer,), (operator,), (auditor,),
    ),
}  # fmt: skip

bp = Blueprint("uploads", __name__)


def evidence_visible_to(actor: Actor) -> ColumnElement[bool]:
    """One's own organisation's files; a producer's also to the reviewers of its county."""
    if actor.is_any(Role.OPERATOR, Role.AUDITOR):
        return true()
    if actor.organisation_id is None:
        return false()
    seen: list[ColumnElement[bool]] = [StoredFile.organisation_id == actor.organisation_id]
    if Role.COUNTY_REVIEWER in actor.roles and actor.region_code:
        theirs = select(Organisation.id).where(
            Organisation.kind == OrganisationKind.PRODUCER,
            within(Organisation.region_code, actor.region_code),
        )
        seen.append(StoredFile.organisation_id.in_(theirs))
    return or_(*seen)


@bp.get("/pictures/<public_id>")
@public
def picture(public_id: str) -> Response:
    response = _send(StoredFile.public_id == public_id, StoredFile.is_public.is_(True))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@bp.get("/evidence/<public_id>")
@requires("shop:evidence:read")
def evidence(public_id: str) -> Response:
    return _send(
        StoredFile.public_id == public_id,
        StoredFile.is_public.is_(False),
        evidence_visible_to(current_actor()),
    )


def _send(*conditions: ColumnElement[bool]) -> Response:
    """The file under a generated name; documents are downloaded, never opened inside the site."""
    stored = db.session.scalar(select(StoredFile).where(*conditions))
    if stored is None or not stored.path.is_file():
        abort(404)
    response = send_file(
        stored.path,
        mimetype=stored.media_type,
        as_attachment=stored.media_type == "application/pdf",
        download_name=f"{stored.public_id}{ENDINGS[stored.media_type]}",
        max_age=0,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def init_app(app: Flask) -> None:
    app.extensions["policy"].add(GRANTS)
    app.register_blueprint(bp)
