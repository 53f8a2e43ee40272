"""Help Scout conversations with their threads, as its Mailbox API gives them with `embed=threads`.

A thread of the type `customer` is the customer's, `message` a reply, `note` internal, `lineitem` a change.
Times are ISO 8601 in UTC.
"""

from __future__ import annotations

from typing import Any

from loaders.helpdesk import Desk, Ticket
from loaders.helpdesk_channels import channel_named
from loaders.helpdesk_json import Fields, first_records
from loaders.helpdesk_values import obj, text, words_of
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.sink import Sink
from loaders.source import Head, Source

FORMAT = "helpscout"
TITLE = "Help Scout conversations (JSON)"
EXPECTS = "id, number, mailboxId, createdAt and threads"
# Pages are often kept one file each.
TOGETHER = True

_PAGES = ("_embedded.conversations", "conversations", "items")
_OF_CONVERSATION = (
    "mailboxId", "mailbox", "primaryCustomer", "customerWaitingSince", "userUpdatedAt", "folderId",
)  # fmt: skip
# What is not listed here, such as a forward to somebody else, the customer does not see.
_ROLES = {"customer": "customer", "message": "agent", "reply": "agent"}
_BY_WRITER = ("chat", "beaconchat", "phone")
_HIDDEN = ("draft", "hidden", "review", "underreview")
LEFT_OUT = "conversations left out because they are spam or deleted"
NO_THREADS = "conversations left out because they stand there without their threads"


def identify(head: Head) -> bool:
    """Tell whether one of the first records is a conversation of Help Scout."""
    return any(_is_conversation(fields) for fields in first_records(head, *_PAGES))


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read the conversations one by one."""
    Desk("helpscout", FORMAT, source, sink, options).load(_read, *_PAGES)


def _is_conversation(fields: Fields) -> bool:
    enough = sum(key in fields for key in _OF_CONVERSATION) >= 2
    return {"id", "number", "createdAt", "status"} <= set(fields) and enough


def _threads(fields: Fields) -> Any:
    inside = obj(fields.get("_embedded")).get("threads")
    if inside is not None:
        return inside
    threads = fields.get("threads")
    # In the list of conversations it is only their number.
    return threads if isinstance(threads, list) else None


def _read(desk: Desk, fields: Fields, line: int) -> None:
    if not _is_conversation(fields):
        raise SpoiltRow(
            "no conversation",
            "this is no conversation of Help Scout: it has no id, number, status, createdAt and mailboxId",
            "Leave only conversations in the file.",
        )
    if text(fields.get("status")) == "spam" or text(fields.get("state")) == "deleted":
        desk.leave(LEFT_OUT)
        return
    mailbox = obj(fields.get("mailbox"))
    account = text(mailbox.get("email")) or text(mailbox.get("name"))
    ticket = desk.ticket(fields.get("id"), account, channel_named(fields.get("type")), line)
    threads = _threads(fields)
    if threads is None:
        desk.leave(NO_THREADS)
    told = [_thread(desk, ticket, each) for each in desk.parts(threads, ticket)]
    if text(fields.get("status")) == "closed" and threads and "closed" not in told:
        changed = fields.get("userUpdatedAt") or fields.get("userModifiedAt")
        at = fields.get("closedAt") or changed
        desk.event(
            ticket, fields, event="closed", key=f"{ticket.key}:closed", at=at, edited=changed
        )


def _thread(desk: Desk, ticket: Ticket, fields: Fields) -> str | None:
    """Hand on one thread; give the event that it tells of."""
    kind = (text(fields.get("type")) or "").lower()
    if (text(fields.get("state")) or "").lower() in _HIDDEN:
        return None
    by = obj(fields.get("createdBy"))
    writer = "customer" if text(by.get("type")) == "customer" else "agent"
    said = _ROLES.get(kind, writer if kind in _BY_WRITER else "agent")
    # A workflow answers in the name of the team, with its own action.
    automatic = "workflow" in (text(obj(fields.get("action")).get("type")) or "")
    words = words_of(text(fields.get("body")))
    person = by or obj(fields.get("customer"))
    author = text(person.get("id"))
    name = _full_name(person)
    if kind != "lineitem":
        desk.put(
            ticket,
            fields,
            key=fields.get("id"),
            at=fields.get("createdAt"),
            role=desk.role(
                "bot" if automatic and said == "agent" else said,
                author,
                name,
                text(person.get("email")),
            ),
            author=author,
            name=name,
            words=words,
            internal=kind not in _ROLES and kind not in _BY_WRITER,
        )
        if kind != "message":
            return None
    return _change(desk, ticket, fields, kind)


def _change(desk: Desk, ticket: Ticket, fields: Fields, kind: str) -> str | None:
    """Hand on that a reply or a change closed the conversation, or that a change opened it again."""
    status, key = text(fields.get("status")), text(fields.get("id"))
    event = "closed" if status == "closed" else None
    if status == "active" and kind == "lineitem":
        event = "reopened"
    if event and key:
        at = fields.get("createdAt")
        desk.event(ticket, fields, event=event, key=f"{key}:{event}", at=at)
    return event


def _full_name(person: Fields) -> str | None:
    names = (text(person.get(key)) for key in ("first", "firstName", "last", "lastName"))
    return " ".join(name for name in names if name) or None
