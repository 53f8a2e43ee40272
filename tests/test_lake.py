"""The lake holds what the store holds, a second export rewrites what changed and nothing else, and any reader finds it whole."""

import json
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb
import pyarrow.dataset as ds
import pytest

from sla import lake, lake_copy, lake_manifest, lake_tables
from sla.__main__ import main
from sla.errors import StoreBusyError
from sla.handover import answer_calls
from sla.inbox import Inbox
from sla.lake import Written
from sla.lake_manifest import LakeError
from sla.lake_store import LakeStore
from sla.measures import Question, ask
from sla.settings import Settings
from sla.store import Store, announce, inbox_of
from sla.unload import unload
from tests.conftest import minutes
from tests.staging import put

DAY = 24 * 60
NAMES = ("help", "a/b", "..", "é =%?&", "123", "x y", "Help")


def thread(account: str, name: str, begin: float, reply: float | None = 10) -> list[dict[str, Any]]:
    said = {"platform": "log", "account": account, "channel": "Chat", "thread_key": name}
    asked = said | {"message_key": f"{name}q", "role": "customer", "author_key": "ann", "sent_at": minutes(begin), "text": "no signal"}  # fmt: skip
    answer = said | {
        "message_key": f"{name}a",
        "role": "agent",
        "author_key": "kim",
        "text": "on it",
    }
    return [asked] if reply is None else [asked, answer | {"sent_at": minutes(begin + reply)}]


@pytest.fixture
def full(filled: Callable[..., Store]) -> Store:
    messages = [
        message
        for place, account in enumerate(NAMES)
        for month in range(3)
        for message in thread(
            account, f"{place}-{month}", month * 30 * DAY, None if month == 2 else 5
        )
    ]
    nobody = {"platform": "x", "account": None, "channel": None, "message_key": "1", "role": "customer", "author_key": "zoe", "sent_at": minutes(0), "text": "hm"}  # fmt: skip
    return filled([*messages, nobody])


def files(folder: Path) -> dict[str, int]:
    return {
        str(p.relative_to(folder)): p.stat().st_mtime_ns for p in sorted(folder.rglob("*.parquet"))
    }


def in_lake(folder: Path, table: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as reader:
        return reader.execute(
            f"FROM read_parquet('{folder}/{table}/*/*/*.parquet', hive_partitioning = true,"
            " hive_types = {'account': VARCHAR, 'month': VARCHAR}) ORDER BY ALL"
        ).fetchall()


def in_store(store: Store, table: str) -> list[tuple[Any, ...]]:
    sql = (Path(lake.__file__).parent / "sql" / "lake" / f"{table}.sql").read_text()
    return store.cursor().execute(f"FROM ({sql}) ORDER BY ALL").fetchall()


def same(store: Store, folder: Path) -> bool:
    return all(
        in_lake(folder, table) == in_store(store, table) for table in lake_manifest.TABLES
    ) and all(
        whole_in_lake(folder, table) == whole_in_store(store, table)
        for table in lake_manifest.WHOLE
    )


def whole_in_lake(folder: Path, table: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as reader:
        return reader.execute(
            f"FROM read_parquet('{folder}/{table}/data.parquet') ORDER BY ALL"
        ).fetchall()


def whole_in_store(store: Store, table: str) -> list[tuple[Any, ...]]:
    return store.cursor().execute(f"FROM {table} ORDER BY ALL").fetchall()


def test_the_lake_holds_what_the_store_holds(full: Store, tmp_path: Path) -> None:
    done = lake.export(full, tmp_path / "lake")
    partitions, whole = 64 + 14, 7
    rows = (
        36 + 21 + 21 + 14 + 7 + 7 + 1
    )  # messages, conversations, waits, replies, known, zones, loads
    assert done == Written(
        files=partitions + whole, written=partitions + whole, removed=0, rows=rows
    )
    assert same(full, tmp_path / "lake")
    assert len(in_lake(tmp_path / "lake", "messages")) == 36
    accounts = {row[-2] for row in in_lake(tmp_path / "lake", "messages")}
    assert accounts == {*NAMES, None}
    assert not list((tmp_path / "lake").glob(".*"))
    assert all(f.endswith("data.parquet") for f in files(tmp_path / "lake"))


def test_a_reader_that_is_no_duckdb_reads_it(full: Store, tmp_path: Path) -> None:
    lake.export(full, tmp_path / "lake")
    found = ds.dataset(tmp_path / "lake" / "waits", format="parquet").to_table()
    assert found.num_rows == 21
    assert sorted(s for s in found["seconds"].to_pylist() if s is not None) == [300] * 14


def test_only_what_changed_is_written_again(full: Store, tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    lake.export(full, folder)
    before = files(folder)
    assert lake.export(full, folder) == Written(files=85, written=0, removed=0, rows=107)
    assert lake.export(full, folder, if_changed=True) is None
    assert files(folder) == before
    # An answer to an old wait: its messages, its conversation, its wait, and nothing else of its account or month.
    put(full, thread("help", "0-2", 2 * 30 * DAY)[1:])
    done = lake.export(full, folder, if_changed=True)
    assert done is not None
    changed = {f for f, at in files(folder).items() if before.get(f) != at}
    # As of moves with the answer, and stands beside each wait of the account's channel.
    assert {f.split("/")[1] for f in changed} == {"account=help", "data.parquet"}
    assert {f for f in changed if not f.startswith("waits")} == {
        "messages/account=help/month=2026-05/data.parquet",
        "conversations/account=help/month=2026-05/data.parquet",
        "replies/account=help/month=2026-05/data.parquet",
        "known/data.parquet",
        "loads/data.parquet",
    }
    assert done.written == len(changed)
    assert same(full, folder)


LONG, LONGEST = "가" * 28, "가" * 27


def test_an_account_that_can_be_no_folder_is_left_out_and_told_and_the_others_are_there(
    filled: Callable[..., Store], tmp_path: Path
) -> None:
    nobodys = lake_manifest.NOBODY
    nobody = {"platform": "x", "account": None, "channel": None, "message_key": "1", "role": "customer", "author_key": "zoe", "sent_at": minutes(0), "text": "hm"}  # fmt: skip
    named = (LONG, LONGEST, nobodys, "a" * 247, "a" * 248, "help")
    store = filled([*(m for n, name in enumerate(named) for m in thread(name, f"{n}", 0)), nobody])
    with store.transaction() as cursor:
        cursor.executemany(
            "INSERT INTO ledger (account, state) VALUES (?, 'normal')", [["help"], [LONG]]
        )
    done = lake.export(store, tmp_path / "lake")
    assert done is not None
    assert done.left_out == (nobodys, "a" * 248, LONG)
    kept = {LONGEST, "a" * 247, "help"}
    for table in lake_manifest.TABLES:
        accounts = {row[-2] for row in in_lake(tmp_path / "lake", table)}
        assert accounts == kept | ({None} if table == "messages" else set()), table
        rows = [row for row in in_store(store, table) if row[-2] not in done.left_out]
        assert in_lake(tmp_path / "lake", table) == rows, table
    for table in ("known", "zones"):
        assert {row[0] for row in whole_in_lake(tmp_path / "lake", table)} == kept, table
    with duckdb.connect() as reader:
        told = f"SELECT account FROM '{tmp_path}/lake/ledger/data.parquet'"
        assert reader.execute(told).fetchall() == [("help",)]
    again = lake.export(store, tmp_path / "lake")
    assert again is not None
    assert (again.written, again.left_out) == (0, done.left_out)
    settings = Settings.model_validate({"store": "lake", "lake": tmp_path / "lake"})
    with LakeStore.of(settings) as over:
        assert ask(over, "hit_rate", Question(by=("account",))) == [
            row
            for row in ask(store, "hit_rate", Question(by=("account",)))
            if row["account"] in kept
        ]


def test_an_account_called_null_is_one(filled: Callable[..., Store], tmp_path: Path) -> None:
    names = ("null", "NULL", "Null", "nullable")
    store = filled([m for name in names for m in thread(name, name, 0)])
    lake.export(store, tmp_path / "lake")
    assert same(store, tmp_path / "lake")
    assert {row[-2] for row in in_lake(tmp_path / "lake", "waits")} == {*names}
    settings = Settings.model_validate({"store": "lake", "lake": tmp_path / "lake"})
    for name in names:
        with LakeStore.of(settings) as over:
            assert ask(over, "hit_rate", Question(name)) == ask(store, "hit_rate", Question(name))


def test_what_is_taken_back_leaves_the_lake(full: Store, tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    added = put(full, thread("later", "L", 100 * DAY))
    lake.export(full, folder)
    before = files(folder)
    assert added.load is not None
    unload(full, added.load)
    assert lake.export(full, folder) == Written(files=85, written=2, removed=4, rows=109)
    # The account's zone is kept, in case it comes again.
    found = files(folder)
    assert before.keys() - found.keys() == {f for f in before if "account=later" in f}
    assert {f for f, at in found.items() if before[f] != at} == {
        "known/data.parquet",
        "loads/data.parquet",
    }
    assert same(full, folder)


def test_a_file_that_somebody_removed_is_written_again(full: Store, tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    lake.export(full, folder)
    gone = next(folder.rglob("waits/*/*/*.parquet"))
    gone.unlink()
    done = lake.export(full, folder)
    assert done is not None
    assert done.written == 1
    assert gone.exists()


def test_a_changed_setting_reaches_the_lake(full: Store, tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    lake.export(full, folder)
    full.use(Settings.model_validate({"agents": {"kim": {"team": "social"}}}))
    assert lake.export(full, folder, if_changed=True) is not None
    assert same(full, folder)


def test_a_folder_of_something_else_is_left_alone(full: Store, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").write_text("x")
    with pytest.raises(LakeError, match="something else"):
        lake.export(full, tmp_path / "photos")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "manifest.json").write_text("[]")
    with pytest.raises(LakeError, match="not what an export writes"):
        lake.export(full, tmp_path / "broken")
    (tmp_path / "file").write_text("x")
    with pytest.raises(LakeError, match="cannot be written"):
        lake.export(full, tmp_path / "file")
    assert (tmp_path / "photos" / "one.jpg").read_text() == "x"


def a_manifest(**tables: Any) -> dict[str, Any]:
    return {"version": 1, "tables": {name: {} for name in lake_manifest.TABLES} | tables}


PARTITION = "account=help/month=2026-03"
NO_MANIFESTS = {
    "an absolute path": a_manifest(messages={"/TMP/victim": "1"}),
    "a path out of the folder": a_manifest(messages={"../../victim": "1"}),
    "a path out of it by its month": a_manifest(messages={"account=help/month=1/../..": "1"}),
    "a path with a backslash": a_manifest(messages={"account=a/month=..\\..": "1"}),
    "a path with a zero byte": a_manifest(messages={"account=a/month=\0": "1"}),
    "a folder of its own": a_manifest(messages={"victim": "1"}),
    "a part of a path": a_manifest(messages={"account=help": "1"}),
    "a path of what is one file": a_manifest(known={"../../victim": "1"}),
    "a print that is none": a_manifest(messages={PARTITION: 1}),
    "a table without files": a_manifest(messages=["victim"]),
    "another table": a_manifest(other={}),
    "a table in another folder": a_manifest(**{"../victim": {"": "1"}}),
    "no version": {"tables": a_manifest()["tables"]},
    "a version that is none": a_manifest() | {"version": [1]},
    "another lake": a_manifest() | {"lake": 9},
    "too few tables": {"version": 1, "tables": {"messages": {"keep": "1"}, "other": {}}},
    "no tables": {"version": 1, "tables": ["messages"]},
    "something else": ["messages"],
}


@pytest.mark.parametrize("about", NO_MANIFESTS)
def test_what_no_export_wrote_takes_nothing_away_and_leads_nowhere(
    about: str, full: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "foreign"
    for place in (folder / "messages" / "victim", folder / "messages" / PARTITION, tmp_path / "victim"):  # fmt: skip
        place.mkdir(parents=True)
        (place / "data.parquet").write_text("dear")
        (place / "letter.txt").write_text("dear")
    told = json.dumps(NO_MANIFESTS[about]).replace("/TMP", str(tmp_path))
    (folder / "manifest.json").write_text(told)
    before = {str(p): p.read_bytes() for p in tmp_path.rglob("*") if p.name in ("data.parquet", "letter.txt", "manifest.json")}  # fmt: skip
    for use in (
        lambda: lake.export(full, folder),
        lambda: lake.export(full, folder, if_changed=True),
        lambda: lake.put(folder, tmp_path / "made", "built"),
        lambda: lake_tables.manifest(folder),
        lambda: lake_copy.copied(folder, patience=0),
    ):
        with pytest.raises(LakeError, match="not what an export writes") as error:
            use()
        assert str(folder / "manifest.json") in str(error.value)
        assert str(error.value).endswith(f"python -m sla export {folder}")
    assert {path: Path(path).read_bytes() for path in before} == before
    assert {p.name for p in folder.iterdir()} == {"messages", "manifest.json"}


def test_only_what_an_export_wrote_is_taken_away_again(full: Store, tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    added = put(full, thread("later", "L", 100 * DAY))
    lake.export(full, folder)
    (beside,) = (folder / "messages" / "account=later").iterdir()
    (beside / "letter.txt").write_text("dear")
    assert added.load is not None
    unload(full, added.load)
    lake.export(full, folder)
    assert [p.name for p in beside.iterdir()] == ["letter.txt"]
    assert not (folder / "waits" / "account=later").exists()


def test_a_lake_that_an_earlier_version_wrote_is_brought_up_to_date(
    full: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "lake"
    lake.export(full, folder)
    told = json.loads((folder / "manifest.json").read_text())
    del told["lake"]
    for name in ("replies", *lake_manifest.WHOLE):
        del told["tables"][name]
    (folder / "manifest.json").write_text(json.dumps(told))
    with pytest.raises(LakeError, match="another version of Replyclock wrote this lake"):
        lake_tables.manifest(folder)
    lake.export(full, folder)
    assert same(full, folder)
    assert lake_tables.manifest(folder)["version"] == full.version


def test_an_export_that_was_cut_off_is_made_good(
    full: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "lake"
    whole, written = lake._write, []

    def cut(*arguments: Any) -> None:
        if written:
            raise OSError(28, "No space left on device")
        written.append(1)
        whole(*arguments)

    monkeypatch.setattr(lake, "_write", cut)
    with pytest.raises(LakeError, match="No space left"):
        lake.export(full, folder)
    monkeypatch.undo()
    assert not (folder / "manifest.json").exists()
    (folder / "manifest.json").write_text(
        json.dumps({"version": 0, "tables": {t: {} for t in lake_manifest.TABLES}})
    )
    lake.export(full, folder)
    assert same(full, folder)


def test_the_command_line_writes_it_here_or_through_the_dashboard(
    full: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox(inbox_of(full.path))
    assert inbox is not None
    announce(full.path)

    def owned(*_: object) -> None:
        raise StoreBusyError("another process has the database open.")

    # The owner is this process, in which a second opening would be one of the same database.
    monkeypatch.setattr("sla.cli.lake.reading", owned)
    ended = []
    owner = Thread(
        target=lambda: [
            answer_calls(full, inbox_of(full.path)) for _ in iter(lambda: bool(ended), True)
        ]
    )
    owner.start()
    try:
        assert main(["export", str(tmp_path / "lake"), "--db", str(full.path)]) == 0
        assert "85 files, 85 of them written anew, 0 removed" in capsys.readouterr().out
        assert same(full, tmp_path / "lake")
        put(full, thread(LONG, "L", 0))
        assert main(["export", str(tmp_path / "lake"), "--db", str(full.path)]) == 0
        assert capsys.readouterr().err.count(f'The account "{LONG}" is left out') == 1
        assert main(["export", str(full.path), "--db", str(full.path)]) == 1
        assert "cannot be written" in capsys.readouterr().err
    finally:
        ended.append(True)
        owner.join()
    monkeypatch.undo()
    full.close()
    (full.path.with_name(full.path.name + ".owner.json")).unlink()
    assert main(["export", str(tmp_path / "lake"), "--db", str(full.path)]) == 0
    # The settings of the command line know other accounts, with their zones and hours.
    told = capsys.readouterr()
    assert "85 files, 2 of them written anew, 0 removed" in told.out
    assert told.err == (
        f'The account "{LONG}" is left out: its name is too long for a folder. To have it in the lake, '
        "unload its messages and load them again under another name (--account).\n"
    )
