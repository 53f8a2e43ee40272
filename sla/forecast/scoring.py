"""How good figures were: the share kept, the pinball loss, and the last-hour window as the peer."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sla.durations import HOUR
from sla.forecast.known import HORIZON, Floats, Waits
from sla.forecast.tournament import pinball


@dataclass(frozen=True)
class Score:
    """The scores of one account's figures, or of several put together.

    `kept` is the share of waits within the promise; the losses are means (s) of figures and of the last-hour window; `ratio` is the
    promise's loss over the window's. None where nothing was scored.
    """

    n: int
    kept: float | None
    pinball_50: float | None
    pinball_90: float | None
    window_50: float | None
    window_90: float | None
    ratio: float | None

    def as_json(self) -> dict[str, Any]:
        """Return the fields by name."""
        return asdict(self)


def last_hour_window(waits: Waits, level: float) -> Floats:
    """Return for each wait the level among the waits of replies sent in the hour before it was asked.

    Of the last 20 replies where there were fewer than 3; the horizon before the first reply. This is the peer,
    as others print it: silence keeps it low.
    """
    order = np.argsort(waits.replied, kind="stable")
    order = order[: int(np.isfinite(waits.replied).sum())]
    took = (waits.replied - waits.asked)[order]
    sent = waits.replied[order]
    upto = np.searchsorted(sent, waits.asked, side="right")
    first = np.searchsorted(sent, waits.asked - HOUR, side="left")
    first = np.where(upto - first < 3, np.maximum(upto - 20, 0), first)
    found = [
        _quantile(took[a:b], level) if b > a else HORIZON
        for a, b in zip(first.tolist(), upto.tolist(), strict=True)
    ]
    return np.array(found, dtype=np.float64)


def _quantile(values: Floats, level: float) -> float:
    """Return what np.quantile does, at a tenth of its cost for a few values."""
    place = level * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    ordered = np.partition(values, (low, high))
    return float(ordered[low] + (place - low) * (ordered[high] - ordered[low]))


def score(
    took: Floats, typical: Floats, promise: Floats, window_50: Floats, window_90: Floats
) -> Score:
    """Return the scores; waits count up to the horizon, and one that was never answered counts as the horizon."""
    if not len(took):
        return Score(0, None, None, None, None, None, None)
    took = np.minimum(took, HORIZON)
    losses = [
        float(pinball(figures, took, level).mean())
        for figures, level in ((typical, 0.5), (promise, 0.9), (window_50, 0.5), (window_90, 0.9))
    ]
    kept = float((took <= promise).mean())
    ratio = losses[1] / losses[3] if losses[3] else None
    return Score(len(took), kept, losses[0], losses[1], losses[2], losses[3], ratio)
