"""The estimators: each tells a length from what was known at an instant, and none is flattered by silence.

The classic estimators look at the waits of the *latest replies*. A team that falls silent keeps those figures, and
one that answers only the quick questions improves them. Here waits are chosen by when they were *asked*, and each figure is
built in one of two ways that a later or missing reply can only raise:

- from elapsed times: the wait if answered, the age so far if not;
- from matured cohorts: for each length u the share answered within u among waits that are at least u old,
  read off at the smallest u where it reaches the level. The Kaplan–Meier curve does not have that property: a late
  reply counts against the few that are still at risk and pulls the far end of the curve up.

Each function takes the waits as seen at instants (s, ascending) and a level, and returns seconds between
`SHORTEST` and `HORIZON`, one for each instant. Scale is not their business: the calibration learns it.
"""

from collections.abc import Callable

import numpy as np

from sla.durations import DAY, HOUR
from sla.forecast.known import HORIZON, LENGTHS, Floats
from sla.forecast.shares import DAY_WEIGHTS, DAYS, HALF_WINDOW, Seen

Estimator = Callable[[Seen, float], Floats]

SHORTEST = float(LENGTHS[0])
# Shares are sums of counts divided by counts; equality is meant up to rounding.
_CLOSE = 1e-9


def mean_last_hour(seen: Seen, level: float) -> Floats:
    """Mean of the last hour, as an airline once printed in its header.

    Changed: over those who *asked* in the last hour (the last 20 when there were fewer than 3, at most 60), open ones
    with their age. `level` is left to the calibration.
    """
    del level
    waits, at = seen.waits, seen.at
    took, there = waits.latest(at, 60)
    asked = waits.before(at)
    recent = asked - np.searchsorted(waits.asked, at - HOUR, side="left")
    used = np.where(recent >= 3, recent, 20)
    there &= np.arange(60) < used[:, None]
    total = np.where(there, np.minimum(took, HORIZON), 0).sum(axis=1)
    return _bounded(np.where(asked > 0, total / np.maximum(there.sum(axis=1), 1), HORIZON))


def elapsed_last_30(seen: Seen, level: float) -> Floats:
    """Median or p90 of the last 30, open ones with their age so far."""
    took, there = seen.waits.latest(seen.at, 30)
    took = np.sort(np.where(there, took, np.inf), axis=1)
    count = there.sum(axis=1)
    place = np.maximum(np.ceil(level * count - _CLOSE).astype(int) - 1, 0)
    return _bounded(took[np.arange(len(seen.at)), place])


def last_answered(seen: Seen, level: float) -> Floats:
    """Delay of the last customer to be answered: LES of Ibrahim and Whitt (2009).

    Changed: of the last one *asked* who can be known to be answered, that is, the smallest u such that the latest
    wait that is u old was answered within u.
    """
    del level
    return _reached(seen.of_last(1), 1.0)


def last_five(seen: Seen, level: float) -> Floats:
    """Average of the last delays: Avg-LES of Thiongane, Chan and L'Ecuyer (2016), here the level among five.

    Changed as `last_answered` is; five smooth what one tells.
    """
    return cohort(seen, 5, level)


def last_20(seen: Seen, level: float) -> Floats:
    """Median or p90 of the last N replies, changed to the matured cohort of the last 20 asked."""
    return cohort(seen, 20, level)


def cohort(seen: Seen, count: int, level: float) -> Floats:
    """Return the length within which that share of the last `count` was answered, of those that are so old."""
    return _reached(seen.of_last(count), level)


def head_of_line(seen: Seen, level: float) -> Floats:
    """Age of the oldest open wait: HOL of Ibrahim and Whitt (2009). Waits older than the horizon are given up."""
    del level
    waits, at = seen.waits, seen.at
    found = np.full(len(at), SHORTEST)
    known = waits.before(at).tolist()
    first = np.searchsorted(waits.asked, at - HORIZON, side="left").tolist()
    head = 0
    # What is answered at one instant is so at all later ones: the head only moves on.
    for i, instant in enumerate(at.tolist()):
        head = max(head, first[i])
        while head < known[i] and waits.replied[head] <= instant:
            head += 1
        if head < known[i]:
            found[i] = instant - waits.asked[head]
    return _bounded(found)


def recent_curve(seen: Seen, level: float) -> Floats:
    """Recency-weighted Kaplan–Meier curve (Kaplan and Meier 1958), open waits censored.

    Changed: to matured cohorts, weighed by how many were asked since (about 1 / rank: the mean of the shares of the last
    10, 20, 40, 80 and 160).
    """
    return _reached(seen.recent, level)


def hour_of_week(seen: Seen, level: float) -> Floats:
    """Recency-weighted curve with a memory of the hour: a kernel, as in Beran's (1981) conditional Kaplan–Meier.

    Changed: to final waits of the last 28 days, asked within 1½ hours of this time of day, the same weekday
    counting three times; the recent curve stands in with the weight of ten waits.
    """
    within, count = seen.at_this_hour
    return _reached((within + 10 * seen.recent) / (count[:, None] + 10), level)


def backlog(seen: Seen, level: float) -> Floats:
    """Backlog over the usual reply rate of this hour: the queue-length estimator QL (Ibrahim and Whitt 2009).

    Changed: the rate counts only replies sent more than a horizon ago, those of the last 28 days within 1½ hours of this time of
    day and a small share of all; so fewer replies now can't make replies look rare and the queue look short.
    """
    del level
    waits, at = seen.waits, seen.at
    waiting = np.searchsorted(waits.lasting, at, side="left") - np.searchsorted(
        waits.ends, at, side="right"
    )
    days = at[:, None] - DAYS * DAY
    latest = at[:, None] - HORIZON
    here = np.searchsorted(waits.replies, np.minimum(days + HALF_WINDOW, latest), side="right")
    here = here - np.searchsorted(waits.replies, days - HALF_WINDOW, side="left")
    hourly = (np.maximum(here, 0) * DAY_WEIGHTS).sum(axis=1) / (DAY_WEIGHTS.sum() * 2 * HALF_WINDOW)
    ever = np.searchsorted(waits.replies, latest[:, 0], side="right") - np.searchsorted(
        waits.replies, at - 29 * DAY, side="left"
    )
    rate = 0.9 * hourly + 0.1 * ever / (28 * DAY)
    return _bounded((waiting + 1) / np.maximum(rate, 1 / HORIZON))


ESTIMATORS: dict[str, Estimator] = {
    one.__name__: one
    for one in (
        mean_last_hour,
        elapsed_last_30,
        last_answered,
        last_five,
        last_20,
        head_of_line,
        recent_curve,
        hour_of_week,
        backlog,
    )
}


def _bounded(seconds: Floats) -> Floats:
    return np.clip(seconds, SHORTEST, HORIZON)


def _reached(share: Floats, level: float) -> Floats:
    """Return the smallest length at which the share reaches the level; the horizon where it never does."""
    enough = share >= level - _CLOSE
    return np.asarray(np.where(enough.any(axis=1), LENGTHS[enough.argmax(axis=1)], HORIZON))
