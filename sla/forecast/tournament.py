"""The tournament: the estimator that did best on the account's own past carries the figure."""

import numpy as np

from sla.forecast.known import HORIZON, Floats, Waits

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


def pinball(figures: Floats, took: Floats, level: float) -> Floats:
    """Return the pinball loss (s): `level` for each second too short, 1 − `level` for each too long (Koenker and Bassett 1978)."""
    over = took - figures
    return np.asarray(np.maximum(level * over, (level - 1) * over))


def carrier(waits: Waits, figures: Floats, instant: float, level: float, before: int) -> int:
    """Return the column that carries the figure at an instant, given who carried it before.

    Only waits twice as old as the horizon are looked at, and only up to the horizon: what no reply of the last
    24 hours could change. So none of these has a say in who carries.
    """
    final = int(np.searchsorted(waits.asked, instant - AGE, side="right"))
    first = max(0, final - REACH)
    told = figures[first:final]
    there = ~np.isnan(told[:, 0])
    if there.sum() < ENOUGH:
        return before
    took = np.minimum(waits.replied[first:final] - waits.asked[first:final], HORIZON)
    loss = pinball(told[there], took[there, None], level)
    total = _WEIGHTS[REACH - (final - first) :][there] @ loss
    best = int(total.argmin())
    return best if total[best] < DAMPING * total[before] else before
