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


def spans(account: Account, first: date, last: date) -> list[Span]:
    """Return when an account is open from local day `first` to `last`, as merged UTC spans in order.

    A local time that summer time skips is moved forward by what is skipped; one that occurs twice
    counts as its first occurrence. An account without hours has no spans.
    """
    if account.hours is None:
        return []
    found = sorted(_raw(account, first, last))
    merged: list[Span] = []
    for opens, closes in found:
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        elif closes > opens:
            merged.append((opens, closes))
    return merged


def _raw(account: Account, first: date, last: date) -> Iterator[Span]:
    assert account.hours is not None
    day = first
    while day <= last:
        for start, end in account.hours.of(day.weekday()):
            yield _instant(day, start, account.zone), _instant(day, end, account.zone)
        day += timedelta(days=1)


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which the wall clock shows `minute` minutes after midnight of `day`."""
    days, minute = divmod(minute, 1440)
    wall = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), tzinfo=zone)
    return wall.astimezone(UTC)


def cover(cursor: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make `open_spans` reach around every message that changed and the instant now.

    Spans are only ever added at the ends, so open times measured before stay true: what lies before
    the first span that an account ever had counts downwards from 0.
    """
    row = cursor.execute(
        "SELECT min(m.sent_at), max(m.sent_at) FROM messages AS m SEMI JOIN changed USING (message_id)"
    ).fetchone()
    if row is None or row[0] is None:
        return
    first, last = row[0] - BEHIND, max(row[1], datetime.now(UTC)) + AHEAD
    for name, account in settings.accounts.items():
        if account.hours is not None:
            _extend(cursor, name, account, first, last)


def _extend(
    cursor: duckdb.DuckDBPyConnection, name: str, account: Account, first: datetime, last: datetime
) -> None:
    row = cursor.execute(
        'SELECT min(opens_at), max(closes_at), arg_min("before", opens_at),'
        ' arg_max("before" + epoch_us(closes_at) - epoch_us(opens_at), opens_at)'
        " FROM open_spans WHERE account = ?",
        [name],
    ).fetchone()
    start, end, low, high = row or (None,) * 4
    wanted = spans(account, _day(first, account), _day(last, account))
    added: list[tuple[str, datetime, datetime, int]] = []
    if start is None:
        total = 0
        for opens, closes in wanted:
            added.append((name, opens, closes, total))
            total += _microseconds(opens, closes)
    else:
        total = high
        for opens, closes in (s for s in wanted if s[0] > end):
            added.append((name, opens, closes, total))
            total += _microseconds(opens, closes)
        total = low
        for opens, closes in reversed([s for s in wanted if s[1] < start]):
            total -= _microseconds(opens, closes)
            added.append((name, opens, closes, total))
    if added:
        cursor.executemany("INSERT INTO open_spans VALUES (?, ?, ?, ?)", added)


def _day(instant: datetime, account: Account) -> date:
    return instant.astimezone(account.zone).date()


def _microseconds(opens: datetime, closes: datetime) -> int:
    return (closes - opens) // timedelta(microseconds=1)

