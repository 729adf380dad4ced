"""What every page has: its actor, its language, its navigation, its assets."""

import hashlib
import hmac
import json
import secrets
from functools import lru_cache
from pathlib import Path

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    g,
    has_request_context,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_babel import Babel, get_locale
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import AnyOf

from shop.access import public
from shop.actor import ANONYMOUS
from shop.web.forms import Form
from shop.web.navigation import footer_navigation, navigation_for, public_navigation
from shop.web.paths import own_path, page_path

LOCALES = {"zh_Hans_CN": "简体中文", "en": "English"}
HTML_LANGUAGES = {"zh_Hans_CN": "zh-Hans", "en": "en"}
THEMES = {"auto": _l("跟随系统"), "light": _l("浅色"), "dark": _l("深色")}

SAME_FOR_ALL = frozenset({"static", "styles.stylesheet"})

babel = Babel()
csrf = CSRFProtect()
login_manager = LoginManager()
bp = Blueprint("web", __name__)


def choose_locale() -> str:
    """The person's own choice, else the best their browser asks for, else Chinese.

    Chinese too where nobody asks: in jobs and commands.
    """
    if not has_request_context():
        return "zh_Hans_CN"
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


class ThemeForm(Form):
    theme = HiddenField(validators=[AnyOf(THEMES)])
    next = HiddenField()


@bp.post("/theme")
@public
def set_theme() -> Response:
    """Light, dark or as the device has it; stays on the page."""
    form = ThemeForm()
    if not form.validate_on_submit():
        abort(400)
    session["theme"] = form.theme.data
    return redirect(own_path(form.next.data, url_for("catalog.home")))


@lru_cache(maxsize=512)
def _fingerprint(folder: str, name: str) -> str:
    return hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file, with its content's hash so that it may be kept for a year."""
    folder = current_app.static_folder or ""
    return f"{current_app.static_url_path}/{name}?v={_fingerprint(folder, name)}"


def icon_sheet() -> str:
    """The address of the sprite that the icons are taken from."""
    return asset("img/icons.svg")


def script_map() -> Markup:
    """The import map: every module of static/js as `x/<name>`, at its own kept address."""
    kept_map: Markup | None = current_app.extensions.get("script_map")
    if kept_map is None or current_app.debug:
        folder = Path(current_app.static_folder or "") / "js"
        names = sorted(file.stem for file in folder.glob("*.js"))
        modules = {f"x/{name}": asset(f"js/{name}.js") for name in names}
        kept_map = Markup(json.dumps({"imports": modules}))  # noqa: S704 - names of our own files
        current_app.extensions["script_map"] = kept_map
    return kept_map


def person_key() -> str:
    """A name for this person that only this shop can make; for what a browser keeps of theirs."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    who = str(g.get("actor", ANONYMOUS).user_id)
    return hmac.new(secret, b"person:" + who.encode(), "sha256").hexdigest()[:16]


def kept(template: str, variant: str = "") -> Markup:
    """A part of the frame that is the same for everybody, rendered once per language and variant.

    Only for what holds nothing of the visitor or of the request: no name, no token, no nonce;
    and for variants of which there are few: an endpoint, a theme.
    """
    table: dict[tuple[str, str, str], Markup] = current_app.extensions["kept_parts"]
    key = (template, variant, str(get_locale()))
    if key not in table or current_app.debug:
        table[key] = Markup(render_template(template))  # noqa: S704 - a rendered template
    return table[key]


def csp_nonce() -> str:
    """One unguessable value per response, for the scripts that the page itself loads."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def identify() -> None:
    """Make the request's actor, once. Cookieless requests cost no query.

    What is the same for all asks for no session, so that a browser keeps it whoever signs in.
    """
    g.request_id = secrets.token_hex(8)
    if request.endpoint in SAME_FOR_ALL:
        g.actor = ANONYMOUS
        return
    g.actor = getattr(current_user, "actor", None) or ANONYMOUS


class QuietSessions(SecureCookieSessionInterface):
    """Sessions that leave no trace on what is the same for all, not even `Vary: Cookie`."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint not in SAME_FOR_ALL:
            super().save_session(app, session, response)  # type: ignore[arg-type]


def page_context() -> dict[str, object]:
    return {
        "navigation": navigation_for(g.get("actor", ANONYMOUS)),
        "cart_count": session.get("cart_count", 0),
        "is_demo_site": current_app.config["IS_DEMO"],
        "html_language": HTML_LANGUAGES.get(str(get_locale()), "zh-Hans"),
        "locales": LOCALES,
        "themes": THEMES,
        "theme": theme if (theme := session.get("theme")) in THEMES else "auto",
        "actor": g.get("actor", ANONYMOUS),
    }


def init_app(app: Flask) -> None:
    app.session_interface = QuietSessions()
    babel.init_app(app, locale_selector=choose_locale)
    login_manager.init_app(app)
    login_manager.session_protection = None  # sessions live and end at the server
    app.before_request(identify)
    csrf.init_app(app)
    app.context_processor(page_context)
    app.jinja_env.globals.update(
        asset=asset,
        csp_nonce=csp_nonce,
        footer_navigation=footer_navigation,
        get_locale=get_locale,
        icon_sheet=icon_sheet,
        is_english=is_english,
        kept=kept,
        page_path=page_path,
        person_key=person_key,
        pick=pick,
        public_navigation=public_navigation,
        script_map=script_map,
    )
    app.extensions["kept_parts"] = {}
    app.jinja_env.add_extension("jinja2.ext.do")
    app.register_blueprint(bp)
