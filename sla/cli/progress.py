"""How far a load is, on one line of the terminal: share, rows, rows a second, time left."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sla.durations import spoken
from sla.parse import Progress

_WIDTH = 100


def told(name: str, state: dict[str, Any], seconds: float) -> str:
    """Say in a line how far a load is after so many seconds."""
    total = max(int(state["bytes_total"]), 1)
    share = min(int(state["bytes_read"]) / total, 1.0)
    rows = int(state["rows"])
    parts = [f"{name}: {share:.0%} read", f"{rows:,} rows"]
    if seconds >= 1 and rows:
        parts.append(f"{rows / seconds:,.0f} a second")
    if seconds >= 1 and 0 < share < 1:
        parts.append(f"{spoken(round(seconds * (1 - share) / share))} left")
    return ", ".join(parts)


@contextmanager
def progress_bar(name: str, shown: bool) -> Iterator[Progress | None]:
    """Give what a load reports to; nothing where nobody looks at the terminal."""
    if not shown or not sys.stderr.isatty():
        yield None
        return
    began = time.monotonic()

    def report(state: dict[str, Any]) -> None:
        line = told(name, state, time.monotonic() - began)[:_WIDTH]
        sys.stderr.write(f"\r{line:<{_WIDTH}}")
        sys.stderr.flush()

    try:
        yield report
    finally:
        sys.stderr.write(f"\r{'':<{_WIDTH}}\r")
        sys.stderr.flush()
