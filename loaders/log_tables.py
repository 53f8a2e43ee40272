"""The files of a message log as DuckDB is to read them, and whether it can: CSV, JSON, Parquet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.csv_layout import Layout
from loaders.database import literal
from loaders.fast import STAND_IN, Placed, breaks_at_end, count_byte, pieces_of, readable
from loaders.log_fast import NOTHING, ROUGH, TIMES, Table
from loaders.messages import COLUMNS
from loaders.source import Source

# Between two objects of a list that stand on lines of their own.
_NEXT_LINE = r"\},\r?\n[ \t]*\{"
# Longer rows are left to the patient reader, so that a batch of them fits into memory.
_ROW_BYTES = 256 * 1024
_OBJECT_BYTES = 1024 * 1024

# In JSON also what may have been a fraction, which DuckDB writes its own way, or may be a value
# inside a value.
_ROUGH_JSON = rf"{ROUGH}|\x01(-?[0-9]+[.eE][0-9.eE+-]*\x01|(?i:[+-]?(nan|inf|infinity)\x01)|[\[{{])"

# JSON that DuckDB takes and Python does not, or that it reads as another number.
_ODD = r"(-0|[+-]?([nN][aA][nN]|[iI][nN][fF]([iI][nN][iI][tT][yY])?))[ \t\r\n]*[,}\]]"
_LENIENT = (
    rf":[ \t\r\n]*{_ODD}",
    rf",[ \t\r\n]*([}}\]]|{_ODD})",
    rf"\[[ \t\r\n]*{_ODD}",
)
_NESTED = r'"[ \t\r\n]*:[ \t\r\n]*[\[{]'
_BEFORE_AN_END = np.isin(np.arange(256), list(b", \t\n\r\v\f"))


def csv_table(
    source: Source, layout: Layout, places: Mapping[str, int], scratch: Path
) -> Table | None:
    """Describe a delimited file. `places` maps the columns that count to their places."""
    head = source.head
    if layout.header_line != 1 or not head.encoding.startswith("utf-8") or "\n" not in head.text:
        return None
    file = readable(source.path, scratch)
    if file is None:
        return None

    def text_of(name: str, careful: bool) -> str:
        if name not in places:
            return NOTHING
        return f'replace("{name}", $stand_in, chr(13))' if file.stand_ins else f'"{name}"'

    return Table(
        scan="read_csv($path, columns = $columns, delim = $delimiter, header = true, quote = '\"', "
        "escape = '\"', strict_mode = true, auto_detect = false, compression = 'none', "
        f"max_line_size = {_ROW_BYTES})",
        values={
            "path": literal(file.path),
            "columns": {
                name if name in places else f"ignored_{place}": "VARCHAR"
                for place, name in enumerate(layout.columns)
            },
            "delimiter": layout.delimiter,
            "stand_in": STAND_IN.decode(),
        },
        text_of=text_of,
        instant_of=_no_instant,
        rough=ROUGH,
        first=2,
        step=1,
        breaks_count=True,
        # A blank line, or a line break in any other column, would be one too many.
        sure=lambda placed: file.breaks == placed.rows + placed.breaks,
        rows_may_be_blank=True,
    )


def json_table(source: Source) -> Table | None:
    """Describe a file with one object a line, or with one list of objects."""
    head = source.head
    text = head.text.strip()
    first_line = text.partition("\n")[0].rstrip()
    is_list = text.startswith("[")
    if head.encoding != "utf-8" or "{" not in text:
        return None
    if not is_list and not (first_line.startswith("{") and first_line.endswith("}")):
        return None
    first = 1 + head.text[: head.text.index("{")].count("\n")
    # Whether the objects of a list stand on lines of their own is taken from its beginning.
    step = int(not is_list or re.search(_NEXT_LINE, head.text) is not None)
    # The bytes are looked at while DuckDB reads them; what they tell is needed at the end.
    scanner = ThreadPoolExecutor(1)
    looked_at = scanner.submit(_shape_of, source.path, is_list)
    scanner.shutdown(wait=False)

    def sure(placed: Placed) -> bool:
        shape = looked_at.result()
        if shape is None:
            return False
        between = _between(shape, source.path, first)
        return between == step * (placed.rows - 1) and (
            not is_list or between in (0, shape.next_lines)
        )

    def text_of(name: str, careful: bool) -> str:
        return f'plain("{name}")' if careful or name == "text" else f'"{name}"'

    texts = dict.fromkeys(COLUMNS, "VARCHAR") | {"text": "JSON"}
    return Table(
        scan="read_json($path, columns = $columns, format = $format, compression = 'uncompressed', "
        f"maximum_object_size = {_OBJECT_BYTES})",
        values={
            "path": literal(source.path),
            "columns": texts,
            "format": "array" if is_list else "newline_delimited",
        },
        careful_values={"columns": dict.fromkeys(COLUMNS, "JSON")},
        text_of=text_of,
        instant_of=_no_instant,
        rough=_ROUGH_JSON,
        first=first,
        step=step,
        breaks_count=False,
        sure=sure,
        rows_may_be_blank=False,
    )


def parquet_table(source: Source, schema: pa.Schema, columns: Mapping[str, str]) -> Table | None:
    """Describe a Parquet file. `columns` maps canonical columns to their names in the file."""
    types = {name: _plain_type(schema.field(column).type) for name, column in columns.items()}
    stored = {name for name in TIMES if name in types and pa.types.is_timestamp(types[name])}
    if any(
        not (_is_text(type_) or pa.types.is_integer(type_) or (name in stored and _is_exact(type_)))
        for name, type_ in types.items()
    ):
        return None

    def text_of(name: str, careful: bool) -> str:
        return (
            f"CAST({_quoted(columns[name])} AS VARCHAR)"
            if name in types and name not in stored
            else NOTHING
        )

    return Table(
        scan="read_parquet($path)",
        values={"path": literal(source.path)},
        text_of=text_of,
        instant_of=lambda name: _quoted(columns[name]) if name in stored else _no_instant(name),
        rough=ROUGH,
        first=1,
        step=1,
        breaks_count=False,
        sure=lambda placed: True,
        rows_may_be_blank=True,
    )


@dataclass
class _Shape:
    """What the bytes of a JSON file tell: its line ends, and those that lie between two objects."""

    breaks: int = 0
    next_lines: int = 0


def _shape_of(path: Path, is_list: bool) -> _Shape | None:
    """Look at the bytes of a JSON file; None if it holds what DuckDB reads in another way."""
    shape = _Shape()
    opened = 0
    for stretch in _stretches(path):
        opened += count_byte(stretch, b"[")
        # What can go wrong only inside a list needs no search where no list has begun.
        in_lists = opened > int(is_list)
        text = pa.array([stretch], pa.large_binary())
        searched = _LENIENT if in_lists or _maybe_trailing_comma(stretch) else _LENIENT[:1]
        if any(_holds(text, pattern) for pattern in searched):
            return None
        shape.breaks += count_byte(stretch, b"\n")
        if is_list:
            shape.next_lines += pc.count_substring_regex(text, _NEXT_LINE)[0].as_py()
    # A value inside a value may look like the next object.
    suspect = opened > 1 or _count(path, b"{") != shape.next_lines + 1
    if shape.next_lines and suspect and _is_nested(path):
        shape.next_lines = 0
    return shape


def _maybe_trailing_comma(stretch: bytes) -> bool:
    """Tell whether a comma or a blank stands before the end of an object, much faster than a pattern does."""
    found = np.frombuffer(stretch, np.uint8)
    ends = np.flatnonzero(found[1:] == ord("}"))
    return bool(_BEFORE_AN_END[found[ends]].any())


def _between(shape: _Shape, path: Path, first: int) -> int:
    """Count the line ends between the first object, on line `first`, and the last one."""
    return shape.breaks - (first - 1) - breaks_at_end(path, b" \t\r\n]")


def _is_nested(path: Path) -> bool:
    return any(_holds(pa.array([s], pa.large_binary()), _NESTED) for s in _stretches(path))


def _count(path: Path, what: bytes) -> int:
    return sum(count_byte(piece, what) for piece in pieces_of(path))


def _stretches(path: Path) -> Iterator[bytes]:
    """Give a JSON file's bytes cut before quotes, so that nothing between two quotes is cut."""
    rest = b""
    for piece in pieces_of(path):
        cut = piece.rfind(b'"')
        if cut < 0:
            rest += piece
            continue
        yield rest + piece[:cut]
        rest = piece[cut:]
    yield rest


def _holds(text: pa.Array, pattern: str) -> bool:
    found: bool = pc.match_substring_regex(text, pattern)[0].as_py()
    return found


def _no_instant(name: str) -> str:
    return "CAST(NULL AS TIMESTAMPTZ)"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _plain_type(type_: pa.DataType) -> pa.DataType:
    return type_.value_type if pa.types.is_dictionary(type_) else type_


def _is_text(type_: pa.DataType) -> bool:
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_))


def _is_exact(type_: pa.DataType) -> bool:
    return type_.tz is not None and type_.unit in ("ms", "us")
