"""The oracle held against cases worked out by hand, scikit-survival, and what must always be true."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import oracle, oracle_measures
from tests.case_notation import NOWHERE, message_of
from tests.cases import CASES, Case, as_expected, expected_waits, messages_of, rules_of
from tests.oracle_curve import curve_of, quantile, steps
from tests.oracle_hours import open_seconds
from tests.oracle_records import Message, Rules, identity
from tests.strategies import CHANGES, INSTANTS, WEEKLIES, World, without_closers, worlds

SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_named_case_has_the_waits_worked_out_by_hand(case: Case) -> None:
    messages, rules = messages_of(case), rules_of(case)
    expected = expected_waits(case)
    found = oracle.waits(messages, rules)
    assert [wait.start_key[2] for wait in found] == [row["key"] for row in expected]
    assert [as_expected(w, row) for w, row in zip(found, expected, strict=True)] == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_named_case_has_its_conversations_and_drops_what_it_says(case: Case) -> None:
    messages, rules = messages_of(case), rules_of(case)
    assert [key[2] for key in oracle.nobody(messages, rules)] == case.nobody.split()
    assert [key[2] for key in oracle.dropped_closers(messages, rules)] == case.dropped.split()
    if case.conversations:
        found = oracle.conversations(messages, rules)
        held = [tuple(key[2] for key in conversation.messages) for conversation in found]
        wanted = [tuple(keys.split()) for keys in case.conversations.split("/")]
        assert sorted(held) == sorted(wanted)


@pytest.mark.parametrize(
    ("case", "number"),
    [pytest.param(c, i, id=f"{c.name} {i}") for c in CASES for i in range(len(c.figures))],
)
def test_named_case_has_the_figures_worked_out_by_hand(case: Case, number: int) -> None:
    messages, rules, figure = messages_of(case), rules_of(case), case.figures[number]
    waits = oracle.waits(messages, rules)
    as_of = oracle_measures.as_of(messages, rules)
    measure = getattr(oracle_measures, figure.measure)
    if figure.measure == "load":
        rows = measure(messages, waits, rules=rules, **figure.asked)
    elif figure.measure == "coverage":
        rows = [measure(messages, waits, as_of, rules)]
    elif figure.measure == "waiting_now":
        rows = measure(waits, as_of)
    else:
        rows = measure(waits, as_of, rules=rules, **figure.asked)
    assert len(rows) == len(figure.rows)
    for row, expected in zip(rows, figure.rows, strict=True):
        assert {name: row[name] for name in expected} == expected


def test_named_cases_have_names_of_their_own() -> None:
    assert [name for name, times in Counter(case.name for case in CASES).items() if times > 1] == []


@given(world=worlds())
@SLOWLY
def test_a_world_that_is_printed_can_be_pasted_as_a_case(world: World) -> None:
    pasted = [message_of(line, NOWHERE) for line in lines_of(world)]
    assert pasted == [dict(message) for message in world.messages]


def lines_of(world: World) -> list[str]:
    return [line for line in repr(world).splitlines() if line.count(" | ") == 4]


def features(world: World) -> set[str]:
    """Name what a world has, to see that the strategies reach everything."""
    messages, rules = world.messages, world.rules
    waits = oracle.waits(messages, rules)
    as_of = oracle_measures.as_of(messages, rules)
    found = {wait.outcome for wait in waits}
    found |= {str(oracle_measures.verdict(wait, 3600, as_of, "open", rules)) for wait in waits}
    found |= {"unknown" for wait in waits if wait.unknown}
    found |= {"no time at all" for wait in waits if wait.seconds == 0}
    found |= {"next" for wait in waits if not wait.first}
    found |= {"chased" for wait in waits if wait.chasers}
    found |= {"signed" for wait in waits if wait.agent in ("AB", "Claire")}
    found |= {"no open second" for wait in waits if wait.seconds and wait.open_seconds == 0}
    found |= {"no hours" for wait in waits if wait.seconds and wait.open_seconds is None}
    found |= {"given up" for wait in waits if wait.outcome == "open" and wait.chasers > 1}
    found |= {"nobody's" for _ in oracle.nobody(messages, rules)}
    found |= {"closer" for _ in oracle.dropped_closers(messages, rules)}
    walks = oracle.walks(messages, rules)
    found |= {f"{stream[0]} of {walk.episode + 1}" for stream, walk in walks.items()}
    found |= {f"{stream[0]} of {stream[4]}" for stream in walks if stream[0] == "stream"}
    trees = Counter(stream[2:5] for stream in walks if stream[0] == "tree")
    found |= {"tree of several" for times in trees.values() if times > 1}
    found |= {"late" for wait in waits if (wait.seconds or 0) > 7 * 86_400}
    return found


def test_strategies_reach_every_feature() -> None:
    seen: set[str] = set()

    @settings(SLOWLY, max_examples=250, derandomize=True, database=None)
    @given(worlds())
    def look(world: World) -> None:
        seen.update(features(world))

    look()
    wanted = """answered,bot,closed,open,met,missed,undecided,None,unknown,no time at all,next,chased,
    signed,no open second,no hours,given up,nobody's,closer,thread of 1,thread of 2,stream of 1,
    stream of 2,stream of 3,stream of thread,stream of customer,tree of 1,tree of several,late"""
    assert {word.strip() for word in wanted.split(",")} - seen == set()


@given(world=worlds(), shuffled=st.randoms())
@SLOWLY
def test_order_of_messages_is_irrelevant(world: World, shuffled) -> None:
    again = list(world.messages)
    shuffled.shuffle(again)
    assert oracle.waits(again, world.rules) == oracle.waits(world.messages, world.rules)


@given(world=worlds(), target=st.sampled_from([0, 3600, 7200, 86_400]))
@SLOWLY
def test_every_wait_of_a_figure_is_met_missed_or_undecided(world: World, target: int) -> None:
    waits = oracle.waits(world.messages, world.rules)
    as_of = oracle_measures.as_of(world.messages, world.rules)
    for clock in ("calendar", "open"):
        asked = {"clock": clock, "which": "all", "rules": world.rules}
        [figure] = oracle_measures.hit_rate(waits, as_of, target, **asked)
        [replies] = oracle_measures.first_reply(waits, as_of, **asked)
        closed = sum(wait.outcome == "closed" for wait in waits)
        assert figure["n"] == figure["met"] + figure["missed"] + figure["undecided"]
        assert figure["n"] == replies["n"]
        assert replies["n"] - replies["answered"] - replies["open"] <= closed


@given(world=worlds())
@SLOWLY
def test_each_message_is_in_one_conversation_or_nobodys(world: World) -> None:
    held = [k for c in oracle.conversations(world.messages, world.rules) for k in c.messages]
    nobodys = oracle.nobody(world.messages, world.rules)
    spoken = {identity(m) for m in world.messages if m["role"] != "system"}
    assert len(held) == len(set(held))
    assert spoken <= set(held) | set(nobodys)
    assert not set(held) & set(nobodys)


@given(world=worlds())
@SLOWLY
def test_a_later_as_of_turns_nothing_met_into_missed(world: World) -> None:
    waits = oracle.waits(world.messages, world.rules)
    now = max(message["sent_at"] for message in world.messages)
    for wait in waits:
        verdicts = [
            oracle_measures.verdict(wait, 3600, now + timedelta(hours=h)) for h in (0, 1, 50)
        ]
        assert set(pairwise(verdicts)) <= {
            (None, None),
            ("met", "met"),
            ("missed", "missed"),
            ("undecided", "undecided"),
            ("undecided", "missed"),
        }


@given(world=worlds())
@SLOWLY
def test_no_closer_is_dropped_when_they_are_off(world: World) -> None:
    off = without_closers(world)
    assert oracle.dropped_closers(off.messages, off.rules) == []
    starts = {wait.start_key for wait in oracle.waits(world.messages, world.rules)}
    assert not starts & set(oracle.dropped_closers(world.messages, world.rules))


@given(
    weekly=st.sampled_from(WEEKLIES),
    zone=st.sampled_from(list(CHANGES)),
    around=st.sampled_from(INSTANTS),
    start=st.integers(-2000, 2000),
    length=st.integers(0, 3000),
)
@SLOWLY
def test_open_seconds_are_those_a_clock_on_the_wall_counts(weekly, zone, around, start, length):
    """Count the minutes one by one; hours that begin or end in a change have their own cases."""
    begin = around + timedelta(minutes=start)
    end = begin + timedelta(minutes=length)
    changed = {minute for spans in weekly.values() for span in spans for minute in span}
    near = any(60 <= minute % 1440 < 180 for minute in changed)

    def is_open(at: datetime) -> bool:
        local = at.astimezone(ZoneInfo(zone))
        minute, day = local.hour * 60 + local.minute, local.weekday()
        today = any(s <= minute < e for s, e in weekly.get(day, []))
        return today or any(s <= minute + 1440 < e for s, e in weekly.get((day - 1) % 7, []))

    counted = 60 * sum(is_open(begin + timedelta(minutes=m)) for m in range(length))
    found = open_seconds([(date(2020, 1, 1), weekly)], ZoneInfo(zone), begin, end)
    if not near:
        assert found == counted
    assert found is not None
    assert 0 <= found <= length * 60


seen_waits = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(["answered", "answered", "closed", "open"])),
    min_size=1,
    max_size=25,
)


@given(seen_waits)
@SLOWLY
def test_response_curve_is_one_minus_the_kaplan_meier_of_scikit_survival(seen) -> None:
    # Here, as it takes seconds, and only one of the processes that collect the tests runs this one.
    from sksurv.nonparametric import kaplan_meier_estimator

    seen = [(seconds, outcome) for seconds, outcome in seen if outcome != "closed"]
    points = {point[0]: point[1:] for point in curve_of(seen)}
    if not points:
        return
    times, left, band = kaplan_meier_estimator(
        [outcome == "answered" for _, outcome in seen],
        [seconds for seconds, _ in seen],
        conf_type="log-log",
    )
    theirs = {
        t: (1 - s, 1 - high, 1 - low) for t, s, low, high in zip(times, left, *band, strict=True)
    }
    assert points.keys() <= theirs.keys()
    for seconds, (share, low, high) in points.items():
        found = theirs[seconds]
        assert float(share) == pytest.approx(found[0], abs=1e-9)
        if share < 1:  # its band has no meaning where nobody is left
            assert (low, high) == pytest.approx(found[1:], abs=1e-9)


@given(seen_waits)
@SLOWLY
def test_response_curve_is_the_cumulative_incidence_of_scikit_survival(seen) -> None:
    from sksurv.nonparametric import cumulative_incidence_competing_risks

    # It tells the band on the scale of the share answered, so that is compared; ours is the same spread on the
    # scale of Kaplan-Meier's, as the test above holds. Somebody stays to the end: else theirs divides by 0.
    seen = [*seen, (max((seconds for seconds, _ in seen), default=0) + 1, "open")]
    points = {point[0]: point[1:] for point in curve_of(seen, of_answered=True)}
    if not points or not any(outcome == "closed" for _, outcome in seen):
        return
    number = {"open": 0, "answered": 1, "closed": 2}
    times, shares, bands = cumulative_incidence_competing_risks(
        [number[outcome] for _, outcome in seen],
        [seconds for seconds, _ in seen],
        conf_type="log-log",
        var_type="Dinse_Approx",
    )
    theirs = {t: at for t, *at in zip(times, shares[1], *bands[1], strict=True)}
    for seconds, (share, low, high) in points.items():
        found = theirs[seconds]
        assert float(share) == pytest.approx(found[0], abs=1e-9)
        if share < 1:
            assert (low, high) == pytest.approx(found[1:], abs=1e-9)


@given(seen_waits)
@SLOWLY
def test_bands_hold_the_curve_and_quantiles_lie_on_it(seen) -> None:
    for of_answered in (False, True):
        for _, share, low, high in curve_of(seen, of_answered):
            assert 0 <= low <= float(share) + 1e-12
            assert float(share) - 1e-12 <= high <= 1
    every = steps(seen)
    for q in (0.5, 0.9):
        at = quantile(seen, q)
        if at is None:
            assert all(step.share < q for step in every)
        else:
            assert all((step.share >= q) == (step.seconds >= at) for step in every)


def tweet(row: Mapping[str, str]) -> Message:
    """Turn a row of the public "Customer Support on Twitter" export into a message."""
    inbound = {"True": True, "False": False}[row["inbound"]]
    return {
        "platform": "x",
        "namespace": "",
        "account": None if inbound else row["author_id"],
        "channel": "X mentions",
        "message_key": row["tweet_id"].removesuffix(".0"),
        "thread_key": None,
        "reply_to_key": row["in_response_to_tweet_id"].removesuffix(".0") or None,
        "author_key": row["author_id"],
        "author_name": row["author_id"],
        "role": "customer" if inbound else "agent",
        "visibility": "public",
        "sent_at": datetime.strptime(row["created_at"], "%a %b %d %H:%M:%S %z %Y"),
        "text": row["text"].replace("\ue000", "\r"),
        "event": None,
    }


def test_real_export_has_the_figures_of_an_independent_count(exports: Path) -> None:
    text = (exports / "twcs" / "twcs_5000.csv").read_bytes().decode()
    text = text.replace("\r", "\ue000")  # one field holds bare returns
    messages = [tweet(row) for row in csv.DictReader(io.StringIO(text, newline=""))]
    rules = Rules(closers=False)
    waits = oracle.waits(messages, rules)
    [figure] = oracle_measures.hit_rate(waits, oracle_measures.as_of(messages, rules))
    assert len(messages) == 5000
    assert len({wait.account for wait in waits}) == 76
    counted = {name: figure[name] for name in ("n", "met", "missed", "undecided")}
    assert counted == {"n": 1488, "met": 1004, "missed": 473, "undecided": 11}
    assert len(oracle.nobody(messages, rules)) == 19
