"""The forecast of each account and channel on the waits in the store, carried on from one renewal to the next."""

import math
import threading
from dataclasses import replace
from datetime import datetime
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from sla.forecast.account import Expectation, Forecast
from sla.scope import FOLDER, Scope
from sla.store import Store

# The past that the forecast learns from; up to a thousand waits more, so that its beginning seldom moves.
AT_LEAST = 3000

_WAITS = (FOLDER / "waits.sql").read_text(encoding="utf-8")


class Outlook:
    """The forecasts of one store. What they say is a function of the data alone; what is kept here saves work."""

    def __init__(self) -> None:
        # Of all waits, and, by True, of those alone that began while it was closed.
        self._forecasts: dict[tuple[Scope, bool], Forecast] = {}
        self._working = threading.Lock()

    def of(
        self, store: Store, scope: Scope, as_of: datetime, now: datetime, *, closed: bool
    ) -> Expectation | None:
        """Return what is known at `as_of` of the wait of somebody who writes then, in seconds on the scope's clock.

        While it is `closed`, no less than what those waited who wrote outside the opening hours before: who does so finds all the
        others of the night before them when it opens. None with too few waits, or where the open clock is not known yet.
        """
        instant = float(scope.on(store, np.array([round(as_of.timestamp() * 1_000_000)], float))[0])
        if math.isnan(instant):
            return None
        with self._working:
            asked, replied = self._waits(store, scope, now)
            of_all = self._carried_on(store, scope, asked, replied).at(instant)
            if of_all is None or not closed:
                return of_all
            away = scope.closed_at(store, asked)
            of_closed = self._carried_on(store, scope, asked[away], replied[away], away=True)
            return _slower(of_all, of_closed.at(instant))

    @staticmethod
    def _waits(store: Store, scope: Scope, now: datetime) -> list[NDArray[np.float64]]:
        """Return when the waits were asked and replied to (µs since 1970, UTC)."""
        values = {
            "account": scope.account,
            "channel": scope.channel,
            "calendar": scope.calendar,
            "now": now,
            "stale": store.settings.stale_after_seconds(scope.account),
            "at_least": AT_LEAST,
        }
        waits = store.cursor().execute(_WAITS, values).fetchnumpy()
        return [np.asarray(waits[name], np.float64) for name in ("asked", "replied")]

    def _carried_on(
        self,
        store: Store,
        scope: Scope,
        asked: NDArray[np.float64],
        replied: NDArray[np.float64],
        *,
        away: bool = False,
    ) -> Forecast:
        waits = (scope.on(store, asked), scope.on(store, replied))
        before = self._forecasts.get((scope, away))
        forecast = before.with_data(*waits) if before else Forecast.of(*waits)
        self._forecasts[scope, away] = forecast
        return forecast


def _slower(of_all: Expectation, of_closed: Expectation | None) -> Expectation:
    """Return the longer of each figure, as the forecast tells it that has the longer promise."""
    if of_closed is None:
        return of_all
    carries = of_closed if of_closed.promise_seconds > of_all.promise_seconds else of_all
    return replace(carries, typical_seconds=max(of_all.typical_seconds, of_closed.typical_seconds))


_outlooks: WeakKeyDictionary[Store, Outlook] = WeakKeyDictionary()
_making = threading.Lock()


def outlook(store: Store) -> Outlook:
    """Return the one outlook on a store."""
    with _making:
        return _outlooks.setdefault(store, Outlook())
