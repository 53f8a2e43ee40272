"""The lake: messages, conversations, waits and replies as Parquet files, one for each account and month, for whatever reads Parquet."""

import tempfile
from collections.abc import Container, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb

from sla.lake_manifest import (
    FILE,
    NOBODY,
    TABLES,
    WHOLE,
    LakeError,
    no_folder,
    path_of,
    tell,
    told_by,
)
from sla.store import SCHEMA_VERSION, Store

# What stands in a partition: a change of the SQL is one of every file.
ROWS = {
    name: (Path(__file__).parent / "sql" / "lake" / f"{name}.sql").read_text(encoding="utf-8")
    for name in TABLES
}
# What of `WHOLE` belongs to accounts.
_OWNED = ("known", "zones", "calendars", "ledger")
_ACCOUNTS = " UNION ".join(
    f"SELECT account FROM {table} WHERE account IS NOT NULL"  # noqa: S608 - our own names
    for table in ("messages", "placed", *_OWNED)
)
# One row for each partition; the order of rows makes no difference.
PRINTS = """
    WITH rows AS ({rows})
    SELECT account, "month", count(*) AS n, concat(count(*), '-', sum(hash(r)::HUGEINT)) AS print
    FROM rows AS r
    GROUP BY account, "month"
"""
_CHANGED = """
    COPY (
        WITH rows AS ({rows})
        SELECT r.*
        FROM rows AS r
        JOIN to_write AS t ON t.account IS NOT DISTINCT FROM r.account AND t."month" = r."month"
    ) TO $folder (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (account, "month"))
"""
PRINT = (
    "SELECT count(*) AS n, concat(count(*), '-', sum(hash(r)::HUGEINT)) AS print FROM {table} AS r"
)
_COPY = "COPY {table} TO $file (FORMAT parquet, COMPRESSION zstd)"


@dataclass(frozen=True)
class Written:
    """What came of an export: the partitions there are, written anew, and removed, and the rows in all of them.

    `left_out` are the accounts that are not in the lake, because no folder can have their names.
    """

    files: int = 0
    written: int = 0
    removed: int = 0
    rows: int = 0
    left_out: tuple[str, ...] = ()

    def __add__(self, other: "Written") -> "Written":
        return Written(
            self.files + other.files,
            self.written + other.written,
            self.removed + other.removed,
            self.rows + other.rows,
            self.left_out + other.left_out,
        )


def export(store: Store, folder: Path, *, if_changed: bool = False) -> Written | None:
    """Write what changed since the last export to `folder`, all of it as of one instant.

    With `if_changed`, None when nothing was loaded or set since, and then nothing is looked at. Files are `TABLE/account=NAME/month=YYYY-MM/data.parquet`; each is replaced as a whole, so whoever reads
    one meanwhile reads the old or the new. Raises LakeError where the folder cannot be written to, or holds
    something else.
    """
    if if_changed and _is_current(store, folder):
        return None
    try:
        known = _before(folder)
        told: dict[str, Any] = {"lake": SCHEMA_VERSION, "version": store.version, "tables": {}}
        with _snapshot(store) as cursor:
            done = Written(left_out=_left_out(cursor))
            for name in TABLES:
                partitions, written = _table(
                    cursor, name, folder, known.get(name, {}), done.left_out
                )
                told["tables"][name] = partitions
                done += written
            for name in WHOLE:
                prints, written = _whole(cursor, name, folder, known.get(name, {}))
                told["tables"][name] = prints
                done += written
        tell(folder, told)
    except (OSError, duckdb.IOException) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise LakeError(
            f"{folder}: cannot be written ({reason}). What is there is still whole; the next export goes on from it."
        ) from None
    return done


def put(folder: Path, made: Path, told: str) -> Written:
    """Put tables that something else worked out in the place of those that are there, and say so in the manifest.

    `made` holds `TABLE/account=NAME/month=YYYY-MM/*.parquet`, one file in each, for all of `TABLES`, and `NAME/data.parquet` for
    some of `WHOLE`; what it does not hold of them stays. `told` becomes the version of the lake, which is another than any
    store's. The rows are not counted. Raises LakeError where the folder cannot be written to.
    """
    try:
        known = _before(folder)
        tables: dict[str, Any] = dict(known)
        done = Written()
        for name in TABLES:
            found = {_named(file): file for file in sorted((made / name).glob("*/*/*.parquet"))}
            for path, file in found.items():
                _place(file, folder / name / path)
            gone = _drop(folder / name, known.get(name, {}).keys() - found.keys())
            tables[name] = dict.fromkeys(found, told)
            done += Written(len(found), len(found), gone)
        for name in WHOLE:
            if (file := made / name / FILE).exists():
                file.replace(folder / name / FILE)
                tables[name] = {"": told}
                done += Written(1, 1)
        tell(folder, {"lake": SCHEMA_VERSION, "version": told, "tables": tables})
    except OSError as error:
        raise LakeError(
            f"{folder}: cannot be written ({error.strerror or error}). Write it again, so that all of it is of one kind."
        ) from None
    return done


def _named(file: Path) -> str:
    """Return the path of a partition as we write it, of a file below it as an engine wrote it."""
    account, month = (unquote(part.partition("=")[2]) for part in file.parts[-3:-1])
    return path_of(None if account == NOBODY else account, month)


def _is_current(store: Store, folder: Path) -> bool:
    """Return whether nothing changed in the store since the last export to `folder`."""
    try:
        told = told_by(folder) or {}
    except OSError:
        return False
    return told.get("version") == store.version and told.get("lake") == SCHEMA_VERSION


def _before(folder: Path) -> dict[str, dict[str, str]]:
    """Return the fingerprint of each partition that was written before, by table and path; make the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    told = told_by(folder)
    if told is None and any(not path.name.startswith(".") for path in folder.iterdir()):
        raise LakeError(
            f"{folder}: there is something else in this folder. Name an empty one, or one that an export made."
        )
    return told["tables"] if told else {}


@contextmanager
def _snapshot(store: Store) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a cursor that sees the store as it is now, whatever is loaded meanwhile."""
    cursor = store.cursor().cursor()
    cursor.execute("BEGIN")
    try:
        yield cursor
    finally:
        cursor.execute("ROLLBACK")
        cursor.close()


def _left_out(cursor: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Return the accounts that can have no folder, in order; keep them in a table of that name."""
    accounts = cursor.execute(f"{_ACCOUNTS} ORDER BY account").fetchall()
    found = [row for row in accounts if no_folder(*row)]
    cursor.execute("CREATE OR REPLACE TEMP TABLE left_out (account VARCHAR)")
    if found:
        cursor.executemany("INSERT INTO left_out VALUES (?)", found)
    return tuple(account for (account,) in found)


def _table(
    cursor: duckdb.DuckDBPyConnection,
    name: str,
    folder: Path,
    known: Mapping[str, str],
    left_out: Container[str],
) -> tuple[dict[str, str], Written]:
    """Bring one table's partitions up to date; return their fingerprints by path, and what was done."""
    found = [
        row
        for row in cursor.execute(PRINTS.format(rows=ROWS[name])).fetchall()
        if row[0] not in left_out
    ]
    prints = {path_of(account, month): told for account, month, _, told in found}
    rows = sum(n for _, _, n, _ in found)
    stale = [
        (account, month)
        for account, month, _, told in found
        if known.get(path_of(account, month)) != told
        or not (folder / name / path_of(account, month) / FILE).exists()
    ]
    if stale:
        _write(cursor, name, folder, stale)
    gone = _drop(folder / name, known.keys() - prints.keys())
    return prints, Written(len(prints), len(stale), gone, rows)


def _whole(
    cursor: duckdb.DuckDBPyConnection, name: str, folder: Path, known: Mapping[str, str]
) -> tuple[dict[str, str], Written]:
    """Bring a table that is one file up to date, also where it has no row; return and count as `_table` does."""
    table = (
        f"(FROM {name} ANTI JOIN left_out USING (account))" if name in _OWNED else f"(FROM {name})"
    )
    found = cursor.execute(PRINT.format(table=table)).fetchone()
    assert found is not None
    rows, told = found
    file = folder / name / FILE
    if known.get("") == told and file.exists():
        return {"": told}, Written(1, 0, 0, rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    written = file.with_name(f".{FILE}")
    cursor.execute(_COPY.format(table=table), {"file": str(written)})
    written.replace(file)
    return {"": told}, Written(1, 1, 0, rows)


def _write(
    cursor: duckdb.DuckDBPyConnection,
    name: str,
    folder: Path,
    stale: list[tuple[str | None, str]],
) -> None:
    cursor.execute('CREATE OR REPLACE TEMP TABLE to_write (account VARCHAR, "month" VARCHAR)')
    cursor.executemany("INSERT INTO to_write VALUES (?, ?)", stale)
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=folder) as scratch:
        cursor.execute(_CHANGED.format(rows=ROWS[name]), {"folder": scratch})
        for months in sorted(Path(scratch).glob("account=*/month=*")):
            pieces = sorted(months.glob("*.parquet"))
            whole = pieces[0]
            if len(pieces) > 1:
                whole = months / "whole.parquet"
                cursor.execute(
                    "COPY (FROM read_parquet($pieces, hive_partitioning = false)) TO $whole (FORMAT parquet, COMPRESSION zstd)",
                    {"pieces": [str(piece) for piece in pieces], "whole": str(whole)},
                )
            _place(whole, folder / name / _named(whole))


def _place(file: Path, partition: Path) -> None:
    """Put a file in the place of a partition's."""
    partition.mkdir(parents=True, exist_ok=True)
    file.replace(partition / FILE)


def _drop(table: Path, partitions: Set[str]) -> int:
    """Remove the files of partitions of a table; return how many. Folders go where nothing else is in them."""
    for path in partitions:
        file = table / path / FILE
        file.unlink(missing_ok=True)
        for emptied in (file.parent, file.parent.parent):
            with suppress(OSError):
                emptied.rmdir()
    return len(partitions)
