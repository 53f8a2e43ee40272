"""The tournament: the estimator that did best on the account's own past carries the figure."""

import numpy as np

from sla.forecast.known import HORIZON, Floats, Ints, Waits

# So many final waits count, each half as much after so many more.
REACH = 1000
HALF_LIFE = 200.0
# A challenger takes over when its loss is below this share of the carrier's: switching costs trust.
DAMPING = 0.95
# The age (s) of the youngest wait that counts: its reply, if it came within the horizon, was sent a horizon ago or more.
AGE = 2 * HORIZON
# With fewer such waits than this the blend goes on.
ENOUGH = 30

_WEIGHTS: Floats = 0.5 ** (np.arange(REACH, 0, -1) / HALF_LIFE)


def pinball(figures: Floats, took: Floats, level: float | Floats) -> Floats:
    """Return the pinball loss (s): `level` for each second too short, 1 − `level` for each too long (Koenker and Bassett 1978)."""
    over = took - figures
    return np.asarray(np.maximum(level * over, (level - 1) * over))


class Losses:
    """How good each estimator was on the account's own past, as known at one instant after another.

    `figures` are those told to the waits (s), a row a wait; beside each other the estimators' for one of `levels`, then for the
    next. The waits from place `first` on were told one.
    """

    def __init__(self, waits: Waits, figures: Floats, levels: Floats, first: int) -> None:
        """Begin with nothing counted."""
        self._waits, self._figures, self._first = waits, figures, first
        self._levels = np.repeat(levels, figures.shape[1] // len(levels))
        self._shape = len(levels), figures.shape[1] // len(levels)
        self._took = np.minimum(waits.replied - waits.asked, HORIZON)
        self._each = np.zeros(figures.shape)
        self._final = first
        self._total: Floats | None = None

    def carriers(self, instant: float, before: Ints) -> Ints:
        """Return for each level which estimator carries the figure at an instant, given who carried it before.

        Only waits twice as old as the horizon are looked at, and only up to the horizon: what no reply of the last
        24 hours could change. So none of these has a say in who carries. Instants must not go back.
        """
        final = int(np.searchsorted(self._waits.asked, instant - AGE, side="right"))
        if final > self._final:
            self._count(final)
        if self._total is None:
            return before
        levels = np.arange(len(before))
        best = self._total.argmin(axis=1)
        better = self._total[levels, best] < DAMPING * self._total[levels, before]
        return np.where(better, best, before)

    def _count(self, final: int) -> None:
        first = max(self._first, final - REACH)
        new = slice(max(self._final, first), final)
        self._final = final
        self._each[new] = pinball(self._figures[new], self._took[new, None], self._levels)
        if final - first >= ENOUGH:
            weights = _WEIGHTS[REACH - (final - first) :]
            self._total = (weights @ self._each[first:final]).reshape(self._shape)
