"""Messages become conversations and waits: the numbered SQL in `sql/model/`, run where something changed."""

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import duckdb

from sla import hours
from sla.settings import Settings

_FOLDER = Path(__file__).parent / "sql" / "model"

# Streams without an end of their own; helpdesk tickets and reply trees end by themselves.
ENDLESS_PLATFORMS = (
    "whatsapp", "messenger", "instagram", "telegram", "sms", "viber", "line", "signal", "wechat",
)  # fmt: skip

DERIVED = ("handles", "scopes", "placed", "conversations", "waits", "known")


class Step(NamedTuple):
    """One SQL file; `while_` is the question that is asked before each repetition, if it repeats."""

    name: str
    sql: str
    while_: str | None
    at_most: int


@cache
def steps() -> tuple[Step, ...]:
    """Return the steps of the model in their order."""
    return tuple(_step(path) for path in sorted(_FOLDER.glob("*.sql")))


def _step(path: Path) -> Step:
    sql = path.read_text(encoding="utf-8")
    repeat = re.search(r"^-- repeat while: (.+)$", sql, re.MULTILINE)
    at_most = re.search(r"^-- at most: (\d+)$", sql, re.MULTILINE)
    return Step(path.stem, sql, repeat and repeat.group(1), int(at_most.group(1)) if at_most else 1)


def fingerprint(settings: Settings) -> str:
    """Return a digest of the settings that the model reads, and of the model itself."""
    read = {
        "closers": settings.closers,
        "episode": [settings.episode_gap_hours, settings.episode_open_days],
        "bots": settings.answering_bots,
        "agents": {
            name: [(m.team, m.since) for m, _ in settings.memberships(name)]
            for name in sorted(settings.agents)
        },
        "accounts": {
            name: [account.time_zone, [hours.model_dump() for hours in account.hours]]
            for name, account in sorted(settings.accounts.items())
        },
        "model": [step.sql for step in steps()],
    }
    return hashlib.sha256(json.dumps(read, default=str).encode()).hexdigest()


def set_rules(cursor: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write the settings that the model reads into the database, where the SQL finds them."""
    cursor.execute("DELETE FROM rules")
    cursor.execute(
        "INSERT INTO rules VALUES (?, ?, ?)",
        [
            settings.closers,
            round(settings.episode_gap_hours * 3600),
            round(settings.episode_open_days * 86400),
        ],
    )
    for table, values in (
        ("answering_bots", [[name] for name in settings.answering_bots]),
        ("endless_platforms", [[name] for name in ENDLESS_PLATFORMS]),
        (
            "memberships",
            [
                [name, m.team, m.since, until]
                for name in settings.agents
                for m, until in settings.memberships(name)
            ],
        ),
        ("zones", [[name, account.time_zone] for name, account in settings.accounts.items()]),
    ):
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - a literal name from the tuple above
        if values:
            marks = ", ".join("?" * len(values[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608
    cursor.execute("DELETE FROM open_spans")
    cursor.execute("DELETE FROM open_cover")


def rebuild(cursor: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Model every message again, as after a change of the rules."""
    for table in DERIVED:
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - a literal name from the tuple above
    cursor.execute("CREATE OR REPLACE TEMP TABLE changed AS SELECT message_id FROM messages")
    cursor.execute("CREATE OR REPLACE TEMP TABLE dropped_scopes (scope VARCHAR)")
    update(cursor, settings)


def update(cursor: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Model what the temporary tables `changed` and `dropped_scopes` touch, inside a transaction."""
    hours.cover(cursor, settings)
    for step in steps():
        for _ in range(step.at_most):
            if step.while_ and not _told(cursor, step.while_):
                break
            cursor.execute(step.sql)


def _told(cursor: duckdb.DuckDBPyConnection, question: str) -> bool:
    row = cursor.execute(question).fetchone()
    return bool(row and row[0])
