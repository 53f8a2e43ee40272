"""The measure `queue` against a slow count of who waits at the end of each hour, and its usual by hand."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla import lists
from sla.lists import Listing
from sla.measures import Question, Waits, ask
from sla.settings import Settings
from sla.store import Store
from tests import oracle, oracle_measures
from tests.oracle_hours import zone_of
from tests.oracle_measures import chosen, known_until
from tests.oracle_records import Rules, Wait
from tests.staging import put
from tests.strategies import World, worlds
from tests.test_agreement import SLOWLY, empty

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def emptied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return one store that every example empties."""
    with Store.open(tmp_path_factory.mktemp("emptied") / "store.duckdb", Settings()) as found:
        yield found


def waits_at(wait: Wait, label: datetime, latest: datetime, as_of: Any, rules: Rules) -> bool:
    """Return whether somebody waits at the end of an hour of their own account's time, or at the latest instant."""
    end = (label + HOUR).replace(tzinfo=zone_of(rules, wait.account)).astimezone(UTC)
    known = known_until(wait, as_of)
    horizon = timedelta(seconds=rules.horizon_seconds)
    if wait.started_at > min(end, latest):
        return False
    if wait.ended_at is None:
        return known - wait.started_at <= horizon or end - wait.started_at <= horizon
    return wait.ended_at > end and end - wait.started_at <= horizon


@given(world=worlds(), which=st.sampled_from(["first", "next", "all"]))
@SLOWLY
def test_any_world_has_the_same_queue_at_the_end_of_each_hour(
    emptied: Store, world: World, which: Waits
) -> None:
    store = empty(emptied, world.rules)
    put(store, world.messages)
    rules = world.rules
    waits = [w for w in chosen(oracle.waits(world.messages, rules), which) if not w.unknown]
    as_of = oracle_measures.as_of(world.messages, rules)
    rows = ask(store, "queue", Question(waits=which))
    assert bool(rows) == bool(as_of)
    if not rows:
        return
    latest = max(as_of.values())
    known = [row for row in rows if row["waiting"] is not None]
    last = known.pop()
    assert last["filling"]
    (still,) = ask(store, "still_waiting", Question(waits=which))
    assert last["waiting"] == still["waiting"]
    # An hour counts for each account in its own time; the last one is not over, or not for everybody.
    for row in known:
        expected = sum(waits_at(w, row["hour"], latest, as_of, rules) for w in waits)
        assert (row["waiting"], row["filling"]) == (expected, False), row["hour"]
    # The list of who waited then holds as many.
    for row in (*known[:1], *known[len(known) // 2 :][:1], *known[-1:]):
        listed = Listing(Question(target=3600, waits=which), waited=row["hour"] + HOUR)
        assert lists.counted(store, listed)["n"] == row["waiting"], row["hour"]
    assert all(after["hour"] - before["hour"] == HOUR for before, after in pairwise(rows))


def said(role: str, at: datetime, key: str, account: str = "Acme") -> dict[str, Any]:
    """Return a message of a desk."""
    return {
        "platform": "desk", "namespace": "", "message_key": key, "account": account, "channel": "Chat",
        "thread_key": f"t{key.partition('-')[0]}", "reply_to_key": None, "author_key": f"{role}-{key}", "author_name": None,
        "role": role, "visibility": "public", "event": None, "text": "Where is it?", "sent_at": at,
    }  # fmt: skip


Fill = Callable[..., Store]


def weekly(back: int, n: int) -> list[dict[str, Any]]:
    """Let `n` people wait from 09:10 to 11:20 on a Monday."""
    at = START + timedelta(minutes=10) - timedelta(days=7 * back)
    return [
        said(role, at + took, f"{back}x{each}-{role}")
        for each in range(n)
        for role, took in (("customer", timedelta()), ("agent", timedelta(minutes=130)))
    ]


def test_usual_is_the_median_of_the_same_hour_of_the_week(filled: Fill) -> None:
    # One to eight people wait in the eight weeks before, fifty nine weeks before, three today.
    weeks = [(back, n) for n, back in enumerate(range(8, 0, -1), 1)] + [(9, 50), (0, 3)]
    store = filled([m for back, n in weeks for m in weekly(back, n)])
    since = datetime(2026, 3, 2)  # noqa: DTZ001 - wall-clock time
    rows = ask(store, "queue", Question(since=since, until=since + timedelta(days=1)))
    by_hour = {row["hour"].hour: row for row in rows}
    assert list(by_hour) == list(range(24))
    told = {at: (row["waiting"], row["usual_waiting"], row["weeks"]) for at, row in by_hour.items()}
    assert (told[8], told[9], told[10]) == ((0, 0, 8), (3, 4, 8), (3, 4, 8))
    assert (told[11], told[12]) == ((0, 0, 8), (None, 0, 8))
    assert [at for at, row in by_hour.items() if row["filling"]] == [11]


def test_who_is_given_up_waits_no_longer(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s.duckdb", Settings(horizon_hours=2)) as store:
        ended = START + timedelta(hours=9)
        put(store, [said("customer", START, "a-1"), said("agent", ended, "a-2"), said("customer", ended, "b-1")])  # fmt: skip
        rows = ask(store, "queue", Question())
    # At eleven sharp, the end of the hour from ten on, it is as old as the horizon and not older.
    told = {row["hour"].hour: row["waiting"] for row in rows}
    assert (told[9], told[10], told[11], told[17], told[18]) == (1, 1, 0, 1, 1)
