"""The forecast of one account as a dashboard needs it: figures at any instant, and cheap to carry on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from sla.forecast.known import Waits
from sla.forecast.replay import (
    FIRST,
    LEVELS,
    NAMES,
    PROMISE,
    TYPICAL,
    Figure,
    Told,
    base,
    carry_on,
    replay,
    tell,
)
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
    told: Mapping[float, Told]

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
        return cls(waits, {level: replay(waits, level) for level in LEVELS})

    def with_data(self, asked: Any, replied: Any) -> Self:
        """Return the forecast on these waits, all of them; only what the change can touch is worked out again.

        The result is the same to the byte as `of` gives.
        """
        waits = Waits.of(asked, replied)
        same = _untouched(self.waits, waits)
        told = {}
        for level, before in self.told.items():
            one = Told.nothing(level, len(waits.asked))
            one.figures[:same] = before.figures[:same]
            one.published[:same] = before.published[:same]
            one.carriers[:same] = before.carriers[:same]
            carry_on(waits, one, same)
            told[level] = one
        return type(self)(waits, told)

    def at(self, instant: float) -> Expectation | None:
        """Return what to tell at an instant, from what was known then; None with fewer than ten earlier waits."""
        known = int(np.searchsorted(self.waits.asked, instant, side="left"))
        if known < FIRST:
            return None
        typical, promise = (self._figure(level, instant, known) for level in (TYPICAL, PROMISE))
        return Expectation(
            n=known,
            typical_seconds=min(typical.seconds, promise.seconds),
            promise_seconds=promise.seconds,
            typical_published=min(typical.published, promise.published),
            promise_published=promise.published,
            estimator=NAMES[promise.carrier],
            typical_estimator=NAMES[typical.carrier],
            inputs={"typical": _inputs(typical), "promise": _inputs(promise)},
            silence=silence(self.waits, instant),
        )

    def _figure(self, level: float, instant: float, known: int) -> Figure:
        logs = base(self.waits, np.array([instant]), level)[0]
        return tell(self.waits, self.told[level], logs, instant, known)


def _inputs(figure: Figure) -> dict[str, Any]:
    """Return each estimator's calibrated figure (s) and the factor on top, rounded for the ledger."""
    each = {name: round(float(s), 1) for name, s in zip(NAMES, figure.figures, strict=True)}
    return {"estimators": each, "factor": round(float(np.exp(figure.offset)), 4)}


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
