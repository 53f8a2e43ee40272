"""Discord channels from DiscordChatExporter: JSON with replies, threads and edits; CSV without ids."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from loader_cases import EXPORTS, GOLDEN, NOW, load, options_of, refuse, without_lines

CHANNEL = GOLDEN / "discord" / "channel.json"
TABLE = GOLDEN / "discord" / "Bike shop - Help - help [253601524398293011].csv"
REAL = EXPORTS / "discord"


def changed(folder: Path, **values: Any) -> Path:
    value = json.loads(CHANNEL.read_text(encoding="utf-8"))
    for name, part in values.items():
        value[name] = value[name] | part if isinstance(part, dict) else part
    path = folder / "channel.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def entries() -> list[dict[str, Any]]:
    return json.loads(CHANNEL.read_text(encoding="utf-8"))["messages"]


def test_a_role_of_the_server_can_name_the_agents(tmp_path: Path) -> None:
    found: dict[str, set[str]] = {}
    for m in load(CHANNEL, tmp_path, options_of(CHANNEL)).messages:
        found.setdefault(m["author_name"], set()).add(m["role"])
    assert found == {
        "Customer A": {"customer"},
        "helper": {"bot"},
        "Agent One": {"agent", "system"},
    }


def test_replies_hang_below_what_they_answer_and_ids_stay_exact(tmp_path: Path) -> None:
    found = {
        m["message_key"]: m["reply_to_key"]
        for m in load(CHANNEL, tmp_path, options_of(CHANNEL)).messages
    }
    assert found["459136077417021490"] == "459136077417021488"


def test_the_server_is_the_account_unless_a_person_names_another(tmp_path: Path) -> None:
    assert {m["account"] for m in load(CHANNEL, tmp_path / "a", options_of(CHANNEL)).messages} == {
        "Bike shop"
    }
    named = NOW | {"sources": [{"account": "Shop", "agents": ["Support"]}]}
    assert {m["account"] for m in load(CHANNEL, tmp_path / "b", named).messages} == {"Shop"}


@pytest.mark.parametrize("kind", ["GuildPublicThread", "DirectTextChat"])
def test_a_thread_and_a_private_chat_are_one_thread(kind: str, tmp_path: Path) -> None:
    path = changed(tmp_path, channel={"type": kind})
    loaded = load(path, tmp_path / "o", options_of(CHANNEL))
    assert {m["thread_key"] for m in loaded.messages} == {"253601524398293011"}
    assert {m["visibility"] for m in loaded.messages} == {
        "private" if kind.startswith("D") else "public"
    }


def test_who_are_agents_is_asked_for_and_bots_are_not_offered(tmp_path: Path) -> None:
    told = refuse(CHANNEL, tmp_path)
    assert [ask["key"] for ask in told["asks"]] == ["agents"]
    assert told["asks"][0]["choices"] == (("Customer A", 3), ("Agent One", 1))


def test_an_edit_is_a_later_version_of_the_same_message(tmp_path: Path) -> None:
    edit = entries()[0] | {
        "content": "Which oil is best?",
        "timestampEdited": "2024-03-01T17:00:00+00:00",
    }
    path = changed(tmp_path, messages=[*entries(), edit])
    loaded = load(path, tmp_path / "o", options_of(CHANNEL))
    versions = [m for m in loaded.messages if m["message_key"] == "459136077417021488"]
    assert [m["edited_at"] is not None for m in versions] == [False, True]


def test_shuffled_and_repeated_entries_give_the_same_messages(tmp_path: Path) -> None:
    once = load(CHANNEL, tmp_path / "once", options_of(CHANNEL)).messages
    messages = entries() * 2
    random.Random(2).shuffle(messages)
    twice = load(
        changed(tmp_path, messages=messages), tmp_path / "twice", options_of(CHANNEL)
    ).messages
    assert {str(m) for m in without_lines(twice)} == {str(m) for m in without_lines(once)}


def test_a_table_is_one_thread_and_its_name_tells_server_and_channel(tmp_path: Path) -> None:
    loaded = load(TABLE, tmp_path, options_of(TABLE))
    assert {(m["account"], m["channel"], m["thread_key"]) for m in loaded.messages} == {
        ("Bike shop", "Discord #help", "253601524398293011")
    }


def test_short_dates_of_a_table_need_their_order_proved(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "AuthorID,Author,Date,Content\n1,a,03/02/2024 09:00 AM,hello\n", encoding="utf-8"
    )
    answers = {"account": "Bike shop", "agents": ["b"], "time_zone": "UTC"}
    told = refuse(path, tmp_path / "a", NOW | {"sources": [answers]})
    assert [ask["key"] for ask in told["asks"]] == ["day_first"]
    loaded = load(path, tmp_path / "b", NOW | {"sources": [answers | {"day_first": True}]})
    assert loaded.messages[0]["sent_at"].isoformat() == "2024-02-03T09:00:00+00:00"


@pytest.mark.skipif(not REAL.is_dir(), reason="the collection of real exports is not here")
def test_real_channels_give_what_json_counts(tmp_path: Path) -> None:
    # Counted with json.load: 6 records (3 of them about the channel); 5 records, one of them twice in a row.
    answers = NOW | {"sources": [{"account": "Bike shop", "agents": ["mlomb"]}]}
    group = load(REAL / "GC_3A_5M.json", tmp_path / "a", answers)
    assert Counter(m["role"] for m in group.messages) == {"system": 3, "customer": 2, "agent": 1}
    server = load(REAL / "SV_5A_5M.json", tmp_path / "b", answers)
    assert Counter(m["role"] for m in server.messages) == {"agent": 3, "customer": 1}
    assert group.result["problems"] == server.result["problems"] == 0
