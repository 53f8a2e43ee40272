"""How much text fits into a room of given width, where nobody can measure the reader's font.

Widths are estimates on the wide side: those of DejaVu Sans, the widest font that a system hands
out as its own. What is narrower leaves some room; nothing runs over.
"""

import unicodedata
from functools import lru_cache

# Widths in hundredths of the font size, and the characters that are at most as wide.
_WIDTHS = {
    32: " \u00a0\u202fijlI'‘’.,·",
    42: "ftr()[]-!:;|/\\",
    57: 'csz?_*JL°`“”–"',
    64: "abdeghknopquvxy0123456789€$£{}",
    73: "ABCEFKPRSTVXYZ",
    80: "DGHNOQU&",
    86: "#<>=+~^",
    102: "mwMW@%—…",
}
_WIDTH_OF = {char: width for width, chars in _WIDTHS.items() for char in chars}
_SMALL_LETTER, _EMOJI, _ANYTHING_ELSE = 95, 140, 110
_BOLD = 1.2
_JOINING = frozenset("\u200c\u200d")


def width(text: str, size: float, bold: bool = False) -> float:
    """Return the room that `text` may take at `size`, in the unit of `size`."""
    hundredths = sum(_width_of(char) for char in text)
    return hundredths / 100 * size * (_BOLD if bold else 1)


def cut(text: str, size: float, room: float, bold: bool = False) -> str:
    """Return `text`, or as much of it as fits into `room` with an ellipsis at its end."""
    if width(text, size, bold) <= room:
        return text
    kept = text[: max(1, int(room / size * 4))]
    while kept and width(kept + "…", size, bold) > room:
        kept = kept[:-1]
    while kept and (kept[-1] in _JOINING or kept[-1].isspace()):
        kept = kept[:-1]
    return kept + "…"


def wrap(text: str, size: float, room: float, most: int) -> list[str]:
    """Return `text` in lines of even length that fit into `room`, at most `most`; the rest is cut."""
    words = text.split(" ")  # and at no other space: the others keep together what they stand in
    lines = _fill(words, size, room, most)
    too_narrow, wide_enough = room / 2, room
    while len(lines) > 1 and wide_enough - too_narrow > 2 * size and lines[-1][-1] != "…":
        middle = (too_narrow + wide_enough) / 2
        even = _fill(words, size, middle, most)
        if len(even) > len(lines) or even[-1].endswith("…"):
            too_narrow = middle
        else:
            lines, wide_enough = even, middle
    return lines


def _fill(words: list[str], size: float, room: float, most: int) -> list[str]:
    """Return `words` in lines, each as full as it can be; the last one is cut where it must be."""
    lines: list[str] = []
    start = 0
    while len(lines) < most - 1:
        end, used = start, 0.0
        while end < len(words) and used + width(words[end], size) <= room:
            used += width(words[end] + " ", size)
            end += 1
        if end == start:
            break  # nothing left, or a word longer than a line: the last line takes it
        lines.append(" ".join(words[start:end]))
        start = end
    return [*lines, cut(" ".join(words[start:]), size, room)] if start < len(words) else lines


@lru_cache(maxsize=4096)
def _width_of(char: str) -> int:
    if unicodedata.combining(char) or char in _JOINING:
        return 0
    letter = unicodedata.normalize("NFD", char)[0]  # an accent adds no width
    if letter in _WIDTH_OF:
        return _WIDTH_OF[letter]
    if ord(char) >= 0x1F000:
        return _EMOJI
    return _SMALL_LETTER if unicodedata.category(char) == "Ll" else _ANYTHING_ELSE
