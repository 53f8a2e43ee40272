"""Times of a mapped table, in the format that its mapping names, or in those that leave no doubt."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from loaders.times import written_time

_1970 = datetime(1970, 1, 1, tzinfo=UTC)
# Where a workbook's days are counted from, its leap year that never was included.
_EXCEL_START = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell is local time

_DATE_TIME = re.compile(
    r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})[ ,T]+(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*([ap])\.?\s?m\.?)?(?:\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")


class DayOrderUnknown(ValueError):  # noqa: N818 - named like what it stands for
    """A date such as 03/04/2024 can be read in two ways, and nobody said which."""


def read_time(
    value: str | datetime, time_format: str | None, day_first: bool | None
) -> datetime | None:
    """Read a time; naive where the text names no zone, None where it is none in that format.

    Raises DayOrderUnknown where day and month could change places.
    """
    if isinstance(value, datetime):
        return value
    text = _BLANKS.sub(" ", value).strip()
    try:
        if time_format in (None, "iso"):
            found = written_time(text)
            return found if found or time_format else _with_numbers(text, day_first)
        if time_format in ("epoch", "epoch_ms"):
            return _1970 + timedelta(
                seconds=float(text) / (1000 if time_format == "epoch_ms" else 1)
            )
        if time_format == "excel":
            seconds = round(float(text.replace(",", ".")) * 86400)
            return _EXCEL_START + timedelta(seconds=seconds)
        return datetime.strptime(text, time_format or "")  # noqa: DTZ007 - the caller knows the zone
    except DayOrderUnknown:
        raise
    except (ValueError, OverflowError):
        return None


def _with_numbers(text: str, day_first: bool | None) -> datetime | None:
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        return None
    first, _, second, third, hour, minute, second_, half, zone = found.groups()
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    else:
        if day_first is None and int(first) <= 12 and int(second) <= 12 and first != second:
            raise DayOrderUnknown(text)
        if day_first is None:
            day_first = int(second) <= 12
        day, month = (int(first), int(second)) if day_first else (int(second), int(first))
        year = int(third) + (2000 if len(third) == 2 else 0)
    hours = int(hour)
    if half is not None:
        hours = hours % 12 + (12 if half in "pP" else 0)
    written = f"{year:04}-{month:02}-{day:02}T{hours:02}:{minute}:{second_ or '00'}"
    zone = "+00:00" if zone and zone.upper() in ("Z", "UTC", "GMT") else zone or ""
    return datetime.fromisoformat(written + zone)
