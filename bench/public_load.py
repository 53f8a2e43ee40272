"""Measures the public side under load: `python -m public` against nginx with the same bytes as a file.

Needs wrk and nginx (Debian: `apt-get install wrk nginx-light`); without them it says so and measures
nothing. Wanted: at least 0.35 of nginx's requests a second, 99 of 100 answers within 50 ms, no error.

    python -m bench.public_load [--seconds 5] [--connections 64] [--rounds 3]
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

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
    server {{
        listen 127.0.0.1:{port};
        root {folder}/web;
    }}
}}
"""


@dataclass(frozen=True)
class Load:
    """What one run of wrk measured."""

    per_second: float
    p99_ms: float
    errors: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 when less was reached than is wanted."""
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
        _fill(folder)
        with _nginx(folder) as files, _alone(folder) as app:
            rows = [_compare(path, files, app, call) for path in MEASURED]
    return 0 if all(rows) else 1


def _compare(path: str, files: int, app: int, call: argparse.Namespace) -> bool:
    """Measure one address on both, in turns; print it, and return whether it is as wanted."""
    theirs, ours = [], []
    for _ in range(call.rounds):
        theirs.append(_wrk(files, path, call))
        ours.append(_wrk(app, path, call))
    nginx = median(load.per_second for load in theirs)
    own = median(load.per_second for load in ours)
    p99 = max(load.p99_ms for load in ours)
    errors = sum(load.errors for load in ours)
    print(
        f"{path}: nginx {nginx:,.0f}/s, python -m public {own:,.0f}/s, ratio {own / nginx:.2f}, "
        f"p99 {p99:.1f} ms (nginx {max(load.p99_ms for load in theirs):.1f} ms), errors {errors}"
    )
    return own / nginx >= WANTED_RATIO and p99 < WANTED_P99_MS and errors == 0


def _fill(folder: Path) -> None:
    now = datetime.now(UTC)
    shown = Banner(
        account="NorthlightHelp",
        title="Northlight on X",
        channels=("X mentions",),
        time_zone="Europe/London",
        state="live",
        typical_seconds=700,
        promise_seconds=2100,
        as_of=now,
        n=412,
        kept_share_30d=0.91,
        kept_n_30d=100,
    )
    snapshot = folder / "snapshots" / "snapshot.json"
    renew([shown], snapshot, now)
    publish(read(snapshot), folder / "web", now)


@contextmanager
def _nginx(folder: Path) -> Iterator[int]:
    port = _free_port()
    config = folder / "nginx.conf"
    user = "user root;\n" if os.geteuid() == 0 else ""
    config.write_text(NGINX.format(user=user, workers=os.cpu_count(), folder=folder, port=port))
    nginx = shutil.which("nginx") or "nginx"
    with _running([nginx, "-c", str(config), "-p", str(folder)], port):
        yield port


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
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
