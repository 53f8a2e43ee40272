"""Durations as people say them: "48 min", "1 h 12 min", "2 d 3 h", "6 years 3 months"."""

from typing import Final

MINUTE, HOUR, DAY = 60, 3600, 86400
YEAR: Final = 365 * DAY
MONTH: Final = YEAR // 12

# From so many seconds on a length is told in a unit and what is left over in the next smaller one; None: in whole ones.
_UNITS: Final = (
    (10 * YEAR, YEAR, "year", None),
    (YEAR, YEAR, "year", (MONTH, "month")),
    (2 * MONTH, MONTH, "month", (DAY, "d")),
    (14 * DAY, DAY, "d", None),
    (DAY, DAY, "d", (HOUR, "h")),
    (HOUR, HOUR, "h", (MINUTE, "min")),
    (MINUTE, MINUTE, "min", None),
    (0, 1, "s", None),
)


def spoken(seconds: int) -> str:
    """Return `seconds` in at most two neighbouring units, rounded down: 4,350 is "1 h 12 min".

    From two weeks on whole days are told, from two months on months and days, then years and months; a year has 365 days, a month
    a twelfth of it. A negative length is a mistake and raises ValueError.
    """
    if seconds < 0:
        raise ValueError(f"a duration cannot be negative, got {seconds} s")
    _, size, name, smaller = next(unit for unit in _UNITS if seconds >= unit[0])
    many, rest = divmod(int(seconds), size)
    told = _counted(many, name)
    if smaller is None or rest < smaller[0]:
        return told
    return f"{told} {_counted(rest // smaller[0], smaller[1])}"


def finest(seconds: int) -> int:
    """Return the smallest unit in which `spoken` tells such a length, in seconds: what lies below it is rounded away."""
    _, size, _, smaller = next(unit for unit in _UNITS if seconds >= unit[0])
    return size if smaller is None else smaller[0]


def _counted(many: int, name: str) -> str:
    plural = name in {"month", "year"} and many != 1
    return f"{many} {name}{'s' if plural else ''}"
