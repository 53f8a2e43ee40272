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

from dataclasses import dataclass
from typing import Self

import numpy as np

from sla.forecast.known import HORIZON, Floats, Waits

# Feedback of older waits than this has faded to nothing that shows.
REACH = 1200


@dataclass(frozen=True)
class Steering:
    """How hard a figure is steered: the weights of the latest waits' feedback, the latest last."""

    weights: Floats

    @classmethod
    def by(cls, gain: float, half_life: float) -> Self:
        """Return weights that begin at `gain`, the step for the latest wait, and halve every `half_life` waits."""
        return cls(gain * 0.5 ** (np.arange(REACH - 1, -1, -1) / half_life))


def offsets(
    waits: Waits, figures: Floats, instant: float, known: int, level: float, steering: Steering
) -> Floats:
    """Return what to add to the logarithm of each figure at an instant.

    `figures` are those told to the waits (s, at most the horizon), a row a wait, a column a figure; the first `known` waits were
    asked before the instant. NaN is no figure and gives no feedback. A figure of the horizon means "a day or more"
    and can't be missed.
    """
    first = max(0, known - REACH)
    replied = waits.replied[first:known]
    elapsed = np.minimum(np.minimum(replied, instant) - waits.asked[first:known], HORIZON)
    settled = (replied <= instant) | (elapsed >= HORIZON)
    told = figures[first:known]
    weights = steering.weights[REACH - (known - first) :]
    missed = told < elapsed[:, None]
    # A miss counts `level`, a kept one − (1 − level): summed as 1 for each miss less 1 − level for each that is settled.
    total = (weights * np.where(settled, 1.0, level)) @ missed
    total -= (1 - level) * (weights * settled)[~np.isnan(told[:, 0])].sum()
    waiting = np.flatnonzero(~settled)
    if len(waiting):
        gone = elapsed[waiting, None] / told[waiting]
        gone[~(told[waiting] < HORIZON) | (gone > 1)] = 0
        total += level * (weights[waiting] @ gone)
    # The last bits of such a sum differ between processors; what is told must not.
    return np.asarray(np.round(total, 9))
