"""Makes a database larger than anybody waits for: one of `bench.grown` many times over, as if so many systems were exported.

`python -m bench.copied --messages 3000000 --times 33` prints where it lies. A copy has another namespace and is the same
otherwise. All tables hold what they would if each export of the first system were followed by that of every copy, and each
went through the load and the model: tests/test_bench.py compares both.
"""

import argparse
import hashlib
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from bench import grown
from sla import rules
from sla.load import totals
from sla.model import NUMBERS
from sla.store import Store

MEMORY = "6GB"
# So many copies of one export are stored at a time.
TOGETHER = 8
# Tables that grow, by what tells with which export a row was written last; in this order they are written.
GROWING = {
    "loads": "load_id",
    "messages": "load_id",
    "keys": "message_id",
    "scopes": "scope",
    "placed": "scope",
    "conversations": "scope",
    "waits": "scope",
    "replies": "scope",
}
# What is counted over all of them, by the columns that count.
COUNTED = {"known": ("messages",), "said_hours": ("messages_in", "chasers", "replies_out")}
# Tables that say the same of all copies, and those that a store makes of its settings when it is opened.
SHARED = ("zones", "open_spans", "open_cover")
OF_SETTINGS = ("facts", "rules", "answering_bots", "endless_platforms", "memberships", "calendars")
# What grown messages never are: edited, repeated, wrong. And what was told of them, which is of no load.
EMPTY = ("versions", "repeated", "problems", "restatements")
TOLD = ("ledger", "renewals")
# Numbers of messages, by the name of the column.
IDS = ("message_id", "start_id", "end_id")
# Strings with the namespace in them, and what stands around it.
NAMED = {"scope": ("|", "|"), "conversation_id": ("|", "|"), "wait_id": (":", "/")}
# What is worked out of other columns of the same row once they are those of the copy, by table and column.
WORKED_OUT = {("scopes", "number"): "scope_number(scope)"}


def made(messages: int, times: int) -> Path:
    """Return a database with about so many messages so many times, made now or kept from before; with one time, the first itself.

    The settings lie beside it, as they do in `bench.grown`.
    """
    base = grown.made(messages)
    if times == 1:
        return base
    model = rules.parts(grown.settings_of(base))["model"]
    digest = hashlib.sha256(f"{model}{base.parent.name}".encode()).hexdigest()[:8]
    name = f"copied-{messages}x{times}-{digest}"
    return grown.kept(name, lambda folder: make(base, folder, times))


def namespace_of(copy: int) -> str:
    """Return the namespace of a copy; the first is that of the messages themselves."""
    return f"0.{copy}" if copy else "0"


def make(base: Path, folder: Path, times: int) -> Path:
    """Make the database of so many copies in a folder; return it. Raises SystemExit where a table is none that can be copied."""
    shutil.copy(base.with_name("settings.toml"), folder)
    db, scratch = folder / base.name, folder / "prepared.duckdb"
    Store.open(db, grown.settings_of(db)).close()
    with duckdb.connect(str(db)) as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(NUMBERS)
        connection.execute(f"ATTACH '{base}' AS base (READ_ONLY)")
        connection.execute(f"ATTACH '{scratch}' AS prepared")
        _check(connection)
        _prepare(connection, times)
        _share(connection, times)
        # The rest takes long, and others may want to open the first database.
        connection.execute("DETACH base")
        for export in range(1, 1 + _one(connection, "SELECT count(*) FROM prepared.exports")):
            for first in range(0, times, TOGETHER):
                copies = range(first, min(first + TOGETHER, times))
                _write(connection, export, copies)
        _go_on(connection)
        connection.execute("DETACH prepared")
        connection.execute("CHECKPOINT")
    scratch.unlink()
    return db


def _check(connection: duckdb.DuckDBPyConnection) -> None:
    """Make sure that there is nothing in the first database but what is known here, nor made by another model."""
    found = {
        row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'base'").fetchall()
    }  # fmt: skip
    known = {*GROWING, *SHARED, *OF_SETTINGS, *EMPTY, *TOLD, *COUNTED, "handles"}
    if found != known:
        raise SystemExit(f"Say in {__name__} how these tables are copied: {sorted(found ^ known)}")
    filled = [name for name in EMPTY if _one(connection, f"SELECT count(*) FROM base.{name}")]  # noqa: S608
    if filled:
        raise SystemExit(f"These tables cannot be copied, and are not empty: {filled}")
    other = "SELECT count(*) FROM (FROM base.facts EXCEPT FROM facts) WHERE name <> 'version'"
    if _one(connection, other):
        raise SystemExit("The database to copy was made by another model; make it anew.")
    others = f"SELECT count(*) FROM base.messages WHERE namespace <> '{namespace_of(0)}'"  # noqa: S608
    if _one(connection, others):
        raise SystemExit("The database to copy has more systems than one.")
    # Its exports, each with the messages that it brought one after the other.
    connection.execute(
        "CREATE TABLE prepared.exports AS SELECT load_id AS export, min(message_id) AS first_id, count(*) AS n"
        " FROM base.messages GROUP BY load_id"
    )
    gaps = "SELECT export, first_id, n, 1 + coalesce(sum(n) OVER (ORDER BY export ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS wanted FROM prepared.exports"
    if _one(connection, f"SELECT count(*) FROM ({gaps}) WHERE first_id <> wanted"):  # noqa: S608
        raise SystemExit("The messages to copy are not numbered one after the other.")


def _prepare(connection: duckdb.DuckDBPyConnection, times: int) -> None:
    """Keep each table that grows with what a copy changes taken apart, in the order in which it was written.

    A number of the copy `c` is `x + c * x_step`, a string with its namespace `x || namespace || x_rest`.
    """
    connection.execute(
        "CREATE TABLE prepared.written AS SELECT s.scope, max(m.load_id) AS export"
        " FROM base.scopes AS s JOIN base.messages AS m USING (message_id) GROUP BY s.scope"
    )
    # What lies around the namespace; it is the first place where it stands.
    for name, (before, after) in NAMED.items():
        connection.execute(
            f"CREATE TEMP MACRO {name}_place(told) AS strpos(told || '{after}', '{before}{namespace_of(0)}{after}')"
        )
    for table, by in GROWING.items():
        columns, joins = [], ""
        for column in _columns(connection, table):
            if column in NAMED:
                columns += [
                    f"t.{column}[:{column}_place(t.{column})] AS {column}",
                    f"t.{column}[{column}_place(t.{column}) + {len(namespace_of(0)) + 1}:] AS {column}_rest",
                ]
            elif column in IDS:
                joins += f" LEFT JOIN prepared.exports AS of_{column} ON t.{column} BETWEEN of_{column}.first_id AND of_{column}.first_id + of_{column}.n - 1"
                columns += [
                    f"t.{column} + (of_{column}.first_id - 1) * {times - 1} AS {column}",
                    f"of_{column}.n AS {column}_step",
                ]
            elif column == "load_id":
                columns += [
                    f"(t.{column} - 1) * {times} + 1 AS {column}",
                    f"1 AS {column}_step",
                ]
            elif (table, column) not in WORKED_OUT:
                columns.append(f't."{column}"')
        export = {"load_id": "t.load_id", "message_id": "m.load_id", "scope": "w.export"}[by]
        if by == "scope":
            joins += " JOIN prepared.written AS w ON w.scope = t.scope"
        elif by == "message_id":
            joins += " JOIN base.messages AS m ON m.message_id = t.message_id"
        connection.execute(
            f"CREATE TABLE prepared.{table} AS SELECT {', '.join(columns)}, {export} AS export"  # noqa: S608
            f" FROM base.{table} AS t{joins} ORDER BY {export}, t.rowid"
        )


def _write(connection: duckdb.DuckDBPyConnection, export: int, copies: Sequence[int]) -> None:
    """Write what some copies of one export left in the tables that grow, one copy after the other."""
    connection.execute("BEGIN")
    for table in GROWING:
        connection.execute(_written(connection, table, export, copies))
    connection.execute("COMMIT")


def _written(connection: duckdb.DuckDBPyConnection, table: str, export: int, copies: Sequence[int]) -> str:  # fmt: skip
    columns = _columns(connection, table)
    parts = []
    for copy in copies:
        told = [
            f'{_of_copy(table, column, copy)} AS "{column}"' for column in columns if (table, column) not in WORKED_OUT
        ]  # fmt: skip
        parts.append(f"SELECT {', '.join(told)} FROM prepared.{table} WHERE export = {export}")  # noqa: S608
    worked_out = "".join(
        f', {WORKED_OUT[table, column]} AS "{column}"'
        for column in columns
        if (table, column) in WORKED_OUT
    )
    return f"INSERT INTO {table} BY NAME SELECT *{worked_out} FROM ({' UNION ALL '.join(parts)})"  # noqa: S608


def _of_copy(table: str, column: str, copy: int) -> str:
    """Return the expression for a column of a copy."""
    if column in NAMED:
        return f"{column} || '{namespace_of(copy)}' || {column}_rest"
    if column in (*IDS, "load_id"):
        return f"{column} + {copy} * {column}_step"
    if column == "namespace":
        return f"'{namespace_of(copy)}'"
    if (table, column) == ("loads", "path"):
        return f"path || '{path_of(copy)}'"
    return f'"{column}"'


def path_of(copy: int) -> str:
    """Return what the path of an export of a copy ends with."""
    return f" of {namespace_of(copy)}" if copy else ""


def _share(connection: duckdb.DuckDBPyConnection, times: int) -> None:
    """Write what does not grow with messages."""
    connection.execute("BEGIN")
    for table in SHARED:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608
        connection.execute(f"INSERT INTO {table} BY NAME FROM base.{table}")
    for copy in range(times):
        connection.execute(
            "INSERT INTO handles BY NAME SELECT * REPLACE (? AS namespace) FROM base.handles",
            [namespace_of(copy)],
        )
    for table, columns in COUNTED.items():
        more = ", ".join(f"{column} * {times} AS {column}" for column in columns)
        connection.execute(
            f"INSERT INTO {table} BY NAME SELECT * REPLACE ({more}) FROM base.{table}"  # noqa: S608
        )
    # Every load is a change.
    connection.execute(
        "UPDATE facts SET value = CAST((SELECT CAST(b.value AS BIGINT) FROM base.facts AS b WHERE b.name = 'version')"
        " + ? * (SELECT count(*) FROM base.loads) AS VARCHAR) WHERE name = 'version'",
        [times - 1],
    )
    connection.execute("COMMIT")


def _go_on(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the numbers go on after the last."""
    for sequence, table, column in (
        ("message_ids", "messages", "message_id"),
        ("load_ids", "loads", "load_id"),
    ):
        following = 1 + _one(connection, f"SELECT max({column}) FROM {table}")  # noqa: S608
        connection.execute(f"CREATE OR REPLACE SEQUENCE {sequence} START {following}")


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    told = connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE database_name = current_database() AND table_name = ? ORDER BY column_index",
        [table],
    )
    return [row[0] for row in told.fetchall()]


def _one(connection: duckdb.DuckDBPyConnection, question: str) -> int:
    (found,) = connection.execute(question).fetchone() or (0,)
    return int(found)


def main() -> int:
    """Make the database, and say where it lies and what is in it."""
    parser = argparse.ArgumentParser(prog="python -m bench.copied", description=__doc__)
    parser.add_argument("--messages", type=int, default=3_000_000, help="of the first; default: 3,000,000")  # fmt: skip
    parser.add_argument("--times", type=int, default=33, help="how often; default: 33")
    call = parser.parse_args()
    began = time.monotonic()
    db = made(call.messages, call.times)
    print(f"{db} ({time.monotonic() - began:.0f} s, {db.stat().st_size / 1e9:.1f} GB)")
    with Store.open(db, grown.settings_of(db)) as store:
        for table, count in totals(store).items():
            print(f"{count:>12,} {table}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
