"""What the loader tests share: golden inputs, running one, reading what it staged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from loaders import run as run_module
from loaders.run import run

GOLDEN = Path(__file__).parent / "golden"
# Real files of other people's tools; they lie beside the repository, where they are at all.
EXPORTS = Path(__file__).parents[2] / "shared" / "exports"
NOW = {"now": "2024-06-01T00:00:00Z"}


@dataclass(frozen=True)
class Loaded:
    """What a load gave: its result, the staged messages and the problems, in file order."""

    result: dict[str, Any]
    messages: list[dict[str, Any]]
    problems: list[dict[str, Any]]


def golden_inputs() -> list[Path]:
    """List the inputs that have golden output, of every format: files, and folders of one export."""
    return sorted(
        path
        for folder in GOLDEN.iterdir()
        if folder.is_dir() and folder.name != "unknown"
        for path in folder.iterdir()
        if not path.name.endswith((".golden.ndjson", ".options.json"))
    )


def options_of(path: Path) -> dict[str, Any]:
    """Give the options that an input is loaded with."""
    own = path.with_name(f"{path.name}.options.json")
    return json.loads(own.read_text()) if own.exists() else NOW


def files_of(path: Path) -> list[Path]:
    """List the files of an input: itself, or everything in its folder."""
    return sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def run_input(path: Path, out: Path, options: dict[str, Any] | None) -> dict[str, Any]:
    """Run the loader on a file, or on the files of a folder."""
    files = files_of(path) if path.exists() else []
    return run(files or path, out, options, path if path.is_dir() else None)


def load(path: Path, out: Path, options: dict[str, Any] | None = None) -> Loaded:
    """Load a file that has to be loadable."""
    result = run_input(path, out, NOW if options is None else options)
    assert "error" not in result, result
    problems = (out / "problems.ndjson").read_text(encoding="utf-8").split("\n")[:-1]
    messages = pq.read_table(out / "messages.parquet").to_pylist()
    return Loaded(result, messages, [json.loads(problem) for problem in problems])


def refuse(path: Path, out: Path, options: dict[str, Any] | None = None) -> dict[str, Any]:
    """Load a file that has to be refused, leaving nothing behind."""
    result = run_input(path, out, NOW if options is None else options)
    assert set(result) - {"asks", "format"} == {"error", "code"}, result
    assert {entry.name for entry in out.iterdir()} <= {"progress.json"}
    return result


def without_lines(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out where in the file each message stood."""
    return [{**message, "line": None} for message in messages]


def forbid_last_resort(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test fail where a fault in a loader is caught only at the last moment, by `run` itself."""

    def raised() -> None:
        raise AssertionError("a fault in a loader was caught only at the last moment")

    monkeypatch.setattr(run_module.traceback, "print_exc", lambda **_: raised())
