"""Accounts whose truth is known: the share kept, and silence told."""

import numpy as np
import pytest

from sla.forecast.account import Forecast
from sla.forecast.known import HORIZON, Waits
from sla.forecast.replay import LEVELS, PROMISE, replay
from sla.forecast.silence import silence
from tests.forecast_data import DAY, HOUR, MONDAY, SIMULATED, steady

LEARNED_FROM = 100


def kept(waits: Waits, level: float) -> float:
    took = np.minimum(waits.replied - waits.asked, HORIZON)[LEARNED_FROM:]
    return float((took <= replay(waits).published(level)[LEARNED_FROM:]).mean())


@pytest.mark.parametrize("name", SIMULATED)
@pytest.mark.parametrize("seed", [1, 2])
def test_nine_of_ten_are_kept(name: str, seed: int) -> None:
    waits = Waits.of(*SIMULATED[name](np.random.default_rng(seed), 900, 40))
    assert 0.86 <= kept(waits, PROMISE) <= 0.94


@pytest.mark.parametrize("name", ["staffed", "drifting", "heavy"])
def test_half_are_answered_within_the_typical_wait(name: str) -> None:
    waits = Waits.of(*SIMULATED[name](np.random.default_rng(5), 900, 40))
    assert 0.44 <= kept(waits, LEVELS[0]) <= 0.56


def test_the_promise_of_a_steady_account_is_near_the_truth() -> None:
    waits = Waits.of(*steady(np.random.default_rng(6), 1500, 40))
    told = replay(waits).published(PROMISE)[700:]
    truth = 600 * np.exp(1.2816)
    assert 0.8 * truth <= np.median(told) <= 1.35 * truth


def test_a_staffed_account_promises_more_at_night_than_in_the_morning() -> None:
    waits = Waits.of(*SIMULATED["staffed"](np.random.default_rng(7), 2000, 40))
    forecast = Forecast.of_waits(waits)
    day = MONDAY + 36 * DAY  # a Tuesday
    morning, night = forecast.at(day + 11 * HOUR), forecast.at(day + 21 * HOUR)
    assert morning is not None
    assert night is not None
    assert morning.promise_seconds < 3 * HOUR
    assert night.promise_seconds > 8 * HOUR
    assert not night.silence.unusual


def test_in_an_outage_the_promise_rises_before_the_first_late_reply_and_silence_is_told() -> None:
    asked, replied = SIMULATED["outage"](np.random.default_rng(8), 1500, 30)
    begins = float(asked[750])
    forecast = Forecast.of(asked, replied)
    before, within = forecast.at(begins), forecast.at(begins + 6 * HOUR)
    assert before is not None
    assert within is not None
    assert not before.silence.unusual
    assert within.silence.unusual
    assert within.promise_seconds > 2 * before.promise_seconds


def test_with_nobody_on_duty_the_promise_goes_to_a_day() -> None:
    asked, replied = steady(np.random.default_rng(9), 900, 30)
    gone = float(asked[600])
    forecast = Forecast.of(asked, np.where(replied > gone, np.inf, replied))
    found = forecast.at(gone + 2 * DAY)
    assert found is not None
    assert found.promise_published == DAY
    assert forecast.told.published(PROMISE)[-1] == DAY


def test_an_ordinary_hour_is_seldom_called_an_unusual_silence() -> None:
    for name in ("steady", "staffed"):
        waits = Waits.of(*SIMULATED[name](np.random.default_rng(10), 1500, 40))
        instants = np.linspace(waits.asked[500], waits.asked[-1], 300)
        called = [silence(waits, float(t)).unusual for t in instants]
        assert np.mean(called) < 0.03, name


def test_many_who_wait_for_the_same_thing_do_not_raise_the_promise_to_a_day() -> None:
    asked, replied = steady(np.random.default_rng(11), 900, 30)
    # Sixty people write within a minute, and all are answered two hours later: sixty misses at once.
    burst = float(asked[600]) + np.arange(60)
    asked, replied = np.append(asked, burst), np.append(replied, burst + 2 * HOUR)
    forecast = Forecast.of(asked, replied)
    after, later = (forecast.at(float(burst[-1]) + t) for t in (3 * HOUR, 9 * DAY))
    assert after is not None
    assert later is not None
    assert 2 * HOUR <= after.promise_seconds < 12 * HOUR
    assert later.promise_seconds <= np.sort(forecast.waits.replied - forecast.waits.asked)[-1]
