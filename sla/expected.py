"""The expected wait: what somebody who writes at this instant waits, and what the public is told of it."""

import json
import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Literal

from sla import calendars, ledger
from sla.durations import DAY, MINUTE
from sla.forecast.account import Expectation
from sla.forecast.known import HORIZON
from sla.forecast.rounding import rounded_up
from sla.measures import Clock, Known, known
from sla.outlook import outlook
from sla.store import Store

State = Literal["live", "closed", "busy", "quiet", "stale", "notice"]

# What was usual is read off the waits of four weeks, the latest 2,000.
WINDOW_SECONDS = 28 * DAY
AT_MOST = 2000
# Fewer in these weeks are too few to promise 9 of 10 anything.
ENOUGH_WAITS = 20
# Busy is told when the promise is this many times what it usually is, and longer by more than a moment.
BUSY_FACTOR, BUSY_MORE_SECONDS = 2, 10 * MINUTE
# A promise is withdrawn when it was kept too seldom over a week, for as many people at least.
WITHDRAWN_DAYS, WITHDRAWN_PEOPLE = 7, 50

_FOLDER = Path(__file__).parent / "sql" / "forecast"
_USUAL = (_FOLDER / "usual_curve.sql").read_text(encoding="utf-8")
_LATELY = (_FOLDER / "lately.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Expected:
    """What an account's banner says.

    Lengths are calendar seconds from now; `promise_over_seconds` stands instead of a promise when fewer
    than 9 of 10 are answered even after that long. `withdrawn`: there is a figure, but such figures were not kept.
    `record` is how they were; `estimator` and `inputs` (JSON) are what the figure comes from.
    """

    account: str
    title: str
    channels: tuple[str, ...]
    time_zone: str
    state: State
    as_of: datetime | None
    n: int
    notice: str | None
    sample: bool
    record: tuple[ledger.Record, ...]
    opens_at: datetime | None
    frame_ancestors: tuple[str, ...] | None = None
    typical_seconds: int | None = None
    promise_seconds: int | None = None
    promise_over_seconds: int | None = None
    answered_by: datetime | None = None
    withdrawn: bool = False
    estimator: str | None = None
    inputs: str | None = None


@dataclass(frozen=True)
class Usual:
    """What was usual before the last day, in seconds on the clock; None where half, or 9 of 10, were not answered."""

    n: int
    typical: int | None
    promise: int | None


def usual(store: Store, account: str, clock: Clock) -> Usual:
    """Return what was usual for an account before its last day: the waits of four weeks, all weighed alike."""
    values = {"account": account, "clock": clock, "window": WINDOW_SECONDS, "at_most": AT_MOST}
    row = store.cursor().execute(_USUAL, values).fetchone()
    assert row is not None
    return Usual(row[0] or 0, *row[1:])


def expected(store: Store, now: datetime | None = None) -> list[Expected]:
    """Return what every account's banner says at `now` (aware; default: the clock on the wall)."""
    at = now or datetime.now(UTC)
    records = ledger.records(store, at)
    by_account = groupby(known(store), key=lambda k: k.account)
    return [
        _expected(store, name, list(rows), at, records.get(name, ledger.NO_RECORD))
        for name, rows in by_account
    ]


def entry(told: Expected) -> ledger.Entry:
    """Return what the ledger keeps of it."""
    return ledger.Entry(
        told.account,
        told.state,
        told.typical_seconds,
        told.promise_seconds,
        told.promise_over_seconds,
        told.answered_by,
        told.as_of,
        told.n,
        told.estimator,
        told.inputs,
    )


def _expected(
    store: Store, name: str, rows: list[Known], now: datetime, record: tuple[ledger.Record, ...]
) -> Expected:
    configured = store.settings.account(name)
    as_of = max(row.as_of for row in rows)
    keeps_hours = configured.hours_on(now.astimezone(configured.zone).date()) is not None
    is_open, opens_at = _opening(store, name, now) if keeps_hours else (True, None)
    told = Expected(
        account=name,
        title=configured.title or name,
        channels=tuple(row.channel for row in rows),
        time_zone=configured.time_zone,
        state="quiet",
        as_of=as_of,
        n=_lately(store, name, as_of),
        notice=configured.notice,
        sample=any(row.sample for row in rows),
        record=record,
        opens_at=None if is_open else opens_at,
        frame_ancestors=configured.frame_ancestors,
    )
    if configured.notice:
        return replace(told, state="notice")
    if now - as_of > timedelta(seconds=store.settings.stale_after_seconds(name)):
        return replace(told, state="stale")
    clock: Clock = "open" if keeps_hours else "calendar"
    latest = None
    if told.n >= ENOUGH_WAITS:
        latest = outlook(store).of(store, name, clock, as_of, now)
    if latest is None:
        return told
    if not is_open:
        told = replace(told, state="closed")
    else:
        busy = _is_busy(latest, usual(store, name, clock))
        told = replace(told, state="busy" if busy else "live")
    if _is_withdrawn(record, store.settings.withdraw_below):
        return replace(told, withdrawn=True)
    return _with_figures(told, store, latest, clock, now)


def _lately(store: Store, account: str, as_of: datetime) -> int:
    """Return how many waits began in the last four weeks."""
    values = {"account": account, "as_of": as_of, "window": WINDOW_SECONDS}
    row = store.cursor().execute(_LATELY, values).fetchone()
    assert row is not None
    return int(row[0])


def _is_busy(latest: Expectation, usually: Usual) -> bool:
    """Whether far more wait without a reply than usual, or are to wait far longer."""
    if latest.silence.unusual:
        return True
    if usually.n < ENOUGH_WAITS:
        return False
    now, before = latest.promise_seconds, usually.promise
    if before is None:
        now, before = latest.typical_seconds, usually.typical
    return before is not None and now >= BUSY_FACTOR * before and now - before >= BUSY_MORE_SECONDS


def _is_withdrawn(record: tuple[ledger.Record, ...], below: float) -> bool:
    week = next(r for r in record if r.days == WITHDRAWN_DAYS)
    enough = week.kept + week.missed >= WITHDRAWN_PEOPLE
    return enough and week.share is not None and week.share < below


def _with_figures(
    told: Expected, store: Store, latest: Expectation, clock: Clock, now: datetime
) -> Expected:
    def from_now(seconds: float) -> int | None:
        """Return the calendar seconds from now on; None when it is a day or more, or nobody knows."""
        if seconds >= HORIZON:
            return None
        whole = math.ceil(seconds)
        return whole if clock == "calendar" else _after_open_time(store, told.account, now, whole)

    promise, typical = from_now(latest.promise_seconds), from_now(latest.typical_seconds)
    closed = told.state == "closed"
    return replace(
        told,
        typical_seconds=None if typical is None else rounded_up(typical),
        promise_seconds=None if promise is None else rounded_up(promise),
        # On the wall it takes at least as long as in opening hours, so what is not reached there is not reached here.
        promise_over_seconds=min(HORIZON, store.settings.horizon_seconds)
        if promise is None
        else None,
        answered_by=_by(now, promise) if closed and promise is not None else None,
        estimator=latest.estimator,
        inputs=json.dumps(latest.inputs),
    )


def _by(now: datetime, seconds: int) -> datetime:
    """Return the instant that lies `seconds` ahead, rounded up to five minutes."""
    instant = int(now.timestamp()) + seconds
    return datetime.fromtimestamp(-(-instant // (5 * MINUTE)) * 5 * MINUTE, UTC)


def _calendar(store: Store, account: str) -> str:
    """Return the key of an account's opening hours; a channel's own are not what the banner speaks of."""
    return calendars.keys(store.settings.account(account))[""]


def _opening(store: Store, account: str, now: datetime) -> tuple[bool, datetime | None]:
    """Return whether an account is open, and when it opens next (None: not within the hours worked out)."""
    row = (
        store.cursor()
        .execute(
            "SELECT coalesce(bool_or(opens_at <= $now AND closes_at > $now), false),"
            " min(opens_at) FILTER (WHERE opens_at > $now)"
            " FROM open_spans WHERE calendar = $calendar AND closes_at > opens_at",
            {"now": now, "calendar": _calendar(store, account)},
        )
        .fetchone()
    )
    assert row is not None
    return row


def _after_open_time(store: Store, account: str, now: datetime, seconds: int) -> int | None:
    """Return the calendar seconds from `now` until `seconds` of opening hours have gone by; None: not for long."""
    row = (
        store.cursor()
        .execute(
            """
            WITH spans AS (
                SELECT * FROM open_spans WHERE calendar = $calendar
            ), here AS (
                SELECT "before" + least(epoch_us($now::TIMESTAMPTZ), epoch_us(closes_at)) - epoch_us(opens_at) AS gone
                FROM spans WHERE opens_at <= $now
                ORDER BY opens_at DESC LIMIT 1
            ), target AS (SELECT gone + CAST($seconds AS BIGINT) * 1000000 AS aim FROM here)
            SELECT epoch_us(opens_at) + aim - "before" - epoch_us($now::TIMESTAMPTZ)
            FROM spans, target
            WHERE "before" + epoch_us(closes_at) - epoch_us(opens_at) >= aim AND closes_at > $now::TIMESTAMPTZ
            ORDER BY opens_at LIMIT 1
            """,
            {"now": now, "calendar": _calendar(store, account), "seconds": seconds},
        )
        .fetchone()
    )
    return None if row is None else max(0, -(-int(row[0]) // 1_000_000))
