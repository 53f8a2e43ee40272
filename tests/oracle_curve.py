"""Oracle: the response curve by Aalen and Johansen, its log-log bands, and quantiles of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist

Observation = tuple[int, str]
"""Seconds, and what was seen then: 'answered', 'closed' or 'open' (known only up to then)."""
Point = tuple[int, Fraction, float, float]
"""Seconds, share answered by then, lower and upper end of the pointwise 95 % band."""

Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Step:
    """One time at which something ended, with the share answered up to and including it."""

    seconds: int
    at_risk: int
    answered: int
    closed: int
    unended: Fraction  # share that had not ended just before
    share: Fraction


def steps(observations: Sequence[Observation]) -> list[Step]:
    """Return the estimate at every time of an answer or a closing; whoever is open leaves after."""
    found: list[Step] = []
    unended, share = Fraction(1), Fraction(0)
    for time in sorted({seconds for seconds, seen in observations if seen != "open"}):
        at_risk = sum(seconds >= time for seconds, _ in observations)
        answered = observations.count((time, "answered"))
        closed = observations.count((time, "closed"))
        share += unended * Fraction(answered, at_risk)
        found.append(Step(time, at_risk, answered, closed, unended, share))
        unended *= 1 - Fraction(answered + closed, at_risk)
    return found


def variance(until: Sequence[Step]) -> float:
    """Return the variance of the share answered at the last of these steps, by the delta method.

    Dinse and Larson, Biometrika 73 (1986), equation 6; Greenwood's formula where nothing closed.
    """
    share = until[-1].share
    terms: list[Fraction] = []
    for step in until:
        n, ended = step.at_risk, step.answered + step.closed
        still = share - step.share
        if still:  # nothing comes after a step at which everything ended
            terms.append(still**2 * Fraction(ended, n * (n - ended)))
        terms.append(step.unended**2 * Fraction((n - step.answered) * step.answered, n**3))
        terms.append(-2 * still * step.unended * Fraction(step.answered, n**2))
    return math.fsum(map(float, terms))


def band(share: Fraction, spread: float, of_answered: bool = False) -> tuple[float, float]:
    """Return the 95 % band on the scale log(-log(.)) of the share not answered.

    That is the usual band of Kaplan-Meier turned upside down. `of_answered` takes the share
    answered itself instead, as some packages do when there are competing events.
    """
    if share in (0, 1):
        return float(share), float(share)
    p = float(share if of_answered else 1 - share)
    reach = Z * spread / (p * abs(math.log(p)))
    low, high = sorted((p ** math.exp(reach), p ** math.exp(-reach)))
    return (low, high) if of_answered else (1 - high, 1 - low)


def curve_of(observations: Sequence[Observation], of_answered: bool = False) -> list[Point]:
    """Return the response curve at every second at which somebody was answered."""
    every = steps(observations)
    points: list[Point] = []
    for index, step in enumerate(every):
        if step.answered:
            spread = math.sqrt(max(0.0, variance(every[: index + 1])))
            points.append((step.seconds, step.share, *band(step.share, spread, of_answered)))
    return points


def quantile(observations: Sequence[Observation], q: Fraction) -> int | None:
    """Return the smallest time at which the share answered is at least q, None when it never is."""
    return next((step.seconds for step in steps(observations) if step.share >= q), None)
