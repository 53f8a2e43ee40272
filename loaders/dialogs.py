"""Care conversations on X as JSON, in which the key of a turn says who speaks: `client` or `agent`.

The last reply of an agent may stand apart, under `agentURL` and without a time; its id has the time. A reply
answers the last turn of the person that it names first, else the turn above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from loaders.answers import Answers
from loaders.json_fields import key_of, object_of, objects_of, raw_of, text_of
from loaders.json_items import Item, items, keys_at_start
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.sink import Sink
from loaders.source import Head, Source
from loaders.times import Clock
from loaders.x_ids import time_of

FORMAT = "dialogs"
TITLE = "Care conversations on X (JSON)"
EXPECTS = "dialogContent and dialogHeader"

_SPEAKER = re.compile(r"(client|customer|user|agent)\d*", re.ASCII)
_NAMED = re.compile(r"@(\w{1,30})")


class _Turn(NamedTuple):
    """What one turn says of itself; `time` is None where only the id has it."""

    key: str
    speaker: str
    handle: str
    time: str | None
    text: str | None


def identify(head: Head) -> bool:
    """Tell whether the entries are conversations with a header."""
    return any({"dialogContent", "dialogHeader"} <= keys for keys in keys_at_start(head))


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read the conversations one by one; the same conversation may stand there twice."""
    who = options.answers(FORMAT, source.name, source.inside)
    clock = Clock(source.name, options, who.time_zone)
    for item in items(source, sink):
        try:
            if item.fault is not None:
                raise item.fault
            company = who.account or key_of(object_of(item.fields, "dialogHeader"), "company")
            if company is None:
                raise SpoiltRow("no company", "dialogHeader names no company", "Add it.")
        except SpoiltRow as spoilt:
            sink.problem(item.line, spoilt.problem, item.raw)
            continue
        before: list[_Turn] = []
        for fields in _entries(item):
            try:
                turn = _last_turn(fields, company) if "url_utterance" in fields else _turn(fields)
                message = _message(turn, before, company, clock, item.line, who)
            except SpoiltRow as spoilt:
                sink.problem(item.line, spoilt.problem, raw_of(fields))
                continue
            before.append(turn)
            sink.message(message)
    clock.tell(sink)


def _entries(item: Item) -> Iterator[dict[str, Any]]:
    """Yield the turns, and last the reply that stands apart."""
    known: list[object] = []
    for one in objects_of(item.fields, "dialogContent"):
        known.append(one.get("tweet_ID"))
        yield one
    apart = object_of(item.fields, "agentURL")
    if "url_utterance" in apart and apart.get("tweet_ID") not in known:
        yield apart


def _turn(fields: dict[str, Any]) -> _Turn:
    speaker = next((key for key in fields if _SPEAKER.fullmatch(key)), None)
    handle = key_of(fields, speaker) if speaker else None
    key, time = key_of(fields, "tweet_ID"), key_of(fields, "datetime")
    if speaker is None or handle is None or key is None:
        what = "tweet_ID" if key is None and handle else "who speaks (client or agent)"
        raise SpoiltRow(f"no {what}", f"{what} is missing", "Add it, or take the turn out.")
    return _Turn(key, speaker, handle.removeprefix("@"), time, text_of(fields, "message"))


def _last_turn(fields: dict[str, Any], company: str) -> _Turn:
    key = key_of(fields, "tweet_ID")
    if key is None:
        raise SpoiltRow("no tweet_ID", "tweet_ID is missing", "Add it, or take the turn out.")
    return _Turn(key, "agent", company, None, text_of(fields, "url_utterance"))


def _message(
    turn: _Turn, before: list[_Turn], company: str, clock: Clock, line: int, who: Answers
) -> Message:
    agent = turn.speaker.startswith("agent")
    sent = turn.time or time_of(turn.key)
    if sent is None:
        raise SpoiltRow("no datetime", "datetime is missing, and tweet_ID has no time", "Add it.")
    parent = _answered(turn, before) if agent else (before[-1] if before else None)
    return Message(
        platform="x",
        namespace=who.namespace or "",
        message_key=turn.key,
        # Others who join in need not mean the brand.
        account=company if agent or not turn.speaker[-1].isdigit() else None,
        channel=who.channel or "X mentions",
        thread_key=None,
        reply_to_key=parent.key if parent is not None and parent.key != turn.key else None,
        author_key=turn.handle,
        author_name=None,
        role="agent" if agent else "customer",
        visibility="public",
        sent_at=clock.instant(sent, "datetime", company, line),
        edited_at=None,
        event=None,
        text=turn.text,
        line=line,
    )


def _answered(turn: _Turn, before: list[_Turn]) -> _Turn | None:
    """Find what a reply answers: the last turn of the first person that it names, else the last of all."""
    for name in _NAMED.findall(turn.text or ""):
        for earlier in reversed(before):
            if earlier.handle.lower() == name.lower() and not earlier.speaker.startswith("agent"):
                return earlier
    return before[-1] if before else None
