"""Messages become conversations and waits: the numbered SQL in `sql/model/`, run where something changed."""

import hashlib
import re
from collections.abc import Callable
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from sla import calendars, hours
from sla.settings import Settings

_FOLDER = Path(__file__).parent / "sql" / "model"
# Macros for what keys and scopes are looked for by: a load needs them before the model runs.
NUMBERS = (_FOLDER.parent / "load" / "numbers.sql").read_text(encoding="utf-8")

# Streams without an end of their own; helpdesk tickets and reply trees end by themselves.
ENDLESS_PLATFORMS = (
    "whatsapp", "messenger", "instagram", "telegram", "sms", "viber", "line", "signal", "wechat",
)  # fmt: skip

DERIVED = (
    "handles", "keys", "scopes", "placed", "said_hours", "conversations", "waits", "replies", "known",
)  # fmt: skip

# How many messages are modelled at a time: what a large load needs of memory grows with it.
SLICE_MESSAGES = 250_000

_ANYTHING = "SELECT EXISTS (FROM changed) OR EXISTS (FROM dropped_scopes) OR EXISTS (FROM removed)"


class Step(NamedTuple):
    """One SQL file; `while_` is the question that is asked before each repetition, if it repeats.

    `sliced` steps run one after the other for each slice of the work.
    """

    name: str
    sql: str
    while_: str | None
    at_most: int
    sliced: bool


@cache
def steps() -> tuple[Step, ...]:
    """Return the steps of the model in their order."""
    return tuple(_step(path) for path in sorted(_FOLDER.glob("*.sql")))


def _step(path: Path) -> Step:
    sql = path.read_text(encoding="utf-8")
    repeat = re.search(r"^-- repeat while: (.+)$", sql, re.MULTILINE)
    at_most = re.search(r"^-- at most: (\d+)$", sql, re.MULTILINE)
    return Step(
        path.stem,
        sql,
        repeat and repeat.group(1),
        int(at_most.group(1)) if at_most else 1,
        sliced=sql.startswith("-- for each slice\n"),
    )


def read_by_the_model(settings: Settings) -> dict[str, Any]:
    """Return the parts of the settings that the model reads, and a digest of the model itself."""
    return {
        "closers": settings.closers,
        "episode": [settings.episode_gap_hours, settings.episode_open_days],
        "bots": settings.answering_bots,
        "agents": {
            name: [(m.team, m.since) for m, _ in settings.memberships(name)]
            for name in sorted(settings.agents)
        },
        "accounts": {
            name: [account.time_zone, calendars.keys(account)]
            for name, account in sorted(settings.accounts.items())
            if calendars.keys(account) or account.time_zone != "UTC"
        },
        "model": hashlib.sha256(
            "".join([NUMBERS, *(step.sql for step in steps())]).encode()
        ).hexdigest(),
    }


def set_rules(cursor: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write the settings that the model reads into the database, where the SQL finds them."""
    tell_rules(cursor, settings)
    memberships = [
        [name, m.team, m.since, until]
        for name in settings.agents
        for m, until in settings.memberships(name)
    ]
    _fill(cursor, "endless_platforms", [[name] for name in ENDLESS_PLATFORMS])
    _fill(cursor, "memberships", memberships)
    zones = [[name, account.time_zone] for name, account in settings.accounts.items()]
    _fill(cursor, "zones", zones)
    cursor.execute(
        "INSERT INTO zones SELECT DISTINCT account, 'UTC' FROM known WHERE account NOT IN (SELECT account FROM zones)"
    )
    hours.set_calendars(cursor, settings)


def tell_rules(cursor: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write what a trace tells of the rules."""
    gap, still_open = settings.episode_gap_hours * 3600, settings.episode_open_days * 86400
    _fill(cursor, "rules", [[settings.closers, round(gap), round(still_open)]])
    _fill(cursor, "answering_bots", [[name] for name in settings.answering_bots])


def _fill(cursor: duckdb.DuckDBPyConnection, table: str, rows: list[list[Any]]) -> None:
    """Put these rows in the place of those that a table has."""
    cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - a literal name from above
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608


def rebuild(
    cursor: duckdb.DuckDBPyConnection,
    settings: Settings,
    done: Callable[[Step], None] = lambda step: None,
) -> int:
    """Model every message again, as after a change of the model; return how many there are.

    `done` is told of each step after it.
    """
    for table in DERIVED:
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - a literal name from the tuple above
    cursor.execute("CREATE OR REPLACE TEMP TABLE changed AS SELECT message_id FROM messages")
    nothing_dropped(cursor)
    return update(cursor, settings, done)


def nothing_dropped(cursor: duckdb.DuckDBPyConnection) -> None:
    """Say that no message went: `dropped_scopes` and `removed` are empty."""
    cursor.execute("CREATE OR REPLACE TEMP TABLE dropped_scopes (scope VARCHAR)")
    cursor.execute("CREATE OR REPLACE TEMP TABLE removed AS FROM messages LIMIT 0")


def update(
    cursor: duckdb.DuckDBPyConnection,
    settings: Settings,
    done: Callable[[Step], None] = lambda step: None,
) -> int:
    """Model what the temporary tables `changed`, `dropped_scopes` and `removed` touch, inside a transaction.

    Returns how many messages that were. `done` is told of each step after it, in every slice.
    """
    if not _told(cursor, _ANYTHING):
        return 0
    hours.cover(cursor, settings)
    cursor.execute(NUMBERS)
    cursor.execute(f"SET VARIABLE slice_messages = {SLICE_MESSAGES}")
    for sliced, together in groupby(steps(), key=lambda step: step.sliced):
        part = list(together)
        for number in range(_slices(cursor)) if sliced else (0,):
            cursor.execute(f"SET VARIABLE slice = {number}")
            for step in part:
                _run(cursor, step)
                done(step)
    row = cursor.execute("SELECT count(*) FROM gathered").fetchone()
    return int(row[0]) if row else 0


def _slices(cursor: duckdb.DuckDBPyConnection) -> int:
    row = cursor.execute("SELECT coalesce(max(slice) + 1, 0) FROM sliced").fetchone()
    return int(row[0]) if row else 0


def _run(cursor: duckdb.DuckDBPyConnection, step: Step) -> None:
    for _ in range(step.at_most):
        if step.while_ and not _told(cursor, step.while_):
            break
        cursor.execute(step.sql)


def _told(cursor: duckdb.DuckDBPyConnection, question: str) -> bool:
    row = cursor.execute(question).fetchone()
    return bool(row and row[0])
