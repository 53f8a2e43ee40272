"""Oracle: seconds inside opening hours, and the local period in which an instant lies."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.oracle_records import Calendar, Rules, Weekly

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


def weekly_on(calendar: Calendar, day: date) -> Weekly | None:
    """Return the hours in force on a local date, None before the first of them."""
    in_force = [entry for entry in calendar if entry[0] <= day]
    return max(in_force, key=lambda entry: entry[0])[1] if in_force else None


def spans(calendar: Calendar, zone: ZoneInfo, first: date, last: date) -> list[Span]:
    """Return the open spans that begin on the local dates from first to last, merged."""
    found: list[Span] = []
    day = first
    while day <= last:
        for start, end in (weekly_on(calendar, day) or {}).get(day.weekday(), []):
            open_at, close_at = from_local(day, start, zone), from_local(day, end, zone)
            if open_at < close_at:  # a span that lies wholly in a spring gap is no span
                found.append((open_at, close_at))
        day += ONE_DAY
    merged: list[Span] = []
    for open_at, close_at in sorted(found):
        if merged and open_at <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], close_at))
        else:
            merged.append((open_at, close_at))
    return merged


def open_seconds(calendar: Calendar, zone: ZoneInfo, start: datetime, end: datetime) -> int | None:
    """Return the seconds between two instants inside the hours, rounded down.

    None when no hours were in force on the local date of the start: not configured is not closed.
    """
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    if weekly_on(calendar, first) is None:
        return None
    inside = timedelta(0)
    # a span over midnight begins up to two days before the first date
    for open_at, close_at in spans(calendar, zone, first - 2 * ONE_DAY, last):
        inside += max(timedelta(0), min(end, close_at) - max(start, open_at))
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
