"""What the audit trail's codes are called; what has no word here is shown as its code."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l

ACTIONS: Mapping[str, LazyString] = {
    "accounts:account:register": _l("注册账号"),
    "accounts:session:begin": _l("登录"),
    "accounts:session:end": _l("退出登录"),
    "accounts:session:end_others": _l("让其他设备退出"),
    "accounts:session:confirm": _l("再次确认身份"),
    "accounts:session:act_for": _l("切换单位"),
    "accounts:profile:change": _l("修改个人资料"),
    "accounts:password:change": _l("修改密码"),
    "accounts:membership:begin": _l("成为单位成员"),
    "accounts:membership:end": _l("结束成员身份"),
    "accounts:invitation:send": _l("发出邀请"),
    "accounts:invitation:withdraw": _l("撤回邀请"),
    "accounts:invitation:accept": _l("接受邀请"),
    "accounts:second_factor:begin": _l("启用两步验证"),
    "accounts:second_factor:renew_codes": _l("更换恢复码"),
    "accounts:second_factor:end": _l("停用两步验证"),
    "producers:producer:apply": _l("申请入驻"),
    "producers:producer:apply_again": _l("再次申请入驻"),
    "producers:producer:change": _l("修改主体资料"),
    "producers:producer:recommend": _l("推荐供应商"),
    "producers:producer:approve": _l("通过供应商"),
    "producers:producer:refuse": _l("退回供应商申请"),
    "producers:producer:suspend": _l("暂停供应商"),
    "producers:producer:reinstate": _l("恢复供应商"),
    "producers:household:add": _l("登记农户"),
    "producers:household:link": _l("联结农户"),
    "producers:household:unlink": _l("结束联结"),
    "producers:household:reveal": _l("查看农户身份"),
    "producers:batch:record": _l("登记批次"),
    "producers:batch:promise": _l("开具承诺达标合格证"),
    "producers:batch:share": _l("登记农户交售"),
    "catalog:offer:create": _l("新建商品"),
    "catalog:offer:describe": _l("修改商品说明"),
    "catalog:offer:price": _l("修改价格和起订量"),
    "catalog:offer:submit": _l("提交商品审核"),
    "catalog:offer:withdraw": _l("撤回商品"),
    "catalog:offer:list": _l("通过商品"),
    "catalog:offer:refuse": _l("退回商品"),
    "catalog:offer:send_back": _l("下架并退回商品"),
    "catalog:offer:suspend": _l("下架商品"),
    "catalog:offer:resume": _l("恢复在售"),
    "catalog:offer:retire": _l("停售商品"),
    "catalog:stock:receive": _l("入库"),
    "catalog:stock:write_off": _l("报损"),
    "catalog:stock:correct": _l("更正库存"),
    "catalog:certificate:submit": _l("提交证书"),
    "catalog:certificate:approve": _l("通过证书"),
    "catalog:certificate:refuse": _l("退回证书"),
    "catalog:certificate:revoke": _l("撤销证书"),
    "orders:purchase:place": _l("提交采购"),
    "orders:purchase:pay": _l("采购到账"),
    "orders:purchase:cancel": _l("取消采购"),
    "orders:purchase:expire": _l("采购超时关闭"),
    "orders:order:approve": _l("审批通过订单"),
    "orders:order:reject": _l("审批退回订单"),
    "orders:order:withdraw": _l("撤回订单"),
    "orders:order:cancel": _l("取消订单"),
    "orders:order:confirm": _l("供应商确认订单"),
    "orders:order:decline": _l("供应商不接单"),
    "orders:order:assign": _l("指定批次"),
    "orders:order:dispatch": _l("发货"),
    "orders:order:weigh": _l("到货称重"),
    "orders:order:accept": _l("复核验收"),
    "orders:order:send_back": _l("退回重称"),
    "orders:order:return": _l("全部拒收"),
    "orders:order:invoice": _l("登记发票"),
    "orders:order:settle": _l("登记付款"),
    "orders:order:receive": _l("确认收货"),
    "orders:order:refund": _l("退款结束订单"),
    "orders:refund:ask": _l("申请退款"),
    "orders:payment:refund": _l("退款到账"),
    "orders:anomaly:settle": _l("处理支付异常"),
    "quota:plan:file": _l("填报预留份额"),
    "quota:plan:check": _l("审核填报"),
    "quota:plan:confirm": _l("确认填报"),
    "quota:plan:return": _l("退回填报"),
    "quota:rule:add": _l("登记规则"),
    "shop:outbox:replay": _l("重新执行后台任务"),
}
TOPICS: Mapping[str, LazyString] = {
    "accounts:mail:send": _l("发送邮件"),
    "catalog:index:rebuild": _l("重建搜索索引"),
    "catalog:offer:changed": _l("更新搜索索引"),
    "orders:order:placed": _l("通知：新订单"),
    "orders:order:approved": _l("通知：订单已审批"),
    "orders:order:rejected": _l("通知：订单审批未通过"),
    "orders:order:confirmed": _l("通知：供应商已确认"),
    "orders:order:declined": _l("通知：供应商未接单"),
    "orders:order:cancelled": _l("通知：订单已取消"),
    "orders:order:dispatched": _l("通知：已发货"),
    "orders:order:weighed": _l("通知：已称重"),
    "orders:order:sent_back": _l("通知：退回重称"),
    "orders:order:accepted": _l("通知：已验收"),
    "orders:order:returned": _l("通知：全部拒收"),
    "orders:order:invoiced": _l("通知：已开票"),
    "orders:order:settled": _l("通知：已付款"),
    "orders:order:paid": _l("通知：消费者已付款"),
    "orders:order:refunded": _l("通知：已退款"),
    "orders:order:received": _l("通知：消费者已收货"),
    "orders:purchase:changed": _l("采购状态变化"),
    "orders:refund:ask": _l("向支付渠道申请退款"),
}
JOBS: Mapping[str, LazyString] = {
    "forget-sign-in-attempts": _l("清理登录尝试的记录"),
    "forget-sign-in-challenges": _l("清理过期的登录验证"),
    "remove-orphan-files": _l("清理没有用到的上传文件"),
    "mend-search-index": _l("核对并补齐搜索索引"),
    "remind-of-expiry": _l("提醒即将到期的证书"),
    "orders:purchase:expire": _l("关闭超时未付的采购"),
    "orders:event:retry": _l("重试未能处理的支付消息"),
    "orders:payment:reconcile": _l("与支付渠道核对付款"),
}
ERRORS: Mapping[str, LazyString] = {"WorkerLost": _l("执行中程序被终止")}
CONCERNED = {"order_id": "orders", "purchase_id": "purchases", "refund_id": "refunds"}
"""What a message's payload speaks of: its key, and the table of the trail."""
GROUPS: Mapping[str, LazyString] = {
    "accounts": _l("账号和登录"),
    "producers": _l("供应商、农户和批次"),
    "catalog": _l("商品、库存和证书"),
    "orders": _l("采购、订单和付款"),
    "quota": _l("预留份额和规则"),
    "shop": _l("后台任务"),
}
SUBJECTS: Mapping[str, LazyString] = {
    "users": _l("用户"),
    "user_sessions": _l("登录"),
    "second_factors": _l("两步验证"),
    "invitations": _l("邀请"),
    "producers": _l("供应商"),
    "households": _l("农户"),
    "household_links": _l("农户联结"),
    "batches": _l("批次"),
    "offers": _l("上架商品"),
    "stock_lots": _l("库存"),
    "certificates": _l("证书"),
    "orders": _l("订单"),
    "purchases": _l("采购单"),
    "payments": _l("付款"),
    "refunds": _l("退款"),
    "payment_anomalies": _l("支付异常"),
    "quota_plans": _l("填报"),
    "quota_rules": _l("规则"),
    "outbox_messages": _l("后台任务"),
}


def action_words(action: str) -> str:
    return str(ACTIONS.get(action, action))


def subject_words(subject_type: str) -> str:
    return str(SUBJECTS.get(subject_type, subject_type))


def topic_words(topic: str) -> str:
    return str(TOPICS.get(topic, topic))


def job_words(name: str) -> str:
    return str(JOBS.get(name, name))


def error_words(error: str | None) -> str | None:
    """What failed and where; a place in the code has no other words."""
    return str(ERRORS.get(error, error)) if error else None


def concern(payload: Mapping[str, Any]) -> str | None:
    """What a message is about, as the trail is asked for it: `orders:17`."""
    return next((f"{CONCERNED[key]}:{payload[key]}" for key in CONCERNED if key in payload), None)


def concern_words(subject: str) -> str:
    """`orders:17` as people say it; a table alone is all of its kind."""
    table, _, number = subject.partition(":")
    return f"{subject_words(table)} {number}".rstrip()


def concern_said(text: str) -> str:
    """What `concern_words` was given; anything else stays as it was typed."""
    names = sorted(SUBJECTS.items(), key=lambda each: -len(str(each[1])))
    for table, name in names:
        begun = text[: len(str(name))]
        number = text[len(begun) :].strip()
        if begun.casefold() == str(name).casefold() and (not number or number.isalnum()):
            return f"{table}:{number}" if number else table
    return text


def interval_words(every: timedelta) -> str:
    """Every so many days, hours, minutes or seconds: the largest that fits."""
    seconds = int(every.total_seconds())
    if seconds % 86_400 == 0:
        return ngettext("每 %(num)d 天", "每 %(num)d 天", seconds // 86_400)
    if seconds % 3_600 == 0:
        return ngettext("每 %(num)d 小时", "每 %(num)d 小时", seconds // 3_600)
    if seconds % 60 == 0:
        return ngettext("每 %(num)d 分钟", "每 %(num)d 分钟", seconds // 60)
    return ngettext("每 %(num)d 秒", "每 %(num)d 秒", seconds)
