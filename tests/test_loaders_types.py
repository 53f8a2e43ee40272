"""JSON exports with values of the wrong type anywhere, tables with columns swapped, lost or doubled.

Each load still ends in a named outcome.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from loader_cases import files_of, forbid_last_resort, golden_inputs, options_of, run_input

from loaders.problems import Code

JSON, TABLE = (".json", ".ndjson", ".js"), (".csv", ".tsv")
INPUTS = [path for path in golden_inputs() if any(f.suffix in JSON for f in files_of(path))]
ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "4"))
SEED = os.environ.get("FUZZ_SEED", "")
WRONG: tuple[Any, ...] = (
    None, 5, -1, [], {}, "", "x", True, "\ud800a", "9" * 30, [[[]]], {"a": {"b": [1]}}, [None],
    "\x00", ["a", 5], {"name": 5}, "99999-01-01T00:00:00", "0", "1.5",
)  # fmt: skip


def documents(file: Path) -> tuple[str, list[Any]]:
    """Give what stands before the first document, and the documents: one, or one after the other."""
    text = file.read_text(encoding="utf-8-sig")
    start = text.index("[") if file.suffix == ".js" else 0
    found, decoder, position = [], json.JSONDecoder(), start
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        try:
            value, position = decoder.raw_decode(text, position)
        except ValueError:  # a line that is spoilt in the golden input itself
            end = text.find("\n", position)
            value, position = text[position:end], end if end >= 0 else len(text)
        found.append(value)
    return text[:start], found


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, part in inside:
        yield (*path, key)
        yield from places(part, (*path, key))


def spoil(value: Any, chance: random.Random) -> None:
    """Put something wrong in one place, or take it away."""
    found = list(places(value))
    if not found:
        return
    *above, last = chance.choice(found)
    for key in above:
        value = value[key]
    if isinstance(value, dict) and chance.random() < 0.15:
        del value[last]
    else:
        value[last] = copy.deepcopy(chance.choice(WRONG))


@pytest.mark.parametrize("path", INPUTS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_value_of_the_wrong_type_never_stops_a_loader(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_last_resort(monkeypatch)
    chance = random.Random(f"{path.parent.name}/{path.name}{SEED}")
    for turn in range(ROUNDS):
        victim = tmp_path / str(turn) / path.name
        victim.parent.mkdir()
        (shutil.copytree if path.is_dir() else shutil.copy)(path, victim)
        file = chance.choice([f for f in files_of(victim) if f.suffix in JSON])
        prefix, values = documents(file)
        for _ in range(chance.randint(1, 4)):
            spoil(values, chance)
        indent = None if len(values) > 1 else 1
        written = "\n".join(json.dumps(value, indent=indent) for value in values)
        file.write_text(prefix + written, encoding="utf-8")
        result = run_input(victim, tmp_path / "out", options_of(path))
        assert "error" not in result or result["code"] in get_args(Code), turn
        shutil.rmtree(victim.parent)


TABLES = [path for path in golden_inputs() if any(f.suffix in TABLE for f in files_of(path))]


def torn(rows: list[list[str]], chance: random.Random) -> list[list[str]]:
    """Swap two columns, lose one, double one, move one in the header only, or mix up the cells of a row."""
    width = max(len(row) for row in rows)
    one, other = chance.randrange(width), chance.randrange(width)

    def moved(row: list[str], places: list[int]) -> list[str]:
        return [row[place] for place in places if place < len(row)]

    order = list(range(width))
    match chance.randrange(6):
        case 0:
            order[one], order[other] = order[other], order[one]
        case 1:
            order.pop(one)
        case 2:
            order.insert(other, one)
        case 3:
            header = rows[0][:one] + rows[0][one + 1 :]
            return [[*header, "more"], *rows[1:]]
        case 4:
            row = chance.randrange(len(rows))
            cells = chance.sample(rows[row], len(rows[row]))
            return [*rows[:row], cells, *rows[row + 1 :]]
        case 5:
            row = chance.randrange(len(rows))
            cell = chance.choice(("", "\x00", "9" * 30, "99999-01-01", "\u202e", "=1+1", "a\nb"))
            spoilt = [cell if n == one else value for n, value in enumerate(rows[row])]
            return [*rows[:row], spoilt, *rows[row + 1 :]]
    return [moved(row, order) for row in rows]


@pytest.mark.parametrize("path", TABLES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_torn_table_never_stops_a_loader(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_last_resort(monkeypatch)
    chance = random.Random(f"{path.parent.name}/{path.name}{SEED}")
    for turn in range(ROUNDS):
        victim = tmp_path / str(turn) / path.name
        victim.parent.mkdir()
        (shutil.copytree if path.is_dir() else shutil.copy)(path, victim)
        file = chance.choice([f for f in files_of(victim) if f.suffix in TABLE])
        encoding = "utf-16" if file.read_bytes()[:2] == b"\xff\xfe" else "utf-8"
        text = file.read_bytes().decode(encoding, "surrogateescape")
        delimiter = max(",;\t|", key=text.partition("\n")[0].count)
        rows = [
            row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row
        ]
        for _ in range(chance.randint(1, 3)):
            rows = torn(rows, chance)
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter).writerows(rows)
        file.write_bytes(out.getvalue().encode(encoding, "surrogateescape"))
        result = run_input(victim, tmp_path / "out", options_of(path))
        assert "error" not in result or result["code"] in get_args(Code), turn
        shutil.rmtree(victim.parent)
