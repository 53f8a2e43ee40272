"""Opening hours as they are set: intervals per weekday, public holidays, exceptions, closures from a date on."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from sla.closures import HOLIDAYS_VERSION, Closures, check_region, is_holiday, read_closures

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 1440

Interval = tuple[int, int]
"""Minutes after local midnight; the end may lie beyond 1,440 when the interval goes over midnight."""

_INTERVAL = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))")
# Opening hours are worked out for years ahead, and neither Python nor DuckDB goes beyond the year 9999.
YEARS = range(1900, 2201)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Hours(BaseModel):
    """Opening hours of an account, or of a channel of it; they hold from the local date `from` on, until others do.

    A day's intervals are those that begin on it, also when they go over midnight. Those of a weekday
    are not kept on public holidays and on `closed` dates; the intervals of a date in `extra` stand in
    for all of that, and no event of `ical` closes them. Without `from` the hours hold always.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    since: date = Field(default=date.min, alias="from")
    every: tuple[Interval, ...] | None = None
    mon: tuple[Interval, ...] | None = None
    tue: tuple[Interval, ...] | None = None
    wed: tuple[Interval, ...] | None = None
    thu: tuple[Interval, ...] | None = None
    fri: tuple[Interval, ...] | None = None
    sat: tuple[Interval, ...] | None = None
    sun: tuple[Interval, ...] | None = None
    holidays: tuple[str, ...] = ()
    closed: tuple[date, ...] = ()
    extra: Mapping[date, tuple[Interval, ...]] = Field(default_factory=dict)
    ical: tuple[Closures, ...] = ()

    @field_validator("since", mode="before")
    @classmethod
    def _since(cls, value: Any) -> date:
        return date.min if value == date.min else _date(value)

    @field_validator("every", *WEEKDAYS, mode="before")
    @classmethod
    def _weekday(cls, value: Any) -> Any:
        return None if value is None else _intervals(value)

    @field_validator("holidays", mode="before")
    @classmethod
    def _regions(cls, value: Any) -> tuple[str, ...]:
        codes = _texts(value, 'a country or region such as "GB-ENG", or a list of them')
        return tuple(sorted({check_region(code) for code in codes}))

    @field_validator("closed", mode="before")
    @classmethod
    def _dates(cls, value: Any) -> tuple[date, ...]:
        if not isinstance(value, list | tuple):
            raise ValueError('expected a list of dates such as ["2026-12-24", "2026-12-31"]')
        return tuple(sorted({_date(each) for each in value}))

    @field_validator("extra", mode="before")
    @classmethod
    def _dated(cls, value: Any) -> dict[date, tuple[Interval, ...]]:
        if not isinstance(value, Mapping):
            raise ValueError('expected intervals by date such as {"2026-12-31" = ["10:00-14:00"]}')
        return dict(sorted((_date(day), _intervals(value[day])) for day in value))

    @field_validator("ical", mode="before")
    @classmethod
    def _files(cls, value: Any, info: ValidationInfo) -> tuple[Closures, ...]:
        folder = (info.context or {}).get("folder", Path())
        files = _texts(value, 'the name of an iCal file such as "closed.ics", or a list of them')
        return tuple(read_closures(file, folder) for file in files)

    def of(self, weekday: int) -> tuple[Interval, ...]:
        """Return the intervals of a weekday, 0 = Monday; a named day wins over `every`."""
        named = getattr(self, WEEKDAYS[weekday])
        return named if named is not None else (self.every or ())

    def on(self, day: date) -> tuple[Interval, ...]:
        """Return the intervals that begin on a local date, closures by iCal files apart."""
        if day in self.extra:
            return self.extra[day]
        if day in self.closed or is_holiday(day, self.holidays):
            return ()
        return self.of(day.weekday())

    def digest(self) -> str:
        """Return what tells these hours from others, by all that decides when they are open."""
        told = self.model_dump(mode="json", exclude={"ical"})
        told["ical"] = [closures.sha256 for closures in self.ical]
        if self.holidays:  # another version of the library may know of other holidays
            told["holidays_version"] = HOLIDAYS_VERSION
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def in_force(hours: Sequence[Hours], day: date) -> Hours | None:
    """Return which of several hours, in the order of their dates, hold on a local date; None before the first."""
    return next((each for each in reversed(hours) if each.since <= day), None)


def _intervals(value: Any) -> tuple[Interval, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
        raise ValueError('expected a list of spans such as ["08:00-12:00", "13:00-17:30"]')
    return tuple(_interval(v) for v in value)


def _interval(text: str) -> Interval:
    match = _INTERVAL.fullmatch(text.replace(" ", ""))
    if not match:
        raise ValueError(f'expected a span such as "08:00-22:00", found "{text}"')
    hour, minute, until_hour, until_minute = (int(g) for g in match.groups() if g is not None)
    start, end = hour * 60 + minute, until_hour * 60 + until_minute
    if start == end:
        raise ValueError(
            f'"{text}" is open for no time at all; leave the day out when it is closed'
        )
    return (start, end) if end > start else (start, end + DAY_MINUTES)


def _date(value: Any) -> date:
    found = value if isinstance(value, date) and not isinstance(value, datetime) else None
    if isinstance(value, str) and _DATE.fullmatch(value):
        with suppress(ValueError):  # told like any other text that is no date
            found = date.fromisoformat(value)
    if found is None:
        raise ValueError(f'expected a date such as "2026-12-24", found "{value}"')
    if found.year not in YEARS:
        raise ValueError(f'expected a date from {YEARS[0]} to {YEARS[-1]}, found "{value}"')
    return found


def _texts(value: Any, expected: str) -> list[str]:
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list | tuple) or not all(isinstance(v, str) and v for v in found):
        raise ValueError(f"expected {expected}")
    return list(found)
