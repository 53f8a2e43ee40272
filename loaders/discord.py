"""Discord channels as DiscordChatExporter writes them, as JSON.

In a channel of a server, what answers what is known by its reply marks. A thread, a post of a forum and a
private chat are one thread each. People can be listed as agents by name or by the name of one of their roles.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from loaders.answers import Answers
from loaders.chats import ask_for, each_file, names_people
from loaders.json_fields import entry_of, key_of, object_of, objects_of, raw_of, text_of
from loaders.json_walk import walk
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import NotUsable, SpoiltRow
from loaders.sink import Sink, Unheard
from loaders.source import Head, Source
from loaders.times import Clock

FORMAT = "discord"
TITLE = "Discord channel (DiscordChatExporter JSON)"
EXPECTS = "guild, channel and messages with id, timestamp and author"

_SIGNS = tuple(
    re.compile(sign)
    for sign in (r'"guild"\s*:\s*\{', r'"channel"\s*:\s*\{', r'"messages"\s*:\s*\[')
)
# Some versions write the number of a type that they have no name for; commands are 20 and 23.
_SPOKEN = frozenset(
    ("Default", "Reply", "0", "19", "20", "23", "ChatInputCommand", "ContextMenuCommand")
)
_NO_SERVER = "0"


@dataclass
class Channel:
    """Where the messages of one file were written, and who writes how much."""

    key: str = ""
    name: str = ""
    kind: str = ""
    server: str | None = None
    authors: Counter[str] = field(default_factory=Counter)

    @property
    def direct(self) -> bool:
        """Tell whether it is a private chat."""
        return self.kind.startswith("Direct")

    @property
    def thread(self) -> str | None:
        """Give the key of the one thread that all of it is, if it is one."""
        return self.key if self.direct or "Thread" in self.kind else None

    def called(self) -> str:
        """Give the channel as a manager calls it."""
        if self.direct or not self.name:
            return "Discord direct messages" if self.direct else "Discord"
        return f"Discord #{self.name}"


@dataclass(frozen=True)
class _Party:
    """What one file's messages have in common."""

    channel: Channel
    account: str
    who: Answers


def identify(head: Head) -> bool:
    """Tell whether the file is one object with a server, a channel and its messages."""
    text = head.text.lstrip("\ufeff \t\r\n")
    return text.startswith("{") and all(sign.search(text) for sign in _SIGNS)


def load_together(sources: Sequence[Source], sink: Sink, options: Options) -> None:
    """Read each file twice: first for its channel and people, then for its messages."""
    channels = each_file(sources, sink, _survey)
    known = [source for source in sources if str(source.path) in channels]
    parties: dict[str, _Party] = {}
    asked: Counter[str] = Counter()
    missing: set[str] = set()
    for source in known:
        channel = channels[str(source.path)]
        who = options.answers(FORMAT, source.name, source.inside)
        account = who.account or channel.server
        if not names_people(who):
            missing.add("agents")
            asked += channel.authors
        if account is None:
            missing.add("account")
        else:
            parties[str(source.path)] = _Party(channel, account, who)
    if missing:
        raise ask_for(sources[0].name, FORMAT, missing, asked)
    each_file(known, sink, partial(_read, parties=parties, sink=sink, options=options), again=True)


def _survey(source: Source) -> Channel:
    channel = Channel()
    for found in walk(source, Unheard(), "guild", "channel", "messages.*"):
        if not isinstance(found.value, dict):
            continue
        try:
            if found.path[0] == "guild":
                inside = key_of(found.value, "id") not in (None, _NO_SERVER)
                channel.server = key_of(found.value, "name") if inside else None
            elif found.path[0] == "channel":
                channel.key = key_of(found.value, "id") or ""
                channel.name = key_of(found.value, "name") or ""
                channel.kind = key_of(found.value, "type") or ""
            else:
                author = object_of(found.value, "author")
                if _is_spoken(found.value) and author.get("isBot") is not True:
                    channel.authors[_named(author)[1]] += 1
        except SpoiltRow:
            continue
    if not channel.key:
        raise NotUsable(
            "truncated", f"{source.name} does not say which channel it is. Export it again."
        )
    return channel


def _is_spoken(fields: Mapping[str, Any]) -> bool:
    type_ = fields.get("type", "Default")
    return isinstance(type_, str) and type_ in _SPOKEN


def _named(author: Mapping[str, Any]) -> tuple[str, str]:
    """Give the id of an author and the name that others see."""
    name = key_of(author, "nickname", "name") or "Deleted User"
    return key_of(author, "id") or name, name


def _read(source: Source, parties: dict[str, _Party], sink: Sink, options: Options) -> None:
    party = parties[str(source.path)]
    clock = Clock(source.name, options, party.who.time_zone)
    last: tuple[object, ...] = ()
    for found in walk(source, sink, "messages.*"):
        try:
            if found.fault is not None:
                raise SpoiltRow(
                    "no JSON object", f"this is no message: {found.fault}", "Export it again."
                )
            fields = entry_of(found.value, "a message")
            message = _message(fields, party, clock, found.line)
        except SpoiltRow as spoilt:
            sink.problem(found.line, spoilt.problem, found.raw or raw_of(found.value))
            continue
        # Exports that were put together hold the same message twice, one after the other.
        if message[:-1] != last:
            sink.message(message)
        last = message[:-1]
    clock.tell(sink)


def _message(fields: dict[str, Any], party: _Party, clock: Clock, line: int) -> Message:
    key, sent = key_of(fields, "id"), key_of(fields, "timestamp")
    if key is None or sent is None:
        what = "id" if key is None else "timestamp"
        raise SpoiltRow(f"no {what}", f"{what} is missing", "Export the channel again.")
    channel = party.channel
    author = object_of(fields, "author")
    author_key, author_name = _named(author)
    edited = key_of(fields, "timestampEdited")
    reply = object_of(fields, "reference")
    here = key_of(reply, "channelId") in (None, channel.key)
    reply_to = key_of(reply, "messageId") if here else None
    return Message(
        platform="discord",
        namespace=party.who.namespace or channel.key,
        message_key=key,
        account=party.account,
        channel=party.who.channel or channel.called(),
        thread_key=channel.thread,
        reply_to_key=None if reply_to == key else reply_to,
        author_key=author_key,
        author_name=author_name,
        role=_role(author, party) if _is_spoken(fields) else "system",
        visibility="private" if channel.direct else "public",
        sent_at=clock.instant(sent, "timestamp", party.account, line),
        edited_at=clock.instant(edited, "timestampEdited", party.account, line) if edited else None,
        event=None,
        text=_text(fields),
        line=line,
    )


def _role(author: dict[str, Any], party: _Party) -> str:
    """Give a role: as a person listed it, by name or by server role; else bots are what Discord calls so."""
    names = [key_of(author, what) for what in ("id", "name", "nickname")]
    names += [key_of(one, "name") for one in objects_of(author, "roles")]
    said = party.who.role(*names)
    if said != "customer":
        return said
    return "bot" if author.get("isBot") is True else "customer"


def _text(fields: dict[str, Any]) -> str | None:
    """Give the text; a message without one has the names of its files and stickers."""
    if written := text_of(fields, "content"):
        return written
    names = [key_of(one, "fileName") for one in objects_of(fields, "attachments")]
    names += [key_of(one, "name") for one in objects_of(fields, "stickers")]
    return ", ".join(name for name in names if name) or None
