"""The canonical message log as CSV, JSON and Parquet."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loader_cases import GOLDEN, load, refuse, without_lines

from loaders import csv_rows, json_items, log_json, source
from loaders.edges import NOTHING, whole_number

ROW: dict[str, Any] = {
    "message_key": "1",
    "account": "Harbourline",
    "role": "customer",
    "sent_at": "2024-05-01T08:00:00Z",
    "text": "hello",
}


def as_csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def as_ndjson(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, default=str) + "\n" for row in rows), "utf-8")
    return path


def as_list(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps(rows, default=str, indent=1, ensure_ascii=False), "utf-8")
    return path


def as_parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


WRITERS = {"csv": as_csv, "ndjson": as_ndjson, "json": as_list, "parquet": as_parquet}

keys = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=6).filter(
    lambda key: key not in NOTHING and whole_number(key) == key
)
instants = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - st.datetimes takes its bounds naive
    datetime(2024, 5, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)
messages = st.fixed_dictionaries(
    {
        "platform": keys,
        "namespace": st.just("") | keys,
        "account": keys,
        "channel": st.none() | keys,
        "message_key": keys,
        "thread_key": st.none() | keys,
        "reply_to_key": st.none() | keys,
        "author_key": st.none() | keys,
        "author_name": st.none() | keys,
        "role": st.sampled_from(["customer", "agent", "bot", "system"]),
        "visibility": st.sampled_from(["public", "private", "internal"]),
        "sent_at": instants,
        "edited_at": st.none() | instants,
        "text": st.none() | texts,
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(messages, min_size=1, max_size=6))
def test_a_log_comes_through_every_kind_of_file(
    rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    expected = [
        {
            **row,
            "event": None,
            "line": None,
            "text": row["text"] or None,
            "reply_to_key": None
            if row["reply_to_key"] == row["message_key"]
            else row["reply_to_key"],
        }
        for row in rows
    ]
    folder = tmp_path_factory.mktemp("log")
    for kind, write in WRITERS.items():
        loaded = load(write(folder / f"log.{kind}", rows), folder / kind)
        assert loaded.problems == []
        assert without_lines(loaded.messages) == expected, kind


@pytest.mark.parametrize("kind", ["ndjson", "json", "parquet"])
def test_the_golden_csv_gives_the_same_messages_as_other_files(kind: str, tmp_path: Path) -> None:
    path = GOLDEN / "log" / "plain.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    expected = without_lines(load(path, tmp_path / "csv").messages)
    loaded = load(WRITERS[kind](tmp_path / f"log.{kind}", rows), tmp_path / "out")
    assert without_lines(loaded.messages) == expected
    assert loaded.result["format"] == {"parquet": "log_parquet"}.get(kind, "log_json")


@pytest.mark.parametrize("kind", WRITERS)
def test_only_the_required_columns_are_needed(kind: str, tmp_path: Path) -> None:
    row = {key: ROW[key] for key in ("account", "role", "sent_at", "message_key")}
    (message,) = load(WRITERS[kind](tmp_path / f"log.{kind}", [row]), tmp_path / "out").messages
    assert message["platform"] == "log"
    assert message["visibility"] == "public"
    assert message["namespace"] == ""
    assert message["channel"] is None


@pytest.mark.parametrize("missing", ["account", "role", "sent_at", "message_key"])
@pytest.mark.parametrize("kind", WRITERS)
def test_without_a_required_column_it_is_no_log(kind: str, missing: str, tmp_path: Path) -> None:
    row = {key: value for key, value in ROW.items() if key != missing}
    refused = refuse(WRITERS[kind](tmp_path / f"log.{kind}", [row]), tmp_path / "out")
    assert refused["code"] == "not_a_log"
    assert "text" in refused["error"]
    lacks = "one of author_key, message_key, thread_key" if missing == "message_key" else missing
    assert f"or Message log (Parquet) (it lacks {lacks})" in refused["error"]


@pytest.mark.parametrize("kind", WRITERS)
def test_a_naive_time_without_a_zone_is_refused(kind: str, tmp_path: Path) -> None:
    naive = {**ROW, "account": 'Shop "1"', "sent_at": "2024-05-01T08:00:00"}
    rows = [{**ROW, "account": "Baywater"}, naive]
    refused = refuse(WRITERS[kind](tmp_path / f"log.{kind}", rows), tmp_path / "out")
    assert refused["code"] == "no_time_zone"
    for part in (f"log.{kind}", "line ", 'Shop "1"', r'[accounts."Shop \"1\""]', "settings.toml"):
        assert part in refused["error"]
    assert 'time_zone = "Europe/London"' in refused["error"]


def test_the_line_of_a_naive_time_is_named(tmp_path: Path) -> None:
    rows = [ROW, {**ROW, "text": "two\nlines"}, {**ROW, "sent_at": "2024-05-01T08:00:00"}]
    assert "line 5:" in refuse(as_csv(tmp_path / "log.csv", rows), tmp_path / "out")["error"]


def test_an_unknown_zone_is_refused_by_its_name(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "log.csv", [{**ROW, "sent_at": "2024-05-01T08:00:00"}])
    for zone in ("Europe/Lodnon", "../../etc/passwd", "Europe"):
        refused = refuse(path, tmp_path / "out", {"time_zones": {"*": zone}})
        assert refused["code"] == "no_time_zone"
        assert zone in refused["error"]


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2023-10-29T01:30:00", "2023-10-29T00:30:00+00:00"),  # twice: the first
        ("2023-03-26T01:30:00", "2023-03-26T01:30:00+00:00"),  # never: 02:30 summer time
        ("2023-03-26T00:59:59", "2023-03-26T00:59:59+00:00"),
        ("2023-03-26T02:00:00", "2023-03-26T01:00:00+00:00"),
        ("2023-07-01T09:00:00", "2023-07-01T08:00:00+00:00"),
    ],
)
def test_local_times_around_the_clock_changes(local: str, utc: str, tmp_path: Path) -> None:
    zones = {"time_zones": {"Harbourline": "Europe/London", "*": "Asia/Tokyo"}}
    path = as_csv(tmp_path / "log.csv", [{**ROW, "sent_at": local}])
    (message,) = load(path, tmp_path / "out", zones).messages
    assert message["sent_at"].isoformat() == utc


def test_resolved_times_are_counted_in_one_note_for_each_rule(tmp_path: Path) -> None:
    times = ["2023-10-29T01:10:00", "2023-10-29T01:50:00", "2023-03-26T01:30:00"]
    rows = [{**ROW, "message_key": time, "sent_at": time} for time in times]
    zones = {"time_zones": {"*": "Europe/London"}}
    loaded = load(as_csv(tmp_path / "log.csv", rows), tmp_path / "out", zones)
    twice, never = loaded.result["notes"]
    assert twice.startswith("2 local times in Europe/London occurred twice")
    assert never.startswith("1 local time in Europe/London never occurred")
    assert loaded.problems == []


def test_a_key_is_made_from_content_and_place_among_equal_contents(tmp_path: Path) -> None:
    row = {key: ROW[key] for key in ("account", "role", "sent_at", "text")} | {"author_key": "c1"}
    rows = [row, {**row, "text": "other"}, row, {**row, "message_key": "given"}, row]
    loaded = load(as_ndjson(tmp_path / "log.ndjson", rows), tmp_path / "out")
    content = ["log", "", "Harbourline", None, None, "c1", "customer"]
    content += ["2024-05-01T08:00:00+00:00", "hello"]
    digest = hashlib.sha1(json.dumps(content, separators=(",", ":")).encode()).hexdigest()  # noqa: S324
    keys = [message["message_key"] for message in loaded.messages]
    assert [keys[0], keys[2], keys[4]] == [f"{digest}#0", f"{digest}#1", f"{digest}#2"]
    assert keys[1].endswith("#0")
    assert keys[3] == "given"


def test_a_made_key_does_not_depend_on_the_rows_around_or_the_kind_of_file(tmp_path: Path) -> None:
    row = {key: ROW[key] for key in ("account", "role", "sent_at", "text")} | {"author_key": "c1"}
    others = [{**row, "text": f"{i}"} for i in range(50)]
    alone = load(as_csv(tmp_path / "a.csv", [row]), tmp_path / "a").messages[0]
    among = load(as_parquet(tmp_path / "b.parquet", [*others, row]), tmp_path / "b").messages[-1]
    assert alone["message_key"] == among["message_key"]


def test_keys_are_numbered_across_batches(tmp_path: Path) -> None:
    row = {key: ROW[key] for key in ("account", "role", "sent_at", "text")} | {"author_key": "c1"}
    loaded = load(as_csv(tmp_path / "log.csv", [row] * 20_050), tmp_path / "out")
    numbers = [int(message["message_key"].partition("#")[2]) for message in loaded.messages]
    assert numbers == list(range(20_050))


def test_a_message_exported_with_its_made_key_keeps_it(tmp_path: Path) -> None:
    made = "0" * 40 + "#3"
    rows = [{**ROW, "message_key": made}, {**ROW, "message_key": made}]
    loaded = load(as_csv(tmp_path / "log.csv", rows), tmp_path / "out")
    assert {message["message_key"] for message in loaded.messages} == {made}


@pytest.mark.parametrize(
    ("column", "type_", "key"),
    [
        (["007"], pa.string(), "007"),
        ([2**53 + 1], pa.int64(), "9007199254740993"),
        ([2**64 - 1], pa.uint64(), "18446744073709551615"),
        ([848.0], pa.float64(), "848"),
        ([b"caf\xe9"], pa.binary(), "café"),
        (["x"], pa.dictionary(pa.int32(), pa.string()), "x"),
        (["x"], pa.large_string(), "x"),
    ],
)
def test_keys_in_parquet_become_text(
    column: list[Any], type_: pa.DataType, key: str, tmp_path: Path
) -> None:
    table = pa.Table.from_pylist([ROW]).set_column(0, "Message_Key", pa.array(column, type_))
    pq.write_table(table, tmp_path / "log.parquet")
    (message,) = load(tmp_path / "log.parquet", tmp_path / "out").messages
    assert message["message_key"] == key


@pytest.mark.parametrize(
    "sent_at",
    [
        pa.array([1714550400], pa.int64()),
        pa.array([1714550400000], pa.int64()),
        pa.array([1714550400], pa.timestamp("s", "UTC")),
        pa.array([1714550400000], pa.timestamp("ms", "Asia/Tokyo")),
        pa.array([1714550400000000001], pa.timestamp("ns", "UTC")),
        pa.array([1714554000000000], pa.timestamp("us")),  # naive: an hour later on the wall
    ],
    ids=str,
)
def test_times_in_parquet(sent_at: pa.Array, tmp_path: Path) -> None:
    table = pa.Table.from_pylist([ROW]).drop_columns("sent_at").append_column("sent_at", sent_at)
    pq.write_table(table, tmp_path / "log.parquet")
    zones = {"time_zones": {"*": "Europe/London"}, "now": "2024-06-01T00:00:00Z"}
    (message,) = load(tmp_path / "log.parquet", tmp_path / "out", zones).messages
    assert message["sent_at"] == datetime(2024, 5, 1, 8, tzinfo=UTC)


def test_a_time_that_parquet_can_hold_and_no_calendar_is_a_problem(tmp_path: Path) -> None:
    rows = pa.Table.from_pylist([ROW, ROW]).drop_columns("sent_at")
    times = pa.array([2**62, 1714550400000000], pa.timestamp("us", "UTC"))
    pq.write_table(rows.append_column("sent_at", times), tmp_path / "log.parquet")
    loaded = load(tmp_path / "log.parquet", tmp_path / "out")
    assert [problem["line"] for problem in loaded.problems] == [1]
    assert "is no time" in loaded.problems[0]["reason"]


def test_the_platform_of_the_options_is_for_rows_that_name_none(tmp_path: Path) -> None:
    rows = [{**ROW, "platform": ""}, {**ROW, "platform": "zendesk"}]
    options = {"platform": "whatsapp", "now": "2024-06-01T00:00:00Z"}
    loaded = load(as_csv(tmp_path / "log.csv", rows), tmp_path / "out", options)
    assert [message["platform"] for message in loaded.messages] == ["whatsapp", "zendesk"]


def test_the_wall_clock_is_now_when_the_options_name_none(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    rows = [
        {**ROW, "sent_at": (now + timedelta(hours=23)).isoformat()},
        {**ROW, "sent_at": (now + timedelta(hours=25)).isoformat()},
    ]
    loaded = load(as_csv(tmp_path / "log.csv", rows), tmp_path / "out", {})
    assert [problem["line"] for problem in loaded.problems] == [3]


def test_nul_characters_are_removed(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "log.csv", [{**ROW, "text": "a\x00b"}])
    assert b"\x00" in path.read_bytes()
    assert load(path, tmp_path / "out").messages[0]["text"] == "ab"
    rows = [{**ROW, "text": "a\x00b", "thread_key": "\x00t"}]
    for kind in ("ndjson", "parquet"):
        path = WRITERS[kind](tmp_path / f"log.{kind}", rows)
        (message,) = load(path, tmp_path / kind).messages
        assert (message["text"], message["thread_key"]) == ("ab", "t")


def test_a_big_json_list_is_read_in_pieces_and_keeps_its_lines(tmp_path: Path) -> None:
    rows = [
        {**ROW, "message_key": str(i), "text": '{"},{' * 40 + "\\" * (i % 5)} for i in range(9_000)
    ]
    path = tmp_path / "log.json"
    path.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]", "utf-8")
    assert path.stat().st_size > 3_000_000
    loaded = load(path, tmp_path / "out")
    assert loaded.result == {**loaded.result, "messages": 9_000, "problems": 0, "notes": []}
    assert [message["line"] for message in loaded.messages] == list(range(2, 9_002))


def test_one_spoilt_entry_of_a_json_list_costs_that_entry(tmp_path: Path) -> None:
    entries = [json.dumps({**ROW, "message_key": str(i)}) for i in range(6)]
    for spoilt in ('{"a": "never closed}', "{oops}", "17", '{"a": [}', "{", '"text"', "[1, 2]"):
        path = tmp_path / "log.json"
        path.write_text(f"[{', '.join([*entries[:3], spoilt, *entries[3:]])}]", "utf-8")
        loaded = load(path, tmp_path / "out")
        keys = [message["message_key"] for message in loaded.messages]
        assert keys == ["0", "1", "2", "3", "4", "5"], spoilt
        assert loaded.result["problems"] == 1, spoilt
        assert loaded.result["notes"] == [], spoilt


def test_lists_that_follow_each_other_are_all_read(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    pages = [[{**ROW, "message_key": key} for key in keys] for keys in ("ab", "c", "de")]
    path.write_text("\n".join(json.dumps(page) for page in pages))
    loaded = load(path, tmp_path / "out")
    assert [message["message_key"] for message in loaded.messages] == list("abcde")
    assert loaded.result["notes"] == []


def test_objects_over_several_lines_without_a_list(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    path.write_text("\n".join(json.dumps({**ROW, "message_key": k}, indent=2) for k in "ab"))
    loaded = load(path, tmp_path / "out")
    assert [message["message_key"] for message in loaded.messages] == ["a", "b"]


def test_json_that_is_nested_without_end_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "log.ndjson"
    deep = '{"text": ' + "[" * 100_000 + "\n"
    path.write_text(json.dumps(ROW) + "\n" + deep)
    loaded = load(path, tmp_path / "out")
    assert loaded.result["problems"] == 1


def test_a_first_row_larger_than_the_head_is_recognised(tmp_path: Path) -> None:
    rows = [{**ROW, "text": "x" * 200_000}, {**ROW, "message_key": "2"}]
    for kind, write in WRITERS.items():
        assert load(write(tmp_path / f"log.{kind}", rows), tmp_path / kind).result["messages"] == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(encoding: str, delimiter: str, tmp_path: Path) -> None:
    lines = [
        ["message_key", "account", "role", "sent_at", "text"],
        ["007", "Harbourline", "customer", "2024-05-01T08:00:00Z", "grüne Wiese"],
    ]
    path = tmp_path / "log.csv"
    path.write_bytes("".join(delimiter.join(line) + "\r\n" for line in lines).encode(encoding))
    loaded = load(path, tmp_path / "out")
    assert [(m["message_key"], m["text"]) for m in loaded.messages] == [("007", "grüne Wiese")]
    assert bool(loaded.result["notes"]) == (encoding == "cp1252")


def test_ids_stay_text(tmp_path: Path) -> None:
    rows = [{**ROW, "message_key": key} for key in ("007", "848.00", "1e5", "９")]
    loaded = load(as_csv(tmp_path / "log.csv", rows), tmp_path / "out")
    assert [message["message_key"] for message in loaded.messages] == ["007", "848.00", "1e5", "９"]


def test_roles_and_visibilities_in_any_case(tmp_path: Path) -> None:
    rows = [{**ROW, "role": " AGENT ", "visibility": "Internal"}]
    (message,) = load(as_csv(tmp_path / "log.csv", rows), tmp_path / "out").messages
    assert (message["role"], message["visibility"]) == ("agent", "internal")


# What saving a table does to it.


@pytest.mark.parametrize("kind", ["csv", "ndjson", "json", "parquet"])
def test_a_key_that_was_saved_as_a_fraction_is_the_whole_number(kind: str, tmp_path: Path) -> None:
    asked = {**ROW, "thread_key": "7.0", "reply_to_key": None, "author_key": "3.0"}
    answer = {
        **asked, "message_key": "2", "role": "agent", "reply_to_key": 1.0,
        "author_key": "1709370000.000000",
    }  # fmt: skip
    if kind == "parquet":
        asked["author_key"], asked["thread_key"] = 3.0, 7.0
        answer["author_key"], answer["thread_key"] = 4.0, 7.0
    path = WRITERS[kind](tmp_path / f"log.{kind}", [asked, answer])
    first, reply = load(path, tmp_path / "out").messages
    assert reply["reply_to_key"] == first["message_key"] == "1"
    assert first["thread_key"] == reply["thread_key"] == "7"
    assert first["author_key"] == "3"
    assert reply["author_key"] == ("4" if kind == "parquet" else "1709370000.000000")


@pytest.mark.parametrize("kind", ["csv", "ndjson", "parquet"])
@pytest.mark.parametrize("nothing", ["nan", "NaN", "None", "null", "<NA>"])
def test_a_word_for_nothing_is_no_key_and_no_name(kind: str, nothing: str, tmp_path: Path) -> None:
    row = {
        **ROW, "account": nothing, "thread_key": nothing, "reply_to_key": nothing,
        "author_name": nothing, "edited_at": nothing, "text": nothing,
    }  # fmt: skip
    (message,) = load(WRITERS[kind](tmp_path / f"log.{kind}", [row]), tmp_path / "out").messages
    for column in ("account", "thread_key", "reply_to_key", "author_name", "edited_at"):
        assert message[column] is None, column
    assert message["text"] == nothing


@pytest.mark.parametrize("kind", ["csv", "ndjson", "parquet"])
def test_unseen_characters_around_a_name_are_no_part_of_it(kind: str, tmp_path: Path) -> None:
    row = {**ROW, "account": "\u200bHarbourline\u200f", "author_name": "\u202aAnna\u202c\ufeff"}
    (message,) = load(WRITERS[kind](tmp_path / f"log.{kind}", [row]), tmp_path / "out").messages
    assert (message["account"], message["author_name"]) == ("Harbourline", "Anna")


# Times.


@pytest.mark.parametrize("kind", ["csv", "ndjson", "parquet"])
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1700000000.0", "2023-11-14T22:13:20+00:00"),
        ("1700000000.5", "2023-11-14T22:13:20.500000+00:00"),
        ("1700000000123.0", "2023-11-14T22:13:20.123000+00:00"),
        (1700000000.25, "2023-11-14T22:13:20.250000+00:00"),
        ("2024-03-02T09:00:60Z", "2024-03-02T09:00:59+00:00"),
        ("2024-03-02T24:00:00Z", "2024-03-03T00:00:00+00:00"),
        ("2024-02-29 24:00+01:00", "2024-02-29T23:00:00+00:00"),
        ("1990-01-01T00:00:00Z", "1990-01-01T00:00:00+00:00"),
    ],
)
def test_times_that_few_programs_write(
    kind: str, written: Any, expected: str, tmp_path: Path
) -> None:
    row = {**ROW, "sent_at": written}
    (message,) = load(WRITERS[kind](tmp_path / f"log.{kind}", [row]), tmp_path / "out").messages
    assert message["sent_at"].isoformat() == expected


@pytest.mark.parametrize("kind", ["csv", "ndjson", "parquet"])
@pytest.mark.parametrize(
    "none", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1989-12-31T23:59:59Z"]
)
def test_a_time_that_stands_for_none_is_a_problem(kind: str, none: str, tmp_path: Path) -> None:
    rows = [ROW, {**ROW, "message_key": "2", "sent_at": none}]
    loaded = load(WRITERS[kind](tmp_path / f"log.{kind}", rows), tmp_path / "out")
    assert [message["message_key"] for message in loaded.messages] == ["1"]
    (problem,) = loaded.problems
    assert none in problem["reason"]
    assert "a date before there was anybody" in problem["reason"]


@pytest.mark.parametrize(
    "written", ["2024-03-02T24:30:00Z", "2024-03-02T09:60:00Z", "2024-03-02T09:00:61Z"]
)
def test_times_that_no_clock_shows(written: str, tmp_path: Path) -> None:
    rows = [ROW, {**ROW, "message_key": "2", "sent_at": written}]
    loaded = load(as_csv(tmp_path / "log.csv", rows), tmp_path / "out")
    assert "is no time" in loaded.problems[0]["reason"]


# Rows that are too long.


@pytest.mark.parametrize("kind", ["csv", "ndjson", "json"])
@pytest.mark.parametrize("letter", ["x", "é\n", 'x"'])
def test_a_row_without_end_is_one_problem(
    kind: str, letter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (source, csv_rows, json_items):
        monkeypatch.setattr(module, "LINE_LIMIT", 2 * 1024 * 1024)
    # DuckDB takes an object of this size.
    monkeypatch.setattr(log_json, "load_table", lambda *_: False)
    if kind == "csv":
        letter = letter.replace('"', "'").replace("\n", " ")
    rows = [{**ROW, "message_key": str(i)} for i in range(5)]
    rows[2]["text"] = letter * 4_000_000
    loaded = load(WRITERS[kind](tmp_path / f"log.{kind}", rows), tmp_path / "out")
    assert [message["message_key"] for message in loaded.messages] == ["0", "1", "3", "4"]
    (problem,) = loaded.problems
    assert "longer than any message" in problem["reason"]
    assert "2" in problem["raw"][:40]
    expected = {"csv": 4, "ndjson": 3, "json": 16}[kind]
    assert problem["line"] == expected
    assert kind == "json" or loaded.messages[2]["line"] == expected + 1


@pytest.mark.parametrize("key", ["none", "drawn by lot", "counted"])
@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("precise", [False, True])
def test_messages_of_one_minute_keep_the_order_of_the_file(
    key: str, newest_first: bool, precise: bool, tmp_path: Path
) -> None:
    """Also in the reader that goes row by row, which a blank around a value calls for."""
    rows = []
    for chat in range(20):
        for place, role in enumerate(("customer", "agent", "customer")):
            made = {"none": "", "drawn by lot": str(uuid5(NAMESPACE_OID, f"{chat} {place}")), "counted": str(chat * 3 + place)}  # fmt: skip
            minute = chat + place // 2
            edge = "" if precise else " "
            rows.append(
                f"A,C{chat},{edge}{role},2024-03-01T09:{minute:02}:00Z,{made[key]},{chat} {place}"
            )
    if newest_first:
        rows.reverse()
    file = tmp_path / "log.csv"
    header = "account,thread_key,role,sent_at,message_key,text"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    found = load(file, tmp_path / "out").messages
    keyed = sorted(found, key=lambda m: (m["sent_at"], len(m["message_key"]), m["message_key"]))
    for chat in range(20):
        said = [m["text"] for m in keyed if m["thread_key"] == f"C{chat}"]
        assert said == [f"{chat} {place}" for place in range(3)]
    moved = {m["sent_at"].microsecond for m in found}
    assert moved == ({0} if key == "counted" else {0, 1})
