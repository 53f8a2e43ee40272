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


def last_day(as_of: datetime, zone: ZoneInfo) -> Span:
    """Return the 24 hours that end at `as_of`."""
    return span("24h", as_of, as_of, zone)


def whole_day(as_of: datetime, zone: ZoneInfo) -> Span:
    """Return the local day in which `as_of` lies to its very end, also what of it is still to come."""
    began = datetime.combine(as_of.astimezone(zone).date(), time())
    return Span(began, began + timedelta(days=1), "hour")


def before_and_after(
    chosen: Span,
    event: date | None,
    first_at: datetime,
    as_of: datetime,
    zone: ZoneInfo,
    settle: int,
) -> tuple[Span, Span] | None:
    """Return two spans to compare: up to the local day of an event and from then on, else the period before and this one.

    Waits of the last `settle` seconds before `as_of` are in neither: they may be undecided yet, and a period that
    still fills is not compared with a full one. The period before is as long, and as much of its end is left out.
    None when there is nothing on one side, or when the period before is not known as a whole.
    """
    aware = chosen.since is not None and chosen.since.tzinfo is not None

    def told(at: datetime) -> datetime:
        return at if aware else at.astimezone(zone).replace(tzinfo=None)

    first, settled = told(first_at), told(as_of - timedelta(seconds=settle))
    until = min(chosen.until, settled) if chosen.until else settled
    if event is not None:
        mark = datetime.combine(event, time(), zone if aware else None)
        since = max(chosen.since or first, first)
        if not since < mark < until:
            return None
        return Span(since, mark, chosen.step), Span(mark, until, chosen.step)
    if chosen.since is None:
        return None
    length = (chosen.until or _ends(as_of, zone, aware=aware)) - chosen.since
    if chosen.since - length < first or until <= chosen.since:
        return None
    return (
        Span(chosen.since - length, until - length, chosen.step),
        Span(chosen.since, until, chosen.step),
    )


def _ends(as_of: datetime, zone: ZoneInfo, *, aware: bool) -> datetime:
    """Return where a period without an end stops being asked for: at as of, or with the local day it lies in."""
    if aware:
        return as_of
    return datetime.combine(as_of.astimezone(zone).date() + timedelta(days=1), time())


def days_of(span: Span, zone: ZoneInfo) -> tuple[date, date] | None:
    """Return the first and the last local day of a span that has both ends, None for any other."""
    if span.since is None or span.until is None:
        return None
    first, last = (
        at.astimezone(zone) if at.tzinfo else at
        for at in (span.since, span.until - timedelta(microseconds=1))
    )
    return first.date(), last.date()


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
