"""The real SQL and the oracle say the same, to the second."""

import csv
import io
import os
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sla import model
from sla.measures import Clock, Key, Question, Row, Waits, as_told, ask, known
from sla.settings import WEEKDAYS, Account, Bot, Hours, Settings
from sla.store import Store
from tests import oracle, oracle_measures
from tests.case_notation import Figure
from tests.cases import CASES, Case, messages_of, rules_of
from tests.conftest import EXPORTS
from tests.oracle_records import Rules, Wait
from tests.staging import put
from tests.strategies import World, worlds

_WAITS = """
    SELECT m.platform, m.namespace, m.message_key, w.account, w.channel, w."first", w.started_at, w.outcome,
        w.ended_at, CASE WHEN w.outcome IN ('answered', 'bot') THEN w.seconds END, w.unknown, w.chasers,
        CASE WHEN w.outcome IN ('answered', 'bot') THEN w.open_seconds END, w.conversation_id
    FROM waits AS w JOIN messages AS m ON m.message_id = w.start_id
"""


@pytest.fixture(scope="module", autouse=True)
def slices() -> Iterator[pytest.MonkeyPatch]:
    """Model a few messages at a time, so that small worlds are cut into slices as large loads are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "SLICE_MESSAGES", 10)
        yield patch


@pytest.fixture(scope="module")
def reused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return one store that every example empties: opening a file anew would cost more than the example."""
    with Store.open(tmp_path_factory.mktemp("reused") / "store.duckdb", Settings()) as found:
        yield found


@pytest.fixture(scope="module")
def of_cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return another one, for the named cases: a few messages each, which one thread takes in for half."""
    with Store.open(tmp_path_factory.mktemp("cases") / "store.duckdb", Settings()) as found:
        yield found


def by_itself(case: Case) -> bool:
    """Say whether a case needs a store of its own: for its rules, its loads, or what it says of accounts."""
    about = [one for figure in case.figures for one in (figure.asked, *figure.rows)]
    said = {str(name) for one in about for name in one} | {str(one.get("by")) for one in about}
    return bool(
        case.rules
        or case.first_load
        or case.place["account"] is None
        or any(word in case.messages for word in ("account ", "namespace "))
        or any("account" in name or name in ("horizon", "wait_id") for name in said)
    )


def for_account(number: int, case: Case) -> list[dict[str, Any]]:
    """Return the messages of a case as those of another account, for which nothing else is known."""
    return [
        {**m, "namespace": f"n{number}", "account": f"help {number}"} for m in messages_of(case)
    ]


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return one store with many cases, each in an account of its own: a load each would cost more."""
    with Store.open(tmp_path_factory.mktemp("together") / "store.duckdb", Settings()) as found:
        empty(found, Rules())
        each = [for_account(n, case) for n, case in enumerate(CASES) if not by_itself(case)]
        put(found, [message for of_one in each for message in of_one])
        yield found


@pytest.fixture(scope="module")
def messages_of_slice() -> list[dict[str, Any]]:
    """Read the public slice once for all that hold it against the oracle."""
    if not EXPORTS.is_dir():
        pytest.skip("the real exports are not on this machine")
    return twcs(EXPORTS / "twcs" / "twcs_5000.csv")


@pytest.fixture(scope="module")
def public_slice(
    messages_of_slice: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """Return a store with the public slice in it."""
    path = tmp_path_factory.mktemp("slice") / "store.duckdb"
    with Store.open(path, Settings(closers=False)) as found:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(model, "SLICE_MESSAGES", 1000)
            put(found, messages_of_slice)
        yield found


@pytest.fixture(scope="module")
def waits_of_slice(messages_of_slice: list[dict[str, Any]]) -> list[Wait]:
    """Return the waits that the oracle finds in it."""
    return oracle.waits(messages_of_slice, Rules(closers=False))


def told(wait: Wait) -> tuple[Any, ...]:
    return (
        *wait.start_key, wait.account, wait.channel, wait.first, wait.started_at, wait.outcome,
        wait.ended_at, wait.seconds, wait.unknown, wait.chasers, wait.open_seconds,
    )  # fmt: skip


def waits_of(store: Store) -> list[tuple[Any, ...]]:
    return sorted(row[:-1] for row in store.cursor().execute(_WAITS).fetchall())


def grouping(pairs: list[tuple[Any, Any]]) -> set[frozenset[Any]]:
    """Return which waits share a conversation, whatever the conversation is called."""
    found: dict[Any, set[Any]] = {}
    for conversation, wait in pairs:
        found.setdefault(conversation, set()).add(wait)
    return {frozenset(waits) for waits in found.values()}


def test_the_public_slice_agrees_wait_by_wait_for_every_account(
    messages_of_slice: list[dict[str, Any]], public_slice: Store, waits_of_slice: list[Wait]
) -> None:
    assert len(messages_of_slice) == 5000
    assert waits_of(public_slice) == sorted(map(told, waits_of_slice))
    rows = public_slice.cursor().execute(_WAITS).fetchall()
    assert grouping([(r[-1], r[:3]) for r in rows]) == grouping(
        [(w.conversation, w.start_key) for w in waits_of_slice]
    )


@pytest.mark.parametrize("which", ["first", "next", "all"])
def test_the_public_slice_has_the_oracles_figures_for_every_account_and_in_total(
    messages_of_slice: list[dict[str, Any]],
    public_slice: Store,
    waits_of_slice: list[Wait],
    which: Waits,
) -> None:
    rules = Rules(closers=False)
    as_of = oracle_measures.as_of(messages_of_slice, rules)
    for by in ((), ("account",)):
        question = Question(waits=which, by=by)  # type: ignore[arg-type]
        for measure in ("hit_rate", "response_rate", "first_reply"):
            expected = getattr(oracle_measures, measure)(
                waits_of_slice, as_of, which=which, by=by, rules=rules
            )
            same(ask(public_slice, measure, question), expected)


def test_the_public_slice_gives_the_independent_count(public_slice: Store) -> None:
    (row,) = ask(public_slice, "hit_rate", Question())
    assert (row["n"], row["met"], row["missed"], row["undecided"]) == (1488, 1004, 473, 11)
    assert len(ask(public_slice, "hit_rate", Question(by=("account",), waits="all"))) == 76


def twcs(path: Path) -> list[dict[str, Any]]:
    """Read the public export the slow way; bare carriage returns stand for themselves."""
    text = path.read_bytes().decode().replace("\r", "\x00")
    found = []
    for row in csv.DictReader(io.StringIO(text)):
        agent = row["inbound"] != "True"
        found.append(
            {
                "platform": "x",
                "namespace": "",
                "message_key": row["tweet_id"].removesuffix(".0"),
                "account": row["author_id"] if agent else None,
                "channel": "X mentions",
                "thread_key": None,
                "reply_to_key": row["in_response_to_tweet_id"].removesuffix(".0") or None,
                "author_key": row["author_id"],
                "author_name": None,
                "role": "agent" if agent else "customer",
                "visibility": "public",
                "event": None,
                "text": row["text"].replace("\x00", "\r"),
                "sent_at": datetime.strptime(row["created_at"], "%a %b %d %H:%M:%S %z %Y"),
            }
        )
    return found


def settings_for(rules: Rules) -> Settings:
    """Return the settings that say the same as the oracle's rules."""
    accounts = {}
    for name in {*rules.time_zones, *rules.hours}:
        hours = tuple(
            Hours.model_construct(
                since=since,
                every=(),
                **{WEEKDAYS[day]: tuple(spans) for day, spans in weekly.items()},
            )
            for since, weekly in sorted(rules.hours.get(name, []), key=lambda entry: entry[0])
        )
        accounts[name] = Account(time_zone=rules.time_zones.get(name, "UTC")).model_copy(
            update={"hours": hours}
        )
    return Settings(
        closers=rules.closers,
        episode_gap_hours=rules.episode_gap_seconds / 3600,
        episode_open_days=rules.episode_open_seconds / 86400,
        bots={name: Bot(answers=True) for name in rules.answering_bots},
    ).model_copy(update={"accounts": accounts})


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number].name)
def test_named_case_gives_the_waits_and_figures_worked_out_by_hand(
    number: int, of_cases: Store, together: Store
) -> None:
    case = CASES[number]
    if not by_itself(case):
        messages = for_account(number, case)
        found = [row for row in waits_of(together) if row[1] == f"n{number}"]
        assert found == sorted(map(told, oracle.waits(messages, rules_of(case))))
        for figure in case.figures:
            asked = {**figure.asked, "account": f"help {number}"}
            agrees(together, Figure(figure.measure, figure.rows, asked))
        return
    store = empty(of_cases, rules_of(case))
    messages = messages_of(case)
    if case.first_load:
        earlier = case.first_load.split()
        put(store, [m for m in messages if m["message_key"] in earlier])
    put(store, messages)
    assert waits_of(store) == sorted(map(told, oracle.waits(messages, rules_of(case))))
    for figure in case.figures:
        agrees(store, figure)


def agrees(store: Store, figure: Figure) -> None:
    """Ask the measure for what the case worked out by hand."""
    asked = dict(figure.asked)
    by = asked.pop("by", "hour" if figure.measure == "load" else ())
    if "which" in asked:
        asked["waits"] = asked.pop("which")
    horizon = asked.pop("horizon", None)
    if horizon is not None:
        store.settings = store.settings.model_copy(update={"horizon_hours": horizon / 3600})
    question = Question(by=(by,) if isinstance(by, str) else tuple(by), **asked)
    same(ask(store, figure.measure, question), [dict(row) for row in figure.rows])


SLOWLY = settings(
    # shrinking runs the whole model for every step; REPLYCLOCK_SHRINK=1 asks for it
    phases=tuple(Phase) if os.environ.get("REPLYCLOCK_SHRINK") else (Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None, max_examples=int(os.environ.get("REPLYCLOCK_EXAMPLES", "8")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)  # fmt: skip


def empty(store: Store, rules: Rules) -> Store:
    """Take everything out and set other rules, which costs less than a new file for every example."""
    store.settings = settings_for(rules)
    with store.transaction() as cursor:
        for table in ("messages", "loads", "problems", *model.DERIVED):
            cursor.execute(f"DELETE FROM {table}")
        model.set_rules(cursor, store.settings)
    return store


@given(world=worlds())
@SLOWLY
def test_any_world_agrees_to_the_second(reused: Store, world: World) -> None:
    store = empty(reused, world.rules)
    put(store, world.messages)
    expected = oracle.waits(world.messages, world.rules)
    assert waits_of(store) == sorted(map(told, expected))
    rows = store.cursor().execute(_WAITS).fetchall()
    assert grouping([(r[-1], r[:3]) for r in rows]) == grouping(
        [(w.conversation, w.start_key) for w in expected]
    )
    assert {(k.account, k.channel): k.as_of for k in known(store)} == oracle_measures.as_of(
        world.messages, world.rules
    )


@given(world=worlds(), cut=st.integers(0, 20), again=st.integers(0, 20))
@SLOWLY
def test_loading_in_any_parts_and_order_gives_the_same(
    reused: Store, world: World, cut: int, again: int
) -> None:
    store = empty(reused, world.rules)
    for part in (world.messages[cut:], world.messages[:again], world.messages[:cut]):
        put(store, part)
    assert waits_of(store) == sorted(map(told, oracle.waits(world.messages, world.rules)))


@given(
    world=worlds(),
    clock=st.sampled_from(["calendar", "open"]),
    by=st.sampled_from(["", "day", "hour", "account", "week"]),
)
@SLOWLY
def test_any_world_has_the_same_figures(reused: Store, world: World, clock: Clock, by: Key) -> None:
    store = empty(reused, world.rules)
    put(store, world.messages)
    waits = oracle.waits(world.messages, world.rules)
    as_of = oracle_measures.as_of(world.messages, world.rules)
    keys: tuple[Key, ...] = (by,) if by else ()
    same(
        ask(store, "hit_rate", Question(clock=clock, by=keys)),
        oracle_measures.hit_rate(waits, as_of, clock=clock, by=keys, rules=world.rules),
    )
    same(
        ask(store, "first_reply", Question(clock=clock, by=keys)),
        oracle_measures.first_reply(waits, as_of, clock=clock, by=keys, rules=world.rules),
    )
    same(
        ask(store, "response_rate", Question(by=keys)),
        oracle_measures.response_rate(waits, as_of, by=keys, rules=world.rules),
    )
    same(
        ask(store, "load", Question(by=keys)),
        oracle_measures.load(world.messages, waits, by=keys, rules=world.rules),
    )
    (covered,) = ask(store, "coverage", Question())
    hours = oracle_measures.coverage(world.messages, waits, as_of, world.rules)
    if not any(wait.unknown for wait in waits):  # the oracle lets an unknown wait cover its start
        same([covered], [hours])
    drawn = [
        (r["seconds"], r["share"], r["low"], r["high"])
        for r in ask(store, "curve", Question(clock=clock))
    ]
    assert drawn == [
        pytest.approx(tuple(map(float, point)), abs=1e-9)
        for point in oracle_measures.curve(
            oracle_measures.chosen(waits, "first"), as_of, clock, world.rules
        )
    ]
    same(ask(store, "waiting_now", Question()), oracle_measures.waiting_now(waits, as_of))


def same(found: list[Row], expected: list[dict[str, Any]]) -> None:
    """Compare on the keys that both tell; shares to 1e-9, a mean to the second it is rounded to."""
    assert len(found) == len(expected)
    for row, wanted in zip(found, expected, strict=True):
        for name in wanted.keys() & row.keys() - {"wait_id"}:
            told_, value = as_told(row[name]), as_told(wanted[name])
            if name == "mean_answered_seconds" and value is not None:
                assert abs(told_ - value) <= Fraction(1, 2)
            elif isinstance(value, Fraction | float):
                assert told_ == pytest.approx(float(value), abs=1e-9)
            else:
                assert told_ == value, name
