"""The forecast of each account on the waits in the store, carried on from one renewal to the next."""

import threading
from datetime import datetime
from pathlib import Path
from weakref import WeakKeyDictionary

from sla.forecast.account import Expectation, Forecast
from sla.measures import Clock
from sla.store import Store

# The past that the forecast learns from; up to a thousand waits more, so that its beginning seldom moves.
AT_LEAST = 3000

_WAITS = (Path(__file__).parent / "sql" / "forecast" / "waits.sql").read_text(encoding="utf-8")


class Outlook:
    """The forecasts of one store. What they say is a function of the data alone; what is kept here saves work."""

    def __init__(self) -> None:
        self._forecasts: dict[tuple[str, Clock], Forecast] = {}
        self._working = threading.Lock()

    def of(
        self, store: Store, account: str, clock: Clock, as_of: datetime, now: datetime
    ) -> Expectation | None:
        """Return what is known at `as_of` of the wait of somebody who writes then, in seconds on `clock`.

        None with too few waits, or where the open clock is not known yet.
        """
        instant = _on(store, account, clock, as_of)
        if instant is None:
            return None
        with self._working:
            return self._carried_on(store, account, clock, now).at(instant)

    def _carried_on(self, store: Store, account: str, clock: Clock, now: datetime) -> Forecast:
        values = {
            "account": account,
            "clock": clock,
            "now": now,
            "stale": store.settings.stale_after_seconds(account),
            "at_least": AT_LEAST,
        }
        waits = store.cursor().execute(_WAITS, values).fetchnumpy()
        asked, replied = waits["asked"], waits["replied"]
        before = self._forecasts.get((account, clock))
        forecast = before.with_data(asked, replied) if before else Forecast.of(asked, replied)
        self._forecasts[account, clock] = forecast
        return forecast


def _on(store: Store, account: str, clock: Clock, as_of: datetime) -> float | None:
    """Return the instant *as of* in seconds on a clock; None where the account's open clock is not known."""
    if clock == "calendar":
        return as_of.timestamp()
    asked = "SELECT max(as_of_open) FROM known WHERE account = $account"
    row = store.cursor().execute(asked, {"account": account}).fetchone()
    return None if row is None or row[0] is None else row[0] / 1_000_000


_outlooks: WeakKeyDictionary[Store, Outlook] = WeakKeyDictionary()
_making = threading.Lock()


def outlook(store: Store) -> Outlook:
    """Return the one outlook on a store."""
    with _making:
        return _outlooks.setdefault(store, Outlook())
