import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import pytest

from sla import inbox as inbox_module
from sla.errors import LoadError
from sla.handover import answer_calls, hand_over_load, hand_over_unload
from sla.inbox import Inbox
from sla.load import load_file, totals
from sla.parse import Unit
from sla.store import Store, announce, withdraw

LOG = "account,role,sent_at,thread_key,message_key,text\nhelp,customer,2026-03-02T09:00:00Z,T1,1,hello\n"


@pytest.fixture
def inbox(store: Store, monkeypatch: pytest.MonkeyPatch) -> Inbox:
    monkeypatch.setattr(inbox_module, "_SETTLED_SECONDS", 0.0)
    return Inbox(store.path.parent / "inbox")


def rounds(inbox: Inbox, store: Store, count: int = 2) -> list[str | None]:
    """Look into the inbox so many times; return the error, or None, of each file that was taken."""
    return [
        result.error
        for _ in range(count)
        for ready in inbox.ready(store.settings)
        for result in inbox.take(store, ready)
    ]


def test_a_dropped_file_is_loaded_gets_a_receipt_and_is_moved_aside(
    store: Store, inbox: Inbox
) -> None:
    (inbox.folder / "log.csv").write_text(LOG)
    assert rounds(inbox, store) == [None]
    receipt = json.loads((inbox.folder / "receipts" / "log.csv.json").read_text())
    assert receipt["result"]["new"] == 1
    assert receipt["totals"] == totals(store) == {"messages": 1, "conversations": 1, "waits": 1}
    assert (inbox.folder / "done" / "log.csv").exists()
    assert not (inbox.folder / "log.csv").exists()


def test_a_file_that_cannot_be_used_is_refused_with_the_reason(store: Store, inbox: Inbox) -> None:
    (inbox.folder / "page.csv").write_text("<!DOCTYPE html><html></html>")
    (error,) = rounds(inbox, store)
    assert error
    assert "page.csv" in error
    assert (inbox.folder / "refused" / "page.csv").exists()
    assert totals(store)["messages"] == 0


def test_a_file_that_is_still_being_written_is_waited_for(store: Store, inbox: Inbox) -> None:
    growing = inbox.folder / "log.csv"
    growing.write_text(LOG[:50])
    assert ready(inbox, store) == []
    growing.write_text(LOG)
    assert ready(inbox, store) == []
    assert ready(inbox, store) == [(growing,)]
    (inbox.folder / "log.csv.part").write_text(LOG)
    (inbox.folder / ".hidden.csv").write_text(LOG)
    assert ready(inbox, store) == [(growing,)]


def ready(inbox: Inbox, store: Store) -> list[tuple[Path, ...]]:
    return [found.dropped for found in inbox.ready(store.settings)]


def test_a_file_waits_for_another_that_is_still_being_written(store: Store, inbox: Inbox) -> None:
    done, growing = inbox.folder / "a.csv", inbox.folder / "b.csv"
    done.write_text(LOG)
    assert ready(inbox, store) == []
    growing.write_text(LOG[:60])
    assert ready(inbox, store) == []
    assert ready(inbox, store) == [(done,), (growing,)]


def test_a_dropped_folder_is_loaded_as_a_whole_and_moved_aside(store: Store, inbox: Inbox) -> None:
    folder = inbox.folder / "march"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.csv").write_text(LOG)
    (folder / "deep" / "b.csv").write_text(LOG.replace("T1,1", "T2,2"))
    (folder / "notes.txt").write_text("not a log")
    errors = rounds(inbox, store)
    assert errors[:2] == [None, None]
    assert errors[2] == "march: 1 file in it is no log and left alone: notes.txt."
    receipt = json.loads((inbox.folder / "receipts" / "march.json").read_text())
    assert [file["path"] for file in receipt["files"]] == [
        "march/a.csv",
        "march/deep/b.csv",
        "march",
    ]
    assert totals(store)["messages"] == 2
    assert (inbox.folder / "done" / "march" / "deep" / "b.csv").exists()
    assert not folder.exists()


def test_two_files_of_one_name_are_both_kept(store: Store, inbox: Inbox) -> None:
    for text in (LOG, LOG.replace("T1,1", "T2,2")):
        (inbox.folder / "log.csv").write_text(text)
        rounds(inbox, store)
    assert len(list((inbox.folder / "done").iterdir())) == 2
    assert totals(store)["messages"] == 2


def test_a_file_is_handed_over_to_the_owner_and_its_outcome_comes_back(
    store: Store, inbox: Inbox, tmp_path: Path
) -> None:
    mine = tmp_path / "mine" / "log.csv"
    mine.parent.mkdir()
    mine.write_text(LOG)
    announce(store.path)
    done: list[object] = []
    thread = Thread(target=lambda: done.append(hand_over_load(store.path, Unit.of(mine))))
    thread.start()
    for _ in range(200):
        answer_calls(store, inbox.folder)
        if done:
            break
        time.sleep(0.02)
    thread.join(timeout=10)
    ((result, counts),) = done
    assert (result.path, result.new, result.error) == (str(mine), 1, None)
    assert counts["messages"] == 1
    assert mine.exists()
    assert not list((inbox.folder / "handed").iterdir())


def test_a_link_is_handed_over_as_what_it_names(store: Store, inbox: Inbox, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "log.csv").write_text(LOG)
    link = tmp_path / "link.csv"
    link.symlink_to(Path("real") / "log.csv")
    announce(store.path)
    result, _ = while_answered(store, inbox, lambda: hand_over_load(store.path, Unit.of(link)))  # type: ignore[misc]
    assert (result.new, result.error) == (1, None)


def test_a_call_that_is_given_up_is_taken_back_unless_it_has_begun(
    store: Store, inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "log.csv"
    mine.write_text(LOG)
    announce(store.path)

    def given_up(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sla.handover.time.sleep", given_up)
    with pytest.raises(KeyboardInterrupt):
        hand_over_load(store.path, Unit.of(mine))
    assert answer_calls(store, inbox.folder) == 0

    def begun(seconds: float) -> None:
        for call in (inbox.folder / "handed").iterdir():
            (call / "begun").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr("sla.handover.time.sleep", begun)
    with pytest.raises(LoadError, match="at it already and will finish it"):
        hand_over_load(store.path, Unit.of(mine))
    assert answer_calls(store, inbox.folder) == 1
    assert totals(store)["messages"] == 1
    monkeypatch.undo()
    # Nobody takes its receipt: a call on another day does, and leaves those of files where they are.
    receipts = inbox.folder / "receipts"
    (left,) = receipts.iterdir()
    (receipts / "log.csv.json").write_text("{}")
    for receipt in receipts.iterdir():
        os.utime(receipt, (0, 0))
    while_answered(store, inbox, lambda: hand_over_load(store.path, Unit.of(mine)))
    assert [receipt.name for receipt in receipts.iterdir()] == ["log.csv.json"], left


def test_an_owner_that_goes_away_is_noticed(store: Store, inbox: Inbox, tmp_path: Path) -> None:
    mine = tmp_path / "log.csv"
    mine.write_text(LOG)
    withdraw(store.path)
    with pytest.raises(LoadError, match="dashboard was stopped"):
        hand_over_load(store.path, Unit.of(mine))
    with pytest.raises(LoadError, match="cannot be read"):
        hand_over_load(store.path, Unit.of(tmp_path / "none.csv"))


def test_an_unload_is_handed_over_too(store: Store, inbox: Inbox, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(LOG)
    load = load_file(store, log).load
    assert load is not None
    announce(store.path)
    assert while_answered(store, inbox, lambda: hand_over_unload(store.path, load)) == (1, 0)
    with pytest.raises(LoadError, match="taken back already"):
        while_answered(store, inbox, lambda: hand_over_unload(store.path, load))


def while_answered(store: Store, inbox: Inbox, call: Callable[[], object]) -> object:
    """Make a call in a thread while this one owns the database and answers."""
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(call)
        for _ in range(500):
            answer_calls(store, inbox.folder)
            if made.done():
                break
            time.sleep(0.02)
        return made.result(timeout=10)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe and names of any bytes are of Unix")
def test_odd_entries_hold_nothing_up(store: Store, inbox: Inbox) -> None:
    odd = os.fsencode(inbox.folder) + b"/caf\xe9.csv"
    Path(os.fsdecode(odd)).write_text(LOG)
    long = inbox.folder / f"{'x' * 248}.csv"
    long.write_text(LOG.replace(",1,hello", ",2,hello"))
    os.mkfifo(inbox.folder / "pipe.csv")
    (inbox.folder / "dangling.csv").symlink_to(inbox.folder / "nowhere")
    (inbox.folder / "last.csv").write_text(LOG.replace(",1,hello", ",3,hello"))
    errors = rounds(inbox, store)
    assert len(errors) == 5
    refused = [error for error in errors if error]
    assert sorted("pipe.csv" in error for error in refused) == [False, True]
    assert totals(store)["messages"] == 3
    assert len(list((inbox.folder / "receipts").iterdir())) == 5
    assert rounds(inbox, store) == []
    assert [p for p in inbox.folder.iterdir() if not p.is_dir()] == []


@pytest.mark.skipif(os.name == "nt", reason="names of any bytes are of Unix")
def test_a_name_that_is_no_utf8_can_be_handed_over(store: Store, inbox: Inbox) -> None:
    mine = Path(os.fsdecode(os.fsencode(inbox.folder.parent) + b"/caf\xe9.csv"))
    mine.write_text(LOG)
    announce(store.path)
    result, _ = while_answered(store, inbox, lambda: hand_over_load(store.path, Unit.of(mine)))  # type: ignore[misc]
    assert (result.error, result.new) == (None, 1)
    assert result.path.endswith("caf?.csv")


def test_a_folder_of_which_one_file_is_no_use_is_told_file_by_file(
    store: Store, inbox: Inbox
) -> None:
    dropped = inbox.folder / "both"
    dropped.mkdir()
    (dropped / "log.csv").write_text(LOG)
    (dropped / "torn.csv").write_text(LOG.replace("2026-03-02T09:00:00Z", "soon"))
    errors = rounds(inbox, store)
    assert len([error for error in errors if error]) == 1
    receipt = json.loads((inbox.folder / "receipts" / "both.json").read_text())
    assert len(receipt["files"]) == 2
