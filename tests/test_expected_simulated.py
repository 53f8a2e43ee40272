"""Accounts whose truth is known, from messages to banner: the right state at the first renewal after something happened."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from sla.expected import Expected, expected
from sla.settings import Account, Hours, Settings
from sla.store import Store
from tests.forecast_data import DAY, HOUR, MONDAY, staffed, steady, summer_time
from tests.forecast_data import Account as Waits
from tests.staging import put

Filled = Callable[..., Store]
WEEKDAYS = {day: ["08:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
LONDON = Account(
    time_zone="Europe/London",
    hours=(Hours.model_validate({"every": [], **WEEKDAYS}),),
)


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


class World:
    """An account that becomes known bit by bit, as a live feed brings it, with a renewal after each."""

    def __init__(self, store: Store, waits: Waits) -> None:
        self.store = store
        self.asked, self.replied = waits
        self.upto = -np.inf

    def renewal(self, seconds: float, *, heard: bool = True) -> Expected:
        """Return the banner at an instant (s), for which the feed has brought everything, or nothing new."""
        if heard:
            put(self.store, self._new(seconds))
        (told,) = expected(self.store, at(seconds))
        return told

    def _new(self, upto: float) -> list[dict[str, Any]]:
        found = [
            {"message_key": f"p{upto}", "role": "system", "event": "polled", "sent_at": at(upto)}
        ]
        for role, instants in (("customer", self.asked), ("agent", self.replied)):
            for place in np.flatnonzero((instants > self.upto) & (instants <= upto)).tolist():
                about = {"thread_key": f"T{place}", "author_key": f"{role}{place}", "role": role}
                found.append(
                    about | {"message_key": f"{role}{place}", "sent_at": at(instants[place])}
                )
        self.upto = upto
        return found


def without_replies(waits: Waits, since: float, until: float) -> Waits:
    """Return the waits with nobody replying between two instants; what was due then is replied to within the hour after."""
    asked, replied = waits
    missing = (replied > since) & (replied <= until)
    return asked, np.where(missing, until + (replied - since) % HOUR, replied)


def test_an_outage_is_told_while_it_lasts_and_over_when_it_is_over(store: Store) -> None:
    begins = MONDAY + 8 * DAY + 12 * HOUR
    ends = begins + 5 * HOUR
    world = World(store, without_replies(steady(np.random.default_rng(1), 1500, 11), begins, ends))
    before = world.renewal(begins)
    within = world.renewal(begins + 1.5 * HOUR)
    late = world.renewal(ends)
    assert (before.state, within.state, late.state) == ("live", "busy", "busy")
    promised = [
        told.promise_seconds or told.promise_over_seconds or 0 for told in (before, within, late)
    ]
    assert promised == sorted(promised)
    assert promised[2] > 2 * promised[0]
    assert world.renewal(ends + 36 * HOUR).state == "live"


def test_with_nobody_on_duty_a_day_or_more_is_told(store: Store) -> None:
    gone = MONDAY + 8 * DAY + 12 * HOUR
    world = World(store, without_replies(steady(np.random.default_rng(2), 1200, 11), gone, np.inf))
    assert world.renewal(gone).state == "live"
    told = world.renewal(gone + 2 * DAY)
    assert (told.state, told.promise_seconds, told.promise_over_seconds) == ("busy", None, DAY)


def test_a_hole_in_the_data_withdraws_the_figure_and_its_end_brings_it_back(store: Store) -> None:
    asked, replied = steady(np.random.default_rng(3), 1500, 14)
    begins, ends = MONDAY + 6 * DAY + 12 * HOUR, MONDAY + 11 * DAY
    outside = (asked <= begins) | (asked > ends)
    world = World(store, (asked[outside], replied[outside]))
    assert world.renewal(begins).state == "live"
    assert world.renewal(begins + HOUR, heard=False).state == "live"
    hole = world.renewal(begins + HOUR + 60, heard=False)
    assert (hole.state, hole.promise_seconds, hole.as_of) == ("stale", None, at(begins))
    back = world.renewal(ends + 10 * HOUR)
    assert back.state == "live"
    assert back.promise_seconds is not None


def test_staffed_shifts_are_open_and_closed_as_the_hours_say(filled: Filled) -> None:
    waits = staffed(np.random.default_rng(4), 700, 19)
    world = World(filled([], Settings(accounts={"help": LONDON})), waits)
    friday = MONDAY + 18 * DAY  # 20 March, in winter time: local time is UTC
    noon, evening = world.renewal(friday + 12 * HOUR), world.renewal(friday + 18 * HOUR + 60)
    assert (noon.state, noon.opens_at) == ("live", None)
    assert 0 < (noon.promise_seconds or 0) <= 2 * HOUR
    assert (evening.state, evening.opens_at) == ("closed", at(friday + 3 * DAY + 8 * HOUR))
    assert evening.answered_by is not None
    assert timedelta() < evening.answered_by - at(friday + 3 * DAY + 8 * HOUR) <= timedelta(hours=2)


def test_when_clocks_go_forward_the_doors_open_an_hour_earlier(filled: Filled) -> None:
    # Staffed by a clock that goes forward after three fifths of 45 days: on Sunday, 29 March.
    world = World(
        filled([], Settings(accounts={"help": LONDON})),
        summer_time(np.random.default_rng(5), 900, 45),
    )
    saturday = MONDAY + 26 * DAY
    opens = saturday + 2 * DAY + 7 * HOUR  # 08:00 in London
    told = world.renewal(saturday + 20 * HOUR)
    assert (told.state, told.opens_at) == ("closed", at(opens))
    assert world.renewal(opens - 60).state == "closed"
    monday = world.renewal(opens + 60)
    assert monday.state in {"live", "busy"}
    assert world.renewal(opens + 5 * HOUR).state == "live"
    assert 0 < (monday.promise_seconds or 0) <= 3 * HOUR
