"""Gorgias tickets with their messages, as its API gives them.

`from_agent` tells the direction, `public` an internal note, `rule_id` what a rule sent. Times are
ISO 8601; those without an offset are UTC.
"""

from __future__ import annotations

from typing import Any

from loaders.helpdesk import Desk, Ticket
from loaders.helpdesk_channels import channel_named
from loaders.helpdesk_json import Fields, first_records
from loaders.helpdesk_values import obj, text, words_of, yes
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.sink import Sink
from loaders.source import Head, Source

FORMAT = "gorgias"
TITLE = "Gorgias tickets (JSON)"
EXPECTS = "id, status, channel, created_datetime and messages with from_agent and public"
# Pages are often kept one file each.
TOGETHER = True

_PAGES = ("data", "tickets", "messages")
_NOTE = "internal-note"
_OF_TICKET = (
    "messages", "from_agent", "opened_datetime", "closed_datetime", "messages_count",
    "last_received_message_datetime",
)  # fmt: skip
NO_MESSAGES = "tickets left out because they stand there without their messages"
LEFT_OUT = "tickets left out because they are spam or in the trash"


def identify(head: Head) -> bool:
    """Tell whether one of the first records is a ticket or a message of Gorgias."""
    found = first_records(head, *_PAGES)
    return any(_is_ticket(fields) or _is_message(fields) for fields in found)


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read the tickets, or messages, one by one."""
    Desk("gorgias", FORMAT, source, sink, options).load(_read, *_PAGES)


def _is_message(fields: Fields) -> bool:
    return {"id", "ticket_id", "from_agent", "created_datetime"} <= set(fields)


def _is_ticket(fields: Fields) -> bool:
    enough = sum(key in fields for key in _OF_TICKET) >= 2
    return {"id", "status", "channel", "created_datetime"} <= set(fields) and enough


def _read(desk: Desk, fields: Fields, line: int) -> None:
    if _is_message(fields):
        account, channel = _address([fields]), channel_named(fields.get("channel"))
        _message(desk, desk.ticket(fields.get("ticket_id"), account, channel, line), fields)
        return
    if not _is_ticket(fields):
        raise SpoiltRow(
            "no ticket",
            "this is no ticket of Gorgias: it has no id, status, channel and created_datetime",
            "Leave only tickets, or messages, in the file.",
        )
    if yes(fields.get("spam")) or text(fields.get("trashed_datetime")):
        desk.leave(LEFT_OUT)
        return
    messages = fields.get("messages")
    if messages is None:
        desk.leave(NO_MESSAGES)
        return
    sound = (
        [each for each in messages if isinstance(each, dict)] if isinstance(messages, list) else []
    )
    channel = channel_named(fields.get("channel"))
    ticket = desk.ticket(fields.get("id"), _address(sound), channel, line)
    for message in desk.parts(messages, ticket):
        _message(desk, ticket, message)
    if text(fields.get("status")) == "closed":
        changed = fields.get("updated_datetime")
        at = fields.get("closed_datetime") or changed
        desk.event(
            ticket, fields, event="closed", key=f"{ticket.key}:closed", at=at, edited=changed
        )


def _message(desk: Desk, ticket: Ticket, fields: Fields) -> None:
    from_agent = yes(fields.get("from_agent"))
    if from_agent is None:
        desk.spoilt(
            ticket,
            fields,
            "no from_agent",
            "from_agent is missing, so it is not known who wrote",
            "Export the ticket again.",
        )
        return
    note = yes(fields.get("public")) is False or _NOTE in (
        text(fields.get("channel")),
        text(fields.get("via")),
        text(obj(fields.get("source")).get("type")),
    )
    by_rule = from_agent and (text(fields.get("rule_id")) or text(fields.get("via")) == "rule")
    sender = obj(fields.get("sender"))
    author, name = text(sender.get("id")), text(sender.get("name"))
    words = text(fields.get("body_text")) or words_of(text(fields.get("body_html")))
    desk.put(
        ticket,
        fields,
        key=fields.get("id"),
        at=fields.get("sent_datetime") or fields.get("created_datetime"),
        role=desk.role(
            "bot" if by_rule else "agent" if from_agent else "customer",
            author,
            name,
            text(sender.get("email")),
        ),
        author=author,
        name=name,
        words=words or text(fields.get("stripped_text")),
        # What failed never reached the customer.
        internal=note or text(fields.get("failed_datetime")) is not None,
    )


def _address(messages: list[Fields]) -> str | None:
    """Give the brand's address: where customers write to, and what it answers from."""
    for message in sorted(messages, key=lambda each: text(each.get("created_datetime")) or "~"):
        source = obj(message.get("source"))
        ours: Any = source.get("from") if yes(message.get("from_agent")) else source.get("to")
        for each in ours if isinstance(ours, list) else [ours]:
            if found := text(obj(each).get("address")) or text(obj(each).get("name")):
                return found
    return None
