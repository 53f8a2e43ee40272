"""ClickHouse inside this process (chdb) over a lake."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from chdb import session

from sla.engines.carry import Step, as_text
from sla.engines.clickhouse_sql import TIME, ClickHouseCarrier
from sla.lake_manifest import spoilt
from sla.lake_tables import PARTITIONS, Columns, Files, columns, views

# How a table of a build is kept: in files, as it came.
_KEPT = "ENGINE = MergeTree ORDER BY tuple()"

_SETTINGS = {
    "session_timezone": "'UTC'",
    "join_use_nulls": 1,
    "aggregate_functions_null_for_empty": 1,
    "prefer_column_name_to_alias": 1,
    # An export replaces files under their names.
    "use_parquet_metadata_cache": 0,
    "use_query_condition_cache": 0,
    "use_cache_for_count_from_files": 0,
}
# What cannot be read, and where.
_SPOILT = re.compile(r"DB::Exception: (.*?): \(in file/uri (.*?/data\.parquet)\)")
_TYPES = {
    pa.bool_(): "Bool",
    pa.int32(): "Int32",
    pa.int64(): "Int64",
    pa.float64(): "Float64",
    pa.string(): "String",
    pa.date32(): "Date32",
}


class ClickHouse:
    """One lake, as ClickHouse sees it."""

    def __init__(self, lake: list[Files]) -> None:
        self._session = session.Session()
        for name, value in _SETTINGS.items():
            self._session.query(f"SET {name} = {value}")
        self._zones: list[str] = []
        self._folder = lake[0].folder.parent
        made = views([table.name for table in lake])
        for table in lake:
            name = f"lake_{table.name}" if table.name in made else table.name
            self._session.query(f"CREATE OR REPLACE VIEW `{name}` AS {_reading(table)}")
        if any(table.name == "zones" for table in lake):
            told = self.rows("SELECT DISTINCT time_zone FROM zones", {})
            self._zones = told.column(0).to_pylist()
        for name, sql in made.items():
            self._session.query(
                f"CREATE OR REPLACE VIEW `{name}` AS {self._carrier({}).carry(sql)}"
            )

    def rows(self, sql: str, values: Mapping[str, Any]) -> pa.Table:
        """Ask in DuckDB's SQL; the types of the columns are ClickHouse's own."""
        given = {name: as_text(value) for name, value in values.items() if value is not None}
        return self._answered(self._carrier(values).steps(sql), given)

    def carrier(self, values: Mapping[str, Any], columns: Columns) -> ClickHouseCarrier:
        """Return what carries SQL over to ClickHouse."""
        return ClickHouseCarrier(values, columns, self._zones)

    def answer(self, steps: list[Step]) -> pa.Table:
        """Ask in ClickHouse's own SQL."""
        return self._answered(steps, {})

    def give(self, name: str, rows: pa.Table) -> None:
        """Make a table of a few rows."""
        if name == "zones":
            self._zones = sorted({*rows.column("time_zone").to_pylist(), "UTC"})
        self._session.query(f"CREATE OR REPLACE TABLE `{name}` ({_structure(rows.schema)}) {_KEPT}")
        with NamedTemporaryFile(suffix=".parquet") as file:
            pq.write_table(rows, file.name)
            self._session.query(
                f"INSERT INTO `{name}` SELECT * FROM file({_quoted(file.name)}, Parquet, {_quoted(_structure(rows.schema))})"  # noqa: S608 - our own name
            )

    def keep(self, name: str, steps: list[Step], schema: pa.Schema, *, add: bool) -> None:
        """Make a table of what the steps answer, or add it to the table of that name."""
        made = name if add else f"new_{name}"
        if not add:
            self._session.query(f"CREATE OR REPLACE TABLE `{made}` ({_structure(schema)}) {_KEPT}")
        with self._steps(steps, {}) as answer:
            self._session.query(f"INSERT INTO `{made}` {answer}")
        if not add:
            self._session.query(f"DROP TABLE IF EXISTS `{name}`")
            self._session.query(f"RENAME TABLE `{made}` TO `{name}`")

    def _answered(self, steps: list[Step], given: dict[str, Any]) -> pa.Table:
        with self._readable(), self._steps(steps, given) as answer:
            found = self._session.query(answer, "Arrow", params=given)
        return pa.ipc.open_file(pa.BufferReader(found.bytes())).read_all()

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Tell of a file that cannot be read as a LakeError; anything else that ClickHouse says is a fault of ours."""
        try:
            yield
        except RuntimeError as error:
            found = _SPOILT.search(str(error))
            if found is None:
                raise
            raise spoilt(self._folder, Path(found[2]), found[1]) from None

    @contextmanager
    def _steps(self, steps: list[Step], given: dict[str, Any]) -> Iterator[str]:
        """Give the SQL of the last step, for as long as the tables of those before it stand."""
        *parts, answer = steps
        made: list[str] = []
        try:
            for part in parts:
                made.append(part.table)
                self._session.query(
                    f"CREATE OR REPLACE TEMPORARY TABLE `{part.table}` AS {part.sql}", params=given
                )
            yield answer.sql
        finally:
            for table in made:
                self._session.query(f"DROP TABLE IF EXISTS `{table}`")

    def close(self) -> None:
        """End the session."""
        self._session.close()

    def _carrier(self, values: Mapping[str, Any]) -> ClickHouseCarrier:
        return ClickHouseCarrier(values, columns(), self._zones)


def _reading(table: Files) -> str:
    """Return the SELECT that reads the files of one table."""
    in_files = [f for f in table.columns if not (table.parted and f.name in PARTITIONS)]
    structure = _structure(in_files)
    if table.empty:
        return f"SELECT * FROM null({_quoted(_structure(table.columns))})"  # noqa: S608 - our own names
    place = "*/*/data.parquet" if table.parted else "data.parquet"
    path = re.sub(r"([\\*?{}\[\]])", r"\\\1", str(table.folder)) + "/" + place
    told = "*"
    if table.parted:
        account = "decodeURLComponent(extract(_path, '/account=([^/]*)/month=[^/]*/data.parquet$'))"
        told += (
            f", nullIf({account}, '__HIVE_DEFAULT_PARTITION__') AS account"
            ", toNullable(extract(_path, '/month=([^/]*)/data.parquet$')) AS month"
        )
    return f"SELECT {told} FROM file({_quoted(path)}, Parquet, {_quoted(structure)})"  # noqa: S608 - quoted


def _structure(columns: Iterable[pa.Field]) -> str:
    return ", ".join(f"`{f.name}` Nullable({_TYPES.get(f.type, TIME)})" for f in columns)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
