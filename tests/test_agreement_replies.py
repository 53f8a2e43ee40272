"""The real SQL and the oracle say the same of the backlog, of chasers, and of replies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sla.errors import MeasureError
from sla.measures import Question, Row, as_told, ask
from sla.settings import Settings
from sla.store import Store
from tests import oracle_words
from tests.case_notation import TICKET, Case, messages_of, rules_of
from tests.cases_replies import ABOUT_REPLIES
from tests.oracle_measures import Asked, Figures
from tests.oracle_records import Message, Rules
from tests.oracle_signature import signature
from tests.staging import put
from tests.strategies import World, worded_worlds
from tests.test_agreement import empty, twcs
from tests.test_oracle_replies import MEASURES, asked_by

COLUMNS = {
    "backlog": ["at", "n", "oldest_seconds", "highest"],
    "chasers": ["n", "chased", "chasers", "most", "share_chased", "per_wait"],
    "chase_chance": ["minute", "waiting", "chased", "chance", "chased_by"],
    "hand_offs": [
        *("kind", "n", "share"),
        *("moved", "came_back", "followed_up", "silent", "undecided"),
    ],
    "repeats": ["n", "here", "elsewhere", "share_here", "share_elsewhere"],
    "courtesies": [
        *("n", "apologies", "signed", "thanked"),
        *("apology_share", "signed_share", "thanked_share"),
    ],
}
OF_WAITS = ("backlog", "chasers", "chase_chance")
KEYS = [(), ("hour",), ("day",), ("week",), ("month",), ("account",), ("channel", "day")]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return one store that every example empties."""
    with Store.open(tmp_path_factory.mktemp("kept") / "store.duckdb", Settings()) as found:
        yield found


def holding(store: Store, messages: list[Message], rules: Rules) -> Store:
    """Put messages into an emptied store with the rules they are read by."""
    empty(store, rules)
    horizon = {"horizon_hours": rules.horizon_seconds / 3600}
    store.settings = store.settings.model_copy(update=horizon)
    put(store, messages)
    return store


def question(measure: str, asked: Asked) -> Question:
    """Return the question that asks for the same."""
    given = asdict(asked)
    which = given.pop("which")
    return Question(**given, waits=which if measure in OF_WAITS else None)


def agree(store: Store, messages: list[Message], rules: Rules, measure: str, asked: Asked) -> None:
    """Hold what the SQL says of a question against the oracle."""
    same(
        measure,
        ask(store, measure, question(measure, asked)),
        MEASURES[measure](messages, rules, asked),
    )


def same(measure: str, found: list[Row], expected: list[Figures]) -> None:
    """Compare row by row: shares to 1e-12, all else exactly."""
    assert [told(row) for row in found] == [close(row) for row in expected], measure
    for row in found:
        assert list(row)[-len(COLUMNS[measure]) :] == COLUMNS[measure]


def told(row: Row) -> dict[str, Any]:
    """Return a row with its periods as text."""
    return {
        name: value if isinstance(value, datetime) and value.tzinfo else as_told(value)
        for name, value in row.items()
    }


def close(row: Figures) -> dict[str, Any]:
    """Return a row of the oracle with shares that need not be equal to the last bit."""
    return {
        name: pytest.approx(float(value), abs=1e-12) if isinstance(value, Fraction) else value
        for name, value in row.items()
    }


def by_itself(case: Case) -> bool:
    """Say whether a case needs a store of its own: for its place, its rules, or for several accounts."""
    keys = [key for figure in case.figures for key in asked_by(figure).by]
    return bool(
        case.place is not TICKET or case.rules or "account " in case.messages or "account" in keys
    )


def for_account(number: int, messages: list[Message]) -> list[Message]:
    """Return messages as those of another account, for which nothing else is known."""
    return [{**m, "namespace": f"n{number}", "account": f"help {number}"} for m in messages]


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return one store with many cases, each in an account of its own: a load each would cost more."""
    with Store.open(tmp_path_factory.mktemp("together") / "store.duckdb", Settings()) as found:
        messages = [
            message
            for number, case in enumerate(ABOUT_REPLIES)
            if not by_itself(case)
            for message in for_account(number, messages_of(case))
        ]
        put(found, messages)
        yield found


@pytest.mark.parametrize("number", range(len(ABOUT_REPLIES)), ids=lambda n: ABOUT_REPLIES[n].name)
def test_named_case_gives_the_figures_counted_by_hand(
    number: int, kept: Store, together: Store
) -> None:
    case = ABOUT_REPLIES[number]
    store = holding(kept, messages_of(case), rules_of(case)) if by_itself(case) else together
    for figure in case.figures:
        asked = asked_by(figure)
        if not by_itself(case):
            asked = replace(asked, account=f"help {number}")
        rows = ask(store, figure.measure, question(figure.measure, asked))
        assert len(rows) == len(figure.rows)
        for row, expected in zip(map(told, rows), figure.rows, strict=True):
            assert {name: row[name] for name in expected} == close(dict(expected))


SLOWLY = settings(
    # shrinking runs the whole model for every step; REPLYCLOCK_SHRINK=1 asks for it
    phases=tuple(Phase) if os.environ.get("REPLYCLOCK_SHRINK") else (Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None, max_examples=int(os.environ.get("REPLYCLOCK_EXAMPLES", "4")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)  # fmt: skip


@st.composite
def filters(draw: st.DrawFn, world: World) -> Asked:
    """Draw keys, an account, a channel, and bounds around the messages of a world."""
    instants = [message["sent_at"] for message in world.messages]
    bounds = [None, *instants, *(at + timedelta(seconds=1) for at in instants)]
    # days as they begin on the wall of each account
    bounds += [datetime(at.year, at.month, at.day) for at in instants]  # noqa: DTZ001
    since, until = draw(st.sampled_from(bounds)), draw(st.sampled_from(bounds))
    if since and until and since.replace(tzinfo=UTC) > until.replace(tzinfo=UTC):
        since, until = until, since
    return Asked(
        by=draw(st.sampled_from(KEYS)),
        account=draw(st.sampled_from([None, "Northlight", "Southbay"])),
        channel=draw(st.sampled_from([None, *{message["channel"] for message in world.messages}])),
        since=since,
        until=until,
        which=draw(st.sampled_from(["all", "first", "next"])),
    )


@given(world=worded_worlds(), data=st.data())
@SLOWLY
def test_any_world_has_the_same_figures_by_any_key_and_filter(
    kept: Store, world: World, data: st.DataObject
) -> None:
    messages, rules = world.messages, world.rules
    store = holding(kept, messages, rules)
    for measure in MEASURES:
        for by in ((), data.draw(st.sampled_from(KEYS))):
            agree(store, messages, rules, measure, Asked(by))
        agree(store, messages, rules, measure, data.draw(filters(world)))
    for measure in ("hand_offs", "repeats", "courtesies"):
        agree(store, messages, rules, measure, Asked(("agent",)))


ATOMS = st.sampled_from([
    *" ,.-;:|'’@^~*+_/()\n\t\u00a0\u0085\u2028\u0301\u200b", *"aIİßéẞñд田²0123456789", "Zoë", "e\u0301", "www.", "http://", "https://x.de/",
    "ann@x.de", "@ann", "DM", "your", "us", "call", "on", "+49 30 ", "0800", "555-0199", "01.02.2017", "2017-02-01", "1/2", "(2/2)",
    "form", "of", "sorry", "mail", "hi", "good", "morning", "are", "looking into it", "^AB", " -Claire", " — ольга", " ",
])  # fmt: skip


@given(texts=st.lists(st.lists(ATOMS, max_size=14).map("".join), min_size=20, max_size=60))
@SLOWLY
def test_any_text_says_the_same(kept: Store, texts: list[str]) -> None:
    """Each is a reply in a ticket of its own, and a customer's answer to one."""
    at = datetime(2024, 1, 8, 9, tzinfo=UTC)
    messages = []
    for number, text in enumerate(texts):
        for key, role in enumerate(("customer", "agent", "customer")):
            messages.append({
                "platform": "zendesk", "namespace": "", "account": "help", "channel": "E-mail", "visibility": "public",
                "message_key": f"{number} {key}", "thread_key": str(number), "reply_to_key": None, "event": None,
                "author_key": role, "author_name": None, "role": role, "text": text, "sent_at": at + timedelta(seconds=key),
            })  # fmt: skip
    store = holding(kept, messages, Rules())
    asked = "SELECT message_key, agent, hand_off, apology, signed, thanked, gist FROM replies"
    found = {row[0]: row[1:] for row in store.cursor().execute(asked).fetchall()}
    for number, text in enumerate(texts):
        by, gist = signature(text), oracle_words.gist(text)
        long_enough = len(gist.split()) >= 5
        assert found[f"{number} 1"] == (
            by or "agent", oracle_words.hand_off(text), oracle_words.apologises(text), by is not None,
            oracle_words.thanks(text), md5(gist.encode()).hexdigest() if long_enough else None,  # noqa: S324
        ), repr(text)  # fmt: skip


@given(world=worded_worlds(), cut=st.integers(0, 20), again=st.integers(0, 20))
@SLOWLY
def test_loading_in_any_parts_and_order_gives_the_same_figures(
    kept: Store, world: World, cut: int, again: int
) -> None:
    messages, rules = world.messages, world.rules
    store = holding(kept, messages[cut:], rules)
    for part in (messages[:again], messages[:cut]):
        put(store, part)
    for measure in MEASURES:
        agree(store, messages, rules, measure, Asked())


def test_the_public_slice_has_the_oracles_figures_for_every_account_and_in_total(
    exports: Path, kept: Store
) -> None:
    messages = twcs(exports / "twcs" / "twcs_5000.csv")
    rules = Rules(closers=False)
    store = holding(kept, messages, rules)
    for measure in MEASURES:
        for by in ((), ("account",)):
            agree(store, messages, rules, measure, Asked(by))


@pytest.mark.parametrize("by", [("agent",), ("team",), ("hour_of_week",), ("day", "week")])
def test_a_backlog_is_told_by_one_period_account_and_channel_alone(
    kept: Store, by: tuple[Any, ...]
) -> None:
    with pytest.raises(MeasureError, match=r"^backlog .*[^.]$"):
        ask(kept, "backlog", Question(by=by))
