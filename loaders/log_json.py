"""The canonical message log as NDJSON, one object a line, or as one JSON list."""

from __future__ import annotations

from loaders import log_rows
from loaders.json_items import Item, items, keys_at_start
from loaders.log_fast import load_table
from loaders.log_rows import LogRows, Row, Value
from loaders.log_tables import json_table
from loaders.messages import COLUMNS
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.sink import Sink
from loaders.source import Head, Source

FORMAT = "log_json"
TITLE = "Message log (JSON)"
EXPECTS = log_rows.EXPECTS

_WANTED = frozenset(COLUMNS)


def identify(head: Head) -> bool:
    """Tell whether one of the first objects has the keys of a message in a log."""
    return any(log_rows.is_log(keys) for keys in keys_at_start(head))


def load(source: Source, sink: Sink, options: Options) -> None:
    """Load with DuckDB where every object is sound, else one by one.

    Missing keys take their defaults, other ones are ignored.
    """
    table = json_table(source)
    if table is not None and load_table(table, source, sink, options):
        return
    log = LogRows(source.name, options)
    for item in items(source, sink):
        try:
            sink.message(log.message(_row(item), item.line))
        except SpoiltRow as spoilt:
            sink.problem(item.line, spoilt.problem, item.raw)
    log.finish(sink)


def _row(item: Item) -> Row:
    if item.fault is not None:
        raise item.fault
    row: dict[str, Value] = {}
    for name, value in item.fields.items():
        if name not in _WANTED:
            continue
        if isinstance(value, dict | list):
            raise SpoiltRow(
                "nested value",
                f"{name} is {'a list' if isinstance(value, list) else 'an object'}, expected a text",
                "Write each value as a text, a number or null.",
            )
        row[name] = str(value).lower() if isinstance(value, bool) else value
    return row
