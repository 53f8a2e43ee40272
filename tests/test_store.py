import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sla import model
from sla.errors import StoreBusyError, StoreError
from sla.load import totals
from sla.measures import Question, ask, known
from sla.settings import ROOT, Account, Bot, Hours, Settings
from sla.store import Store
from sla.unload import drop_sample
from tests.conftest import minutes
from tests.staging import put, take_back

Fill = Callable[..., Store]


def conversation(name: str, *roles: str, every: float = 10) -> list[dict[str, Any]]:
    """Return one thread in which these roles speak in turn, `every` so many minutes."""
    return [
        {
            "message_key": f"{name}-{i}",
            "thread_key": name,
            "role": role,
            "text": f"{role} {i}",
            "author_key": "ann" if role == "customer" else "kim",
            "sent_at": minutes(i * every),
        }
        for i, role in enumerate(roles)
    ]


def derived(store: Store) -> list[Any]:
    cursor = store.cursor()
    return [
        cursor.execute(f"SELECT * EXCLUDE ({left_out}) FROM {table} ORDER BY ALL").fetchall()
        for table, left_out in (
            ("waits", "start_id, end_id"),
            ("conversations", "scope"),
            ("known", "sample"),
            ("placed", "message_id"),
            ("said_hours", "week"),
        )
    ]


def test_the_same_load_twice_adds_nothing(store: Store) -> None:
    messages = conversation("T1", "customer", "customer", "agent")
    first, before = put(store, messages), derived(store)
    again = put(store, messages)
    assert (first.new, first.duplicates) == (3, 0)
    assert (again.new, again.updated, again.duplicates) == (0, 0, 3)
    assert derived(store) == before


def test_an_edited_message_replaces_its_older_version(store: Store) -> None:
    messages = conversation("T1", "customer", "agent")
    put(store, messages)
    edited = [messages[0] | {"sent_at": minutes(-50), "text": "earlier than I thought"}]
    result = put(store, edited)
    assert (result.new, result.updated, result.duplicates) == (0, 1, 0)
    assert totals(store) == {"messages": 2, "conversations": 1, "waits": 1}
    (row,) = ask(store, "first_reply", Question())
    assert row["median_seconds"] == 60 * 60


def test_an_older_version_that_says_when_it_was_edited_does_not_come_back(store: Store) -> None:
    (message,) = conversation("T1", "customer")
    put(store, [message | {"edited_at": minutes(9), "text": "new"}])
    result = put(store, [message | {"edited_at": minutes(5), "text": "old"}])
    assert (result.updated, result.duplicates) == (0, 1)
    assert store.cursor().execute("SELECT text FROM messages").fetchall() == [("new",)]


def test_a_message_moved_to_another_thread_leaves_nothing_behind(store: Store) -> None:
    put(store, conversation("T1", "customer", "agent"))
    put(store, [conversation("T1", "customer")[0] | {"thread_key": "T2"}])
    assert totals(store) == {"messages": 2, "conversations": 2, "waits": 1}
    assert [r["conversation_id"].split("|")[2] for r in ask(store, "waiting_now", Question())] == [
        "T2"
    ]


def test_a_late_parent_joins_two_trees(store: Store) -> None:
    tree = {"platform": "x", "account": None, "channel": "X mentions", "thread_key": None}
    replies = [
        tree | {"message_key": "2", "reply_to_key": "1", "role": "agent", "author_key": "help", "account": "help",
                "text": "@ann hello", "sent_at": minutes(10)},
        tree | {"message_key": "3", "reply_to_key": "1", "role": "customer", "author_key": "bob",
                "text": "@help me too", "sent_at": minutes(11)},
    ]  # fmt: skip
    question = tree | {
        "message_key": "1",
        "role": "customer",
        "author_key": "ann",
        "text": "@help no signal",
        "sent_at": minutes(0),
    }
    put(store, replies)
    assert {r["wait_id"] for r in ask(store, "waiting_now", Question())} == {"x:3"}
    put(store, [question])
    rows = (
        store.cursor().execute("SELECT wait_id, outcome, seconds FROM waits ORDER BY 1").fetchall()
    )
    assert rows == [("x:1", "answered", 600), ("x:3", "open", None)]


def test_a_load_models_only_the_scopes_that_it_touches(store: Store) -> None:
    put(store, [m for i in range(50) for m in conversation(f"T{i}", "customer", "agent")])
    put(store, [conversation("T7", "customer", "agent", "customer")[2]])
    cursor = store.cursor()
    before = cursor.execute(
        "SELECT rowid, wait_id FROM waits WHERE wait_id NOT LIKE '%T7-%'"
    ).fetchall()
    put(store, [conversation("T8", "customer", "agent", "customer")[2]])
    after = set(
        cursor.execute("SELECT rowid, wait_id FROM waits WHERE wait_id NOT LIKE '%T7-%'").fetchall()
    )
    # rows of untouched conversations keep their place in the file: nobody wrote them again
    assert {b for b in before if "T8-" not in b[1]} <= after


def test_loading_in_parts_equals_loading_at_once(tmp_path: Path) -> None:
    messages = [
        m
        for i in range(6)
        for m in conversation(f"T{i}", "customer", "agent", "customer", "customer", "agent")
    ]
    with (
        Store.open(tmp_path / "a.duckdb", Settings()) as whole,
        Store.open(tmp_path / "b.duckdb", Settings()) as parts,
    ):
        put(whole, messages)
        for part in (messages[1::3], messages[2::3], messages[0::3]):
            put(parts, part)
        assert derived(parts) == derived(whole)


def test_a_database_from_before_there_were_numbers_knows_its_messages(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    messages = conversation("T1", "customer", "agent", "customer")
    with Store.open(path, Settings()) as store:
        put(store, messages[:2])
    take_back(path, "7")
    with Store.open(path, Settings()) as store:
        again = put(store, messages)
        assert (again.new, again.duplicates) == (1, 2)
        assert totals(store) == {"messages": 3, "conversations": 1, "waits": 2}


def test_names_with_the_same_number_are_told_apart(store: Store) -> None:
    twins = [
        {"message_key": key, "thread_key": key, "role": "customer", "sent_at": minutes(place), "namespace": desk, "text": key}
        for place, (key, desk) in enumerate([("7", ""), ("07", ""), ("7", "two"), ("٧", ""), (" 7", ""), ("9" * 19, ""), ("9" * 40, "")])
    ]  # fmt: skip
    first = put(store, twins)
    again = put(store, [*twins, twins[0] | {"message_key": "8", "thread_key": "07"}])
    assert (first.new, again.new, again.duplicates) == (7, 1, 7)
    assert totals(store) == {"messages": 8, "conversations": 7, "waits": 7}


def test_other_rules_are_taken_up_when_the_store_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    messages = conversation("T1", "customer", "agent", "customer")
    messages[2]["text"] = "thanks!"
    with Store.open(path, Settings()) as store:
        put(store, messages)
        assert totals(store)["waits"] == 1
        version = store.version
    with Store.open(path, Settings()) as store:
        assert store.version == version
    with Store.open(path, Settings(closers=False)) as store:
        assert totals(store)["waits"] == 2
        assert store.version > version


def test_dropping_the_sample_leaves_real_data_as_it_was(store: Store) -> None:
    put(store, conversation("T1", "customer", "agent"))
    before = derived(store)
    put(store, conversation("S1", "customer"), sample=True)
    assert [k.sample for k in known(store)] == [True]
    assert drop_sample(store) == 1
    assert derived(store) == before
    assert [k.sample for k in known(store)] == [False]


def test_a_failed_load_leaves_everything_as_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, conversation("T1", "customer", "agent"))
    before, version = derived(store), store.version

    def fail(*_: object) -> None:
        raise duckdb.OutOfMemoryException("disk full")

    monkeypatch.setattr(model, "update", fail)
    with pytest.raises(duckdb.OutOfMemoryException):
        put(store, conversation("T2", "customer"))
    assert derived(store) == before
    assert store.cursor().execute("SELECT count(*) FROM messages").fetchone() == (2,)
    assert store.version == version


def test_reads_go_on_in_many_threads_while_a_load_runs(store: Store) -> None:
    put(store, [m for i in range(200) for m in conversation(f"T{i}", "customer", "agent")])
    wrong: list[object] = []

    def read() -> None:
        for _ in range(30):
            (row,) = ask(store, "hit_rate", Question())
            if row["met"] % 200:
                wrong.append(row)

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    put(store, [m for i in range(200, 400) for m in conversation(f"T{i}", "customer", "agent")])
    for thread in threads:
        thread.join()
    assert not wrong


def test_the_database_takes_the_memory_that_it_is_given(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.duckdb", Settings(memory_gb=1)) as store:
        limit = "SELECT current_setting('memory_limit')"
        assert store.cursor().execute(limit).fetchone() == ("953.6 MiB",)
        store.use(Settings(memory_gb=3))
        assert store.cursor().execute(limit).fetchone() == ("2.7 GiB",)


def test_a_second_process_is_told_who_has_the_database(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    with Store.open(path, Settings()):
        script = f"from pathlib import Path; from sla.store import Store; from sla.settings import Settings; Store.open(Path({str(path)!r}), Settings())"
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert "StoreBusyError" in done.stderr
    assert "another process has the database open (process" in done.stderr


def test_files_that_are_no_store_are_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "text.duckdb").write_text("hello, this is no database at all" * 100)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(tmp_path / "text.duckdb", Settings())
    duckdb.connect(str(tmp_path / "other.duckdb")).execute("CREATE TABLE t (i INTEGER)").close()
    with pytest.raises(StoreError, match="a DuckDB database of something else"):
        Store.open(tmp_path / "other.duckdb", Settings())
    with pytest.raises(StoreError, match="Load a file first"):
        Store.open(tmp_path / "none.duckdb", Settings(), create=False)
    assert not issubclass(StoreError, StoreBusyError)


def test_a_bot_that_answers_is_a_setting(filled: Fill) -> None:
    messages = conversation("T1", "customer", "bot")
    assert ask(filled(messages), "waiting_now", Question())
    store = filled([], Settings(bots={"kim": Bot(answers=True)}))
    assert not ask(store, "waiting_now", Question())
    assert ask(store, "response_rate", Question())[0]["n"] == 0


def test_local_periods_follow_the_accounts_time_zone(filled: Fill) -> None:
    late = [m | {"sent_at": minutes(15 * 60 + 30)} for m in conversation("T1", "customer")]
    store = filled(late, Settings(accounts={"help": Account(time_zone="Asia/Kathmandu")}))
    (row,) = ask(store, "hit_rate", Question(by=("hour", "day")))
    assert (row["hour"].isoformat(), row["day"].isoformat()) == (
        "2026-03-03T06:00:00",
        "2026-03-03",
    )


def test_team_membership_is_the_one_at_that_time(filled: Fill) -> None:
    agents = {"AB": [{"team": "Chat"}, {"from": "2026-03-03", "team": "Social"}]}
    messages = [
        m
        | {
            "text": "Done. ^AB",
            "sent_at": m["sent_at"] + timedelta(days=day),
            "message_key": f"{day}{m['message_key']}",
        }
        for day in (0, 1)
        for m in conversation(f"T{day}", "customer", "agent")
    ]
    store = filled(messages, Settings.model_validate({"agents": agents}))
    rows = ask(store, "hit_rate", Question(by=("team", "agent")))
    assert [(r["team"], r["agent"], r["n"]) for r in rows] == [
        ("Chat", "AB", 1),
        ("Social", "AB", 1),
    ]


def test_an_open_wait_has_no_length_however_many_there_are(filled: Fill) -> None:
    hours = Hours.model_validate({"every": ["09:00-17:00"]})
    messages = [m for i in range(3000) for m in conversation(f"T{i}", "customer")]
    store = filled(messages, Settings(accounts={"help": Account(hours=(hours,))}))
    open_ones = "SELECT count(*), count(seconds), count(open_seconds), count(started_open) FROM waits WHERE outcome = 'open'"
    assert store.cursor().execute(open_ones).fetchone() == (3000, 0, 0, 3000)
