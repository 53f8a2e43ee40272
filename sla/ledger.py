"""The ledger: what the public was told, from when to when, and what it was made from.

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
    "estimator, inputs"
)


@dataclass(frozen=True)
class Entry:
    """What one account's banner says; `promise_seconds` counts from when somebody writes.

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
        fresh = [e for e in entries if standing.pop(e.account, None) != e.told]
        gone = [*standing, *(e.account for e in fresh)]
        cursor.execute(
            "UPDATE ledger SET stood_to = greatest($now, stood_from)"
            " WHERE stood_to IS NULL AND list_contains($gone::VARCHAR[], account)",
            {"now": now, "gone": gone},
        )
        if fresh:
            cursor.executemany(
                f"INSERT INTO ledger ({_COLUMNS}, stood_from) VALUES ({', '.join('?' * 11)})",  # noqa: S608
                [[*astuple(e), now] for e in fresh],
            )
        cursor.execute("DELETE FROM renewals")
        cursor.execute("INSERT INTO renewals VALUES ($now)", {"now": now})


def records(store: Store, now: datetime) -> dict[str, tuple[Record, ...]]:
    """Return by account how the promises of the last 7, 30 and 90 days before `now` (aware) were kept."""
    found: dict[str, tuple[Record, ...]] = {}
    for days in RECORD_DAYS:
        question = Question(since=now - timedelta(days=days), until=now, by=("account",))
        for row in ask(store, "kept", question):
            one = Record(days, row["kept"], row["missed"], row["kept_share"])
            before = found.get(row["account"], NO_RECORD)
            found[row["account"]] = tuple(one if r.days == days else r for r in before)
    return found


def _standing(cursor: duckdb.DuckDBPyConnection) -> dict[str, tuple[object, ...]]:
    rows = cursor.execute(f"SELECT {_COLUMNS} FROM ledger WHERE stood_to IS NULL").fetchall()  # noqa: S608
    entries = (Entry(*row) for row in rows)
    return {entry.account: entry.told for entry in entries}
