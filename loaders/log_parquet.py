"""The canonical message log as Parquet."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from loaders import log_rows
from loaders.encoding import FALLBACK
from loaders.log_fast import load_table
from loaders.log_rows import LogRows, Value
from loaders.log_tables import parquet_table
from loaders.messages import COLUMNS
from loaders.options import Options
from loaders.problems import NotUsable, SpoiltRow
from loaders.sink import Sink
from loaders.source import Head, Source

FORMAT = "log_parquet"
TITLE = "Message log (Parquet)"
EXPECTS = log_rows.EXPECTS
MAGIC = b"PAR1"

_BATCH_ROWS = 5_000


def identify(head: Head) -> bool:
    """Tell whether the file's schema names the columns of a message log."""
    return log_rows.is_log(columns_of(head) or ())


def columns_of(head: Head) -> tuple[str, ...] | None:
    """Give the column names, lower case, of a Parquet file; None if it is none or is damaged."""
    if not head.data.startswith(MAGIC):
        return None
    try:
        return tuple(name.lower() for name in pq.read_schema(head.path).names)
    except (OSError, ValueError, pa.ArrowException):
        return None


def load(source: Source, sink: Sink, options: Options) -> None:
    """Load with DuckDB where every row is sound, else in batches.

    `line` is the number of the row, from 1.
    """
    if _load_fast(source, sink, options):
        return
    log = LogRows(source.name, options)
    line = 0
    try:
        with pq.ParquetFile(source.path) as file:
            columns = _columns(file.schema_arrow, source.name)
            for batch in file.iter_batches(_BATCH_ROWS, columns=list(columns.values())):
                sink.progress(source.head.size * line // max(file.metadata.num_rows, 1))
                values = {name: values_of(batch.column(column)) for name, column in columns.items()}
                for i in range(batch.num_rows):
                    line += 1
                    row = {name: column[i] for name, column in values.items()}
                    try:
                        sink.message(log.message(row, line))
                    except SpoiltRow as spoilt:
                        if any(value not in (None, "") for value in row.values()):
                            raw = json.dumps(row, default=str, ensure_ascii=False)
                            sink.problem(line, spoilt.problem, raw)
    except pa.ArrowException as error:
        raise NotUsable(
            "unreadable",
            f"{source.name} is a Parquet file that is damaged after row {line:,} ({error}). "
            "Fetch or write it again.",
        ) from error
    log.finish(sink)


def _load_fast(source: Source, sink: Sink, options: Options) -> bool:
    try:
        schema = pq.read_schema(source.path)
    except (OSError, pa.ArrowException):
        return False
    table = parquet_table(source, schema, _columns(schema, source.name))
    return table is not None and load_table(table, source, sink, options)


def _columns(schema: pa.Schema, file_name: str) -> dict[str, str]:
    """Map each canonical column that is there to its name in the file."""
    columns: dict[str, str] = {}
    for field in schema:
        name = field.name.lower()
        if name not in COLUMNS:
            continue
        if name in columns:
            raise NotUsable(
                "not_a_log",
                f'{file_name} has the column "{name}" more than once. Remove the others.',
            )
        if pa.types.is_nested(field.type):
            raise NotUsable(
                "not_a_log",
                f'{file_name} has values inside values in the column "{name}" ({field.type}); '
                "it should hold texts, numbers or times.",
            )
        columns[name] = field.name
    return columns


def values_of(column: pa.Array) -> list[Value]:
    """Give a column's values as texts or, for times, as datetimes."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        # A datetime has no room for nanoseconds; they are cut off.
        micros = column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(pa.int64())
        start = datetime(1970, 1, 1, tzinfo=UTC if column.type.tz else None)
        return [_moment(value, start) for value in micros.to_pylist()]
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = column.cast(pa.large_binary())
    return [_value(value) for value in column.to_pylist()]


def _moment(micros: int | None, start: datetime) -> Value:
    try:
        return None if micros is None else start + timedelta(microseconds=micros)
    except OverflowError:
        return f"{micros} microseconds since 1970"


def _value(value: Any) -> Value:
    if value is None or isinstance(value, str | datetime):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", FALLBACK)
    return str(value).lower() if isinstance(value, bool) else str(value)
