"""The canonical message as every loader writes it: its fields, their types, their words."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import pyarrow as pa

ROLES = ("customer", "agent", "bot", "system")
VISIBILITIES = ("public", "private", "internal")
EVENTS = ("closed", "reopened", "polled")

# What a table may hold under these names; `line` is not among them, the loader knows it.
COLUMNS = (
    "platform",
    "namespace",
    "message_key",
    "account",
    "channel",
    "thread_key",
    "reply_to_key",
    "author_key",
    "author_name",
    "role",
    "visibility",
    "sent_at",
    "edited_at",
    "event",
    "text",
)

_INSTANT = pa.timestamp("us", tz="UTC")

# The staging file. The order is part of the agreement with the store that reads it.
SCHEMA = pa.schema(
    [
        pa.field("platform", pa.string(), nullable=False),
        pa.field("namespace", pa.string(), nullable=False),
        pa.field("message_key", pa.string(), nullable=False),
        pa.field("account", pa.string()),
        pa.field("channel", pa.string()),
        pa.field("thread_key", pa.string()),
        pa.field("reply_to_key", pa.string()),
        pa.field("author_key", pa.string()),
        pa.field("author_name", pa.string()),
        pa.field("role", pa.string(), nullable=False),
        pa.field("visibility", pa.string(), nullable=False),
        pa.field("sent_at", _INSTANT, nullable=False),
        pa.field("edited_at", _INSTANT),
        pa.field("event", pa.string()),
        pa.field("text", pa.string()),
        pa.field("line", pa.int64()),
    ]
)


class Message(NamedTuple):
    """One thing somebody sent; the fields of SCHEMA in its order.

    `sent_at` and `edited_at` are aware UTC datetimes, `line` counts from 1. A tuple, because
    millions of these are made and handed on by column.
    """

    platform: str
    namespace: str
    message_key: str
    account: str | None
    channel: str | None
    thread_key: str | None
    reply_to_key: str | None
    author_key: str | None
    author_name: str | None
    role: str
    visibility: str
    sent_at: datetime
    edited_at: datetime | None
    event: str | None
    text: str | None
    line: int | None
