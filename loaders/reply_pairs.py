"""A table of waits: when a question was asked and when it was answered, for each account.

A row is a question and, where the second time is filled, its reply. Without ids, the first question of an
account at a time has the key `account time`, the next one `account time #2`. So a row whose reply
was still missing in an earlier table is completed by a later one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from loaders.answers import Answers
from loaders.csv_layout import Layout, layout_of
from loaders.csv_rows import CsvRows
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.sink import Sink
from loaders.source import Head, Source
from loaders.times import Clock

FORMAT = "pairs"
TITLE = "Reply pairs (CSV)"
EXPECTS = "the time of a question and the time of its reply, such as asked_at and replied_at"

# Names that such columns go by, the plainest first.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "asked": (
        "asked_at", "question_time", "question_at", "question_created_at", "time_asked", "asked",
        "question_date", "customer_created_at", "inbound_created_at", "created_at_x",
    ),
    "replied": (
        "replied_at", "reply_time", "reply_at", "reply_created_at", "answered_at", "answer_time",
        "response_time_at", "response_created_at", "responded_at", "response_at", "replied", "answered",
        "reply_date", "answer_date", "time_replied", "outbound_created_at", "created_at_y",
    ),
    "account": ("account", "brand", "company", "handle", "page", "inbox", "support_author_id", "author_id_y"),
    "customer": ("customer", "customer_id", "user_id", "asked_by", "author_id_x"),
    "question_key": ("question_id", "asked_id", "tweet_id_x"),
    "reply_key": ("reply_id", "answer_id", "response_id", "tweet_id_y"),
    "question": ("question", "question_text", "text_x"),
    "reply": ("reply", "reply_text", "answer", "answer_text", "response", "text_y"),
    "agent": ("agent", "replied_by", "answered_by"),
}  # fmt: skip
_NOTHING = ("", "nan", "nat", "none", "null", "<na>", "na", "n/a")


def identify(head: Head) -> bool:
    """Tell whether the header names the time of a question and the time of its reply."""
    layout = layout_of(head.text)
    return {"asked", "replied"} <= set(_places(layout))


def _places(layout: Layout) -> dict[str, int]:
    """Give the index of each column that is known by one of its names."""
    columns = [column.replace(" ", "_") for column in layout.columns]
    found: dict[str, int] = {}
    for what, names in _NAMES.items():
        place = next((columns.index(name) for name in names if name in columns), None)
        if place is not None:
            found[what] = place
    return found


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read the rows; each gives one message or two."""
    layout = layout_of(source.head.text)
    places = _places(layout)
    who = options.answers(FORMAT, source.name, source.inside)
    if "account" not in places:
        who.needs_account(source.name, FORMAT)
    rows = _Rows(source, sink, options, who)
    CsvRows(source, layout, sink).load(places, rows.asked)
    rows.clock.tell(sink)


class _Rows:
    """Turns rows into messages; a reply goes to the sink just before its question."""

    def __init__(self, source: Source, sink: Sink, options: Options, who: Answers) -> None:
        self.clock = Clock(source.name, options, who.time_zone)
        self._sink = sink
        self._who = who
        self._platform = who.platform or options.platform or "log"
        self._equal: Counter[tuple[str, datetime]] = Counter()

    def asked(self, row: Mapping[str, str], line: int) -> Message:
        """Make the message of the question; hand the reply to the sink, if there is one."""
        account = self._who.account or _filled(row, "account")
        if account is None:
            raise SpoiltRow("no account", "the account is empty", "Name the account of each row.")
        written = _filled(row, "asked")
        if written is None:
            raise SpoiltRow(
                "no question", "the time of the question is empty", "Give when it was asked."
            )
        asked = self.clock.instant(written, "the time of the question", account, line)
        answered = _filled(row, "replied")
        replied = (
            self.clock.instant(answered, "the time of the reply", account, line)
            if answered
            else None
        )
        key = _filled(row, "question_key") or self._key(account, asked)
        question = Message(
            platform=self._platform,
            namespace=self._who.namespace or "",
            message_key=key,
            account=account,
            channel=self._who.channel,
            thread_key=key,
            reply_to_key=None,
            author_key=_filled(row, "customer"),
            author_name=None,
            role="customer",
            visibility="public",
            sent_at=asked,
            edited_at=None,
            event=None,
            text=row.get("question") or None,
            line=line,
        )
        if replied is not None:
            agent = _filled(row, "agent") or account
            reply_key = _filled(row, "reply_key") or f"{key} reply"
            self._sink.message(
                question._replace(
                    message_key=reply_key,
                    reply_to_key=key if key != reply_key else None,
                    author_key=agent,
                    role="agent",
                    sent_at=replied,
                    text=row.get("reply") or None,
                )
            )
        return question

    def _key(self, account: str, asked: datetime) -> str:
        self._equal[account, asked] += 1
        number = self._equal[account, asked]
        return f"{account} {asked.isoformat()}" + (f" #{number}" if number > 1 else "")


def _filled(row: Mapping[str, str], column: str) -> str | None:
    text = row.get(column, "").strip()
    return None if text.lower() in _NOTHING else text
