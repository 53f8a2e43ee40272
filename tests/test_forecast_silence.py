"""Silence can't flatter: replies that come later or not at all never lower a figure."""

import os

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sla.forecast.calibration import Steering, offsets
from sla.forecast.estimators import ESTIMATORS
from sla.forecast.known import HORIZON, Waits
from sla.forecast.replay import FIRST, LEVELS, Told, base, replay, tell
from tests.forecast_data import DAY, MONDAY, Account, account, outage, some_waits, staffed, steady

EXAMPLES = int(os.environ.get("REPLYCLOCK_EXAMPLES", "30"))
PHASES = [p for p in Phase if os.environ.get("REPLYCLOCK_SHRINK") or p != Phase.shrink]
searched = settings(max_examples=EXAMPLES, deadline=None, phases=PHASES)

# How much later each reply comes: not, a little, much, never.
delays = st.lists(st.sampled_from([0, 0, 30, 3000, 40_000, np.inf]), min_size=90, max_size=90)


def worse(found: Account, instant: float, later: list[float], *, since: float) -> Account:
    """Return the same waits with the replies sent between `since` and the instant coming later."""
    asked, replied = found
    recent = (replied > since) & (replied <= instant)
    added = np.resize(np.array(later, dtype=np.float64), len(asked))
    return asked, np.where(recent, replied + added, replied)


@given(waits=some_waits, later=delays, past=st.integers(0, 30 * 3600))
@searched
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_estimator_is_not_lower_with_replies_later_or_taken_away(
    name: str, level: float, waits: list[tuple[int, int | None]], later: list[float], past: int
) -> None:
    found = account(waits)
    instant = float(found[0][-1]) + past
    # The usual reply rate counts what is older than the horizon; all others hold for every reply there ever was.
    since = instant - HORIZON if name == "backlog" else -np.inf
    at = np.array([instant])
    before = ESTIMATORS[name](Waits.of(*found), at, level)
    after = ESTIMATORS[name](Waits.of(*worse(found, instant, later, since=since)), at, level)
    assert after[0] >= before[0]


def figures(waits: Waits, told: Told, instant: float) -> tuple[float, int, int]:
    known = int(waits.before(np.array([instant]))[0])
    one = tell(waits, told, base(waits, np.array([instant]), told.level)[0], instant, known)
    return one.seconds, one.published, one.carrier


@given(waits=some_waits, later=delays, past=st.integers(0, 30 * 3600))
@searched
@pytest.mark.parametrize("level", LEVELS)
def test_the_forecast_is_not_lower_with_the_replies_of_the_last_day_later_or_taken_away(
    level: float, waits: list[tuple[int, int | None]], later: list[float], past: int
) -> None:
    check(account(waits), past, later, level)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("made", [staffed, steady, outage])
def test_nor_is_it_on_long_accounts_where_every_estimator_has_had_its_turn(made, level) -> None:
    rng = np.random.default_rng(4)
    found = made(rng, 500, 12)
    waits = Waits.of(*found)
    told = replay(waits, level)
    assert len(set(told.carriers.tolist())) > 1
    for place in range(120, 500, 7):
        instant = float(waits.asked[place]) + float(rng.integers(0, 4000))
        later = rng.choice([0.0, 30.0, 3000.0, 40_000.0, np.inf], 500).tolist()
        compare((waits.asked, waits.replied), told, instant, later)


def check(found: Account, past: int, later: list[float], level: float) -> None:
    waits = Waits.of(*found)
    instant = float(waits.asked[-1]) + past
    if waits.before(np.array([instant]))[0] < FIRST:
        return
    compare((waits.asked, waits.replied), replay(waits, level), instant, later)


def compare(found: Account, told: Told, instant: float, later: list[float]) -> None:
    """Compare two figures that were made with the same past promises."""
    before = figures(Waits.of(*found), told, instant)
    after = figures(Waits.of(*worse(found, instant, later, since=instant - DAY)), told, instant)
    assert after[0] >= before[0]
    assert after[1] >= before[1]
    assert after[2] == before[2]


@pytest.mark.parametrize(
    ("replied", "age", "counts"),
    [
        (500, 499, 0.9 * 499 / 600),  # open: the share of its figure that has gone by
        (500, 500, -0.1),
        (np.inf, 600, 0.9),
        (np.inf, 601, 0.9),  # a miss the moment it passes
        (900, 700, 0.9),
        (900, 900, 0.9),
        (np.inf, 2 * HORIZON, 0.9),
    ],
)
def test_feedback_grows_with_the_age_of_a_wait_until_it_is_kept_or_missed(
    replied: float, age: float, counts: float
) -> None:
    waits = Waits.of([MONDAY], [MONDAY + replied])
    steering = Steering.by(gain=0.5, half_life=100)
    found = offsets(waits, np.array([[600.0]]), MONDAY + age, 1, 0.9, steering)
    assert found[0] == pytest.approx(0.5 * counts)


def test_a_figure_of_a_day_or_more_cannot_be_missed() -> None:
    waits = Waits.of([MONDAY], [np.inf])
    steering = Steering.by(gain=1, half_life=100)
    told = np.array([[float(HORIZON)]])
    found = [offsets(waits, told, MONDAY + age, 1, 0.9, steering)[0] for age in (DAY - 1, DAY)]
    assert found == pytest.approx([0, -0.1])


def test_a_late_reply_among_few_would_lower_the_plain_curve_but_not_ours() -> None:
    # 1 of 5 unanswered after an hour; its reply after 50 minutes instead of never is what Kaplan–Meier is misled by
    asked = MONDAY + np.arange(40) * 60.0
    quick = asked + np.where(np.arange(40) % 5 == 0, np.inf, 100.0)
    late = np.where((np.arange(40) == 1), asked + 2400, quick)
    at = np.array([MONDAY + 2450.0])
    for level in LEVELS:
        ours = [ESTIMATORS["recent_curve"](Waits.of(asked, r), at, level)[0] for r in (quick, late)]
        assert ours[1] >= ours[0]
