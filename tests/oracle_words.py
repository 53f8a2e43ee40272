"""Oracle: what the words of a text say, by the table of docs/definitions.md read as it stands there.

A word is a run of letters and digits; an apostrophe is as if it were not there. Links, addresses and names
with an @ are none. Letters that may be written as one sign or as two, such as é, are the same.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from tests.oracle_signature import signed

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "definitions.md"
SECTION = "## The words that replies are known by"

LINK = re.compile(r"(?:https?://|(?<![^\W_])(?<!@)www\.)\S*")
ADDRESS = r"[\w.%+-]*[^\W_]@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}"
AN_ADDRESS = re.compile(rf"(?<![\w.%+@-]){ADDRESS}")
NO_WORD = re.compile(rf"{ADDRESS}|@\w+")
APOSTROPHE = re.compile("['’‘´`]")
APART = "[ \u00a0\u202f.()\u2010\u2011-]"
DATE = re.compile(
    r"\b(?:\d\d?[./-]\d\d?[./-](?:19|20)\d\d|(?:19|20)\d\d[./-]\d\d?[./-]\d\d?)\b", re.ASCII
)
NUMBER = re.compile(
    rf"(?<![^\W_])(?<![+.-])(?:\+(?:{APART}*\d){{7,}}|0(?:{APART}*\d){{6,}}"
    rf"|(?:1{APART}*)?\d{{3}}{APART}+\d{{3}}{APART}+\d{{4}})(?![^\W_])"
)
WORD = re.compile(r"[^\W_]+")
OUT = ";"  # stands where something was taken out of a text that is neither word nor number
GAP = "|"  # stands where words were taken out, so that no two others become neighbours
GIST_LENGTH = 500

Words = list[str]


def table() -> dict[str, list[str]]:
    """Read the words of each kind; what follows a colon or "; or" is prose, and so is the row of links."""
    section = DOCUMENT.read_text(encoding="utf-8").split(SECTION)[1].split("\n## ")[0]
    found = {}
    for line in section.splitlines():
        if line.startswith("| ") and not line.startswith("| what "):
            what, words = (cell.strip() for cell in line.strip("|").split(" | ", 1))
            words = re.split(": |; or ", words)[0]
            found[what] = [entry.strip() for entry in re.split("[,;]", words)]
    return found


def small(text: str | None) -> str:
    """Return a text in small letters, one for one."""
    return "".join(sign.lower()[0] for sign in unicodedata.normalize("NFC", text or ""))


def unsigned(text: str | None) -> str:
    """Return what a reply says, without who signed it, in small letters."""
    found = signed(text)
    return small(text if found is None else found.left)


@dataclass(frozen=True)
class Word:
    """A word, and whether nothing but blanks stands between it and the word before it."""

    letters: str
    close: bool


def spelt(text: str) -> list[Word]:
    """Return the words of a text that is in small letters."""
    left = NO_WORD.sub(OUT, APOSTROPHE.sub("", LINK.sub(OUT, text)))
    found, end = [], 0
    for word in WORD.finditer(left):
        found.append(Word(word[0], left[end : word.start()].isspace()))
        end = word.end()
    return found


def words_of(text: str) -> Words:
    """Return the words of a text that is in small letters, without what stands between them."""
    return [word.letters for word in spelt(text)]


@cache
def ways(entry: str) -> list[Words]:
    """Return the rows of words that an entry of the table stands for; `_` is any word or none."""
    row = [small(part) for part in re.findall(r"[^\W_]+|_", entry)]
    return [row, [part for part in row if part != "_"]] if "_" in row else [row]


def length_at(entry: str, words: Words, place: int) -> int:
    """Return how many words at a place are this entry of the table, 0 when they are not."""
    for row in ways(entry):
        found = words[place : place + len(row)]
        if len(found) < len(row) or not found[0].startswith(row[0]):
            continue
        if entry.endswith("…") and found[-1].startswith(row[-1]):
            found[-1] = row[-1]
        if all(part in (word, "_") for part, word in zip(row, found, strict=True)):
            return len(row)
    return 0


WORDS = table()


def says(what: str, words: Words) -> bool:
    """Say whether among the words is one entry of this kind."""
    return any(length_at(e, words, place) for place in range(len(words)) for e in WORDS[what])


def without(what: str, words: Words) -> Words:
    """Take the entries of this kind out, the longer first where two begin with the same word."""
    left, place = [], 0
    while place < len(words):
        length = max(length_at(entry, words, place) for entry in WORDS[what])
        left.append(GAP if length else words[place])
        place += length or 1
    return left


@lru_cache(50_000)
def hand_off(text: str | None) -> str | None:
    """Name where a reply sends the customer: the first in the order of the table, None: nowhere."""
    said = unsigned(text)
    words, unlinked = words_of(said), LINK.sub(OUT, said)
    if says("direct message", without("not a direct message", words)):
        return "direct message"
    if says("phone", words) or NUMBER.search(DATE.sub(OUT, unlinked)):
        return "phone"
    if says("e-mail", words) or AN_ADDRESS.search(unlinked):
        return "e-mail"
    if says("form", without("not a form", words)):
        return "form"
    return "link" if LINK.search(said) else None


@lru_cache(50_000)
def apologises(text: str | None) -> bool:
    """Say whether a reply says sorry."""
    return says("apology", words_of(unsigned(text)))


@lru_cache(50_000)
def thanks(text: str | None) -> bool:
    """Say whether a customer says thanks, and not that there is nothing to thank for."""
    return says("thanks", without("no thanks", words_of(small(text))))


def gist(text: str | None) -> str:
    """Return the words that two replies are compared by, with one blank between them.

    They are those without a digit, without the greeting they begin with and the one word that
    stands after it with nothing but blanks between.
    """
    spoken = list(enumerate(spelt(unsigned(text))))
    kept = [(place, word) for place, word in spoken if not any(map(is_digit, word.letters))]
    words = [word.letters for _, word in kept]
    length = max(length_at(entry, words, 0) for entry in WORDS["greeting"]) if words else 0
    if length and kept[length:]:
        (last, _), (place, word) = kept[length - 1 : length + 1]
        length += word.close and place == last + 1
    return " ".join(words[length:])[:GIST_LENGTH]


def is_digit(sign: str) -> bool:
    """Say whether a sign stands for a number, in whatever script."""
    return unicodedata.category(sign).startswith("N")


def distance(one: str, other: str, limit: int) -> int:
    """Return how many letters must be put in, left out or changed to make one text of the other.

    A blank counts as a letter. Where it is more than `limit` it may be any number above that.
    """
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        above, row = row, [i]
        for j, opposite in enumerate(other, start=1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != opposite)))
        if min(row) > limit:
            return limit + 1
    return row[-1]


def nearly_the_same(one: str, other: str) -> bool:
    """Say whether at most a tenth of the letters of the longer one differ."""
    limit = max(len(one), len(other)) // 10
    return abs(len(one) - len(other)) <= limit and distance(one, other, limit) <= limit
