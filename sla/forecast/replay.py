"""The forecast of one account: figures at an instant, and the replay of all that were told before it."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from sla.forecast.calibration import Feedback, steering
from sla.forecast.estimators import ESTIMATORS, SHORTEST
from sla.forecast.known import HORIZON, Floats, Ints, Waits
from sla.forecast.rounding import rounded_up
from sla.forecast.shares import Seen
from sla.forecast.tournament import Losses

TYPICAL, PROMISE = 0.5, 0.9
LEVELS = (TYPICAL, PROMISE)
# With fewer earlier waits than this nothing is told and nothing is learned.
FIRST = 10
BLEND = "blend"
NAMES = (*ESTIMATORS, BLEND)

_BLOCK = 256
_FLOOR_WAITS, _NEARLY = 50, 1.05
_LONGEST_OF = 200
_EACH, _OWN = np.arange(len(LEVELS)), len(LEVELS) * len(NAMES)
# Each estimator finds its scale slowly; the published figure is steered closely.
_STEERED = (
    (slice(0, _OWN), steering(gain=0.03, half_life=300)),
    (slice(_OWN, None), steering(gain=0.15, half_life=400)),
)
_LEVELS: Floats = np.array(LEVELS)
_ALL_LEVELS: Floats = np.append(np.repeat(_LEVELS, len(NAMES)), _LEVELS)


@dataclass(frozen=True)
class Told:
    """What was told to each wait when it was asked; a row a wait. NaN before there was anything to tell.

    `every` has the figures (s) side by side: each estimator's, calibrated, for the typical wait; then for the promise; then
    the two that stood, rounded up. `carriers` says whose these were.
    """

    every: Floats
    carriers: Ints

    @classmethod
    def nothing(cls, count: int) -> Self:
        """Return room for `count` waits."""
        carriers = np.full((count, len(LEVELS)), len(NAMES) - 1, np.int64)
        return cls(np.full((count, len(_ALL_LEVELS)), np.nan), carriers)

    def figures(self, level: float) -> Floats:
        """Return each estimator's figures for a level (s)."""
        first = LEVELS.index(level) * len(NAMES)
        return self.every[:, first : first + len(NAMES)]

    def published(self, level: float) -> Floats:
        """Return the figures for a level that stood, rounded up (s)."""
        return self.every[:, _OWN + LEVELS.index(level)]


@dataclass(frozen=True)
class Figure:
    """The figures of an instant (s), before and after rounding, with what they were made from; a row a level."""

    seconds: Floats
    published: tuple[int, ...]
    carriers: Ints
    figures: Floats
    offsets: Floats

    @property
    def every(self) -> Floats:
        """All figures as a row of what was told."""
        return np.append(self.figures, self.published)


class Teller:
    """Tells the figures at one instant after another, from what was told before: a pure function of what was known."""

    def __init__(self, waits: Waits, told: Told, known: int) -> None:
        """Go on where the first `known` waits have been told their figures."""
        first = int(np.searchsorted(waits.asked, waits.asked[FIRST - 1], side="right"))
        self._told = told
        self._feedback = Feedback(waits, told.every, _ALL_LEVELS, _STEERED, first, known)
        self._losses = Losses(waits, told.every[:, :_OWN], _LEVELS, first)

    def tell(self, logs: Floats, bounds: Floats, instant: float, known: int) -> Figure:
        """Return the figures at an instant, before which `known` waits were asked. Instants must not go back."""
        offsets = self._feedback.offsets(instant, known)
        every = offsets[:_OWN].reshape(len(LEVELS), len(NAMES))
        every[:, :-1] += logs
        every[:, -1] += every[:, :-1].mean(axis=1)
        carriers = self._losses.carriers(instant, self._told.carriers[known - 1])
        carried = every[_EACH, carriers]
        low, high = bounds[:-1], np.maximum(_seconds(carried), bounds[-1])
        seconds = np.maximum(np.minimum(_seconds(carried + offsets[_OWN:]), high), low)
        rounded = tuple(min(rounded_up(one), HORIZON) for one in seconds.tolist())
        return Figure(seconds, rounded, carriers, _seconds(every), offsets[_OWN:])


def base(waits: Waits, at: Floats) -> Floats:
    """Return the logarithm of every estimator's figure: by instant, level, estimator."""
    seen = Seen(waits, at)
    told = [[one(seen, level) for one in ESTIMATORS.values()] for level in LEVELS]
    return np.ascontiguousarray(np.log(np.array(told)).transpose(2, 0, 1))


def bounds(waits: Waits, at: Floats) -> Floats:
    """Return by instant the lengths (s) below which the figure of each level doesn't go; and, last, one that steering doesn't go beyond.

    The first are that of the latest 50 waits where these are nearly of one length, else 0: steering would lower the figure
    below it until one of ten misses it by a hair. The last is the longest of the latest 200: many who wait for one and
    the same thing are so many misses at once, and would raise the figure to what nobody has waited.
    """
    elapsed, there = waits.latest(at, _LONGEST_OF)
    found = np.zeros((len(at), len(LEVELS) + 1))
    found[:, -1] = np.minimum(np.where(there, elapsed, 0).max(axis=1), HORIZON)
    elapsed, there = elapsed[:, :_FLOOR_WAITS], there[:, :_FLOOR_WAITS]
    elapsed = np.sort(np.where(there, elapsed, np.inf), axis=1)
    count = there.sum(axis=1)
    rows = np.arange(len(at))
    for i, level in enumerate(LEVELS):
        low, high = (
            elapsed[rows, np.maximum(np.ceil(share * count).astype(int) - 1, 0)]
            for share in (level - 0.15, level + 0.05)
        )
        near = (count >= FIRST) & (high <= _NEARLY * low)
        found[near, i] = np.minimum(high[near], HORIZON)
    return found


def replay(waits: Waits) -> Told:
    """Tell each wait its figures, from nothing later than the instant it was asked."""
    told = Told.nothing(len(waits.asked))
    carry_on(waits, told, 0)
    return told


def carry_on(waits: Waits, told: Told, start: int) -> None:
    """Tell the waits from place `start` on; those before it have been told."""
    if len(waits.asked) <= FIRST:
        return
    at, first, counts = np.unique(waits.asked[start:], return_index=True, return_counts=True)
    teller = Teller(waits, told, start)
    for block in range(0, len(at), _BLOCK):
        some = at[block : block + _BLOCK]
        logs, within = base(waits, some), bounds(waits, some)
        for i, instant in enumerate(some.tolist()):
            known = start + int(first[block + i])
            if known < FIRST:
                continue
            one = teller.tell(logs[i], within[i], instant, known)
            rows = slice(known, known + int(counts[block + i]))
            told.every[rows] = one.every
            told.carriers[rows] = one.carriers


def tell(waits: Waits, told: Told, instant: float, known: int) -> Figure:
    """Return the figures at an instant before which `known` waits, at least `FIRST`, were asked and told theirs."""
    at = np.array([instant])
    return Teller(waits, told, known).tell(base(waits, at)[0], bounds(waits, at)[0], instant, known)


def _seconds(logs: Any) -> Floats:
    """Return seconds within bounds, to the millisecond: beyond it processors differ."""
    return np.asarray(np.round(np.minimum(np.maximum(np.exp(logs), SHORTEST), HORIZON), 3))
