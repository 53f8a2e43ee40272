"""Whose wait a banner tells: an account's, or one of its channels'; and the opening hours that it goes by."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sla import calendars
from sla.measures import Clock
from sla.store import Store

FOLDER = Path(__file__).parent / "sql" / "forecast"


def _sql(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


_OPENING, _SPANS, _AFTER = map(_sql, ("opening", "spans", "after_open_time"))


@dataclass(frozen=True)
class Scope:
    """An account (no channel), or one channel of it; `calendar` is the key of its opening hours, None without any.

    Hours of a single channel are not what the account's banner speaks of.
    """

    account: str
    channel: str | None = None
    calendar: str | None = None

    @classmethod
    def of(cls, store: Store, account: str, channel: str | None, now: datetime) -> "Scope":
        """Return the scope with the hours that are kept at `now`."""
        configured = store.settings.account(account)
        if configured.hours_on(now.astimezone(configured.zone).date(), channel) is None:
            return cls(account, channel)
        keys = calendars.keys(configured)
        return cls(account, channel, keys.get(channel or "", keys.get("")))

    @property
    def clock(self) -> Clock:
        """The clock that its promise runs on."""
        return "calendar" if self.calendar is None else "open"

    def opening(self, store: Store, now: datetime) -> tuple[bool, datetime | None]:
        """Return whether it is open, and when it opens next (None: not within the hours worked out)."""
        if self.calendar is None:
            return True, None
        row = _row(store, _OPENING, now=now, calendar=self.calendar)
        assert row is not None
        return row[0], row[1]

    def on(self, store: Store, instants: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return instants (µs since 1970, UTC) in seconds on its clock: NaN before its hours began, infinite ones stay so."""
        if self.calendar is None:
            return instants / 1_000_000
        before, opens, closes, gone, _ = self._opened_last(store, instants)
        open_time = (gone + np.minimum(instants, closes) - opens) / 1_000_000
        return np.where(np.isinf(instants), instants, np.where(before, np.nan, open_time))

    def closed_for(
        self, store: Store, instants: NDArray[np.float64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Return which instants (µs since 1970, UTC) lie outside its hours, and how long (s) it is closed around each.

        NaN: it is open, or not known, as before the hours began.
        """
        if self.calendar is None:
            return np.zeros(len(instants), bool), np.full(len(instants), np.nan)
        before, _, closes, _, opens_next = self._opened_last(store, instants)
        away = before | (instants >= closes)
        return away, np.where(away & ~before, (opens_next - closes) / 1_000_000, np.nan)

    def _opened_last(self, store: Store, instants: NDArray[np.float64]) -> tuple[NDArray[Any], ...]:
        """Return whether an instant lies before its hours began, and of the span that opened last: opens, closes, open time before it, and when the next one opens."""
        spans = store.cursor().execute(_SPANS, {"calendar": self.calendar}).fetchnumpy()
        place = np.searchsorted(spans["opens"], instants, side="right") - 1
        last = np.maximum(place, 0)
        of_last = (np.asarray(spans[name])[last] for name in ("opens", "closes", "gone"))
        return place < 0, *of_last, np.append(spans["opens"], np.nan)[last + 1]

    def from_now(self, store: Store, now: datetime, seconds: int) -> int | None:
        """Return the calendar seconds until `seconds` on its clock have gone by; None: not for long."""
        if self.calendar is None:
            return seconds
        row = _row(store, _AFTER, now=now, calendar=self.calendar, seconds=seconds)
        return None if row is None else max(0, -(-int(row[0]) // 1_000_000))


def _row(store: Store, sql: str, **values: Any) -> tuple[Any, ...] | None:
    return store.cursor().execute(sql, values).fetchone()
