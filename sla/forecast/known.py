"""An account's waits as numbers on one axis, and what of them is known at an instant."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sla.durations import DAY, MINUTE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# A wait is final when it is this old: scores and choices count nothing longer, and nothing younger.
HORIZON = DAY
# Lengths (s) at which shares answered are kept: half a minute, then from one minute to the horizon in steps of 9 %.
LENGTHS: Floats = np.concatenate(([MINUTE / 2], np.geomspace(MINUTE, HORIZON, 84).round(6)))


@dataclass(frozen=True)
class Waits:
    """One account's waits in the order in which they were asked.

    `asked` and `replied` are seconds on one axis (calendar or open), `replied` infinite where there is no reply.
    `within[i, g]` counts the first i waits that took at most `LENGTHS[g]`. Nothing here depends on an instant:
    what is known at one is asked for by the methods.
    """

    asked: Floats
    replied: Floats
    within: NDArray[np.int32]
    # Sorted instants: of replies, and of the ends of waits that lasted (answered, or older than the horizon).
    replies: Floats
    lasting: Floats
    ends: Floats

    @classmethod
    def of(cls, asked: Any, replied: Any) -> Self:
        """Return waits in order. Of those asked at once the earliest answered comes first.

        So an open wait never stands before an answered one of the same instant, and what becomes of it later
        can't change the order of what is known.
        """
        starts = np.asarray(asked, dtype=np.float64)
        ends = np.asarray(replied, dtype=np.float64)
        ends = np.where(np.isnan(ends), np.inf, ends)
        order = np.lexsort((ends, starts))
        starts, ends = starts[order], ends[order]
        if np.any(ends < starts):
            raise ValueError(
                "a reply lies before its question; such waits are unknown and stay out"
            )
        took = ends - starts
        within = np.zeros((len(starts) + 1, len(LENGTHS)), np.int32)
        np.cumsum(took[:, None] <= LENGTHS, axis=0, out=within[1:])
        lasted = took > 0
        return cls(
            starts,
            ends,
            within,
            np.sort(ends[np.isfinite(ends)]),
            starts[lasted],
            np.sort(np.minimum(ends, starts + HORIZON)[lasted]),
        )

    def before(self, at: Floats) -> Ints:
        """Return how many waits were asked before each instant; one asked at that very instant is not known yet."""
        return np.searchsorted(self.asked, at, side="left")

    def final(self, at: Floats) -> Ints:
        """Return how many waits are as old as the horizon at each instant."""
        return np.searchsorted(self.asked, at - HORIZON, side="right")

    def latest(self, at: Floats, count: int) -> tuple[Floats, NDArray[np.bool_]]:
        """Return, for each instant, how long the latest `count` waits took or have been open, and which are there."""
        rows = self.before(at)[:, None] - np.arange(1, count + 1)
        there = rows >= 0
        rows = np.maximum(rows, 0)
        if len(self.asked) == 0:
            return np.zeros(rows.shape), there
        return np.minimum(self.replied[rows], at[:, None]) - self.asked[rows], there
