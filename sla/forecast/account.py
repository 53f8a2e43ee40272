"""The forecast of one account as a dashboard needs it: figures at any instant, and cheap to carry on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from sla.forecast.known import Waits
from sla.forecast.replay import FIRST, LEVELS, NAMES, Figure, Told, carry_on, replay, tell
from sla.forecast.silence import Silence, silence


@dataclass(frozen=True)
class Expectation:
    """What to tell at an instant; lengths in seconds on the axis of the waits.

    `typical_seconds` and `promise_seconds` are as worked out, the published ones rounded up; a promise of the horizon means "a day
    or more". `estimator` carries the promise, `typical_estimator` the other; `inputs` is what they were made from, for the ledger.
    """

    n: int
    typical_seconds: float
    promise_seconds: float
    typical_published: int
    promise_published: int
    estimator: str
    typical_estimator: str
    inputs: Mapping[str, Any]
    silence: Silence


@dataclass(frozen=True)
class Forecast:
    """An account's waits with what was told to each: a pure function of the waits, whoever works it out and when."""

    waits: Waits
    told: Told

    @classmethod
    def of(cls, asked: Any, replied: Any) -> Self:
        """Work out everything from the waits: seconds on one axis, `replied` infinite or NaN without a reply.

        A wait closed unanswered is one without a reply. Waits whose length is unknown, or that a bot ended,
        are left out by who calls.
        """
        return cls.of_waits(Waits.of(asked, replied))

    @classmethod
    def of_waits(cls, waits: Waits) -> Self:
        """Work out everything from waits in order."""
        return cls(waits, replay(waits))

    def with_data(self, asked: Any, replied: Any) -> Self:
        """Return the forecast on these waits, all of them; only what the change can touch is worked out again.

        The result is the same to the byte as `of` gives.
        """
        waits = Waits.of(asked, replied)
        same = _untouched(self.waits, waits)
        told = Told.nothing(len(waits.asked))
        told.every[:same] = self.told.every[:same]
        told.carriers[:same] = self.told.carriers[:same]
        carry_on(waits, told, same)
        return type(self)(waits, told)

    def at(self, instant: float) -> Expectation | None:
        """Return what to tell at an instant, from what was known then; None with fewer than ten earlier waits."""
        known = int(np.searchsorted(self.waits.asked, instant, side="left"))
        if known < FIRST:
            return None
        found = tell(self.waits, self.told, instant, known)
        typical, promise = found.seconds.tolist()
        typical_published, promise_published = found.published
        typical_carrier, carrier = found.carriers.tolist()
        return Expectation(
            n=known,
            typical_seconds=min(typical, promise),
            promise_seconds=promise,
            typical_published=min(typical_published, promise_published),
            promise_published=promise_published,
            estimator=NAMES[carrier],
            typical_estimator=NAMES[typical_carrier],
            inputs=_inputs(found),
            silence=silence(self.waits, instant),
        )


def _inputs(found: Figure) -> dict[str, Any]:
    """Return each estimator's calibrated figure (s) and the factor on top, by level, rounded for the ledger."""
    inputs = {}
    for row in range(len(LEVELS)):
        each = zip(NAMES, found.figures[row].tolist(), strict=True)
        inputs[("typical", "promise")[row]] = {
            "estimators": {name: round(seconds, 1) for name, seconds in each},
            "factor": round(float(np.exp(found.offsets[row])), 4),
        }
    return inputs


def _untouched(before: Waits, after: Waits) -> int:
    """Return how many of the first waits were told the same with both: those asked before anything differs."""
    count = min(len(before.asked), len(after.asked))
    same = before.asked[:count] == after.asked[:count]
    common = count if same.all() else int(same.argmin())
    differs = [float(w.asked[common]) for w in (before, after) if common < len(w.asked)]
    replied = before.replied[:common] != after.replied[:common]
    sooner = np.minimum(before.replied[:common], after.replied[:common])[replied]
    differs += [float(sooner.min())] if len(sooner) else []
    if not differs:
        return common
    return int(np.searchsorted(after.asked[:common], min(differs), side="left"))
