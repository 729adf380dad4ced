"""Room for words: how wide a text stands, cutting it to a room, keeping labels apart."""

from collections.abc import Sequence
from unicodedata import east_asian_width

# Pixels of a character at the charts' text size of 13 pixels.
WIDE, NARROW = 13, 7
ELLIPSIS = "…"


def width(text: str) -> int:
    return sum(WIDE if east_asian_width(each) in "WF" else NARROW for each in text)


def shorten(text: str, room: int) -> str:
    """The text if it fits the room (pixels), else its beginning and an ellipsis."""
    if width(text) <= room:
        return text
    kept = text
    while kept and width(kept) + WIDE > room:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def joined(texts: Sequence[str], room: int) -> str:
    """As many of the texts, from the first on, as fit the room (pixels) in one line."""
    line = ""
    for text in texts:
        longer = f"{line} · {text}" if line else text
        if width(longer) > room:
            break
        line = longer
    return line


def spread(wanted: Sequence[int], gap: int, low: int, high: int) -> list[int]:
    """Places near the wanted ones, in their order, at least a gap apart, between low and high.

    Where there is no room for all at that gap, they stand evenly from low to high.
    """
    if not wanted:
        return []
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    places = [0] * len(wanted)
    if gap * (len(wanted) - 1) > high - low:
        for rank, index in enumerate(order):
            places[index] = low + rank * (high - low) // (len(wanted) - 1)
        return places
    lowest = low
    for index in order:
        places[index] = max(wanted[index], lowest)
        lowest = places[index] + gap
    highest = high
    for index in reversed(order):
        places[index] = min(places[index], highest)
        highest = places[index] - gap
    return places
