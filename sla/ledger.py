"""The ledger: what the public was told of whom, from when to when, and what it was made from.

A row stands for as long as a banner said the same. The measure `kept` scores it: of the people who wrote while a
promise stood, how many were answered within it.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

import duckdb

from sla.measures import Question, ask
from sla.store import Store

# A public side that hears nothing new shows a figure no longer than this.
STANDS = timedelta(minutes=10)
# The days that the record is told for.
RECORD_DAYS = (7, 30, 90)

_COLUMNS = (
    "account, state, typical_seconds, promise_seconds, promise_over_seconds, answered_by, as_of, n, "
    "estimator, inputs, channel"
)
_PROMISED = (
    "SELECT DISTINCT channel FROM ledger WHERE channel IS NOT NULL"
    " AND (promise_seconds IS NOT NULL OR answered_by IS NOT NULL) AND coalesce(stood_to >= $since, true)"
)


@dataclass(frozen=True)
class Entry:
    """What the banner of an account, or of one channel of it, says; `promise_seconds` counts from when somebody writes.

    Lengths are calendar seconds. While closed, `answered_by` stands instead of a length. `inputs` is JSON.
    """

    account: str
    state: str
    typical_seconds: int | None
    promise_seconds: int | None
    promise_over_seconds: int | None
    answered_by: datetime | None
    as_of: datetime | None
    n: int
    estimator: str | None
    inputs: str | None
    channel: str | None = None

    @property
    def whose(self) -> "Whose":
        """Account and channel (None: the whole account)."""
        return self.account, self.channel

    @property
    def told(self) -> tuple[object, ...]:
        """What a reader sees of it: while that is the same, the same row stands."""
        lengths = (self.typical_seconds, self.promise_seconds, self.promise_over_seconds)
        return (self.state, *(lengths if self.answered_by is None else ()), self.answered_by)


@dataclass(frozen=True)
class Record:
    """How a promise was kept over the last `days`; `share` is None while nothing is decided."""

    days: int
    kept: int
    missed: int
    share: float | None


Records = tuple[Record, ...]
Whose = tuple[str, str | None]

NO_RECORD = tuple(Record(days, 0, 0, None) for days in RECORD_DAYS)


def enter(store: Store, entries: Iterable[Entry], now: datetime) -> None:
    """Enter what the public is told from `now` (aware) on; what it is told no longer ends there."""
    with store.beside() as cursor:
        row = cursor.execute("SELECT max(renewed_at) FROM renewals").fetchone()
        last = row[0] if row else None
        if last is not None and last + STANDS < now:
            cursor.execute(
                "UPDATE ledger SET stood_to = $until WHERE stood_to IS NULL",
                {"until": last + STANDS},
            )
        standing = _standing(cursor)
        fresh = [e for e in entries if standing.pop(e.whose, None) != e.told]
        for account, channel in (*standing, *(e.whose for e in fresh)):
            cursor.execute(
                "UPDATE ledger SET stood_to = greatest($now, stood_from)"
                " WHERE stood_to IS NULL AND account = $account AND channel IS NOT DISTINCT FROM $channel",
                {"now": now, "account": account, "channel": channel},
            )
        if fresh:
            cursor.executemany(
                f"INSERT INTO ledger ({_COLUMNS}, stood_from) VALUES ({', '.join('?' * 12)})",  # noqa: S608
                [[*astuple(e), now] for e in fresh],
            )
        cursor.execute("DELETE FROM renewals")
        cursor.execute("INSERT INTO renewals VALUES ($now)", {"now": now})


def records(store: Store, now: datetime) -> dict[Whose, Records]:
    """Return how each account's promises of the last 7, 30 and 90 days before `now` (aware) were kept."""
    return _records(store, now, None)


def records_of_channels(store: Store, now: datetime) -> dict[Whose, Records]:
    """Return how the promises of each channel that had a banner were kept."""
    rows = (
        store.cursor().execute(_PROMISED, {"since": now - timedelta(max(RECORD_DAYS))}).fetchall()
    )
    found: dict[Whose, Records] = {}
    for (channel,) in rows:
        found |= _records(store, now, channel)
    return found


def _records(store: Store, now: datetime, channel: str | None) -> dict[Whose, Records]:
    found: dict[Whose, Records] = {}
    for days in RECORD_DAYS:
        since = now - timedelta(days=days)
        question = Question(channel=channel, since=since, until=now, by=("account",))
        for row in ask(store, "kept", question):
            one = Record(days, row["kept"], row["missed"], row["kept_share"])
            whose = row["account"], channel
            before = found.get(whose, NO_RECORD)
            found[whose] = tuple(one if r.days == days else r for r in before)
    return found


def _standing(cursor: duckdb.DuckDBPyConnection) -> dict[Whose, tuple[object, ...]]:
    rows = cursor.execute(f"SELECT {_COLUMNS} FROM ledger WHERE stood_to IS NULL").fetchall()  # noqa: S608
    entries = (Entry(*row) for row in rows)
    return {entry.whose: entry.told for entry in entries}
