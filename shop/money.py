"""Money: whole fen of renminbi, one rounding rule, one way to write it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CURRENCY = "cny"


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount in fen (1/100 yuan); may be negative, never a fraction."""

    fen: int = 0

    def __post_init__(self) -> None:
        if type(self.fen) is not int:
            raise TypeError("Money takes whole fen")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.fen + other.fen)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.fen - other.fen)

    def __neg__(self) -> "Money":
        return Money(-self.fen)

    def __mul__(self, factor: int | Decimal) -> "Money":
        """Multiply by a count or an exact decimal; half a fen rounds away from zero."""
        if type(factor) is int:
            return Money(self.fen * factor)
        if not isinstance(factor, Decimal):
            raise TypeError("Money multiplies by int or Decimal")
        return Money(int((self.fen * factor).quantize(Decimal(1), rounding=ROUND_HALF_UP)))

    def __bool__(self) -> bool:
        return self.fen != 0

    @property
    def yuan(self) -> Decimal:
        return Decimal(self.fen).scaleb(-2)

    @classmethod
    def from_yuan(cls, yuan: Decimal) -> "Money":
        """Exact yuan to fen; raises ValueError for a fraction of a fen."""
        fen = yuan.scaleb(2)
        if fen != fen.to_integral_value():
            raise ValueError("more than two decimals")
        return cls(int(fen))

    def __str__(self) -> str:
        return f"¥{self.yuan:,.2f}" if self.fen >= 0 else f"-¥{-self.yuan:,.2f}"


ZERO = Money(0)


def total(amounts: Iterable[Money]) -> Money:
    return Money(sum(amount.fen for amount in amounts))


def share(amount: Money, basis_points: int) -> Money:
    """A share of an amount in basis points (10 % = 1000), rounded half up to the fen."""
    return amount * (Decimal(basis_points) / Decimal(10_000))
