"""Shared fixtures: a fresh store, and messages put straight into it as staging Parquet."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import settings
from xdist.remote import Producer

from sla import parse
from sla import store as store_module
from sla.settings import Settings
from sla.store import Store
from tests import children
from tests.scheduling import ByFile, turn
from tests.staging import put

# Whoever works on the code explores anew at every run; CI judges the change, not the day's luck.
settings.register_profile("ci", derandomize=True, database=None)
if os.environ.get("CI"):
    settings.load_profile("ci")

EXPORTS = Path(__file__).resolve().parents[2] / "shared" / "exports"

# A page test or a child process must never touch the data folder of whoever runs the tests.
os.environ.pop("REPLYCLOCK_DB", None)
os.environ.pop("REPLYCLOCK_SETTINGS", None)

# `make thorough` also runs what proves in more ways what other tests prove already.
THOROUGH = "REPLYCLOCK_THOROUGH" in os.environ

# A store of a few messages is prepared for each thread anew: with one thread it costs half. These are about what
# several threads can make different, their named cases aside; `make thorough` runs everything with all of them.
_WITH_ALL_THREADS = {"test_agreement", "test_agreement_replies", "test_store"}
_connect = store_module._connect
_threads: list[int] = []


def _connect_for_tests(path: Path) -> duckdb.DuckDBPyConnection:
    connection = _connect(path)
    for count in _threads:
        connection.execute(f"SET threads = {count}")
    return connection


store_module._connect = _connect_for_tests

if not THOROUGH:
    parse.subprocess = children.Subprocess


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: one process has it all, and the others need not wait for it at the end."""
    items.sort(key=turn)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Run three processes for every two processors: a browser, Spark and servers are waited for a third of the time."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return len(os.sched_getaffinity(0)) * 3 // 2 if hasattr(os, "sched_getaffinity") else None


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """Give each process whole files."""
    return ByFile(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Say how many threads the stores of the next test have."""
    several = item.path.stem in _WITH_ALL_THREADS and "named_case" not in item.name
    _threads[:] = [] if THOROUGH or several else [1]


@pytest.fixture
def exports() -> Path:
    """Return the folder of real exports; without it the test is skipped."""
    if not EXPORTS.is_dir():
        pytest.skip("the real exports are not on this machine")
    return EXPORTS


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return a fresh, empty store with the default settings."""
    with Store.open(tmp_path / "store.duckdb", Settings()) as fresh:
        yield fresh
        # Nobody opens it again: to write it out as a whole would take as long as to make it.
        with suppress(duckdb.Error):  # closed already
            fresh._connection.execute("PRAGMA disable_checkpoint_on_shutdown")


@pytest.fixture
def filled(store: Store) -> Callable[..., Store]:
    """Return a function that puts messages into a fresh store."""

    def fill(messages: Sequence[Mapping[str, Any]], rules: Settings | None = None) -> Store:
        if rules is not None:
            store.use(rules)
        put(store, messages)
        return store

    return fill


START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def minutes(count: float) -> datetime:
    """Return the instant `count` minutes after the tests' Monday, 2 March 2026, 09:00 UTC."""
    return START + timedelta(minutes=count)
