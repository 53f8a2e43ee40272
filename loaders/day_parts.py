"""Hours of a twelve-hour clock by the part of the day that is named with them: `8:30 in the evening`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_WORDS = Path(__file__).with_name("day_parts.txt")


def hour_in_part(hour: int, word: str) -> int | None:
    """Give the hour (0 to 23) for one of 0 to 12 and a part of the day; None for a word that names none.

    It is the one of the two that lies in that part, or nearest to it. An hour above 12 stays as it is.
    """
    part = _parts().get(word)
    if part is None or hour > 12:
        return None if part is None else hour
    first, lasts = part

    def away(candidate: int) -> int:
        inside = (candidate - first) % 24
        return 0 if inside < lasts else min(inside - lasts + 1, 24 - inside)

    return min((hour % 12, hour % 12 + 12), key=away)


def is_part(word: str) -> bool:
    """Tell whether this names a part of the day."""
    return word in _parts()


@lru_cache(maxsize=1)
def _parts() -> dict[str, tuple[int, int]]:
    parts: dict[str, tuple[int, int]] = {}
    part = (0, 0)
    for line in _WORDS.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if line.startswith("#"):
            continue
        if not line.startswith(" "):
            part, words = (int(words[0]), int(words[1])), words[2:]
        parts |= dict.fromkeys(words, part)
    return parts
