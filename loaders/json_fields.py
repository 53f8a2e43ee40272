"""Values out of decoded JSON whose types nobody has checked yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from loaders.problems import SpoiltRow

_RAW_LENGTH = 2_000


def text_of(fields: Mapping[str, Any], *names: str) -> str | None:
    """Give the first of these fields that holds a text or a number, without NULs; None for none.

    Raises SpoiltRow where one of them holds an object, a list or a truth value instead.
    """
    for name in names:
        value = fields.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            raise SpoiltRow(
                f"{name} is no text",
                f"{name} holds {kind_of(value)}, expected a text",
                "Export it again; if this comes back, look at the text of this entry.",
            )
        if plain := whole(value):
            return plain
    return None


def whole(text: str) -> str:
    """Give a text without NULs, and with halves of surrogate pairs replaced, which no file can hold."""
    if text.isascii():
        return text.replace("\x00", "")
    return text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def key_of(fields: Mapping[str, Any], *names: str) -> str | None:
    """Give the first of these fields that is filled, as a key or a name: without blanks around it."""
    for name in names:
        if found := (text_of(fields, name) or "").strip():
            return found
    return None


def object_of(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Give the object in a field; an empty one where there is none."""
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def objects_of(fields: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Give the objects in a field that holds a list; others in it are left out."""
    value = fields.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def entry_of(value: object, what: str) -> dict[str, Any]:
    """Give an entry that has to be an object; raises SpoiltRow where it is none."""
    if isinstance(value, dict):
        return value
    raise SpoiltRow(
        "no object",
        f"this is {kind_of(value)} where {what} is expected",
        "Take the entry out, or export it again.",
    )


def raw_of(value: object) -> str:
    """Write a value as JSON again, to be kept with its problem."""
    try:
        return json.dumps(value, ensure_ascii=False)[:_RAW_LENGTH]
    except (ValueError, RecursionError):
        return "(nested too deeply to be shown)"


def kind_of(value: object) -> str:
    """Say what a JSON value is: `a list`, `an object`, `nothing`, `a single value`."""
    if value is None:
        return "nothing"
    return {list: "a list", dict: "an object", bool: "true or false"}.get(
        type(value), "a single value"
    )
