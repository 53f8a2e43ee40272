"""Webhooks of helpdesks, rewritten as what their exports look like, so that their loaders read them.

Chatwoot: https://www.chatwoot.com/docs/product/features/webhooks; Zendesk ticket events:
https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events; Intercom topics:
https://developers.intercom.com/docs/references/webhooks/webhook-models.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

Payload = Mapping[str, Any]

# Keys of a user record by which an export of Zendesk is known for one.
_USER = {"ticket_restriction": None, "shared_agent": False}


class NothingToTake(Exception):  # noqa: N818 - an answer, not a fault
    """A webhook that is about something else than a message or a closing."""


def export_of(sender: str, payload: Payload) -> bytes:
    """Return the export (NDJSON) that says what a webhook says.

    Raises NothingToTake for events that concern no message, ValueError for what is no webhook of that sender.
    """
    records = _SENDERS[sender](payload)
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    # A text may have been cut in the middle of an emoji.
    return "".join(lines).encode("utf-8", "replace")


def _chatwoot(payload: Payload) -> list[dict[str, Any]]:
    event = payload.get("event")
    if not isinstance(event, str):
        raise ValueError("a webhook of Chatwoot has an event and a message or conversation")
    if event in ("message_created", "message_updated"):
        return [dict(payload)]
    if event in ("conversation_created", "conversation_updated", "conversation_status_changed"):
        return [dict(payload)]
    raise NothingToTake(event)


def _intercom(payload: Payload) -> list[dict[str, Any]]:
    data = payload.get("data")
    item = data.get("item") if isinstance(data, dict) else None
    topic = payload.get("topic")
    if not isinstance(topic, str) or not isinstance(item, dict):
        raise ValueError("a webhook of Intercom has a topic and data.item")
    if item.get("type") != "conversation":
        raise NothingToTake(topic)
    return [item]


def _zendesk(payload: Payload) -> list[dict[str, Any]]:
    kind, detail, event = (payload.get(key) for key in ("type", "detail", "event"))
    if not isinstance(kind, str) or not isinstance(detail, dict) or not isinstance(event, dict):
        raise ValueError("a webhook of Zendesk has a type, a detail and an event")
    name = kind.rpartition(".")[2]
    ticket = dict(detail)
    at = payload.get("time")
    if name == "comment_added" and isinstance(event.get("comment"), dict):
        comment = event["comment"]
        author = comment.get("author")
        author = author if isinstance(author, dict) else {}
        role = "agent" if author.get("is_staff") else "end-user"
        user = {"id": author.get("id"), "role": role, "name": author.get("name"), **_USER}
        said = {
            "id": comment.get("id"),
            "ticket_id": ticket.get("id"),
            "author_id": author.get("id"),
            "public": comment.get("is_public"),
            "plain_body": comment.get("body"),
            "created_at": at,
            "via": ticket.get("via"),
        }
        return [user, _quiet(ticket), said]
    if name == "created":
        return [ticket]
    if name == "status_changed":
        change = {"id": payload.get("id"), "type": "Change", "field_name": "status",
                  "value": str(event.get("current", "")).lower(),
                  "previous_value": str(event.get("previous", "")).lower()}  # fmt: skip
        audit = {"id": payload.get("id"), "ticket_id": ticket.get("id"), "created_at": at,
                 "author_id": ticket.get("actor_id"), "events": [change]}  # fmt: skip
        return [_quiet(ticket), audit]
    raise NothingToTake(kind)


def _quiet(ticket: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the ticket says of itself: the comment, or the change, beside it says it better."""
    return ticket | {"description": None, "status": "open"}


_SENDERS: dict[str, Callable[[Payload], list[dict[str, Any]]]] = {
    "chatwoot": _chatwoot,
    "intercom": _intercom,
    "zendesk": _zendesk,
}
SENDERS = tuple(_SENDERS)
