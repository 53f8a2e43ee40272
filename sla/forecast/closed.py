"""While it is closed: what those waited who wrote in a closed time about as long, after about as many others."""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sla.forecast.account import Expectation
from sla.forecast.estimators import cohort
from sla.forecast.known import Floats, Ints, Waits
from sla.forecast.replay import FIRST, LEVELS
from sla.forecast.shares import Seen

# What carries a promise to people of whom others are known who were alike.
ALIKE = "alike"
# How much more, or longer, is about the same.
_ABOUT = 1.5
# Of how many closed times it is told, and of how many people in each; and of how many where nobody was alike.
_TIMES, _OF_ONE, _NEAREST = 15, 10, 100


@dataclass(frozen=True)
class Closed:
    """The waits of those who wrote while it was closed, in the order in which they wrote.

    `asked` and `replied` are seconds on the open clock, where all of one closed time ask at one instant; `lasted` is how long that
    time was (s), NaN where it is not known. `place` is how many had written in it by then, oneself included.
    """

    asked: Floats
    replied: Floats
    lasted: Floats
    place: Ints

    @classmethod
    def of(cls, written: Any, asked: Any, replied: Any, lasted: Any) -> Self:
        """Put waits in order; `written` is any clock that does not stand still while it is closed."""
        order = np.argsort(written, kind="stable")
        start, ends, length = (
            np.asarray(each, np.float64)[order] for each in (asked, replied, lasted)
        )
        place = np.arange(len(start)) - np.searchsorted(start, start, side="left") + 1
        return cls(start, ends, length, place)

    def alike(self, opening: float, lasts: float) -> Waits | None:
        """Return the waits of those who were as somebody is who writes now, before the `opening`, where it is closed for `lasts` s.

        They wrote in the latest closed times about as long, or in the latest of any length, after about as many others. Where fewer
        than ten did, those come next who came nearest to it, and what they waited is taken as many times as there are more. None where
        fewer than ten wrote in a closed time before.
        """
        past = int(np.searchsorted(self.asked, opening, side="left"))
        if past < FIRST:
            return None
        now = np.count_nonzero(self.asked == opening) + 1
        more = now / self.place[:past]
        about_as_many = (more <= _ABOUT) & (more >= 1 / _ABOUT)
        longer = lasts / self.lasted[:past]
        about_as_long = self._latest((longer <= _ABOUT) & (longer >= 1 / _ABOUT))
        for times in (about_as_long, self._latest(np.ones(past, bool))):
            found = np.flatnonzero(times & about_as_many)
            if len(found) >= FIRST:
                return self._waits(found[_spread(self.asked[found])], 1)
        enough = np.count_nonzero(about_as_long) >= FIRST
        left = np.flatnonzero(about_as_long if enough else np.ones(past, bool))[::-1]
        apart = np.abs(np.log(more[left]))
        found = left[np.argsort(apart, kind="stable")[:_NEAREST]]
        return self._waits(found, np.maximum(more[found], 1))

    def _latest(self, which: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return those of the latest closed times that these wrote in."""
        times = np.unique(self.asked[: len(which)][which])[-_TIMES:]
        return which & (self.asked[: len(which)] >= times[0]) if len(times) else which

    def _waits(self, which: NDArray[np.int64], stretched: Any) -> Waits:
        asked = self.asked[which]
        return Waits.of(asked, asked + (self.replied[which] - asked) * stretched)

    def slower(
        self, all_: Expectation, instant: float, opening: float, lasts: float
    ) -> Expectation:
        """Return what to tell at an instant: no less than what those waited who were alike.

        Of these the matured cohort counts. It is not steered: where many ask at one instant, one bad one would lengthen the figure
        as often as there were people. Who is alike is told by what customers wrote alone, so that no silence makes it shorter.
        """
        waits = self.alike(opening, lasts)
        if waits is None:
            return all_
        seen, count = Seen(waits, np.array([instant])), len(waits.asked)
        typical, promise = (float(cohort(seen, count, level)[0]) for level in LEVELS)
        told = {"typical": round(typical, 1), "promise": round(promise, 1), "n": count}
        return replace(
            all_,
            typical_seconds=max(all_.typical_seconds, typical),
            promise_seconds=max(all_.promise_seconds, promise),
            estimator=ALIKE if promise > all_.promise_seconds else all_.estimator,
            inputs={**all_.inputs, ALIKE: told},
        )


def _spread(times: Floats) -> NDArray[np.bool_]:
    """Return which to take, so that no more than ten are of one time, spread over all who wrote in it; times ascend."""
    first, last = (np.searchsorted(times, times, side=side) for side in ("left", "right"))
    size = last - first
    rank = np.arange(len(times)) - first
    return (size <= _OF_ONE) | ((rank + 1) * _OF_ONE // size > rank * _OF_ONE // size)
