"""Slack exports: threads, replies shown twice, what was deleted, who is a bot, edits and private chats."""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from loader_cases import EXPORTS, GOLDEN, NOW, Loaded, load, options_of, refuse, without_lines

EXPORT = GOLDEN / "slack" / "export"
REAL = EXPORTS / "slack" / "slack_export_a.zip"
DAY = "help/2024-03-01.json"


def copy(folder: Path) -> Path:
    shutil.copytree(EXPORT, folder / "export")
    return folder / "export"


def export(folder: Path) -> Loaded:
    return load(folder, folder.parent / "out", options_of(EXPORT))


def test_a_thread_is_known_by_its_first_message_also_before_anybody_replies(tmp_path: Path) -> None:
    found = {m["message_key"]: m["thread_key"] for m in export(copy(tmp_path)).messages}
    assert found["1709280060.000200"] == found["1709280600.000400"] == "1709280060.000200"
    assert found["1709280800.000600"] == "1709280800.000600"


def test_a_reply_that_is_shown_in_the_channel_too_counts_once(tmp_path: Path) -> None:
    keys = Counter(m["message_key"] for m in export(copy(tmp_path)).messages)
    assert keys["1709280700.000500"] == 1
    assert max(keys.values()) == 1


def test_joins_and_what_was_deleted_are_in_no_metric_but_replies_stay(tmp_path: Path) -> None:
    loaded = export(copy(tmp_path))
    roles = {m["message_key"]: m["role"] for m in loaded.messages}
    assert roles["1709280000.000100"] == roles["1709280900.000700"] == "system"
    assert roles["1709280950.000800"] == "agent"


def test_names_and_bots_come_from_the_list_of_users(tmp_path: Path) -> None:
    found = {
        m["author_key"]: (m["author_name"], m["role"]) for m in export(copy(tmp_path)).messages
    }
    assert found["U0BOT1"] == ("Helper", "bot")
    assert found["U0AGENT1"] == ("Agent One", "agent")


def test_mentions_links_and_escapes_are_read(tmp_path: Path) -> None:
    texts = {m["message_key"]: m["text"] for m in export(copy(tmp_path)).messages}
    assert (
        texts["1709280060.000200"]
        == "How do I change a https://example.org/tyre & a tube, @Agent One?"
    )
    assert texts["1709280800.000600"] == "The chain"


def test_a_chat_of_two_is_private_and_one_thread(tmp_path: Path) -> None:
    private = [m for m in export(copy(tmp_path)).messages if m["visibility"] == "private"]
    assert {m["thread_key"] for m in private} == {"D0AAAAAA1"}
    assert len(private) == 2


def test_an_edit_that_stands_apart_is_the_message_with_its_time_of_edit(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    edited = {
        "type": "message", "user": "U0CUST2", "ts": "1709280800.000600", "text": "The chain, in short",
        "edited": {"user": "U0CUST2", "ts": "1709366400.000000"},
    }  # fmt: skip
    entry = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "ts": "1709366400.000100",
    }
    (folder / "help/2024-03-02.json").write_text(json.dumps([entry | {"message": edited}]))
    versions = [m for m in export(folder).messages if m["message_key"] == "1709280800.000600"]
    assert [(m["text"], m["edited_at"] is not None) for m in versions] == [
        ("The chain", False),
        ("The chain, in short", True),
    ]


def test_whose_workspace_it_is_and_who_are_agents_is_asked_for(tmp_path: Path) -> None:
    told = refuse(copy(tmp_path), tmp_path / "out")
    assert [ask["key"] for ask in told["asks"]] == ["account", "agents"]
    assert told["asks"][1]["choices"] == (("Agent One", 5), ("Customer A", 2), ("Customer B", 2))


def test_other_files_of_an_export_are_left_alone(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    (folder / "integration_logs.json").write_text('[{"user_id": "U0AGENT1", "date": "1700000000"}]')
    assert export(folder).result["notes"] == [
        "1 other file in it was left alone: integration_logs.json."
    ]


def test_shuffled_and_repeated_entries_give_the_same_messages(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    once = without_lines(load(folder, tmp_path / "once", options_of(EXPORT)).messages)
    day = json.loads((folder / DAY).read_text())
    entries = day * 2
    random.Random(5).shuffle(entries)
    (folder / DAY).write_text(json.dumps(entries, indent=1))
    twice = without_lines(load(folder, tmp_path / "twice", options_of(EXPORT)).messages)
    assert sorted(map(str, twice)) == sorted(map(str, once))


def test_a_zip_gives_what_its_folder_gives(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as file:
        for path in EXPORT.rglob("*.json"):
            file.write(path, path.relative_to(EXPORT).as_posix())
    zipped = load(tmp_path / "export.zip", tmp_path / "z", options_of(EXPORT))
    assert zipped.messages == load(EXPORT, tmp_path / "f", options_of(EXPORT)).messages


def test_one_cut_day_costs_its_end(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    data = (folder / DAY).read_bytes()
    (folder / DAY).write_bytes(data[: len(data) // 2])
    loaded = export(folder)
    assert 3 < len(loaded.messages) < 10
    assert any("cut off" in note for note in loaded.result["notes"])


@pytest.mark.skipif(not REAL.is_file(), reason="the collection of real exports is not here")
def test_a_real_workspace_gives_the_records_that_python_json_counts(tmp_path: Path) -> None:
    # Counted with json.load over all days: 13,921 records, one of them twice with the same ts and edit;
    # subtypes: 549 channel_join, 3 tombstone, 1 bot_add, 1 channel_posting_permissions (system: 554).
    people = ["U03TEPYRM2P"]
    loaded = load(REAL, tmp_path, NOW | {"sources": [{"account": "Academy", "agents": people}]})
    roles = Counter(m["role"] for m in loaded.messages)
    assert len(loaded.messages) == 13_920
    assert len({(m["namespace"], m["message_key"]) for m in loaded.messages}) == 13_920
    assert (roles["system"], loaded.result["problems"]) == (554, 0)
    assert len({m["channel"] for m in loaded.messages}) == 20


def test_a_person_who_shares_a_file_is_no_bot(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    day = json.loads((folder / DAY).read_text(encoding="utf-8"))
    asked = next(each for each in day if each.get("ts") == "1709280060.000200")
    asked |= {"subtype": "file_share", "bot_id": None}
    (folder / DAY).write_text(json.dumps(day), encoding="utf-8")
    roles = {m["message_key"]: m["role"] for m in export(folder).messages}
    assert roles["1709280060.000200"] == "customer"
