"""The one style sheet: the files of static/css, one for each component, joined in this order."""

import hashlib
import re
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, url_for

from shop.access import public

bp = Blueprint("styles", __name__)

STYLES = (
    "tokens",
    "base",
    # the frame
    "layout",
    "header",
    "navigation",
    "footer",
    # components
    "buttons",
    "fields",
    "error-summary",
    "page-header",
    "breadcrumbs",
    "tabs",
    "panel",
    "figures",
    "notice",
    "tag",
    "definitions",
    "empty-state",
    "skeleton",
    "tables",
    "table-lines",
    "edit-table",
    "comparison",
    "price",
    "product-card",
    "filters",
    "pager",
    "timeline",
    "stepper",
    "trace",
    "certificate",
    "progress",
    "print-header",
    "supply",
    "dialog",
    "toast",
    "draft",
    "shortcuts",
    "help",
    "account",
    "charts",
    "mongolian",
    # pages of the shop
    "home",
    "region",
    "product",
    "producer",
    "cart",
    "checkout",
    "errors",
    # pages of officials
    "overview",
    # pages of a buying unit
    "desk",
    "quick-order",
    "order-page",
    "receiving",
    "filing",
    # paper comes last
    "print",
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SPACE = re.compile(r"\s+")


def joined(folder: Path) -> bytes:
    """All the sheets as one, without comments and line breaks."""
    sheets = ((folder / f"{name}.css").read_text() for name in STYLES)
    return "\n".join(SPACE.sub(" ", COMMENT.sub("", sheet)).strip() for sheet in sheets).encode()


def _sheet() -> tuple[bytes, str]:
    kept: tuple[bytes, str] | None = current_app.extensions.get("styles")
    if kept is None or current_app.debug:
        text = joined(Path(current_app.static_folder or "") / "css")
        kept = (text, hashlib.sha256(text).hexdigest()[:12])
        current_app.extensions["styles"] = kept
    return kept


def stylesheet_url() -> str:
    """Its address, with its content's hash so that it may be kept for a year."""
    return url_for("styles.stylesheet", v=_sheet()[1])


@bp.get("/style.css")
@public
def stylesheet() -> Response:
    response = Response(_sheet()[0], mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.jinja_env.globals["stylesheet_url"] = stylesheet_url
