"""The Twitter-support CSV read by DuckDB itself, for files in which every row is sound."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import duckdb

from loaders.csv_layout import Layout
from loaders.database import database, followed, literal
from loaders.fast import STAND_IN, readable
from loaders.options import Options
from loaders.sink import Sink
from loaders.source import Source
from loaders.times import EARLIEST

_SQL = Path(__file__).with_name("twcs.sql").read_text(encoding="utf-8")


def load_fast(
    source: Source, layout: Layout, wanted: Mapping[str, int], sink: Sink, options: Options
) -> bool:
    """Load the file, or return False and leave nothing behind when it needs more patience.

    `wanted` maps the columns that count to their places.
    """
    head = source.head
    if layout.header_line != 1 or not head.encoding.startswith("utf-8") or "\n" not in head.text:
        return False
    file = readable(source.path, sink.scratch)
    if file is None:
        return False
    columns = {
        name if name in wanted else f"ignored_{place}": "VARCHAR"
        for place, name in enumerate(layout.columns)
    }
    part = sink.scratch / "fast.parquet"
    values = {
        "path": literal(file.path),
        "columns": columns,
        "delimiter": layout.delimiter,
        "carriage_return": STAND_IN.decode(),
        "earliest": EARLIEST,
        "latest": options.now + timedelta(days=1),
        "staging": str(part),
    }
    try:
        with (
            database(sink.scratch) as connection,
            followed(connection, lambda share: sink.progress(int(share * head.size))),
        ):
            connection.execute(_SQL, values)
    except (duckdb.Error, MemoryError, UnicodeDecodeError):
        # The last one is DuckDB's own sentence, cut in the middle of a character.
        part.unlink(missing_ok=True)
        return False
    sink.adopt(part)
    return True
