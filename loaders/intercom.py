"""What Intercom's exports have in common: what a part of a conversation is, and who wrote it."""

from __future__ import annotations

from typing import Any

from loaders.helpdesk import Desk, Ticket
from loaders.helpdesk_json import Fields
from loaders.helpdesk_values import text, words_of, yes

PLATFORM = "intercom"
NO_PARTS = "conversations without their parts, of which only the first message is known"

_ROLES = {
    "admin": "agent",
    "team": "agent",
    "bot": "bot",
    "user": "customer",
    "lead": "customer",
    "contact": "customer",
    "visitor": "customer",
}
# Beside a comment, these may carry words to the customer.
_SPOKEN = (
    "comment", "quick_reply", "close", "open", "assignment", "assign_and_unsnooze",
    "assign_and_reopen", "away_mode_assignment", "snoozed", "unsnoozed", "timer_unsnooze",
)  # fmt: skip
_REOPENS = ("open", "note_and_reopen", "assign_and_reopen")
# The brand's campaigns and workflows write in an admin's name.
_AUTOMATIC = ("automated", "campaigns_initiated", "operator_initiated", "workflow")


def begun(
    desk: Desk, ticket: Ticket, raw: Fields, *, author: Fields, at: Any, body: Any, delivered: Any
) -> None:
    """Hand on the message that a conversation began with."""
    said = _ROLES.get((text(author.get("type")) or "").lower(), "customer")
    if said == "agent" and (text(delivered) in _AUTOMATIC or yes(author.get("from_ai_agent"))):
        said = "bot"
    key, name = text(author.get("id")), text(author.get("name"))
    desk.put(
        ticket,
        raw,
        key=f"{ticket.key}:source",
        at=at,
        role=desk.role(said, key, name, text(author.get("email"))),
        author=key,
        name=name,
        words=words_of(text(body)),
    )


def part(desk: Desk, ticket: Ticket, fields: Fields, author: Fields) -> None:
    """Hand on one part: what was said in it, and whether it closed or reopened the conversation."""
    kind, key = (text(fields.get("part_type")) or "").lower(), text(fields.get("id"))
    words = words_of(text(fields.get("body")))
    said = _ROLES.get((text(author.get("type")) or "").lower())
    if said == "agent" and yes(author.get("from_ai_agent")):
        said = "bot"
    note = "note" in kind
    attached = bool(fields.get("attachments")) and kind == "comment"
    if said and (note or kind in _SPOKEN) and (words or attached or kind == "comment"):
        author_key, name = text(author.get("id")), text(author.get("name"))
        desk.put(
            ticket,
            fields,
            key=key,
            at=fields.get("created_at"),
            role=desk.role(said, author_key, name, text(author.get("email"))),
            author=author_key,
            name=name,
            words=words,
            internal=note,
            edited=fields.get("updated_at"),
        )
    if kind == "close" or kind in _REOPENS:
        event = "closed" if kind == "close" else "reopened"
        at = fields.get("created_at")
        desk.event(ticket, fields, event=event, key=f"{key or ticket.key}:{event}", at=at)
