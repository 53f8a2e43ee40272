"""Messages as a loader would leave them: staging Parquet, taken in as one load."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from sla.load import FileResult, take_in
from sla.store import Store

_TEXT, _INSTANT = pa.string(), pa.timestamp("us", tz="UTC")
_INSTANTS = ("sent_at", "edited_at")
COLUMNS = (
    "platform", "namespace", "message_key", "account", "channel", "thread_key", "reply_to_key", "author_key",
    "author_name", "role", "visibility", "sent_at", "edited_at", "event", "text",
)  # fmt: skip
SCHEMA = pa.schema(
    [(c, _INSTANT if c in _INSTANTS else _TEXT) for c in COLUMNS] + [("line", pa.int64())]
)
DEFAULTS = {
    "platform": "zendesk",
    "namespace": "",
    "account": "help",
    "channel": "E-mail",
    "visibility": "public",
}


# What a database of each version lacks of the next, from the newest on.
_LACKING = {
    "8": "DROP TABLE said_hours; ALTER TABLE waits DROP COLUMN in_hours",
    "7": "DROP TABLE keys; ALTER TABLE scopes DROP COLUMN number",
    "6": "ALTER TABLE placed DROP COLUMN chaser; ALTER TABLE waits DROP COLUMN visibility",
    "5": "ALTER TABLE ledger DROP COLUMN channel",
    "4": "DROP TABLE ledger; DROP TABLE renewals",
}


def take_back(path: Path, version: str) -> None:
    """Make a database what an earlier version would have left: of another model, without what came since."""
    with duckdb.connect(str(path)) as older:
        for each, lacking in _LACKING.items():
            if each >= version:
                older.execute(lacking)
        older.execute("UPDATE facts SET value = $1 WHERE name = 'schema'", [version])
        older.execute(
            """UPDATE facts SET value = json_merge_patch(value, '{"model": "older"}') WHERE name = 'rules'"""
        )


def put(store: Store, messages: Sequence[Mapping[str, Any]], *, sample: bool = False) -> FileResult:
    """Take messages, given as dicts of canonical fields, into a store as one load."""
    rows = [
        {c: (DEFAULTS | dict(m)).get(c) for c in COLUMNS} | {"line": i}
        for i, m in enumerate(messages, 2)
    ]
    with TemporaryDirectory() as folder:
        pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), Path(folder) / "messages.parquet")
        return take_in(
            store, Path(folder), FileResult("messages", format="test"), sha256="", sample=sample
        )
