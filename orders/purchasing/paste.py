"""A shopping list as people write it or copy it from a spreadsheet, read line by line. Pure.

    敖汉小米 5 袋          5袋 敖汉小米          1. 敖汉小米，5，袋          小米五袋
    @王师傅 土豆 100斤，要大的 (called out in a chat, with a remark behind the amount)
    序号 ⇥ 品名 ⇥ 规格 ⇥ 数量 ⇥ 单位 (cells of a spreadsheet)

Nothing is thrown away: what cannot be read comes back as it was written, without an amount.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import normalize

MOST_ROWS = 100
LONGEST_ROW = 200
NUMERALS = {numeral: value for value, numeral in enumerate("一二三四五六七八九", 1)} | {"两": 2}

_UNIT = (
    r"千克|公斤|市斤|毫升|斤|两|克|吨|升|袋|盒|箱|瓶|包|枚|个|只|罐|桶|条|份|件|捆|板|筐|粒|提|听|坛"
    r"|kg|ml|g|l|t|bags?|box(?:es)?|bottles?|packs?|pieces?|cartons?|jars?|tins?"
)
_NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,6})?"
_CHINESE = r"[一二三四五六七八九两]?十?[一二三四五六七八九两]?"
_LAST = re.compile(
    rf"(?P<words>.*?)[\s×*:：x]*(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})?\s*", re.IGNORECASE
)
_LAST_CHINESE = re.compile(rf"(?P<words>.+?)\s*(?P<number>{_CHINESE})\s*(?P<unit>{_UNIT})\s*")
_FIRST = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})\s*(?P<words>\S.*)", re.IGNORECASE)
_MIDDLE = re.compile(
    rf"(?P<words>\S.*?)\s*(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})(?=\s|$)(?P<rest>.*)",
    re.IGNORECASE,
)
_CALL = re.compile(r"^\s*@\S+\s+(?=\S)")
_CELL = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})?", re.IGNORECASE)
_ONLY_UNIT = re.compile(rf"(?:{_UNIT})", re.IGNORECASE)
_MARKER = re.compile(r"^\s*(?:[-•·*●]|[(]?[0-9]{1,3}(?:[.、)](?![0-9])))\s*")
_THOUSANDS = re.compile(r"(?<![0-9])([0-9]{1,3})((?:,[0-9]{3})+)(?![0-9])")
_SEPARATORS = re.compile(r"[\t,;|]|(?<=\S)\s*、\s*(?=[0-9])")
_ADDRESS = re.compile(r"\S*/products/(?P<key>[A-Za-z0-9_-]{10,40})\S*")
_HEADING = re.compile(r"品名|名称|商品|product|name", re.IGNORECASE)
_HEADING_AMOUNT = re.compile(r"数量|quantity|qty", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One line of the list: what is wanted, how much of it, in which unit; empty where unknown."""

    words: str
    number: str = ""
    unit: str = ""

    @property
    def amount(self) -> str:
        """The amount as one would write it again."""
        return f"{self.number} {self.unit}".strip()


def read_list(text: str) -> list[Row]:
    """The rows of a list, without empty lines, headings and rules."""
    rows = (read_row(line) for line in text.splitlines() if not _is_heading(line))
    return [row for row in rows if row.words or row.number]


def read_row(line: str) -> Row:
    """One line; a line without an amount keeps all its words."""
    text = _CALL.sub("", plain(line))
    cells = [cell.strip().strip('"') for cell in _SEPARATORS.split(text)]
    cells = [cell for cell in cells if cell]
    if len(cells) > 1:
        found = _read_cells(cells)
        if found is not None:
            return found
        text = " ".join(cells)
    return _read_words(_MARKER.sub("", text, count=1).strip() or text.strip())


def read_amount(text: str) -> tuple[str, str]:
    """(number, unit) of what stands in an amount's field; the number empty if there is none."""
    typed = plain(text).strip()
    found = _CELL.fullmatch(typed)
    if found:
        return found["number"], found["unit"] or ""
    number, _gap, unit = typed.partition(" ")
    return (number, unit.strip()) if re.fullmatch(_NUMBER, number) else ("", typed)


def numeral(text: str) -> int | None:
    """五 is 5, 十二 is 12, 二十 is 20; None for what is no number."""
    if not text or not re.fullmatch(_CHINESE, text):
        return None
    tens, ten, ones = text.partition("十")
    if not ten:
        return NUMERALS.get(text)
    return (NUMERALS[tens] if tens else 1) * 10 + (NUMERALS[ones] if ones else 0)


def key_in(words: str) -> str | None:
    """The product's key, if the words are its address."""
    found = _ADDRESS.fullmatch(words)
    return found["key"] if found else None


def plain(line: str) -> str:
    """Half-width, printable, without thousands separators, at most so long."""
    whole = line[:LONGEST_ROW].encode("utf-8", "ignore").decode()
    text = normalize("NFKC", whole).replace("。", " ")
    text = "".join(c for c in text if c == "\t" or ord(c) >= 32)
    return _THOUSANDS.sub(lambda found: found[0].replace(",", ""), text)


def _is_heading(line: str) -> bool:
    text = plain(line)
    if not text.strip(" -=_|\t,;"):
        return True
    if text.rstrip().endswith(":") and not re.search(r"[0-9]", text):
        return True  # 明天要的货：
    is_heading = _HEADING.search(text) and _HEADING_AMOUNT.search(text)
    return bool(is_heading) and not re.search(r"[0-9]", text)


def _read_cells(cells: list[str]) -> Row | None:
    """Cells of a spreadsheet: name, then the first cell that is an amount, then its unit."""
    if re.fullmatch(r"[0-9]{1,3}", cells[0]) and len(cells) > 2:
        cells = cells[1:]  # a running number
    name = next((n for n, cell in enumerate(cells) if not _CELL.fullmatch(cell)), None)
    if name is None:
        return None
    words = _MARKER.sub("", cells[name], count=1).strip() or cells[name]
    for place in _in_order(cells, name):
        found = _CELL.fullmatch(cells[place])
        if not found:
            continue
        unit = found["unit"] or ""
        following = cells[place + 1] if place + 1 < len(cells) else ""
        if not unit and _ONLY_UNIT.fullmatch(following):
            unit = following
        return Row(words, found["number"], unit)
    return None


def _in_order(cells: list[str], name: int) -> Iterable[int]:
    """Cells after the name, those that are followed by a unit or hold none themselves first.

    In 名称 ⇥ 2.5kg ⇥ 5 ⇥ 袋 the amount is 5 袋, not the pack's content.
    """
    after = [n for n in range(len(cells)) if n != name]
    followed = [
        n for n in after
        if n + 1 < len(cells) and re.fullmatch(_NUMBER, cells[n]) and _ONLY_UNIT.fullmatch(cells[n + 1])
    ]  # fmt: skip
    bare = [n for n in after if n > name and re.fullmatch(_NUMBER, cells[n])]
    return dict.fromkeys([*followed, *bare, *after])


def _read_words(text: str) -> Row:
    address = _ADDRESS.match(text)
    rest = text[address.end() :] if address else text
    found = _LAST.fullmatch(rest)
    if found and (found["words"].strip() or address):
        words = address[0] if address else found["words"].strip(" ,:：-")
        return Row(words, found["number"], found["unit"] or "") if words else Row(text)
    found = _FIRST.fullmatch(text)
    if found:
        return Row(found["words"].strip(), found["number"], found["unit"])
    found = _LAST_CHINESE.fullmatch(text)
    value = numeral(found["number"]) if found else None
    if found and value:
        return Row(found["words"].strip(), str(value), found["unit"])
    found = _MIDDLE.fullmatch(text)
    if found:
        return Row(f"{found['words']} {found['rest'].strip()}", found["number"], found["unit"])
    return Row(text)
