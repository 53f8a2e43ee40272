"""A Slack export: a folder or zip with `users.json`, `channels.json` and one file a day for each channel.

A message of a channel and what is written in its thread are one thread, known by the time of its first
message. A chat with one person is one thread as a whole. `ts` is unique in its channel.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from loaders.answers import Answers
from loaders.chats import ask_for, each_file, names_people
from loaders.json_fields import entry_of, key_of, object_of, raw_of
from loaders.json_items import Item, items
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import SpoiltRow, shown
from loaders.sink import Sink, Unheard
from loaders.slack_space import Channel, Workspace, part_of, read_list
from loaders.slack_text import text_in
from loaders.source import Head, Source
from loaders.times import Clock

FORMAT = "slack"
TITLE = "Slack export (JSON)"
EXPECTS = "channel files of a day, whose messages have type, ts and user"

_TS = re.compile(r"\d{9,10}\.\d{1,6}", re.ASCII)
_1970 = datetime(1970, 1, 1, tzinfo=UTC)

# What somebody said; everything else with a subtype is about the channel.
_SPOKEN = frozenset(
    (
        None, "thread_broadcast", "bot_message", "file_share", "file_comment", "me_message",
        "slackbot_response", "assistant_app_thread",
    )
)  # fmt: skip
# An older way to show a reply in its channel too; it is no message of its own.
_COPY = "reply_broadcast"


def identify(head: Head) -> bool:
    """Tell whether the file is a day of a channel, or one of the lists beside the channels."""
    text = head.text.lstrip("\ufeff \t\r\n")
    if not text.startswith("["):
        return False
    return part_of(head) is not None


def load_together(sources: Sequence[Source], sink: Sink, options: Options) -> None:
    """Read the lists first, then every day once for who writes in it, then for its messages."""
    space = Workspace()
    parts = {str(source.path): part_of(source.head) for source in sources}
    days = [source for source in sources if parts[str(source.path)] == "day"]
    for source in sources:
        if parts[str(source.path)] != "day":
            read_list(source, parts[str(source.path)], space)
    days.sort(key=lambda source: source.inside)
    asked: Counter[str] = Counter()
    answers = {str(s.path): options.answers(FORMAT, s.name, s.inside) for s in days}
    missing: set[str] = set()
    if any(who.account is None for who in answers.values()):
        missing.add("account")
    if not all(names_people(who) for who in answers.values()):
        missing.add("agents")
        for authors in each_file(days, sink, lambda s: _authors(s, space)).values():
            asked += authors
    if missing:
        raise ask_for(sources[0].name, FORMAT, missing, asked)
    seen: dict[str, set[str]] = {}
    read = partial(_read, answers=answers, space=space, sink=sink, options=options, seen=seen)
    each_file(days, sink, read, again=True)


def _spoken(source: Source, sink: Sink) -> Iterator[tuple[Item, dict[str, Any] | None]]:
    """Yield the entries of a day; an edit stands there with the message as it is now."""
    for item in items(source, sink):
        fields = item.fields
        if fields.get("subtype") == "message_changed" and isinstance(fields.get("message"), dict):
            fields = {"type": "message", **fields["message"]}
        yield item, fields if item.fault is None else None


def _authors(source: Source, space: Workspace) -> Counter[str]:
    authors: Counter[str] = Counter()
    for _, fields in _spoken(source, Unheard()):
        try:
            if fields is not None and _is_spoken(fields.get("subtype")):
                author, name = _author(fields, space)
                if author not in space.bots and name:
                    authors[name] += 1
        except SpoiltRow:
            continue
    return authors


def _author(fields: Mapping[str, Any], space: Workspace) -> tuple[str | None, str | None]:
    """Give the key and the name of who wrote a message."""
    key = key_of(fields, "user", "bot_id")
    profile = object_of(fields, "user_profile") or object_of(fields, "bot_profile")
    named = space.names.get(key or "") or key_of(profile, "display_name", "real_name", "name")
    return key, named or key_of(fields, "username") or key


def _read(
    source: Source,
    answers: Mapping[str, Answers],
    space: Workspace,
    sink: Sink,
    options: Options,
    seen: dict[str, set[str]],
) -> None:
    who = answers[str(source.path)]
    channel = space.channel(source.inside)
    clock = Clock(source.name, options, who.time_zone)
    if channel.key not in seen:
        seen.clear()  # the days of a channel follow each other
    known = seen.setdefault(channel.key, set())
    for item, fields in _spoken(source, sink):
        try:
            if item.fault is not None:
                raise item.fault
            found = entry_of(fields, "a message")
            if found.get("subtype") == _COPY:
                continue
            message = _message(found, item.line, channel, space, who, clock)
        except SpoiltRow as spoilt:
            sink.problem(item.line, spoilt.problem, item.raw or raw_of(fields))
            continue
        # A reply that is shown in the channel as well may stand there twice.
        version = f"{message.message_key} {message.edited_at}"
        if version in known:
            continue
        known.add(version)
        sink.message(message)


def _message(
    fields: Mapping[str, Any],
    line: int,
    channel: Channel,
    space: Workspace,
    who: Answers,
    clock: Clock,
) -> Message:
    ts = key_of(fields, "ts")
    sent = clock.instant(_instant(ts, "ts"), "ts", who.account, line)
    thread = key_of(fields, "thread_ts")
    edited = key_of(object_of(fields, "edited"), "ts")
    author, name = _author(fields, space)
    subtype = fields.get("subtype")
    direct = channel.kind != "channel"
    return Message(
        platform="slack",
        namespace=who.namespace or channel.key,
        message_key=ts or "",
        account=who.account,
        channel=who.channel or channel.called(),
        thread_key=thread or (channel.key if direct else ts),
        reply_to_key=thread if thread != ts else None,
        author_key=author,
        author_name=name,
        role=_role(fields, author, name, space, who) if _is_spoken(subtype) else "system",
        visibility="private" if direct else "public",
        sent_at=sent,
        edited_at=clock.instant(_instant(edited, "edited"), "edited", who.account, line)
        if edited and _TS.fullmatch(edited)
        else None,
        event=None,
        text=text_in(fields, space.names),
        line=line,
    )


def _is_spoken(subtype: object) -> bool:
    return subtype is None or (isinstance(subtype, str) and subtype in _SPOKEN)


def _instant(ts: str | None, what: str) -> datetime:
    """Read a time such as `1667997975.316309`: seconds since 1970, exactly."""
    if ts is None or not _TS.fullmatch(ts):
        raise SpoiltRow(
            f"{what} is no time",
            f"{what} is {shown(ts or '')}, expected seconds such as 1667997975.316309",
            "Export the channel again.",
        )
    seconds, _, fraction = ts.partition(".")
    return _1970 + timedelta(seconds=int(seconds), microseconds=int(f"{fraction:0<6}"))


def _role(
    fields: Mapping[str, Any],
    author: str | None,
    name: str | None,
    space: Workspace,
    who: Answers,
) -> str:
    """Give a role: as a person listed it; else bots are what the export calls so."""
    said = who.role(author, name, space.handles.get(author or ""))
    if said != "customer":
        return said
    automatic = (
        author in space.bots or bool(fields.get("bot_id")) or fields.get("subtype") == "bot_message"
    )
    return "bot" if automatic else "customer"
