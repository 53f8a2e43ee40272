"""The archive that X gives of one's own account: `tweets.js`, `direct-messages.js`, `account.js`.

Each file is a JSON list behind `window.YTD.… =`. Only the account's own posts are in it, so a question is known
only by the id that a reply names. Direct messages are there from both sides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from loaders.answers import Answers
from loaders.chats import ask_for, each_file, names_people, owner_of
from loaders.json_fields import entry_of, key_of, object_of, objects_of, raw_of, text_of
from loaders.json_items import Item, items
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import NotUsable, SpoiltRow
from loaders.sink import Sink, Unheard
from loaders.source import Head, Source, source_at
from loaders.times import Clock

FORMAT = "x_archive"
TITLE = "X account archive (tweets.js, direct-messages.js)"
EXPECTS = "window.YTD.tweets or window.YTD.direct_messages with a list"

_PREFIX = re.compile(
    r"\ufeff?\s*window\.YTD\.(tweets?|account|direct_messages?(?:_group)?)\.part\d+\s*=\s*(?=\[)"
)
_RETWEET = re.compile(r"RT @\w+:")
_BYTES = 1024 * 1024


@dataclass
class _Survey:
    """All files, read once: whose archive it is, and who writes direct messages."""

    handle: str | None = None
    key: str | None = None
    circles: list[set[str]] = field(default_factory=list)
    authors: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Party:
    """What all messages have in common."""

    account: str
    key: str | None
    who: Answers


def identify(head: Head) -> bool:
    """Tell whether the file is one of those that are read, by what stands before its list."""
    return _PREFIX.match(head.text) is not None


def load_together(sources: Sequence[Source], sink: Sink, options: Options) -> None:
    """Find out whose archive it is, then read posts and direct messages."""
    lists = [(_kind(source), _bare(source, sink, place)) for place, source in enumerate(sources)]
    survey = _Survey()
    for kind, source in lists:
        if kind == "account":
            _account(source, survey)
        elif kind.startswith("direct"):
            _people(source, survey)
    read = [(kind, source) for kind, source in lists if kind != "account"]
    if not read:
        raise NotUsable(
            "empty",
            f"{sources[0].name} says whose archive it is and holds no message. Load the whole archive.",
        )
    parties = {str(source.path): _party(kind, source, survey, options) for kind, source in read}
    kinds = {str(source.path): kind for kind, source in read}
    left_out: Counter[str] = Counter()

    def each(source: Source) -> None:
        kind, party = kinds[str(source.path)], parties[str(source.path)]
        clock = Clock(source.name, options, party.who.time_zone)
        entries = _posts if kind.startswith("tweet") else _direct_messages
        for entry, fields, fault in entries(items(source, sink)):
            try:
                if fault is not None:
                    raise fault
                message = (_post if kind.startswith("tweet") else _direct)(
                    fields, entry, party, clock
                )
            except SpoiltRow as spoilt:
                raw = entry.raw if entry.fault or kind.startswith("tweet") else raw_of(fields)
                sink.problem(entry.line, spoilt.problem, raw)
                continue
            if isinstance(message, str):
                left_out[message] += 1
            else:
                sink.message(message)

    each_file([source for _, source in read], sink, each, again=True)
    for what, count in sorted(left_out.items()):
        sink.note(f"Left out: {what} ({count:,}).")


def _kind(source: Source) -> str:
    found = _PREFIX.match(source.head.text)
    return found[1] if found else "account"


def _bare(source: Source, sink: Sink, place: int) -> Source:
    """Copy a file without what stands before its list; its lines stay where they are."""
    target = sink.scratch / f"archive-{place}.json"
    start = source.head.data.find(b"[")
    with source.path.open("rb") as file, target.open("wb") as bare:
        file.seek(max(start, 0))
        while piece := file.read(_BYTES):
            bare.write(piece)
    return source_at(target, source.name, source.inside)


def _account(source: Source, survey: _Survey) -> None:
    for item in items(source, Unheard()):
        fields = object_of(item.fields, "account") or item.fields
        try:
            survey.handle = key_of(fields, "username") or survey.handle
            survey.key = key_of(fields, "accountId") or survey.key
        except SpoiltRow:
            continue


def _people(source: Source, survey: _Survey) -> None:
    for item in items(source, Unheard()):
        conversation = object_of(item.fields, "dmConversation")
        circle: set[str] = set()
        for one in objects_of(conversation, "messages"):
            try:
                created = object_of(one, "messageCreate")
                sender, recipient = key_of(created, "senderId"), key_of(created, "recipientId")
            except SpoiltRow:
                continue
            circle |= {key for key in (sender, recipient) if key}
            if sender:
                survey.authors[sender] += 1
        survey.circles.append(circle)


def _party(kind: str, source: Source, survey: _Survey, options: Options) -> _Party:
    """Say whose messages these are, or ask."""
    who = options.answers(FORMAT, source.name, source.inside)
    key = survey.key or owner_of(survey.circles)
    account = who.account or survey.handle
    direct = kind.startswith("direct") and key is None and not names_people(who)
    if account is None or direct:
        missing = (["account"] if account is None else []) + (["agents"] if direct else [])
        raise ask_for(source.name, FORMAT, missing, survey.authors)
    return _Party(account.removeprefix("@"), key, who)


_Found = tuple[Item, dict[str, Any], SpoiltRow | None]


def _posts(found: Iterator[Item]) -> Iterator[_Found]:
    for item in found:
        # Archives from before 2019 have the posts without a wrapping.
        yield item, object_of(item.fields, "tweet") or item.fields, item.fault


def _direct_messages(found: Iterator[Item]) -> Iterator[_Found]:
    for item in found:
        conversation = object_of(item.fields, "dmConversation")
        if item.fault is not None or not conversation:
            fault = item.fault or SpoiltRow(
                "no conversation", "dmConversation is missing", "Ask X for the archive again."
            )
            yield item, item.fields, fault
            continue
        listed = conversation.get("messages")
        for one in listed if isinstance(listed, list) else ():
            try:
                fields = entry_of(one, "a message")
            except SpoiltRow as spoilt:
                yield item, {"entry": one}, spoilt
                continue
            yield item, {"thread": conversation.get("conversationId"), **fields}, None


def _post(fields: dict[str, Any], item: Item, party: _Party, clock: Clock) -> Message | str:
    """Make a message of a post, or say what is left out."""
    key, sent = key_of(fields, "id_str", "id"), key_of(fields, "created_at")
    if key is None or sent is None:
        what = "id_str" if key is None else "created_at"
        raise SpoiltRow(f"no {what}", f"{what} is missing", "Ask X for the archive again.")
    text = text_of(fields, "full_text", "text")
    if text and _RETWEET.match(text):
        return "retweets, which are other people's words"
    versions = object_of(object_of(fields, "edit_info"), "initial").get("editTweetIds")
    if isinstance(versions, list) and versions and key != versions[-1] and key in versions:
        return "older versions of edited posts"
    parent = key_of(fields, "in_reply_to_status_id_str", "in_reply_to_status_id")
    return Message(
        platform="x",
        namespace=party.who.namespace or "",
        message_key=key,
        account=party.account,
        channel=party.who.channel or "X mentions",
        thread_key=None,
        reply_to_key=None if parent == key else parent,
        author_key=party.account,
        author_name=None,
        role="agent",
        visibility="public",
        sent_at=clock.instant(sent, "created_at", party.account, item.line),
        edited_at=None,
        event=None,
        text=text,
        line=item.line,
    )


def _direct(fields: dict[str, Any], item: Item, party: _Party, clock: Clock) -> Message | str:
    """Make a message of an entry of a conversation, or say what is left out."""
    created = object_of(fields, "messageCreate")
    if not created:
        return "joins, reactions and the like in direct messages"
    key, sent = key_of(created, "id"), key_of(created, "createdAt")
    author = key_of(created, "senderId")
    if key is None or sent is None or author is None:
        what = "id" if key is None else "createdAt" if sent is None else "senderId"
        raise SpoiltRow(f"no {what}", f"{what} is missing", "Ask X for the archive again.")
    role = party.who.role(author)
    own = author == party.key
    return Message(
        platform="x",
        namespace=party.who.namespace or "",
        message_key=key,
        account=party.account,
        channel=party.who.channel or "X direct messages",
        thread_key=key_of(fields, "thread"),
        reply_to_key=None,
        author_key=party.account if own else author,
        author_name=None,
        role="agent" if own and role == "customer" else role,
        visibility="private",
        sent_at=clock.instant(sent, "createdAt", party.account, item.line),
        edited_at=None,
        event=None,
        text=text_of(created, "text"),
        line=item.line,
    )
