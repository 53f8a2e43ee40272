"""Opening hours: local intervals, holidays and closures become UTC spans, also around summer time."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import duckdb

from sla.closures import Span
from sla.opening import Hours, in_force
from sla.settings import Account, Settings

# Clocks run on into the days to come: an expected wait may end next week, or after a season closed.
AHEAD = timedelta(days=400)
BEHIND = timedelta(days=9)

_ONE_DAY = timedelta(days=1)
# An interval begins on its day and lasts less than two.
_LONGEST = 2 * _ONE_DAY
# Part of every calendar's key: raise it when the same settings come to mean other spans.
_MEANING = "1"


@dataclass(frozen=True)
class Calendar:
    """The hours, in the order of their dates, that hold for an account or for a channel of it."""

    time_zone: str
    hours: tuple[Hours, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the hours are local."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def key(self) -> str:
        """Names the calendar by what is in it: another name means other open times, and the reverse."""
        told = "|".join([_MEANING, self.time_zone, *(hours.digest() for hours in self.hours)])
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def calendars(account: Account) -> dict[str, Calendar]:
    """Return an account's calendars by channel, "" for all other channels; none where there are no hours."""
    channels = {"": None} | {name: name for name, c in account.channels.items() if c.hours}
    found = {
        name: Calendar(account.time_zone, account.hours_of(channel))
        for name, channel in channels.items()
    }
    return {name: calendar for name, calendar in found.items() if calendar.hours}


def keys(account: Account) -> dict[str, str]:
    """Return the keys of an account's calendars by channel: when they change, so do its open times."""
    return {name: calendar.key for name, calendar in calendars(account).items()}


def spans(calendar: Calendar, begin: datetime, end: datetime) -> list[Span]:
    """Return when a calendar is open between two instants, as UTC spans in order, cut at both.

    A local time that summer time skips is moved forward by what is skipped; one that occurs twice
    counts as its first occurrence. Overlapping intervals become one.
    """
    first = begin.astimezone(calendar.zone).date() - _LONGEST
    last = end.astimezone(calendar.zone).date()
    cut = (
        (max(opens, begin), min(closes, end))
        for opens, closes in _merged(_raw(calendar, first, last))
    )
    return [(opens, closes) for opens, closes in cut if opens < closes]


def _merged(found: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for begin, end in sorted(found):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def _raw(calendar: Calendar, first: date, last: date) -> Iterator[Span]:
    zone, closures = calendar.zone, _closures(calendar, first, last)
    for day in (first + n * _ONE_DAY for n in range((last - first).days + 1)):
        hours = in_force(calendar.hours, day)
        if hours is None:
            continue
        shut = [] if day in hours.extra else closures[hours.since]
        for start, end in hours.on(day):
            opens, closes = _instant(day, start, zone), _instant(day, end, zone)
            if opens < closes:  # an interval inside the hour that summer time skips is none
                yield from _without((opens, closes), shut)


def _closures(calendar: Calendar, first: date, last: date) -> dict[date, list[Span]]:
    """Return the closures that iCal files tell, by the date from which their hours hold."""
    begin, end = (_instant(day, 0, calendar.zone) for day in (first, last + _LONGEST))
    return {
        hours.since: _merged(
            s for file in hours.ical for s in file.between(calendar.zone, begin, end)
        )
        for hours in calendar.hours
    }


def _without(span: Span, closures: list[Span]) -> Iterator[Span]:
    opens, closes = span
    for i in range(bisect_right(closures, opens, key=lambda closure: closure[1]), len(closures)):
        begin, end = closures[i]
        if begin >= closes:
            break
        if opens < begin:
            yield opens, begin
        opens = end
    if opens < closes:
        yield opens, closes


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which the wall clock shows `minute` minutes after midnight of `day`."""
    days, minute = divmod(minute, 1440)
    wall = datetime.combine(
        day + timedelta(days=days), time(minute // 60, minute % 60), tzinfo=zone
    )
    return wall.astimezone(UTC)


def set_calendars(cursor: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write which calendar holds for which account and channel, and forget the spans of those gone.

    What a calendar's spans say stays true: another account's change never moves them.
    """
    rows = [
        (name, channel, key)
        for name, account in settings.accounts.items()
        for channel, key in keys(account).items()
    ]
    cursor.execute("DELETE FROM calendars")
    if rows:
        cursor.executemany("INSERT INTO calendars VALUES (?, ?, ?)", rows)
    cursor.execute("DELETE FROM open_spans WHERE calendar NOT IN (SELECT calendar FROM calendars)")
    cursor.execute("DELETE FROM open_cover WHERE calendar NOT IN (SELECT calendar FROM calendars)")


def cover(cursor: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make `open_spans` reach around every message in the temporary table `changed` and the instant now."""
    row = cursor.execute(
        "SELECT min(m.sent_at), max(m.sent_at) FROM messages AS m SEMI JOIN changed USING (message_id)"
    ).fetchone()
    if row and row[0] is not None:
        reach(cursor, settings, row[0], row[1])


def reach(
    cursor: duckdb.DuckDBPyConnection, settings: Settings, first: datetime, last: datetime
) -> None:
    """Make `open_spans` reach from before `first` to well after `last` and after the instant now.

    Spans are only ever added at the ends, so open times measured before stay true: what lies before
    the first span that a calendar ever had counts downwards from 0. Where a calendar does not open just
    then, a span without length marks the beginning, so that every instant has a span at or before it.
    """
    latest = max(last, datetime.now(UTC))
    for calendar in {
        c.key: c for a in settings.accounts.values() for c in calendars(a).values()
    }.values():
        begin = max(first - BEHIND, _holds_from(calendar))
        _extend(cursor, calendar, begin, max(latest, begin))


def _holds_from(calendar: Calendar) -> datetime:
    since = calendar.hours[0].since
    return (
        _instant(since, 0, calendar.zone) if since > date.min else datetime.min.replace(tzinfo=UTC)
    )


def _extend(
    cursor: duckdb.DuckDBPyConnection, calendar: Calendar, begin: datetime, latest: datetime
) -> None:
    found = cursor.execute(
        "SELECT covers_from, covers_to FROM open_cover WHERE calendar = ?", [calendar.key]
    ).fetchone()
    start, stop = found or (begin, begin)
    # Only now and then, and then far: a little with every load would cut the spans to pieces.
    end = latest + AHEAD if not found or latest + AHEAD / 2 > stop else stop
    if found and begin >= start and end == stop:
        return
    low, high = cursor.execute(
        'SELECT coalesce(min("before"), 0), coalesce(max("before" + epoch_us(closes_at) - epoch_us(opens_at)), 0)'
        " FROM open_spans WHERE calendar = ?",
        [calendar.key],
    ).fetchone() or (0, 0)
    rows: list[tuple[datetime, datetime, int]] = []
    for opens, closes in spans(calendar, stop, end):
        rows.append((opens, closes, high))
        high += _microseconds(opens, closes)
    for opens, closes in reversed(spans(calendar, min(begin, start), start)):
        low -= _microseconds(opens, closes)
        rows.append((opens, closes, low))
    if begin < start or not found:
        cursor.execute(
            "DELETE FROM open_spans WHERE calendar = ? AND opens_at = closes_at", [calendar.key]
        )
        if not any(opens == begin for opens, _, _ in rows):
            rows.append((begin, begin, low))
    _insert(cursor, calendar, rows)
    cursor.execute("DELETE FROM open_cover WHERE calendar = ?", [calendar.key])
    cursor.execute(
        "INSERT INTO open_cover VALUES (?, ?, ?)", [calendar.key, min(begin, start), end]
    )


def _insert(
    cursor: duckdb.DuckDBPyConnection,
    calendar: Calendar,
    rows: list[tuple[datetime, datetime, int]],
) -> None:
    if not rows:
        return
    opens, closes, before = zip(*rows, strict=True)
    # As three lists: row by row, ten years of hours would take seconds.
    cursor.execute(
        "INSERT INTO open_spans SELECT $key, unnest($opens::TIMESTAMPTZ[]), unnest($closes::TIMESTAMPTZ[]),"
        " unnest($before::BIGINT[])",
        {"key": calendar.key, "opens": list(opens), "closes": list(closes), "before": list(before)},
    )


def _microseconds(opens: datetime, closes: datetime) -> int:
    return (closes - opens) // timedelta(microseconds=1)
