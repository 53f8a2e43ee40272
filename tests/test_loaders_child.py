"""The child process: what it prints, how it exits, and the limits that it keeps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from loader_cases import GOLDEN, NOW

from loaders import progress
from loaders.run import run
from sla import parse
from sla.load import load_file
from sla.store import Store

ROOT = Path(__file__).parents[1]
TWCS = GOLDEN / "twcs" / "plain.csv"


def child(
    path: Path, out: Path, options: dict[str, Any] | None = None
) -> tuple[int, dict[str, Any], str]:
    """Run the loader as the owner does; give exit code, the one object printed, and stderr."""
    command = [sys.executable, "-m", "loaders", str(path), "--out", str(out)]
    if options is not None:
        command += ["--options", json.dumps(options)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.stdout.count("\n") == 1, ended
    return ended.returncode, json.loads(ended.stdout), ended.stderr


def test_a_log_is_loaded_in_a_child(tmp_path: Path) -> None:
    code, result, said = child(TWCS, tmp_path / "new" / "folder", NOW)
    assert code == 0
    assert result == {
        "format": "twcs",
        "title": "Customer Support on Twitter (CSV)",
        "messages": 8,
        "problems": 0,
        "notes": [],
    }
    assert said == ""
    names = {entry.name for entry in (tmp_path / "new" / "folder").iterdir()}
    assert names == {"messages.parquet", "problems.ndjson", "progress.json"}


def test_the_owner_starts_the_child_and_takes_in_what_it_gives(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Elsewhere in the tests it is forked from one that has its imports already.
    monkeypatch.setattr(parse, "subprocess", subprocess)
    loaded = load_file(store, TWCS)
    assert (loaded.error, loaded.format, loaded.new, loaded.problems) == (None, "twcs", 8, 0)
    refused = load_file(store, GOLDEN / "unknown" / "notes.txt")
    assert refused.error is not None
    assert refused.error.startswith("notes.txt")


def test_a_file_that_is_no_log_exits_with_1(tmp_path: Path) -> None:
    code, result, said = child(GOLDEN / "unknown" / "notes.txt", tmp_path / "out")
    assert code == 1
    assert result["code"] == "not_a_log"
    assert said == ""
    assert list((tmp_path / "out").iterdir()) == []


def test_options_that_are_no_json_are_a_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "loaders", str(TWCS), "--out", str(tmp_path)]
    ended = subprocess.run(
        [*command, "--options", "{now"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "no JSON" in json.loads(ended.stdout)["error"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the addresses of a process")
@pytest.mark.parametrize("mebibytes", [64, 450, 600])
def test_too_little_memory_is_a_sentence(tmp_path: Path, mebibytes: int) -> None:
    code, result, said = child(TWCS, tmp_path, {**NOW, "memory_mb": mebibytes})
    assert (code, said) == (1, "")
    assert "plain.csv needs more memory" in result["error"]


def test_memory_that_runs_out_on_the_way_is_the_same_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def used_up(*arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr("loaders.run.bundle_of", used_up)
    assert "plain.csv needs more memory" in run(TWCS, tmp_path / "out", NOW)["error"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the addresses of a process")
def test_enough_memory_is_enough(tmp_path: Path) -> None:
    code, result, _ = child(TWCS, tmp_path, {**NOW, "memory_mb": 1_024})
    assert (code, result["messages"]) == (0, 8)


@pytest.mark.skipif(os.name != "posix", reason="the platform has no limit on computing time")
def test_too_much_computing_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "log.ndjson"
    row = '{"account":"Baywater","role":"bot","message_key":"1","sent_at":1714550400}\n'
    path.write_text(row * 3_000_000)
    code, result, _ = child(path, tmp_path / "out", {**NOW, "cpu_seconds": 1})
    assert code == 1
    assert "log.ndjson took more than 1 s of computing" in result["error"]
    assert {entry.name for entry in (tmp_path / "out").iterdir()} <= {"progress.json"}


def test_progress_is_told_while_the_load_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.ndjson"
    # A time written like this is read row by row.
    row = '{"account":"Baywater","role":"bot","message_key":"1","sent_at":"2024-05-01 08:00 UTC"}\n'
    path.write_text(row * 60_000)
    told: list[dict[str, int]] = []
    replace = Path.replace

    def seen(self: Path, target: Path) -> Path:
        if target.name == progress.PROGRESS:
            told.append(json.loads(self.read_text()))
        return replace(self, target)

    monkeypatch.setattr(progress, "_SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr(Path, "replace", seen)
    assert run(path, tmp_path / "out", NOW)["messages"] == 60_000
    size = path.stat().st_size
    assert {state["bytes_total"] for state in told} == {size}
    assert [state["bytes_read"] for state in told] == sorted(s["bytes_read"] for s in told)
    assert len(told) > 4
    assert told[-1] == {"bytes_read": size, "bytes_total": size, "rows": 60_000}
    assert 0 < told[2]["rows"] < 60_000


def test_progress_is_told_at_most_twice_a_second(tmp_path: Path) -> None:
    state = progress.Progress(tmp_path, 100)
    for done in range(100):
        state.tell(done, done)
    told = json.loads((tmp_path / progress.PROGRESS).read_text())
    assert told == {"bytes_read": 0, "bytes_total": 100, "rows": 0}
