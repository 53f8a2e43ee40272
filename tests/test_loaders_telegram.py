"""Telegram Desktop exports: one chat and all chats, who writes for the brand, texts in parts."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from loader_cases import EXPORTS, GOLDEN, NOW, load, options_of, refuse, without_lines

REAL = EXPORTS / "telegram"
ONE, ALL = GOLDEN / "telegram" / "one_chat.json", GOLDEN / "telegram" / "all_chats.json"


def written(folder: Path, value: object, name: str = "result.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def one_chat() -> dict[str, Any]:
    return json.loads(ONE.read_text(encoding="utf-8"))


def test_in_a_personal_chat_the_peer_is_the_customer_and_nothing_is_asked(tmp_path: Path) -> None:
    roles = {m["author_key"]: m["role"] for m in load(ONE, tmp_path).messages if m["author_key"]}
    assert roles == {"user4100000001": "customer", "user77": "agent"}


def test_the_account_is_the_one_that_the_whole_export_names(tmp_path: Path) -> None:
    loaded = load(ALL, tmp_path, options_of(ALL))
    assert {m["account"] for m in loaded.messages} == {"bikeshop"}


def test_a_name_that_a_person_gives_wins(tmp_path: Path) -> None:
    loaded = load(ONE, tmp_path, NOW | {"sources": [{"account": "Shop"}]})
    assert {m["account"] for m in loaded.messages} == {"Shop"}


def test_a_group_alone_asks_who_writes_for_the_brand(tmp_path: Path) -> None:
    chat = one_chat() | {"type": "private_group", "id": 3}
    told = refuse(written(tmp_path, chat), tmp_path / "o")
    assert [ask["key"] for ask in told["asks"]] == ["account", "agents"]
    assert told["asks"][1]["choices"][0] == ("Customer A", 3)


def test_each_customer_of_a_group_has_a_stream_of_their_own(tmp_path: Path) -> None:
    group = [m for m in load(ALL, tmp_path, options_of(ALL)).messages if m["namespace"] == "9"]
    assert {m["thread_key"] for m in group} == {None}
    assert [m["reply_to_key"] for m in group] == [None, None, "13", "14"]
    assert [m["role"] for m in group] == ["customer", "customer", "agent", "agent"]


def test_notes_to_oneself_are_internal(tmp_path: Path) -> None:
    notes = [m for m in load(ALL, tmp_path, options_of(ALL)).messages if m["namespace"] == "77"]
    assert [m["visibility"] for m in notes] == ["internal"]


def test_local_times_need_a_zone_and_unix_times_none(tmp_path: Path) -> None:
    assert refuse(ALL, tmp_path / "a")["code"] == "no_time_zone"
    assert load(ONE, tmp_path / "b").messages


def test_shuffled_and_repeated_entries_give_the_same_messages(tmp_path: Path) -> None:
    chat = one_chat()
    once = load(ONE, tmp_path / "once").messages
    chat["messages"] = chat["messages"] * 2
    random.Random(3).shuffle(chat["messages"])
    twice = load(written(tmp_path, chat), tmp_path / "twice").messages
    assert {json.dumps(m, default=str) for m in without_lines(twice)} == {
        json.dumps(m, default=str) for m in without_lines(once)
    }


def test_the_order_of_keys_does_not_matter(tmp_path: Path) -> None:
    chat = one_chat()
    path = written(tmp_path, {key: chat[key] for key in sorted(chat)})
    assert without_lines(load(path, tmp_path / "o").messages) == without_lines(
        load(ONE, tmp_path / "p").messages
    )


def test_a_hostile_entry_costs_only_itself(tmp_path: Path) -> None:
    chat = one_chat()
    sound = len(load(ONE, tmp_path / "sound").messages)
    hostile: list[Any] = [
        {"id": 8, "type": "message", "date_unixtime": {"a": 1}, "from": "Customer A", "text": "x"},
        {
            "id": [9],
            "type": "message",
            "date_unixtime": "1709284980",
            "from": "Customer A",
            "text": "x",
        },
        {
            "id": 10,
            "type": "message",
            "date": "99999-01-01T00:00:00",
            "from": "Customer A",
            "text": 5,
        },
    ]
    chat["messages"] = chat["messages"][:5] + hostile
    loaded = load(written(tmp_path, chat), tmp_path / "o")
    assert (len(loaded.messages), loaded.result["problems"]) == (sound, 3)


@pytest.mark.skipif(not REAL.is_dir(), reason="the collection of real exports is not here")
@pytest.mark.parametrize("name", ["test_single_export.json", "test_batch_export.json"])
def test_real_exports_give_two_messages(name: str, tmp_path: Path) -> None:
    assert [ask["key"] for ask in refuse(REAL / name, tmp_path / "a")["asks"]] == [
        "account",
        "agents",
    ]
    options = NOW | {"sources": [{"account": "Bike shop", "agents": ["Author 2"]}]}
    loaded = load(REAL / name, tmp_path / "b", options)
    assert [(m["role"], m["text"]) for m in loaded.messages] == [
        ("customer", "Minimal Message"),
        ("agent", "Link:https://telegram.org/"),
    ]
    assert loaded.result["problems"] == 0


def test_whom_a_person_names_goes_before_what_the_chat_says(tmp_path: Path) -> None:
    for named, expected in (("Nobody here", "customer"), ("user77", "agent")):
        said = NOW | {"sources": [{"account": "Shop", "agents": [named]}]}
        loaded = load(ONE, tmp_path / named, said)
        roles = {m["author_key"]: m["role"] for m in loaded.messages if m["author_key"]}
        assert roles == {"user4100000001": "customer", "user77": expected}
