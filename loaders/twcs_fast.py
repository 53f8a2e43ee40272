"""The Twitter-support CSV read by DuckDB itself, for files in which every row is sound."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from loaders.csv_layout import Layout
from loaders.database import database, followed, literal
from loaders.options import Options
from loaders.sink import Sink
from loaders.source import Source

_SQL = Path(__file__).with_name("twcs.sql").read_text(encoding="utf-8")

_PIECE_BYTES = 4 * 1024 * 1024
# Stands for a bare carriage return, which DuckDB would take for the end of a row.
_STAND_IN = b"\x1e"
_BARE_RETURN = re.compile(rb"\r(?!\n)")


def load_fast(
    source: Source, layout: Layout, wanted: Mapping[str, int], sink: Sink, options: Options
) -> bool:
    """Load the file, or return False and leave nothing behind when it needs more patience.

    `wanted` maps the columns that count to their places.
    """
    head = source.head
    if layout.header_line != 1 or not head.encoding.startswith("utf-8") or "\n" not in head.text:
        return False
    path = _readable(source.path, sink.scratch)
    if path is None:
        return False
    columns = {
        name if name in wanted else f"ignored_{place}": "VARCHAR"
        for place, name in enumerate(layout.columns)
    }
    values = {
        "path": literal(path),
        "columns": columns,
        "delimiter": layout.delimiter,
        "carriage_return": _STAND_IN.decode(),
        "latest": options.now + timedelta(days=1),
        "staging": str(sink.staging),
    }
    try:
        with (
            database(sink.scratch) as connection,
            followed(connection, lambda share: sink.progress(int(share * head.size))),
        ):
            connection.execute(_SQL, values)
    except (duckdb.Error, MemoryError):
        sink.staging.unlink(missing_ok=True)
        return False
    sink.adopt(pq.read_metadata(sink.staging).num_rows)
    return True


def _readable(path: Path, scratch: Path) -> Path | None:
    """Give a file that DuckDB can read: this one, a copy without bare carriage returns, or none."""
    bare_returns = 0
    last = b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            if b"\x00" in piece or _STAND_IN in piece:
                return None
            if b"\r" in piece or last == b"\r":
                bare_returns += piece.count(b"\r") - (last + piece).count(b"\r\n")
            last = piece[-1:]
    return _without_bare_returns(path, scratch / "copy.csv") if bare_returns else path


def _without_bare_returns(path: Path, copy: Path) -> Path:
    with path.open("rb") as file, copy.open("wb") as written:
        while piece := file.read(_PIECE_BYTES):
            # A line end must not be cut in two.
            while piece.endswith(b"\r") and (more := file.read(1)):
                piece += more
            written.write(_BARE_RETURN.sub(_STAND_IN, piece))
    return copy
