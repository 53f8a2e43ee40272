"""Restated figures: what a changed setting made of figures that were told before."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import duckdb

from sla.measures import Clock, Key, Question, ask_through
from sla.settings import Settings

_COLUMNS = {
    "hit_rate": ("n", "hit_rate"),
    "first_reply": ("median_seconds", "p90_seconds"),
    "response_rate": ("n", "response_rate"),
}
_CLOCKS: tuple[Clock, ...] = ("calendar", "open")

Name = tuple[str, str, str, int | None, str, date | None]
"""Measure, column, clock, target (only for hit rates), account, month (None: the whole time)."""


@dataclass(frozen=True)
class Restated:
    """One figure before and after a change of the settings."""

    restated_at: datetime
    change: str
    measure: str
    figure: str
    clock: str
    target: int | None
    account: str
    month: date | None
    before: float | None
    after: float | None


def figures(cursor: duckdb.DuckDBPyConnection, settings: Settings) -> dict[Name, float | None]:
    """Return the figures that are watched: by account, for the whole time and for each month."""
    found: dict[Name, float | None] = {}
    spans: tuple[tuple[Key, ...], ...] = (("account",), ("account", "month"))
    for measure, columns in _COLUMNS.items():
        targets: tuple[int | None, ...] = settings.targets if measure == "hit_rate" else (None,)
        for clock, target, by in product(_CLOCKS, targets, spans):
            question = Question(clock=clock, by=by, target=target or settings.targets[0])
            for row in ask_through(cursor, settings, measure, question):
                for column in columns:
                    name = (measure, column, clock, target, row["account"], row.get("month"))
                    found[name] = row[column]
    return found


def keep(
    cursor: duckdb.DuckDBPyConnection,
    settings: Settings,
    change: str,
    before: dict[Name, float | None],
) -> int:
    """Compare with the figures as they are now, keep what differs; return how many did."""
    now, after = datetime.now(UTC), figures(cursor, settings)
    rows: list[list[Any]] = [
        [now, change, *name, before.get(name), after.get(name)]
        for name in sorted(before.keys() | after.keys(), key=str)
        if before.get(name) != after.get(name)
    ]
    if rows:
        cursor.executemany("INSERT INTO restatements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return len(rows)


def restated(cursor: duckdb.DuckDBPyConnection, limit: int = 1000) -> list[Restated]:
    """Return the figures that were restated, the latest change first."""
    rows = cursor.execute(
        "SELECT * FROM restatements ORDER BY restated_at DESC, account, measure, figure, clock, target, month LIMIT ?",
        [limit],
    ).fetchall()
    return [Restated(*row) for row in rows]
