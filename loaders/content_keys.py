"""Keys for messages whose source gives none: from their content and place among equal contents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from loaders.database import database, literal
from loaders.messages import SCHEMA, Message

# Marks a key that still lacks its number. No key of a source begins so: NULs are removed there.
MARK = "\x00"
_BATCH_ROWS = 20_000
_written = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
_KEY = SCHEMA.get_field_index("message_key")

_REPEATS = """
    SELECT place, number
    FROM (
        SELECT
            file_row_number AS place,
            row_number() OVER (PARTITION BY message_key ORDER BY file_row_number) - 1 AS number
        FROM read_parquet($staging, file_row_number = true)
        WHERE starts_with(message_key, $mark)
    )
    WHERE number > 0
    ORDER BY place
"""


def provisional_key(message: Message) -> str:
    """Make the key of a message without one; `number_keys` completes it.

    It is the SHA-1 of platform, namespace, account, channel, thread, author, role, UTC time and
    text, so the same message has the same key in every export that holds it.
    """
    content = (
        message.platform,
        message.namespace,
        message.account,
        message.channel,
        message.thread_key,
        message.author_key,
        message.role,
        message.sent_at.isoformat(),
        message.text,
    )
    return MARK + hashlib.sha1(_written(content).encode(), usedforsecurity=False).hexdigest()


def number_keys(staging: Path, scratch: Path) -> None:
    """Complete the provisional keys in a staging file: `#0` for the first of its content, then on.

    Works in batches and keeps the order. `scratch` is for the new file until it is whole.
    """
    numbered = scratch / "numbered.parquet"
    repeats = _repeats(staging, scratch)
    following = next(repeats, None)
    place = 0
    with pq.ParquetFile(staging) as file, pq.ParquetWriter(numbered, SCHEMA) as writer:
        for batch in file.iter_batches(_BATCH_ROWS):
            numbers = ["0"] * len(batch)
            while following is not None and following[0] < place + len(batch):
                numbers[following[0] - place] = str(following[1])
                following = next(repeats, None)
            place += len(batch)
            columns = batch.columns
            columns[_KEY] = _numbered(columns[_KEY], pa.array(numbers, pa.string()))
            writer.write_batch(pa.record_batch(columns, schema=SCHEMA))
    numbered.replace(staging)


def _numbered(keys: pa.Array, numbers: pa.Array) -> pa.Array:
    made = pc.binary_join_element_wise(pc.utf8_slice_codeunits(keys, 1), numbers, "#")
    return pc.if_else(pc.starts_with(keys, MARK), made, keys)


def _repeats(staging: Path, scratch: Path) -> Iterator[tuple[int, int]]:
    with database(scratch) as connection:
        found = connection.execute(_REPEATS, {"staging": literal(staging), "mark": MARK})
        while rows := found.fetchmany(_BATCH_ROWS):
            yield from rows
