"""App Store reviews as the App Store Connect API gives them: pages of `customerReviews` with their responses.

The responses stand apart, under `included`. The account is what the settings say, else the app's number in the
address of the page.
"""

from __future__ import annotations

import re

from loaders.answers import ACCOUNT, Answers, asking
from loaders.helpdesk import Desk
from loaders.helpdesk_json import Fields, first_records, records
from loaders.helpdesk_values import obj, text
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.reviews import Review
from loaders.sink import Sink, Unheard
from loaders.source import Head, Source

FORMAT = "reviews_app_store"
TITLE = "App Store reviews (App Store Connect API)"
EXPECTS = "data of the type customerReviews"
TOGETHER = True

_REVIEW, _RESPONSE = "customerReviews", "customerReviewResponses"
_PAGES = ("data", "included")
_APP = re.compile(r"/v\d+/apps/(\w+)/customerReviews")


def identify(head: Head) -> bool:
    """Tell whether the first entries are reviews or the responses to them."""
    return any(one.get("type") in (_REVIEW, _RESPONSE) for one in first_records(head, *_PAGES))


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read the responses first, then the reviews with them."""
    desk = Desk("app_store", FORMAT, source, sink, options)
    # The address of the page stands in it only once, so look for it where the file begins.
    found = _APP.search(source.head.text.replace("\\/", "/"))
    account = desk.who.account or (found[1] if found else None)
    if account is None:
        raise asking(source.name, FORMAT, ACCOUNT)
    responses: dict[str, Fields] = {}
    of_review: dict[str, Fields] = {}
    for record in records(source, Unheard(), *_PAGES):
        if record.fields.get("type") == _RESPONSE:
            response = obj(record.fields.get("attributes"))
            responses[text(record.fields.get("id")) or ""] = response
            review = _related(record.fields, "review")
            if review is not None:
                of_review[review] = response

    def read(desk: Desk, fields: Fields, line: int) -> None:
        if fields.get("type") == _REVIEW:
            response = responses.get(_related(fields, "response") or "")
            response = response or of_review.get(text(fields.get("id")) or "")
            for message in _review(desk, account, fields, response, line).messages():
                sink.message(message)

    desk.load(read, *_PAGES)


def _related(fields: Fields, name: str) -> str | None:
    data = obj(obj(fields.get("relationships")).get(name)).get("data")
    return text(obj(data).get("id"))


def _review(desk: Desk, account: str, fields: Fields, response: Fields | None, line: int) -> Review:
    key = text(fields.get("id"))
    if key is None:
        raise SpoiltRow("no id", "the review has no id", "Fetch it from the API again.")
    ticket = desk.ticket(key, account, None, line)
    said = obj(fields.get("attributes"))
    who: Answers = desk.who
    reply = text(response.get("responseBody")) if response else None
    return Review(
        platform=who.platform or "app_store",
        channel=who.channel or "App Store reviews",
        account=account,
        key=key,
        author_key=text(said.get("reviewerNickname")),
        author_name=None,
        title=text(said.get("title")),
        body=text(said.get("body")),
        rating=text(said.get("rating")),
        sent_at=desk.instant(said.get("createdDate"), "createdDate", ticket),
        edited_at=None,
        reply=reply,
        replied_at=desk.instant(response.get("lastModifiedDate"), "lastModifiedDate", ticket)
        if response
        else None,
        line=line,
        namespace=desk.namespace,
    )
