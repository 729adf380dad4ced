"""The clock: instants are UTC, days are Beijing days; both reach the rules as arguments."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return business_day(now())


def business_day(at: datetime) -> date:
    """The Beijing day on which an instant falls."""
    return at.astimezone(BUSINESS_ZONE).date()


def start_of(day: date) -> datetime:
    """The first instant of a Beijing day, in UTC."""
    return datetime.combine(day, time(), BUSINESS_ZONE).astimezone(UTC)


def procurement_year(day: date) -> int:
    """Reserved shares are filed and counted by calendar year (财库〔2021〕19号)."""
    return day.year
