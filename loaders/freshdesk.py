"""Freshdesk tickets with their conversations, as its API gives them.

The customer's first message is the description of the ticket. Conversations stand in any order.
Times are ISO 8601 in UTC.
"""

from __future__ import annotations

from typing import Any

from loaders.helpdesk import Desk, Ticket
from loaders.helpdesk_channels import channel_named
from loaders.helpdesk_json import Fields, first_records
from loaders.helpdesk_values import first_address, obj, text, words_of, yes
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.sink import Sink
from loaders.source import Head, Source

FORMAT = "freshdesk"
TITLE = "Freshdesk tickets (JSON)"
EXPECTS = "id, requester_id, responder_id, status, source, description and conversations"
# Pages are often kept one file each.
TOGETHER = True

_PAGES = ("tickets", "results", "conversations")
_OF_TICKET = (
    "responder_id", "display_id", "requester_name", "description_text", "fr_escalated", "fr_due_by", "email_config_id", "is_escalated",
)  # fmt: skip
# The numbers of the API.
_CHANNELS = {
    "0": "email", "1": "email", "2": "portal", "3": "phone", "5": "twitter", "6": "facebook", "7": "chat",
    "9": "feedback_widget", "10": "outbound_email", "13": "whatsapp",
}  # fmt: skip
_OUTBOUND = "10"
_FORWARDED = "8"
_SETTLED = ("4", "5")
NO_CONVERSATIONS = (
    "tickets without their conversations, of which only the question is known, and the first reply "
    "where its time is told"
)
LEFT_OUT = "tickets left out because they are spam or deleted"


def identify(head: Head) -> bool:
    """Tell whether one of the first records is a ticket, or one of its conversations, of Freshdesk."""
    found = first_records(head, *_PAGES)
    return any(_is_ticket(fields) or _is_conversation(fields) for fields in found)


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read the tickets one by one."""
    Desk("freshdesk", FORMAT, source, sink, options).load(_read, *_PAGES)


def _is_ticket(fields: Fields) -> bool:
    needed = {"id", "requester_id", "status", "source", "created_at"}
    return needed <= set(fields) and sum(key in fields for key in _OF_TICKET) >= 2


def _is_conversation(fields: Fields) -> bool:
    return {"incoming", "private", "user_id", "created_at"} <= set(fields)


def _read(desk: Desk, fields: Fields, line: int) -> None:
    if _is_conversation(fields):
        account = text(fields.get("support_email"))
        ticket = desk.ticket(fields.get("ticket_id"), account, None, line)
        _conversation(desk, ticket, fields, {})
        return
    if not _is_ticket(fields):
        raise SpoiltRow(
            "no ticket",
            "this is no ticket of Freshdesk: it has no requester_id, status, source and created_at",
            "Leave only tickets in the file.",
        )
    if yes(fields.get("spam")) or yes(fields.get("deleted")):
        desk.leave(LEFT_OUT)
        return
    source = text(fields.get("source")) or ""
    account = text(fields.get("support_email")) or first_address(fields.get("to_emails"))
    account = account or text(fields.get("to_email"))
    talks = _talks(fields)
    account = account or _address_in(talks)
    number = fields.get("display_id") or fields.get("id")
    ticket = desk.ticket(number, account, channel_named(_CHANNELS.get(source)), line)
    _description(desk, ticket, fields, source)
    names = _names(fields)
    for talk in desk.parts(talks, ticket):
        _conversation(desk, ticket, talk, names)
    if talks is None:
        desk.leave(NO_CONVERSATIONS)
        _first_reply(desk, ticket, fields)
    elif text(fields.get("status")) in _SETTLED:
        _settled(desk, ticket, fields)


def _talks(fields: Fields) -> Any:
    """Give the conversations; the account's own export calls them notes."""
    talks = fields.get("conversations", fields.get("notes"))
    if not isinstance(talks, list):
        return talks
    return [obj(talk).get("note") or talk for talk in talks]


def _description(desk: Desk, ticket: Ticket, fields: Fields, source: str) -> None:
    """Hand on what the ticket began with; of an outbound e-mail the agent wrote it."""
    outbound = source == _OUTBOUND
    author = text(fields.get("responder_id" if outbound else "requester_id"))
    words = text(fields.get("description_text")) or words_of(text(fields.get("description")))
    name = _names(fields).get(author or "")
    desk.put(
        ticket,
        fields,
        key=f"{ticket.key}:description",
        at=fields.get("created_at"),
        role=desk.role("agent" if outbound else "customer", author, name),
        author=author,
        name=name,
        words=words or text(fields.get("subject")),
    )


def _conversation(desk: Desk, ticket: Ticket, talk: Fields, names: dict[str, str | None]) -> None:
    """Hand on a conversation: `incoming` is the customer's, `private` a note; a forward goes to others.

    One that was deleted is kept like a note. What goes out in nobody's name, such as the greeting of a chat, is a bot's.
    """
    incoming = yes(talk.get("incoming"))
    nobody = "user_id" in talk and talk["user_id"] is None
    private = yes(talk.get("private")) or text(talk.get("source")) == _FORWARDED
    author = text(talk.get("user_id"))
    name = names.get(author or "")
    desk.put(
        ticket,
        talk,
        key=talk.get("id"),
        at=talk.get("created_at"),
        role=desk.role("customer" if incoming else "bot" if nobody else "agent", author, name),
        author=author,
        name=name,
        words=text(talk.get("body_text")) or words_of(text(talk.get("body"))),
        internal=bool(private or yes(talk.get("deleted"))),
        edited=talk.get("last_edited_at"),
    )


def _names(fields: Fields) -> dict[str, str | None]:
    """Give the names of the two people that a ticket names, by their ids."""
    return {
        text(fields.get(f"{who}_id")) or "": text(obj(fields.get(who)).get("name"))
        or text(fields.get(f"{who}_name"))
        for who in ("requester", "responder")
    }


def _first_reply(desk: Desk, ticket: Ticket, fields: Fields) -> None:
    """Hand on the first reply where only its time is known: the list was made with `include=stats`."""
    stats = obj(fields.get("stats"))
    if at := stats.get("first_responded_at"):
        key, agent = f"{ticket.key}:first reply", text(fields.get("responder_id"))
        desk.put(ticket, stats, key=key, at=at, role=desk.role("agent", agent), author=agent)
        if text(fields.get("status")) in _SETTLED:
            _settled(desk, ticket, fields)


def _settled(desk: Desk, ticket: Ticket, fields: Fields) -> None:
    stats = obj(fields.get("stats"))
    changed = fields.get("updated_at")
    at = stats.get("resolved_at") or stats.get("closed_at") or changed
    desk.event(ticket, fields, event="closed", key=f"{ticket.key}:closed", at=at, edited=changed)


def _address_in(talks: Any) -> str | None:
    """Give the brand's address as the conversations name it: where customers write to."""
    for talk in talks if isinstance(talks, list) else ():
        if isinstance(talk, dict):
            named = text(talk.get("support_email"))
            if named is None and yes(talk.get("incoming")):
                named = first_address(talk.get("to_emails"))
            if named:
                return named
    return None
