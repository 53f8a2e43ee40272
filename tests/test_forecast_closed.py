"""Who writes while it is closed is told what those waited who were alike; of an account whose truth is known, it holds."""

import heapq
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.forecast.account import Expectation
from sla.forecast.closed import ALIKE, Closed
from sla.forecast.silence import Silence
from tests.forecast_data import DAY, HOUR
from tests.test_forecast_silence import EXAMPLES, PHASES

NIGHT, WEEKEND, A_DAY = 14 * HOUR, 62 * HOUR, 10 * HOUR
BY_DAY = Expectation(500, 60.0, 300.0, 60, 300, "curve", "curve", {}, Silence(0, 0.0, False))
searched = settings(max_examples=EXAMPLES, deadline=None, phases=PHASES)


def after(times: list[tuple[float, list[float]]]) -> Closed:
    """Return those who wrote in closed times, one a working day: how long each lasted, and what its waits took (open s)."""
    asked = [day * A_DAY for day, (_, took) in enumerate(times) for _ in took]
    waited = [each for _, took in times for each in took]
    lasted = [length for length, took in times for _ in took]
    return Closed.of(np.arange(len(asked)), asked, np.add(asked, waited), lasted)


def told(closed: Closed, day: int, lasts: float, instant: float | None = None) -> Expectation:
    opening = float(day * A_DAY)
    return closed.slower(BY_DAY, opening if instant is None else instant, opening, lasts)


# Five nights and a weekend, over and over; everybody is answered in turn, one every ten minutes.
IN_TURN = [
    (length, [600.0 * (place + 1) for place in range(count)])
    for _ in range(12)
    for length, count in (*[(NIGHT, 4)] * 4, (WEEKEND, 30))
]


@pytest.mark.parametrize("written", [0, 3, 12, 29])
def test_who_comes_later_is_told_that_he_waits_longer(written: int) -> None:
    now = (WEEKEND, [np.inf] * written)
    found = told(after([*IN_TURN, now]), len(IN_TURN), WEEKEND)
    mine = 600 * (written + 1)
    assert mine * 0.9 <= found.promise_seconds <= mine * 1.7
    assert found.estimator == ALIKE


def test_a_weekend_is_told_by_weekends_and_a_night_by_nights() -> None:
    # As many write, but after a weekend each takes five times as long.
    times = [
        (length, [seconds] * 5)
        for _ in range(12)
        for length, seconds in (*[(NIGHT, 1200.0)] * 4, (WEEKEND, 6000.0))
    ]
    after_a_night = told(after(times), len(times), NIGHT).promise_seconds
    after_a_weekend = told(after(times), len(times), WEEKEND).promise_seconds
    assert 1200 <= after_a_night <= 1320
    assert 6000 <= after_a_weekend <= 6600


def test_more_than_ever_wrote_before_wait_longer_in_proportion() -> None:
    nights = [(NIGHT, [600.0 * (place + 1) for place in range(4)])] * 30
    pile = (NIGHT, [np.inf] * 39)
    found = told(after([*nights, pile]), len(nights), NIGHT)
    assert 40 * 600 * 0.9 <= found.promise_seconds <= 40 * 600 * 1.7


def test_of_one_night_no_more_than_ten_count() -> None:
    # In one of fifteen nights five times as many wrote, and nobody of it was answered within a day.
    nights = [(NIGHT, [900.0] * 22)] * 15
    nights[7] = (NIGHT, [90_000.0] * 100)
    tonight = (NIGHT, [np.inf] * 19)
    assert told(after([*nights, tonight]), len(nights), NIGHT).promise_seconds <= 990


def test_a_forecast_of_all_that_is_longer_stands() -> None:
    nights = after([(NIGHT, [900.0] * 5)] * 20)
    busy = replace(BY_DAY, typical_seconds=2000.0, promise_seconds=5000.0)
    opening = 20.0 * A_DAY
    found = nights.slower(busy, opening, opening, NIGHT)
    assert (found.typical_seconds, found.promise_seconds) == (2000, 5000)
    assert found.estimator == busy.estimator


def test_what_went_wrong_before_the_last_fifteen_is_over() -> None:
    nights = [(NIGHT, [50_000.0] * 4)] * 10 + [(NIGHT, [900.0] * 4)] * 15
    assert told(after(nights), len(nights), NIGHT).promise_seconds <= 990
    assert told(after(nights[:-2]), len(nights) - 2, NIGHT).promise_seconds > 9000


def test_with_nine_before_the_forecast_of_all_stands() -> None:
    assert told(after([(NIGHT, [900.0] * 9)]), 1, NIGHT) is BY_DAY
    assert told(after([(NIGHT, [900.0] * 10)]), 1, NIGHT).promise_seconds >= 900


def test_where_it_is_not_known_how_long_it_is_closed_those_count_who_wrote_after_as_many() -> None:
    found = told(after([(np.nan, [900.0] * 3)] * 20), 20, np.nan)
    assert 900 <= found.promise_seconds <= 990


def queue(weeks: int, a_day: float, load: float, seed: int) -> Closed:
    """Return a shop that is closed at night and at weekends, and answers in turn; those who write by day wait in the same queue."""
    rng = np.random.default_rng(seed)
    written = np.sort(rng.uniform(0, weeks * 7 * DAY, round(a_day * weeks * 7)))
    day, second = written // DAY, written % DAY
    working = np.minimum(day % 7, 5) + 5 * (day // 7)
    asked = (
        working * A_DAY + np.where(day % 7 < 5, np.clip(second - 8 * HOUR, 0, A_DAY), 0)
    ).round()
    takes = rng.lognormal(0, 0.7, len(written))
    takes *= load * weeks * 5 * A_DAY * 2 / takes.sum()
    desks, ended = [0.0, 0.0], np.empty(len(written))
    for each in range(len(written)):
        ended[each] = max(heapq.heappop(desks), asked[each]) + takes[each]
        heapq.heappush(desks, ended[each])
    ended[rng.uniform(size=len(written)) < 0.02] = np.inf  # never answered
    away = asked % A_DAY == 0
    lasted = np.where(asked // A_DAY % 5 == 0, WEEKEND, NIGHT)
    return Closed.of(written[away], asked[away], ended[away], lasted[away])


@pytest.mark.parametrize(("a_day", "load"), [(5, 0.2), (20, 0.6), (60, 0.65), (200, 0.7)])
def test_nine_of_ten_who_wrote_at_night_or_at_a_weekend_are_answered_by_then(
    a_day: float, load: float
) -> None:
    every = queue(52, a_day, load, seed=1)
    kept: dict[float, list[bool]] = {NIGHT: [], WEEKEND: []}
    begins = np.searchsorted(every.asked, every.asked, side="left")
    for mine in range(int(np.searchsorted(begins, 60)), len(begins), len(begins) // 500):
        upto = slice(0, mine)  # what had been written by then
        known = Closed.of(np.arange(mine), every.asked[upto], every.replied[upto], every.lasted[upto])  # fmt: skip
        opening, lasted = float(every.asked[mine]), float(every.lasted[mine])
        promise = known.slower(BY_DAY, opening, opening, lasted).promise_seconds
        kept[lasted].append(every.replied[mine] - opening <= promise)
    # A single promise speaks of one, and a bad Monday of many: the mean of hundreds is some points off.
    assert min(np.mean(each) for each in kept.values()) > 0.84
    assert 0.87 < np.mean([one for each in kept.values() for one in each]) < 0.98


# Closed times: how long, and what the waits took that began in each.
some_times = st.lists(
    st.tuples(
        st.sampled_from([HOUR, NIGHT, WEEKEND, np.nan]),
        st.lists(st.sampled_from([0.0, 60, 900, 20_000, 90_000, np.inf]), max_size=25),
    ),
    min_size=3,
    max_size=12,
)


@searched
@given(some_times, st.lists(st.sampled_from([0.0, 0, 40, 4000, np.inf]), min_size=60, max_size=60))
def test_replies_that_come_later_or_not_at_all_make_no_figure_shorter(
    times: list[tuple[float, list[float]]], later: list[float]
) -> None:
    before = after(times)
    worse = Closed.of(np.arange(len(before.asked)), before.asked, before.replied + np.resize(later, len(before.asked)), before.lasted)  # fmt: skip
    for lasts in (NIGHT, WEEKEND):
        for instant in (len(times) * A_DAY, len(times) * A_DAY - 1000):
            was = told(before, len(times), lasts, instant)
            found = told(worse, len(times), lasts, instant)
            assert found.promise_seconds >= was.promise_seconds
            assert found.typical_seconds >= was.typical_seconds


@searched
@given(some_times, some_times)
def test_what_comes_later_changes_nothing_that_was_told(
    times: list[tuple[float, list[float]]], later: list[tuple[float, list[float]]]
) -> None:
    instant = float((len(times) - 1) * A_DAY)
    known = after(times)
    open_still = np.where(known.replied > instant, np.inf, known.replied)
    as_it_was = Closed.of(
        np.arange(len(known.asked)), known.asked, open_still, known.lasted
    ).slower(BY_DAY, instant, instant, NIGHT)
    assert after([*times, *later]).slower(BY_DAY, instant, instant, NIGHT) == as_it_was
