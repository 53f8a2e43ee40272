"""Texts that others wrote, made safe to set in one line of any shape."""

import re
import unicodedata

# Line ends and tabs become spaces before the other controls are dropped, so that words stay apart.
_BREAKS = re.compile(r"[\s\u0085\u2028\u2029]+")
# Marks that turn the reading direction of what follows: a name could turn a figure around.
_TURNS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str) -> str:
    """Return `text` in one line, with nothing in it that XML forbids or that moves its neighbours.

    Removed are control characters, lone surrogates, non-characters and marks of direction.
    """
    return _BREAKS.sub(" ", "".join(c for c in text if _is_visible(c))).strip()


def _is_visible(char: str) -> bool:
    if char in _TURNS or ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF:
        return False
    return unicodedata.category(char) not in {"Cc", "Cs"} or _BREAKS.match(char) is not None
