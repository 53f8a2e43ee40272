"""What Slack writes into a text for people, channels and links, turned back into what is read."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from loaders.json_fields import key_of, objects_of, text_of

_MARKUP = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def text_in(fields: Mapping[str, Any], names: Mapping[str, str]) -> str | None:
    """Give a message's text; one without any has that of its attachments or the names of its files.

    `names` are people's names by their ids.
    """
    written = text_of(fields, "text")
    if written is None:
        parts = [
            *(text_of(one, "text", "fallback") for one in objects_of(fields, "attachments")),
            *(key_of(one, "title", "name") for one in objects_of(fields, "files")),
        ]
        written = "\n".join(part for part in parts if part)
    return html.unescape(_MARKUP.sub(lambda found: _read(found, names), written)) or None


def _read(found: re.Match[str], names: Mapping[str, str]) -> str:
    kind, target, label = found[1], found[2], found[3]
    if kind == "@":
        return f"@{names.get(target, label or target)}"
    if kind == "#":
        return f"#{label or target}"
    if kind == "!":
        return f"@{(label or target.partition('^')[0]).removeprefix('@')}"
    return target if not label or label in target else f"{label} ({target})"
