"""Oracle: who signed a text, by the section *Signatures* of docs/definitions.md."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LAST_WORD = re.compile(
    r"(?P<mark>\^\s?|(?:^|\s)[*~–—-]\s?)(?P<letters>[^\W\d_]+)"
    r"(?P<after>(?:\s+(?:(?:https?://|www\.)\S+|[0-9]/[0-9]|\([0-9]/[0-9]\)))*)\s*\Z"
)


@dataclass(frozen=True)
class Signed:
    """A text in two: who signed it, and all that is left of it."""

    by: str
    left: str


def signed(text: str | None) -> Signed | None:
    """Return who signed a text and what else it says, None where nobody did."""
    text = unicodedata.normalize("NFC", text or "")
    found = LAST_WORD.search(text)
    while found is not None and not is_name(found["mark"], found["letters"]):
        found = LAST_WORD.search(text, found.start() + 1)
    if found is None or len(found["letters"]) > 20:
        return None
    letters = found["letters"]
    # letter for letter, so that ß is told as ẞ and not as SS
    capitals = "".join("ẞ" if letter == "ß" else letter.upper() for letter in letters)
    by = capitals if "^" in found["mark"] else letters
    return Signed(by, f"{text[: found.start()]} {found['after']}")


def is_name(mark: str, letters: str) -> bool:
    """Say whether these are letters, and after another mark than ^ the first is no small one."""
    kinds = [unicodedata.category(letter) for letter in letters]
    return all(kind[0] == "L" for kind in kinds) and ("^" in mark or kinds[0] in ("Lu", "Lt", "Lo"))


def signature(text: str | None) -> str | None:
    """Return who signed a text, None where nobody did; what stands after ^ in capitals."""
    found = signed(text)
    return None if found is None else found.by
