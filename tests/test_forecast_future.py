"""No future leaks in, order doesn't matter, and what is carried on is what is worked out anew."""

import os

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sla.forecast.account import Forecast
from sla.forecast.known import Waits
from sla.forecast.replay import LEVELS
from tests.forecast_data import DAY, SIMULATED, account, outage, some_waits, staffed

EXAMPLES = int(os.environ.get("REPLYCLOCK_EXAMPLES", "20"))
PHASES = [p for p in Phase if os.environ.get("REPLYCLOCK_SHRINK") or p != Phase.shrink]
searched = settings(max_examples=EXAMPLES, deadline=None, phases=PHASES)


def same(one: Forecast, other: Forecast, count: int) -> None:
    for name in ("every", "carriers"):
        ours, theirs = (getattr(f.told, name)[:count] for f in (one, other))
        assert ours.tobytes() == theirs.tobytes(), name


@given(waits=some_waits, cut=st.integers(0, 89), drawn=st.randoms(use_true_random=False))
@searched
def test_another_future_changes_no_row_by_a_byte(waits, cut: int, drawn) -> None:
    asked, replied = account(waits)
    instant = asked[min(cut, len(asked) - 1)]
    known = asked <= instant
    # Another future: open waits are answered otherwise or never, and others ask.
    later = np.array([instant + drawn.choice([1, 500, 1e5, np.inf]) for _ in asked])
    # Who asks at that instant has not been answered yet, as far as the figure may know.
    unknown = (replied > instant) | (asked == instant)
    other_replied = np.where(unknown, later, replied)[known]
    more = instant + np.cumsum([drawn.choice([1, 100, 9000]) for _ in range(20)])
    other = np.concatenate([asked[known], more]), np.concatenate([other_replied, more + 50])
    count = int(known.sum())
    told = Forecast.of(asked, replied)
    same(told, Forecast.of(*other), count)
    same(told, Forecast.of(asked[known], np.where(unknown, np.inf, replied)[known]), count)


def test_a_cut_of_a_long_account_changes_no_row_by_a_byte() -> None:
    asked, replied = staffed(np.random.default_rng(1), 700, 20)
    whole = Forecast.of(asked, replied)
    for count in (150, 400, 601):
        instant = asked[count - 1]
        cut = np.where(replied[:count] > instant, np.inf, replied[:count])
        same(whole, Forecast.of(asked[:count], cut), count)


@given(waits=some_waits, drawn=st.randoms(use_true_random=False))
@searched
def test_the_order_of_the_waits_does_not_matter(waits, drawn) -> None:
    asked, replied = account(waits)
    order = list(range(len(asked)))
    drawn.shuffle(order)
    same(Forecast.of(asked, replied), Forecast.of(asked[order], replied[order]), len(asked))


@given(waits=some_waits, steps=st.lists(st.integers(0, 89), min_size=1, max_size=4))
@searched
def test_carried_on_from_poll_to_poll_it_is_the_same_as_worked_out_anew(waits, steps) -> None:
    asked, replied = account(waits)
    forecast = Forecast.of([], [])
    # Polls in any order: also one that takes back what a later one had told, as an unload does.
    for step in [*steps, len(asked) - 1]:
        instant = asked[min(step, len(asked) - 1)]
        seen = asked <= instant
        known = np.where(replied > instant, np.inf, replied)[seen]
        forecast = forecast.with_data(asked[seen], known)
        same(forecast, Forecast.of(asked[seen], known), int(seen.sum()))


def test_a_reply_that_becomes_known_late_is_worked_in_from_where_it_was_sent() -> None:
    asked, replied = staffed(np.random.default_rng(5), 220, 6)
    missing = replied.copy()
    missing[60] = np.inf
    before, whole = Forecast.of(asked, missing), Forecast.of(asked, replied)
    assert before.told.every.tobytes() != whole.told.every.tobytes()
    same(before.with_data(asked, replied), whole, len(asked))
    same(whole.with_data(asked, missing), before, len(asked))


def test_what_is_told_at_an_instant_is_what_the_record_says_was_told_then() -> None:
    waits = Waits.of(*outage(np.random.default_rng(2), 400, 10))
    forecast = Forecast.of_waits(waits)
    typical, promise = map(forecast.told.published, LEVELS)
    for place in range(50, 400, 50):
        found = forecast.at(float(waits.asked[place]))
        assert found is not None
        assert found.promise_published == promise[place]
        assert found.typical_published == min(typical[place], promise[place])


def test_one_more_minute_changes_the_figure_without_a_new_row() -> None:
    asked, replied = SIMULATED["steady"](np.random.default_rng(3), 300, 10)
    instant = float(asked[-1]) + 60
    forecast = Forecast.of(asked, np.where(replied > asked[-1], np.inf, replied))
    first, later = forecast.at(instant), forecast.at(instant + DAY / 2)
    assert first is not None
    assert later is not None
    assert later.promise_seconds >= first.promise_seconds
