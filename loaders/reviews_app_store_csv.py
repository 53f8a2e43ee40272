"""App Store reviews as CSV, as readers of the store and review tools write them.

Known by a column for the developer's response, or for what only the App Store has (territory, storefront, isEdited),
beside rating, text and date. A response may be a text, or an object with `body` and `modified`. Files with an
isEdited column come from readers that write the store's UTC without saying so; other times need a zone.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from datetime import UTC, datetime

from loaders.answers import ACCOUNT, Answers, asking
from loaders.csv_layout import layout_of
from loaders.csv_rows import CsvRows
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.reviews import Review, content_key, filled, first_known
from loaders.sink import Sink
from loaders.source import Head, Source
from loaders.times import Clock, written_time

FORMAT = "reviews_app_store_csv"
TITLE = "App Store reviews (CSV)"
EXPECTS = "rating, review, date and developer response"
TOGETHER = True

# What each field is called, the likeliest name first.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "key": ("review id", "review_id", "reviewid", "id"),
    "title": ("title", "review title", "subject"),
    "body": ("review", "review text", "body", "content", "text"),
    "author": ("username", "user name", "reviewernickname", "nickname", "author", "reviewer"),
    "rating": ("rating", "star rating", "stars", "score"),
    "date": ("date", "createddate", "created date", "review date", "submitted", "updated"),
    "reply": (
        "developerresponse",
        "developer response",
        "developer_response",
        "responsebody",
        "response body",
        "developer reply",
    ),
    "replied_at": (
        "developer response date",
        "developer_response_date",
        "developerresponsedate",
        "lastmodifieddate",
        "response date",
        "developer reply date",
    ),
    "app": ("app", "app name", "app_name", "app id", "app_id", "appid"),
    "edited": ("isedited", "is_edited"),
}
_NEEDED = ("rating", "body", "date")
_ONLY_HERE = ("territory", "storefront", *_NAMES["edited"], *_NAMES["reply"])
_NOTHING = ("", "nan", "none", "null", "nat", "{}")
_LONGEST_OBJECT = 100_000


def identify(head: Head) -> bool:
    """Tell whether the header names a review's fields, and one that only the App Store has."""
    columns = layout_of(head.text).columns
    return all(first_known(_NAMES[one], columns) for one in _NEEDED) and (
        first_known(_ONLY_HERE, columns) is not None
    )


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read the reviews row by row."""
    layout = layout_of(source.head.text)
    who = options.answers(FORMAT, source.name, source.inside)
    named = {
        field: name
        for field, names in _NAMES.items()
        if (name := first_known(names, layout.columns))
    }
    if "app" not in named and who.account is None:
        raise asking(source.name, FORMAT, ACCOUNT)
    reader = _Reader(Clock(source.name, options, who.time_zone), who, named)
    places = layout.places(tuple(named.values()), source.name)
    CsvRows(source, layout, sink).load(places, reader.messages)
    reader.clock.tell(sink)


class _Reader:
    def __init__(self, clock: Clock, who: Answers, named: Mapping[str, str]) -> None:
        self.clock = clock
        self._who = who
        self._named = named
        self._utc = "edited" in named

    def messages(self, row: Mapping[str, str], line: int) -> list[Message]:
        account = self._who.account or self._value(row, "app")
        if account is None:
            raise SpoiltRow("no app", "the app is not named", "Name the app of each review.")
        sent_at = self._instant(self._value(row, "date") or "", "date", account, line)
        reply, modified = _reply(self._value(row, "reply"))
        replied = modified or self._value(row, "replied_at")
        if reply is not None and replied is None:
            raise SpoiltRow(
                "no time of the response",
                "the review has a response without a time",
                "Export it with the date of the developer's response.",
            )
        author = self._value(row, "author")
        # The date is the first version's, so an edited review keeps its key.
        key = self._value(row, "key") or content_key(account, author, sent_at.isoformat())
        return Review(
            platform=self._who.platform or "app_store",
            channel=self._who.channel or "App Store reviews",
            account=account,
            key=key,
            author_key=author,
            author_name=None,
            title=self._value(row, "title"),
            body=self._value(row, "body"),
            rating=self._value(row, "rating"),
            sent_at=sent_at,
            edited_at=None,
            reply=reply,
            replied_at=self._instant(replied, "the time of the response", account, line)
            if replied
            else None,
            line=line,
            namespace=self._who.namespace or "",
        ).messages()

    def _value(self, row: Mapping[str, str], field: str) -> str | None:
        found = filled(row, self._named[field]) if field in self._named else None
        return None if found is None or found.lower() in _NOTHING else found

    def _instant(self, text: str, field: str, account: str, line: int) -> datetime:
        written = written_time(text)
        if self._utc and written is not None and written.tzinfo is None:
            written = written.replace(tzinfo=UTC)
        return self.clock.instant(written or text, field, account, line)


def _reply(text: str | None) -> tuple[str | None, str | None]:
    """Give a response's words, and its time where it is written as an object with both."""
    if text is None or not text.startswith("{") or len(text) > _LONGEST_OBJECT:
        return text, None
    try:
        said = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return text, None
    if not isinstance(said, dict):
        return text, None
    body, modified = said.get("body"), said.get("modified")
    return (str(body) if body else None), (str(modified) if modified else None)
