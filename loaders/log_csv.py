"""The canonical message log as CSV."""

from __future__ import annotations

from loaders import log_rows
from loaders.csv_layout import layout_of
from loaders.csv_rows import CsvRows
from loaders.log_fast import load_table
from loaders.log_rows import LogRows
from loaders.log_tables import csv_table
from loaders.messages import COLUMNS
from loaders.options import Options
from loaders.sink import Sink
from loaders.source import Head, Source

FORMAT = "log_csv"
TITLE = "Message log (CSV)"
EXPECTS = log_rows.EXPECTS


def identify(head: Head) -> bool:
    """Tell whether the header names the columns of a message log."""
    return log_rows.is_log(layout_of(head.text).columns)


def load(source: Source, sink: Sink, options: Options) -> None:
    """Load with DuckDB where every row is sound, else row by row.

    Missing columns take their defaults, other ones are ignored.
    """
    layout = layout_of(source.head.text)
    places = layout.places(COLUMNS, source.name)
    table = csv_table(source, layout, places, sink.scratch)
    if table is not None and load_table(table, source, sink, options):
        return
    log = LogRows(source.name, options)
    CsvRows(source, layout, sink).load(places, log.message)
    log.finish(sink)
