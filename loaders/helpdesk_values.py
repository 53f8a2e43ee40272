"""Values of a helpdesk's records, whatever type a file gives them."""

from __future__ import annotations

from typing import Any

from loaders.helpdesk_json import Fields
from loaders.html_text import text_of_html


def text(value: Any) -> str | None:
    """Give an id or a text as it is kept: without NULs and halves of characters; None if it is empty."""
    if isinstance(value, str):
        found = value
    elif value is None or isinstance(value, bool | dict | list):
        return None
    else:
        found = str(value)
    if "\x00" in found:
        found = found.replace("\x00", "")
    if not found.isascii():
        found = found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return found.strip() or None


def obj(value: Any) -> Fields:
    """Give an object as it is, and an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def yes(value: Any) -> bool | None:
    """Read a yes or no; None for anything else."""
    if isinstance(value, bool):
        return value
    return {"true": True, "1": True, "t": True, "false": False, "0": False, "f": False}.get(
        (text(value) or "").lower()
    )


def first_address(value: Any) -> str | None:
    """Give the first of a list of addresses, or a single one."""
    given = value if isinstance(value, list) else [value]
    return next((found for found in map(text, given) if found), None)


def words_of(markup: str | None) -> str | None:
    """Give what a person reads of a piece of HTML; None if that is nothing."""
    return text_of_html(markup) or None if markup else None
