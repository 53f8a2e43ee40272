"""Lengths as each language says them: "2 h 10 min", "2 Stunden 10 Minuten"; in a headline briefly.

English keeps the symbols that all of Replyclock uses, and every language its numbers.
"""

from datetime import timedelta
from typing import Final, Literal

from babel.dates import format_timedelta

from public import words
from public.languages import DEFAULT, Language
from sla.durations import DAY, HOUR, MINUTE, finest, spoken

Unit = Literal["year", "month", "day", "hour", "minute", "second"]

# What `spoken` calls a unit, what Babel calls it, and as how many seconds Babel counts it.
_UNITS: Final[dict[str, tuple[Unit, int]]] = {
    "year": ("year", 365 * DAY),
    "month": ("month", 30 * DAY),
    "d": ("day", DAY),
    "h": ("hour", HOUR),
    "min": ("minute", MINUTE),
    "s": ("second", 1),
}
# Babel goes over to the next larger unit beyond this many; nothing here ever is.
_NEVER: Final = 10**9


def length(seconds: int, language: Language, *, brief: bool = False) -> str:
    """Return `seconds` in at most two neighbouring units, rounded down; one day is told as 24 hours.

    "1 d" could be taken for a date, and 24 hours cannot.
    """
    told = "24 h" if seconds == DAY else spoken(seconds)
    if language.code == DEFAULT:
        return told
    parts = told.split()
    counts = [
        _unit(int(count), *_UNITS[unit.removesuffix("s") or unit], language, brief=brief)
        for count, unit in zip(parts[::2], parts[1::2], strict=True)
    ]
    if len(counts) == 1:
        return counts[0]
    return (
        " ".join(counts) if brief else language.say(words.LENGTH, large=counts[0], small=counts[1])
    )


def length_up(seconds: int, language: Language, *, brief: bool = False) -> str:
    """Return `seconds` rounded up to what is told of such a length, at least to whole minutes."""
    unit = max(finest(seconds), MINUTE)
    return length(max(-(-seconds // unit), 1) * unit, language, brief=brief)


def _unit(count: int, unit: Unit, size: int, language: Language, *, brief: bool) -> str:
    return format_timedelta(
        timedelta(seconds=count * size),
        granularity=unit,
        threshold=_NEVER,
        format="short" if brief else "long",
        locale=language.locale,
    )
