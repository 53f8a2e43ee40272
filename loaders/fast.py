"""What the readers that leave a whole file to DuckDB have in common.

DuckDB hands on record batches in the order of the file. They go into a Parquet file of their own,
which becomes staging only once the whole file has turned out sound: until then nothing has happened,
and the patient reader can still take the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from loaders.messages import SCHEMA

# Stands for a bare carriage return, which DuckDB would take for the end of a row.
STAND_IN = b"\x1e"
# How much of the result DuckDB prepares while the batch before is written.
STREAM_BUFFER = "64MB"
BATCH_ROWS = 8_192

_PIECE_BYTES = 4 * 1024 * 1024
_TAIL_BYTES = 64 * 1024
_GROUP_ROWS = 60_000
_GROUP_BYTES = 32 * 1024 * 1024
_BARE_RETURN = re.compile(rb"\r(?!\n)")
# Where equal values are common: elsewhere looking for them costs time and saves no room.
_DICTIONARY = ["platform", "namespace", "account", "channel", "role", "visibility", "event"]


@dataclass(frozen=True)
class Readable:
    """A file for DuckDB: this one, or a copy where a stand-in replaces bare carriage returns.

    `breaks` are the line ends between its first row and its last one.
    """

    path: Path
    breaks: int
    stand_ins: bool


def readable(path: Path, scratch: Path) -> Readable | None:
    """Give a delimited file as DuckDB can read it; None if it holds what DuckDB can't."""
    bare_returns = breaks = 0
    last = b""
    for piece in pieces_of(path):
        if b"\x00" in piece or STAND_IN in piece:
            return None
        if b"\r" in piece or last == b"\r":
            bare_returns += count_byte(piece, b"\r") - (last + piece).count(b"\r\n")
        breaks += count_byte(piece, b"\n")
        last = piece[-1:]
    given = _without_bare_returns(path, scratch / "copy.csv") if bare_returns else path
    return Readable(given, breaks - breaks_at_end(path), bool(bare_returns))


def pieces_of(path: Path) -> Iterator[bytes]:
    """Read a file's bytes piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def count_byte(piece: bytes, byte: bytes) -> int:
    """Count one byte, which Python's own count does much slower where there are many."""
    return int(np.count_nonzero(np.frombuffer(piece, np.uint8) == byte[0]))


def breaks_at_end(path: Path, after: bytes = b"\r\n") -> int:
    """Count the line ends after the last byte that is none of `after`, as far as 64 KiB tell."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _TAIL_BYTES, 0))
        tail = file.read()
    return tail[len(tail.rstrip(after)) :].count(b"\n")


def write(batches: Iterable[pa.RecordBatch], part: Path) -> int:
    """Write batches that have the columns of SCHEMA in groups of a good size; count the rows."""
    rows = 0
    # Staging is read once and whole: nobody asks for the least and the greatest value of a group.
    options = {"compression": "snappy", "use_dictionary": _DICTIONARY, "write_statistics": False}
    with pq.ParquetWriter(part, SCHEMA, **options) as writer:
        group: list[pa.RecordBatch] = []
        size = length = 0
        for batch in batches:
            group.append(batch)
            length += len(batch)
            size += batch.nbytes
            if length >= _GROUP_ROWS or size >= _GROUP_BYTES:
                writer.write_table(pa.Table.from_batches(group), length)
                rows, group, size, length = rows + length, [], 0, 0
        if length:
            writer.write_table(pa.Table.from_batches(group), length)
    return rows + length


class Placed:
    """Batches with the line that each row stands on, without rows that are blank.

    A row follows the one before it by `step` lines, and by as many more as its texts have line
    breaks, which the column `breaks` counts. `rows` and `breaks` are the sums afterwards.
    """

    def __init__(self, batches: Iterable[pa.RecordBatch], first: int, step: int) -> None:
        self.rows = 0
        self.breaks = 0
        self.loose = False
        self._batches = batches
        self._first = first
        self._step = step

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches:
            lines = self._lines(batch)
            columns = [*(batch.column(name) for name in SCHEMA.names[:-1]), lines]
            placed = pa.record_batch(columns, schema=SCHEMA)
            if batch.column("role").null_count:
                placed = placed.filter(pc.is_valid(batch.column("role")))
            self.loose = self.loose or pc.any(batch.column("loose")).as_py() is True
            yield placed

    def _lines(self, batch: pa.RecordBatch) -> pa.Array:
        start = self._first + self._step * self.rows + self.breaks
        lines = pa.array(start + self._step * np.arange(len(batch), dtype=np.int64))
        self.rows += len(batch)
        breaks = batch.column("breaks")
        here = pc.sum(breaks).as_py() or 0
        if here:
            self.breaks += here
            lines = pc.add(lines, pc.subtract(pc.cumulative_sum(breaks), breaks))
        return lines


def _without_bare_returns(path: Path, copy: Path) -> Path:
    with path.open("rb") as file, copy.open("wb") as written:
        while piece := file.read(_PIECE_BYTES):
            # A line end must not be cut in two.
            while piece.endswith(b"\r") and (more := file.read(1)):
                piece += more
            written.write(_BARE_RETURN.sub(STAND_IN, piece))
    return copy
