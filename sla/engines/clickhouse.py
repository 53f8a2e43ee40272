"""ClickHouse inside this process (chdb) over a lake."""

import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from chdb import session

from sla.engines.carry import as_text
from sla.engines.clickhouse_sql import TIME, ClickHouseCarrier
from sla.engines.tables import PARTITIONS, Files, columns, views

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
        made = views()
        for table in lake:
            name = f"lake_{table.name}" if table.name in made else table.name
            self._session.query(f"CREATE OR REPLACE VIEW `{name}` AS {_reading(table)}")
        self._zones: list[str] = []
        self._zones = [
            row["time_zone"]
            for row in self.rows("SELECT DISTINCT time_zone FROM zones", {}).to_pylist()
        ]
        for name, sql in made.items():
            self._session.query(
                f"CREATE OR REPLACE VIEW `{name}` AS {self._carrier({}).carry(sql)}"
            )

    def rows(self, sql: str, values: Mapping[str, Any]) -> pa.Table:
        """Ask in DuckDB's SQL; the types of the columns are ClickHouse's own."""
        given = {name: as_text(value) for name, value in values.items() if value is not None}
        *parts, answer = self._carrier(values).steps(sql)
        made: list[str] = []
        try:
            for part in parts:
                made.append(part.table)
                self._session.query(
                    f"CREATE OR REPLACE TEMPORARY TABLE `{part.table}` AS {part.sql}", params=given
                )
            found = self._session.query(answer.sql, "Arrow", params=given)
        finally:
            for table in made:
                self._session.query(f"DROP TABLE IF EXISTS `{table}`")
        return pa.ipc.open_file(pa.BufferReader(found.bytes())).read_all()

    def close(self) -> None:
        """End the session."""
        self._session.close()

    def _carrier(self, values: Mapping[str, Any]) -> ClickHouseCarrier:
        return ClickHouseCarrier(values, columns(), self._zones)


def _reading(table: Files) -> str:
    """Return the SELECT that reads the files of one table."""
    in_files = [f for f in table.columns if not (table.parted and f.name in PARTITIONS)]
    structure = ", ".join(f"`{f.name}` Nullable({_TYPES.get(f.type, TIME)})" for f in in_files)
    if table.empty:
        structure = ", ".join(
            f"`{f.name}` Nullable({_TYPES.get(f.type, TIME)})" for f in table.columns
        )
        return f"SELECT * FROM null({_quoted(structure)})"  # noqa: S608 - our own names
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


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
