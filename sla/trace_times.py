"""Instants as a trace tells them: in the account's time zone, as precise as they need to be."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


class LocalTimes:
    """Tells instants in one time zone, all alike.

    To the minute, or to the second or millisecond when one of them needs it; with the offset from UTC
    when it is not the same for all, as around summer time.
    """

    def __init__(self, zone: ZoneInfo, instants: Iterable[datetime | None]) -> None:
        self._zone = zone
        local = [at.astimezone(zone) for at in instants if at is not None]
        self._format = "%H:%M" if all(at.second == 0 for at in local) else "%H:%M:%S"
        self._milliseconds = any(at.microsecond for at in local)
        self._offset = len({at.utcoffset() for at in local}) > 1

    def time(self, at: datetime) -> str:
        """Return the time of day: "09:00", "09:00:30", "09:00:30.500 +01:00"."""
        local = at.astimezone(self._zone)
        if self._milliseconds:
            told = f"{local:%H:%M:%S}.{local.microsecond // 1000:03}"
        else:
            told = format(local, self._format)
        return f"{told} {_offset(local)}" if self._offset else told

    def full(self, at: datetime) -> str:
        """Return day and time: "2 Mar 2026 09:00"."""
        return f"{self.day(at)} {self.time(at)}"

    def day(self, at: datetime) -> str:
        """Return the day: "2 Mar 2026"."""
        local = at.astimezone(self._zone)
        return f"{local.day} {local:%b %Y}"

    def weekday(self, at: datetime) -> str:
        """Return the day of the week: "Mon"."""
        return format(at.astimezone(self._zone), "%a")

    def short(self, at: datetime, than: datetime) -> str:
        """Return "13:12", or "3 Mar 2026 at 13:12" when that is not the day of `than`."""
        same_day = self.day(at) == self.day(than)
        return self.time(at) if same_day else f"{self.day(at)} at {self.time(at)}"

    def spoken(self, at: datetime, than: datetime) -> str:
        """Return "at 13:12", or "on 3 Mar 2026 at 13:12" when that is not the day of `than`."""
        word = "at" if self.day(at) == self.day(than) else "on"
        return f"{word} {self.short(at, than)}"

    def moved(self, start: datetime, end: datetime) -> timedelta:
        """Return by how much the clock on the wall was put forward between two instants."""
        before, after = (at.astimezone(self._zone).utcoffset() for at in (start, end))
        return (after or timedelta()) - (before or timedelta())


def _offset(local: datetime) -> str:
    told = format(local, "%z")
    return f"{told[:3]}:{told[3:5]}"
