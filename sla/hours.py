"""Opening hours: local intervals per weekday become UTC spans, also around summer time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import duckdb

from sla.settings import Account, Settings

# Clocks run on into the days to come: an expected wait may end next week.
AHEAD = timedelta(days=62)
BEHIND = timedelta(days=9)

Span = tuple[datetime, datetime]
_Row = tuple[str, datetime, datetime, int]
_ONE_DAY = timedelta(days=1)


def spans(account: Account, begin: datetime, end: datetime) -> list[Span]:
    """Return when an account is open between two instants, as UTC spans in order, cut at both.

    A local time that summer time skips is moved forward by what is skipped; one that occurs twice
    counts as its first occurrence. Overlapping intervals become one.
    """
    # An interval over midnight may have begun the day before.
    first, last = _day(begin, account) - 2 * _ONE_DAY, _day(end, account)
    merged: list[Span] = []
    for opens, closes in sorted(_raw(account, first, last)):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        elif closes > opens:
            merged.append((opens, closes))
    cut = ((max(opens, begin), min(closes, end)) for opens, closes in merged)
    return [(opens, closes) for opens, closes in cut if opens < closes]


def _raw(account: Account, first: date, last: date) -> Iterator[Span]:
    day = first
    while day <= last:
        hours = account.hours_on(day)
        for start, end in hours.of(day.weekday()) if hours else ():
            opens, closes = _instant(day, start, account.zone), _instant(day, end, account.zone)
            if opens < closes:  # an interval inside the hour that summer time skips is none
                yield opens, closes
        day += _ONE_DAY


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which the wall clock shows `minute` minutes after midnight of `day`."""
    days, minute = divmod(minute, 1440)
    wall = datetime.combine(
        day + timedelta(days=days), time(minute // 60, minute % 60), tzinfo=zone
    )
    return wall.astimezone(UTC)


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
    the first span that an account ever had counts downwards from 0. Where an account does not open just
    then, a span without length marks the beginning, so that every instant has a span at or before it.
    """
    ahead = max(last, datetime.now(UTC)) + AHEAD
    for name, account in settings.accounts.items():
        if account.hours:
            begin = max(first - BEHIND, _holds_from(account))
            _extend(cursor, name, account, begin, max(ahead, begin))


def _holds_from(account: Account) -> datetime:
    since = account.hours[0].since
    return (
        _instant(since, 0, account.zone) if since > date.min else datetime.min.replace(tzinfo=UTC)
    )


def _extend(
    cursor: duckdb.DuckDBPyConnection, name: str, account: Account, begin: datetime, end: datetime
) -> None:
    found = cursor.execute(
        "SELECT covers_from, covers_to FROM open_cover WHERE account = ?", [name]
    ).fetchone()
    start, stop = found or (begin, begin)
    if found and begin >= start and end <= stop:
        return
    low, high = cursor.execute(
        'SELECT coalesce(min("before"), 0), coalesce(max("before" + epoch_us(closes_at) - epoch_us(opens_at)), 0)'
        " FROM open_spans WHERE account = ?",
        [name],
    ).fetchone() or (0, 0)
    rows: list[_Row] = []
    for opens, closes in spans(account, stop, max(end, stop)):
        rows.append((name, opens, closes, high))
        high += _microseconds(opens, closes)
    for opens, closes in reversed(spans(account, min(begin, start), start)):
        low -= _microseconds(opens, closes)
        rows.append((name, opens, closes, low))
    if begin < start or not found:
        cursor.execute("DELETE FROM open_spans WHERE account = ? AND opens_at = closes_at", [name])
        if not any(opens == begin for _, opens, _, _ in rows):
            rows.append((name, begin, begin, low))
    if rows:
        cursor.executemany("INSERT INTO open_spans VALUES (?, ?, ?, ?)", rows)
    cursor.execute("DELETE FROM open_cover WHERE account = ?", [name])
    cursor.execute(
        "INSERT INTO open_cover VALUES (?, ?, ?)", [name, min(begin, start), max(end, stop)]
    )


def _day(instant: datetime, account: Account) -> date:
    return instant.astimezone(account.zone).date()


def _microseconds(opens: datetime, closes: datetime) -> int:
    return (closes - opens) // timedelta(microseconds=1)
