"""Intercom conversations as its API gives them: the first message as `source`, the others as parts.

Times are seconds since 1970.
"""

from __future__ import annotations

from loaders.helpdesk import Desk
from loaders.helpdesk_channels import channel_named
from loaders.helpdesk_json import Fields, first_records
from loaders.helpdesk_values import obj, text
from loaders.intercom import NO_PARTS, PLATFORM, begun, part
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.sink import Sink
from loaders.source import Head, Source

FORMAT = "intercom_json"
TITLE = "Intercom conversations (JSON)"
EXPECTS = "id, created_at, source and conversation_parts"
# Pages are often kept one file each.
TOGETHER = True

_PAGES = ("conversations", "data")


def identify(head: Head) -> bool:
    """Tell whether one of the first records is a conversation of Intercom."""
    return any(_is_conversation(fields) for fields in first_records(head, *_PAGES))


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read the conversations one by one."""
    Desk(PLATFORM, FORMAT, source, sink, options).load(_read, *_PAGES)


def _is_conversation(fields: Fields) -> bool:
    first = obj(fields.get("source")) or obj(fields.get("conversation_message"))
    if "id" not in fields or not first:
        return False
    return "conversation_parts" in fields or {"delivered_as", "author"} <= set(first)


def _read(desk: Desk, fields: Fields, line: int) -> None:
    if not _is_conversation(fields):
        raise SpoiltRow(
            "no conversation",
            "this is no conversation of Intercom: it has no id, source and conversation_parts",
            "Leave only conversations in the file.",
        )
    first = obj(fields.get("source")) or obj(fields.get("conversation_message"))
    ticket = desk.ticket(fields.get("id"), None, channel_named(first.get("type")), line)
    author = obj(first.get("author"))
    if text(first.get("body")) or author:
        at, how = fields.get("created_at"), first.get("delivered_as")
        begun(desk, ticket, fields, author=author, at=at, body=first.get("body"), delivered=how)
    parts = fields.get("conversation_parts")
    if parts is None:
        desk.leave(NO_PARTS)
    inside = (
        parts.get("conversation_parts", parts.get("parts")) if isinstance(parts, dict) else parts
    )
    for each in desk.parts(inside, ticket):
        part(desk, ticket, each, obj(each.get("author")))
