"""Google Play reviews as public readers of the store write them to CSV: `reviewId`, `content`, `at`, `repliedAt`.

`at` is when the review was changed last, so a reply may lie before it. Times are those of the computer that
fetched them and name no zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from loaders.answers import ACCOUNT, Answers, asking
from loaders.csv_layout import layout_of
from loaders.csv_rows import CsvRows
from loaders.edges import stands_for_nothing
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.reviews import Review, filled, first_known
from loaders.sink import Sink
from loaders.source import Head, Source
from loaders.times import Clock

FORMAT = "reviews_play"
TITLE = "Google Play reviews (CSV)"
_REQUIRED = ("reviewid", "content", "at", "replycontent", "repliedat")
EXPECTS = "reviewId, content, at, replyContent, repliedAt"
TOGETHER = True

_APP = ("appid", "app_id", "package_name", "packagename", "package", "app_name", "appname", "app")
_COLUMNS = (*_REQUIRED, "username", "score", *_APP)


def identify(head: Head) -> bool:
    """Tell whether the header names the fields of a review with its reply."""
    return set(_REQUIRED) <= set(layout_of(head.text).columns)


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read the reviews row by row."""
    layout = layout_of(source.head.text)
    who = options.answers(FORMAT, source.name, source.inside)
    app = first_known(_APP, layout.columns)
    if app is None and who.account is None:
        raise asking(source.name, FORMAT, ACCOUNT)
    clock = Clock(source.name, options, who.time_zone)
    places = layout.places(_COLUMNS, source.name)
    CsvRows(source, layout, sink).load(places, partial(_messages, clock, who, app))
    clock.tell(sink)


def _messages(
    clock: Clock, who: Answers, app: str | None, row: Mapping[str, str], line: int
) -> list[Message]:
    key = filled(row, "reviewid")
    account = who.account or (filled(row, app) if app else None)
    if key is None or account is None:
        what = "reviewId" if key is None else str(app)
        raise SpoiltRow(
            f"no {what}", f"{what} is empty", "Fetch the review again: without it nothing is known."
        )
    sent_at = clock.instant(row["at"].strip(), "at", account, line)
    reply = filled(row, "replycontent")
    replied = filled(row, "repliedat")
    if replied is not None and stands_for_nothing(replied):
        replied = None
    if replied is None and reply is not None and not stands_for_nothing(reply):
        raise SpoiltRow(
            "no repliedAt",
            "the review has a reply without a time",
            "Fetch the review again, with the time of its reply.",
        )
    return Review(
        platform=who.platform or "google_play",
        channel=who.channel or "Google Play reviews",
        account=account,
        key=key,
        author_key=filled(row, "username"),
        author_name=None,
        title=None,
        body=filled(row, "content"),
        rating=filled(row, "score"),
        sent_at=sent_at,
        edited_at=sent_at,
        reply=reply,
        replied_at=clock.instant(replied, "repliedAt", account, line) if replied else None,
        line=line,
        namespace=who.namespace or "",
    ).messages()
