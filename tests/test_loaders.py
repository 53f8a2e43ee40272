"""Every loader: its golden outputs, and what all of them have in common."""

from __future__ import annotations

import json
import os
from datetime import UTC
from pathlib import Path
from typing import Any

import duckdb
import pytest
from loader_cases import GOLDEN, Loaded, files_of, golden_inputs, load, options_of

from loaders import registry
from loaders.archives import is_archive
from loaders.messages import EVENTS, ROLES, VISIBILITIES
from loaders.source import source_at

INPUTS = golden_inputs()
CASES = pytest.mark.parametrize("path", INPUTS, ids=lambda p: f"{p.parent.name}/{p.name}")

STAGING = [
    ("platform", "VARCHAR"),
    ("namespace", "VARCHAR"),
    ("message_key", "VARCHAR"),
    ("account", "VARCHAR"),
    ("channel", "VARCHAR"),
    ("thread_key", "VARCHAR"),
    ("reply_to_key", "VARCHAR"),
    ("author_key", "VARCHAR"),
    ("author_name", "VARCHAR"),
    ("role", "VARCHAR"),
    ("visibility", "VARCHAR"),
    ("sent_at", "TIMESTAMP WITH TIME ZONE"),
    ("edited_at", "TIMESTAMP WITH TIME ZONE"),
    ("event", "VARCHAR"),
    ("text", "VARCHAR"),
    ("line", "BIGINT"),
]


def as_golden(loaded: Loaded) -> str:
    entries: list[dict[str, Any]] = [{"result": loaded.result}]
    for message in loaded.messages:
        filled = {name: value for name, value in message.items() if value is not None}
        for time in ("sent_at", "edited_at"):
            if time in filled:
                filled[time] = filled[time].isoformat()
        entries.append({"message": filled})
    entries += [{"problem": problem} for problem in loaded.problems]
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)


@CASES
def test_an_input_gives_its_golden_output(path: Path, tmp_path: Path) -> None:
    golden = path.with_name(f"{path.name}.golden.ndjson")
    found = as_golden(load(path, tmp_path, options_of(path)))
    if os.environ.get("UPDATE_GOLDENS") == "1":
        golden.write_text(found, encoding="utf-8", newline="\n")
    assert found == golden.read_text(encoding="utf-8")


def test_no_golden_output_is_left_over() -> None:
    kept = {path.name for path in GOLDEN.glob("*/*.golden.ndjson")}
    assert kept == {f"{path.name}.golden.ndjson" for path in INPUTS}


@CASES
def test_the_staging_file_has_the_agreed_columns(path: Path, tmp_path: Path) -> None:
    load(path, tmp_path, options_of(path))
    rows = duckdb.sql(f"DESCRIBE FROM '{tmp_path / 'messages.parquet'}'").fetchall()
    assert [(row[0], row[1]) for row in rows] == STAGING


@CASES
def test_messages_keep_the_rules_of_the_record(path: Path, tmp_path: Path) -> None:
    loaded = load(path, tmp_path, options_of(path))
    seen: dict[tuple[str, str, str], dict[str, Any]] = {}
    for message in loaded.messages:
        assert message["platform"]
        assert message["namespace"] is not None
        assert message["message_key"]
        assert message["role"] in ROLES
        assert message["visibility"] in VISIBILITIES
        assert message["sent_at"].utcoffset() == UTC.utcoffset(None)
        assert message["event"] in (None, *EVENTS)
        assert message["event"] is None or message["role"] == "system"
        assert message["reply_to_key"] != message["message_key"]
        assert "" not in [value for name, value in message.items() if name != "namespace"]
        assert "\x00" not in (message["text"] or "")
        key = (message["platform"], message["namespace"], message["message_key"])
        assert seen.setdefault(key, message) == message


@CASES
def test_counts_are_those_of_the_files(path: Path, tmp_path: Path) -> None:
    loaded = load(path, tmp_path, options_of(path))
    assert loaded.result["messages"] == len(loaded.messages) > 0
    assert loaded.result["problems"] == len(loaded.problems)
    for problem in loaded.problems:
        assert set(problem) - {"file"} == {"line", "reason", "remedy", "raw"}
        assert problem["reason"]
        assert problem["remedy"].endswith(".")
        assert problem["raw"]


@CASES
def test_the_same_file_twice_gives_the_same_rows(path: Path, tmp_path: Path) -> None:
    once = load(path, tmp_path / "once", options_of(path))
    assert load(path, tmp_path / "twice", options_of(path)) == once


@CASES
def test_nothing_but_the_result_is_left_in_the_folder(path: Path, tmp_path: Path) -> None:
    load(path, tmp_path, options_of(path))
    names = {entry.name for entry in tmp_path.iterdir()}
    assert names == {"messages.parquet", "problems.ndjson", "progress.json"}
    progress = json.loads((tmp_path / "progress.json").read_text())
    assert progress["bytes_read"] == progress["bytes_total"] > 0


@CASES
def test_exactly_one_loader_claims_an_input(path: Path) -> None:
    for file in files_of(path):
        head = source_at(file, file.name, str(file.relative_to(path.parent))).head
        claims = registry.candidates(head)
        if is_archive(head.data) and not claims:
            continue  # its files are looked at, one by one, when it is loaded
        assert [loader.FORMAT.partition("_")[0] for loader in claims] == [path.parent.name]


def test_every_loader_has_a_name_of_its_own_and_says_what_it_expects() -> None:
    formats = [loader.FORMAT for loader in registry.LOADERS]
    titles = [loader.TITLE for loader in registry.LOADERS]
    assert len(set(formats)) == len(formats)
    assert len(set(titles)) == len(titles)
    assert all(loader.EXPECTS for loader in registry.LOADERS)
