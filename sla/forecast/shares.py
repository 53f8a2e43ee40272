"""What several estimators read: waits as known at instants, and shares answered within each length."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sla.durations import DAY, HOUR
from sla.forecast.known import LENGTHS, Floats, Ints, Waits

DAYS = np.arange(1, 29)
# The same weekday counts three times; what is older counts half as much every ten days.
DAY_WEIGHTS: Floats = 0.5 ** (DAYS / 10) * np.where(DAYS % 7 == 0, 3.0, 1.0)
HALF_WINDOW = 1.5 * HOUR
_COLUMNS = np.arange(len(LENGTHS))


@dataclass(frozen=True)
class Seen:
    """Waits as they are known at instants in ascending order (s); each share is worked out once.

    Shares have a row an instant and a column for each of `LENGTHS`.
    """

    waits: Waits
    at: Floats

    @cached_property
    def matured(self) -> Ints:
        """How many waits are at least as old as each length: of these it is known who was answered within it."""
        return np.searchsorted(self.waits.asked, self.at[:, None] - LENGTHS, side="right")

    def of_last(self, count: int) -> Floats:
        """Return the share answered within each length among the last `count` that are so old (missing ones: not answered)."""
        return np.asarray(self._between(np.maximum(self.matured - count, 0), self.matured) / count)

    @cached_property
    def recent(self) -> Floats:
        """The share among the latest, weighed about 1 / rank: the mean over the last 10, 20, 40, 80 and 160."""
        upto = self.matured
        shares = [
            self._between(np.maximum(upto - count, 0), upto) / np.clip(upto, 1, count)
            for count in (10, 20, 40, 80, 160)
        ]
        return np.asarray(np.mean(shares, axis=0))

    @cached_property
    def at_this_hour(self) -> tuple[Floats, Floats]:
        """How many final waits of this hour were answered within each length, and how many there are, weighed."""
        final = self.waits.final(self.at)[:, None]
        days = self.at[:, None] - DAYS * DAY
        asked, within = self.waits.asked, self.waits.within
        first = np.minimum(np.searchsorted(asked, days - HALF_WINDOW, side="left"), final)
        upto = np.minimum(np.searchsorted(asked, days + HALF_WINDOW, side="left"), final)
        counts = np.einsum("d,tdg->tg", DAY_WEIGHTS, within[upto] - within[first])
        return counts, (upto - first) @ DAY_WEIGHTS

    @property
    def usual(self) -> Floats:
        """The share that is usual at this hour, from final waits alone; the last 200 of them stand in with the weight of ten."""
        within, count = self.at_this_hour
        final = self.waits.final(self.at)[:, None]
        latest = self._between(np.maximum(final - 200, 0), final) / np.clip(final, 1, 200)
        return np.asarray((within + 10 * latest) / (count[:, None] + 10))

    def _between(self, first: NDArray[np.int64], upto: NDArray[np.int64]) -> Floats:
        within = self.waits.within
        counts: Floats = (within[upto, _COLUMNS] - within[first, _COLUMNS]).astype(float)
        return counts
