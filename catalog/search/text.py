"""How Chinese product text is cut: grams decide what matches, words decide what comes first.

Both the documents and the queries go through these functions, so that what a buyer can read in
a title can also be found: every piece of a run of letters is covered by the grams of the run.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from threading import Lock
from unicodedata import category, normalize

import opencc
import rjieba

MAX_WORD = 64  # characters; a longer "word" is noise

_UNITS = (
    "公斤|千克|毫升|斤|克|两|升|吨|袋|盒|箱|瓶|包|枚|个|只|罐|桶|条|份|(?:kg|ml|g|l|t)(?![a-z])"
)
_HAN = "々〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_SEGMENT = re.compile(rf"(\d+(?:\.\d+)*)({_UNITS})?|([{_HAN}]+)|([^\d{_HAN}]+)")
_IS_HAN = re.compile(f"[{_HAN}]")
_NUMBER_GAP = re.compile(r"(?<=\d)\s+(?=[^\W\d_])")
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
# Variation selectors, the vowel separator and joiners shape Mongolian letters; nobody types them.
_INVISIBLE = dict.fromkeys([*range(0x180B, 0x1810), 0x200B, 0x200C, 0x200D, 0xFEFF, 0xAD])

_to_simplified = opencc.OpenCC("t2s")
_lock = Lock()
_learned: set[str] = set()


@lru_cache(maxsize=1)
def _jieba() -> rjieba.Jieba:
    return rjieba.Jieba()


@lru_cache(maxsize=40_000)
def _simplified(character: str) -> str:
    """One character by itself: a phrase-wise conversion would change with the words around it."""
    return str(_to_simplified.convert(character))


@lru_cache(maxsize=40_000)
def _is_letter(character: str) -> bool:
    """Letters, digits and the marks that belong to them, in every script."""
    return category(character)[0] in "LNM"


def learn(words: Iterable[str]) -> None:
    """Teach the segmenter names it would cut in two: counties, cultivars, indications."""
    with _lock:
        for word in {normalise(word).strip() for word in words} - _learned:
            if len(word) >= 2:
                _jieba().add_word(word, None, None)
            _learned.add(word)


def normalise(text: str) -> str:
    """Simplified, compatibility-folded, lower case, without marks that only shape letters."""
    whole = text.encode("utf-8", "ignore").decode()  # without halves of surrogate pairs
    folded = normalize("NFKC", whole.translate(_INVISIBLE)).lower()
    return "".join(map(_simplified, folded)) if not folded.isascii() else folded


def runs(normalised: str) -> list[str]:
    """Unbroken runs of letters and digits; a decimal point belongs to its number."""
    marked = _POINT.sub("\ue000", normalised)
    spaced = "".join(c if c == "\ue000" or _is_letter(c) else " " for c in marked)
    return spaced.replace("\ue000", ".").split()


def joined(normalised: str) -> str:
    """The text with numbers drawn up to what follows: "5 斤" as "5斤"."""
    return _NUMBER_GAP.sub("", normalised)


def has_han(text: str) -> bool:
    return _IS_HAN.search(text) is not None


def grams(text: str) -> set[str]:
    """Overlapping pairs of every run, and triples where no Chinese character takes part."""
    plain = normalise(text)
    found: set[str] = set()
    for run in {*runs(plain), *runs(joined(plain))}:
        found.update(_windows(run, 2))
        found.update(triple for triple in _windows(run, 3) if not has_han(triple))
    return found


def singles(text: str) -> set[str]:
    """The characters themselves, for one-character queries."""
    return {character for run in runs(normalise(text)) for character in run}


def required_grams(piece: str) -> list[str]:
    """The grams that a document must hold for this normalised piece of a query."""
    size = min(len(piece), 2 if has_han(piece) else 3)
    return list(dict.fromkeys(_windows(piece, size)))


def words(text: str) -> list[str]:
    """Words for ranking: jieba's search mode, whole foreign words, "5斤" also as "5" and "斤"."""
    found: list[str] = []
    for run in runs(joined(normalise(text))):
        for number, unit, han, other in _segments(run):
            if number:
                found += [number, unit, number + unit] if unit else [number]
            elif han:
                found += _jieba().cut_for_search(han)
            else:
                found.append(other)
    return [word[:MAX_WORD] for word in found]


def cut(run: str) -> list[str]:
    """A normalised run as words that do not overlap, an amount with its unit as one word."""
    found: list[str] = []
    for number, unit, han, other in _segments(run):
        found += _jieba().cut(han) if han else [number + unit or other]
    return found


def _segments(run: str) -> Iterator[tuple[str, str, str, str]]:
    for match in _SEGMENT.finditer(run):
        number, unit, han, other = (group or "" for group in match.groups())
        yield number, unit, han, other


def _windows(run: str, size: int) -> Iterator[str]:
    return (run[start : start + size] for start in range(len(run) - size + 1))
