"""Files that are no logs: each gets one clear sentence, and nothing of it is left behind."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from loader_cases import GOLDEN, NOW, load, refuse, without_lines

from loaders import archives, registry
from loaders.run import run
from loaders.source import source_at

UNKNOWN = {
    "access.log": ("not_a_log", "neither a table"),
    "agenda.json": ("not_a_log", "the keys createdAt, id, messages"),
    "almost_log.csv": ("not_a_log", "message_key, role, sent_at, text"),
    "almost_twcs.csv": ("not_a_log", "tweet_id, author_id, inbound, created_at, text"),
    "analysis.ipynb": ("not_a_log", "the keys cells, metadata"),
    "bank.csv": ("not_a_log", "the columns date, payee"),
    "blank.csv": ("empty", "blank space"),
    "chat_completion.jsonl": ("not_a_log", "the keys messages"),
    "contacts.csv": ("not_a_log", "the columns name, street, town"),
    "diary.txt": ("not_a_log", "neither a table"),
    "dump.sql": ("not_a_log", "neither a table"),
    "empty.csv": ("empty", "0 bytes"),
    "feed.xml": ("not_a_log", "neither a table"),
    "garbage.bin": ("not_a_log", "binary data"),
    "half.csv.gz": ("truncated", "cut off"),
    "half.parquet": ("truncated", "cut off"),
    "half.zip": ("truncated", "cut off"),
    "ledger.sqlite": ("not_a_log", "SQLite"),
    "letter.odt": ("not_a_log", "none of which is a log"),
    "letters.txt": ("not_a_log", "neither a table"),
    "meeting.vtt": ("not_a_log", "neither a table"),
    "network.har": ("not_a_log", "the keys log"),
    "no_header.csv": ("not_a_log", "a table with the columns"),
    "notes.txt": ("not_a_log", "neither a table"),
    "numbers.json": ("not_a_log", "neither a table with a header nor JSON objects"),
    "package.json": ("not_a_log", "the keys author, dependencies"),
    "page.csv": ("not_a_log", 'a web page titled "Confirm your download"'),
    "people.vcf": ("not_a_log", "neither a table"),
    "picture.png": ("not_a_log", "a PNG picture"),
    "products.csv": ("not_a_log", "the columns handle, title"),
    "rota.ics": ("not_a_log", "neither a table"),
    "server.log": ("not_a_log", "a table with the columns"),
    "settings.json": ("not_a_log", "the keys columns, theme"),
    "surveys.csv": ("not_a_log", "the columns id, ticket_id, rating"),
    "towns.geojson": ("not_a_log", "the keys features, type"),
}
TWCS = GOLDEN / "twcs" / "plain.csv"
LOG = GOLDEN / "log" / "plain.csv"


def test_every_unknown_file_is_among_the_cases() -> None:
    assert {path.name for path in (GOLDEN / "unknown").iterdir()} == set(UNKNOWN)


@pytest.mark.parametrize("name", UNKNOWN)
def test_no_loader_claims_an_unknown_file(name: str) -> None:
    assert registry.candidates(source_at(GOLDEN / "unknown" / name, name).head) == []


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_file_is_refused_in_a_clear_sentence(name: str, tmp_path: Path) -> None:
    code, part = UNKNOWN[name]
    refused = refuse(GOLDEN / "unknown" / name, tmp_path)
    assert refused["code"] == code
    assert part in refused["error"]
    assert refused["error"].startswith(name)
    assert refused["error"].endswith(".")


def test_a_table_is_told_where_the_known_formats_are_listed(tmp_path: Path) -> None:
    error = refuse(GOLDEN / "unknown" / "contacts.csv", tmp_path)["error"]
    listed = (GOLDEN.parents[1] / "docs" / "loading.md").read_text(encoding="utf-8")
    assert "listed in docs/loading.md" in error
    for loader in registry.LOADERS:
        assert loader.TITLE in listed
    assert "on the Data page, or with `python -m sla map FILE`" in error


def test_a_refusal_names_what_was_left_alone(tmp_path: Path) -> None:
    chat = b"31/12/2023, 23:59 - Customer A: hello\n"
    path = zipped(tmp_path / "export.zip", {"chat.txt": chat, "towns.csv": b"town,street\na,b\n"})
    refused = refuse(path, tmp_path / "out")
    assert refused["code"] == "needs_answers"
    assert refused["error"].endswith("\n1 other file in it was left alone: towns.csv.")
    spoilt = b"account,role,sent_at,message_key\nBike shop,customer,tomorrow,1\n"
    path = zipped(tmp_path / "log.zip", {"log.csv": spoilt, "towns.csv": b"town,street\na,b\n"})
    refused = refuse(path, tmp_path / "out")
    assert refused["code"] == "mostly_problems"
    assert refused["error"].endswith(" 1 other file in it was left alone: towns.csv.")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("asked_at,replied_at,reviewId,content,at,replyContent",
         "It looks more like Google Play reviews (CSV); it lacks repliedat."),
        ("asked_at,replied_at,at,content,stars", ""),
        ("asked_at,replied_at", ""),
    ],
)  # fmt: skip
def test_a_file_of_mostly_problems_is_told_what_it_is_likelier_to_be(
    header: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"{header}\n" + f"never{',5' * header.count(',')}\n" * 3)
    refused = refuse(path, tmp_path / "out", NOW | {"sources": [{"account": "Bike shop"}]})
    assert refused["code"] == "mostly_problems"
    assert ("It looks more like" in refused["error"]) == bool(said)
    assert refused["error"].endswith(said)


def test_a_file_that_two_loaders_claim_is_ambiguous(tmp_path: Path) -> None:
    header = "tweet_id,author_id,inbound,created_at,text,in_response_to_tweet_id"
    path = tmp_path / "both.csv"
    path.write_text(f"{header},account,role,sent_at,message_key\n")
    refused = refuse(path, tmp_path / "out")
    assert refused["code"] == "ambiguous"
    assert "Customer Support on Twitter (CSV); Message log (CSV)" in refused["error"]


def test_a_missing_path_a_folder_and_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, part in (
        (tmp_path / "gone.csv", "There is no file"),
        (tmp_path, "is a folder"),
        (tmp_path / "pipe", "is no plain file"),
    ):
        refused = refuse(path, tmp_path / "out")
        assert refused["code"] == "unreadable"
        assert part in refused["error"]
        assert str(path) in refused["error"]


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.csv"
    path.write_bytes(TWCS.read_bytes())
    original = Path.open

    def locked(self: Path, *args: object, **kwargs: object) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied", str(self))
        return original(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "open", locked)
    refused = refuse(path, tmp_path / "out")
    assert refused["code"] == "unreadable"
    assert "locked.csv can't be read: Permission denied" in refused["error"]


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("loaders.sink.Sink.finish", full)
    refused = refuse(TWCS, tmp_path / "out")
    assert refused["code"] == "unreadable"
    assert "No space left on device" in refused["error"]


def test_a_fault_in_a_loader_ends_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr("loaders.twcs.load", broken)
    refused = refuse(TWCS, tmp_path / "out")
    assert refused["code"] == "unreadable"
    assert "ZeroDivisionError (by nought)" in refused["error"]
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" in printed.err


def test_a_refused_file_takes_the_earlier_result_away(tmp_path: Path) -> None:
    load(TWCS, tmp_path)
    refuse(GOLDEN / "unknown" / "notes.txt", tmp_path)


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ([], "the options should be"),
        ({"time_zones": ["Europe/London"]}, "time_zones"),
        ({"memory_mb": "much"}, "memory_mb"),
        ({"cpu_seconds": 0}, "cpu_seconds"),
        ({"cpu_seconds": True}, "cpu_seconds"),
        ({"now": "2024-06-01T00:00:00"}, "now"),
        ({"now": "soon"}, "now"),
        ({"platform": 7}, "platform"),
    ],
)
def test_wrong_options_are_named(options: object, part: str, tmp_path: Path) -> None:
    refused = run(TWCS, tmp_path, options)
    assert refused["code"] == "unreadable"
    assert part in refused["error"]


# Archives.


def zipped(path: Path, members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_log_in_a_zip_or_gz_is_the_log_itself(tmp_path: Path) -> None:
    plain = load(TWCS, tmp_path / "plain")
    packed = tmp_path / "plain.csv.gz"
    packed.write_bytes(gzip.compress(TWCS.read_bytes()))
    assert load(packed, tmp_path / "gz").messages == plain.messages
    packed = zipped(tmp_path / "export.zip", {"data/plain.csv": TWCS.read_bytes()})
    assert load(packed, tmp_path / "zip").messages == plain.messages


def test_what_lies_in_a_zip_unpacked_is_no_plain_file(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(
        "note,message_key,account,role,sent_at,text\n"
        "-,1,Baywater,customer,2024-05-01T08:00:00Z,hello\n"
        "-,2,Baywater,agent,2024-05-01T08:05:00Z,hello to you\n"
    )
    path = zipped(tmp_path / "stored.zip", {"log.csv": log.read_bytes()}, zipfile.ZIP_STORED)
    # The header in it can be read as it lies there.
    assert b"note,message_key,account,role,sent_at" in path.read_bytes()
    loaded = load(path, tmp_path / "out")
    assert loaded.messages == load(log, tmp_path / "plain").messages
    assert loaded.problems == []
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refuse(path, tmp_path / "cut")["code"] == "truncated"


def test_other_files_beside_the_log_do_not_matter(tmp_path: Path) -> None:
    table = io.BytesIO()
    rows = [{"account": "Baywater", "role": "bot", "sent_at": 1714550400, "message_key": "1"}]
    pq.write_table(pa.Table.from_pylist(rows), table)
    for name, log in (("log.csv", LOG.read_bytes()), ("log.parquet", table.getvalue())):
        members = {
            "README.txt": b"how to read this",
            "__MACOSX/._log.csv": LOG.read_bytes(),
            ".DS_Store": b"\x00\x01",
            f"export/{name}": log,
            "export/towns.csv": b"town,street\nNorthport,Quay 1\n",
        }
        loaded = load(zipped(tmp_path / "export.zip", members), tmp_path / "out")
        assert loaded.result["messages"] >= 1
    assert without_lines(loaded.messages)[0]["role"] == "bot"


def test_sentences_name_the_file_inside_and_its_archive(tmp_path: Path) -> None:
    path = zipped(tmp_path / "export.zip", {"page.csv": b"<html><title>Sign in</title></html>"})
    error = refuse(path, tmp_path / "out")["error"]
    assert error.startswith('page.csv in export.zip is a web page titled "Sign in"')


@pytest.mark.parametrize(
    ("members", "code", "part"),
    [
        ({}, "empty", "without any file"),
        (
            {"a.csv": TWCS.read_bytes(), "b.csv": LOG.read_bytes()},
            "ambiguous",
            "formats (Customer Support on Twitter (CSV): a.csv; Message log (CSV): b.csv)",
        ),
        ({"a.txt": b"one", "b.txt": b"two"}, "not_a_log", "a.txt, b.txt, none of which is a log"),
        ({"../a.csv": TWCS.read_bytes()}, "not_a_log", "leads out of its folder (../a.csv)"),
        ({"/etc/a.csv": TWCS.read_bytes()}, "not_a_log", "leads out of its folder"),
        ({"C:\\a.csv": TWCS.read_bytes()}, "not_a_log", "leads out of its folder"),
        ({"a.csv.gz": gzip.compress(TWCS.read_bytes())}, "not_a_log", "another archive"),
        (
            {"a.csv": TWCS.read_bytes() + b"\n" * 4_000_000},
            "unreadable",
            "more than 200 times its size",
        ),
        (
            {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"},
            "not_a_log",
            "is a workbook",
        ),
        ({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}, "not_a_log", "CSV UTF-8"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_archives_that_hold_no_log_to_load(
    members: dict[str, bytes], code: str, part: str, tmp_path: Path
) -> None:
    refused = refuse(zipped(tmp_path / "export.zip", members), tmp_path / "out")
    assert refused["code"] == code
    assert part in refused["error"]
    assert "export.zip" in refused["error"]


def test_a_zip_in_a_gz_is_not_opened(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"a.csv": TWCS.read_bytes()})
    path = tmp_path / "outer.gz"
    path.write_bytes(gzip.compress(inner.read_bytes()))
    assert "another archive" in refuse(path, tmp_path / "out")["error"]


def test_an_archive_that_unpacks_to_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MEMBER_LIMIT", 100)
    path = zipped(tmp_path / "export.zip", {"a.csv": TWCS.read_bytes()})
    assert "which is the limit" in refuse(path, tmp_path / "out")["error"]


def test_a_locked_zip(tmp_path: Path) -> None:
    path = zipped(tmp_path / "export.zip", {"a.csv": TWCS.read_bytes()})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    refused = refuse(path, tmp_path / "out")
    assert refused["code"] == "unreadable"
    assert "password" in refused["error"]


@pytest.mark.parametrize("kept", [2, 4, 30, 100, 0.5, 0.9, 0.999])
def test_a_zip_cut_off_anywhere(kept: float, tmp_path: Path) -> None:
    path = zipped(tmp_path / "export.zip", {"a.csv": TWCS.read_bytes()})
    data = path.read_bytes()
    path.write_bytes(data[: int(kept if kept > 1 else kept * len(data))])
    assert refuse(path, tmp_path / "out")["code"] == "truncated"


def test_a_zip_with_a_spoilt_byte_inside(tmp_path: Path) -> None:
    path = zipped(tmp_path / "export.zip", {"a.csv": TWCS.read_bytes()})
    data = bytearray(path.read_bytes())
    data[120] ^= 0xFF
    path.write_bytes(data)
    assert refuse(path, tmp_path / "out")["code"] == "truncated"


def test_a_parquet_cut_off_or_of_other_columns(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    pq.write_table(pa.table({"name": ["Quay"], "town": ["Northport"]}), path)
    refused = refuse(path, tmp_path / "out")
    assert refused["code"] == "not_a_log"
    assert "a Parquet file with the columns name, town" in refused["error"]
    path.write_bytes(path.read_bytes()[:-20])
    assert refuse(path, tmp_path / "out")["code"] == "truncated"


def test_a_parquet_column_of_lists_is_refused_by_name(tmp_path: Path) -> None:
    row = {"account": "Baywater", "role": "bot", "sent_at": 1714550400, "message_key": ["1"]}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "log.parquet")
    refused = refuse(tmp_path / "log.parquet", tmp_path / "out")
    assert refused["code"] == "not_a_log"
    assert '"message_key" (list' in refused["error"]


def test_a_parquet_spoilt_inside_ends_in_a_sentence(tmp_path: Path) -> None:
    rows = [
        json.loads(line)
        for line in (GOLDEN / "log" / "lines.ndjson").read_text().split("\n")
        if line
    ]
    rows = [
        {key: str(row.get(key)) for key in ("account", "role", "sent_at", "message_key")}
        for row in rows
    ]
    path = tmp_path / "log.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    data = bytearray(path.read_bytes())
    data[4:40] = b"\xff" * 36
    path.write_bytes(data)
    result = run(path, tmp_path / "out", NOW)
    assert result["code"] in ("unreadable", "mostly_problems")


@pytest.mark.parametrize("name", sorted(UNKNOWN))
def test_a_refusal_begins_with_what_to_do_and_is_short(name: str, tmp_path: Path) -> None:
    error = refuse(GOLDEN / "unknown" / name, tmp_path)["error"]
    assert len(error.split()) < 140, error
    assert error.count(";") <= 5
    if "It comes nearest to" in error:
        assert error.index("say which column is what") < error.index("It comes nearest to")


def test_a_table_that_lacks_a_column_is_told_the_format_and_the_column(tmp_path: Path) -> None:
    error = refuse(GOLDEN / "unknown" / "almost_twcs.csv", tmp_path)["error"]
    assert (
        "It comes nearest to Customer Support on Twitter (CSV) (it lacks in_response_to_tweet_id)"
        in error
    )
    assert "docs/loading.md" in error


ROWS = [
    {"account": "help", "role": role, "sent_at": f"2024-03-02T09:0{n}:00Z", "thread_key": "T", "message_key": f"{n}", "text": f"hello {n}"}
    for n, role in enumerate(("customer", "agent", "customer"))
]  # fmt: skip
CSV = "\n".join([",".join(ROWS[0]), *(",".join(row.values()) for row in ROWS)])
NDJSON = "\n".join(json.dumps(row) for row in ROWS)
LIST = json.dumps(ROWS, indent=1)


@pytest.mark.parametrize(("whole", "cut"), [(CSV, 12), (NDJSON, 30), (LIST, 40), (LIST, 1)])
def test_a_file_that_ends_in_the_middle_is_loaded_as_far_as_it_goes_and_says_so(
    whole: str, cut: int, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    path.write_text(whole)
    loaded = load(path, tmp_path / "whole")
    assert (len(loaded.messages), loaded.result["notes"]) == (3, [])
    path.write_text(whole[:-cut])
    loaded = load(path, tmp_path / "cut")
    assert len(loaded.messages) == (3 if cut == 1 else 2)
    assert ["cut off" in note for note in loaded.result["notes"]] == [True]
