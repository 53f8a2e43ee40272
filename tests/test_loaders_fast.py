"""The message log read by DuckDB gives what it gives row by row, and does so for sound files."""

from __future__ import annotations

import csv
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from loader_cases import GOLDEN, NOW, options_of, run_input
from test_loaders_fuzz import spoilt

from loaders import log_csv, log_fast, log_json, log_parquet
from loaders.content_keys import provisional_key
from loaders.log_rows import LogRows
from loaders.messages import COLUMNS, SCHEMA

ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "12"))
READERS = (log_csv, log_json, log_parquet)
KINDS = ("csv", "ndjson", "json", "flat.json", "parquet")
LOGS = sorted(
    p for p in (GOLDEN / "log").iterdir() if p.suffixes[-1:] != [".ndjson"] or p.stem == "lines"
)
GOLDENS = [p for p in LOGS if not p.name.endswith((".golden.ndjson", ".options.json"))]
WORDS = (
    "order",
    'a "quote"',
    "comma, here",
    "café",
    "😀",
    "back\\slash",
    "tab\t",
    "\x7f",
    "[photo]",
    "4.5",
)
TIMES = (
    "2024-03-02T09:{:02}:00Z",
    "2024-03-02 09:{:02}:00+01:00",
    "2024-03-02T09:{:02}:00.125-05:30",
    "17093700{:02}",
    "1709370000{:02}0",
)


def outcome(path: Path, out: Path, options: dict[str, Any] | None = None) -> tuple[Any, ...]:
    """Give everything that a load leaves: result, staging rows in order, problems."""
    result = run_input(path, out, options or NOW)
    if "error" in result:
        return (result,)
    table = pq.read_table(out / "messages.parquet")
    return result, table.to_pylist(), (out / "problems.ndjson").read_text(encoding="utf-8")


def both(path: Path, folder: Path, options: dict[str, Any] | None = None) -> tuple[Any, ...]:
    """Load a file in both ways; they have to agree in everything."""
    fast = outcome(path, folder / "fast", options)
    with pytest.MonkeyPatch.context() as patch:
        for reader in READERS:
            patch.setattr(reader, "load_table", lambda *_: False)
        patient = outcome(path, folder / "patient", options)
    assert fast == patient
    return fast


@pytest.fixture
def only_fast(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def made(*_: object) -> None:
        raise AssertionError("a row was made into a Python object")

    monkeypatch.setattr(LogRows, "message", made)
    return


def rows_of(count: int, chance: random.Random, *, keyed: bool = True) -> list[dict[str, Any]]:
    """Make sound rows; without keys some of them are the same."""
    rows = []
    for i in range(count):
        customer = chance.random() < 0.6
        row: dict[str, Any] = {
            "platform": chance.choice(["zendesk", None]),
            "namespace": chance.choice(["shop", None]),
            "message_key": str(i) if keyed else None,
            "account": "Bike shop",
            "channel": chance.choice(["E-mail", "Büro", None]),
            "thread_key": f"T{i // 3}",
            "reply_to_key": chance.choice([None, str(i), str(i - 1)]),
            "author_key": f"c{i // 3}" if customer else "1709370000.123456",
            "role": "customer" if customer else "agent",
            "visibility": chance.choice(["public", "PRIVATE", None]),
            "sent_at": chance.choice(TIMES).format(chance.randrange(60)),
            "edited_at": chance.choice([None, "2024-03-03T00:00:00Z"]),
            "text": " ".join(chance.choices(WORDS, k=chance.randrange(6))) or None,
        }
        rows += [row] * (1 if keyed else chance.choice([1, 1, 3]))
    return rows


def written(kind: str, rows: list[dict[str, Any]], folder: Path) -> Path:
    path = folder / f"log.{kind}"
    if kind == "csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    elif kind == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        between = {"ndjson": "\n", "json": ",\n", "flat.json": ", "}[kind]
        body = between.join(json.dumps(row, ensure_ascii=i % 2 == 0) for i, row in enumerate(rows))
        path.write_text(body + "\n" if kind == "ndjson" else f"[{body}]", encoding="utf-8")
    return path


@pytest.mark.parametrize("path", GOLDENS, ids=lambda p: p.name)
def test_both_ways_agree_on_the_goldens(path: Path, tmp_path: Path) -> None:
    both(path, tmp_path, options_of(path))


@pytest.mark.parametrize("keyed", [True, False], ids=["keys", "made keys"])
@pytest.mark.parametrize("kind", KINDS)
def test_both_ways_agree_on_sound_rows(kind: str, keyed: bool, tmp_path: Path) -> None:
    rows = rows_of(400, random.Random(kind), keyed=keyed)
    result, messages, _ = both(written(kind, rows, tmp_path), tmp_path)
    assert result["problems"] == 0
    assert len(messages) == len(rows)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("only_fast")
def test_a_sound_file_makes_no_row_objects(kind: str, tmp_path: Path) -> None:
    rows = rows_of(20_000, random.Random(kind))
    result = run_input(written(kind, rows, tmp_path), tmp_path / "out", NOW)
    assert result["messages"] == 20_000
    assert pq.read_schema(tmp_path / "out" / "messages.parquet").names == SCHEMA.names


@pytest.mark.usefixtures("only_fast")
def test_keys_saved_as_fractions_and_words_for_nothing_are_no_reason_for_patience(
    tmp_path: Path,
) -> None:
    rows = rows_of(50, random.Random(1))
    for row in rows:
        row |= {"reply_to_key": "3.0", "author_name": "nan", "channel": "\u200bE-mail"}
    run_input(written("csv", rows, tmp_path), tmp_path / "out", NOW)
    (staged,) = pq.read_table(tmp_path / "out" / "messages.parquet").slice(5, 1).to_pylist()
    assert (staged["reply_to_key"], staged["author_name"]) == ("3", None)
    assert staged["channel"] == "E-mail"


@pytest.mark.parametrize("kind", KINDS)
def test_both_ways_agree_on_one_odd_value(kind: str, tmp_path: Path) -> None:
    odd: list[Any] = [
        *(
            "",
            " ",
            "\u00a0x\u2003",
            "x\x00y",
            "\x01",
            "a\rb",
            "a\r\nb\nc",
            '"',
            "İ",
            "AGENT",
            "closed",
        ),
        *("null", "NaN", "[1]", "{", "1.50", "-0", "007", "1e5", "2024-03-02T24:00:00Z"),
        *(
            "2024-02-30T08:00:00Z",
            "2024-03-02T08:00:60Z",
            "2024-03-02T08:00:00+01:60",
            "2099-01-01T00:00:00Z",
        ),
        *(
            "0001-01-01T00:00:00+05:00",
            "2024-03-02T08:00:00.1234567Z",
            " 2024-03-02T08:00:00Z ",
            "x" * 300_000,
        ),
        *("1.0", " 7.0", "1.00", "nan", "None ", "<NA>", "\u200bx\u202c", "\ufeff"),
        *(
            "1970-01-01T00:00:00Z",
            "1989-12-31T23:59:59Z",
            "1700000000.5",
            "2024-03-02T23:59:60Z",
        ),
    ]
    chance = random.Random(kind)
    for turn, value in enumerate(chance.sample(odd, min(ROUNDS, len(odd)))):
        rows = rows_of(6, chance)
        rows[chance.randrange(6)][chance.choice(list(rows[0]))] = value
        folder = tmp_path / str(turn)
        folder.mkdir()
        both(written(kind, rows, folder), folder)


@pytest.mark.parametrize("kind", ["csv", "ndjson", "json", "flat.json"])
def test_both_ways_agree_on_spoilt_files(kind: str, tmp_path: Path) -> None:
    chance = random.Random(kind)
    path = written(kind, rows_of(12, chance), tmp_path)
    sound = path.read_bytes()
    for turn in range(ROUNDS):
        path.write_bytes(spoilt(sound, chance))
        both(path, tmp_path / str(turn))


@pytest.mark.parametrize(
    "value",
    [
        "1",
        "1.50",
        "-0",
        "1e400",
        "12345678901234567890123",
        "true",
        "NaN",
        "nan",
        "[1]",
        '{"a": 1}',
        "null",
    ],
)
@pytest.mark.parametrize("key", ["message_key", "text", "ignored"])
def test_both_ways_agree_on_values_that_are_no_texts(key: str, value: str, tmp_path: Path) -> None:
    first = {
        "account": "Bike shop",
        "role": "customer",
        "sent_at": "2024-03-02T09:00:00Z",
        "thread_key": "T",
    }
    kept = json.dumps({k: v for k, v in first.items() if k != key})
    lines = [json.dumps(first)] * 2 + [
        f'{kept[:-1]}, "{key}": {value}}}',
        f'{kept[:-1]}, "{key}": [{value}],}}',
    ]
    for lines_taken in (lines[:3], lines):
        path = tmp_path / f"{len(lines_taken)}.ndjson"
        path.write_text("\n".join(lines_taken) + "\n", encoding="utf-8")
        both(path, tmp_path / f"lines{len(lines_taken)}")
        path = tmp_path / f"{len(lines_taken)}.json"
        path.write_text("[" + ",\n".join(lines_taken) + "]", encoding="utf-8")
        both(path, tmp_path / f"list{len(lines_taken)}")


def test_lines_hold_where_texts_have_line_breaks_and_rows_are_blank(tmp_path: Path) -> None:
    rows = rows_of(50, random.Random(1))
    for i, row in enumerate(rows):
        row["text"] = "one\ntwo\r\nthree" if i % 7 == 0 else "one\rtwo" if i % 5 == 0 else "one"
    path = written("csv", rows, tmp_path)
    header, end, body = path.read_bytes().partition(b"\r\n")
    blank = b"," * (len(rows[0]) - 1) + b"\r\n"
    path.write_bytes(header + end + blank + body + blank * 3 + b"\r\n\r\n")
    _, messages, _ = both(path, tmp_path)
    assert len(messages) == 50
    assert messages[0]["line"] == 3


def test_two_logs_in_one_archive_are_both_kept(tmp_path: Path) -> None:
    import zipfile

    archive = tmp_path / "logs.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for name, keyed in (("a", True), ("b", False), ("c", True)):
            folder = tmp_path / name
            folder.mkdir()
            rows = rows_of(5, random.Random(name), keyed=keyed)
            zipped.write(written("csv", rows, folder), f"{name}.csv")
    result, messages, _ = both(archive, tmp_path)
    assert result["messages"] == len(messages) >= 15


def test_keys_are_made_alike_of_any_characters(tmp_path: Path) -> None:
    rows = rows_of(1, random.Random(1), keyed=False)[:1]
    odd = "".join(map(chr, (*range(1, 0x180), 0x2028, 0xD7FF, 0xE000, 0xFFFD, 0x1F600, 0x10FFFF)))
    rows = [{**rows[0], "text": odd, "channel": "Büro 😀"}]
    _, messages, _ = both(written("parquet", rows, tmp_path), tmp_path)
    assert provisional_key(_message(messages[0]))[1:] + "#0" == messages[0]["message_key"]


def _message(row: dict[str, Any]) -> Any:
    from loaders.messages import Message

    return Message(**row)


def test_the_sql_speaks_of_every_column() -> None:
    for name in COLUMNS:
        assert name in log_fast._MESSAGES
