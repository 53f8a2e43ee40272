"""JSON whose first record is longer than what is looked at: it is known by its keys all the same."""

from __future__ import annotations

import json
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from loader_cases import GOLDEN, load, options_of, without_lines

from loaders.json_head import condensed, is_cut
from loaders.json_items import keys_at_start
from loaders.source import HEAD_BYTES, source_at

LONG = "long " * 20_000


def first_with(path: Path, folder: Path, value: Any) -> Path:
    """Write a golden input again with a long value under a key of its own, first in every record."""
    written = path.read_text(encoding="utf-8-sig")
    copy = folder / path.name
    if path.suffix == ".ndjson":
        # One of its lines may be spoilt on purpose.
        begins = f'{{"long": {json.dumps(value)}, '
        lines = [line.replace("{", begins, 1) for line in written.splitlines(keepends=True)]
        copy.write_text("".join(lines), "utf-8")
        return copy
    document = json.loads(written)
    if isinstance(document, list):
        document = [{"long": value, **record} for record in document]
    else:
        document = {"long": value, **document}
    copy.write_text(json.dumps(document), "utf-8")
    return copy


VALUES = {
    "text": LONG,
    "blocks": [{"type": "rich_text", "elements": [{"text": "word", "n": i}]} for i in range(3_000)],
    "object": {f"key {i}": {"text": "word", "deep": [i]} for i in range(3_000)},
    "numbers": list(range(50_000)),
}
INPUTS = [
    "zendesk/export.ndjson", "gorgias/tickets.json", "hubspot/threads.json", "chatwoot", "telegram/one_chat.json",
    "discord/channel.json", "intercom/lines.ndjson", "log/lines.ndjson", "log/list.json", "zammad/articles.ndjson",
    "meta/plain.json", "graph/lines.ndjson",
]  # fmt: skip


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("name", INPUTS)
def test_a_long_value_before_what_tells_the_format(name: str, kind: str, tmp_path: Path) -> None:
    path = GOLDEN / name
    if path.is_dir():
        path = next(
            p
            for p in sorted(path.iterdir())
            if p.suffix in (".json", ".ndjson") and "." not in p.stem
        )
    plain = load(path, tmp_path / "plain", options_of(path))
    copy = first_with(path, tmp_path, VALUES[kind])
    found = load(copy, tmp_path / "out", options_of(path))
    assert found.result["format"] == plain.result["format"]
    assert without_lines(found.messages) == without_lines(plain.messages)


def test_a_long_value_in_a_zip(tmp_path: Path) -> None:
    path = GOLDEN / "log" / "lines.ndjson"
    copy = first_with(path, tmp_path, LONG)
    with zipfile.ZipFile(tmp_path / "log.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(copy, "log.ndjson")
        archive.writestr("notes.json", json.dumps({"long": LONG, "note": 1}))
    assert load(tmp_path / "log.zip", tmp_path / "out").result["format"] == "log_json"


@pytest.mark.parametrize("kind", VALUES)
def test_what_is_kept_is_json_with_every_key_of_the_record(kind: str) -> None:
    record = {"first": 'a "quote" \\ and 😀', "long": VALUES[kind], "last": [1, {"b": None}]}
    for text in (json.dumps([record, record]), json.dumps(record), json.dumps(record, indent=2)):
        found = json.loads(condensed(text, HEAD_BYTES))
        for one in found if isinstance(found, list) else [found]:
            assert list(one) == ["first", "long", "last"]
            assert one["first"] == record["first"]
            assert one["last"] == record["last"]


def test_only_json_that_is_cut_is_condensed(tmp_path: Path) -> None:
    assert not is_cut('{"a": 1}\n{"b": "unfin')
    assert not is_cut('[{"a": 1}, {"b": "unfin')
    assert not is_cut("a,b\n1,2")
    assert not is_cut('{"a": nonsense, "b": 2, "and": "a good deal more of it"')
    assert is_cut('{"a": "unfin')
    assert is_cut('[{"a": [1, 2')
    path = tmp_path / "many.json"
    path.write_text(json.dumps([{"id": i, "text": "x" * 900} for i in range(5_000)]))
    head = source_at(path, path.name).head
    assert head.data.decode() == head.text


def test_a_large_file_is_looked_at_quickly(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_text(json.dumps({"blocks": VALUES["blocks"] * 100, "late": 1}))
    before = time.process_time()
    assert keys_at_start(source_at(path, path.name).head)
    assert time.process_time() - before < 3
