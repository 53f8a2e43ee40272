"""What stands around a value, or in the place of one, and is no part of it."""

from __future__ import annotations

import re

# What Python's strip() takes off.
BLANKS = "".join(chr(c) for c in range(0x3001) if chr(c).isspace())
# Characters that nobody sees: no width, or a direction of writing.
UNSEEN = (
    "\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\ufeff"
)
EDGES = BLANKS + UNSEEN
# How tables are saved where nothing stood: pandas, SQL and Python each have a word for it.
NOTHING = ("nan", "NaN", "NaT", "None", "null", "NULL", "<NA>")

# And what people and databases write where nothing is known yet.
_PLACEHOLDERS = frozenset((
    *(word.casefold() for word in NOTHING), "na", "n/a", "-", "--", "–", "—", "?", "pending", "0000-00-00", "0000-00-00 00:00:00",
))  # fmt: skip

# A column of whole numbers with gaps is saved with fractions. One zero only: `1709370000.000000` is a
# key of Slack's.
_WHOLE = re.compile(r"(\d+)\.0", re.ASCII)


def stands_for_nothing(text: str) -> bool:
    """Tell whether this stands where a time or a reply is missing."""
    return text.strip(EDGES).casefold() in _PLACEHOLDERS


def without_edges(text: str) -> str:
    """Take blanks and characters that nobody sees off both ends."""
    return text.strip(EDGES)


def whole_number(key: str) -> str:
    """Give `848.0` as the key that it was, `848`; any other key as it is."""
    found = _WHOLE.fullmatch(key) if key.endswith(".0") else None
    return found[1] if found else key
