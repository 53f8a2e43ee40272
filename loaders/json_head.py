"""The beginning of a JSON file whose first record is longer than what is looked at: its keys, its long values cut."""

from __future__ import annotations

import json
import re

# So much of a text, and of an object or a list inside another, is enough to tell what it is; what is long
# inside it counts for no more than this.
_TEXT_KEPT = 500
_KEPT = 16 * 1024
_COUNTED = 512
_DEEP = 2
# A number or a word that the text ends in is taken for a fault where it begins.
_UNFINISHED = 16
_TOKENS = 200_000

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|[^"{}\[\]]+', re.DOTALL)
_FIRST_OF_LIST = re.compile(r"\[\s*(?=[{\[])")
_BLANK = "\ufeff \t\r\n"
_DECODER = json.JSONDecoder(strict=False)


def is_cut(text: str) -> bool:
    """Tell whether a text that begins like JSON ends before its first record, or its one document, does."""
    start = len(text) - len(text.lstrip(_BLANK))
    if not text.startswith(("{", "["), start):
        return False
    if first := _FIRST_OF_LIST.match(text, start):
        start = first.end()
    try:
        _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        # What is no JSON in its middle is not cut.
        return error.pos >= len(text) - _UNFINISHED or error.msg.startswith("Unterminated string")
    except RecursionError:
        return False
    return False


def condensed(text: str, most: int) -> str:
    """Give the same JSON up to `most` characters: long texts cut, what is long inside a record ended early."""
    kept: list[str] = []
    length = skipped = place = 0
    # Where each object or list that is open would begin if what is inside it were short.
    begun: list[int] = []
    for number, token in enumerate(_TOKEN.finditer(text)):
        if token.start() > place or length >= most or number > _TOKENS:
            break  # the rest is a text without an end, or enough is known
        piece, place = token[0], token.end()
        if skipped:
            skipped += (piece in "{[") - (piece in "}]")
            if skipped:
                continue
        if piece in "}]" and begun:
            own = length - begun.pop()
            if begun:
                begun[-1] += max(0, own - _COUNTED)
        elif piece.startswith(",") and len(begun) >= _DEEP and length - begun[-1] > _KEPT:
            skipped = 1
            continue
        elif piece in "{[":
            begun.append(length)
        elif len(piece) > _TEXT_KEPT:
            piece = _shortened(piece)
        kept.append(piece)
        length += len(piece)
    return "".join(kept)


def _shortened(piece: str) -> str:
    """Cut a text before any escape, so that none is cut in two, and a row of numbers after one of them."""
    if piece.startswith('"'):
        return piece[:_TEXT_KEPT].partition("\\")[0] + '"'
    return piece[:_TEXT_KEPT].rpartition(",")[0]
