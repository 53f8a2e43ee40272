"""Every read that the pages make, cached in one place: keyed by question and data version, bounded."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import streamlit as st

from sla import catalogue, expected, lists, measures, restate
from sla import trace as traces
from sla.errors import MeasureError
from sla.lists import Listing
from sla.measures import Known, Question, Row
from sla.measures import ask as ask_store
from sla.measures import ask_first as ask_store_first
from sla.measures import known as known_to_store
from sla.settings import Settings
from sla.store import Store
from sla.trace_records import Trace
from ui.answers import Answers
from ui.owner import keeper

# What changes with the clock on the wall is asked for again after so many seconds.
RENEW_SECONDS = 30
RESTATED_SHOWN = 1000
AGENTS_SHOWN = 300

_answers = Answers(most=1000)
_texts: list[tuple[Settings, str]] = []
_held = threading.local()


@contextmanager
def one_state() -> Iterator[None]:
    """Have all that a page asks meanwhile answered from one state of a lake, also when it is written anew."""
    before: Store | None = getattr(_held, "store", None)
    _held.store = before or keeper().store
    try:
        yield
    finally:
        _held.store = before


def store() -> Store:
    """Return the store that the pages read from."""
    held: Store | None = getattr(_held, "store", None)
    return held or keeper().store


def lake() -> Path | None:
    """Return the folder of the lake that the figures come from, None where that is the database."""
    return store().lake


def settings() -> Settings:
    """Return the settings in force."""
    return store().settings


def state() -> str:
    """Return what every cached read depends on: which database, which version of it, which settings."""
    read = store()
    return f"{read.path}|{read.version}|{_written(read.settings)}"


def _written(settings: Settings) -> str:
    """Return settings as text; those asked for last are kept, as every read asks for them."""
    kept = _texts[0] if _texts else None
    if kept is None or kept[0] is not settings:
        kept = (settings, settings.model_dump_json())
        _texts[:] = [kept]
    return kept[1]


def rows(name: str, question: Question) -> list[Row]:
    """Return the rows of a measure; the caller gets a copy of its own."""
    at = state()
    if question.account and "account" in measures.named(name).rows:
        # Such rows stand for their account alone: where those of all accounts are there, nothing has to be asked.
        of_all = replace(question, account=None)
        if _answers.has((name, of_all, at)):
            every = _answers.get((name, of_all, at), _asking(name, of_all))
            return [row for row in every if row["account"] == question.account]
    return _answers.get((name, question, at), _asking(name, question))


def first_rows(name: str, question: Question, most: int) -> tuple[list[Row], int]:
    """Return the first rows of a measure, at most `most`, and how many it has."""
    read = store()

    def ask() -> list[Row]:
        rows, n = ask_store_first(read, name, question, most)
        return [*rows, {"n": n}]

    *rows, counted = _answers.get((name, question, state(), most), ask)
    return rows, counted["n"]


def ahead(*asked: tuple[str, Question]) -> None:
    """Have measures asked side by side, before a page wants their rows one after the other."""
    at = state()
    for name, question in asked:
        _answers.ahead((name, question, at), _asking(name, question))


def _asking(name: str, question: Question) -> Callable[[], list[Row]]:
    read = store()
    return lambda: ask_store(read, name, question)


def one(name: str, question: Question) -> Row:
    """Return the only row of a measure that was asked for as a whole."""
    return rows(name, question)[0]


def compared(name: str, question: Question) -> list[Row]:
    """Return the rows of a measure, each with those of the period before, named `…_before`."""
    return measures.compared(lambda asked: rows(name, asked), name, question)


def known() -> list[Known]:
    """Return what is known of each account and channel."""
    return _known(state())


def expectations() -> list[expected.Expected]:
    """Return what the public is told of every account since the last renewal; of none until the first is done, or from a lake."""
    if lake() is not None:
        return []
    if not keeper().works:
        return _expectations(state())
    return [each for each in keeper().told if each.channel is None]


def freshness() -> list[catalogue.Freshness]:
    """Return how fresh each account and channel is right now."""
    return catalogue.freshness(store())


def stored() -> catalogue.Stored:
    """Return how much there is in all."""
    return _stored(state())


def left_out() -> catalogue.LeftOut:
    """Return what is stored and in no figure."""
    return _left_out(state())


def loads() -> list[catalogue.Load]:
    """Return the latest loads."""
    return _loads(state())


def problems() -> list[Row]:
    """Return the rows of files that gave no message."""
    return _problems(state())


def restated() -> list[restate.Restated]:
    """Return the figures that a changed setting made different, the latest change first."""
    return _restated(state())


def trace(wait_id: str) -> Trace | None:
    """Return why the clock of a wait reads what it reads, or None when there is no such wait."""
    return _trace(wait_id, state())


def waits(listing: Listing, limit: int, offset: int) -> list[Row]:
    """Return one page of the waits behind a figure."""
    return _waits(listing, limit, offset, state())


def waits_counted(listing: Listing) -> Row:
    """Return how many waits a list has, and what became of them."""
    return _waits_counted(listing, state())


def agents(account: str | None, channel: str | None) -> list[str]:
    """Return who is credited with replies, the most first."""
    return _agents(account, channel, state())


@st.cache_data(max_entries=4, show_spinner=False)
def _known(at: str) -> list[Known]:
    return known_to_store(store())


@st.cache_data(max_entries=4, ttl=RENEW_SECONDS, show_spinner=False)
def _expectations(at: str) -> list[expected.Expected]:
    return expected.expected(store())


@st.cache_data(max_entries=4, show_spinner=False)
def _stored(at: str) -> catalogue.Stored:
    return catalogue.stored(store())


@st.cache_data(max_entries=4, show_spinner=False)
def _left_out(at: str) -> catalogue.LeftOut:
    return catalogue.left_out(store())


@st.cache_data(max_entries=4, show_spinner=False)
def _loads(at: str) -> list[catalogue.Load]:
    return catalogue.loads(store())


@st.cache_data(max_entries=4, show_spinner=False)
def _problems(at: str) -> list[Row]:
    return catalogue.problems(store())


@st.cache_data(max_entries=4, show_spinner=False)
def _restated(at: str) -> list[restate.Restated]:
    return restate.restated(store().cursor(), RESTATED_SHOWN)


@st.cache_data(max_entries=100, show_spinner=False)
def _trace(wait_id: str, at: str) -> Trace | None:
    try:
        return traces.trace(store(), wait_id)
    except MeasureError:
        return None


@st.cache_data(max_entries=200, show_spinner=False)
def _waits(listing: Listing, limit: int, offset: int, at: str) -> list[Row]:
    return lists.page(store(), listing, limit, offset)


@st.cache_data(max_entries=200, show_spinner=False)
def _waits_counted(listing: Listing, at: str) -> Row:
    return lists.counted(store(), listing)


@st.cache_data(max_entries=20, show_spinner=False)
def _agents(account: str | None, channel: str | None, at: str) -> list[str]:
    return lists.agents(store(), account, channel, AGENTS_SHOWN)
