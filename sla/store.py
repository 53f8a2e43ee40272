"""The database file: one process owns it, every thread reads through a cursor of its own."""

import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from sla import hours, restate, rules
from sla.errors import StoreBusyError, StoreError
from sla.settings import Settings

SCHEMA_VERSION = "9"
# By itself DuckDB makes files that its version 1.0 could read. The newer form takes a tenth less room, and a third less time to read
# where few names stand beside many rows. A file that is there keeps its form.
STORAGE = "v1.4.0"
_SQL = Path(__file__).parent / "sql"
# What a database of an earlier version lacks, by the version.
_UPGRADES = {
    "4": ("ledger.sql", "6"),
    "5": ("ledger_channels.sql", "6"),
    "6": ("columns.sql", "7"),
    "7": ("keys.sql", "8"),
    "8": ("counted.sql", "9"),
}


class Store:
    """An open database. Reads may come from any thread; writes are serialised here.

    `version` changes with every load and with every change of a rule, so it can key a cache. `lake` is the folder
    whose files it reads instead of a database of its own.
    """

    lake: Path | None = None

    def __init__(
        self, path: Path, connection: duckdb.DuckDBPyConnection, settings: Settings
    ) -> None:
        self.path = path
        self.settings = settings
        self._connection = connection
        self._writing = threading.RLock()
        self._beside = threading.RLock()
        self._local = threading.local()
        self._version = 0
        self.change: rules.Change | None = None

    @classmethod
    def open(cls, path: Path, settings: Settings, *, create: bool = True) -> Self:
        """Open or create the database at `path` and bring it in line with the settings.

        Raises StoreBusyError when another process owns it, StoreError when the file is missing
        (with `create=False`), is no DuckDB database, or was made by another version.
        """
        if not create and not path.exists():
            raise StoreError(
                f"{path}: there is no database yet. Load a file first: python -m sla load FILE"
            )
        connection = _connect(path)
        try:
            store = cls(path, connection, settings)
            store._prepare()
        except BaseException:
            connection.close()
            raise
        return store

    def _prepare(self) -> None:
        self._set_up()
        with self.transaction() as cursor:
            tables = {
                row[0]
                for row in cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall()
            }
            if not tables:
                self._make_tables(cursor)
                cursor.execute("INSERT INTO facts VALUES ('schema', ?)", [SCHEMA_VERSION])
            elif "facts" not in tables:
                raise StoreError(
                    f"{self.path}: this is a DuckDB database of something else. Choose another file with --db."
                )
            found = self._fact(cursor, "schema")
            while found in _UPGRADES:
                lacking, found = _UPGRADES[found]
                cursor.execute((_SQL / lacking).read_text(encoding="utf-8"))
                cursor.execute("UPDATE facts SET value = ? WHERE name = 'schema'", [found])
            if found != SCHEMA_VERSION:
                raise StoreError(
                    f"{self.path}: made by another version of Replyclock (schema {found}, this one needs "
                    f"{SCHEMA_VERSION}). Move the file away and load your exports again."
                )
            self._version = int(self._fact(cursor, "version") or 0)
        self.change = self.use(self.settings)

    def _set_up(self) -> None:
        connection = self._connection
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET preserve_insertion_order = false")
        # What a transaction has just written counts as no rows when a join is planned, and such an ASOF join as one
        # for nested loops. GLOBAL: without the word it would hold for this connection alone, and for none of its cursors.
        connection.execute("SET GLOBAL asof_loop_join_threshold = 0")

    @staticmethod
    def _make_tables(cursor: duckdb.DuckDBPyConnection) -> None:
        for part in ("schema.sql", "ledger.sql"):
            cursor.execute((_SQL / part).read_text(encoding="utf-8"))

    def _take_settings(self, settings: Settings) -> None:
        self.settings = settings
        # Else DuckDB takes four fifths of the machine, on which the pages and the loaders live as well.
        self.cursor().execute(f"SET GLOBAL memory_limit = '{settings.memory_gb * 1000:.0f}MB'")

    def use(self, settings: Settings) -> rules.Change | None:
        """Take up other settings; what a changed rule concerns is modelled again, and nothing else.

        Returns what changed, with the figures that were restated, or None when nothing did.
        """
        before = self.settings
        self._take_settings(settings)
        try:
            return self._follow(settings)
        except BaseException:
            # What is stored is still what the settings from before make of it.
            self._take_settings(before)
            raise

    def _follow(self, settings: Settings) -> rules.Change | None:
        wanted = rules.parts(settings)
        found = self._fact(self.cursor(), "rules")
        known = json.loads(found) if found else {}
        changed = rules.changes(known, wanted)
        if not changed:
            self.keep_hours()
            return None
        before = restate.figures(self.cursor(), settings) if found else {}
        with self.transaction() as cursor:
            count = rules.apply(cursor, settings, changed)
            cursor.execute("INSERT OR REPLACE INTO facts VALUES ('rules', ?)", [json.dumps(wanted)])
            self.changed(cursor)
            restated = restate.keep(cursor, settings, rules.told(changed), before) if found else 0
        return rules.Change(rules.told(changed), count, restated)

    def keep_hours(self) -> None:
        """Let the opening hours reach well beyond now; cheap when they do already."""
        with self.transaction() as cursor:
            self._keep_hours(cursor)

    def _keep_hours(self, cursor: duckdb.DuckDBPyConnection) -> None:
        now = datetime.now(UTC)
        row = cursor.execute("SELECT min(covers_to) FROM open_cover").fetchone()
        if row and row[0] is not None and row[0] < now + hours.AHEAD / 2:
            hours.reach(cursor, self.settings, now, now)

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a cursor whose work is stored as a whole or not at all."""
        with self._writing, self._whole() as cursor:
            yield cursor

    @contextmanager
    def beside(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give such a cursor for tables that no load touches: it need not wait until a load has ended."""
        with self._beside, self._whole() as cursor:
            yield cursor

    @contextmanager
    def _whole(self) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._connection.cursor()
        # Of up to so many numbers that are looked for, each is held against the least and the greatest of a block, which is read
        # only where one may be in it; by itself DuckDB does so for 50, and for more only with the least and the greatest of all.
        cursor.execute("SET SESSION dynamic_or_filter_threshold = 30000")
        cursor.execute("BEGIN")
        try:
            yield cursor
            cursor.execute("COMMIT")
        except BaseException:
            # The transaction may be gone already (disk full, interrupt): the first error is the one to tell.
            with suppress(duckdb.Error):
                cursor.execute("ROLLBACK")
            raise
        finally:
            cursor.close()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return this thread's own cursor: a connection shared between threads gives wrong results."""
        mine: duckdb.DuckDBPyConnection | None = getattr(self._local, "cursor", None)
        if mine is None:
            mine = self._local.cursor = self._connection.cursor()
        return mine

    @contextmanager
    def one_state(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give this thread's cursor, whose queries all see the same data until the end, also while a load is stored."""
        cursor = self.cursor()
        cursor.execute("BEGIN")
        try:
            yield cursor
        finally:
            cursor.execute("ROLLBACK")

    @property
    def version(self) -> int:
        """The number of changes so far."""
        return self._version

    def changed(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Note, inside a transaction, that the data is not what it was."""
        self._version = int(self._fact(cursor, "version") or 0) + 1
        cursor.execute("INSERT OR REPLACE INTO facts VALUES ('version', ?)", [str(self._version)])

    @staticmethod
    def _fact(cursor: duckdb.DuckDBPyConnection, name: str) -> str | None:
        row = cursor.execute("SELECT value FROM facts WHERE name = ?", [name]).fetchone()
        return row[0] if row else None

    def close(self) -> None:
        """Write everything to the file and let go of it."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return duckdb.connect(str(path), config={"storage_compatibility_version": STORAGE})
    except duckdb.IOException as error:
        text = str(error)
        if "lock" in text.lower():
            pid = re.search(r"PID (\d+)", text)
            raise StoreBusyError(
                f"{path}: another process has the database open"
                + (f" (process {pid.group(1)})." if pid else "."),
                owner_pid=int(pid.group(1)) if pid else None,
            ) from None
        raise StoreError(
            f"{path}: not a database that can be opened here ({_first_line(text)}). "
            "Choose another file with --db, or move this one away."
        ) from None
    except (duckdb.Error, OSError) as error:
        raise StoreError(
            f"{path}: the database cannot be opened ({_first_line(str(error))})."
        ) from None


def _first_line(text: str) -> str:
    return text.splitlines()[0].rstrip(".")


def owner_file(db: Path) -> Path:
    """Return where a dashboard says that it owns the database and takes files through its inbox."""
    return db.with_name(db.name + ".owner.json")


def inbox_of(db: Path) -> Path:
    """Return the folder beside the database into which files are put to be loaded."""
    return db.parent / "inbox"


@dataclass(frozen=True)
class Owner:
    """The process that owns a database: where it answers questions, and with which token; no URL: nowhere."""

    pid: int
    url: str = ""
    token: str = ""


def announce(db: Path, url: str = "", token: str = "") -> None:
    """Say that this process owns `db` and watches its inbox, and where it answers who may read this."""
    told = {
        "pid": os.getpid(),
        "inbox": str(inbox_of(db).resolve()),
        "url": url,
        "token": token,
    }
    temporary = owner_file(db).with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123
        json.dump(told, file)
    temporary.replace(owner_file(db))


def withdraw(db: Path) -> None:
    """Take the announcement back, if it is this process's own."""
    if announced(db) == os.getpid():
        owner_file(db).unlink(missing_ok=True)


def owner_of(db: Path) -> Owner | None:
    """Return who says that it owns `db` and is alive, or None."""
    try:
        told = json.loads(owner_file(db).read_text())
        owner = Owner(int(told["pid"]), str(told.get("url", "")), str(told.get("token", "")))
        os.kill(owner.pid, 0)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return owner


def announced(db: Path) -> int | None:
    """Return the process that says it owns `db` and is alive, or None."""
    owner = owner_of(db)
    return owner.pid if owner else None
