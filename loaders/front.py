"""Front conversations with their messages and comments, as its API gives them.

Comments are internal. Times are seconds since 1970 with a fraction. An outbound message that names
no teammate counts as sent by a rule, unless its address is listed under the agents.
"""

from __future__ import annotations

import re
from typing import Any

from loaders.helpdesk import Desk, Ticket
from loaders.helpdesk_channels import channel_named
from loaders.helpdesk_json import Fields, first_records
from loaders.helpdesk_values import obj, text, words_of, yes
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.sink import Sink
from loaders.source import Head, Source

FORMAT = "front"
TITLE = "Front conversations (JSON)"
EXPECTS = "id (cnv_…), status and messages with is_inbound, created_at and recipients"
# Pages are often kept one file each.
TOGETHER = True

_PAGES = ("_results", "conversations")
_CONVERSATION = re.compile(r"/conversations/(cnv_\w+)")
_BRAND_ROLES = {True: ("to", "cc", "bcc"), False: ("from",)}
NO_MESSAGES = "conversations left out because they stand there without their messages"
LEFT_OUT = "conversations left out because they are spam or deleted"


def identify(head: Head) -> bool:
    """Tell whether one of the first records is a conversation, a message or a comment of Front."""
    return any(_kind(fields) for fields in first_records(head, *_PAGES))


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read the conversations, or messages and comments, one by one."""
    Desk("front", FORMAT, source, sink, options).load(_read, *_PAGES)


def _kind(fields: Fields) -> str | None:
    key = text(fields.get("id")) or ""
    if key.startswith("msg_") and "is_inbound" in fields:
        return "message"
    if key.startswith("com_") and "posted_at" in fields:
        return "comment"
    return "conversation" if key.startswith("cnv_") and "status" in fields else None


def _read(desk: Desk, fields: Fields, line: int) -> None:
    kind = _kind(fields)
    if kind is None:
        raise SpoiltRow(
            "no conversation",
            "this is no conversation, message or comment of Front: its id begins with none of cnv_, msg_, com_",
            "Leave only those in the file.",
        )
    if kind == "conversation":
        _conversation(desk, fields, line)
        return
    link = text(obj(obj(fields.get("_links")).get("related")).get("conversation")) or ""
    found = _CONVERSATION.search(link)
    key = fields.get("conversation_id") or (found[1] if found else None)
    if kind == "comment":
        # Without its conversation only the answers tell whose it is.
        ticket = desk.ticket(key, None, None, line)
        _comment(desk, ticket, fields)
        return
    ticket = desk.ticket(key, _address([fields]), channel_named(fields.get("type")), line)
    _message(desk, ticket, fields)


def _conversation(desk: Desk, fields: Fields, line: int) -> None:
    status = text(fields.get("status"))
    if status in ("spam", "deleted", "trashed"):
        desk.leave(LEFT_OUT)
        return
    messages = _results(fields.get("messages"))
    if messages is None:
        desk.leave(NO_MESSAGES)
        return
    inboxes = _results(fields.get("inboxes")) or []
    named = next((text(obj(i).get("name")) for i in inboxes if text(obj(i).get("name"))), None)
    sound = [each for each in messages if isinstance(each, dict)]
    kind = next((each.get("type") for each in sound if each.get("type")), None)
    ticket = desk.ticket(fields.get("id"), named or _address(sound), channel_named(kind), line)
    for message in desk.parts(messages, ticket):
        _message(desk, ticket, message)
    for comment in desk.parts(_results(fields.get("comments")), ticket):
        _comment(desk, ticket, comment)
    if status == "archived" or text(fields.get("status_category")) == "resolved":
        at = fields.get("updated_at") or _latest(sound)
        desk.event(ticket, fields, event="closed", key=f"{ticket.key}:closed", at=at, edited=at)


def _results(value: Any) -> list[Any] | None:
    found = value.get("_results") if isinstance(value, dict) else value
    return found if isinstance(found, list) else None


def _latest(messages: list[Fields]) -> str | None:
    return max((text(each.get("created_at")) or "" for each in messages), default="") or None


def _message(desk: Desk, ticket: Ticket, fields: Fields) -> None:
    if yes(fields.get("is_draft")):
        return
    inbound = yes(fields.get("is_inbound"))
    author = obj(fields.get("author"))
    if inbound:
        sender = _recipient(fields, ("from",))
        key, name = text(sender.get("handle")), text(sender.get("name"))
        said = "customer"
    else:
        sender = _recipient(fields, ("from",))
        key, name = text(author.get("id")) or text(sender.get("handle")), _full_name(author)
        said = "agent" if author else "bot"
    body = text(fields.get("text")) or words_of(text(fields.get("body")))
    desk.put(
        ticket,
        fields,
        key=fields.get("id"),
        at=fields.get("created_at"),
        role=desk.role(said, key, name, text(author.get("email"))),
        author=key,
        name=name,
        words=body or text(fields.get("blurb")),
        # What failed never reached the customer.
        internal=text(fields.get("error_type")) is not None,
    )


def _comment(desk: Desk, ticket: Ticket, fields: Fields) -> None:
    author = obj(fields.get("author"))
    key, name = text(author.get("id")), _full_name(author)
    desk.put(
        ticket,
        fields,
        key=fields.get("id"),
        at=fields.get("posted_at"),
        role=desk.role("agent", key, name, text(author.get("email"))),
        author=key,
        name=name,
        words=text(fields.get("body")),
        internal=True,
    )


def _recipient(message: Fields, roles: tuple[str, ...]) -> Fields:
    given = message.get("recipients")
    for each in given if isinstance(given, list) else ():
        if isinstance(each, dict) and text(each.get("role")) in roles:
            return each
    return {}


def _address(messages: list[Fields]) -> str | None:
    """Give the brand's address: where customers write to, and what it answers from."""
    for message in sorted(messages, key=lambda each: text(each.get("created_at")) or "~"):
        inbound = yes(message.get("is_inbound"))
        if inbound is not None:
            handle = text(_recipient(message, _BRAND_ROLES[inbound]).get("handle"))
            if handle:
                return handle
    return None


def _full_name(author: Fields) -> str | None:
    names = (text(author.get(key)) for key in ("first_name", "last_name"))
    return " ".join(name for name in names if name) or text(author.get("username"))
