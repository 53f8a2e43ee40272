"""Keys for messages whose source gives none: from their content and place among equal contents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from loaders.database import database, literal
from loaders.messages import SCHEMA, Message

# Marks a key that still lacks its number. No key of a source begins so: NULs are removed there.
_MARK = "\x00"
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
    return _MARK + hashlib.sha1(_written(content).encode(), usedforsecurity=False).hexdigest()


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
            keys = batch.column(_KEY).to_pylist()
            for i, key in enumerate(keys):
                if key.startswith(_MARK):
                    number = 0
                    if following is not None and following[0] == place + i:
                        number = following[1]
                        following = next(repeats, None)
                    keys[i] = f"{key[1:]}#{number}"
            place += len(keys)
            columns = batch.columns
            columns[_KEY] = pa.array(keys, pa.string())
            writer.write_batch(pa.record_batch(columns, schema=SCHEMA))
    numbered.replace(staging)


def _repeats(staging: Path, scratch: Path) -> Iterator[tuple[int, int]]:
    with database(scratch) as connection:
        found = connection.execute(_REPEATS, {"staging": literal(staging), "mark": _MARK})
        while rows := found.fetchmany(_BATCH_ROWS):
            yield from rows
