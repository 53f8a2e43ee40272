"""The message log read by DuckDB itself, for files in which every row is sound.

It gives the very messages that log_rows.py makes row by row, their lines and made keys included. A
file with any row about which the two might differ is left to the patient reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from loaders.content_keys import MARK, RANDOM, number_keys
from loaders.database import database, followed
from loaders.edges import EDGES
from loaders.edges import NOTHING as WORDS_FOR_NOTHING
from loaders.fast import BATCH_ROWS, STREAM_BUFFER, Placed, write
from loaders.log_rows import DEFAULT_PLATFORM
from loaders.messages import COLUMNS
from loaders.options import Options
from loaders.sink import Sink
from loaders.source import Source
from loaders.times import EARLIEST

_FOLDER = Path(__file__).parent
_MACROS = (_FOLDER / "log_macros.sql").read_text(encoding="utf-8")
_MESSAGES = (_FOLDER / "log.sql").read_text(encoding="utf-8")

NOTHING = "CAST(NULL AS VARCHAR)"
TIMES = ("sent_at", "edited_at")
IDS = ("message_key", "thread_key", "reply_to_key", "author_key")
# Among the values of a row, chr(1) on either side of each: a blank at an edge, a NUL, a word that
# stands for nothing, or a whole number that was saved with a fraction.
ROUGH = (
    f"\x01[{re.escape(EDGES)}]|[{re.escape(EDGES)}]\x01|\\x00"
    f"|\x01({'|'.join(WORDS_FOR_NOTHING)})\x01|[0-9]\\.0\x01"
)


@dataclass(frozen=True)
class Table:
    """A log's file as DuckDB is to read it.

    `scan` is the SQL that opens it, with `values` bound. `text_of` gives the SQL of a column's text
    by the column's name, once for a quick reading and once for a careful one; a quick one leaves
    off what only rows need whose values match `rough`, and a careful one has `careful_values` instead. `instant_of` gives that of a time that is
    stored as one. The first row stands on line `first`, each other one `step` lines later, and
    later by the line breaks in texts if `breaks_count`. `sure` tells afterwards whether that was so.
    `rows_may_be_blank` says that a row without any content is none.
    """

    scan: str
    values: Mapping[str, Any]
    text_of: Callable[[str, bool], str]
    instant_of: Callable[[str], str]
    rough: str
    first: int
    step: int
    breaks_count: bool
    sure: Callable[[Placed], bool]
    rows_may_be_blank: bool
    careful_values: Mapping[str, Any] = field(default_factory=dict)


def load_table(table: Table, source: Source, sink: Sink, options: Options) -> bool:
    """Load the file, or return False and leave nothing behind when it needs more patience."""
    part = sink.scratch / "fast.parquet"
    for careful in (False, True):
        try:
            placed = _written(table, careful, part, source, sink, options)
        except (duckdb.Error, pa.ArrowException, MemoryError, UnicodeDecodeError) as error:
            # The last one is DuckDB's own sentence, cut in the middle of a character.
            part.unlink(missing_ok=True)
            if not careful and "careful" in str(error):
                continue
            return False
        if not table.sure(placed):
            part.unlink()
            return False
        if placed.loose:
            number_keys(part, sink.scratch)
        sink.adopt(part)
        return True
    return False


def _written(
    table: Table, careful: bool, part: Path, source: Source, sink: Sink, options: Options
) -> Placed:
    """Write the messages to `part`; raises an error of DuckDB's where a row is not sound."""
    values = {
        **table.values,
        "platform": options.platform or DEFAULT_PLATFORM,
        "earliest": EARLIEST,
        "latest": options.now + timedelta(days=1),
        "made": MARK,
        "random": RANDOM,
        "rough": "" if careful else table.rough,
        "blank": table.rows_may_be_blank,
        "breaks_count": table.breaks_count,
    }
    if careful:
        values |= {**table.careful_values, "edges": EDGES, "nothing": list(WORDS_FOR_NOTHING)}
    sql = _sql(table, careful)
    with (
        database(sink.scratch) as connection,
        followed(connection, lambda share: sink.progress(int(share * source.head.size))),
    ):
        connection.execute(_MACROS)
        connection.execute(f"SET streaming_buffer_size = '{STREAM_BUFFER}'")
        used = {name: value for name, value in values.items() if f"${name}" in sql}
        batches = connection.execute(sql, used).to_arrow_reader(BATCH_ROWS)
        placed = Placed(batches, table.first, table.step)
        write(placed, part)
    return placed


def _sql(table: Table, careful: bool) -> str:
    columns = [f'{_text(table, name, careful)} AS "{name}"' for name in COLUMNS]
    columns += [f"{table.instant_of(name)} AS known_{name}" for name in TIMES]
    return f"WITH written AS (SELECT {', '.join(columns)} FROM {table.scan})\n{_MESSAGES}"  # noqa: S608


def _text(table: Table, name: str, careful: bool) -> str:
    """Give the SQL of a column as log_rows.py takes it: without NULs, without what stands around it."""
    text = table.text_of(name, careful)
    if not careful or name == "text" or text == NOTHING:
        return text
    # A NUL in a time spoils it.
    whole = text if name in TIMES else f"replace({text}, chr(0), '')"
    plain = f"given(trim({whole}, $edges), $nothing)"
    return f"whole_number({plain})" if name in IDS else plain
