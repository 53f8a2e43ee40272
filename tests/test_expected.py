import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from sla.expected import Expected, expected, usual
from sla.forecast.rounding import rounded_up
from sla.scope import Scope
from sla.settings import Account, Hours, Settings
from sla.store import Store
from tests.conftest import minutes
from tests.staging import put

Fill = Callable[..., Store]
LONDON = Account(
    time_zone="Europe/London", hours=(Hours.model_validate({"every": ["08:00-22:00"]}),)
)


def asked(
    replies: Sequence[float | None], every: float = 5, until: float | None = None
) -> list[dict[str, Any]]:
    """Return one question every so many minutes, each answered after the minutes given, or never."""
    found: list[dict[str, Any]] = []
    for i, wait in enumerate(replies):
        about = {"thread_key": f"T{i}", "author_key": "ann"}
        found.append(
            about | {"message_key": f"{i}q", "role": "customer", "sent_at": minutes(i * every)}
        )
        if wait is not None:
            found.append(
                about
                | {"message_key": f"{i}r", "role": "agent", "sent_at": minutes(i * every + wait)}
            )
    end = until if until is not None else len(replies) * every
    kept = [m for m in found if m["sent_at"] <= minutes(end)]
    # A system row says up to when the data is known, as the poll of a live feed does.
    poll = {"message_key": "poll", "role": "system", "event": "polled", "sent_at": minutes(end)}
    return [*kept, poll]


def banner(store: Store, now: datetime) -> Expected:
    (found,) = expected(store, now)
    return found


def test_nine_of_ten_and_half_are_promised(filled: Fill) -> None:
    # From 1 to 20 minutes, each as often as the others: half within 10, 9 of 10 within 18.
    store = filled(asked([i * 7 % 20 + 1 for i in range(200)], until=1000))
    found = banner(store, minutes(1000))
    assert (found.state, found.n) == ("live", 200)
    assert 8 * 60 <= (found.typical_seconds or 0) <= 15 * 60
    assert 15 * 60 <= (found.promise_seconds or 0) <= 25 * 60
    assert found.estimator is not None
    assert "estimators" in json.loads(found.inputs or "")["promise"]


def test_latest_waits_count_most(filled: Fill) -> None:
    slow_then_fast = asked([50] * 200 + [10] * 200, until=2100)
    store = filled(slow_then_fast)
    assert (banner(store, minutes(2100)).typical_seconds or 0) <= 900
    assert usual(store, Scope("help")).promise == 3000


def test_a_silent_team_cannot_look_fast(filled: Fill) -> None:
    quick = filled(asked([5] * 40, until=260))
    assert banner(quick, minutes(260)).promise_seconds == 300
    next_day = timedelta(minutes=1500)
    put(quick, [m | {"thread_key": f"S{i}", "message_key": f"S{i}", "sent_at": m["sent_at"] + next_day}
                for i, m in enumerate(asked([None] * 30, every=4)) if m["role"] == "customer"])  # fmt: skip
    put(quick, asked([], until=1640))
    found = banner(quick, minutes(1640))
    assert found.state == "busy"
    # More than anybody has waited by then, which is 140 minutes.
    assert (found.promise_seconds or found.promise_over_seconds or 0) > 140 * 60


def test_fewer_than_nine_of_ten_ever_answered_is_said_instead_of_a_promise(filled: Fill) -> None:
    store = filled(asked([10, 10, 10, None] * 20, until=3 * 1440))
    found = banner(store, minutes(3 * 1440))
    assert found.promise_seconds is None
    assert found.promise_over_seconds == 86400
    assert 300 <= (found.typical_seconds or 0) <= 900


@pytest.mark.parametrize(
    ("settings_", "now", "state"),
    [
        (Settings(), minutes(400), "live"),
        (Settings(), minutes(461), "stale"),
        (Settings(stale_after_minutes=120), minutes(461), "live"),
        (Settings(accounts={"help": Account(stale_after_minutes=300)}), minutes(461), "live"),
        (Settings(accounts={"help": Account(notice="We know.")}), minutes(400), "notice"),
    ],
)
def test_the_state_says_what_may_be_said(
    filled: Fill, settings_: Settings, now: datetime, state: str
) -> None:
    found = banner(filled(asked([10] * 50, until=400), settings_), now)
    assert found.state == state
    assert (found.promise_seconds is not None) == (state == "live")


def test_too_few_waits_promise_nothing(filled: Fill) -> None:
    found = banner(filled(asked([10] * 19, until=200)), minutes(200))
    assert (found.state, found.promise_seconds, found.n) == ("quiet", None, 19)


def test_while_closed_the_wait_runs_from_the_opening(filled: Fill) -> None:
    # 09:00 to 21:00, then closed from 22:00; it is 23:30
    store = filled(asked([10] * 50, until=870), Settings(accounts={"help": LONDON}))
    found = banner(store, minutes(870))
    assert found.state == "closed"
    assert found.opens_at == minutes(23 * 60)
    assert found.promise_seconds == rounded_up((23 * 60 - 870 + 10) * 60)
    assert found.answered_by == minutes(23 * 60 + 10)


@pytest.mark.parametrize("missed", [None, 8])
def test_who_writes_at_night_is_told_what_those_waited_who_wrote_at_night(
    filled: Fill, missed: int | None
) -> None:
    # Twelve days, each: 24 questions by day, answered within 5 min, and three at 23:00, answered at 09:30.
    said = []
    for day in range(12):
        by_day = [(f"{day}d{i}", day * 1440 + 25 * i, 5) for i in range(24)]
        # After one night, nobody was answered before the evening.
        took = 10 * 60 + 30 if day != missed else 20 * 60
        at_night = [(f"{day}n{i}", day * 1440 + 14 * 60 + i, took - i) for i in range(3)]
        for thread, at, wait in by_day + (at_night if day < 11 else []):
            about = {"thread_key": thread, "author_key": thread}
            said += [
                about | {"message_key": f"{thread}q", "role": "customer", "sent_at": minutes(at)},
                about | {"message_key": f"{thread}r", "role": "agent", "sent_at": minutes(at + wait)},
            ]  # fmt: skip
    now = 11 * 1440 + 14 * 60 + 30
    said.append({"message_key": "poll", "role": "system", "event": "polled", "sent_at": minutes(now)})  # fmt: skip
    store = filled(said, Settings(accounts={"help": LONDON}))
    found = banner(store, minutes(now))
    assert (found.state, found.opens_at) == ("closed", minutes(11 * 1440 + 23 * 60))
    # 90 minutes after the opening, and not five as by day.
    assert minutes(12 * 1440 + 25) <= (found.answered_by or now) <= minutes(12 * 1440 + 60)
    evening = banner(store, minutes(now - 120))
    assert evening.state == "live"
    assert (evening.promise_seconds or 0) <= 600


def test_who_writes_at_a_weekend_is_told_what_those_waited_who_wrote_as_late_in_one(
    filled: Fill,
) -> None:
    # Six weeks, of which the weekends are closed: 24 questions every working day, answered within 5 min; every night one, and
    # 20 at a weekend, from Saturday 09:00 on every hour: on Monday one is answered every 6 min.
    week = {day: ["08:00-22:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    open_on_weekdays = Account(
        time_zone="UTC", hours=(Hours.model_validate({"every": [], **week}),)
    )
    written = [
        (day, 25 * i, day * 1440 + 25 * i + 5)
        for day in range(47)
        if day % 7 < 5
        for i in range(24)
    ]
    written += [(day, 14 * 60, (day + 1) * 1440 - 60 + 6) for day in range(46) if day % 7 < 4]
    written += [
        (day, 60 * i, (day + 2) * 1440 - 60 + 6 * (i + 1))
        for day in range(5, 40, 7)
        for i in range(20)
    ]
    saturday = 47 * 1440
    written += [(47, 60 * i, 10**9) for i in range(10)]
    said = []
    for number, (day, at, answered) in enumerate(written):
        about = {"thread_key": f"t{number}", "author_key": f"t{number}"}
        for role, sent in (("customer", day * 1440 + at), ("agent", answered)):
            if sent <= saturday + 9 * 60 + 30:
                said.append(about | {"message_key": f"{role}{number}", "role": role, "sent_at": minutes(sent)})  # fmt: skip
    store = filled(said, Settings(accounts={"help": open_on_weekdays}))
    found = banner(store, minutes(saturday + 9 * 60 + 30))
    monday = minutes(saturday + 2 * 1440 - 60)
    assert (found.state, found.opens_at) == ("closed", monday)
    # The eleventh of them; nights, when one wrote and was answered at once, say nothing of it.
    assert monday + timedelta(minutes=60) <= (found.answered_by or monday) <= monday + timedelta(minutes=105)  # fmt: skip


def test_a_promise_that_reaches_over_closing_time_goes_on_in_the_morning(filled: Fill) -> None:
    # 21:50 on Monday: of 30 min, 10 are left today, so 20 run from 08:00 on
    store = filled(asked([30] * 60, every=10, until=770), Settings(accounts={"help": LONDON}))
    found = banner(store, minutes(770))
    assert found.state == "live"
    assert found.promise_seconds == rounded_up((10 * 60 + 10 + 20) * 60)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, 60),
        (60, 60),
        (61, 120),
        (600, 600),
        (601, 900),
        (7200, 7200),
        (7201, 8100),
        (86400, 86400),
        (86401, 108000),
    ],
)
def test_a_promise_is_rounded_up_to_what_people_say(seconds: int, said: int) -> None:
    assert rounded_up(seconds) == said
