"""A page's inbox as Meta's Graph API returns it: conversations with their messages, page by page.

Read are the answers of `/{page}/conversations?fields=participants,messages{id,created_time,from,to,message}`:
one answer a file, one a line, or a list of them; also a single conversation, and a list of messages.
The page is who takes part in every conversation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from loaders.answers import Answers
from loaders.chats import Keyed, ask_for, each_file, names_people, owner_of
from loaders.json_fields import entry_of, key_of, object_of, objects_of, raw_of, text_of, whole
from loaders.json_items import items
from loaders.json_walk import walk
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import NotUsable, SpoiltRow
from loaders.sink import Sink, Unheard
from loaders.source import Head, Source
from loaders.times import Clock

FORMAT = "graph"
TITLE = "Page inbox (Graph API JSON)"
EXPECTS = "data with conversations, whose messages have created_time and from"

_TIME = re.compile(r'"created_time"\s*:\s*"\d{4}-\d\d-\d\dT[\d:]{8}\+\d{4}"')
_FROM = re.compile(r'"from"\s*:\s*\{')
_LISTS = re.compile(r'"(?:data|messages)"\s*:\s*[\[{]')
# Posts and comments have these times and authors too, but they are no messages.
_INBOX = re.compile(r'"messages"\s*:\s*\{\s*"data"|"id"\s*:\s*"(?:t_|m_|aWd)')
_PAGE_IN_LINK = re.compile(r"^/?(\d{5,})/")


class _Entry(NamedTuple):
    """One message with what its conversation says, and the line that this begins on."""

    fields: Any
    thread: str | None
    line: int
    fault: str | None = None
    raw: str = ""


@dataclass
class _Survey:
    """One file, read once: who takes part in each conversation, and who writes how much."""

    circles: list[set[str]] = field(default_factory=list)
    authors: Counter[str] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)
    page: str | None = None
    instagram: bool = False
    more: bool = False


@dataclass(frozen=True)
class _Party:
    """What one file's messages have in common."""

    account: str
    who: Answers
    owner: str | None
    instagram: bool


def identify(head: Head) -> bool:
    """Tell whether the file is JSON with messages as the Graph API writes them."""
    text = head.text.lstrip("\ufeff \t\r\n")
    if not text.startswith(("{", "[")):
        return False
    return all(sign.search(text) for sign in (_TIME, _FROM, _LISTS, _INBOX))


def load_together(sources: Sequence[Source], sink: Sink, options: Options) -> None:
    """Read each file twice: first for the people in all of them, then for its messages."""
    surveys = each_file(sources, sink, _survey)
    known = [source for source in sources if str(source.path) in surveys]
    parties = _parties(known, surveys, options)
    keyed = Keyed(sink)
    read = partial(_read, parties=parties, sink=sink, keyed=keyed, options=options)
    each_file(known, sink, read, again=True)
    keyed.finish()
    if any(survey.more for survey in surveys.values()):
        sink.note(
            "The Graph API says that there is more: fetch what stands under paging, next, until there is none, "
            "and load these files too."
        )


def _conversations(source: Source, sink: Sink) -> Iterator[tuple[Any, int, str | None, str]]:
    """Yield each conversation, or each message that stands outside one, and what pages say of the next."""
    text = source.head.text.strip("\ufeff \t\r\n")
    first = text.partition("\n")[0].rstrip()
    if text.startswith("{") and first.endswith("}") and "\n" in text:
        for item in items(source, sink):
            page = item.fields
            whole = [page] if "data" not in page else objects_of(page, "data")
            fault = str(item.fault) if item.fault else None
            yield from ((one, item.line, fault, item.raw if fault else "") for one in whole)
            yield ({"paging": page.get("paging")}, item.line, None, "")
        return
    prefix = "*." if text.startswith("[") else ""
    single = bool(re.match(r'\{\s*"(?:messages|id|link|updated_time|participants)"', text))
    if single:
        yield from ((f.value, f.line, f.fault, f.raw) for f in _single(source, sink))
        return
    for found in walk(source, sink, f"{prefix}data.*", f"{prefix}paging"):
        value = {"paging": found.value} if found.path[-1] == "paging" else found.value
        yield value, found.line, found.fault, found.raw


def _single(source: Source, sink: Sink) -> Iterator[Any]:
    """Yield the one conversation that the file is."""
    for found in items(source, sink):
        yield _Whole(found.fields, found.line, str(found.fault) if found.fault else None, found.raw)


class _Whole(NamedTuple):
    value: Any
    line: int
    fault: str | None
    raw: str


def _survey(source: Source) -> _Survey:
    survey = _Survey()
    for value, _, _, _ in _conversations(source, Unheard()):
        if not isinstance(value, dict):
            continue
        survey.more = survey.more or bool(object_of(value, "paging").get("next"))
        circle = {
            _person(one, survey) for one in objects_of(object_of(value, "participants"), "data")
        }
        link = value.get("link")
        if isinstance(link, str) and (found := _PAGE_IN_LINK.match(link)):
            survey.page = found[1]
        for message in _messages(value):
            survey.more = survey.more or bool(
                object_of(object_of(value, "messages"), "paging").get("next")
            )
            sender = _person(object_of(message, "from"), survey)
            circle |= {sender}
            circle |= {_person(o, survey) for o in objects_of(object_of(message, "to"), "data")}
            if sender:
                survey.authors[sender] += 1
        survey.circles.append(circle - {""})
    if not survey.authors:
        raise NotUsable("empty", f"{source.name} holds no message of an inbox. Fetch it again.")
    return survey


def _messages(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the messages of a conversation; a message outside one is its own."""
    if "created_time" in value and "from" in value:
        return [value]
    return objects_of(object_of(value, "messages"), "data")


def _person(fields: dict[str, Any], survey: _Survey) -> str:
    """Give the id of a person, and remember the name."""
    try:
        username = key_of(fields, "username")
        name = username or key_of(fields, "name")
        key = key_of(fields, "id") or name
    except SpoiltRow:
        return ""
    if key is None:
        return ""
    survey.instagram = survey.instagram or username is not None
    survey.names.setdefault(key, name or key)
    return key


def _parties(
    sources: list[Source], surveys: dict[str, _Survey], options: Options
) -> dict[str, _Party]:
    """Find out which of all people the page is, or ask once for all files."""
    parties: dict[str, _Party] = {}
    asked: Counter[str] = Counter()
    missing: set[str] = set()
    everybody = owner_of(circle for s in surveys.values() for circle in s.circles)
    for source in sources:
        survey = surveys[str(source.path)]
        who = options.answers(FORMAT, source.name, source.inside)
        owner = survey.page if survey.page in survey.names else everybody
        if owner is None and who.account:
            owner = next((k for k, n in survey.names.items() if who.account in (k, n)), None)
        account = who.account or (survey.names.get(owner) if owner else None)
        if owner is None and not names_people(who):
            missing.add("agents")
            asked += Counter({survey.names[key]: n for key, n in survey.authors.items()})
        if account is None:
            missing.add("account")
        else:
            parties[str(source.path)] = _Party(account, who, owner, survey.instagram)
    if missing:
        raise ask_for(sources[0].name, FORMAT, missing, asked)
    return parties


def _read(
    source: Source, parties: dict[str, _Party], sink: Sink, keyed: Keyed, options: Options
) -> None:
    party = parties[str(source.path)]
    clock = Clock(source.name, options, party.who.time_zone)
    for entry in _entries(source, sink):
        try:
            if entry.fault is not None:
                raise SpoiltRow(
                    "no JSON object", f"this is no conversation: {entry.fault}", "Fetch it again."
                )
            fields = entry_of(entry.fields, "a message")
            keyed.message(_message(fields, entry, party, clock))
        except SpoiltRow as spoilt:
            sink.problem(entry.line, spoilt.problem, entry.raw or raw_of(entry.fields))


def _entries(source: Source, sink: Sink) -> Iterator[_Entry]:
    for value, line, fault, raw in _conversations(source, sink):
        if fault is not None or not isinstance(value, dict):
            yield _Entry(value, None, line, fault, raw)
            continue
        if "created_time" in value and "from" in value:
            yield _Entry(value, None, line)
            continue
        listed = object_of(value, "messages").get("data")
        thread = value.get("id")
        for one in listed if isinstance(listed, list) else ():
            yield _Entry(one, whole(thread) if isinstance(thread, str) else None, line)


def _message(fields: dict[str, Any], entry: _Entry, party: _Party, clock: Clock) -> Message:
    sender = object_of(fields, "from")
    name = key_of(sender, "username", "name")
    author = key_of(sender, "id") or name
    sent = key_of(fields, "created_time")
    if author is None or sent is None:
        what = "from" if author is None else "created_time"
        raise SpoiltRow(f"no {what}", f"{what} is missing", f"Fetch it with the field {what}.")
    role = "agent" if author == party.owner else party.who.role(author, name)
    to = [
        key for o in objects_of(object_of(fields, "to"), "data") if (key := key_of(o, "id", "name"))
    ]
    other = author if role == "customer" else next(iter(to), None)
    platform = party.who.platform or ("instagram" if party.instagram else "messenger")
    return Message(
        platform=platform,
        namespace=party.who.namespace or "",
        message_key=key_of(fields, "id") or "",
        account=party.account,
        channel=party.who.channel or ("Instagram messages" if party.instagram else "Messenger"),
        thread_key=entry.thread or other,
        reply_to_key=key_of(object_of(fields, "reply_to"), "mid", "id"),
        author_key=author,
        author_name=name,
        role=role,
        visibility="private",
        sent_at=clock.instant(sent, "created_time", party.account, entry.line),
        edited_at=None,
        event=None,
        text=text_of(fields, "message"),
        line=entry.line,
    )
