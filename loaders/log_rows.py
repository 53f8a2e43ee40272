"""The canonical message log: what makes one of its rows a message, whatever file it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from loaders.content_keys import is_random, number_keys, provisional_key
from loaders.edges import NOTHING, whole_number, without_edges
from loaders.messages import EVENTS, ROLES, VISIBILITIES, Message
from loaders.options import Options
from loaders.problems import SpoiltRow, shown
from loaders.sink import Sink
from loaders.times import Clock

REQUIRED = ("account", "role", "sent_at")
# One of these is needed: without any, a message belongs to no conversation.
KEYS = ("message_key", "thread_key", "author_key")
EXPECTS = f"{', '.join(REQUIRED)} and at least one of {', '.join(KEYS)}"

DEFAULT_PLATFORM = "log"
DEFAULT_VISIBILITY = "public"

Value = str | datetime | None
Row = Mapping[str, Value]


def is_log(columns: Iterable[str]) -> bool:
    """Tell whether a table with these columns is a message log."""
    names = set(columns)
    return names.issuperset(REQUIRED) and not names.isdisjoint(KEYS)


class LogRows:
    """Turns the rows of one log into messages."""

    def __init__(self, file_name: str, options: Options, zone: str | None = None) -> None:
        self._clock = Clock(file_name, options, zone)
        self._platform = options.platform or DEFAULT_PLATFORM
        # Whether there are keys that say nothing of the order of messages.
        self.loose = False

    def message(self, row: Row, line: int | None) -> Message:
        """Make a message of a row, given as canonical column to value; '', None and words such as `nan` are the same.

        Raises SpoiltRow when it makes none, NotUsable when a time names no zone and the settings
        name none.
        """
        role = _word(row, "role", ROLES)
        account = _key(row, "account")
        if account is None and role != "customer":
            # Only of a customer's message the account can follow from whom it answers or names.
            _filled(row, "account", "Name the handle, page, number or inbox it went to.")
        key = _id(row, "message_key")
        thread = _id(row, "thread_key")
        author = _id(row, "author_key")
        if not (key or thread or author):
            raise SpoiltRow(
                "no key",
                "message_key, thread_key and author_key are all empty",
                "Give at least one of them: without any it belongs to no conversation.",
            )
        _filled(row, "sent_at", "Give the time, such as 2024-03-31T09:30:00+01:00.")
        reply_to = _id(row, "reply_to_key")
        message = Message(
            platform=_key(row, "platform") or self._platform,
            namespace=_key(row, "namespace") or "",
            message_key=key or "",
            account=account,
            channel=_key(row, "channel"),
            thread_key=thread,
            reply_to_key=None if reply_to == key else reply_to,
            author_key=author,
            author_name=_key(row, "author_name"),
            role=role,
            visibility=_word(row, "visibility", VISIBILITIES, DEFAULT_VISIBILITY),
            sent_at=self._clock.instant(row["sent_at"] or "", "sent_at", account, line),
            edited_at=self._edited_at(row, account, line),
            event=_event(row, role),
            text=_text(row),
            line=line,
        )
        if key:
            self.loose = self.loose or is_random(key) is not None
            return message
        self.loose = True
        return message._replace(message_key=provisional_key(message))

    def finish(self, sink: Sink) -> None:
        """Note which local times were resolved, and complete the keys that were made."""
        self._clock.tell(sink)
        if self.loose:
            sink.close_messages()
            number_keys(sink.staging, sink.scratch)

    def _edited_at(self, row: Row, account: str | None, line: int | None) -> datetime | None:
        value = row.get("edited_at")
        if _key(row, "edited_at") is None or value is None:
            return None
        return self._clock.instant(value, "edited_at", account, line)


def _text(row: Row) -> str | None:
    value = row.get("text")
    return str(value).replace("\x00", "") or None if value is not None else None


def _key(row: Row, column: str) -> str | None:
    value = row.get(column)
    if value is None:
        return None
    text = value if isinstance(value, str) else str(value)
    if "\x00" in text:
        text = text.replace("\x00", "")
    text = without_edges(text)
    return None if not text or text in NOTHING else text


def _id(row: Row, column: str) -> str | None:
    value = _key(row, column)
    return None if value is None else whole_number(value)


def _filled(row: Row, column: str, remedy: str) -> str:
    value = _key(row, column)
    if value is None:
        raise SpoiltRow(f"no {column}", f"{column} is empty", remedy)
    return value


def _word(row: Row, column: str, words: tuple[str, ...], default: str | None = None) -> str:
    written = row.get(column)
    if isinstance(written, str) and written in words:
        return written
    remedy = f"Write one of these words into {column}: {', '.join(words)}."
    if default is not None and _key(row, column) is None:
        return default
    found = _filled(row, column, remedy)
    word = found.lower()
    if word not in words:
        reason = f"{column} is {shown(found)}, expected one of {', '.join(words)}"
        raise SpoiltRow(f"unknown {column}", reason, remedy)
    return word


def _event(row: Row, role: str) -> str | None:
    if _key(row, "event") is None:
        return None
    event = _word(row, "event", EVENTS)
    if role != "system":
        raise SpoiltRow(
            "event of a role",
            f'event is "{event}" on a row with the role "{role}"; only system rows have events',
            "Give the event a row of its own with the role system.",
        )
    return event
