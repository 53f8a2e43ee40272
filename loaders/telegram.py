"""Telegram Desktop's export as JSON: one chat, or all of an account.

A chat with one person is a stream (`thread_key` is the chat). In a group, what answers what is known by
its reply marks, so there each customer has a stream of their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from loaders.answers import Answers
from loaders.chats import Keyed, ask_for, each_file, names_people
from loaders.json_fields import entry_of, key_of, raw_of, text_of
from loaders.json_walk import Found, walk
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import NotUsable, SpoiltRow
from loaders.sink import Sink, Unheard
from loaders.source import Head, Source
from loaders.times import Clock

FORMAT = "telegram"
TITLE = "Telegram Desktop export (JSON)"
EXPECTS = "messages with type, date or date_unixtime, and from"

_LISTS = ("", "chats.list.*.", "left_chats.list.*.")
_ABOUT = ("name", "type", "id")
_PLACES = (
    "personal_information",
    *(f"{place}{what}" for place in _LISTS for what in (*_ABOUT, "messages.*")),
)
# Only Telegram's messages have all of these.
_SIGNS = tuple(
    re.compile(sign)
    for sign in (
        r'"messages"\s*:\s*\[',
        r'"type"\s*:\s*"(?:message|service)"',
        r'"date(?:_unixtime)?"\s*:\s*"\d',
        r'"(?:from|actor)"\s*:',
        r'"text"\s*:\s*["\[]',
    )
)
# All of an account begins with who it is; its contacts may fill what is looked at.
_WHOLE_ACCOUNT = re.compile(r'"personal_information"\s*:\s*\{[^{}]*"user_id"\s*:')
_DIRECT = ("personal_chat", "bot_chat")
_NEVER = "1970-"


@dataclass
class _Chat:
    """One chat of the file: what is said about it, and who writes in it how much."""

    about: dict[str, str] = field(default_factory=dict)
    authors: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass
class _Survey:
    """One file, read once: its chats by their place in it, and whose account it is."""

    chats: dict[tuple[str, ...], _Chat] = field(default_factory=dict)
    owner: dict[str, Any] = field(default_factory=dict)

    def direct(self, chat: _Chat) -> bool:
        """Tell whether a chat is one with a single person."""
        type_ = chat.about.get("type")
        return type_ in _DIRECT or (type_ is None and len(chat.authors) <= 2)


@dataclass(frozen=True)
class _Party:
    """What one file's messages have in common."""

    survey: _Survey
    account: str
    who: Answers


def identify(head: Head) -> bool:
    """Tell whether the file is one object with Telegram's messages, or with its lists of chats."""
    text = head.text.lstrip("\ufeff \t\r\n")
    if not text.startswith("{"):
        return False
    return all(sign.search(text) for sign in _SIGNS) or bool(_WHOLE_ACCOUNT.search(text))


def load_together(sources: Sequence[Source], sink: Sink, options: Options) -> None:
    """Read each file twice: first for its chats and people, then for its messages."""
    surveys = each_file(sources, sink, _survey)
    known = [source for source in sources if str(source.path) in surveys]
    parties = _parties(known, surveys, options)
    keyed = Keyed(sink)
    read = partial(_read, parties=parties, sink=sink, keyed=keyed, options=options)
    each_file(known, sink, read, again=True)
    keyed.finish()


def _survey(source: Source) -> _Survey:
    survey = _Survey()
    for found in walk(source, Unheard(), *_PLACES):
        if found.path == ("personal_information",):
            survey.owner = found.value if isinstance(found.value, dict) else {}
            continue
        chat = survey.chats.setdefault(_place(found), _Chat())
        if found.path[-1] in _ABOUT:
            if isinstance(found.value, str) and found.value.strip():
                chat.about[found.path[-1]] = found.value.strip()
        elif isinstance(found.value, dict) and found.value.get("type") == "message":
            try:
                chat.authors[_author(found.value)] += 1
            except SpoiltRow:
                continue
    if not any(chat.authors for chat in survey.chats.values()):
        raise NotUsable("empty", f"{source.name} holds no message of a chat. Export it again.")
    return survey


def _place(found: Found) -> tuple[str, ...]:
    path = found.path
    return path[:3] if path[0] in ("chats", "left_chats") else ()


def _author(fields: dict[str, Any]) -> tuple[str, str]:
    """Give the key and the name of who wrote a message; older exports have bare numbers as keys."""
    name = key_of(fields, "from") or "Deleted account"
    key = key_of(fields, "from_id") or name
    return (f"user{key}" if key.isdigit() else key), name


def _parties(
    sources: list[Source], surveys: dict[str, _Survey], options: Options
) -> dict[str, _Party]:
    """Find out whose account it is, or ask once for all files."""
    parties: dict[str, _Party] = {}
    asked: Counter[str] = Counter()
    missing: set[str] = set()
    for source in sources:
        survey = surveys[str(source.path)]
        who = options.answers(FORMAT, source.name, source.inside)
        account = who.account or _owner_name(survey)
        unknown = [c for c in survey.chats.values() if not _known(c, survey)]
        if unknown and not names_people(who):
            missing.add("agents")
            for chat in unknown:
                asked += Counter({name: n for (_, name), n in chat.authors.items()})
        if account is None:
            missing.add("account")
        else:
            parties[str(source.path)] = _Party(survey, account, who)
    if missing:
        raise ask_for(sources[0].name, FORMAT, missing, asked)
    return parties


def _known(chat: _Chat, survey: _Survey) -> bool:
    """Tell whether the export itself says who of a chat writes for the brand."""
    peer = chat.about.get("id") if chat.about.get("type") in _DIRECT else None
    return bool(survey.owner.get("user_id")) or peer is not None or not chat.authors


def _owner_name(survey: _Survey) -> str | None:
    """Give the name of whose export it is, where it says so."""
    try:
        named = key_of(survey.owner, "username", "first_name", "phone_number")
    except SpoiltRow:
        named = None
    if named is not None:
        return named.removeprefix("@")
    names = {
        name
        for chat in survey.chats.values()
        if _known(chat, survey)
        for (key, name) in chat.authors
        if key != f"user{chat.about.get('id')}" and name != chat.about.get("name")
    }
    return names.pop() if len(names) == 1 else None


def _read(
    source: Source, parties: dict[str, _Party], sink: Sink, keyed: Keyed, options: Options
) -> None:
    party = parties[str(source.path)]
    clock = Clock(source.name, options, party.who.time_zone)
    for found in walk(source, sink, *(f"{place}messages.*" for place in _LISTS)):
        try:
            if found.fault is not None:
                raise SpoiltRow(
                    "no JSON object", f"this is no message: {found.fault}", "Export it again."
                )
            fields = entry_of(found.value, "a message")
            keyed.message(_message(fields, party, party.survey.chats[_place(found)], clock, found))
        except SpoiltRow as spoilt:
            sink.problem(found.line, spoilt.problem, found.raw or raw_of(found.value))
    clock.tell(sink)


def _message(
    fields: dict[str, Any], party: _Party, chat: _Chat, clock: Clock, found: Found
) -> Message:
    direct = party.survey.direct(chat)
    namespace = chat.about.get("id") or chat.about.get("name") or party.account
    service = fields.get("type") != "message"
    author, name = ("", "") if service else _author(fields)
    key = key_of(fields, "id")
    reply_to = key_of(fields, "reply_to_message_id") if not fields.get("reply_to_peer_id") else None
    edited = key_of(fields, "edited_unixtime", "edited")
    line, account = found.line, party.account
    sent = key_of(fields, "date_unixtime", "date")
    if sent is None:
        raise SpoiltRow("no date", "date_unixtime and date are missing", "Export the chat again.")
    return Message(
        platform="telegram",
        namespace=party.who.namespace or namespace,
        message_key=key or "",
        account=account,
        channel=party.who.channel or ("Telegram" if direct else "Telegram group"),
        thread_key=namespace if direct else None,
        reply_to_key=None if reply_to == key else reply_to,
        author_key=author or None,
        author_name=name or None,
        role="system" if service else _role(author, name, party, chat),
        visibility=_visibility(chat, direct),
        sent_at=clock.instant(sent, "date", account, line),
        edited_at=clock.instant(edited, "edited", account, line)
        if edited and not edited.startswith(_NEVER) and edited != "0"
        else None,
        event=None,
        text=_service_text(fields) if service else _text(fields),
        line=line,
    )


def _visibility(chat: _Chat, direct: bool) -> str:
    # What somebody saves for himself is a note.
    if chat.about.get("type") == "saved_messages":
        return "internal"
    return "private" if direct else "public"


def _role(author: str, name: str, party: _Party, chat: _Chat) -> str:
    """Give a role: as a person listed it, else as the export says, else customer."""
    said = party.who.role(author, name, author.removeprefix("user"))
    if said != "customer":
        return said
    owner = str(party.survey.owner.get("user_id") or "")
    number = chat.about.get("id", "")
    if chat.about.get("type") in _DIRECT and number:
        if author == f"user{number}":
            return "bot" if chat.about["type"] == "bot_chat" else "customer"
        # Where a person named who writes for the brand, nobody else does.
        return "customer" if names_people(party.who) else "agent"
    # Who speaks as the group or the channel itself speaks for the brand.
    return "agent" if author in (f"user{owner}", f"channel{number}") else "customer"


def _text(fields: dict[str, Any]) -> str | None:
    """Join the parts of a text; a sticker without one gives its emoji."""
    return _joined(fields.get("text")) or text_of(fields, "sticker_emoji")


def _joined(value: object) -> str | None:
    parts = value if isinstance(value, list) else [value]
    return "".join(_part_texts(parts)).replace("\x00", "") or None


def _part_texts(parts: list[Any]) -> Iterator[str]:
    for part in parts:
        text = part.get("text") if isinstance(part, dict) else part
        if isinstance(text, str):
            yield text


def _service_text(fields: dict[str, Any]) -> str | None:
    action = fields.get("action")
    return action.replace("\x00", "") or None if isinstance(action, str) else None
