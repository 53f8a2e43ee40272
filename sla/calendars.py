"""Calendars: when an account is open, from its intervals, holidays and closures, as UTC spans."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sla.closures import Span
from sla.opening import Hours, in_force
from sla.settings import Account

_ONE_DAY = timedelta(days=1)
# An interval begins on its day and lasts less than two.
_LONGEST = 2 * _ONE_DAY
# Part of every calendar's key: raise it when the same settings come to mean other spans.
_MEANING = "1"


@dataclass(frozen=True)
class Calendar:
    """The hours, in the order of their dates, that hold for an account or for a channel of it."""

    time_zone: str
    hours: tuple[Hours, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the hours are local."""
        return ZoneInfo(self.time_zone)

    @property
    def begins(self) -> datetime:
        """The instant from which there are hours at all."""
        since = self.hours[0].since
        if since == date.min:
            return datetime.min.replace(tzinfo=UTC)
        return _instant(since, 0, self.zone)

    @cached_property
    def key(self) -> str:
        """Names the calendar by what is in it: another name means other open times, and the reverse."""
        told = "|".join([_MEANING, self.time_zone, *(hours.digest() for hours in self.hours)])
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def calendars(account: Account) -> dict[str, Calendar]:
    """Return an account's calendars by channel, "" for all other channels; none where there are no hours."""
    channels = {"": None} | {name: name for name, c in account.channels.items() if c.hours}
    found = {
        name: Calendar(account.time_zone, account.hours_of(channel))
        for name, channel in channels.items()
    }
    return {name: calendar for name, calendar in found.items() if calendar.hours}


def keys(account: Account) -> dict[str, str]:
    """Return the keys of an account's calendars by channel: when they change, so do its open times."""
    return {name: calendar.key for name, calendar in calendars(account).items()}


def spans(calendar: Calendar, begin: datetime, end: datetime) -> list[Span]:
    """Return when a calendar is open between two instants, as UTC spans in order, cut at both.

    A local time that summer time skips is moved forward by what is skipped; one that occurs twice
    counts as its first occurrence. Overlapping intervals become one.
    """
    first = begin.astimezone(calendar.zone).date() - _LONGEST
    last = end.astimezone(calendar.zone).date()
    cut = (
        (max(opens, begin), min(closes, end))
        for opens, closes in _merged(_raw(calendar, first, last))
    )
    return [(opens, closes) for opens, closes in cut if opens < closes]


def _merged(found: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for begin, end in sorted(found):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def _raw(calendar: Calendar, first: date, last: date) -> Iterator[Span]:
    zone, closures = calendar.zone, _closures(calendar, first, last)
    for day in (first + n * _ONE_DAY for n in range((last - first).days + 1)):
        hours = in_force(calendar.hours, day)
        if hours is None:
            continue
        shut = [] if day in hours.extra else closures[hours.since]
        for start, end in hours.on(day):
            opens, closes = _instant(day, start, zone), _instant(day, end, zone)
            if opens < closes:  # an interval inside the hour that summer time skips is none
                yield from _without((opens, closes), shut)


def _closures(calendar: Calendar, first: date, last: date) -> dict[date, list[Span]]:
    """Return the closures that iCal files tell, by the date from which their hours hold."""
    begin, end = (_instant(day, 0, calendar.zone) for day in (first, last + _LONGEST))
    return {
        hours.since: _merged(
            s for file in hours.ical for s in file.between(calendar.zone, begin, end)
        )
        for hours in calendar.hours
    }


def _without(span: Span, closures: list[Span]) -> Iterator[Span]:
    opens, closes = span
    for i in range(bisect_right(closures, opens, key=lambda closure: closure[1]), len(closures)):
        begin, end = closures[i]
        if begin >= closes:
            break
        if opens < begin:
            yield opens, begin
        opens = end
    if opens < closes:
        yield opens, closes


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which the wall clock shows `minute` minutes after midnight of `day`."""
    days, minute = divmod(minute, 1440)
    wall = datetime.combine(
        day + timedelta(days=days), time(minute // 60, minute % 60), tzinfo=zone
    )
    return wall.astimezone(UTC)
