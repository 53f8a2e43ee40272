"""The expected wait: what somebody who writes at this instant waits, and what the public is told of it."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Literal

from sla import ledger
from sla.durations import DAY, MINUTE
from sla.forecast.account import Expectation
from sla.forecast.known import HORIZON
from sla.forecast.rounding import rounded_up
from sla.measures import Known, known
from sla.outlook import outlook
from sla.scope import FOLDER, Scope
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

_USUAL = (FOLDER / "usual_curve.sql").read_text(encoding="utf-8")
_LATELY = (FOLDER / "lately.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Expected:
    """What the banner of an account, or of one `channel` of it, says.

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
    channel: str | None = None


@dataclass(frozen=True)
class Usual:
    """What was usual before the last day, in seconds on the clock; None where half, or 9 of 10, were not answered."""

    n: int
    typical: int | None
    promise: int | None


def usual(store: Store, scope: Scope) -> Usual:
    """Return what was usual before the last day: the waits of four weeks, all weighed alike."""
    values = {
        "account": scope.account,
        "channel": scope.channel,
        "clock": scope.clock,
        "window": WINDOW_SECONDS,
        "at_most": AT_MOST,
    }
    row = store.cursor().execute(_USUAL, values).fetchone()
    assert row is not None
    return Usual(row[0] or 0, *row[1:])


def expected(store: Store, now: datetime | None = None) -> list[Expected]:
    """Return what every account's banner says at `now` (aware; default: the clock on the wall)."""
    at = now or datetime.now(UTC)
    records = ledger.records(store, at)
    return [_expected(store, name, None, rows, at, records) for name, rows in _accounts(store)]


def expected_of_all(store: Store, now: datetime) -> list[Expected]:
    """Return what every banner says at `now` (aware): each account's, followed by those of its channels."""
    records = ledger.records(store, now) | ledger.records_of_channels(store, now)
    found = []
    for name, rows in _accounts(store):
        whole = _expected(store, name, None, rows, now, records)
        found.append(whole)
        for row in rows:
            scopes = {
                Scope.of(store, name, channel, now).calendar for channel in (None, row.channel)
            }
            if len(rows) == 1 and len(scopes) == 1:
                found.append(replace(whole, channel=row.channel))
            else:
                found.append(_expected(store, name, row.channel, [row], now, records))
    return found


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
        told.channel,
    )


def _accounts(store: Store) -> list[tuple[str, list[Known]]]:
    return [(name, list(rows)) for name, rows in groupby(known(store), key=lambda k: k.account)]


def _expected(
    store: Store,
    name: str,
    channel: str | None,
    rows: list[Known],
    now: datetime,
    records: Mapping[ledger.Whose, ledger.Records],
) -> Expected:
    configured = store.settings.account(name)
    scope = Scope.of(store, name, channel, now)
    is_open, opens_at = scope.opening(store, now)
    as_of = max(row.as_of for row in rows)
    told = Expected(
        account=name,
        title=configured.title or name,
        channels=tuple(row.channel for row in rows),
        time_zone=configured.time_zone,
        state="quiet",
        as_of=as_of,
        n=_lately(store, scope, as_of),
        notice=configured.notice,
        sample=any(row.sample for row in rows),
        record=records.get((name, channel), ledger.NO_RECORD),
        opens_at=None if is_open else opens_at,
        frame_ancestors=configured.frame_ancestors,
        channel=channel,
    )
    if configured.notice:
        return replace(told, state="notice")
    if now - as_of > timedelta(seconds=store.settings.stale_after_seconds(name)):
        return replace(told, state="stale")
    latest = None
    if told.n >= ENOUGH_WAITS:
        latest = outlook(store).of(store, scope, as_of, now, closed=not is_open)
    if latest is None:
        return told
    if not is_open:
        told = replace(told, state="closed")
    else:
        told = replace(told, state="busy" if _is_busy(latest, usual(store, scope)) else "live")
    if _is_withdrawn(told.record, store.settings.withdraw_below):
        return replace(told, withdrawn=True)
    return _with_figures(told, store, scope, latest, now)


def _lately(store: Store, scope: Scope, as_of: datetime) -> int:
    """Return how many waits began in the last four weeks."""
    values = {
        "account": scope.account,
        "channel": scope.channel,
        "as_of": as_of,
        "window": WINDOW_SECONDS,
    }
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
    told: Expected, store: Store, scope: Scope, latest: Expectation, now: datetime
) -> Expected:
    def from_now(seconds: float) -> int | None:
        """Return the calendar seconds from now on; None when it is a day or more, or nobody knows."""
        return None if seconds >= HORIZON else scope.from_now(store, now, math.ceil(seconds))

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
