"""Chance that repeats: the same subject always brings the same draws."""

import base64
import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from shop.clock import BUSINESS_ZONE

T = TypeVar("T")


class Chance(random.Random):
    """A stream of draws of its own, so that more of one thing changes nothing about another."""

    def __new__(cls, subject: str) -> "Chance":
        return super().__new__(cls)

    def __init__(self, subject: str) -> None:
        super().__init__(f"xiangyuan:{subject}")

    def happens(self, percent: int) -> bool:
        return self.randrange(100) < percent

    def public_id(self) -> str:
        """In the form of shop.db.new_public_id, but repeatable: for demonstrations only."""
        return base64.urlsafe_b64encode(self.randbytes(16)).rstrip(b"=").decode()

    def digits(self, count: int) -> str:
        return f"{self.randrange(10**count):0{count}d}"

    def weighted(self, options: Mapping[T, int]) -> T:
        return self.choices(list(options), weights=list(options.values()))[0]

    def minutes(self, low: int, high: int) -> timedelta:
        return timedelta(minutes=self.randint(low, high), seconds=self.randrange(60))

    def hours(self, low: int, high: int) -> timedelta:
        return self.minutes(low * 60, high * 60)

    def days(self, low: int, high: int) -> timedelta:
        return self.minutes(low * 1440, high * 1440)

    def at_work(self, at: datetime) -> datetime:
        """The instant itself when offices are open, else the next working morning."""
        local = at.astimezone(BUSINESS_ZONE)
        if local.weekday() < 5 and 8 <= local.hour < 18:
            return at
        day = local.date() + timedelta(days=local.hour >= 8)
        while day.weekday() > 4:
            day += timedelta(days=1)
        return instant(day, 8, 30) + self.minutes(0, 150)


def instant(day: date, hour: int, minute: int = 0) -> datetime:
    """An hour of a Beijing day, in UTC."""
    return datetime.combine(day, time(hour, minute), BUSINESS_ZONE).astimezone(UTC)
