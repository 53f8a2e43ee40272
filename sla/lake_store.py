"""A store whose tables are the files of a lake that is written elsewhere: it is read, and nothing in it changes."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self
from weakref import finalize

import duckdb

from sla import model
from sla.lake import ROWS
from sla.lake_copy import PATIENCE_SECONDS, READ, LakeCopy, copied
from sla.lake_manifest import FILE, TABLES, WHOLE, LakeError, spoilt
from sla.lake_tables import columns_of, views
from sla.settings import Settings
from sla.store import Store

_opened = count(1)
# What was loaded is told where it is loaded.
_TAKEN = tuple(name for name in WHOLE if name != "loads")


class LakeStore(Store):
    """One state of a lake as a store. What the lake does not hold, such as loads, is empty.

    The large tables are views of the files: with 300,000 messages they are there within a second, and the next state in a third of one,
    where tables that are read in take 3 to 7 seconds and 300 to 550 MB, each time. A question about an account's last weeks takes
    as long as with a database, one about everything up to 1.8 times. Zones, opening hours and the ledger come with the lake;
    targets and the horizon are those of the settings.
    """

    def __init__(self, folder: Path, copy: LakeCopy, settings: Settings) -> None:
        super().__init__(folder, duckdb.connect(), settings)
        self.lake = folder
        self.copy = copy
        # Not before the last page that holds this state has let go of it, though another state may have followed.
        self._remove = finalize(self, shutil.rmtree, copy.folder, ignore_errors=True)
        # Each state is told from every other, also where somebody else's lake was put in its place.
        self._version = next(_opened)
        self._set_up()
        self._connection.execute("SET temp_directory = $folder", {"folder": str(copy.folder)})
        self._take_tables()
        self.use(settings)

    @classmethod
    def of(
        cls, settings: Settings, before: Self | None = None, patience: float = PATIENCE_SECONDS
    ) -> Self:
        """Open the lake of the settings; of what is as it was in the state `before`, nothing is read again.

        Raises LakeError that says what is wrong with the folder, or that it is being written for longer than `patience` seconds.
        """
        lake = settings.lake
        assert lake is not None
        try:
            copy = copied(lake, before.copy if before else None, patience)
        except LakeError as error:
            raise _of_settings(error) from None
        try:
            return cls(lake, copy, settings)
        except duckdb.Error as error:
            reason = str(error).splitlines()[0].rstrip(".")
            again = f"To have it written again, call: python -m sla export {lake}"
            told = LakeError(f"{lake}: cannot be read ({reason}). {again}")
            raise _spoilt(lake, copy) or _of_settings(told) from None

    def _take_tables(self) -> None:
        cursor = self._connection
        self._make_tables(cursor)
        for name in TABLES:
            cursor.execute(f"CREATE TABLE lake_{name} AS FROM ({ROWS[name]}) LIMIT 0")
        for name in _TAKEN:
            cursor.execute(f"INSERT INTO {name} BY NAME {self._reading(name)}")
        for name in TABLES:
            if self.copy.prints[name]:
                cursor.execute(f"DROP TABLE lake_{name}")
                cursor.execute(f"CREATE VIEW lake_{name} AS {self._reading(name)}")
                # Looks into each file, so that one that cannot be read is told now and not by a page.
                cursor.execute(f"SELECT count(*) FROM lake_{name}")  # noqa: S608 - our own names
        for name, sql in views().items():
            cursor.execute(f"DROP TABLE {name}")
            cursor.execute(f"CREATE VIEW {name} AS {sql}")

    def _reading(self, name: str) -> str:
        """Return the SQL that reads a table's files: all of them, as the copy has none besides."""
        parted = name in TABLES
        files = self.copy.folder / name / ("*/*" if parted else "") / FILE
        pieces = "'" + str(files).replace("'", "''") + "'"
        columns = ", ".join(f'"{column}"' for column in columns_of(name).names)
        return f"SELECT {columns} FROM {READ[parted].format(pieces=pieces)}"  # noqa: S608 - our own names

    def use(self, settings: Settings) -> None:
        """Take up other settings: those by which the lake was made stay."""
        self._take_settings(settings)
        with self._whole() as cursor:
            model.tell_rules(cursor, settings)

    def close(self) -> None:
        """Let go of the files, and remove the copy."""
        super().close()
        self._remove()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it; of a file that turned out to be damaged while it was read, raise LakeError."""
        told = _spoilt(self.path, self.copy) if isinstance(error, duckdb.Error) else None
        super().__exit__(kind, error, trace)
        if told is not None:
            raise told from None

    def keep_hours(self) -> None:
        """Leave the opening hours as the lake has them."""

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Refuse: a lake is written where the database is."""
        needs_database(self.settings, "Nothing can be written here")
        yield self._connection

    beside = transaction


def opened(db: Path, settings: Settings, *, create: bool = True) -> Store:
    """Open what the settings say: the database at `db`, or the lake. Raises what `Store.open` and `LakeStore.of` do."""
    if settings.store == "lake":
        return LakeStore.of(settings)
    return Store.open(db, settings, create=create)


def _of_settings(error: LakeError) -> LakeError:
    """Return the same error as one of the lake that the settings name."""
    return type(error)(
        f'store = "lake" in the settings: {error} (where the database is, with store = "database").'
    )


def _spoilt(lake: Path, copy: LakeCopy) -> LakeError | None:
    """Return what to say of the first file that cannot be read to its end; None where all can be. Not every error names its file."""
    with duckdb.connect() as reader:
        for file in sorted(copy.folder.rglob(FILE)):
            try:
                reader.execute(
                    "CREATE OR REPLACE TEMP TABLE whole AS FROM read_parquet($file, hive_partitioning = false)",
                    {"file": str(file)},
                )
            except duckdb.Error as error:
                reason = str(error).splitlines()[0].replace(str(copy.folder), str(lake))
                return _of_settings(spoilt(lake, lake / file.relative_to(copy.folder), reason))
    return None


def needs_database(settings: Settings, what: str) -> None:
    """Raise LakeError, which begins with `what` cannot be done, where the figures come from a lake."""
    if settings.store == "lake":
        raise LakeError(
            f'{what}: store = "lake" in the settings says that the figures come from {settings.lake}. '
            'Do it where the lake is written, with settings that say store = "database".'
        )
