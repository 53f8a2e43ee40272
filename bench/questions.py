"""Measures every question that the pages ask, on a large database: how long each takes when asked again.

`python -m bench.questions` opens every page with several filters on a small database of the same kind, notes what it asks,
and asks each of that of the large one: once to warm up and five times more, three times if it takes longer than two
seconds. Wanted: at most 100 ms for each (median, two cores, 3 million messages). The slowest of each stand in
docs/benchmarks.md.
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

import duckdb
from streamlit.testing.v1 import AppTest

from bench import copied, grown
from bench.part import put
from sla import catalogue, expected, lists, restate, trace
from sla.keeper import Keeper, Places
from sla.lists import Listing
from sla.measures import Question, measures
from sla.settings import ROOT
from sla.store import Store
from ui import owner, reads

SHELL = str(ROOT / "ui" / "shell.py")
WANTED_MS = 100.0
# What takes longer than so many seconds is asked no more than so often.
LONG_SECONDS, LONG_RUNS = 2.0, 3
# Pages that are opened to see what they ask draw little: the same accounts, channels and days, from few messages.
OPENED_MESSAGES = 60_000
PAGES = (
    "now", "response_rate", "first_reply", "next_reply", "team", "channels", "wrong_days", "conversations", "banner",
    "data", "definitions",
)  # fmt: skip
# The filters of an address: alone, together, short and long, on both clocks.
FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"period": "24h"},
    {"period": "90d"},
    {"period": "all"},
    {"period": "2026-01-01..2026-06-30"},
    {"account": "AcmeCare", "period": "all"},
    {"account": "AcmeCare", "channel": "X mentions", "period": "90d", "clock": "open"},
    {"account": "Bolt desk", "period": "all", "clock": "open", "target": "900"},
    {"period": "all", "clock": "open"},
)
# What narrows the list of waits down, one after the other, and the two sides of an event.
MORE: tuple[tuple[str, dict[str, str]], ...] = (
    ("conversations", {"period": "all", "verdict": "missed", "sort": "newest"}),
    ("conversations", {"period": "all", "outcome": "given_up", "opening": "out"}),
    ("conversations", {"period": "all", "agent": "AA", "weekday": "0-4", "hour": "9"}),
    ("conversations", {"period": "all", "page": "20000"}),
    ("conversations", {"q": "roaming"}),
    ("conversations", {"q": "roaming", "period": "all"}),
    ("first_reply", {"period": "all", "event": "2026-03-01"}),
    ("team", {"period": "all", "by": "team"}),
)


@dataclass(frozen=True)
class Asked:
    """One question: what is asked, of what, by which page, and how to ask it of a store."""

    name: str
    about: str
    page: str
    again: Callable[[Store], Any]


def main() -> int:
    """Measure, print, and write the table; return 1 when a question takes longer than wanted."""
    parser = argparse.ArgumentParser(prog="python -m bench.questions", description=__doc__)
    parser.add_argument("--messages", type=int, default=3_000_000, help="default: 3,000,000")
    parser.add_argument("--times", type=int, default=1, help="copies of them; more than 1 are not written into the page")  # fmt: skip
    parser.add_argument("--runs", type=int, default=5, help="of each question; default: 5")
    parser.add_argument(
        "--only", nargs="*", help="measures to ask for; the page is not written then"
    )
    call = parser.parse_args()
    db = copied.made(call.messages, call.times)
    with _keeper(grown.made(min(call.messages, OPENED_MESSAGES))) as keeper:
        asked = _asked(keeper.store)
    if call.only:
        asked = [one for one in asked if one.name in call.only]
    with Store.open(db, grown.settings_of(db)) as store:
        found = [(one, *_measured(one, store, call.runs)) for one in asked]
        counted = catalogue.stored(store)
    found.sort(key=lambda told: -told[1])
    for one, wall, cpu in found:
        print(f"{wall:8.1f} ms {cpu:8.1f} ms CPU  {one.name:18} {one.page:14} {one.about}")
    if not call.only:
        lines = _table(found, counted)
        print("\n".join(lines))
        if call.times == 1:
            put("questions", lines)
    return 0 if all(wall <= WANTED_MS for _, wall, _ in found) else 1


@contextmanager
def _keeper(db: Any) -> Iterator[Keeper]:
    keeper = Keeper(Places(db, db.with_name("settings.toml")), publish=lambda _: None)
    owner.take(keeper)
    try:
        yield keeper
    finally:
        owner.give_up()
        keeper.store.close()


def _asked(store: Store) -> list[Asked]:
    """Open the pages and return what they asked, each question once."""
    found: dict[tuple[str, str], Asked] = {}
    page = ""

    def noting(name: Callable[..., str], about: Callable[..., str], ask: Callable[..., Any]) -> Any:
        def asking(*given: Any, **named: Any) -> Any:
            def again(store: Store) -> Any:
                of = store if isinstance(given[0], Store) else store.cursor()
                return ask(of, *given[1:], **named)

            one = Asked(name(*given), about(*given), page, again)
            found.setdefault((one.name, one.about), one)
            return ask(*given, **named)

        return asking

    def measure(_: Store, name: str, *__: Any) -> str:
        return name

    def question(_: Store, __: str, asked: Question) -> str:
        return _told(asked)

    def first(_: Store, __: str, asked: Question, most: int) -> str:
        return f"{_told(asked)}, the first {most} rows"

    reads.ask_store = noting(measure, question, reads.ask_store)
    reads.ask_store_first = noting(measure, first, reads.ask_store_first)
    for module, name in (
        (lists, "page"), (lists, "counted"), (lists, "agents"), (catalogue, "stored"), (catalogue, "left_out"),
        (catalogue, "loads"), (catalogue, "problems"), (restate, "restated"), (expected, "expected"), (trace, "trace"),
        (reads, "known_to_store"),
    ):  # fmt: skip
        said = f"{module.__name__.rpartition('.')[2]}.{name}"
        setattr(module, name, noting(partial(_named, said), _of, getattr(module, name)))
    wait = store.cursor().execute("SELECT wait_id FROM waits ORDER BY start_id LIMIT 1").fetchone()
    assert wait
    addresses = [(page, asked) for page in PAGES for asked in FILTERS]
    figures = [
        ("definitions", {"figure": name} | f)
        for name in measures()
        for f in ({}, {"period": "all"})
    ]
    for page, asked in (*addresses, *figures, *MORE, ("conversations", {"wait": str(wait[0])})):
        began = time.monotonic()
        app = AppTest.from_file(SHELL, default_timeout=600)
        app.query_params.update(asked)
        if page != "now":
            app.switch_page(f"../pages/{page}.py")
        app.run()
        assert not app.exception, (page, asked, [e.value for e in app.exception])
        print(f"{page} {asked}: {time.monotonic() - began:.1f} s", file=sys.stderr)
    return list(found.values())


def _named(said: str, *_: Any) -> str:
    return said


def _of(*given: Any) -> str:
    """Return what a read that is no measure was asked for."""
    return " ".join(_told(each) for each in given[1:])


def _told(given: Any) -> str:
    """Return a question in short: what it narrows, in the order of its fields."""
    if isinstance(given, Listing):
        narrowed = {k: v for k, v in vars(given).items() if v is not None and k != "question"}
        return f"{_told(given.question)} {narrowed}"
    if isinstance(given, Question):
        return " ".join(f"{k}={v}" for k, v in vars(given).items() if v not in (None, ()))
    return str(given)


def _measured(one: Asked, store: Store, runs: int) -> tuple[float, float]:
    """Return the medians of the time on the wall and of the processor's, in milliseconds, once it is warm."""
    began = time.monotonic()
    one.again(store)
    if time.monotonic() - began > LONG_SECONDS:
        runs = min(runs, LONG_RUNS)
    walls, cpus = [], []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        one.again(store)
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    print(f"{one.name} {one.about}: {median(walls):.0f} ms", file=sys.stderr)
    return median(walls), median(cpus)


def _table(found: Sequence[tuple[Asked, float, float]], counted: catalogue.Stored) -> list[str]:
    """Return the slowest question of each kind, as the lines of a table for docs/benchmarks.md."""
    kinds: dict[str, list[tuple[Asked, float, float]]] = {}
    for told in found:
        kinds.setdefault(told[0].name, []).append(told)
    over = sum(1 for _, wall, _ in found if wall > WANTED_MS)
    rows = [
        f"| {name} | {len(told)} | {median(wall for _, wall, _ in told):.0f} | {told[0][1]:.0f} | {told[0][2]:.0f} "
        f"| {told[0][0].page} |"
        for name, told in kinds.items()
    ]
    return [
        f"{os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}; "
        f"{counted.messages:,} messages, {counted.waits:,} waits. {len(found)} questions, {over} of them over "
        f"{WANTED_MS:.0f} ms.",
        "",
        "| asked | questions | median, ms | slowest, ms | its CPU, ms | first asked by |",
        "|---|---|---|---|---|---|",
        *rows,
    ]


if __name__ == "__main__":
    sys.exit(main())
