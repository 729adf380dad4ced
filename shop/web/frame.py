"""What every page has: its actor, its language, its navigation, its assets."""

import hashlib
import secrets
from functools import lru_cache
from pathlib import Path

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import Babel, get_locale
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import AnyOf

from shop.access import public
from shop.actor import ANONYMOUS
from shop.web.forms import Form
from shop.web.navigation import navigation_for
from shop.web.paths import own_path

LOCALES = {"zh_Hans_CN": "简体中文", "en": "English"}
HTML_LANGUAGES = {"zh_Hans_CN": "zh-Hans", "en": "en"}

babel = Babel()
csrf = CSRFProtect()
login_manager = LoginManager()
bp = Blueprint("web", __name__)


def choose_locale() -> str:
    """The person's own choice, else the best their browser asks for, else Chinese."""
    chosen = session.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    asked = request.accept_languages.best_match(["zh-CN", "zh", "en"], "zh")
    return "en" if asked == "en" else "zh_Hans_CN"


def is_english() -> bool:
    return get_locale().language == "en"


def pick(record: object, name: str = "name") -> str:
    """A record's text in the page's language: `name`, or `name_en` where it has one."""
    if is_english():
        translated = getattr(record, f"{name}_en", None)
        if translated:
            return str(translated)
    return str(getattr(record, name))


class LanguageForm(Form):
    locale = HiddenField(validators=[AnyOf(LOCALES)])
    next = HiddenField()


@bp.post("/language")
@public
def set_language() -> Response:
    """Switch the language and stay on the page."""
    form = LanguageForm()
    if not form.validate_on_submit():
        abort(400)
    session["locale"] = form.locale.data
    return redirect(own_path(form.next.data, url_for("catalog.home")))


@lru_cache(maxsize=512)
def _fingerprint(folder: str, name: str) -> str:
    return hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file, with its content's hash so that it may be kept for a year."""
    folder = current_app.static_folder or ""
    return f"{current_app.static_url_path}/{name}?v={_fingerprint(folder, name)}"


def kept(template: str) -> Markup:
    """A part of the frame that is the same for everybody, rendered once per language.

    Only for what holds nothing of the visitor or of the request: no name, no token, no nonce.
    """
    table: dict[tuple[str, str], Markup] = current_app.extensions["kept_parts"]
    key = (template, str(get_locale()))
    if key not in table or current_app.debug:
        table[key] = Markup(render_template(template))  # noqa: S704 - a rendered template
    return table[key]


def csp_nonce() -> str:
    """One unguessable value per response, for the scripts that the page itself loads."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def identify() -> None:
    """Make the request's actor, once. Cookieless requests cost no query."""
    g.request_id = secrets.token_hex(8)
    g.actor = getattr(current_user, "actor", None) or ANONYMOUS


def page_context() -> dict[str, object]:
    return {
        "navigation": navigation_for(g.get("actor", ANONYMOUS)),
        "cart_count": session.get("cart_count", 0),
        "is_demo_site": current_app.config["IS_DEMO"],
        "html_language": HTML_LANGUAGES.get(str(get_locale()), "zh-Hans"),
        "locales": LOCALES,
        "actor": g.get("actor", ANONYMOUS),
    }


def init_app(app: Flask) -> None:
    babel.init_app(app, locale_selector=choose_locale)
    login_manager.init_app(app)
    login_manager.session_protection = None  # sessions live and end at the server
    app.before_request(identify)
    csrf.init_app(app)
    app.context_processor(page_context)
    app.jinja_env.globals.update(
        asset=asset,
        csp_nonce=csp_nonce,
        get_locale=get_locale,
        is_english=is_english,
        kept=kept,
        pick=pick,
    )
    app.extensions["kept_parts"] = {}
    app.jinja_env.add_extension("jinja2.ext.do")
    app.register_blueprint(bp)
