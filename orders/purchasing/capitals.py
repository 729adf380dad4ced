"""Amounts in the capital numerals that Chinese vouchers ask for (中文大写金额). Pure.

Rules: 《正确填写票据和结算凭证的基本规定》 (1997, 银发〔1997〕393号 附件).
"""

from shop.money import Money

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "兆")


def in_capitals(amount: Money) -> str:
    """¥1,004.50 is 壹仟零肆元伍角整; ends in 整 where there are no fen."""
    size = abs(amount.fen)
    yuan, rest = divmod(size, 100)
    jiao, fen = divmod(rest, 10)
    words = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        words += f"{DIGITS[jiao]}角"
    elif fen and yuan:
        words += "零"
    words += f"{DIGITS[fen]}分" if fen else "整"
    if not size:
        words = "零元整"
    return ("负" if amount.fen < 0 else "") + words


def _whole(number: int) -> str:
    """Groups of four digits; a gap of noughts between digits is read as one."""
    found, group, last, last_group = "", 0, 0, 0
    while number:
        number, part = divmod(number, 10_000)
        if part:
            words = _four(part)
            has_gap = bool(found) and (last < 1000 or group - last_group > 1)
            found = f"{words}{GROUPS[group]}{'零' if has_gap else ''}{found}"
            last, last_group = part, group
        group += 1
    return found


def _four(number: int) -> str:
    """1004 is 壹仟零肆."""
    words, has_gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if has_gap and words else "") + DIGITS[digit] + PLACES[place]
            has_gap = False
        else:
            has_gap = True
    return words
