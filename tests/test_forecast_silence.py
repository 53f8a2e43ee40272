"""Silence can't flatter: replies that come later or not at all never lower a figure."""

import os

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sla.forecast.calibration import Feedback, steering
from sla.forecast.estimators import ESTIMATORS
from sla.forecast.known import HORIZON, Waits
from sla.forecast.replay import FIRST, LEVELS, Told, replay, tell
from sla.forecast.shares import Seen
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
    before = ESTIMATORS[name](Seen(Waits.of(*found), at), level)
    later_waits = Waits.of(*worse(found, instant, later, since=since))
    after = ESTIMATORS[name](Seen(later_waits, at), level)
    assert after[0] >= before[0]


@given(waits=some_waits, later=delays, past=st.integers(0, 30 * 3600))
@searched
def test_the_forecast_is_not_lower_with_the_replies_of_the_last_day_later_or_taken_away(
    waits: list[tuple[int, int | None]], later: list[float], past: int
) -> None:
    found = Waits.of(*account(waits))
    instant = float(found.asked[-1]) + past
    if found.before(np.array([instant]))[0] >= FIRST:
        compare((found.asked, found.replied), replay(found), instant, later)


@pytest.mark.parametrize("made", [staffed, steady, outage])
def test_nor_is_it_on_long_accounts_where_every_estimator_has_had_its_turn(made) -> None:
    rng = np.random.default_rng(4)
    waits = Waits.of(*made(rng, 500, 12))
    told = replay(waits)
    assert all(len(set(of_level.tolist())) > 1 for of_level in told.carriers.T)
    for place in range(120, 500, 7):
        instant = float(waits.asked[place]) + float(rng.integers(0, 4000))
        later = rng.choice([0.0, 30.0, 3000.0, 40_000.0, np.inf], 500).tolist()
        compare((waits.asked, waits.replied), told, instant, later)


def compare(found: Account, told: Told, instant: float, later: list[float]) -> None:
    """Compare the figures of two pasts that were told the same promises."""
    waits = Waits.of(*found)
    known = int(waits.before(np.array([instant]))[0])
    before = tell(waits, told, instant, known)
    later_waits = Waits.of(*worse(found, instant, later, since=instant - DAY))
    after = tell(later_waits, told, instant, known)
    assert (after.seconds >= before.seconds).all()
    assert (after.figures >= before.figures).all()
    assert (np.array(after.published) >= before.published).all()
    assert (after.carriers == before.carriers).all()


def offset(waits: Waits, told: float, instant: float) -> float:
    """Return what one wait that was told one promise adds, steered by half for each miss."""
    by = [(slice(None), steering(gain=0.5, half_life=100))]
    feedback = Feedback(waits, np.array([[told]]), np.array([0.9]), by, first=0, known=1)
    return float(feedback.offsets(instant, 1)[0])


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
    assert offset(waits, 600.0, MONDAY + age) == pytest.approx(0.5 * counts)


def test_a_figure_of_a_day_or_more_cannot_be_missed() -> None:
    waits = Waits.of([MONDAY], [np.inf])
    found = [offset(waits, HORIZON, MONDAY + age) for age in (DAY - 1, DAY)]
    assert found == pytest.approx([0, -0.05])


def test_a_late_reply_among_few_would_lower_the_plain_curve_but_not_ours() -> None:
    # 1 of 5 unanswered after an hour; its reply after 50 minutes instead of never is what Kaplan–Meier is misled by
    asked = MONDAY + np.arange(40) * 60.0
    quick = asked + np.where(np.arange(40) % 5 == 0, np.inf, 100.0)
    late = np.where((np.arange(40) == 1), asked + 2400, quick)
    at = np.array([MONDAY + 2450.0])
    for level in LEVELS:
        ours = [
            ESTIMATORS["recent_curve"](Seen(Waits.of(asked, r), at), level)[0]
            for r in (quick, late)
        ]
        assert ours[1] >= ours[0]
