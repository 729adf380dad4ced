"""Refusals: exceptions named by their reason, with a sentence for the person who asked."""

from flask_babel import lazy_gettext as _l


class DomainError(Exception):
    """A refusal. `message` is shown to people; `status` is the HTTP answer; `field` names the input."""

    status = 409
    default_message = _l("现在不能这样做。")

    def __init__(self, message: object | None = None, *, field: str | None = None) -> None:
        self.message = message if message is not None else self.default_message
        self.field = field
        super().__init__(str(self.__class__.__name__))


class NotAllowed(DomainError):
    status = 403
    default_message = _l("您没有做这件事的权限。")


class NotFound(DomainError):
    status = 404
    default_message = _l("没有找到这一条记录。")


class InvalidInput(DomainError):
    status = 422
    default_message = _l("填写的内容有误，请检查。")


class InvalidTransition(DomainError):
    default_message = _l("当前状态下不能进行这一步。请刷新页面后再试。")


class Overtaken(DomainError):
    default_message = _l(
        "您打开这一页之后，这一项有了变化，您的办理没有提交。请看现在的情况再决定。"
    )


class OutOfStock(DomainError):
    default_message = _l("库存不足。")


class NotBuyable(DomainError):
    default_message = _l("这件商品现在不能购买。")


class TooManyAttempts(DomainError):
    status = 429
    default_message = _l("尝试次数过多，请十五分钟后再试。")


class SamePerson(DomainError):
    status = 403
    default_message = _l("这一步必须由另一个人完成。")
