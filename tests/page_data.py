"""A small message log for the tests of the pages, and the app around it."""

import csv
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import plotly.graph_objects as go
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from sla.keeper import Keeper, Places
from sla.parse import Unit
from ui import alone, owner
from ui.chart import Chart

ROOT = Path(__file__).resolve().parent.parent
SHELL = str(ROOT / "ui" / "shell.py")
SETTINGS = "sample = false\n"
COLUMNS = (
    "platform", "account", "channel", "message_key", "thread_key", "author_key", "role", "sent_at", "text",
)  # fmt: skip


def _looked_at(chart: Chart) -> go.Figure:
    """Return the chart as a figure after Plotly has looked at each value, which the app itself saves."""
    return go.Figure({"data": chart.data, "layout": chart.fitted()})


# Every chart that a test of a page meets: one that Plotly doesn't know fails with a ValueError.
Chart.figure = _looked_at  # type: ignore[method-assign]

# There is no browser that draws the first chart meanwhile.
alone.HELD_BACK = alone.AT_FIRST = 0  # type: ignore[misc]

# Account, channel, thread, role, time on 10 March 2026 (UTC) unless it names a day; each is worked out below.
SAID = """
Acme|Chat|a|customer|08:00
Acme|Chat|a|agent|08:30
Acme|Chat|b|customer|09:00
Acme|Chat|b|agent|10:30
Acme|Chat|c|customer|10:00
Acme|Chat|c|agent|15:00
Acme|Chat|d|customer|14:10
Acme|Chat|e|customer|2026-03-08T12:00
Acme|Chat|f|customer|2026-01-20T12:00
Acme|Chat|f|agent|2026-01-20T12:20
Acme|E-mail|g|customer|11:00
Acme|E-mail|g|agent|11:10
Bolt|Chat|h|customer|07:00
Bolt|Chat|h|agent|07:05
Bolt|Chat|i|customer|13:00
Bolt|Chat|j|customer|14:00
Bolt|Chat|j|agent|14:20
Bolt|Chat|j|customer|14:30
"""
# Open at as of: d (50 min), i (1 h 30 min), j's second question (0 s); e is older than a day: given up.


def write_log(path: Path, said: str = SAID) -> Path:
    """Write the log as a canonical CSV and return its path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for key, line in enumerate(said.split("\n"), 1):
            if line:
                writer.writerow(_message(key, *line.split("|")))
    return path


def _message(
    key: int, account: str, channel: str, thread: str, role: str, at: str
) -> dict[str, str]:
    return {
        "platform": "desk",
        "account": account,
        "channel": channel,
        "message_key": f"m{key}",
        "thread_key": f"{account}-{thread}",
        "author_key": f"{role}-{thread}" if role == "customer" else account,
        "role": role,
        "sent_at": f"{at if 'T' in at else f'2026-03-10T{at}'}:00Z",
        "text": "Where is my parcel?" if role == "customer" else "It is on its way. ^AB",
    }


# ------------------------------------------------------------------------------- pages without a browser

# Every run of a page looks through all installed packages for components: they stay the same, so once is enough.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

Keep = Callable[..., Keeper]
_PREPARED = tempfile.TemporaryDirectory(prefix="replyclock-prepared-")


@contextmanager
def keeping(folder: Path, publish: Callable[[object], object] = lambda _: None) -> Iterator[Keep]:
    """Give a function that hands the pages a store of their own with these files in it."""
    kept: list[Keeper] = []

    def keep(*files: Path, settings: str = SETTINGS) -> Keeper:
        places = _places(folder, settings)
        if files:
            loads = tuple((file.name, file.read_bytes()) for file in files)
            shutil.copy(_prepared(loads, settings), places.db)
        keeper = Keeper(places, publish)
        kept.append(keeper)
        owner.take(keeper)
        return keeper

    try:
        yield keep
    finally:
        owner.give_up()
        for keeper in kept:
            keeper.store.close()


@cache
def _prepared(loads: tuple[tuple[str, bytes], ...], settings: str) -> Path:
    """Return a database with these files in it, loaded as everywhere else, once for all tests to copy."""
    folder = Path(tempfile.mkdtemp(dir=_PREPARED.name))
    keeper = Keeper(_places(folder, settings), lambda _: None)
    for name, content in loads:
        (folder / name).write_bytes(content)
        assert keeper.load([Unit.of(folder / name, name)])[0].error is None
    keeper.store.close()
    return keeper.places.db


def _places(folder: Path, settings: str) -> Places:
    (folder / "settings.toml").write_text(settings, encoding="utf-8")
    return Places(folder / "pages.duckdb", folder / "settings.toml")


def opened(page: str = "now", /, **address: str) -> AppTest:
    """Open a page by its address, as a browser does; fail when it raised."""
    app = AppTest.from_file(SHELL, default_timeout=60)
    app.query_params.update(address)
    if page != "now":
        app.switch_page(f"../pages/{page}.py")
    return checked(app.run())


def checked(app: AppTest) -> AppTest:
    """Fail when the page raised."""
    assert not app.exception, [e.value for e in app.exception]
    return app


def title(app: AppTest) -> str:
    """Return the headline of a page, as people read it."""
    return str(app.title[0].value).replace("\\", "")


# -------------------------------------------------------------------------------------- pages in a browser


@contextmanager
def running(db: Path, settings: str = "sample = false\n") -> Iterator[str]:
    """Run the dashboard as its own process on a free port; give its address."""
    (db.parent / "settings.toml").write_text(settings, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "REPLYCLOCK_DB": str(db),
        "REPLYCLOCK_SETTINGS": str(db.parent / "settings.toml"),
    }
    with (db.parent / "log").open("wb") as log:
        app = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", app, db.parent / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            app.terminate()
            app.wait(timeout=180)


def _wait(address: str, app: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(720):
        if app.poll() is not None:
            raise AssertionError(f"the dashboard did not start:\n{log.read_text()}")
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own server
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
        else:
            return
    raise AssertionError(f"the dashboard did not answer within three minutes:\n{log.read_text()}")


def write_shifts(path: Path) -> Path:
    """Write a log of four weeks: by day AB, CD and XX answer, by night NN and OO; FW answered twice.

    By day a wait takes 30 min, but with XX 3 h as a rule; by night 3 h, but one in five 30 min.
    """
    columns = (*COLUMNS, "visibility")
    shifts = (("AB", 8, 0), ("CD", 9, 10), ("XX", 10, 1), ("NN", 20, 2), ("OO", 21, 2), ("FW", 8, 30))  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for number in range(28 * len(shifts) * 2):
            day, (agent, hour, kind) = number // 2 % 28, shifts[number // 56]
            slow = {"XX": number % 4 != 0, "NN": number % 5 != 0, "OO": number % 5 != 0}.get(agent, number % 10 == 0)  # fmt: skip
            if agent == "FW" and number % 56 > 1:
                break
            began = datetime(2026, 2, 2, hour, kind + number % 2 * 20, tzinfo=UTC) + timedelta(days=day)  # fmt: skip
            ended = began + timedelta(minutes=180 if slow else 30)
            private = number % 3 == 0
            for role, at in (("customer", began), ("agent", ended)):
                writer.writerow(
                    {
                        "platform": "desk",
                        "account": "Acme",
                        "channel": "Chat" if private else "Posts",
                        "message_key": f"{role}{number}",
                        "thread_key": f"t{number}",
                        "author_key": f"c{number}" if role == "customer" else "Acme",
                        "role": role,
                        "sent_at": at.isoformat(),
                        "text": "Where is it?" if role == "customer" else f"On its way. Please send us a direct message. ^{agent}",
                        "visibility": "private" if private else "public",
                    }
                )  # fmt: skip
    return path
