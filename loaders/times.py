"""Times as exports write them, read into UTC instants."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from loaders.edges import without_edges
from loaders.options import Options
from loaders.problems import Ask, NotUsable, SpoiltRow, shown
from loaders.sink import Sink
from loaders.toml_text import toml_text

_MONTHS = {
    name: f"{number:02}"
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_SPACED_OFFSET = re.compile(r"\s+(?=(?:[+-]\d\d(?::?\d\d)?|Z)$)", re.ASCII)
# Whole numbers of 9 to 11 digits are seconds (1973 to 5138), longer ones milliseconds.
_SECONDS_DIGITS = range(9, 12)
_MILLISECONDS_DIGITS = range(12, 15)

_EPOCH = re.compile(r"(\d{9,14})\.(\d+)", re.ASCII)
# Clocks that show a leap second, and those that end the day with an hour of its own.
_LEAP_SECOND = re.compile(r"(:\d\d):60(?!\d)", re.ASCII)
_END_OF_DAY = re.compile(r"([T ])24(:?00(?::?00(?:[.,]0+)?)?)(?![\d:.,])", re.ASCII)

_1970 = datetime(1970, 1, 1, tzinfo=UTC)
# Nobody wrote to a brand before; programs write year 1, 1900 or 1970 where they know no time.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

# Clocks of other machines run ahead; this much of it is forgiven.
_SLACK = timedelta(days=1)


def written_time(text: str) -> datetime | None:
    """Read a time as X writes it (`Tue Oct 31 22:10:47 +0000 2017`), as ISO 8601, or as epoch.

    Numbers of 9 to 11 digits are seconds since 1970, of 12 to 14 digits milliseconds, either with or
    without a fraction. A leap second (`:60`) is read as the second before it, and `24:00` as the
    midnight that ends the day. The result has no zone where the text names none; None means that it is no time, or only a date.
    """
    text = without_edges(text)
    try:
        return _read(text)
    except OverflowError:
        return None
    except ValueError:
        pass
    try:
        return _read_odd(text)
    except (ValueError, OverflowError):
        return None


def _read(text: str) -> datetime | None:
    if not text[:1].isdigit():
        return _twitter_time(text)
    if text.isdigit():
        return _epoch_time(text)
    if fraction := _EPOCH.fullmatch(text):
        return _epoch_time(*fraction.groups())
    if text.endswith(("UTC", "GMT")):
        text = text[:-3].rstrip() + "+00:00"
    elif " " in text:
        text = _SPACED_OFFSET.sub("", text)
    # A date alone says nothing about when a wait began.
    return datetime.fromisoformat(text) if ":" in text or "T" in text else None


def _read_odd(text: str) -> datetime | None:
    """Read a time with a leap second or an hour 24; None where it has neither."""
    plain = _LEAP_SECOND.sub(r"\1:59", text, count=1)
    plain, ends_day = _END_OF_DAY.subn(r"\g<1>00\2", plain, count=1)
    if plain == text:
        return None
    found = _read(plain)
    return found + timedelta(days=1) if found and ends_day else found


def _twitter_time(text: str) -> datetime | None:
    parts = text.split(" ")
    if len(parts) != 6 or parts[1] not in _MONTHS:
        return None
    _, month, day, clock, offset, year = parts
    return datetime.fromisoformat(f"{year}-{_MONTHS[month]}-{day:0>2}T{clock}{offset}")


def _epoch_time(digits: str, fraction: str = "") -> datetime | None:
    part = int(f"{fraction:0<6.6}")
    if len(digits) in _SECONDS_DIGITS:
        return _1970 + timedelta(seconds=int(digits), microseconds=part)
    if len(digits) in _MILLISECONDS_DIGITS:
        return _1970 + timedelta(milliseconds=int(digits), microseconds=part // 1000)
    return None


class Clock:
    """Turns the times of one file into UTC instants and keeps count of what was resolved.

    A time without an offset is read in the zone that is said for the file, else in the one that the
    options name for its account, or for "*". A local time that occurs twice is taken as the first of the two; one that never occurs
    is moved forward by the gap.
    """

    def __init__(self, file_name: str, options: Options, zone: str | None = None) -> None:
        self._file_name = file_name
        self._options = options
        self._zone = zone
        self._latest = options.now + _SLACK
        self._zones: dict[str, ZoneInfo] = {}
        self._twice: dict[str, int] = {}
        self._never: dict[str, int] = {}

    def instant(
        self, value: str | datetime, field: str, account: str | None, line: int | None
    ) -> datetime:
        """Read one time of one row.

        Raises SpoiltRow if it is none, lies before 1990 or in the future, NotUsable if it needs a zone and none
        is named.
        """
        utc = time = value if isinstance(value, datetime) else written_time(value)
        if time is not None and time.tzinfo is not UTC:
            try:
                utc = time.astimezone(UTC) if time.tzinfo else self._resolved(time, account, line)
            except OverflowError:
                utc = None
        if utc is None:
            raise SpoiltRow(
                f"{field} is no time",
                f"{field} is {shown(str(value))}, which is no time",
                "Write it as ISO 8601 with an offset, such as 2024-03-31T09:30:00+01:00.",
            )
        if utc < EARLIEST:
            raise SpoiltRow(
                f"{field} before {EARLIEST.year}",
                f"{field} is {shown(str(value))}, a date before there was anybody to write to: programs write such "
                "a one where they know none",
                "Put in the time at which it was sent, or take the row out.",
            )
        if utc > self._latest:
            raise SpoiltRow(
                f"{field} in the future",
                f"{field} is {shown(str(value))}, which lies in the future",
                "Correct the time, or the clock of this computer if that is the one that is wrong.",
            )
        return utc

    def tell(self, sink: Sink) -> None:
        """Note, in a sentence a zone, how many local times had to be resolved."""
        for zone, count in self._twice.items():
            sink.note(
                f"{_times(count)} in {zone} occurred twice, when summer time ended; "
                "the first of the two was taken."
            )
        for zone, count in self._never.items():
            sink.note(
                f"{_times(count)} in {zone} never occurred, when summer time began; "
                "moved forward by the gap."
            )

    def _resolved(self, local: datetime, account: str | None, line: int | None) -> datetime:
        zone = self._zone_of(account, line)
        first = local.replace(tzinfo=zone, fold=0)
        offset = first.utcoffset() or timedelta()
        other = first.replace(fold=1).utcoffset() or timedelta()
        if offset != other:
            counts = self._twice if offset > other else self._never
            counts[zone.key] = counts.get(zone.key, 0) + 1
        return first.astimezone(UTC)

    def _zone_of(self, account: str | None, line: int | None) -> ZoneInfo:
        name = account or "*"
        if name not in self._zones:
            self._zones[name] = self._named_zone(name, line)
        return self._zones[name]

    def _named_zone(self, account: str, line: int | None) -> ZoneInfo:
        zones = self._options.time_zones
        zone = self._zone or zones.get(account) or zones.get("*")
        if zone is None:
            raise NotUsable(
                "no_time_zone",
                f"{self._file_name}, line {line}: the times of {_account(account)} name no time zone, "
                f"and the settings name none for it either. Put these two lines into settings.toml, "
                f"with the zone that the export was made in, and load the file again:\n"
                f'[accounts.{toml_text(account)}]\ntime_zone = "Europe/London"',
                (Ask("time_zone", "In which time zone did the clock stand whose times it holds?"),),
            )
        try:
            return ZoneInfo(zone)
        except (OSError, ValueError, KeyError):
            raise NotUsable(
                "no_time_zone",
                f"{self._file_name}, line {line}: the time zone {shown(zone)} of {_account(account)} is not known. "
                "Write it in settings.toml as the IANA database does, such as Europe/London.",
            ) from None


def _account(name: str) -> str:
    return "rows without an account" if name == "*" else f"account {shown(name)}"


def _times(count: int) -> str:
    return f"{count:,} local time" if count == 1 else f"{count:,} local times"
