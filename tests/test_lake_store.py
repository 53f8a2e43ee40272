"""A lake as the store: every figure as in the database it came from, nothing written to it, and what is new followed as a whole."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from bench import grown
from sla import catalogue, lake, lake_copy, lists, presets, trace
from sla.__main__ import main
from sla.expected import expected_of_all
from sla.lake_manifest import LakeBusyError, LakeError
from sla.lake_store import LakeStore
from sla.lists import Listing
from sla.load import load_file
from sla.measures import Question, ask, known, measures
from sla.settings import Settings, read
from sla.store import SCHEMA_VERSION, Store
from tests.conftest import minutes
from tests.staging import put
from tests.test_engines import QUESTIONS, take_grown, told_by, told_to_the_public
from tests.wrong_day_data import write_wrong_day

ALL = 10**9
MORE = '\n[accounts.Shop]\ntime_zone = "Europe/London"\n[bots.robot]\nanswers = true\n'


def of(folder: Path, settings: Settings | None = None, **more: Any) -> LakeStore:
    told = {"store": "lake", "lake": folder}
    return LakeStore.of((settings or Settings()).model_copy(update=told), **more)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, LakeStore]]:
    """Give a store of generated messages, a day that went wrong and a ledger, and its lake as a store."""
    folder = tmp_path_factory.mktemp("lake_store")
    (folder / "settings.toml").write_text(grown.SETTINGS + grown.TEAMS + MORE)
    with Store.open(folder / "store.duckdb", read(folder / "settings.toml")) as store:
        take_grown(store, folder)
        assert load_file(store, write_wrong_day(folder / "shop.csv")).error is None
        told_to_the_public(store)
        lake.export(store, folder / "the lake's")
        with of(folder / "the lake's", store.settings) as found:
            yield store, found


@pytest.mark.parametrize("name", measures())
def test_a_measure_has_the_same_rows_from_the_lake(
    name: str, both: tuple[Store, LakeStore]
) -> None:
    store, over = both
    rows = 0
    for question in QUESTIONS.values():
        asked = told_by(measures()[name], question)
        expected = ask(store, name, asked)
        assert ask(over, name, asked) == expected, question
        rows += len(expected)
    assert rows


LISTINGS = {
    "all": Listing(),
    "missed": Listing(Question("Bolt desk", clock="open"), verdict="missed", sort="oldest"),
    "in hours": Listing(opening=True, weekdays=(0, 4), hours=(9, 16), sort="newest"),
    "by an agent": Listing(agent="AB", outcome="answered"),
    "who waited": Listing(waited=datetime(2026, 3, 24, 14, 0)),  # noqa: DTZ001 - each account's own time
    "said": Listing(search="please"),
}


@pytest.mark.parametrize("about", LISTINGS)
def test_a_list_has_the_same_rows_from_the_lake(
    about: str, both: tuple[Store, LakeStore], tmp_path: Path
) -> None:
    store, over = both
    expected = lists.page(store, LISTINGS[about], ALL)
    assert expected
    assert lists.page(over, LISTINGS[about], ALL) == expected
    assert lists.counted(over, LISTINGS[about]) == lists.counted(store, LISTINGS[about])
    for each, name in ((store, "store.csv"), (over, "lake.csv")):
        lists.write_csv(each, LISTINGS[about], tmp_path / name)
    assert (tmp_path / "lake.csv").read_bytes() == (tmp_path / "store.csv").read_bytes()


def test_traces_other_rules_and_what_is_known_are_the_same_from_the_lake(
    both: tuple[Store, LakeStore],
) -> None:
    store, over = both
    for outcome in get_args(lists.Outcome):
        for row in lists.page(store, Listing(outcome=outcome), 2):
            assert trace.trace(over, row["wait_id"]) == trace.trace(store, row["wait_id"])
    assert presets.compare(over, Question()) == presets.compare(store, Question())
    assert known(over) == known(store)
    assert lists.agents(over, None, None, 300) == lists.agents(store, None, None, 300) != []
    assert catalogue.stored(over) == catalogue.stored(store)
    assert catalogue.left_out(over) == catalogue.left_out(store)
    now = max(k.as_of for k in known(store)) + timedelta(minutes=1)
    assert expected_of_all(over, now) == expected_of_all(store, now)


# --------------------------------------------------------------------------- a lake that goes on being written


def asked(account: str, name: str, at: float) -> dict[str, Any]:
    said = {"platform": "log", "account": account, "channel": "Chat", "thread_key": name}
    return said | {"message_key": name, "role": "customer", "author_key": "ann", "sent_at": minutes(at), "text": "no signal"}  # fmt: skip


def waiting(store: Store) -> set[str]:
    return {row["account"] for row in ask(store, "waiting_now", Question())}


@pytest.fixture
def written(store: Store, tmp_path: Path) -> Path:
    """Return a lake in which two wait."""
    put(store, [asked("Acme", "a", 0), asked("Bolt", "b", 1)])
    lake.export(store, tmp_path / "lake")
    return tmp_path / "lake"


def stamps(folder: Path) -> dict[str, tuple[int, int, int]]:
    found = {str(path): path.stat() for path in [folder, *folder.rglob("*")]}
    return {path: (s.st_mtime_ns, s.st_ctime_ns, s.st_ino) for path, s in found.items()}


def test_nothing_is_written_to_the_lake_and_nothing_left_behind(written: Path) -> None:
    before = stamps(written)
    with of(written) as over:
        assert waiting(over) == {"Acme", "Bolt"}
        mine = over.copy.folder
        assert mine.is_dir()
        with pytest.raises(LakeError, match="Nothing can be written here"), over.transaction():
            pass
        with pytest.raises(LakeError), over.beside():
            pass
    assert not mine.exists()
    assert stamps(written) == before


def test_a_state_stays_as_it_was_and_the_next_reads_only_what_changed(
    store: Store, written: Path
) -> None:
    first = of(written)
    put(store, [asked("Cargo", "c", 2)])
    lake.export(store, written)
    assert waiting(first) == {"Acme", "Bolt"}
    second = of(written, before=first)
    assert waiting(second) == {"Acme", "Bolt", "Cargo"}
    assert second.version != first.version
    mine = {p.relative_to(first.copy.folder): p for p in first.copy.folder.rglob("*.parquet")}
    same = {n for n, p in mine.items() if (second.copy.folder / n).samefile(p)}
    assert {str(n.parent) for n in mine.keys() - same} == {"known", "loads", "zones"}
    first.close()
    assert waiting(second) == {"Acme", "Bolt", "Cargo"}
    second.close()


def test_a_lake_of_which_a_file_is_missing_is_not_read(written: Path) -> None:
    with of(written) as first:
        for gone in (written / "waits").glob("account=Bolt"):
            shutil.rmtree(gone)
        with pytest.raises(LakeBusyError, match="it is being written, or that was cut off"):
            of(written, before=None, patience=0)
        assert waiting(first) == {"Acme", "Bolt"}


def test_while_files_are_replaced_no_state_of_it_is_shown(store: Store, written: Path) -> None:
    told = (written / "manifest.json").read_bytes()
    put(store, [asked("Acme", "later", 5)])
    lake.export(store, written)
    (written / "manifest.json").write_bytes(told)
    now = (written / "manifest.json").stat().st_mtime_ns
    for path in written.rglob("*.parquet"):
        os.utime(path, ns=(now + 1, now + 1))
    with pytest.raises(LakeBusyError, match="its files are not those of its manifest"):
        of(written, patience=0)


def test_an_export_that_ends_while_files_are_copied_is_shown_as_a_whole(
    store: Store, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, copies = shutil.copyfile, []

    def copied(source: Path, target: Path) -> None:
        copy(source, target)
        copies.append(source)
        if len(copies) == 5:
            put(store, [asked("Acme", "meanwhile", 5), asked("Cargo", "c", 6)])
            lake.export(store, written)
            later = (written / "manifest.json").stat().st_mtime_ns
            for path in written.rglob("*.parquet"):
                os.utime(path, ns=(later - 10**12, later - 10**12))

    monkeypatch.setattr(lake_copy.shutil, "copyfile", copied)
    with of(written) as over:
        assert waiting(over) == {"Acme", "Bolt", "Cargo"}
        assert known(over) == known(store)
        assert lists.page(over, Listing(), ALL) == lists.page(store, Listing(), ALL)


def test_a_lake_that_was_copied_without_its_times_is_read(written: Path, tmp_path: Path) -> None:
    shutil.copytree(written, tmp_path / "copied", copy_function=shutil.copyfile)
    now = (tmp_path / "copied" / "manifest.json").stat().st_mtime_ns
    for path in (tmp_path / "copied").rglob("*.parquet"):
        os.utime(path, ns=(now + 1, now + 1))
    with of(tmp_path / "copied", patience=0) as over:
        assert waiting(over) == {"Acme", "Bolt"}


@pytest.mark.parametrize("table", ["known", "waits"])
def test_a_file_that_is_no_parquet_or_no_file_is_told_with_the_remedy(
    table: str, store: Store, written: Path
) -> None:
    file = next((written / table).rglob("data.parquet"))
    known_at = file.stat().st_mtime_ns
    file.write_bytes(b"PAR1 no such thing")
    os.utime(file, ns=(known_at, known_at))
    with pytest.raises(LakeError, match="cannot be read") as error:
        of(written)
    assert f": {file}: cannot be read (" in str(error.value)
    assert "replyclock-lake-" not in str(error.value)
    assert f"Remove it, and have it written again: python -m sla export {written} (where the database is" in str(error.value)  # fmt: skip
    lake.export(store, written)
    with pytest.raises(LakeError, match="cannot be read"):
        of(written)
    file.unlink()
    lake.export(store, written)
    with of(written) as over:
        assert waiting(over) == {"Acme", "Bolt"}
    file.unlink()
    file.mkdir()
    with pytest.raises(LakeError, match="cannot be copied to") as error:
        of(written)
    assert str(file) in str(error.value)


def test_a_file_that_is_damaged_inside_is_told_by_a_command_with_the_remedy(
    written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = next((written / "waits" / "account=Bolt").rglob("data.parquet"))
    known_at = file.stat().st_mtime_ns
    content = file.read_bytes()
    footer = int.from_bytes(content[-8:-4], "little") + 8
    file.write_bytes(b"PAR1" + b"\xff" * (len(content) - 4 - footer) + content[-footer:])
    os.utime(file, ns=(known_at, known_at))
    (tmp_path / "over.toml").write_text(f'store = "lake"\nlake = "{written}"\n')
    assert main(["measure", "waiting_now", "--settings", str(tmp_path / "over.toml")]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f'store = "lake" in the settings: {file}: cannot be read (')
    assert f"Remove it, and have it written again: python -m sla export {written}" in told
    assert "replyclock-lake-" not in told


def test_an_empty_lake_is_one_without_data(store: Store, tmp_path: Path) -> None:
    lake.export(store, tmp_path / "lake")
    with of(tmp_path / "lake") as over:
        assert known(over) == []
        assert ask(over, "hit_rate", Question()) == ask(store, "hit_rate", Question())
        assert lists.page(over, Listing(), ALL) == []


def test_other_targets_and_horizons_are_taken_up_and_rules_are_those_of_the_settings(
    written: Path,
) -> None:
    with of(written) as over:
        assert over.use(over.settings.model_copy(update={"closers": False})) is None
        (row,) = over.cursor().execute("SELECT closers FROM rules").fetchall()
        assert row == (False,)


EARLIER = (
    '{"lake": "1", "version": 1, "tables": {"messages": {}, "conversations": {}, "waits": {}}}'
)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "there is no lake in this folder"),
        ("{", "this is not what an export writes"),
        (EARLIER, f"(1, this one reads {SCHEMA_VERSION})"),
    ],
)
def test_what_is_no_lake_is_refused_with_the_setting_and_the_remedy(
    content: str | None, told: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(LakeError) as error:
        of(tmp_path)
    said = str(error.value)
    assert told in said
    assert said.startswith(f'store = "lake" in the settings: {tmp_path}')
    assert f"python -m sla export {tmp_path} (where the database is" in said
    with pytest.raises(LakeError, match="there is no such folder"):
        of(tmp_path / "nowhere")
