"""Spoilt copies of the golden inputs: whatever is in a file, its load ends in a named outcome."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path
from typing import get_args

import pytest
from loader_cases import (
    GOLDEN,
    files_of,
    forbid_last_resort,
    golden_inputs,
    load,
    options_of,
    run_input,
    without_lines,
)

from loaders.problems import Code

INPUTS = golden_inputs()
CASES = pytest.mark.parametrize("path", INPUTS, ids=lambda p: f"{p.parent.name}/{p.name}")
# A longer search: make fuzz
ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "6"))
# Each search begins elsewhere, where it is told so.
SEED = os.environ.get("FUZZ_SEED", "")
PARTS = (
    b'"',
    b"\n",
    b"\r",
    b",",
    b";",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\x00",
    b"\xff",
    b"\\",
    b'\\ud800"',
)


def spoilt(data: bytes, chance: random.Random) -> bytes:
    """Change a few bytes, or move, repeat, drop or cut stretches of them."""
    for _ in range(chance.randint(1, 4)):
        start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        match chance.randrange(6):
            case 0:
                data = data[:start] + bytes([chance.randrange(256)]) + data[start + 1 :]
            case 1:
                data = data[:start] + chance.choice(PARTS) + data[start:]
            case 2:
                data = data[:start] + data[min(end, start + 40) :]
            case 3:
                data = data[:end] + data[start:end] * 2 + data[end:]
            case 4:
                data = data[:end] or data
            case 5:
                pieces = data.split(b"\n")
                chance.shuffle(pieces)
                data = b"\n".join(pieces)
    return data


@CASES
def test_no_spoilt_file_raises_or_fails_without_a_name(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_last_resort(monkeypatch)
    chance = random.Random(f"{path.parent.name}/{path.name}{SEED}")
    victim = copied(path, tmp_path)
    for turn in range(ROUNDS):
        file = chance.choice(files_of(path))
        spoil(victim, path, file, spoilt(file.read_bytes(), chance))
        out = tmp_path / "out"
        result = run_input(victim, out, options_of(path))
        left = {entry.name for entry in out.iterdir()} - {"progress.json"}
        if "error" in result:
            assert result["code"] in get_args(Code), turn
            assert path.name in result["error"] or file.name in result["error"], turn
            assert left == set(), turn
        else:
            assert result["messages"] >= result["problems"], turn
            assert left == {"messages.parquet", "problems.ndjson"}, turn
        spoil(victim, path, file, file.read_bytes())


def copied(path: Path, folder: Path) -> Path:
    """Copy an input, be it a file or a folder, so that it can be spoilt."""
    victim = folder / path.name
    if path.is_dir():
        shutil.copytree(path, victim)
    else:
        shutil.copy(path, victim)
    return victim


def spoil(victim: Path, path: Path, file: Path, data: bytes) -> None:
    """Give one file of the copy other contents."""
    (victim / file.relative_to(path) if path.is_dir() else victim).write_bytes(data)


@CASES
def test_half_a_file_gives_the_messages_in_it(path: Path, tmp_path: Path) -> None:
    whole = {m["message_key"] for m in load(path, tmp_path / "whole", options_of(path)).messages}
    victim = copied(path, tmp_path)
    file = max(files_of(path), key=lambda p: p.stat().st_size)
    data = file.read_bytes()
    spoil(victim, path, file, data[: len(data) * 2 // 3])
    result = run_input(victim, tmp_path / "half", options_of(path))
    if "error" in result:
        expected = ("mostly_problems", "empty", "truncated", "needs_answers")
        assert result["code"] in expected, result
    else:
        assert 0 < result["messages"] <= len(whole)


@pytest.mark.parametrize(
    "name", ["twcs/plain.csv", "twcs/spoilt_rows.csv", "log/plain.csv", "log/spoilt_rows.csv"]
)
def test_rows_that_stand_twice_give_no_new_keys(name: str, tmp_path: Path) -> None:
    header, separator, rows = (GOLDEN / name).read_bytes().partition(b"\n")
    once = load(GOLDEN / name, tmp_path / "once")
    victim = tmp_path / "twice.csv"
    victim.write_bytes(header + separator + rows + rows)
    twice = load(victim, tmp_path / "twice")
    assert without_lines(twice.messages) == without_lines(once.messages * 2)
    assert twice.result["problems"] == 2 * once.result["problems"]
