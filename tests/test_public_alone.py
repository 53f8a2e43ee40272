"""`python -m public`: served alone, by processes that know neither database nor Streamlit."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from public_side import banner

from public.snapshot import renew

ROOT = Path(__file__).resolve().parent.parent
BLOCKED = (
    "streamlit",
    "duckdb",
    "pandas",
    "plotly",
    "pyarrow",
    "pydantic",
    "starlette",
    "loaders",
    "ui",
)


def without_the_managers_side(code):
    """Run Python that cannot import what the public side must not need."""
    block = f"import sys\nsys.modules.update(dict.fromkeys({BLOCKED!r}))\n"
    return subprocess.run(
        [sys.executable, "-c", block + code], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_app_needs_no_database_no_streamlit_and_no_framework():
    done = without_the_managers_side(
        "import public.alone\nprint(type(public.alone.app()).__name__)"
    )
    assert (done.stdout.strip(), done.stderr) == ("PublicSide", "")


def test_files_are_written_without_them_too(tmp_path):
    renew([banner()], tmp_path / "snapshot.json", datetime.now(UTC))
    code = (
        "from pathlib import Path\nfrom datetime import UTC, datetime\n"
        "from public.snapshot import read\nfrom public.static_files import publish\n"
        f"here = Path({str(tmp_path)!r})\n"
        "print(publish(read(here / 'snapshot.json'), here / 'web', datetime.now(UTC)).files > 50)\n"
    )
    done = without_the_managers_side(code)
    assert (done.stdout.strip(), done.stderr) == ("True", "")


def called(*arguments):
    call = [sys.executable, "-m", "public", *arguments]
    return subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    done = called("--snapshots", str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "nowhere is no folder" in done.stderr


@pytest.mark.parametrize("count", ["0", "-1", "many", "1000"])
def test_a_number_of_processes_that_is_none_is_a_wrong_call(count):
    done = called("--workers", count)
    assert done.returncode == 2
    assert "is no number of processes from 1 to 64" in done.stderr


@contextmanager
def alone(folder, *arguments):
    """Serve a folder with two processes on a free port."""
    pytest.importorskip("granian", reason="granian is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call = [sys.executable, "-m", "public", "--snapshots", str(folder), "--port", str(port)]
    with subprocess.Popen(
        [*call, "--workers", "2", *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as server:
        try:
            until = time.monotonic() + 60
            while not _listens(port) and server.poll() is None and time.monotonic() < until:
                time.sleep(0.1)
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def fetch(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as reply:
        return reply.status, reply.headers, reply.read().decode("utf-8")


def test_it_serves_the_snapshot_and_follows_it(tmp_path):
    renew([banner()], tmp_path / "snapshot.json", datetime.now(UTC))
    with alone(tmp_path, "--site", "https://care.example.org") as port:
        status, headers, body = fetch(port, "/public/NorthlightHelp.json")
        assert (status, json.loads(body)["headline"]) == (200, "35 min")
        assert headers["content-type"] == "application/json; charset=utf-8"
        assert "set-cookie" not in headers
        assert "https://care.example.org/public/" in fetch(port, "/public/index.atom")[2]
        renew([banner(promise_seconds=2400)], tmp_path / "snapshot.json", datetime.now(UTC))
        time.sleep(0.3)  # each looks again after a moment
        for _ in range(8):  # each process has to have seen it
            assert json.loads(fetch(port, "/public/NorthlightHelp.json")[2])["headline"] == "40 min"


def test_it_starts_before_there_is_a_snapshot(tmp_path):
    with alone(tmp_path) as port:
        assert json.loads(fetch(port, "/public/index.json")[2])["banners"] == []
