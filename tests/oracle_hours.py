"""Oracle: seconds inside opening hours, and the local period in which an instant lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.oracle_records import Rules, Weekly

Span = tuple[datetime, datetime]
ONE_DAY = timedelta(days=1)


def zone_of(rules: Rules, account: str) -> ZoneInfo:
    """Return the time zone of an account, UTC where none is named."""
    return ZoneInfo(rules.time_zones.get(account, "UTC"))


def from_local(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a local minute of a day; minutes above 1440 are days later.

    A local time that never occurs counts with the offset before the change, which moves it
    forward by the gap; one that occurs twice is its first occurrence. Both are `fold=0`.
    """
    days, rest = divmod(minute, 1440)
    local = datetime.combine(day + days * ONE_DAY, time(rest // 60, rest % 60), tzinfo=zone)
    return local.replace(fold=0).astimezone(UTC)


@dataclass(frozen=True)
class Event:
    """An event during which an account is closed: local times, or whole days up to `end`, not with it.

    Without a zone it is in the account's. It may come several times, every so many days, at the same
    local times, but not the times whose numbers are in `without`, from 0.
    """

    begin: date
    end: date
    zone: str | None = None
    times: int = 1
    every_days: int = 1
    without: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Opening:
    """Hours per weekday, and the days and times that are otherwise.

    Intervals belong to the day on which they begin. On `holidays` and `closed` days none begin, on a day
    of `extra` those given there. Events close what is open, but for the intervals in `extra`.
    """

    weekly: Weekly
    holidays: frozenset[date] = frozenset()
    closed: frozenset[date] = frozenset()
    extra: Mapping[date, list[tuple[int, int]]] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    def begin_on(self, day: date) -> list[tuple[int, int]]:
        """Return the intervals that begin on a day."""
        if day in self.extra:
            return self.extra[day]
        if day in self.holidays or day in self.closed:
            return []
        return self.weekly.get(day.weekday(), [])

    def closures(self, zone: ZoneInfo) -> list[Span]:
        """Return all the times at which events close the account."""
        return [
            (moment(event.begin, n, event, zone), moment(event.end, n, event, zone))
            for event in self.events
            for n in range(event.times)
            if n not in event.without
        ]


def moment(local: date, number: int, event: Event, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which an event begins or ends when it comes for the nth time."""
    at = local if isinstance(local, datetime) else datetime.combine(local, time())
    minute = at.hour * 60 + at.minute
    there = ZoneInfo(event.zone) if event.zone else zone
    return from_local(at.date() + number * event.every_days * ONE_DAY, minute, there)


Timetable = Sequence[tuple[date, Weekly | Opening]]
"""Opening hours, each with the local date from which they hold, in any order."""


def opening_on(calendar: Timetable, day: date) -> Opening | None:
    """Return the hours in force on a local date, None before the first of them."""
    in_force = [entry for entry in calendar if entry[0] <= day]
    if not in_force:
        return None
    found = max(in_force, key=lambda entry: entry[0])[1]
    return found if isinstance(found, Opening) else Opening(found)


def for_channel(calendar: Timetable, own: Timetable) -> Timetable:
    """Return the hours of a channel: from the first of its own on, only those; before, the account's."""
    begin = min((since for since, _ in own), default=date.max)
    return [*(entry for entry in calendar if entry[0] < begin), *own]


def spans_around(
    calendar: Timetable, zone: ZoneInfo, start: datetime, end: datetime
) -> list[tuple[Span, list[Span]]]:
    """Return the intervals that may lie between two instants, each with the closures that hold in it."""
    found: list[tuple[Span, list[Span]]] = []
    # a span over midnight begins up to two days before the first date
    day, last = start.astimezone(zone).date() - 2 * ONE_DAY, end.astimezone(zone).date()
    while day <= last:
        opening = opening_on(calendar, day)
        if opening is not None:
            closures = [] if day in opening.extra else opening.closures(zone)
            for begin, until in opening.begin_on(day):
                span = (from_local(day, begin, zone), from_local(day, until, zone))
                found.append((span, closures))
        day += ONE_DAY
    return found


def within(at: datetime, span: Span) -> bool:
    """Say whether an instant lies in a span; the end does not."""
    return span[0] <= at < span[1]


def open_seconds(calendar: Timetable, zone: ZoneInfo, start: datetime, end: datetime) -> int | None:
    """Return the seconds between two instants inside the hours, rounded down.

    None when no hours were in force on the local date of the start: not configured is not closed.
    Between two neighbours of all the instants at which anything begins or ends, nothing changes: that
    piece counts when it lies in an interval and in none of the closures of that interval.
    """
    if opening_on(calendar, start.astimezone(zone).date()) is None:
        return None
    around = spans_around(calendar, zone, start, end)
    edges = {start, end}
    for span, closures in around:
        edges.update(at for each in (span, *closures) for at in each if start < at < end)
    inside = timedelta(0)
    for at, until in pairwise(sorted(edges)):
        if any(
            within(at, span) and not any(within(at, closure) for closure in closures)
            for span, closures in around
        ):
            inside += until - at
    return inside // timedelta(seconds=1)


def open_seconds_of(rules: Rules, account: str, start: datetime, end: datetime) -> int | None:
    """Return the open seconds of an account, None where it has no hours."""
    calendar = rules.hours.get(account)
    return open_seconds(calendar, zone_of(rules, account), start, end) if calendar else None


def period(at: datetime, zone: ZoneInfo, by: str) -> str:
    """Name the local hour, day, week (by its Monday) or month in which an instant lies."""
    local = at.astimezone(zone)
    day = local.date()
    if by == "hour":
        return f"{day}T{local.hour:02}:00"
    if by == "day":
        return str(day)
    if by == "week":
        return str(day - day.weekday() * ONE_DAY)
    if by == "month":
        return str(day.replace(day=1))
    raise ValueError(f"period {by!r} is not one of hour, day, week, month")
