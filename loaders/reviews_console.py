"""Google Play Console: the monthly CSV of reviews, which the console writes as UTF-16.

Times are UTC, as the console's documentation says. The account is the app's package name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

from loaders.answers import Answers
from loaders.csv_layout import layout_of
from loaders.csv_rows import CsvRows
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.reviews import Review, content_key, filled
from loaders.sink import Sink
from loaders.source import Head, Source
from loaders.times import Clock, written_time

FORMAT = "reviews_play_console"
TITLE = "Google Play Console reviews (CSV)"
EXPECTS = "Package Name, Star Rating, Review Submit Date and Time"
TOGETHER = True

_SUBMITTED = ("review submit millis since epoch", "review submit date and time")
_UPDATED = ("review last update millis since epoch", "review last update date and time")
_REPLIED = ("developer reply millis since epoch", "developer reply date and time")
_COLUMNS = (
    "package name",
    "reviewer language",
    "device",
    "star rating",
    "review title",
    "review text",
    "developer reply text",
    "review link",
    *_SUBMITTED,
    *_UPDATED,
    *_REPLIED,
)
_REVIEW_ID = re.compile(r"reviewid=([^&#\s]+)", re.IGNORECASE)


def identify(head: Head) -> bool:
    """Tell whether the header names the columns of the console's export."""
    columns = set(layout_of(head.text).columns)
    return {"package name", "star rating"} <= columns and not columns.isdisjoint(_SUBMITTED)


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read the reviews row by row."""
    layout = layout_of(source.head.text)
    who = options.answers(FORMAT, source.name, source.inside)
    clock = Clock(source.name, options, who.time_zone)
    places = layout.places(_COLUMNS, source.name)
    CsvRows(source, layout, sink).load(places, partial(_messages, clock, who))
    clock.tell(sink)


def _messages(clock: Clock, who: Answers, row: Mapping[str, str], line: int) -> list[Message]:
    account = who.account or filled(row, "package name")
    if account is None:
        raise SpoiltRow(
            "no package name", "Package Name is empty", "Name the app that the review is about."
        )
    sent_at = _instant(clock, row, _SUBMITTED, account, line)
    if sent_at is None:
        raise SpoiltRow(
            "no time", "Review Submit Date and Time is empty", "Download the report again."
        )
    edited_at = _instant(clock, row, _UPDATED, account, line)
    replied_at = _instant(clock, row, _REPLIED, account, line)
    if replied_at is None and filled(row, "developer reply text"):
        raise SpoiltRow(
            "no time of the reply",
            "the review has a reply without a time",
            "Download the report again, with Developer Reply Date and Time.",
        )
    link = _REVIEW_ID.search(row.get("review link", ""))
    key = (
        link[1]
        if link
        else content_key(
            account,
            sent_at.isoformat(),
            filled(row, "device"),
            filled(row, "reviewer language"),
        )
    )
    return Review(
        platform=who.platform or "google_play",
        channel=who.channel or "Google Play reviews",
        account=account,
        key=key,
        author_key=None,
        author_name=None,
        title=filled(row, "review title"),
        body=filled(row, "review text"),
        rating=filled(row, "star rating"),
        sent_at=sent_at,
        edited_at=edited_at if edited_at is not None and edited_at > sent_at else None,
        reply=filled(row, "developer reply text"),
        replied_at=replied_at,
        line=line,
        namespace=who.namespace or "",
    ).messages()


def _instant(
    clock: Clock, row: Mapping[str, str], columns: tuple[str, ...], account: str, line: int
) -> datetime | None:
    """Read a time from its milliseconds, or where a spreadsheet has spoilt these, from its text."""
    millis, text = (row.get(column, "").strip() for column in columns)
    if not millis.isdigit() and not text:
        return clock.instant(millis, columns[0], account, line) if millis else None
    written = written_time(millis) if millis.isdigit() else written_time(text)
    if written is not None and written.tzinfo is None:
        written = written.replace(tzinfo=UTC)
    return clock.instant(written or text or millis, columns[1], account, line)
