"""The expected wait: what somebody who writes at this instant waits, and what the public is told of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from sla import calendars
from sla.durations import DAY, HOUR, MINUTE
from sla.measures import Clock, Known, known
from sla.settings import Account
from sla.store import Store

State = Literal["live", "closed", "busy", "quiet", "stale", "notice"]

# The waits that the estimate looks at: those of four weeks, the latest 2,000, the last 100 of them counting most.
WINDOW_SECONDS = 28 * DAY
AT_MOST = 2000
HALF_LIFE_WAITS = 100
# Fewer than this are too few to promise 9 of 10 anything.
ENOUGH_WAITS = 20
# Busy is told when the promise is this many times what it usually is, and longer by more than a moment.
BUSY_FACTOR, BUSY_MORE_SECONDS = 2, 10 * MINUTE

# A promise is rounded up to a length that people say: below the first number, in steps of the second.
_STEPS = (
    (10 * MINUTE, MINUTE),
    (2 * HOUR, 5 * MINUTE),
    (6 * HOUR, 15 * MINUTE),
    (DAY, HOUR),
    (None, DAY // 4),
)

_CURVE = (Path(__file__).parent / "sql" / "forecast" / "recent_curve.sql").read_text(
    encoding="utf-8"
)


@dataclass(frozen=True)
class Expected:
    """What an account's banner says.

    Lengths are calendar seconds from now; `promise_over_seconds` stands instead of a promise when fewer
    than 9 of 10 are answered even after that long.
    """

    account: str
    title: str
    channels: tuple[str, ...]
    time_zone: str
    state: State
    typical_seconds: int | None
    promise_seconds: int | None
    promise_over_seconds: int | None
    answered_by: datetime | None
    opens_at: datetime | None
    as_of: datetime | None
    n: int
    notice: str | None
    sample: bool


@dataclass(frozen=True)
class Estimate:
    """Quantiles of the response curve in seconds on `clock`; None where the curve does not get there."""

    clock: Clock
    n: int
    typical: int | None
    promise: int | None
    beyond: int


def estimate(store: Store, account: str, clock: Clock) -> Estimate:
    """Return the estimate for an account from the waits known at its *as of*, the latest counting most."""
    return _estimate(store, account, clock, half_life=HALF_LIFE_WAITS, skipped=0)


def usual(store: Store, account: str, clock: Clock) -> Estimate:
    """Return what was usual before the last day: the waits of the window, all weighed alike."""
    return _estimate(store, account, clock, half_life=0, skipped=DAY)


def _estimate(
    store: Store, account: str, clock: Clock, *, half_life: int, skipped: int
) -> Estimate:
    values = {
        "account": account,
        "clock": clock,
        "skipped": skipped,
        "window": WINDOW_SECONDS,
        "at_most": AT_MOST,
        "half_life": half_life,
    }
    row = store.cursor().execute(_CURVE, values).fetchone()
    assert row is not None
    n, typical, promise, beyond = row
    return Estimate(clock, n or 0, typical, promise, beyond or 0)


def expected(store: Store, now: datetime | None = None) -> list[Expected]:
    """Return what every account's banner says at `now` (aware; default: the clock on the wall)."""
    at = now or datetime.now(UTC)
    by_account = groupby(known(store), key=lambda k: k.account)
    return [_expected(store, name, list(rows), at) for name, rows in by_account]


def _expected(store: Store, name: str, rows: list[Known], now: datetime) -> Expected:
    configured = store.settings.account(name)
    as_of = max(row.as_of for row in rows)
    about: dict[str, Any] = {
        "account": name,
        "title": configured.title or name,
        "channels": tuple(row.channel for row in rows),
        "time_zone": configured.time_zone,
        "as_of": as_of,
        "notice": configured.notice,
        "sample": any(row.sample for row in rows),
    }
    keeps_hours = configured.hours_on(now.astimezone(configured.zone).date()) is not None
    latest = estimate(store, name, "open" if keeps_hours else "calendar")
    is_open, opens_at = _opening(store, name, now) if keeps_hours else (True, None)
    state = _state(store, name, configured, latest, now, as_of, is_open=is_open)
    figures: dict[str, Any] = {
        "typical_seconds": None,
        "promise_seconds": None,
        "promise_over_seconds": None,
        "answered_by": None,
    }
    if state in {"live", "busy", "closed"}:
        figures = _figures(
            store,
            name,
            latest,
            now,
            closed=state == "closed",
            horizon=store.settings.horizon_seconds,
        )
    return Expected(
        **about, **figures, state=state, opens_at=None if is_open else opens_at, n=latest.n
    )


def _state(
    store: Store,
    name: str,
    configured: Account,
    latest: Estimate,
    now: datetime,
    as_of: datetime,
    *,
    is_open: bool,
) -> State:
    if configured.notice:
        return "notice"
    if now - as_of > timedelta(seconds=store.settings.stale_after_seconds(name)):
        return "stale"
    if latest.n < ENOUGH_WAITS:
        return "quiet"
    if not is_open:
        return "closed"
    before = usual(store, name, latest.clock)
    return "busy" if before.n >= ENOUGH_WAITS and _far_above(latest, before) else "live"


def _far_above(latest: Estimate, usually: Estimate) -> bool:
    for now, before in ((latest.promise, usually.promise), (latest.typical, usually.typical)):
        if before is not None:
            return now is None or (
                now >= BUSY_FACTOR * before and now - before >= BUSY_MORE_SECONDS
            )
    return False


def _figures(
    store: Store, name: str, latest: Estimate, now: datetime, *, closed: bool, horizon: int
) -> dict[str, Any]:
    def from_now(seconds: int | None) -> int | None:
        if seconds is None or latest.clock == "calendar":
            return seconds
        return _after_open_time(store, name, now, seconds)

    promise = from_now(latest.promise)
    # On the wall it takes at least as long as in opening hours, so what is not reached there is not reached here.
    over = min(latest.beyond, horizon) if promise is None else None
    typical = from_now(latest.typical)
    return {
        "typical_seconds": typical and rounded_up(typical),
        "promise_seconds": None if promise is None else rounded_up(promise),
        "promise_over_seconds": None
        if over is None
        else over // HOUR * HOUR or over // MINUTE * MINUTE,
        "answered_by": _by(now, promise) if closed and promise is not None else None,
    }


def rounded_up(seconds: int) -> int:
    """Return `seconds` rounded up to a length that people say; never less than a minute."""
    for below, step in _STEPS:
        if below is None or seconds <= below:
            return max(MINUTE, -(-seconds // step) * step)
    raise AssertionError("the last step has no limit")


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
