"""What the public was told is kept, and scored against what became of the waits."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sla.ledger import STANDS, Entry, enter, records
from sla.measures import Question, ask
from sla.settings import Settings
from sla.store import Store
from tests.conftest import minutes
from tests.staging import take_back

Filled = Callable[..., Store]
SHOP = "Bike shop"
PROMISE = Entry(SHOP, "live", 300, 1200, None, None, minutes(0), 50, "recent", "{}")


def message(key: str, thread: str, role: str, at: float, **more: Any) -> dict[str, Any]:
    return {
        "message_key": key,
        "thread_key": thread,
        "role": role,
        "account": SHOP,
        "author_key": f"{role}-{thread}",
        "sent_at": minutes(at),
        "text": "Where is my order?",
    } | more


def rows(store: Store) -> list[tuple[Any, ...]]:
    return (
        store.cursor()
        .execute("SELECT stood_from, stood_to, state, promise_seconds FROM ledger ORDER BY ALL")
        .fetchall()
    )


def test_a_row_stands_as_long_as_the_same_is_told(store: Store) -> None:
    enter(store, [PROMISE], minutes(0))
    enter(store, [replace(PROMISE, as_of=minutes(1), n=51)], minutes(1))
    enter(store, [replace(PROMISE, promise_seconds=1500)], minutes(2))
    assert rows(store) == [
        (minutes(0), minutes(2), "live", 1200),
        (minutes(2), None, "live", 1500),
    ]


def test_an_account_that_is_gone_stands_no_longer(store: Store) -> None:
    enter(store, [PROMISE], minutes(0))
    enter(store, [], minutes(3))
    assert rows(store) == [(minutes(0), minutes(3), "live", 1200)]


def test_nothing_stands_for_longer_than_ten_minutes_after_the_last_renewal(store: Store) -> None:
    enter(store, [PROMISE], minutes(0))
    enter(store, [PROMISE], minutes(60))
    assert rows(store) == [
        (minutes(0), minutes(0) + STANDS, "live", 1200),
        (minutes(60), None, "live", 1200),
    ]


def test_while_closed_the_time_of_day_is_what_stands(store: Store) -> None:
    closed = replace(PROMISE, state="closed", answered_by=minutes(90))
    enter(store, [replace(closed, promise_seconds=5400)], minutes(0))
    enter(store, [replace(closed, promise_seconds=5340)], minutes(1))
    assert len(rows(store)) == 1


def test_the_ledger_outlives_a_restart_and_comes_into_older_databases(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    Store.open(path, Settings()).close()
    take_back(path, "4")
    with Store.open(path, Settings()) as store:
        enter(store, [PROMISE], minutes(0))
    with Store.open(path, Settings()) as store:
        enter(store, [PROMISE], minutes(5))
        assert rows(store) == [(minutes(0), None, "live", 1200)]


def test_the_ledger_need_not_wait_for_a_load(store: Store) -> None:
    with store.transaction() as load:
        load.execute("INSERT INTO facts VALUES ('busy', 'yes')")
        enter(store, [PROMISE], minutes(0))
    assert len(rows(store)) == 1


@pytest.mark.parametrize(
    ("replies_at", "ends_at", "verdict"),
    [
        (20, 200, "kept"),
        (20.02, 200, "missed"),
        (None, 19, "undecided"),
        (None, 20, "undecided"),
        (None, 20.02, "missed"),
    ],
)
def test_a_wait_is_scored_by_the_promise_that_stood_when_it_began(
    filled: Filled, replies_at: float | None, ends_at: float, verdict: str
) -> None:
    told = [message("1", "T1", "customer", 0)]
    if replies_at is not None:
        told.append(message("2", "T1", "agent", replies_at))
    told.append(message("3", "", "system", ends_at, thread_key=None, event="polled"))
    store = filled(told)
    enter(store, [PROMISE], minutes(-1))
    enter(store, [replace(PROMISE, promise_seconds=60)], minutes(0.5))
    (row,) = ask(store, "kept", Question())
    assert {name: row[name] for name in ("kept", "missed", "undecided")} == {
        "kept": 0,
        "missed": 0,
        "undecided": 0,
        verdict: 1,
    }


def test_who_wrote_while_nothing_stood_is_in_no_record(filled: Filled) -> None:
    store = filled([message("1", "T1", "customer", 30), message("2", "T1", "agent", 31)])
    enter(store, [PROMISE], minutes(0))
    enter(store, [replace(PROMISE, state="stale", promise_seconds=None)], minutes(5))
    (row,) = ask(store, "kept", Question())
    assert (row["n"], row["kept_share"]) == (0, None)
    assert records(store, minutes(40)) == {}


def test_the_record_agrees_with_a_count_by_hand(filled: Filled) -> None:
    chance = random.Random(7)
    end, asked, told = 2010, [], []
    for n in range(300):
        at, took = chance.uniform(0, 2000), chance.choice([None, chance.uniform(0.1, 90)])
        at = round(at * 60) / 60
        replied = None if took is None else at + round(took * 60) / 60
        asked.append((at, replied if replied is not None and replied < end else None))
        told.append(message(f"{n}q", f"T{n}", "customer", at))
        if asked[-1][1] is not None:
            told.append(message(f"{n}a", f"T{n}", "agent", asked[-1][1]))
    told.append(message("end", "", "system", end, thread_key=None, event="polled"))
    store = filled(told)
    promises: list[tuple[float, int | None]] = []
    for at in range(0, 2000, 5):
        if 700 < at < 800:
            continue  # nobody renewed it
        seconds = chance.choice([None, 600, 1800, 3600])
        promises.append((at, seconds))
        state = "quiet" if seconds is None else "live"
        enter(store, [replace(PROMISE, state=state, promise_seconds=seconds)], minutes(at))

    def promised(at: float) -> int | None:
        before = [(since, seconds) for since, seconds in promises if since <= at]
        return before[-1][1] if before and at < before[-1][0] + 10 else None

    counted = {"kept": 0, "missed": 0, "undecided": 0}
    for at, replied in asked:
        seconds = promised(at)
        if seconds is None:
            continue
        due = at + seconds / 60
        if replied is not None:
            counted["kept" if replied <= due + 1e-9 else "missed"] += 1
        else:
            counted["undecided" if due >= end else "missed"] += 1
    (row,) = ask(store, "kept", Question())
    assert counted == {name: row[name] for name in counted}
    assert min(counted.values()) > 0
    assert (
        records(store, minutes(end) + timedelta(seconds=1))[SHOP, None][2].kept == counted["kept"]
    )
