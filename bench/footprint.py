"""Measures what the dashboard takes: disk, memory, the time to start, and what a browser fetches.

`python -m bench.footprint` starts the dashboard on a large database of `bench.grown`, opens its pages and its public pages in
Chromium, and writes the table into docs/benchmarks.md. What a load takes of memory, `bench.scale` tells.
"""

import argparse
import os
import platform
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

import duckdb
from playwright.sync_api import Browser, sync_playwright

from bench import grown
from bench.chromium import BROWSER, MISSING
from bench.pages import AT_REST, CHARTED, FLAGS, OTHERS, PATIENCE, environment_of, free_port, server
from bench.part import put

ROUNDS = 5


def main() -> int:
    """Measure, print and write the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.footprint", description=__doc__)
    parser.add_argument("--messages", type=int, default=3_000_000, help="default: 3,000,000")
    call = parser.parse_args()
    if BROWSER is None:
        print(f"Not measured. {MISSING}", file=sys.stderr)
        return 0
    db = grown.made(call.messages)
    with duckdb.connect(str(db), read_only=True) as connection:
        (count,) = connection.execute("SELECT count(*) FROM messages").fetchone() or (0,)
    rows = [("on disk, bytes per message", f"{db.stat().st_size / count:.0f}")]
    rows += _started(db)
    rows += _visited(db)
    lines = [
        f"{os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}; {count:,} messages.",
        "",
        "| | |",
        "|---|---:|",
        *(f"| {what} | {told} |" for what, told in rows),
    ]
    print("\n".join(lines))
    put("footprint", lines)
    return 0


def _started(db: Path) -> list[tuple[str, str]]:
    """Start the dashboard again and again; return the median time until it answers."""
    taken = []
    for _ in range(ROUNDS):
        with TemporaryDirectory(prefix="replyclock-bench-") as scratch:
            began = time.monotonic()
            with server("dashboard.py", environment_of(db), free_port(), Path(scratch) / "log"):
                taken.append(time.monotonic() - began)
    return [("from the start until it answers, s", f"{median(taken):.1f}")]


def _visited(db: Path) -> list[tuple[str, str]]:
    """Open every page once, and some again; return memory and what was fetched."""
    with TemporaryDirectory(prefix="replyclock-bench-") as scratch, sync_playwright() as playwright:
        port = free_port()
        with server("dashboard.py", environment_of(db), port, Path(scratch) / "log") as address:
            process = _listening(port)
            found = [("memory once it answers, MB", _memory(process))]
            chromium = playwright.chromium.launch(executable_path=BROWSER, args=list(FLAGS))
            first, again = _fetched(chromium, address)
            found += [
                ("Now, first visit: fetched, kB", f"{first / 1000:,.0f}"),
                ("Now, second visit: fetched, kB", f"{again / 1000:,.0f}"),
            ]
            for path in (*CHARTED, *OTHERS):
                _opened(chromium, f"{address}/{path}")
            found.append((f"memory once all {len(CHARTED) + len(OTHERS)} pages were open, MB", _memory(process)))  # fmt: skip
            chromium.close()
            time.sleep(30)
            found.append(("memory half a minute later, MB", _memory(process)))
            for kind in ("json", "svg", "html"):
                with urlopen(f"{address}/public/AcmeCare.{kind}", timeout=60) as told:  # noqa: S310 - our own server
                    found.append((f"banner as {kind.upper()}, bytes", f"{len(told.read()):,}"))
    return found


def _opened(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address, wait_until="commit")
    page.wait_for_function(AT_REST, timeout=PATIENCE)
    context.close()


def _fetched(chromium: Browser, address: str) -> tuple[int, int]:
    """Return the bytes that came over the wire for the first page, and for it again in the same browser."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    counted: list[int] = []
    for _ in range(2):
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        sizes: list[float] = []

        def ended(event: dict[str, Any], sizes: list[float] = sizes) -> None:
            sizes.append(event["encodedDataLength"])

        def framed(event: dict[str, Any], sizes: list[float] = sizes) -> None:
            sizes.append(len(event["response"]["payloadData"]) * 3 / 4)

        session.on("Network.loadingFinished", ended)
        session.on("Network.webSocketFrameReceived", framed)
        page.goto(address, wait_until="commit")
        page.wait_for_function(AT_REST, timeout=PATIENCE)
        page.wait_for_timeout(1500)
        counted.append(round(sum(sizes)))
        page.close()
    context.close()
    return counted[0], counted[1]


def _listening(port: int) -> int:
    """Return the process that listens at a port of this machine."""
    wanted = f"{port:04X}"
    sockets = {
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{wanted}") and line.split()[3] == "0A"
    }
    for process in Path("/proc").glob("[0-9]*"):
        try:
            ends = {str(each.readlink()) for each in (process / "fd").iterdir()}
        except OSError:
            continue
        if any(f"socket:[{each}]" in ends for each in sockets):
            return int(process.name)
    raise SystemExit(f"nobody listens at {port}")


def _memory(process: int) -> str:
    """Return what a process holds in memory, in MB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return f"{int(line.split()[1]) / 1000:,.0f}"
    raise SystemExit(f"no process {process}")


if __name__ == "__main__":
    sys.exit(main())
