"""DuckDB as a reader of one file: two threads, little memory, spills beside the staging file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

_MEMORY = "512MB"
_SECONDS_BETWEEN = 0.5


@contextmanager
def database(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty database in memory, in UTC, that spills into `scratch`."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": 2,
        "memory_limit": _MEMORY,
        "temp_directory": str(scratch),
        "autoinstall_known_extensions": False,
    }
    with duckdb.connect(config=settings) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def literal(path: Path) -> str:
    """Write a path so that DuckDB takes it as one file, whatever wildcards its name holds."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path.absolute()))


@contextmanager
def followed(
    connection: duckdb.DuckDBPyConnection, tell: Callable[[float], None]
) -> Iterator[None]:
    """Tell what share (0 to 1) of the query is done, twice a second, while the block runs."""
    connection.execute("SET enable_progress_bar = true")
    connection.execute("SET enable_progress_bar_print = false")
    done = threading.Event()

    def follow() -> None:
        while not done.wait(_SECONDS_BETWEEN):
            tell(max(connection.query_progress(), 0.0) / 100)

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    try:
        yield
    finally:
        done.set()
        follower.join()
