"""What the store holds and what it leaves out: freshness, loads, problems, messages in no figure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sla.measures import known
from sla.periods import age
from sla.store import Store

# More lines than a person reads; the rest is counted.
LOADS_SHOWN, PROBLEMS_SHOWN = 200, 2000


@dataclass(frozen=True)
class Freshness:
    """How fresh one account and channel is. `age_seconds` is from *as of* to the clock on the wall."""

    account: str
    channel: str
    messages: int
    first_at: datetime
    as_of: datetime
    age_seconds: int
    stale: bool
    sample: bool
    time_zone: str


@dataclass(frozen=True)
class Stored:
    """How much there is in all."""

    messages: int
    conversations: int
    waits: int
    accounts: int


@dataclass(frozen=True)
class LeftOut:
    """What is stored and in no figure. `closer_share` is of the customers' messages; None without any."""

    nobody: int
    system: int
    closers: int
    closer_share: float | None


@dataclass(frozen=True)
class Load:
    """One load of a file; all loads of the running sample are told as one."""

    path: str
    format: str | None
    loaded_at: datetime
    messages: int
    new: int
    updated: int
    duplicates: int
    problems: int
    sample: bool
    notes: str | None
    load_id: int | None
    unloaded_at: datetime | None


def freshness(store: Store, now: datetime | None = None) -> list[Freshness]:
    """Return how fresh each account and channel is at `now` (aware; default: the clock on the wall)."""
    at = now or datetime.now(UTC)
    ages = [(k, age(k.as_of, at)) for k in known(store)]
    return [
        Freshness(
            account=k.account,
            channel=k.channel,
            messages=k.messages,
            first_at=k.first_at,
            as_of=k.as_of,
            age_seconds=old,
            stale=old > store.settings.stale_after_seconds(k.account),
            sample=k.sample,
            time_zone=store.settings.account(k.account).time_zone,
        )
        for k, old in ages
    ]


def stored(store: Store) -> Stored:
    """Return how many messages, conversations, waits and accounts there are."""
    return Stored(
        *_one(
            store,
            """
            SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM conversations),
                (SELECT count(*) FROM waits), (SELECT count(DISTINCT account) FROM known)
            """,
        )
    )


def left_out(store: Store) -> LeftOut:
    """Return what is stored and opens no wait: what belongs to nobody, system messages, closers."""
    return LeftOut(
        *_one(
            store,
            """
            WITH stored AS ( -- what has a place was stored in the same role
                SELECT count(CASE WHEN role <> 'system' THEN 1 END) AS said, count(CASE WHEN role = 'system' THEN 1 END) AS system
                FROM messages
            ), told AS (
                SELECT count(CASE WHEN role <> 'system' THEN 1 END) AS said, count(CASE WHEN closer THEN 1 END) AS closers,
                    count(CASE WHEN role = 'customer' AND visible THEN 1 END) AS asked
                FROM placed
            )
            SELECT s.said - t.said, s.system, t.closers, t.closers / nullif(t.asked, 0) FROM stored AS s CROSS JOIN told AS t
            """,
        )
    )


def loads(store: Store) -> list[Load]:
    """Return the latest loads, the newest first; those of the running sample are added up into one."""
    rows = (
        store.cursor()
        .execute(
            """
            SELECT path, format, loaded_at, messages, "new", updated, duplicates, problems, false, notes,
                load_id, unloaded_at
            FROM (FROM loads WHERE NOT sample ORDER BY load_id DESC LIMIT $most)
            UNION ALL
            SELECT 'the running sample', NULL, max(loaded_at), sum(messages)::BIGINT, sum("new")::BIGINT,
                sum(updated)::BIGINT, sum(duplicates)::BIGINT, sum(problems)::BIGINT, true, NULL,
                NULL, NULL
            FROM loads WHERE sample HAVING count(*) > 0
            ORDER BY loaded_at DESC
            """,
            {"most": LOADS_SHOWN},
        )
        .fetchall()
    )
    return [Load(*row) for row in rows]


def problems(store: Store) -> list[dict[str, Any]]:
    """Return the rows that gave no message, of the latest loads first: path, line, reason, remedy, raw.

    A file that was loaded again under the same name has the problems of its latest load; those of the
    loads before stay in the database.
    """
    cursor = store.cursor().execute(
        """
        SELECT concat_ws(': ', path, file) AS path, line, reason, remedy, "raw"
        FROM problems
        WHERE load_id IN (SELECT max(load_id) FROM loads WHERE unloaded_at IS NULL GROUP BY path)
        ORDER BY load_id DESC, file, line
        LIMIT $most
        """,
        {"most": PROBLEMS_SHOWN},
    )
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _one(store: Store, sql: str) -> tuple[Any, ...]:
    row = store.cursor().execute(sql).fetchone()
    assert row is not None
    return tuple(row)
