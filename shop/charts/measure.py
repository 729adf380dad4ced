"""How whole numbers of one kind read: short on a chart, exact in its table."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """One size of a measure: how many base units it holds, its words, its most decimals."""

    base: int
    pattern: str = "%s"
    places: int = 2


@dataclass(frozen=True, slots=True)
class Measure:
    """Sizes from small to large. The first is the exact one: all its decimals are written."""

    sizes: tuple[Size, ...]

    @property
    def is_count(self) -> bool:
        """Whether there is nothing between two neighbouring values."""
        return self.sizes[0].base == 1

    def exact(self, value: int) -> str:
        """The whole value: 123456 fen is "¥1,234.56"."""
        size = self.sizes[0]
        return _worded(_number(value, size.base, size.places, trim=False), size)

    def short(self, value: int) -> str:
        """By size, with about three figures, rounded half up: 12345678 fen is "12.3 万元"."""
        size = self._size_of(value)
        text = _number(value, size.base, _places(value, size), trim=True)
        return _worded(text, size)

    def ticks(self, values: Iterable[int]) -> list[str]:
        """The values of an axis, all in the size of the largest; they are round, so exact."""
        listed = list(values)
        size = self._size_of(max(listed, key=abs, default=0))
        texts = (_worded(_number(value, size.base, 6, trim=True), size) for value in listed)
        return [text if value else "0" for value, text in zip(listed, texts, strict=True)]

    def _size_of(self, value: int) -> Size:
        chosen = self.sizes[0]
        for smaller, size in zip(self.sizes, self.sizes[1:], strict=False):
            # 9,999.996 万元 is shown as 1 亿元, so what counts is the rounded value
            places = _places(value, smaller)
            if _scaled(value, smaller.base, places) * smaller.base >= size.base * 10**places:
                chosen = size
        return chosen


YUAN = Measure((Size(100, "¥%s"), Size(1_000_000, "%s 万元"), Size(10_000_000_000, "%s 亿元")))
YUAN_IN_ENGLISH = Measure(
    (Size(100, "¥%s"), Size(100_000, "¥%sK"), Size(10**8, "¥%sM"), Size(10**11, "¥%sbn"))
)


def amounts(language: str = "zh") -> Measure:
    """A measure of fen: ¥, 万元 and 亿元, in English ¥, K, M and bn."""
    return YUAN_IN_ENGLISH if language == "en" else YUAN


def counts(pattern: str = "%s") -> Measure:
    """A measure of whole things, in words such as "%s 家"."""
    return Measure((Size(1, pattern, 0),))


def _scaled(value: int, base: int, places: int) -> int:
    """|value| in units of base / 10**places, rounded half up."""
    return (2 * abs(value) * 10**places + base) // (2 * base)


def _places(value: int, size: Size) -> int:
    whole = abs(value) // size.base
    return min(size.places, 0 if whole >= 100 else 1 if whole >= 10 else 2)


def _number(value: int, base: int, places: int, *, trim: bool) -> str:
    scaled = _scaled(value, base, places)
    text = f"{scaled // 10**places:,}"
    if places:
        text += f".{scaled % 10**places:0{places}d}"
        if trim:
            text = text.rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and scaled else text


def _worded(number: str, size: Size) -> str:
    sign = "-" if number.startswith("-") else ""
    return sign + size.pattern.replace("%s", number.removeprefix("-"))
