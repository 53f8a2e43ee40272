"""What stands in a lake, for whoever reads it: the files of each table, their columns, and the store's own tables made of them."""

from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from sla.lake import ROWS
from sla.lake_manifest import FILE, MANIFEST, TABLES, WHOLE, LakeError, told_by
from sla.store import SCHEMA_VERSION

# The columns of each table, by name.
Columns = tuple[tuple[str, tuple[str, ...]], ...]
_SQL = Path(__file__).parent / "sql"
# The columns that stand in the path of a file and not in it.
PARTITIONS = ("account", "month")
_COLUMNS = "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal ORDER BY table_name, column_index"
# Of what in the lake each of the store's tables is made.
_MADE_OF = {
    "messages": "lake_messages",
    "placed": "lake_messages WHERE conversation_id IS NOT NULL",
    "conversations": "lake_conversations",
    "waits": "lake_waits",
    "replies": "lake_replies",
}
# Columns that the lake tells in another way: a month is part of a path there.
_OTHERWISE = {
    ("", "month"): """CAST(concat("month", '-01') AS DATE)""",
    ("messages", "account"): "named_account",
    ("placed", "channel"): "coalesce(channel, platform)",
}


@dataclass(frozen=True)
class Files:
    """One table of the lake: its folder and its columns; `parted` says that account and month stand in the path of each file."""

    name: str
    folder: Path
    columns: pa.Schema
    parted: bool
    empty: bool


def manifest(folder: Path) -> dict[str, Any]:
    """Return what a lake says of itself: its `tables`, each with a print of every file, and the `version` of the data.

    Raises LakeError where there is no lake, one that another version wrote, or something else by the name of a manifest.
    """
    again = f"write it with: python -m sla export {folder}"
    if not folder.is_dir():
        raise LakeError(f"{folder}: there is no such folder. To have a lake there, {again}")
    try:
        found = told_by(folder)
    except OSError as error:
        raise LakeError(
            f"{folder / MANIFEST}: cannot be read ({error.strerror}). Mend that, or name another folder."
        ) from None
    if found is None:
        raise LakeError(f"{folder}: there is no lake in this folder. Name another, or {again}")
    version = found.get("lake", "an early one")
    if version != SCHEMA_VERSION or not found["tables"].keys() >= {*TABLES, *WHOLE}:
        raise LakeError(
            f"{folder}: another version of Replyclock wrote this lake ({version}, this one reads {SCHEMA_VERSION}). To bring it up to date, {again}"
        )
    return found


def files(folder: Path) -> list[Files]:
    """Return the tables of a lake; raises what `manifest` does, and LakeError where a file is missing.

    An engine takes what files there are, so that figures would be without the rows of one that is gone.
    """
    tables = manifest(folder)["tables"]
    for name in (*TABLES, *WHOLE):
        for path in tables[name]:
            if not (file := folder / name / path / FILE).is_file():
                raise LakeError(
                    f"{file}: this file of the lake is missing. If it is not being written just now, have it written again: python -m sla export {folder}"
                )
    return [
        Files(
            name,
            folder.resolve() / name,
            columns_of(name),
            parted=name in TABLES,
            empty=not tables[name],
        )
        for name in (*TABLES, *WHOLE)
    ]


def views(given: Container[str] = TABLES) -> dict[str, str]:
    """Return the SQL that makes the store's tables of those of the lake's that are given, by name; what has none is the same in both."""
    made = {}
    for name, source in _MADE_OF.items():
        if source.split()[0].removeprefix("lake_") not in given:
            continue
        told = [
            _OTHERWISE.get((name, c), _OTHERWISE.get(("", c), f'"{c}"')) + f' AS "{c}"'
            for c in dict(columns())[name]
        ]
        made[name] = f"SELECT {', '.join(told)} FROM {source}"  # noqa: S608 - our own names
    if "placed" in made:
        made["said_hours"] = (_SQL / "lake" / "said_hours.sql").read_text(encoding="utf-8")
    return made


@cache
def columns() -> Columns:
    """Return the columns of every table that SQL over a lake can name: the store's, and the lake's."""
    of_lake = tuple((f"lake_{name}", tuple(columns_of(name).names)) for name in TABLES)
    return columns_in(empty()) + of_lake


def columns_in(connection: duckdb.DuckDBPyConnection) -> Columns:
    """Return the columns of every table of a database."""
    rows = connection.execute(_COLUMNS).fetchall()
    return tuple(
        (table, tuple(column for _, column in columns))
        for table, columns in groupby(rows, key=itemgetter(0))
    )


def empty() -> duckdb.DuckDBPyConnection:
    """Return a database with the store's tables and no row, which knows the types of whatever is asked."""
    return _empty().cursor()


@cache
def _empty() -> duckdb.DuckDBPyConnection:
    return blank()


def blank() -> duckdb.DuckDBPyConnection:
    """Return a database of its own with the store's tables and no row."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for part in ("schema.sql", "ledger.sql"):
        connection.execute((_SQL / part).read_text(encoding="utf-8"))
    return connection


@cache
def columns_of(name: str) -> pa.Schema:
    """Return the columns of a table of the lake with their types, as DuckDB tells them."""
    sql = ROWS[name] if name in TABLES else f"FROM {name}"
    return empty().execute(f"FROM ({sql}) LIMIT 0").to_arrow_table().schema
