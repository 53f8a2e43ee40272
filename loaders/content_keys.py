"""Keys for messages whose source gives none: from their content and place among equal contents."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
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
_SENT_AT = SCHEMA.get_field_index("sent_at")

# Of messages whose keys say nothing of their order, those of one instant keep the order of the file: they are a microsecond apart.
# A file in which the times of a stream mostly fall is read from its end.
_CHANGES = """
    WITH loose AS (
        SELECT file_row_number AS place, message_key, platform, namespace, coalesce(thread_key, author_key) AS stream, sent_at,
            starts_with(message_key, $mark) AS made
        FROM read_parquet($staging, file_row_number = true)
        WHERE starts_with(message_key, $mark) OR regexp_full_match(message_key, $random)
    ), steps AS (
        SELECT sent_at, lag(sent_at) OVER (PARTITION BY platform, namespace, stream ORDER BY place) AS before FROM loose
    ), falls AS (
        SELECT count(*) FILTER (WHERE sent_at < before) > count(*) FILTER (WHERE sent_at > before) AS falls FROM steps
    ), numbered AS (
        SELECT place,
            CASE WHEN made THEN row_number() OVER (PARTITION BY message_key ORDER BY place) - 1 ELSE 0 END AS number,
            least(row_number() OVER (
                PARTITION BY platform, namespace, stream, sent_at ORDER BY CASE WHEN falls THEN -place ELSE place END
            ) - 1, 999999) AS later
        FROM loose CROSS JOIN falls
    )
    SELECT place, number, later FROM numbered WHERE number > 0 OR later > 0 ORDER BY place
"""
# A key that is drawn by lot: a UUID, or a hash.
RANDOM = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32,64}"
is_random = re.compile(RANDOM).fullmatch


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

    Messages of one instant and stream whose keys are made here, or drawn by lot, are set microseconds apart in the order of the
    file. Works in batches and keeps the order of rows. `scratch` is for the new file until it is whole.
    """
    finished = scratch / "numbered.parquet"
    changes = _changes(staging, scratch)
    following = next(changes, None)
    place = 0
    with pq.ParquetFile(staging) as file, pq.ParquetWriter(finished, SCHEMA) as writer:
        for batch in file.iter_batches(_BATCH_ROWS):
            numbers, later = ["0"] * len(batch), np.zeros(len(batch), "timedelta64[us]")
            while following is not None and following[0] < place + len(batch):
                numbers[following[0] - place] = str(following[1])
                later[following[0] - place] = following[2]
                following = next(changes, None)
            place += len(batch)
            columns = batch.columns
            columns[_KEY] = _numbered(columns[_KEY], pa.array(numbers, pa.string()))
            columns[_SENT_AT] = pc.add(columns[_SENT_AT], pa.array(later))
            writer.write_batch(pa.record_batch(columns, schema=SCHEMA))
    finished.replace(staging)


def _numbered(keys: pa.Array, numbers: pa.Array) -> pa.Array:
    made = pc.binary_join_element_wise(pc.utf8_slice_codeunits(keys, 1), numbers, "#")
    return pc.if_else(pc.starts_with(keys, MARK), made, keys)


def _changes(staging: Path, scratch: Path) -> Iterator[tuple[int, int, int]]:
    """Give the rows that change, in their order: the place, the number of the key, and by how many microseconds it is later."""
    asked = {"staging": literal(staging), "mark": MARK, "random": RANDOM}
    with database(scratch) as connection:
        found = connection.execute(_CHANGES, asked)
        while rows := found.fetchmany(_BATCH_ROWS):
            yield from rows
