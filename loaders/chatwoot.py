"""Chatwoot conversations with their messages, as its API gives them.

`message_type` is 0 for what comes in, 1 for what goes out, 2 for what happened, 3 for a template that
Chatwoot sends by itself. Times are seconds since 1970.
"""

from __future__ import annotations

import re

from loaders.helpdesk import Desk, Ticket
from loaders.helpdesk_channels import channel_named
from loaders.helpdesk_json import Fields, first_records
from loaders.helpdesk_values import obj, text, yes
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.sink import Sink
from loaders.source import Head, Source

FORMAT = "chatwoot"
TITLE = "Chatwoot conversations (JSON)"
EXPECTS = "id, inbox_id, status and messages with message_type, private and sender"
# Pages are often kept one file each.
TOGETHER = True

_PAGES = ("data.payload", "payload", "data")
_IN, _OUT, _HAPPENED, _TEMPLATE = "0", "1", "2", "3"
_TYPES = {"incoming": _IN, "outgoing": _OUT, "activity": _HAPPENED, "template": _TEMPLATE}
_BOTS = ("agentbot", "agent_bot", "captain::assistant", "captain_assistant", "bot")
_NUMBERED = {"customer": "contact", "bot": "bot"}
# Chatwoot tells of a change only in words. These are the English ones.
_RESOLVED = re.compile(
    r"\bmarked (?:as )?resolved\b|\bwas resolved\b|\bresolved (?:the|this) conversation\b"
)
_REOPENED = re.compile(r"\bre-?opened\b")
# A message that never reached the customer, as its name and as its number.
_FAILED = ("failed", "3")


def identify(head: Head) -> bool:
    """Tell whether one of the first records is a conversation or a message of Chatwoot."""
    found = first_records(head, *_PAGES)
    return any(_is_conversation(fields) or _is_message(fields) for fields in found)


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read the conversations, or messages, one by one."""
    Desk("chatwoot", FORMAT, source, sink, options).load(_read, *_PAGES)


def _is_message(fields: Fields) -> bool:
    # A webhook names the whole conversation of a message.
    known = "conversation_id" in fields or "id" in obj(fields.get("conversation"))
    return (
        known
        and "message_type" in fields
        and ("private" in fields or "content_type" in fields or "inbox_id" in fields)
    )


def _is_conversation(fields: Fields) -> bool:
    return {"id", "inbox_id", "messages"} <= set(fields) and (
        "status" in fields or "meta" in fields or "can_reply" in fields
    )


def _read(desk: Desk, fields: Fields, line: int) -> None:
    if _is_message(fields):
        named = text(obj(fields.get("inbox")).get("name"))
        talk = obj(fields.get("conversation"))
        key = fields.get("conversation_id") or talk.get("display_id") or talk.get("id")
        _message(desk, desk.ticket(key, named, channel_named(talk.get("channel")), line), fields)
        return
    if not _is_conversation(fields):
        raise SpoiltRow(
            "no conversation",
            "this is no conversation of Chatwoot: it has no id, inbox_id, status and messages",
            "Leave only conversations, or messages, in the file.",
        )
    meta = obj(fields.get("meta"))
    inbox = obj(fields.get("inbox"))
    named = text(inbox.get("name")) or text(fields.get("inbox_name"))
    channel = meta.get("channel") or fields.get("channel") or inbox.get("channel_type")
    ticket = desk.ticket(fields.get("id"), named, channel_named(channel), line)
    told = [_message(desk, ticket, each) for each in desk.parts(fields.get("messages"), ticket)]
    if text(fields.get("status")) == "resolved" and "closed" not in told:
        at = fields.get("updated_at") or fields.get("last_activity_at") or fields.get("timestamp")
        desk.event(ticket, fields, event="closed", key=f"{ticket.key}:closed", at=at, edited=at)


def _message(desk: Desk, ticket: Ticket, fields: Fields) -> str | None:
    """Hand on one message; give the event that it tells of."""
    written = text(fields.get("message_type")) or ""
    kind = _TYPES.get(written.lower(), written)
    words = text(fields.get("content"))
    if kind == _HAPPENED:
        return _happened(desk, ticket, fields, words)
    sender = obj(fields.get("sender"))
    author, name = text(sender.get("id")), text(sender.get("name"))
    said = _role(kind, text(sender.get("type")) or text(fields.get("sender_type")))
    if said == "agent" and _by_itself(fields):
        said = "bot"
    if said is None:
        desk.spoilt(
            ticket,
            fields,
            "unknown message_type",
            f"message_type is {written or 'missing'}, expected 0, 1, 2 or 3",
            "Export the conversation again.",
        )
        return None
    desk.put(
        ticket,
        fields,
        key=fields.get("id"),
        at=fields.get("created_at"),
        role=desk.role(said, author, name, text(sender.get("email"))),
        # Contacts, bots and users are numbered apart.
        author=author if said == "agent" or author is None else f"{_NUMBERED[said]} {author}",
        name=name,
        words=words,
        internal=bool(yes(fields.get("private"))) or text(fields.get("status")) in _FAILED,
        edited=fields.get("updated_at") if _was_edited(fields) else None,
    )
    return None


def _by_itself(fields: Fields) -> bool:
    """Tell whether a rule or a campaign sent this, in nobody's or somebody's name."""
    attributes = obj(fields.get("content_attributes"))
    campaign = obj(fields.get("additional_attributes")).get("campaign_id")
    return bool(attributes.get("automation_rule_id") or campaign)


def _role(kind: str, sender: str | None) -> str | None:
    if kind == _IN:
        return "customer"
    if kind == _TEMPLATE:
        return "bot"
    if kind == _OUT:
        return "bot" if (sender or "").lower() in _BOTS else "agent"
    return None


def _happened(desk: Desk, ticket: Ticket, fields: Fields, words: str | None) -> str | None:
    plain = (words or "").lower()
    event = "closed" if _RESOLVED.search(plain) else "reopened" if _REOPENED.search(plain) else None
    key = text(fields.get("id"))
    if event and key:
        desk.event(ticket, fields, event=event, key=key, at=fields.get("created_at"))
    return event


def _was_edited(fields: Fields) -> bool:
    attributes = obj(fields.get("content_attributes"))
    return bool(attributes.get("edited") or attributes.get("deleted"))
