"""The forecast of one account: figures at an instant, and the replay of all that were told before it."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sla.forecast.calibration import Steering, offsets
from sla.forecast.estimators import ESTIMATORS, SHORTEST
from sla.forecast.known import HORIZON, Floats, Waits
from sla.forecast.rounding import rounded_up
from sla.forecast.tournament import carrier

TYPICAL, PROMISE = 0.5, 0.9
LEVELS = (TYPICAL, PROMISE)
# With fewer earlier waits than this nothing is told and nothing is learned.
FIRST = 10
BLEND = "blend"
NAMES = (*ESTIMATORS, BLEND)

# Each estimator finds its scale slowly; the published figure is steered closely.
OWN = Steering.by(gain=0.03, half_life=300)
PUBLISHED = Steering.by(gain=0.15, half_life=200)
_BLOCK = 256
_FLOOR_WAITS, _NEARLY = 50, 1.05


@dataclass
class Told:
    """What was told to each wait when it was asked, for one level; a row a wait.

    `figures`: each estimator's calibrated figure (s); `published`: the figure that stood, rounded up (s);
    `carriers`: whose it was. NaN before there was anything to tell.
    """

    level: float
    figures: Floats
    published: Floats
    carriers: NDArray[np.int64]

    @classmethod
    def nothing(cls, level: float, count: int) -> "Told":
        """Return room for `count` waits."""
        return cls(
            level,
            np.full((count, len(NAMES)), np.nan),
            np.full((count, 1), np.nan),
            np.full(count, len(NAMES) - 1, np.int64),
        )


@dataclass(frozen=True)
class Figure:
    """The figure for one level at one instant (s), before and after rounding, with what it was made from."""

    seconds: float
    published: int
    carrier: int
    figures: Floats
    own: Floats
    offset: float


def base(waits: Waits, at: Floats, level: float) -> Floats:
    """Return the logarithm of every estimator's figure, a row an instant."""
    return np.log(np.column_stack([one(waits, at, level) for one in ESTIMATORS.values()]))


def tell(waits: Waits, told: Told, logs: Floats, instant: float, known: int) -> Figure:
    """Return the figure at an instant from what was told before: a pure function of what was known."""
    level = told.level
    own = offsets(waits, told.figures, instant, known, level, OWN)
    each = logs + own[:-1]
    every = np.append(each, each.mean() + own[-1])
    figures = _seconds(every)
    before = int(told.carriers[known - 1]) if known else len(NAMES) - 1
    carries = carrier(waits, told.figures, instant, level, before)
    offset = float(offsets(waits, told.published, instant, known, level, PUBLISHED)[0])
    seconds = max(float(_seconds(every[carries] + offset)), floor(waits, instant, level))
    return Figure(seconds, min(rounded_up(seconds), HORIZON), carries, figures, own, offset)


def floor(waits: Waits, instant: float, level: float) -> float:
    """Return the length (s) below which no figure goes where the latest 50 waits are nearly of one length, else 0.

    Steering would lower the figure below that length until one of ten misses it by a hair.
    """
    elapsed, there = waits.latest(np.array([instant]), _FLOOR_WAITS)
    known = np.sort(elapsed[there])
    if len(known) < FIRST:
        return 0.0
    low, high = (known[math.ceil(share * len(known)) - 1] for share in (level - 0.15, level + 0.05))
    return float(min(high, HORIZON)) if high <= _NEARLY * low else 0.0


def _seconds(logs: Any) -> Floats:
    """Return seconds within bounds, to the millisecond: beyond it processors differ."""
    return np.asarray(np.round(np.clip(np.exp(logs), SHORTEST, HORIZON), 3))


def replay(waits: Waits, level: float) -> Told:
    """Tell each wait its figure, from nothing later than the instant it was asked."""
    told = Told.nothing(level, len(waits.asked))
    carry_on(waits, told, 0)
    return told


def carry_on(waits: Waits, told: Told, start: int) -> None:
    """Tell the waits from place `start` on; those before it have been told."""
    at, first, counts = np.unique(waits.asked[start:], return_index=True, return_counts=True)
    for block in range(0, len(at), _BLOCK):
        logs = base(waits, at[block : block + _BLOCK], told.level)
        for i, row in enumerate(logs, block):
            known = start + int(first[i])
            if known < FIRST:
                continue
            one = tell(waits, told, row, float(at[i]), known)
            rows = slice(known, known + int(counts[i]))
            told.figures[rows] = one.figures
            told.published[rows] = one.published
            told.carriers[rows] = one.carrier
