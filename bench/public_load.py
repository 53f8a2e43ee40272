"""Measures the public side under load, while an export is loaded and every page made anew beside it.

In one run, in turns: nginx with a bare folder of files, nginx with the same files as docs/banner.md tells it, and
`python -m public`. Needs wrk and nginx (Debian: `apt-get install wrk nginx-light`); without them it says so and
measures nothing. Wanted: at least 0.35 of the bare folder's requests a second, 99 of 100 answers within 50 ms, no error.

    python -m bench.public_load [--seconds 5] [--connections 64] [--rounds 3] [--alone] [--write]
"""

import argparse
import csv
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bench.part import put
from public.banner import Banner
from public.snapshot import read, renew
from public.static_files import publish

ROOT = Path(__file__).resolve().parent.parent
WANTED_RATIO, WANTED_P99_MS = 0.35, 50.0
MEASURED = (
    "/public/NorthlightHelp.json",
    "/public/NorthlightHelp.html",
    "/public/NorthlightHelp.svg",
)

NGINX = """\
{user}worker_processes {workers};
daemon off;
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    types {{ text/html html; image/svg+xml svg; application/json json; }}
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 1000000;
    map_hash_bucket_size 1024;
    map_hash_max_size 65536;
    server {{
        listen 127.0.0.1:{bare};
        root {folder}/bare;
    }}
{told}
}}
"""


SERVERS = ("nginx, bare files", "nginx, published files", "`python -m public`")
MESSAGES = 60_000
# Six times as often as in use.
RENEWED_EVERY = 10.0


@dataclass(frozen=True)
class Load:
    """What one run of wrk measured."""

    per_second: float
    p99_ms: float
    errors: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the page if asked to; 1 when less was reached than is wanted."""
    call = _call(arguments)
    missing = [name for name in ("wrk", "nginx") if shutil.which(name) is None]
    if missing:
        print(
            f"Not measured: {' and '.join(missing)} not installed (apt-get install wrk nginx-light)."
        )
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        _fill(folder, 0)
        shutil.copytree(folder / "web", folder / "bare")
        _write_export(folder / "export.csv")
        beside = nullcontext() if call.alone else _beside(folder)
        with _nginx(folder) as files, _alone(folder) as app, beside:
            measured = {path: _measure(path, (*files, app), call) for path in MEASURED}
    lines = [*_table(measured)]
    print("\n".join(lines))
    if call.write:
        put("public", lines)
    return 0 if all(map(_as_wanted, measured.values())) else 1


def _measure(path: str, ports: Sequence[int], call: argparse.Namespace) -> list[Load]:
    """Measure one address on all servers in turns; of each the median rate, the worst 99th percentile, all errors."""
    runs: list[list[Load]] = [[] for _ in ports]
    for _ in range(call.rounds):
        for port, loads in zip(ports, runs, strict=True):
            loads.append(_wrk(port, path, call))
    return [
        Load(
            median(load.per_second for load in loads),
            median(load.p99_ms for load in loads),
            sum(load.errors for load in loads),
        )
        for loads in runs
    ]


def _as_wanted(loads: list[Load]) -> bool:
    bare, _, own = loads
    enough = own.per_second >= WANTED_RATIO * bare.per_second
    return enough and own.p99_ms < WANTED_P99_MS and not sum(load.errors for load in loads)


def _table(measured: dict[str, list[Load]]) -> Iterator[str]:
    yield "| address | served by | answers a second | against the bare files | 99 of 100 within, ms | errors |"
    yield "|---|---|---:|---:|---:|---:|"
    for path, loads in measured.items():
        for server, load in zip(SERVERS, loads, strict=True):
            yield (
                f"| `{path}` | {server} | {load.per_second:,.0f} | {load.per_second / loads[0].per_second:.2f} | "
                f"{load.p99_ms:.1f} | {load.errors} |"
            )


@contextmanager
def _beside(folder: Path) -> Iterator[None]:
    """Load an export again and again, and renew the snapshot and the files, until the end of the block."""
    stop = threading.Event()

    def load() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            db = folder / f"{number}.duckdb"
            command = [
                sys.executable,
                "-m",
                "sla",
                "load",
                str(folder / "export.csv"),
                "--db",
                str(db),
            ]
            with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as loading:
                while loading.poll() is None and not stop.wait(0.2):
                    pass
                loading.terminate()

    def renewals() -> None:
        number = 0
        while not stop.wait(RENEWED_EVERY):
            number += 1
            _fill(folder, number)

    threads = [threading.Thread(target=work) for work in (load, renewals)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _write_export(path: Path) -> None:
    """Write a log of messages, every other one a reply."""
    began = datetime(2026, 1, 5, tzinfo=UTC)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "platform",
                "account",
                "channel",
                "message_key",
                "thread_key",
                "author_key",
                "role",
                "sent_at",
                "text",
            ]
        )
        for n in range(MESSAGES):
            role = "agent" if n % 2 else "customer"
            at = (began + timedelta(minutes=n)).isoformat()
            writer.writerow(
                [
                    "desk",
                    "Shop",
                    "Chat",
                    n,
                    n // 2,
                    f"{role}{n % 50}",
                    role,
                    at,
                    "Where is my order?",
                ]
            )


def _fill(folder: Path, number: int) -> None:
    """Write the snapshot with another figure each time, and publish it as files."""
    now = datetime.now(UTC)
    shown = Banner(
        account="NorthlightHelp",
        title="Northlight on X",
        channels=("X mentions",),
        time_zone="Europe/London",
        state="live",
        typical_seconds=600,
        promise_seconds=900 + 300 * (number % 7),
        as_of=now,
        n=412,
        kept_share_30d=0.91,
        kept_n_30d=100,
    )
    snapshot = folder / "snapshots" / "snapshot.json"
    renew([shown], snapshot, now)
    publish(read(snapshot), folder / "web", now)


@contextmanager
def _nginx(folder: Path) -> Iterator[tuple[int, int]]:
    """Serve the bare folder, and the published one as docs/banner.md says; give both ports."""
    bare, told = _free_port(), _free_port()
    page = (ROOT / "docs" / "banner.md").read_text(encoding="utf-8")
    shown = page.partition("```nginx\n")[2].partition("```")[0]
    shown = shown.replace("/srv/banners", str(folder / "web")).replace(
        "listen 443 ssl", f"listen 127.0.0.1:{told}"
    )
    shown = "\n".join(line for line in shown.splitlines() if not line.startswith("map_hash"))
    config = folder / "nginx.conf"
    user = "user root;\n" if os.geteuid() == 0 else ""
    config.write_text(
        NGINX.format(user=user, workers=os.cpu_count(), folder=folder, bare=bare, told=shown)
    )
    nginx = shutil.which("nginx") or "nginx"
    with _running([nginx, "-c", str(config), "-p", str(folder)], told):
        yield bare, told


@contextmanager
def _alone(folder: Path) -> Iterator[int]:
    port = _free_port()
    command = [sys.executable, "-m", "public", "--snapshots", str(folder / "snapshots")]
    with _running([*command, "--port", str(port)], port):
        yield port


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    """Run a server until the end of the block, once it listens on `port`."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as server:
        try:
            until = time.monotonic() + 60
            while not _listens(port):
                if server.poll() is not None or time.monotonic() > until:
                    raise SystemExit(
                        f"{command[0]} does not listen on port {port}; see its message above."
                    )
                time.sleep(0.1)
            yield
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wrk(port: int, path: str, call: argparse.Namespace) -> Load:
    """Run wrk once; what it counts as errors is anything that is no 2xx or 3xx, or no answer."""
    command = [
        shutil.which("wrk") or "wrk", "--latency", "-t2", f"-c{call.connections}", f"-d{call.seconds}s",
        f"http://127.0.0.1:{port}{path}",
    ]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    slow = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    assert rate, said
    assert slow, said
    milliseconds = float(slow[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[slow[2]]
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    lost = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    errors = int(bad[1]) if bad else 0
    return Load(
        float(rate[1]), milliseconds, errors + sum(map(int, lost.groups())) if lost else errors
    )


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _call(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.public_load", description=__doc__)
    parser.add_argument("--seconds", type=int, default=5, help="of each run; default: 5")
    parser.add_argument("--connections", type=int, default=64, help="held open; default: 64")
    parser.add_argument("--rounds", type=int, default=3, help="of both in turns; default: 3")
    parser.add_argument("--alone", action="store_true", help="with nothing running beside it")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
