"""Error pages: what happened, in the reader's words, and what to do next."""

from flask import Flask, current_app, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from shop.errors import DomainError


def words(status: int) -> tuple[str, str]:
    """Title and sentence for a status."""
    table = {
        400: (_("请求有误"), _("提交的内容无法识别。请返回上一页，检查后重新提交。")),
        401: (_("请先登录"), _("登录后才能进行这一步。")),
        403: (_("没有权限"), _("您的账号不能进行这项操作。如有需要，请联系本单位管理员。")),
        404: (_("没有找到"), _("这个页面不存在，或者您不能查看它。")),
        405: (_("不支持的操作"), _("请从页面上的按钮进行操作。")),
        409: (_("现在不能这样做"), _("内容已经变化，请刷新页面后再试。")),
        413: (_("内容太大"), _("提交的内容或文件超过了上限。")),
        414: (_("地址太长"), _("地址超过了上限。请从页面上的链接或按钮进入。")),
        422: (_("填写有误"), _("填写的内容有误，请检查。")),
        429: (_("操作太频繁"), _("请稍等片刻再试。")),
        503: (_("暂时不可用"), _("系统正忙，请稍后再试。")),
    }
    return table.get(status, (_("出错了"), _("系统出了问题，我们已经记录。请稍后再试。")))


def error_page(status: int, message: str | None = None) -> tuple[str, int]:
    title, sentence = words(status)
    request_id = g.get("request_id", "-")
    page = render_template(
        "errors/error.html",
        status=status,
        title=title,
        message=message or sentence,
        next_steps=[],
        request_id=request_id,
    )
    return page, status


def show_refusal(refusal: DomainError) -> tuple[str, int]:
    return error_page(refusal.status, str(refusal.message))


def show_http_error(error: HTTPException) -> tuple[str, int] | Response:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    return error_page(error.code)


def show_stale_form(error: CSRFError) -> tuple[str, int]:
    return error_page(400, _("页面已经过期或登录状态已改变。请返回上一页刷新后重新提交。"))


def show_failure(error: Exception) -> tuple[str, int]:
    """A fault of ours: logged whole, shown without any of it."""
    current_app.logger.exception("unhandled error on %s %s", request.method, request.path)
    return error_page(500)


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, show_refusal)
    app.register_error_handler(CSRFError, show_stale_form)
    app.register_error_handler(HTTPException, show_http_error)
    if not app.config["TESTING"]:
        app.register_error_handler(Exception, show_failure)
