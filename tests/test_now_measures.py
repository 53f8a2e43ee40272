"""The measures of Now and of the reply pages against a slow count of the same waits by the oracle."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.measures import Question, Waits, ask
from sla.settings import Settings
from sla.store import Store
from tests import oracle, oracle_measures
from tests.oracle_curve import quantile
from tests.oracle_hours import open_seconds_of, opening_on, spans_around, within, zone_of
from tests.oracle_measures import chosen, elapsed, known_until, observations, verdict
from tests.oracle_records import Rules, Wait, instant, visible, whole_seconds
from tests.staging import put
from tests.strategies import World, worlds
from tests.test_agreement import SLOWLY, empty, same

HOUR, DAY = 3600, 86400
EDGES = (0, 60, 300, 900, 1800, HOUR, 7200, 14400, 28800, DAY, 2 * DAY, 7 * DAY)
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def emptied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return one store that every example empties."""
    with Store.open(tmp_path_factory.mktemp("emptied") / "store.duckdb", Settings()) as found:
        yield found


def bands(
    waits: list[Wait], as_of: Any, target: int, clock: str, rules: Rules
) -> list[dict[str, Any]]:
    """Count waits by the band of their length."""
    edges = sorted({*EDGES, target})
    told = [(elapsed(w, as_of, clock, rules), w.outcome) for w in waits]
    known = [(took, outcome) for took, outcome in told if took is not None]
    found = []
    for above, up_to in zip(edges, [*edges[1:], None], strict=True):
        inside = Counter(
            outcome for took, outcome in known
            if (took > above or took == above == 0) and (up_to is None or took <= up_to)
        )  # fmt: skip
        n = inside.total()
        found.append(
            {
                "above_seconds": above,
                "up_to_seconds": up_to,
                **{name: inside[name] for name in ("answered", "open", "closed")},
                "n": n,
                "share": Fraction(n, len(known)) if known else None,
            }
        )
    return found


def began(wait: Wait, rules: Rules) -> str | None:
    """Say whether a wait began in or out of opening hours; None where none were in force."""
    calendar, zone = rules.hours.get(wait.account), zone_of(rules, wait.account)
    if not calendar or opening_on(calendar, wait.started_at.astimezone(zone).date()) is None:
        return None
    around = spans_around(calendar, zone, wait.started_at, wait.started_at)
    return "in" if any(within(wait.started_at, span) for span, _ in around) else "out"


@given(
    world=worlds(),
    clock=st.sampled_from(["calendar", "open"]),
    which=st.sampled_from(["first", "next", "all"]),
    target=st.sampled_from([HOUR, 7200, 100]),
)
@SLOWLY
def test_any_world_has_the_same_distribution_and_hours(
    emptied: Store,
    world: World,
    clock: Any,
    which: Waits,
    target: int,
) -> None:
    store = empty(emptied, world.rules)
    put(store, world.messages)
    waits = chosen(oracle.waits(world.messages, world.rules), which)
    as_of = oracle_measures.as_of(world.messages, world.rules)
    question = Question(clock=clock, waits=which, target=target)
    same(ask(store, "distribution", question), bands(waits, as_of, target, clock, world.rules))
    sides: dict[str, list[Wait]] = {}
    for wait in waits:
        if (side := began(wait, world.rules)) is not None:
            sides.setdefault(side, []).append(wait)
    expected = []
    for side, inside in sorted(sides.items()):
        verdicts = Counter(verdict(w, target, as_of, clock, world.rules) for w in inside)
        seen = observations(inside, as_of, clock, world.rules)
        met, missed = verdicts["met"], verdicts["missed"]
        expected.append(
            {
                "opening": side,
                "n": len(seen),
                "open": sum(outcome == "open" for _, outcome in seen),
                "met": met,
                "missed": missed,
                "undecided": verdicts["undecided"],
                "hit_rate": Fraction(met, met + missed) if met + missed else None,
                "median_seconds": quantile(seen, Fraction(1, 2)),
                "p90_seconds": quantile(seen, Fraction(9, 10)),
            }
        )
    same(ask(store, "in_and_out", question), expected)


def waiting(waits: list[Wait], as_of: Any, rules: Rules) -> list[Wait]:
    """Return the open waits that are not given up."""
    return [
        w for w in waits
        if w.outcome == "open"
        and known_until(w, as_of) - w.started_at <= timedelta(seconds=rules.horizon_seconds)
    ]  # fmt: skip


@given(world=worlds(), target=st.sampled_from([HOUR, 7200, DAY]))
@SLOWLY
def test_any_world_has_the_same_queue(emptied: Store, world: World, target: int) -> None:
    store = empty(emptied, world.rules)
    put(store, world.messages)
    rules = world.rules
    waits = chosen(oracle.waits(world.messages, rules), "all")
    as_of = oracle_measures.as_of(world.messages, rules)
    queue = waiting(waits, as_of, rules)
    ages = [whole_seconds(w.started_at, known_until(w, as_of)) for w in queue]
    about = sum(target * Fraction(3, 4) < age <= target for age in ages)
    expected = {
        "waiting": len(ages),
        "over_target": sum(age > target for age in ages),
        "about_to_miss": about,
        "share": Fraction(about, len(ages)) if ages else None,
    }
    same(ask(store, "about_to_miss", Question(target=target)), [expected])
    if as_of:
        same(ask(store, "pace", Question()), [pace(waits, queue, max(as_of.values()), rules)])
    same(ask(store, "silence", Question()), silences(world, queue, as_of))


def pace(waits: list[Wait], queue: list[Wait], now: datetime, rules: Rules) -> dict[str, Any]:
    """Count what began and ended in the hour up to now."""
    since, horizon = now - timedelta(hours=1), timedelta(seconds=rules.horizon_seconds)
    begun = sum(w.started_at > since for w in waits if not w.unknown)
    ended = sum(
        w.ended_at is not None and w.ended_at > since and w.ended_at - w.started_at <= horizon
        for w in waits if not w.unknown
    )  # fmt: skip
    clears: int | None = 0 if not queue else None
    if queue and ended > begun:
        clears = -(-len(queue) * HOUR // (ended - begun))
    return {"waiting": len(queue), "begun": begun, "ended": ended, "clears_seconds": clears}


def silences(world: World, queue: list[Wait], as_of: Any) -> list[dict[str, Any]]:
    """Tell for each account with a queue how long nobody has replied."""
    replies: dict[str, datetime] = {}
    for stream, walk in oracle.walks(world.messages, world.rules).items():
        for message in walk.messages:
            if message["role"] == "agent" and visible(message):
                replies[stream[3]] = max(replies.get(stream[3], instant(message)), instant(message))
    found = []
    for account in {w.account for w in queue}:
        now = max(at for (name, _), at in as_of.items() if name == account)
        oldest = min(w.started_at for w in queue if w.account == account)
        last = replies.get(account)
        begins = max(oldest, last) if last else oldest
        in_hours = open_seconds_of(world.rules, account, begins, now)
        lasted = whole_seconds(begins, now) if in_hours is None else in_hours
        found.append(
            {
                "account": account,
                "waiting": sum(w.account == account for w in queue),
                "last_reply_at": last,
                "silent_seconds": lasted,
            }
        )
    return sorted(found, key=lambda row: (-row["silent_seconds"], row["account"]))


def said(role: str, at: datetime, key: str, account: str = "Acme") -> dict[str, Any]:
    """Return a message of a desk."""
    return {
        "platform": "desk", "namespace": "", "message_key": key, "account": account, "channel": "Chat",
        "thread_key": f"t{key.partition('-')[0]}", "reply_to_key": None, "author_key": f"{role}-{key}", "author_name": None,
        "role": role, "visibility": "public", "event": None, "text": "Where is it?", "sent_at": at,
    }  # fmt: skip


Fill = Callable[..., Store]


def test_usual_is_the_median_of_the_same_hour_of_the_week(filled: Fill) -> None:
    # One to eight messages at the same hour of the eight weeks before, one nine weeks before, three today.
    weeks = [(back, n) for n, back in enumerate(range(8, 0, -1), 1)] + [(9, 50), (0, 3)]
    messages = [
        said("customer", START - timedelta(days=7 * back, minutes=-n), f"{back}x{n}")
        for back, count in weeks
        for n in range(count)
    ]
    store = filled(messages)
    since = datetime(2026, 3, 2)  # noqa: DTZ001 - wall-clock time
    rows = ask(store, "usual_load", Question(since=since, until=since + timedelta(days=1)))
    assert [row["hour"].hour for row in rows] == list(range(24))
    by_hour = {row["hour"].hour: row for row in rows}
    assert (by_hour[9]["messages_in"], by_hour[9]["usual_in"], by_hour[9]["weeks"]) == (3, 4, 8)
    assert by_hour[9]["filling"]
    assert (by_hour[8]["messages_in"], by_hour[8]["usual_in"]) == (0, 0)
    assert (by_hour[10]["messages_in"], by_hour[10]["usual_in"]) == (None, 0)
    assert not by_hour[10]["filling"]


def test_usual_is_empty_with_fewer_than_three_weeks(filled: Fill) -> None:
    store = filled(
        [said("customer", START - timedelta(days=7 * back), str(back)) for back in range(4)]
    )
    rows = {row["hour"]: row for row in ask(store, "usual_load", Question())}
    last = max(rows)
    # The hour of the very first message may be known in part only, so it is no week to lean on.
    assert (rows[last]["messages_in"], rows[last]["weeks"], rows[last]["usual_in"]) == (1, 2, None)


def test_usual_adds_accounts_up_unless_they_are_told_apart(filled: Fill) -> None:
    messages = [
        said(role, START - timedelta(days=7 * back), f"{account}{back}-{role}", account)
        for back in range(6)
        for account in ("Acme", "Bolt")
        for role in ("customer", "agent")
    ]
    store = filled(messages)
    since = START.replace(tzinfo=None)
    (together,) = ask(store, "usual_load", Question(since=since))
    assert (together["messages_in"], together["usual_in"], together["usual_out"]) == (2, 2, 2)
    apart = ask(store, "usual_load", Question(since=since, by=("account",)))
    assert [(r["account"], r["messages_in"], r["usual_in"]) for r in apart] == [
        ("Acme", 1, 1),
        ("Bolt", 1, 1),
    ]


def test_silence_counts_opening_hours_and_says_whether_it_is_open(tmp_path: Path) -> None:
    rules = Settings.model_validate(
        {"accounts": {"Acme": {"hours": {"every": ["08:00-12:00", "13:00-17:00"]}}}}
    )
    with Store.open(tmp_path / "s.duckdb", rules) as store:
        asked = START.replace(hour=11, minute=40)
        put(
            store,
            [said("customer", asked, "a"), said("bot", START.replace(hour=13, minute=15), "b")],
        )
        (row,) = ask(store, "silence", Question())
        assert (row["silent_seconds"], row["is_open"], row["silent"]) == (35 * 60, True, True)
        put(store, [said("bot", START.replace(hour=18), "c")])
        (row,) = ask(store, "silence", Question())
        assert row["silent_seconds"] == (20 + 4 * 60) * 60
        assert (row["is_open"], row["silent"]) == (False, False)


@pytest.fixture
def spoken_for(filled: Fill) -> Store:
    """Return a store in which one waits and somebody else was answered 29 minutes later."""
    return filled(
        [
            said("customer", START, "a-1"),
            said("customer", START, "b-1"),
            said("agent", START + timedelta(minutes=29), "b-2"),
        ]
    )


def test_silence_begins_with_the_last_reply_to_anybody(spoken_for: Store) -> None:
    put(spoken_for, [said("bot", START + timedelta(minutes=58, seconds=59), "c-1")])
    (row,) = ask(spoken_for, "silence", Question())
    assert (row["waiting"], row["silent_seconds"], row["silent"]) == (1, 29 * 60 + 59, False)
    put(spoken_for, [said("bot", START + timedelta(minutes=59), "c-2")])
    (row,) = ask(spoken_for, "silence", Question())
    assert (row["silent_seconds"], row["silent"]) == (30 * 60, True)


def test_the_last_reply_is_that_of_all_channels_however_long_ago(filled: Fill) -> None:
    # One channel was last known ten days ago, with a reply; on the other the last one is three days old.
    old = {"channel": "Phone"}
    store = filled(
        [
            said("customer", START - timedelta(days=10, minutes=5), "a-1") | old,
            said("agent", START - timedelta(days=10), "a-2") | old,
            said("customer", START - timedelta(days=3, minutes=5), "b-1"),
            said("agent", START - timedelta(days=3), "b-2"),
            said("customer", START, "c-1"),
        ]
    )
    (row,) = ask(store, "silence", Question())
    assert row["last_reply_at"] == START - timedelta(days=3)


def test_nobody_waiting_is_no_silence(filled: Fill) -> None:
    store = filled(
        [said("customer", START, "a-1"), said("agent", START + timedelta(hours=3), "a-2")]
    )
    assert ask(store, "silence", Question()) == []
    (row,) = ask(store, "pace", Question())
    assert (row["waiting"], row["clears_seconds"]) == (0, 0)
