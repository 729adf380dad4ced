"""Error pages: what happened, what was not done, and what to do next, in the reader's words."""

from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask, current_app, g, make_response, render_template, request
from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from shop import clock
from shop.actor import ANONYMOUS, Actor
from shop.errors import DomainError
from shop.web import resume
from shop.web.error_words import words
from shop.web.landing import landing
from shop.web.navigation import AUDIENCES
from shop.web.origin import is_from_own_page
from shop.web.paths import own_path

LEAST_WAIT = 1
HELP = {"buyer": "/help/ordering", "supplier": "/help/supplying", "official": "/help/overseeing"}


@dataclass(frozen=True)
class Reader:
    """Who reads the page; a fault of ours asks nobody."""

    audience: str = "public"
    is_signed_in: bool = False
    steps: list[tuple[str, str]] = field(default_factory=list)


def reader_of(status: int) -> Reader:
    """The audience, and two or three ways on that this reader has."""
    actor: Actor = g.get("actor", ANONYMOUS) if status < 500 else ANONYMOUS
    audience = next((AUDIENCES[role] for role in sorted(actor.roles)), "public")
    steps: list[tuple[str, str]] = []
    if status in {403, 404, 409} and request.method == "GET" and audience == "public":
        steps.append((_("去看看商品"), "/products"))
    if status == 403 and actor.is_signed_in:
        steps.append((_("查看我的账号和角色"), "/account"))
    if status in {400, 405, 409, 413, 422} and (back := _page_before()):
        steps.append((_("回到刚才的页面"), back))
    if actor.roles:
        steps.append((_("回到工作台"), landing(actor.roles)))
    elif actor.is_signed_in:
        steps.append((_("查看我的订单"), "/orders"))
    steps.append((_("回到首页"), "/"))
    steps.append((_("查看帮助"), HELP.get(audience, "/help")))
    return Reader(audience, actor.is_signed_in, steps)


def _page_before() -> str:
    """The page of ours that led here, if the browser says it and it is another one."""
    base, referrer = request.host_url.rstrip("/"), request.referrer or ""
    path = referrer.removeprefix(base) if referrer.startswith(base + "/") else ""
    return own_path(path, "") if path != request.path else ""


def error_page(
    status: int, message: str | None = None, *, wait: int | None = None
) -> tuple[str, int] | Response:
    """The page of a status; `wait` is the seconds after which to try again, if they are known."""
    said = words(status)
    page = render_template(
        "errors/error.html",
        status=status,
        title=said.title,
        message=message or said.happened,
        not_done=said.not_done,
        again=when_again(wait),
        reader=reader_of(status),
        request_id=g.get("request_id", "-"),
    )
    if wait is None:
        return page, status
    response = make_response(page, status)
    response.headers["Retry-After"] = str(wait)
    return response


def when_again(wait: int | None) -> str | None:
    """“15 分钟后（14:32）”: how long, and the time of the clock."""
    if wait is None:
        return None
    minutes = max(LEAST_WAIT, -(-wait // 60))
    moment = format_datetime(clock.now() + timedelta(minutes=minutes), "HH:mm")
    return ngettext(
        "请在 %(num)d 分钟后（%(moment)s）再试。",
        "请在 %(num)d 分钟后（%(moment)s）再试。",
        minutes,
        moment=moment,
    )


def show_refusal(refusal: DomainError) -> tuple[str, int] | Response:
    wait = getattr(refusal, "retry_after", None)
    return error_page(refusal.status, str(refusal.message), wait=wait)


def show_http_error(error: HTTPException) -> tuple[str, int] | Response:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    if error.code == 401 and (kept := resume.kept_page(401)):
        return kept
    wait = getattr(error, "retry_after", None)
    return error_page(error.code, wait=wait if isinstance(wait, int) else None)


def show_stale_form(error: CSRFError) -> tuple[str, int] | Response:
    """A page of ours that has grown old keeps what was typed; from elsewhere nothing is taken."""
    if is_from_own_page() and (kept := resume.kept_page(400)):
        return kept
    return error_page(400, _("页面已经过期，或登录状态已经改变，所以没有提交。"))


def show_failure(error: Exception) -> tuple[str, int] | Response:
    """A fault of ours: logged whole, shown without any of it."""
    current_app.logger.exception("unhandled error on %s %s", request.method, request.path)
    return error_page(500)


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, show_refusal)
    app.register_error_handler(CSRFError, show_stale_form)
    app.register_error_handler(HTTPException, show_http_error)
    if not app.config["TESTING"]:
        app.register_error_handler(Exception, show_failure)
