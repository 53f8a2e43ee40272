"""Periods of the pages: measured back from *as of*, in the account's own days."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sla.measures import Key

DAYS: Final = {"7d": 7, "28d": 28, "90d": 90}
PERIODS: Final = ("24h", *DAYS, "all")

_DATES = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")
# The first length that a period does not exceed decides in which steps it is told.
_STEPS: Final[tuple[tuple[int, Key], ...]] = ((2, "hour"), (45, "day"), (200, "week"))


@dataclass(frozen=True)
class Span:
    """A period as a question asks for it: `since` ≤ start of a wait < `until`, told in steps of `step`.

    Naive bounds are wall-clock time in each account's own zone, aware ones instants.
    """

    since: datetime | None
    until: datetime | None
    step: Key


def dates(period: str) -> tuple[date, date] | None:
    """Return the first and last day of a period such as "2017-10-01..2017-10-31", None for any other.

    Raises ValueError when a day is not in the calendar, or the first lies after the last.
    """
    found = _DATES.fullmatch(period)
    if not found:
        return None
    first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
    if first > last:
        raise ValueError(f"{first} lies after {last}")
    if last == date.max:
        raise ValueError(f"no day follows {last}")
    return first, last


def span(period: str, first_at: datetime, as_of: datetime, zone: ZoneInfo) -> Span:
    """Return the bounds of a period for data known from `first_at` to `as_of`, both aware.

    "24h" ends at as of; "7d", "28d" and "90d" are whole local days, the last of them the day of as of;
    raises ValueError for what is no period.
    """
    today = as_of.astimezone(zone).date()
    if period == "all":
        return Span(None, None, _step(first_at.astimezone(zone).date(), today))
    if period == "24h":
        return Span(as_of - timedelta(days=1), None, "hour")
    chosen = dates(period) or _days(period, today)
    since, last = chosen
    until = datetime.combine(last + timedelta(days=1), time())
    return Span(
        datetime.combine(since, time()), until if dates(period) else None, _step(since, last)
    )


def days(period: str, first_at: datetime, as_of: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last local day of a period, for a calendar to show."""
    last = as_of.astimezone(zone).date()
    if period == "all":
        return first_at.astimezone(zone).date(), last
    if period == "24h":
        return (as_of - timedelta(days=1)).astimezone(zone).date(), last
    return dates(period) or _days(period, last)


def today(as_of: datetime, zone: ZoneInfo) -> Span:
    """Return the local day in which `as_of` lies."""
    return Span(datetime.combine(as_of.astimezone(zone).date(), time()), None, "hour")


def age(as_of: datetime, now: datetime | None = None) -> int:
    """Return how many seconds ago `as_of` was at `now` (aware; default: the clock on the wall)."""
    return max(0, int(((now or datetime.now(UTC)) - as_of).total_seconds()))


def _days(period: str, today: date) -> tuple[date, date]:
    if period not in DAYS:
        raise ValueError(f'"{period}" is no period')
    return today - timedelta(days=DAYS[period] - 1), today


def _step(first: date, last: date) -> Key:
    length = (last - first).days + 1
    return next((step for most, step in _STEPS if length <= most), "month")
