"""The words of the error pages, by status."""

from dataclasses import dataclass

from flask_babel import gettext as _


@dataclass(frozen=True)
class Words:
    """What happened, and what has or has not become of the reader's work."""

    title: str
    happened: str
    not_done: str


def words(status: int) -> Words:
    nothing = _("没有提交、修改或扣款。")
    typed = _("没有提交任何内容；返回上一页，填写的内容通常还在。")
    table = {
        400: Words(_("请求有误"), _("提交的内容无法识别。"), typed),
        401: Words(_("请先登录"), _("登录后才能进行这一步。"), nothing),
        403: Words(
            _("没有权限"),
            _("您的账号不能进行这项操作。需要时，请联系本单位负责开通账号的人。"),
            nothing,
        ),
        404: Words(
            _("没有找到"),
            _("这个页面不存在，或者您不能查看它。请检查地址，或者搜索您要找的内容。"),
            nothing,
        ),
        405: Words(_("不支持的操作"), _("这个地址不能直接打开，请从页面上的按钮进入。"), nothing),
        409: Words(
            _("现在不能这样做"), _("内容已经变化，可能有人刚刚处理过。请打开最新的页面再决定。"),
            _("这一步没有执行，之前的结果不受影响。"),
        ),
        413: Words(
            _("内容太大"), _("提交的文件或文字超过了上限：单个文件不超过10兆字节。"),
            _("没有保存任何内容。请压缩文件，或者减少一次提交的内容。"),
        ),
        414: Words(
            _("地址太长"), _("地址超过了上限。请从页面上的链接或按钮进入，或者减少筛选条件。"),
            nothing,
        ),
        422: Words(_("填写有误"), _("填写的内容有误，请检查。"), typed),
        429: Words(
            _("操作太频繁"), _("短时间内尝试的次数太多。为了保护账号，请稍等再试。"),
            _("这一次没有执行；之前成功的操作不受影响。"),
        ),
        503: Words(
            _("暂时不可用"), _("系统正忙，请稍后再试。"), _("这一步没有执行，可以放心重试。"),
        ),
    }  # fmt: skip
    return table.get(
        status,
        Words(
            _("出错了"),
            _("系统出了问题，我们已经记录。"),
            _("刚才这一步没有完成，也没有留下一半：要么全部保存，要么全部没有保存。"),
        ),
    )
