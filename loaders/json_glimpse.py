"""What a JSON file begins with, also where the part that is looked at ends in the middle."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_TOKEN = re.compile(r'\s*(?:([{}\[\],:])|"((?:[^"\\]|\\.)*)"|([^\s{}\[\],:"]+))', re.DOTALL)
_WORDS = {"true": True, "false": False, "null": None}


@lru_cache(maxsize=4)
def glimpse(text: str) -> tuple[Any, ...]:
    """Give the objects and lists at the top of a JSON text; the last one holds what is there of it.

    Texts keep their escapes and numbers are texts: this is for telling formats apart, not for
    reading them. Empty where the text begins with neither an object nor a list.
    """
    if not text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return ()
    tops: list[Any] = []
    open_: list[Any] = []
    key: str | None = None
    keys: list[str | None] = []
    place = len(text) - len(text.lstrip("\ufeff"))
    while (token := _TOKEN.match(text, place)) is not None:
        place = token.end()
        mark, quoted, word = token.groups()
        if mark in ("}", "]"):
            if not open_:
                break
            open_.pop()
            key = keys.pop()
        elif mark is None or mark in "{[":
            value: Any = {} if mark == "{" else [] if mark == "[" else quoted
            if word is not None:
                value = _WORDS.get(word, word)
            holder = open_[-1] if open_ else tops
            if isinstance(holder, list):
                holder.append(value)
            elif key is None and quoted is not None:
                key = quoted
                continue
            elif key is not None:
                holder[key] = value
                key = None
            else:
                break
            if mark is not None:
                open_.append(value)
                keys.append(None)
                key = None
    return tuple(value for value in tops if isinstance(value, dict | list))
