"""Values as TOML writes them."""

from __future__ import annotations

import json


def toml_text(value: object) -> str:
    """Write a truth, a list, or anything else as a text, such as a key in quotes."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_text, value))}]"
    # A JSON string is a TOML string, but for the delete character.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
