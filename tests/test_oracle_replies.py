"""The oracle of replies and of the backlog, held against cases counted by hand and what must always be true."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import oracle, oracle_backlog, oracle_measures, oracle_replies, oracle_words
from tests.case_notation import Case, Figure, messages_of, rules_of
from tests.cases_replies import ABOUT_REPLIES
from tests.oracle_measures import Asked
from tests.oracle_words import GAP, distance, gist, nearly_the_same
from tests.strategies import World, worded_worlds

SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=40)

MEASURES = {
    "backlog": oracle_backlog.backlog,
    "chasers": oracle_backlog.chasers,
    "chase_chance": oracle_backlog.chase_chance,
    "hand_offs": oracle_replies.hand_offs,
    "repeats": oracle_replies.repeats,
    "courtesies": oracle_replies.courtesies,
}


def asked_by(figure: Figure) -> Asked:
    """Return what a figure of a case asks for."""
    by = figure.asked.get("by", ())
    return Asked(**{**figure.asked, "by": (by,) if isinstance(by, str) else tuple(by)})


@pytest.mark.parametrize("case", ABOUT_REPLIES, ids=lambda case: case.name)
def test_named_case_has_the_figures_counted_by_hand(case: Case) -> None:
    messages, rules = messages_of(case), rules_of(case)
    for figure in case.figures:
        rows = MEASURES[figure.measure](messages, rules, asked_by(figure))
        assert [
            {name: row[name] for name in expected}
            for row, expected in zip(rows, figure.rows, strict=True)
        ] == [dict(expected) for expected in figure.rows]


def test_named_cases_have_names_of_their_own() -> None:
    assert len({case.name for case in ABOUT_REPLIES}) == len(ABOUT_REPLIES)


@pytest.mark.parametrize("what", [what for what in oracle_words.WORDS if what != "link"])
def test_every_entry_of_the_document_is_found_as_it_stands_there(what: str) -> None:
    entries = oracle_words.WORDS[what]
    assert entries
    for entry in entries:
        plain = entry.replace("_ ", "").replace("…", "zz")
        loud = "".join(sign if sign == "ı" else sign.upper() for sign in plain)
        words = oracle_words.words_of(oracle_words.small(f"So: {loud}, yes"))
        assert oracle_words.length_at(entry, words, 1) == len(words) - 2
        assert GAP in oracle_words.without(what, words)
        assert not oracle_words.length_at(entry, oracle_words.words_of(f"x{plain}"), 0)


def test_distance_is_the_least_number_of_letters_put_in_left_out_or_changed() -> None:
    assert distance("kitten", "sitting", 9) == 3
    assert distance("", "öffnen", 9) == 6
    assert distance("größe", "grösse", 9) == 2
    assert distance("kitten", "sitting", 1) > 1
    assert not nearly_the_same("", "a")


@given(st.text(alphabet="abé ", max_size=6), st.text(alphabet="abé ", max_size=6))
@SLOWLY
def test_distance_is_the_same_both_ways_and_never_more_than_the_longer_text(one, other) -> None:
    found = distance(one, other, 9)
    assert found == distance(other, one, 9)
    assert abs(len(one) - len(other)) <= found <= max(len(one), len(other))
    assert (found == 0) == (one == other)


@given(world=worded_worlds())
@SLOWLY
def test_a_gist_has_nothing_more_to_take_out(world: World) -> None:
    for message in world.messages:
        left = gist(message["text"])
        assert left == left.lower().strip()
        assert all(word.isalpha() for word in left.split())


@given(world=worded_worlds())
@SLOWLY
def test_every_hand_off_has_one_kind_and_one_thing_after_it(world: World) -> None:
    messages, rules = world.messages, world.rules
    rows = oracle_replies.hand_offs(messages, rules, Asked())
    for row in rows:
        assert row["n"] == sum(row[name] for name in oracle_replies.AFTER)
    assert sum(row["share"] for row in rows) <= 1


@given(world=worded_worlds(), by=st.sampled_from(["hour", "day", "week", "month"]))
@SLOWLY
def test_the_last_period_of_a_channel_has_the_backlog_that_waits_now(world: World, by: str) -> None:
    messages, rules = world.messages, world.rules
    now = oracle_measures.waiting_now(
        oracle.waits(messages, rules), oracle_measures.as_of(messages, rules)
    )
    for account, channel in oracle_measures.as_of(messages, rules):
        rows = oracle_backlog.backlog(messages, rules, Asked((by,), account, channel))
        (in_all,) = oracle_backlog.backlog(messages, rules, Asked((), account, channel))
        ages = [w["age_seconds"] for w in now if (w["account"], w["channel"]) == (account, channel)]
        assert all(row["highest"] >= row["n"] for row in rows)
        assert in_all["highest"] == max(row["highest"] for row in rows)
        for row in (rows[-1], in_all):
            assert row["oldest_seconds"] == max(ages, default=row["oldest_seconds"])
            assert row["n"] >= len(ages)  # what another channel ended later was open then


@given(world=worded_worlds())
@SLOWLY
def test_every_first_chaser_is_in_one_minute_of_the_chance(world: World) -> None:
    messages, rules = world.messages, world.rules
    (chased,) = oracle_backlog.chasers(messages, rules, Asked())
    rows = oracle_backlog.chase_chance(messages, rules, Asked())
    assert sum(row["chased"] for row in rows) <= chased["chased"]
    shares = [row["chased_by"] for row in rows]
    assert shares == sorted(shares)
    assert all(0 < row["chance"] <= 1 for row in rows)
    assert all(isinstance(share, Fraction) for share in shares)


def features(world: World) -> set[str]:
    """Name what a world has of what is told about replies, to see that the strategies reach it."""
    messages, rules = world.messages, world.rules
    found = set()
    for row in oracle_replies.hand_offs(messages, rules, Asked()):
        found |= {row["kind"]} | {name for name in oracle_replies.AFTER if row[name]}
    for measure, names in {
        oracle_replies.repeats: ("here", "elsewhere"),
        oracle_replies.courtesies: ("apologies", "signed", "thanked"),
        oracle_backlog.chasers: ("chased",),
    }.items():
        (row,) = measure(messages, rules, Asked())
        found |= {name for name in names if row[name]}
    (row,) = oracle_backlog.backlog(messages, rules, Asked())
    found |= {"several open"} if row["n"] > 1 else set()
    found |= {"fewer open than once"} if row["highest"] > row["n"] else set()
    return found


def test_strategies_reach_everything_that_is_told_about_replies() -> None:
    seen: set[str] = set()

    @settings(SLOWLY, max_examples=250, derandomize=True, database=None)
    @given(worded_worlds())
    def look(world: World) -> None:
        seen.update(features(world))

    look()
    wanted = {*oracle_replies.KINDS, *oracle_replies.AFTER, "here", "elsewhere", "apologies"}
    wanted |= {"signed", "thanked", "chased", "several open", "fewer open than once"}
    assert wanted - seen == set()
