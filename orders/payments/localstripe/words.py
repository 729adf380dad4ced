"""The few words of the payment page. It plays an outside party, so it has no part in the shop's
catalogues."""

METHOD_NAMES = {
    "card": {"zh": "银行卡 4242 4242 4242 4242", "en": "Card 4242 4242 4242 4242"},
    "alipay": {"zh": "支付宝", "en": "Alipay"},
    "wechat_pay": {"zh": "微信支付", "en": "WeChat Pay"},
}

_ZH = {
    "lang": "zh",
    "title": "本地测试收银台",
    "banner": "本地测试支付：不会产生任何真实扣款",
    "amount": "应付金额",
    "reference": "订单编号",
    "items": "付款内容",
    "method": "选择支付方式",
    "paid": "支付成功",
    "failed": "支付失败",
    "cancel": "取消",
    "declined": "支付未成功，没有扣款。可以换一种方式再试，或取消返回商家。",
    "complete": "已支付",
    "expired": "支付已过期",
    "complete_note": "这笔款项已经支付，请勿重复付款。",
    "expired_note": "超过付款时间，请返回商家重新下单。",
    "back": "返回商家",
    "gone": "没有找到这笔付款",
    "gone_note": "链接不完整，或测试数据已经清空。",
}

_EN = {
    "lang": "en",
    "title": "Local test checkout",
    "banner": "Local test payment: no real money moves",
    "amount": "Amount due",
    "reference": "Order number",
    "items": "Payment for",
    "method": "Choose how to pay",
    "paid": "Pay successfully",
    "failed": "Let payment fail",
    "cancel": "Cancel",
    "declined": "The payment did not succeed and nothing was charged. Try again or cancel.",
    "complete": "Paid",
    "expired": "Payment expired",
    "complete_note": "This has been paid already. Please do not pay twice.",
    "expired_note": "The time to pay is over. Please go back and order again.",
    "back": "Back to the shop",
    "gone": "Payment not found",
    "gone_note": "The link is incomplete, or the test data was cleared.",
}


def words_for(locale: str | None) -> dict[str, str]:
    """Return the words of a Stripe locale; Chinese unless it is English."""
    return _EN if locale and locale.startswith("en") else _ZH
