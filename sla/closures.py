"""When an account is closed although its weekday is open: public holidays, and events of iCal files.

The public holidays are those of the library `holidays` (github.com/vacanza/holidays), which keeps the
calendars that governments publish, with the days on which a holiday at a weekend is made up for.
"""

import difflib
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays

# Thousands of events; whatever is larger is something else.
LARGEST_BYTES = 10_000_000
HOLIDAYS_VERSION = version("holidays")

Span = tuple[datetime, datetime]

_REGION = re.compile(r"[A-Z]{2}(?:-(.+))?")
# What says when an event is; a fault in anything else of an event is nothing to us.
_TIMES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_TOO_OFTEN = {"SECONDLY", "MINUTELY"}
# Events are looked for by UTC; whole days and times without a zone may lie a day to either side of it.
_ASIDE = timedelta(days=2)


def check_region(code: str) -> str:
    """Return the code of a country or region whose public holidays are known.

    Raises ValueError, which names the known codes nearest to it.
    """
    match = _REGION.fullmatch(code)
    try:
        if match:
            holidays.country_holidays(code[:2], subdiv=match[1])
            return code
    except NotImplementedError:
        pass
    near = difflib.get_close_matches(code.upper(), _regions(), n=3, cutoff=0.7)
    hint = "; did you mean " + " or ".join(f'"{n}"' for n in near) + "?" if near else ""
    raise ValueError(
        f'expected a country such as "GB" or a region such as "GB-ENG", found "{code}"{hint}'
    )


@cache
def _regions() -> list[str]:
    found = holidays.list_supported_countries(include_aliases=False)
    return sorted([*found, *(f"{country}-{part}" for country in found for part in found[country])])


def is_holiday(day: date, regions: Sequence[str]) -> bool:
    """Return whether a date is a public holiday in one of the regions."""
    return any(day in _holidays(region, day.year) for region in regions)


@cache
def _holidays(region: str, year: int) -> frozenset[date]:
    country, _, part = region.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))


@dataclass(frozen=True)
class Closures:
    """The events of an iCal file, in all of which the account is closed; `file` is its name in the settings."""

    file: str
    path: Path
    sha256: str
    text: str = field(repr=False)

    def between(self, zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[Span]:
        """Give when events take place between two instants, as UTC spans, in no order.

        Whole days, and times that name no zone, are those of `zone`. A repeated event keeps the local
        times at which it begins and ends, also where the clocks change. A cancelled event is none.
        """
        for query in _queries(self.text):
            for event in query.between(begin - _ASIDE, end + _ASIDE):
                starts, ends = _instant(event.start, zone), _instant(event.end, zone)
                if starts < ends and event.get("STATUS") != "CANCELLED":
                    yield starts, ends


def _instant(moment: date, zone: ZoneInfo) -> datetime:
    local = moment if isinstance(moment, datetime) else datetime.combine(moment, time.min)
    return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)


def read_closures(file: str, folder: Path) -> Closures:
    """Read an iCal file (RFC 5545) whose path is given from `folder`.

    Raises ValueError, which names the file, when it cannot be read, is no iCal file, or has an event
    whose time cannot be understood.
    """
    path = folder / file
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise ValueError(f"expected an iCal file, found that {path} is no file")
        if size > LARGEST_BYTES:
            raise ValueError(
                f"expected an iCal file, found that {path} has more than {LARGEST_BYTES:,} bytes"
            )
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise ValueError(
            f"expected an iCal file, found that {path} cannot be read ({error.strerror}); "
            "a path is taken from the folder of the settings file"
        ) from None
    except UnicodeDecodeError as error:
        raise ValueError(f"expected iCal in UTF-8, found other text in {path} ({error})") from None
    try:
        _queries(text)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        # The libraries raise all of these for events that are not what the standard says.
        raise ValueError(
            f"expected an iCal file, from BEGIN:VCALENDAR to END:VCALENDAR, found a fault in {path} ({error})"
        ) from None
    return Closures(file, path, hashlib.sha256(content).hexdigest(), text)


@lru_cache(maxsize=64)
def _queries(text: str) -> tuple[Any, ...]:
    # Half a second at every start, for the few who close by a calendar's events.
    import icalendar  # noqa: PLC0415
    import recurring_ical_events  # type: ignore[import-untyped]  # noqa: PLC0415 - it ships no types

    calendars = icalendar.Calendar.from_ical(text, multiple=True)
    begun = len(re.findall(r"^BEGIN:VCALENDAR\s*$", text, re.MULTILINE | re.IGNORECASE))
    if not begun or len(calendars) != begun or any(c.name != "VCALENDAR" for c in calendars):
        raise ValueError("it ends too early" if begun else "there is no calendar in it")
    for calendar in calendars:
        for event in calendar.walk("VEVENT"):
            fault = _fault(event)
            if fault:
                raise ValueError(f'"{event.get("SUMMARY", event.get("UID", "an event"))}": {fault}')
    found = tuple(recurring_ical_events.of(calendar) for calendar in calendars)
    for query in found:  # what it cannot work out, it says only when it is asked
        query.between(datetime(2000, 1, 1, tzinfo=UTC), datetime(2000, 1, 2, tzinfo=UTC))
    return found


def _fault(event: Any) -> str | None:
    """Return what is wrong with the times of an event; the library would pass over most of it."""
    for name, why in event.errors:
        if name in _TIMES:
            return f"{name}: {why}"
    if "DTSTART" not in event:
        return "it has no DTSTART"
    for name in _TIMES:
        parts = _listed(event.get(name))
        if len(parts) > 1 and name in ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"):
            return f"it has more than one {name}"
        for part in parts:
            if name == "RRULE" and ("FREQ" not in part or _TOO_OFTEN & set(part["FREQ"])):
                return "RRULE: it says no frequency, or every minute or second"
            zone = part.params.get("TZID")
            if zone and any(moment.tzinfo is None for moment in _moments(part)):
                return f'{name}: there is no time zone "{zone}"'
    return None


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _moments(part: Any) -> list[datetime]:
    found = [each.dt for each in part.dts] if hasattr(part, "dts") else [getattr(part, "dt", None)]
    return [moment for moment in found if isinstance(moment, datetime)]
