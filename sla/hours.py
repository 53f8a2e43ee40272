"""Opening hours in the database: which calendar holds where, and the UTC spans in which it is open."""

from datetime import UTC, datetime, timedelta

import duckdb

from sla.calendars import Calendar, calendars, keys, spans
from sla.settings import Settings

# Clocks run on into the days to come: an expected wait may end next week, or after a season closed.
AHEAD = timedelta(days=400)
BEHIND = timedelta(days=9)


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
        begin = max(first - BEHIND, calendar.begins)
        _extend(cursor, calendar, begin, max(latest, begin))


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
