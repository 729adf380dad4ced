"""Pinyin of place names: syllables apart, no tones, `v` for ü, as people type it."""

import re

# Readings that a dictionary of everyday words gets wrong in names of places. Whole names come
# first, then characters whose reading in such names is nearly always this one.
NAMES = {
    "单县": "shan xian",
    "长子县": "zhang zi xian",
    "大城县": "dai cheng xian",
    "乐亭": "lao ting",
    "乐陵": "lao ling",
    "乐清": "yue qing",
    "闵行": "min hang",
    "漯河": "luo he",
    "涡阳": "guo yang",
    "马尾": "ma wei",
    "蚌山": "beng shan",
    "蚌埠": "beng bu",
    "六合区": "lu he qu",
    "洪洞": "hong tong",
    "繁峙": "fan shi",
    "浚县": "xun xian",
    "佛冈": "fo gang",
    "龙圩": "long xu",
    "覃塘": "qin tang",
    "筠连": "jun lian",
    "荥经": "ying jing",
    "宕昌": "tan chang",
    "红寺堡": "hong si bu",
    "伽师": "jia shi",
    "召陵": "shao ling",
    "曾都": "zeng du",
    "珲春": "hun chun",
    "穆棱": "mu ling",
    "达斡尔": "da wo er",
}
CHARACTERS = {"长": "chang", "朝": "chao", "都": "du", "乐": "le", "什": "shi", "勒": "le"}

_READINGS = NAMES | CHARACTERS
_KNOWN = re.compile("(" + "|".join(_READINGS) + ")")


def pinyin(name: str) -> str:
    """敖汉旗 → `ao han qi`. Loads a large dictionary, which only loading the divisions needs."""
    from pypinyin import lazy_pinyin

    parts = (part for part in _KNOWN.split(name) if part)
    return " ".join(_READINGS.get(part) or " ".join(lazy_pinyin(part)) for part in parts)
