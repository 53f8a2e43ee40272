"""Customer Support on Twitter, the CSV of public care conversations, in the shapes it circulates.

Texts stay as they are, also where a spreadsheet has turned their UTF-8 into Windows-1252
("cafÃ©"): no text tells for certain that it was not written so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from loaders.csv_layout import layout_of
from loaders.csv_rows import CsvRows
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import SpoiltRow, shown
from loaders.sink import Sink
from loaders.source import Head, Source
from loaders.times import Clock
from loaders.twcs_fast import load_fast

FORMAT = "twcs"
TITLE = "Customer Support on Twitter (CSV)"

_REQUIRED = (
    "tweet_id",
    "author_id",
    "inbound",
    "created_at",
    "text",
    "in_response_to_tweet_id",
)
EXPECTS = ", ".join(_REQUIRED)

_ROLES = {
    "true": "customer",
    "1": "customer",
    "1.0": "customer",
    "false": "agent",
    "0": "agent",
    "0.0": "agent",
}
_NOTHING = ("", "nan", "none", "null", "<na>")
_FLOAT_OF_ID = re.compile(r"(\d+)\.0+", re.ASCII)
_ROUNDED = re.compile(r"\d+[.,]?\d*e\+?\d+|\d+[.,]\d+", re.ASCII | re.IGNORECASE)


def identify(head: Head) -> bool:
    """Tell whether the header names the columns of the export, in any order."""
    return set(_REQUIRED) <= set(layout_of(head.text).columns)


def load(source: Source, sink: Sink, options: Options) -> None:
    """Load with DuckDB where every row is sound, else row by row."""
    layout = layout_of(source.head.text)
    places = layout.places(_REQUIRED, source.name)
    if load_fast(source, layout, places, sink, options):
        return
    clock = Clock(source.name, options)
    CsvRows(source, layout, sink).load(places, partial(_message, clock))
    clock.tell(sink)


def _message(clock: Clock, row: Mapping[str, str], line: int) -> Message:
    key = _id(row, "tweet_id")
    author = _id(row, "author_id")
    if key is None or author is None:
        raise SpoiltRow(
            "no id",
            f"{'tweet_id' if key is None else 'author_id'} is empty",
            "Export the row again with its ids: without them it belongs to nothing.",
        )
    role = _ROLES.get(row["inbound"].strip().lower())
    if role is None:
        raise SpoiltRow(
            "unknown inbound",
            f"inbound is {shown(row['inbound'])}, expected True or False",
            "Write True for what a customer wrote and False for what the brand wrote.",
        )
    parent = _id(row, "in_response_to_tweet_id")
    account = author if role == "agent" else None
    return Message(
        platform="x",
        namespace="",
        message_key=key,
        account=account,
        channel="X mentions",
        thread_key=None,
        reply_to_key=None if parent == key else parent,
        author_key=author,
        author_name=None,
        role=role,
        visibility="public",
        sent_at=clock.instant(row["created_at"], "created_at", account, line),
        edited_at=None,
        event=None,
        text=row["text"] or None,
        line=line,
    )


def _id(row: Mapping[str, str], column: str) -> str | None:
    """Read an id: `848.0` is 848, and one that a spreadsheet has rounded is none."""
    text = row[column].strip()
    if text.isdigit():
        return text
    if text.lower() in _NOTHING:
        return None
    if whole := _FLOAT_OF_ID.fullmatch(text):
        return whole[1]
    if _ROUNDED.fullmatch(text):
        raise SpoiltRow(
            f"rounded {column}",
            f"{column} is {shown(text)}, an id that a spreadsheet has rounded",
            "Export again, and import the ids as text if the file goes through a spreadsheet.",
        )
    if "\n" in text or "\r" in text:
        raise SpoiltRow(
            f"broken {column}",
            f"{column} is {shown(text)}, an id over several lines",
            "Put texts with line breaks into quotes.",
        )
    return text
