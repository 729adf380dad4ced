"""From values to places: axes with nice steps, shares of a length, classes for a map."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CLASSES = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from `low` to `high`, both multiples of `step`."""

    low: int
    high: int
    step: int

    @property
    def ticks(self) -> range:
        return range(self.low, self.high + 1, self.step)

    def at(self, value: int, length: int) -> int:
        """How far along a length the value stands, rounded half up."""
        return rounded((value - self.low) * length, self.high - self.low)


def rounded(numerator: int, denominator: int) -> int:
    """A quotient rounded half up; the denominator is positive."""
    return (2 * numerator + denominator) // (2 * denominator)


def share(part: int, whole: int, of: int = 10_000) -> str:
    """A part of a whole as a percentage of `of` hundredths of a percent: "37.50%"."""
    hundredths = rounded(part * of, whole) if whole else 0
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def nice_step(span: int, steps: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that crosses the span in at most so many steps."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if digit * power * steps >= span:
                return digit * power
        power *= 10


def axis(values: Iterable[int], *, steps: int = 4, from_zero: bool = True) -> Scale:
    """An axis around the values, with about so many steps; at least one step long."""
    known = list(values)
    if from_zero or not known:
        known.append(0)
    low, high = min(known), max(known)
    step = nice_step(max(high - low, 1), steps)
    bottom, top = low // step * step, -(-high // step) * step
    return Scale(bottom, max(top, bottom + step), step)


def cuts(values: Iterable[int], classes: int = CLASSES) -> tuple[int, ...]:
    """Where the classes of a map begin, without the first: about as many places in each.

    Only values above zero are classed. A cut has one figure (1, 2, … 9, 10, 20 …), so that a
    legend reads; fewer cuts come out where the values are few or alike.
    """
    positive = sorted(value for value in values if value > 0)
    if not positive:
        return ()
    found = [_one_figure(positive[len(positive) * k // classes]) for k in range(1, classes)]
    return tuple(sorted({cut for cut in found if positive[0] < cut <= positive[-1]}))


def class_of(value: int, found: Sequence[int]) -> int:
    """The class of a value: 0 for nothing (or less), else 1 and one more for each cut reached."""
    return 0 if value <= 0 else 1 + sum(value >= cut for cut in found)


def _one_figure(value: int) -> int:
    power: int = 10 ** (len(str(value)) - 1)
    return rounded(value, power) * power
