"""HubSpot's conversations inbox: threads with their messages, or messages alone, as its API gives them.

A COMMENT is internal, a WELCOME_MESSAGE is sent by itself. Who wrote is told by the letter before the
actor's id: A is a user of the account, V a visitor, E an address, B a bot, L an assistant that writes by
itself, I an integration, S HubSpot. Times are ISO 8601 in UTC.
"""

from __future__ import annotations

from loaders.helpdesk import Desk, Ticket
from loaders.helpdesk_channels import channel_named
from loaders.helpdesk_json import Fields, as_text, first_records
from loaders.helpdesk_values import obj, text, words_of, yes
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.sink import Sink
from loaders.source import Head, Source

FORMAT = "hubspot"
TITLE = "HubSpot conversations (JSON)"
EXPECTS = "type, conversationsThreadId, createdAt, direction and senders"
# Pages are often kept one file each.
TOGETHER = True

_PAGES = ("results", "threads", "messages")
_CHANNELS = {
    "1000": "chat",
    "1001": "facebook_messenger",
    "1002": "email",
    "1003": "form",
    "1007": "whatsapp",
}
_AUTOMATIC = ("B", "L", "S")
_OF_THREAD = ("latestMessageTimestamp", "originalChannelId", "inboxId", "associatedContactId")
_SPOKEN = ("MESSAGE", "COMMENT", "WELCOME_MESSAGE")
NO_MESSAGES = "threads left out because they stand there without their messages"
LEFT_OUT = "threads left out because they are spam"


def identify(head: Head) -> bool:
    """Tell whether one of the first records is a thread or a message of HubSpot's inbox."""
    found = first_records(head, *_PAGES)
    return any(_is_message(fields) or _is_thread(fields) for fields in found)


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read the threads, or messages, one by one."""
    Desk("hubspot", FORMAT, source, sink, options).load(_read, *_PAGES)


def _is_message(fields: Fields) -> bool:
    return {"id", "type", "conversationsThreadId", "createdAt"} <= set(fields)


def _is_thread(fields: Fields) -> bool:
    enough = sum(key in fields for key in _OF_THREAD) >= 2
    return {"id", "createdAt", "status"} <= set(fields) and enough


def _read(desk: Desk, fields: Fields, line: int) -> None:
    if _is_message(fields):
        channel = channel_named(_CHANNELS.get(text(fields.get("channelId")) or ""))
        account = _address([fields])
        _message(
            desk, desk.ticket(fields.get("conversationsThreadId"), account, channel, line), fields
        )
        return
    if not _is_thread(fields):
        raise SpoiltRow(
            "no thread",
            "this is no thread or message of HubSpot's inbox",
            "Leave only those in the file.",
        )
    if yes(fields.get("spam")):
        desk.leave(LEFT_OUT)
        return
    messages = fields.get("messages")
    if isinstance(messages, dict):
        messages = messages.get("results")
    if messages is None:
        desk.leave(NO_MESSAGES)
        return
    sound = (
        [each for each in messages if isinstance(each, dict)] if isinstance(messages, list) else []
    )
    channel = channel_named(_CHANNELS.get(text(fields.get("originalChannelId")) or ""))
    ticket = desk.ticket(fields.get("id"), _address(sound), channel, line)
    told = [_message(desk, ticket, message) for message in desk.parts(messages, ticket)]
    if text(fields.get("status")) == "CLOSED" and "closed" not in told:
        at = fields.get("closedAt") or fields.get("latestMessageTimestamp")
        desk.event(ticket, fields, event="closed", key=f"{ticket.key}:closed", at=at, edited=at)


def _message(desk: Desk, ticket: Ticket, fields: Fields) -> str | None:
    """Hand on one message; give the event that it tells of."""
    kind, key = (text(fields.get("type")) or "").upper(), text(fields.get("id"))
    if kind == "THREAD_STATUS_CHANGE":
        event = {"CLOSED": "closed", "OPEN": "reopened"}.get(text(fields.get("newStatus")) or "")
        if event and key:
            desk.event(ticket, fields, event=event, key=key, at=fields.get("createdAt"))
        return event
    if kind not in _SPOKEN:
        return None
    sender = _first(fields, "senders")
    actor = text(sender.get("actorId")) or text(fields.get("createdBy"))
    name = text(sender.get("name"))
    contact = text(obj(sender.get("deliveryIdentifier")).get("value"))
    try:
        said = _role(kind, text(fields.get("direction")), actor)
    except SpoiltRow as spoilt:
        desk.sink.problem(ticket.line, spoilt.problem, as_text(fields))
        return None
    desk.put(
        ticket,
        fields,
        key=key,
        at=fields.get("createdAt"),
        role=desk.role(said, actor, name, contact),
        author=actor,
        name=name,
        words=text(fields.get("text")) or words_of(text(fields.get("richText"))),
        # What failed never reached the customer.
        internal=kind == "COMMENT" or text(obj(fields.get("status")).get("statusType")) == "FAILED",
        reply_to=fields.get("inReplyToId"),
    )
    return None


def _role(kind: str, direction: str | None, actor: str | None) -> str:
    letter = (actor or "").partition("-")[0].upper()
    if kind == "WELCOME_MESSAGE" or letter in _AUTOMATIC:
        return "bot"
    if kind == "COMMENT" or direction == "OUTGOING":
        return "agent"
    if direction == "INCOMING" or letter == "V":
        return "customer"
    if letter == "A":
        return "agent"
    raise SpoiltRow(
        "no direction",
        "the message names neither a direction nor a visitor or user who wrote it",
        "Export the thread again.",
    )


def _first(message: Fields, key: str) -> Fields:
    given = message.get(key)
    return (
        next((each for each in given if isinstance(each, dict)), {})
        if isinstance(given, list)
        else {}
    )


def _address(messages: list[Fields]) -> str | None:
    """Give the brand's e-mail address: where customers write to, and what it answers from."""
    for message in sorted(messages, key=lambda each: text(each.get("createdAt")) or "~"):
        side = {"INCOMING": "recipients", "OUTGOING": "senders"}.get(
            text(message.get("direction")) or ""
        )
        found = text(obj(_first(message, side or "").get("deliveryIdentifier")).get("value"))
        if found:
            return found
    return None
