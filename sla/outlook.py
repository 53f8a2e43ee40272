"""The forecast of each account and channel on the waits in the store, carried on from one renewal to the next."""

import math
import threading
from datetime import datetime
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from sla.forecast.account import Expectation, Forecast
from sla.forecast.closed import Closed
from sla.scope import FOLDER, Scope
from sla.store import Store

# The past that the forecast learns from; up to a thousand waits more, so that its beginning seldom moves.
AT_LEAST = 3000

_WAITS = (FOLDER / "waits.sql").read_text(encoding="utf-8")


class Outlook:
    """The forecasts of one store. What they say is a function of the data alone; what is kept here saves work."""

    def __init__(self) -> None:
        self._forecasts: dict[Scope, Forecast] = {}
        self._working = threading.Lock()

    def of(
        self, store: Store, scope: Scope, as_of: datetime, now: datetime, *, closed: bool
    ) -> Expectation | None:
        """Return what is known at `as_of` of the wait of somebody who writes then, in seconds on the scope's clock.

        While it is `closed`, no less than what those waited who wrote in a closed time before, about as long and after about as many
        others. None with too few waits, or where the open clock is not known yet.
        """
        instants = np.array([round(each.timestamp() * 1_000_000) for each in (as_of, now)], float)
        instant, opening = map(float, scope.on(store, instants))
        if math.isnan(instant):
            return None
        with self._working:
            written, answered = _waits(store, scope, now)
            asked, replied = scope.on(store, written), scope.on(store, answered)
            found = self._carried_on(scope, asked, replied).at(instant)
        if found is None or not closed:
            return found
        away, lasted = scope.closed_for(store, np.append(written, instants[1]))
        those = away[:-1] & (written <= instants[0])
        before = Closed.of(written[those], asked[those], replied[those], lasted[:-1][those])
        return before.slower(found, instant, opening, float(lasted[-1]))

    def _carried_on(
        self, scope: Scope, asked: NDArray[np.float64], replied: NDArray[np.float64]
    ) -> Forecast:
        before = self._forecasts.get(scope)
        forecast = before.with_data(asked, replied) if before else Forecast.of(asked, replied)
        self._forecasts[scope] = forecast
        return forecast


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


_outlooks: WeakKeyDictionary[Store, Outlook] = WeakKeyDictionary()
_making = threading.Lock()


def outlook(store: Store) -> Outlook:
    """Return the one outlook on a store."""
    with _making:
        return _outlooks.setdefault(store, Outlook())
