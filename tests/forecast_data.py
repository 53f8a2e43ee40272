"""Made-up accounts whose truth is known, and waits of any kind, for the tests of the forecast."""

from collections.abc import Callable

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

HOUR, DAY = 3600, 86400
MONDAY = 1_772_409_600.0  # 2 March 2026, 00:00 UTC

Account = tuple[NDArray[np.float64], NDArray[np.float64]]

# Waits as (seconds since the one before, seconds to the reply or None): some at once, some days apart, some never answered.
some_waits = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 20, 400, 2 * HOUR, 9 * HOUR]),
        st.one_of(st.none(), st.sampled_from([0, 20, 100, 500, 4000, 30_000, 90_000])),
    ),
    min_size=15,
    max_size=90,
)


def account(waits: list[tuple[int, int | None]]) -> Account:
    """Return when they were asked and replied (s), infinite without a reply."""
    asked = MONDAY + np.cumsum([gap for gap, _ in waits]).astype(np.float64)
    took = np.array([np.inf if took is None else took for _, took in waits], dtype=np.float64)
    return asked, asked + took


def arrivals(rng: np.random.Generator, count: int, days: float) -> NDArray[np.float64]:
    """Return instants, six of seven between 08:00 and 22:00."""
    at = np.sort(rng.uniform(0, days * DAY, 3 * count))
    hour = at % DAY / HOUR
    at = at[rng.uniform(size=len(at)) < np.where((hour > 8) & (hour < 22), 1, 0.12)]
    at = np.sort(rng.choice(at, count, replace=False))
    return np.floor(MONDAY + at)


def staffed(rng: np.random.Generator, count: int, days: float) -> Account:
    """Answered within minutes between 08:00 and 18:00 on weekdays, else after the next opening."""
    asked = arrivals(rng, count, days)
    begins = asked.copy()
    hour = begins % DAY
    begins = np.where(hour < 8 * HOUR, begins - hour + 8 * HOUR, begins)
    begins = np.where(hour > 18 * HOUR, begins - hour + DAY + 8 * HOUR, begins)
    for _ in range(2):
        weekend = (begins // DAY + 3) % 7 >= 5
        begins = np.where(weekend, begins - begins % DAY + DAY + 8 * HOUR, begins)
    return asked, np.floor(begins + rng.lognormal(6, 0.8, count))


def steady(rng: np.random.Generator, count: int, days: float) -> Account:
    """Answered round the clock, half within ten minutes."""
    asked = arrivals(rng, count, days)
    return asked, np.floor(asked + rng.lognormal(np.log(600), 1, count))


def outage(rng: np.random.Generator, count: int, days: float) -> Account:
    """Steady, but nobody answers for ten hours in the middle, and then all at once."""
    asked, replied = steady(rng, count, days)
    begins = asked[count // 2]
    ends = begins + 10 * HOUR
    down = (replied > begins) & (replied < ends)
    return asked, np.where(down, np.floor(ends + rng.uniform(0, HOUR, count)), replied)


def drifting(rng: np.random.Generator, count: int, days: float) -> Account:
    """Twenty times as slow at the end as at the beginning."""
    asked, replied = steady(rng, count, days)
    return asked, np.floor(asked + (replied - asked) * 20 ** np.linspace(0, 1, count))


def heavy(rng: np.random.Generator, count: int, days: float) -> Account:
    """One in ten takes hours, one in a hundred days."""
    asked = arrivals(rng, count, days)
    return asked, np.floor(asked + 60 + 200 * rng.pareto(0.7, count))


def seldom(rng: np.random.Generator, count: int, days: float) -> Account:
    """Seven of ten are never answered."""
    asked, replied = steady(rng, count, days)
    return asked, np.where(rng.uniform(size=count) < 0.7, np.inf, replied)


def hole(rng: np.random.Generator, count: int, days: float) -> Account:
    """Steady, but the data of six days is missing."""
    asked, replied = steady(rng, count, days)
    begins = asked[count // 2]
    kept = (asked < begins) | (asked > begins + 6 * DAY)
    return asked[kept], replied[kept]


def summer_time(rng: np.random.Generator, count: int, days: float) -> Account:
    """Staffed by a clock that is put forward by an hour after three fifths of the days."""
    asked, replied = staffed(rng, count, days)
    forward = MONDAY + days * 0.6 * DAY
    moved = [np.where(told > forward, told - HOUR, told) for told in (asked, replied)]
    moved[1] = np.maximum(*moved)
    order = np.argsort(moved[0], kind="stable")
    return moved[0][order], moved[1][order]


SIMULATED: dict[str, Callable[[np.random.Generator, int, float], Account]] = {
    one.__name__: one
    for one in (staffed, steady, outage, drifting, heavy, seldom, hole, summer_time)
}
