"""Any table as rows of named values: CSV, TSV, a workbook's sheet, JSON or NDJSON objects, Parquet.

Names of columns are compared without regard to case. Keys inside nested JSON objects are joined by a dot:
`author.name`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from loaders.archives import is_archive, no_table
from loaders.csv_layout import layout_of
from loaders.csv_rows import CsvRows
from loaders.json_items import Item, items
from loaders.json_walk import walk
from loaders.log_parquet import MAGIC, values_of
from loaders.log_rows import Value
from loaders.problems import NotUsable, SpoiltRow
from loaders.sink import Sink, Unheard
from loaders.source import Head, Source
from loaders.workbook import SheetTable, is_workbook

Row = dict[str, Value]

_DEEPEST = 4
_KEYS_LOOKED_AT = 200
_BATCH_ROWS = 5_000


class Table(Protocol):
    """A table: the names of its columns as they are written, its rows, and the row at hand as it was."""

    columns: tuple[str, ...]

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Yield each row with its line (from 1), by column name in lower case."""

    def raw(self) -> str:
        """Give the row at hand as it was."""


def table_of(
    source: Source, sink: Sink, sheet: str | None = None, list_: str | None = None
) -> Table:
    """Open a file as a table. `sheet` is one of a workbook, `list_` the place of the list in a JSON document.

    Spoilt rows go to the sink. Raises NotUsable for what is no table.
    """
    head = source.head
    if is_workbook(head):
        return SheetTable(source, sheet)
    if is_archive(head.data):
        raise no_table(source)
    if head.data.startswith(MAGIC):
        return _ParquetTable(source, sink)
    if is_json(head):
        return _JsonTable(source, sink, list_)
    table = _CsvTable(source, sink)
    if len(table.columns) < 2:
        raise NotUsable(
            "not_a_log",
            f"{source.name} is no table: its first line names no columns. A mapping reads CSV, TSV, XLSX, JSON "
            "and Parquet whose first row names the columns.",
        )
    return table


def is_json(head: Head) -> bool:
    """Tell whether a file begins like JSON."""
    return head.text.lstrip("\ufeff \t\r\n").startswith(("{", "["))


class _CsvTable:
    def __init__(self, source: Source, sink: Sink) -> None:
        layout = layout_of(source.head.text)
        self._places = _places(layout.columns)
        self.columns = tuple(self._places)
        self._rows = CsvRows(source, layout, sink)

    def rows(self) -> Iterator[tuple[int, Row]]:
        places = tuple(self._places.items())
        for line, fields in self._rows:
            yield line, {name: fields[place] for name, place in places}

    def raw(self) -> str:
        return self._rows.raw()


def _places(names: Sequence[str]) -> dict[str, int]:
    """Give the place of each column that has a name; of several that have the same, the second is called `name (2)`, and so on."""
    found: dict[str, int] = {}
    for place, name in enumerate(names):
        told, number = name, 1
        while told in found:
            number += 1
            told = f"{name} ({number})"
        if name:
            found[told] = place
    return found


class _JsonTable:
    def __init__(self, source: Source, sink: Sink, list_: str | None) -> None:
        self._source, self._sink, self._list = source, sink, list_
        self._raw = ""
        names: dict[str, None] = {}
        for number, item in enumerate(self._items(Unheard())):
            names |= dict.fromkeys(flat(item.fields))
            if number > _KEYS_LOOKED_AT:
                break
        self.columns = tuple(names)

    def rows(self) -> Iterator[tuple[int, Row]]:
        for item in self._items(self._sink):
            self._raw = item.raw or _as_text(item.fields)
            if item.fault is not None:
                self._sink.problem(item.line, item.fault.problem, self._raw)
                continue
            yield item.line, {name.lower(): value for name, value in flat(item.fields).items()}

    def raw(self) -> str:
        return self._raw

    def _items(self, sink: Sink) -> Iterator[Item]:
        if self._list is None:
            yield from items(self._source, sink)
            return
        for found in walk(self._source, sink, f"{self._list}.*"):
            fields = found.value if isinstance(found.value, dict) else {}
            fault = None
            if not isinstance(found.value, dict):
                reason = (
                    f"this is no JSON object: {found.fault or 'it is a single value or a list'}"
                )
                fault = SpoiltRow("no JSON object", reason, "Write an object for each message.")
            yield Item(found.line, found.raw or _as_text(found.value), fields, fault)


class _ParquetTable:
    def __init__(self, source: Source, sink: Sink) -> None:
        self._source, self._sink = source, sink
        self._row: Row = {}
        try:
            schema = pq.read_schema(source.path)
        except (OSError, ValueError, pa.ArrowException) as error:
            raise _damaged(source, error) from error
        flat_ = [field.name for field in schema if not pa.types.is_nested(field.type)]
        self.columns = tuple(dict.fromkeys(flat_))

    def rows(self) -> Iterator[tuple[int, Row]]:
        line = 0
        try:
            with pq.ParquetFile(self._source.path) as file:
                for batch in file.iter_batches(_BATCH_ROWS, columns=list(self.columns)):
                    self._sink.progress(
                        self._source.head.size * line // max(file.metadata.num_rows, 1)
                    )
                    values = {name.lower(): values_of(batch.column(name)) for name in self.columns}
                    for place in range(batch.num_rows):
                        line += 1
                        self._row = {name: column[place] for name, column in values.items()}
                        yield line, self._row
        except (pa.ArrowException, OSError, KeyError) as error:
            raise _damaged(self._source, error) from error

    def raw(self) -> str:
        return _as_text(self._row)


def _damaged(source: Source, error: Exception) -> NotUsable:
    return NotUsable(
        "unreadable",
        f"{source.name} is a Parquet file that is damaged ({error}). Fetch or write it again.",
    )


def flat(fields: dict[str, Any], above: str = "", depth: int = 0) -> Row:
    """Give the values of an object and of those inside it, with joined names."""
    found: Row = {}
    for name, value in fields.items():
        full = f"{above}{name}"
        if isinstance(value, dict):
            if depth < _DEEPEST:
                found |= flat(value, f"{full}.", depth + 1)
        elif isinstance(value, list):
            plain = [str(one) for one in value if isinstance(one, str)]
            if plain:
                found[full] = "".join(plain) if len(plain) == 1 else ", ".join(plain)
        elif isinstance(value, bool):
            found[full] = str(value).lower()
        else:
            found[full] = None if value is None else _whole(str(value))
    return found


def _whole(text: str) -> str:
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _as_text(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (RecursionError, ValueError):
        return "nested too deeply to be shown"
