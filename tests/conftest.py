"""Shared fixtures: a fresh store, and messages put straight into it as staging Parquet."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from sla.settings import Settings
from sla.store import Store
from tests.staging import put

# Whoever works on the code explores anew at every run; CI judges the change, not the day's luck.
settings.register_profile("ci", derandomize=True, database=None)
if os.environ.get("CI"):
    settings.load_profile("ci")

EXPORTS = Path(__file__).resolve().parents[2] / "shared" / "exports"

# A page test or a child process must never touch the data folder of whoever runs the tests.
os.environ.pop("REPLYCLOCK_DB", None)
os.environ.pop("REPLYCLOCK_SETTINGS", None)


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
