"""What the tests of the helpdesk loaders share: the records of their golden inputs, in other shapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from loader_cases import GOLDEN, Loaded, load, options_of

# The golden input of each product, and the place of the list on a page of its API.
PAGES = {
    "zendesk/export.ndjson": "tickets",
    "intercom/conversations.json": "conversations",
    "freshdesk/tickets.json": "tickets",
    "chatwoot/conversations.json": "data.payload",
    "zammad/tickets.json": "tickets",
    "helpscout/conversations.json": "_embedded.conversations",
    "front/conversations.json": "_results",
    "gorgias/tickets.json": "data",
    "hubspot/threads.json": "results",
}
# Where the messages of a record stand.
PARTS = {
    "zendesk": "comments",
    "intercom": "conversation_parts.conversation_parts",
    "freshdesk": "conversations",
    "chatwoot": "messages",
    "zammad": "articles",
    "helpscout": "_embedded.threads",
    "front": "messages",
    "gorgias": "messages",
    "hubspot": "messages.results",
}


def records_of(name: str) -> list[dict[str, Any]]:
    """Read the sound records of a golden input, without the loaders."""
    text = (GOLDEN / name).read_text(encoding="utf-8")
    if name.endswith(".ndjson"):
        found = []
        for line in text.splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
        return found
    value = json.loads(text)
    return value if isinstance(value, list) else inner(value, PAGES[name])


def inner(value: Any, place: str) -> Any:
    """Give what stands at a place inside; None where it is not there."""
    for key in place.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def page(name: str, records: list[Any]) -> dict[str, Any]:
    """Put records on a page as the API gives it."""
    value: Any = records
    for key in reversed(PAGES[name].split(".")):
        value = {key: value}
    return {"count": len(records), **value, "next_page": None}


def load_text(
    name: str, text: str | bytes, folder: Path, options: dict[str, Any] | None = None
) -> Loaded:
    """Load a text with the answers of a golden input, or with these."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "export.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    own = options_of(GOLDEN / name) if options is None else options
    return load(file, folder / "out", own)


def plain(loaded: Loaded) -> list[tuple[tuple[str, str], ...]]:
    """Give the messages without the lines they stand on, in the order of their keys."""
    found = {
        tuple((field, str(value)) for field, value in message.items() if field != "line")
        for message in loaded.messages
    }
    return sorted(found)
