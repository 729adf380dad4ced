"""Without a connection: the service worker, the page it shows, and the shop as an installed app."""

import hashlib

from flask import Blueprint, Flask, Response, jsonify, render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from shop.access import public
from shop.web.frame import HTML_LANGUAGES, asset, script_map
from shop.web.styles import stylesheet_url

bp = Blueprint("offline", __name__)
LOCALE_OF = {language.lower(): locale for locale, language in HTML_LANGUAGES.items()}
COLOURS = {"theme_color": "#21395f", "background_color": "#f7f3ea"}
ICONS = (("img/icon-192.png", "192x192"), ("img/icon-512.png", "512x512"))


@bp.get("/sw.js")
@public
def service_worker() -> Response:
    """At the root, so that it answers for the whole shop; asked for anew every time."""
    script = render_template("offline/sw.js", version=_version(), languages=sorted(LOCALE_OF))
    response = Response(script, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@public
def page(language: str) -> str:
    """What is shown when the shop cannot be reached; the same for everybody."""
    locale = LOCALE_OF[language]
    with force_locale(locale):
        return render_template("offline/page.html", html_language=HTML_LANGUAGES[locale])


for name in LOCALE_OF:
    bp.add_url_rule(f"/offline/{name}", "page", page, defaults={"language": name})


@bp.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """The shop as it stands on a phone's home screen."""
    icons = [
        {"src": asset(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for name, sizes in ICONS
        for purpose in ("any", "maskable")
    ]
    svg = {"src": asset("img/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    answer = jsonify(
        {
            "name": _("乡源：消费帮扶商城"),
            "short_name": _("乡源"),
            "id": "/",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "icons": [svg, *icons],
            **COLOURS,
        }
    )
    answer.mimetype = "application/manifest+json"
    return answer


def _version() -> str:
    """Changes with every script and sheet of ours, and with nothing else."""
    marks = f"{script_map()} {stylesheet_url()}"
    return hashlib.sha256(marks.encode()).hexdigest()[:12]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
