"""Calibration: the share kept is steered to the level by what became of past figures.

A figure is a miss the moment a wait passes it, however late its reply, and kept when the reply comes within it. Each miss
raises the next figures by `gain × level`, each kept one lowers them by `gain × (1 − level)`, on a log scale: where the share
kept is the level, both balance. That is quantile tracking, the form that Angelopoulos, Candès and Tibshirani (2023) give
to the adaptive conformal inference of Gibbs and Candès (2021). Feedback fades by how many were asked since, so that a
long lull of kept figures does not have to be paid back by as many misses.

A wait that is still open counts as that share of a miss which has gone by of its figure. That is what is to be expected
of it where waits have a heavy tail, S(t) = 1 / (1 + t / s): if the figure is right, the chance of a miss grows from 1 − level
in a straight line to 1. So a surge raises the figure before the first miss proves it.

Late feedback needs no queue: the sum runs over the waits in the order in which they were asked, with what is known of each.
So the offset can only rise when a reply comes later or not at all: a kept figure turns undecided or into a miss.
"""

from collections.abc import Sequence

import numpy as np

from sla.forecast.known import HORIZON, Floats, Waits

# Feedback of older waits than this has faded to nothing that shows.
REACH = 1200


def steering(gain: float, half_life: float) -> Floats:
    """Return the weights of the latest waits' feedback, the latest last.

    They begin at `gain`, the step for the latest wait, and halve every `half_life` waits.
    """
    return np.asarray(gain * 0.5 ** (np.arange(REACH - 1, -1, -1) / half_life))


class Feedback:
    """What became of the figures told to an account's waits, as known at one instant after another.

    `figures` are those told (s, at most the horizon): a row a wait, a column a figure of the level in `levels`; some columns
    are steered by some weights. The waits from place `first` on were told one; rows may be filled in until the wait is
    known. A figure of the horizon means "a day or more" and can't be missed.
    """

    def __init__(
        self,
        waits: Waits,
        figures: Floats,
        levels: Floats,
        steered: Sequence[tuple[slice, Floats]],
        first: int,
        known: int,
    ) -> None:
        """Begin with the first `known` waits, about which nothing has been counted yet."""
        self._waits, self._figures, self._levels = waits, figures, levels
        self._steered = steered
        self._took = np.minimum(waits.replied - waits.asked, HORIZON)
        # What a wait counts once it is settled: its level when it was a miss, level − 1 when kept.
        self._counts = np.zeros(figures.shape)
        self._known = max(first, known - REACH)
        self._waiting = np.zeros(0, np.int64)

    def offsets(self, instant: float, known: int) -> Floats:
        """Return what to add to the logarithm of each figure at an instant, before which `known` waits were asked.

        Instants must not go back.
        """
        self._settle(instant, known)
        first = max(0, known - REACH)
        waiting = self._waiting[self._waiting >= first]
        figures = self._figures[waiting]
        gone = (instant - self._waits.asked[waiting])[:, None] / figures
        gone = np.where(figures < HORIZON, np.minimum(gone, 1.0), 0.0) * self._levels
        total = np.empty(len(self._levels))
        for columns, weights in self._steered:
            settled = weights[REACH - (known - first) :] @ self._counts[first:known, columns]
            total[columns] = settled + weights[REACH - known + waiting] @ gone[:, columns]
        # The last bits of such a sum differ between processors; what is told must not.
        return np.round(total, 9)

    def _settle(self, instant: float, known: int) -> None:
        """Count the waits that have been answered, or are as old as the horizon, since the instant before."""
        waits = self._waits
        if known > self._known:
            self._waiting = np.concatenate([self._waiting, np.arange(self._known, known)])
            self._known = known
        waiting = self._waiting
        settled = (waits.replied[waiting] <= instant) | (instant - waits.asked[waiting] >= HORIZON)
        if settled.any():
            done = waiting[settled]
            missed = self._figures[done] < self._took[done, None]
            self._counts[done] = missed + (self._levels - 1)
            self._waiting = waiting[~settled]
