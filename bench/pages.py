"""Measures the pages in Chromium beside a bare Streamlit page with one chart, on a large database.

`python -m bench.pages` runs both on servers of their own with the same settings, in turns. Wanted: a page's first chart
within 1.5 times of what the bare page takes, in a new session on a warm server; a filter change within 300 ms more than
the bare page takes to draw its chart anew. The tables stand in docs/benchmarks.md.

With `--loading` the dashboard loads 20,000 messages after 20,000 more into a copy of the database all the while, so that each
page is asked about messages that were not there before.
"""

import argparse
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import urlopen

import duckdb
from playwright.sync_api import Browser, Page, sync_playwright

from bench import batches, copied, grown
from bench.chromium import BROWSER, MISSING
from bench.part import put

ROOT = Path(__file__).resolve().parent.parent
WANTED_RATIO, WANTED_MORE_MS = 1.5, 300.0
CHARTED = ("", "response_rate", "first_reply", "next_reply", "team", "channels", "wrong_days")
# Pages without a chart: until the title stands there, and the first table where there is one.
OTHERS = ("conversations", "banner", "data", "definitions")
NAMES = {"": "now"}
ACCOUNTS = ("AcmeCare", "Acme desk", "Acme WhatsApp", "BoltHelp", "Bolt desk")
PATIENCE = 120_000  # milliseconds
# What is loaded beside: so many messages at a time, and so many different ones, after which the first come again.
LOADED_AT_ONCE, BATCHES = 20_000, 60
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")  # fmt: skip

BARE = """
import plotly.graph_objects as go
import streamlit as st

st.set_page_config(page_title="Bare", layout="wide")
chosen = st.selectbox("Account", ["All", *{accounts!r}])
figure = go.Figure()
figure.add_scatter(x=list(range(28)), y=[(7 * n * len(chosen)) % 23 for n in range(28)], mode="lines+markers")
figure.update_layout(height=360)
st.plotly_chart(figure)
"""
# Notes in the page itself, so that nothing waits for a look from outside: when the first chart was drawn, when the title
# stood there, and after a click on a choice when the first chart was drawn otherwise than before.
WATCH = """
window.seen = {};
const drawn = () => {
  const svg = document.querySelector('[data-testid=stPlotlyChart] .js-plotly-plot .main-svg');
  return svg && svg.querySelector('.trace path, .hm image') ? svg.innerHTML : null;
};
addEventListener('click', event => {
  if (event.target.closest('[role=option]')) {
    window.seen.clicked = performance.now();
    window.seen.before = drawn();
    delete window.seen.redrawn;
  }
}, true);
new MutationObserver(() => {
  const now = window.seen.last = performance.now();
  if (!window.seen.titled && document.querySelector('h1')) window.seen.titled = now;
  const waiting = window.seen.clicked && !window.seen.redrawn;
  if (window.seen.first && !waiting) return;
  const chart = drawn();
  if (!chart) return;
  if (!window.seen.first) window.seen.first = now;
  if (waiting && chart !== window.seen.before) window.seen.redrawn = now;
}).observe(document, {childList: true, subtree: true, attributes: true});
"""
# Nothing is being worked out; the bare page has no title, by which our pages are known to be there at all.
QUIET = "!document.querySelector('[data-testid=stStatusWidget],[data-testid=stSkeleton],[data-stale=true]')"
AT_REST = f"() => document.querySelector('h1') && {QUIET}"
# A page that changes no more: nothing was put into it for a while.
STILL = 1000  # milliseconds
ALL_THERE = f"() => {QUIET} && performance.now() - window.seen.last > {STILL}"
# A page that has come to rest without a chart.
WITHOUT = f"(({AT_REST})() && !document.querySelector('[data-testid=stPlotlyChart]'))"


def main() -> int:
    """Measure, print and write the tables; return 1 when a page is slower than wanted."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--messages", type=int, default=3_000_000, help="default: 3,000,000")
    parser.add_argument("--times", type=int, default=1, help="copies of them; more than 1 are not written into the page")  # fmt: skip
    parser.add_argument("--rounds", type=int, default=5, help="of all pages in turns; default: 5")
    parser.add_argument(
        "--only", nargs="*", help="pages to measure; docs/benchmarks.md is not written"
    )
    parser.add_argument("--port", type=int, default=0, help="of two; default: any that are free")
    parser.add_argument("--loading", action="store_true", help="with a load running beside it")
    call = parser.parse_args()
    if BROWSER is None:
        print(f"Not measured. {MISSING}", file=sys.stderr)
        return 0
    db = copied.made(call.messages, call.times)
    waits = _counted(db)
    charted = [p for p in CHARTED if not call.only or NAMES.get(p, p) in call.only]
    others = [p for p in OTHERS if not call.only or p in call.only]
    with ExitStack() as stack:
        if call.loading:
            scratch = tempfile.TemporaryDirectory(prefix="replyclock-bench-")
            db = _with_batches(db, Path(stack.enter_context(scratch)))
        bare, ours = stack.enter_context(_servers(db, call.port))
        chromium = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=BROWSER, args=list(FLAGS)
        )
        taken = stack.enter_context(_loading(db)) if call.loading else None
        for path in (*charted, *others):
            _opened(chromium, f"{ours}/{path}", "titled")
        loads = _first_charts(chromium, bare, ours, charted, others, call.rounds)
        print("\n".join(loads[1]), flush=True)
        changes = _changes(chromium, bare, ours, charted)
        chromium.close()
    print("\n".join(["", *changes[1]]))
    if taken is not None:
        print(f"\nLoaded beside it: {len(taken)} times {LOADED_AT_ONCE:,} messages.")
    elif not call.only and call.times == 1:
        head = (
            f"{os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}, "
            f"{waits:,} waits."
        )
        put("pages", [head, "", *loads[1], "", *changes[1]])
    return 0 if loads[0] and changes[0] else 1


def _counted(db: Path) -> int:
    with duckdb.connect(str(db), read_only=True) as connection:
        row = connection.execute("SELECT count(*) FROM waits").fetchone()
    assert row
    return int(row[0])


def _first_charts(
    chromium: Browser,
    bare: str,
    ours: str,
    charted: Sequence[str],
    others: Sequence[str],
    rounds: int,
) -> tuple[bool, list[str]]:
    """Open every page in turns, each in a session of its own; return whether all are as wanted, and the table."""
    at_bare: list[dict[str, float]] = []
    at_ours: dict[str, list[dict[str, float]]] = {path: [] for path in (*charted, *others)}
    for _ in range(rounds):
        at_bare.append(_opened(chromium, bare, "first"))
        for path, seen in at_ours.items():
            seen.append(
                _opened(chromium, f"{ours}/{path}", "first" if path in charted else "titled")
            )
    theirs = median(one["first"] for one in at_bare)
    rows = [
        "| page | first chart, ms | times the bare page | title, ms | all there, ms |",
        "|---|---|---|---|---|",
        f"| bare Streamlit, one chart | {theirs:.0f} | 1.00 | | {median(one['last'] for one in at_bare):.0f} |",
    ]
    well = True
    for path, seen in at_ours.items():
        titled, last = (median(one[name] for one in seen) for name in ("titled", "last"))
        if path in charted:
            first = median(one["first"] for one in seen)
            well = well and first <= WANTED_RATIO * theirs
            rows.append(
                f"| {NAMES.get(path, path)} | {first:.0f} | {first / theirs:.2f} | {titled:.0f} | {last:.0f} |"
            )
        else:
            rows.append(f"| {path} | no chart | | {titled:.0f} | {last:.0f} |")
    return well, rows


def _changes(
    chromium: Browser, bare: str, ours: str, charted: Sequence[str]
) -> tuple[bool, list[str]]:
    """Choose one account after the other, each twice; return whether all are as wanted, and the table.

    The first time the server works everything out, the second time it knows it; the bare page is measured before each.
    """
    rows = [
        "| page | bare page, ms | asked first: ms more | asked again: ms more | all there, asked first: ms more |",
        "|---|---|---|---|---|",
    ]
    well = True
    for path in charted:
        theirs = _changed(chromium, bare)
        mine = _changed(chromium, f"{ours}/{path}?target=5400")
        half = len(ACCOUNTS)
        own, own_whole = _middle(theirs)
        fresh, whole = _middle(mine[:half])
        known, _ = _middle(mine[half:])
        well = well and fresh - own <= WANTED_MORE_MS
        rows.append(
            f"| {NAMES.get(path, path)} | {own:.0f} | {fresh - own:+.0f} | {known - own:+.0f} | {whole - own_whole:+.0f} |"
        )
    return well, rows


def _middle(found: Sequence[Sequence[float] | None]) -> tuple[float, float]:
    """Return the medians of the first chart and of all that was drawn, over the choices that drew a chart."""
    drawn = [each for each in found if each is not None]
    return median(first for first, _ in drawn), median(last for _, last in drawn)


@contextmanager
def _session(chromium: Browser, address: str) -> Iterator[Page]:
    """Open an address as somebody who was never there: nothing kept in the browser."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", reduced_motion="reduce"
    )
    try:
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(address, wait_until="commit")
        yield page
    finally:
        context.close()


def _opened(chromium: Browser, address: str, until: str) -> dict[str, float]:
    """Return in milliseconds from the start of the visit when what is waited for stood there."""
    with _session(chromium, address) as page:
        page.wait_for_function(
            f"() => window.seen.{until} && window.seen.{until} > 0", timeout=PATIENCE
        )
        page.wait_for_function(ALL_THERE, timeout=PATIENCE)
        found: dict[str, float] = page.evaluate(
            "() => ({first: seen.first || 0, titled: seen.titled || 0, last: seen.last})"
        )
        return found


def _changed(chromium: Browser, address: str) -> list[list[float] | None]:
    """Return how long it takes after each choice until the first chart is drawn otherwise, and until nothing more changes.

    In milliseconds. None where the page has no chart for that choice: an account may have no day that went wrong.
    """
    found: list[list[float] | None] = []
    with _session(chromium, address) as page:
        page.wait_for_function("() => window.seen.first", timeout=PATIENCE)
        for account in (*ACCOUNTS, *ACCOUNTS):
            page.wait_for_function(ALL_THERE, timeout=PATIENCE)
            page.get_by_role("combobox", name="Account").click()
            page.get_by_role("option", name=account, exact=True).click()
            page.wait_for_function(f"() => window.seen.redrawn || {WITHOUT}", timeout=PATIENCE)
            page.wait_for_function(ALL_THERE, timeout=PATIENCE)
            taken = page.evaluate(
                "() => seen.redrawn ? [seen.redrawn - seen.clicked, seen.last - seen.clicked] : null"
            )
            found.append(taken)
    return found


def _with_batches(db: Path, folder: Path) -> Path:
    """Copy a database into a folder, with what is loaded into it beside it; return the copy."""
    for number in range(BATCHES):
        batches.write(db, folder / f"{number}.parquet", "newest", number, LOADED_AT_ONCE)
    return grown.copy(db, folder)


@contextmanager
def _loading(db: Path) -> Iterator[list[Path]]:
    """Drop one batch after the other into the inbox, the next once the last one was taken; give those that were taken."""
    stop, taken = threading.Event(), list[Path]()

    def drop() -> None:
        while not stop.is_set():
            there = db.with_name("inbox") / f"load {len(taken)}.parquet"
            unfinished = there.with_suffix(".part")
            shutil.copy(db.with_name(f"{len(taken) % BATCHES}.parquet"), unfinished)
            unfinished.rename(there)
            while there.exists() and not stop.wait(0.1):
                pass
            if not there.exists():
                taken.append(there)

    dropping = threading.Thread(target=drop)
    dropping.start()
    try:
        yield taken
    finally:
        stop.set()
        dropping.join()


@contextmanager
def _servers(db: Path, port: int) -> Iterator[tuple[str, str]]:
    """Run the bare page and the dashboard, both with the settings of .streamlit; give their addresses."""
    with tempfile.TemporaryDirectory(prefix="replyclock-bench-") as scratch, ExitStack() as stack:
        script = Path(scratch) / "bare.py"
        script.write_text(BARE.format(accounts=list(ACCOUNTS)), encoding="utf-8")
        ports = (port, port + 1) if port else (free_port(), free_port())
        yield (
            stack.enter_context(server(str(script), {}, ports[0], Path(scratch) / "bare.log")),
            stack.enter_context(
                server("dashboard.py", environment_of(db), ports[1], Path(scratch) / "own.log")
            ),
        )


@contextmanager
def server(script: str, own: dict[str, str], port: int, log: Path) -> Iterator[str]:
    """Run a script with Streamlit until the end of the block; give its address once it answers."""
    with log.open("wb") as said:
        app = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)],
            cwd=ROOT,
            env=os.environ | own,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", app, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            app.terminate()
            app.wait(timeout=120)


def _wait_for(address: str, app: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 300
    while time.monotonic() < until and app.poll() is None:
        try:
            urlopen(address, timeout=5).close()  # noqa: S310 - our own server
        except (URLError, OSError):
            time.sleep(0.25)
        else:
            return
    raise SystemExit(f"{address} does not answer. It said:\n{log.read_text(errors='replace')}")


def environment_of(db: Path) -> dict[str, str]:
    """Return what makes the dashboard take a database of `bench.grown`, and the settings beside it."""
    return {"REPLYCLOCK_DB": str(db), "REPLYCLOCK_SETTINGS": str(db.with_name("settings.toml"))}


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
