"""Names as people type them without a Chinese keyboard: "aohan", "aohanxiaomi", "ahxm"."""

from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate

from catalog.search import text

MARK = ":"  # keeps pinyin apart from Latin letters that stand in the text itself
LONGEST_FULL = 6  # syllables
LONGEST_INITIALS = 8

# Place names whose everyday reading the dictionary lacks or gets wrong.
_READINGS = {
    "会稽": "kuài jī", "单县": "shàn xiàn", "大城": "dài chéng", "朝阳": "cháo yáng",
    "洪洞": "hóng tóng", "浚县": "xùn xiàn", "涡阳": "guō yáng", "漯河": "luò hé",
    "珲春": "hún chūn", "繁峙": "fán shì", "荥经": "yíng jīng", "解州": "hài zhōu",
    "长丰": "cháng fēng", "长垣": "cháng yuán", "长宁": "cháng níng", "长岭": "cháng lǐng",
    "长武": "cháng wǔ", "长汀": "cháng tīng", "长治": "cháng zhì", "长白": "cháng bái",
    "长阳": "cháng yáng", "长顺": "cháng shùn",
}  # fmt: skip


@lru_cache(maxsize=1)
def _reader() -> Callable[..., list[str]]:
    """Its dictionary takes 55 MiB: for who indexes, not for every process that answers pages."""
    from pypinyin import lazy_pinyin, load_phrases_dict

    load_phrases_dict({name: [[s] for s in read.split()] for name, read in _READINGS.items()})
    return lazy_pinyin


def forms(name: str) -> set[str]:
    """The marked pinyin of a name: each stretch of syllables in full, each of words as initials."""
    found: set[str] = set()
    for run in text.runs(text.normalise(name)):
        stretch: list[str] = []
        for word in [*text.cut(run), ""]:
            if text.has_han(word[:1]):
                stretch.append(word)
            elif stretch:
                found |= _of_words(tuple(stretch))
                stretch = []
    return found


def query_form(piece: str) -> str | None:
    """The marked pinyin that a normalised piece of a query may stand for."""
    plain = piece.replace("ü", "v")
    return MARK + plain if len(plain) >= 2 and plain.isascii() and plain.isalpha() else None


@lru_cache(maxsize=4_096)
def _of_words(words: tuple[str, ...]) -> frozenset[str]:
    han = "".join(c for word in words for c in word)
    syllables = _reader()(han, errors="ignore")
    if len(syllables) != len(han):  # a character without a known reading
        return frozenset()
    edges = list(accumulate(map(len, words), initial=0))
    found = set()
    for start in edges:
        for end in range(start + 1, min(start + LONGEST_FULL, len(syllables)) + 1):
            found.add(MARK + "".join(syllables[start:end]))
        for end in edges:
            if 2 <= end - start <= LONGEST_INITIALS:
                found.add(MARK + "".join(syllable[:1] for syllable in syllables[start:end]))
    found.discard(MARK)
    return frozenset(found)
