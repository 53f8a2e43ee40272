"""Loads taken back: afterwards everything is as if they had never been."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from sla import model
from sla.errors import LoadError
from sla.load import one
from sla.store import Store

_UNLOAD = Path(__file__).parent / "sql" / "load" / "unload.sql"


def unload(store: Store, load_id: int) -> tuple[int, int]:
    """Take a load back; return how many messages went, and how many older versions count again.

    Messages that another load holds as well stay. Raises LoadError where there is no such load, or it
    was taken back before.
    """
    row = (
        store.cursor()
        .execute("SELECT unloaded_at FROM loads WHERE load_id = ?", [load_id])
        .fetchone()
    )
    if row is None:
        raise LoadError(
            f"There is no load {load_id}. The Data page lists them, and so does: python -m sla loads"
        )
    if row[0] is not None:
        raise LoadError(
            f"Load {load_id} was taken back already, on {row[0]:%Y-%m-%d at %H:%M} UTC."
        )
    with store.transaction() as cursor:
        gone, again = _take_back(cursor, store, [load_id])
        cursor.execute(
            "UPDATE loads SET unloaded_at = ? WHERE load_id = ?", [datetime.now(UTC), load_id]
        )
        store.changed(cursor)
    return gone, again


def drop_sample(store: Store) -> int:
    """Take every message of the sample out again; return how many there were."""
    with store.transaction() as cursor:
        loads = [
            row[0] for row in cursor.execute("SELECT load_id FROM loads WHERE sample").fetchall()
        ]
        if not loads:
            return 0
        gone, _ = _take_back(cursor, store, loads)
        cursor.execute("DELETE FROM loads WHERE sample")
        store.changed(cursor)
    return gone


def _take_back(
    cursor: duckdb.DuckDBPyConnection, store: Store, loads: Sequence[int]
) -> tuple[int, int]:
    cursor.execute("CREATE OR REPLACE TEMP TABLE unloading (load_id BIGINT)")
    cursor.executemany("INSERT INTO unloading VALUES (?)", [[load_id] for load_id in loads])
    cursor.execute(_UNLOAD.read_text(encoding="utf-8"))
    cursor.execute("DELETE FROM problems WHERE load_id IN (FROM unloading)")
    removed = one(cursor, "SELECT count(*) FROM removed")
    again = one(cursor, "SELECT count(*) FROM changed")
    if removed:
        model.update(cursor, store.settings)
    return removed - again, again
