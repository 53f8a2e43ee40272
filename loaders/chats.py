"""What the loaders of chats share: several files in one load, keys for messages without one, who asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from loaders.answers import ACCOUNT, Answers, asking
from loaders.content_keys import number_keys, provisional_key
from loaders.messages import Message
from loaders.problems import Ask, NotUsable, Problem
from loaders.sink import Sink
from loaders.source import Source

_Read = TypeVar("_Read")

# What is missing for one file of an export is missing for all.
_FOR_ALL = ("no_time_zone", "needs_answers")


class Keyed:
    """Hands messages to the sink; those without a key get one from their content.

    That key does not depend on the account or the role, because these are answers that a person may
    correct later.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._keyless = False

    def with_key(self, message: Message, sent_at: datetime | None = None) -> Message:
        """Give the message with a key. `sent_at` counts for the key, if not the message's own."""
        if message.message_key:
            return message
        self._keyless = True
        basis = message._replace(
            account=None, channel=None, role="", sent_at=sent_at or message.sent_at
        )
        return message._replace(message_key=provisional_key(basis))

    def message(self, message: Message, sent_at: datetime | None = None) -> None:
        """Keep one message, with a key."""
        self._sink.message(self.with_key(message, sent_at))

    def finish(self) -> None:
        """Complete the keys that were made."""
        if self._keyless:
            self._sink.close_messages()
            number_keys(self._sink.staging, self._sink.scratch)


def each_file(
    sources: Sequence[Source], sink: Sink, read: Callable[[Source], _Read], again: bool = False
) -> dict[str, _Read]:
    """Read the files one by one; one spoilt file of many becomes a problem.

    Gives what was read by the file's path. `again` says that they were read before.
    """
    found: dict[str, _Read] = {}
    for source in sources:
        if again:
            sink.begin(source, alone=len(sources) == 1)
        try:
            found[str(source.path)] = read(source)
        except NotUsable as spoilt:
            if len(sources) == 1 or spoilt.code in _FOR_ALL:
                raise
            if not again:
                sink.begin(source)
            problem = Problem(f"file {spoilt.code}", spoilt.sentence, "Export it again.")
            sink.problem(None, problem, source.name)
    return found


def ask_for(
    file_name: str, format_: str, missing: Iterable[str], authors: Counter[str], *more: Ask
) -> NotUsable:
    """Make the question for what is missing of `account` and `agents`, and for more."""
    wanted = set(missing)
    asks: tuple[Ask, ...] = (ACCOUNT,) if "account" in wanted else ()
    if "agents" in wanted:
        choices = sorted(authors.items(), key=lambda item: (-item[1], item[0]))
        asks += (Ask("agents", "Who of these writes for the brand?", tuple(choices)),)
    return asking(file_name, format_, *asks, *more)


def names_people(who: Answers) -> bool:
    """Tell whether somebody was named who writes for the brand."""
    return bool(who.agents or who.bots)


def owner_of(circles: Iterable[Iterable[str]]) -> str | None:
    """Give the one who takes part in every chat: whose export it is.

    None where nobody does, or several do, as in a single chat of two.
    """
    shared: set[str] | None = None
    for circle in circles:
        members = set(circle)
        if members:
            shared = members if shared is None else shared & members
    return shared.pop() if shared is not None and len(shared) == 1 else None
