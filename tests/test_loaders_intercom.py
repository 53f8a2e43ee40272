"""Intercom: conversations with parts, and the tables that keep every version of a row."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from helpdesk_cases import load_text, plain, records_of
from loader_cases import EXPORTS, GOLDEN, Loaded, load, options_of, refuse

CONVERSATIONS = "intercom/conversations.json"
TABLES = GOLDEN / "intercom" / "tables"
REAL = EXPORTS / "intercom"
ANSWERS = {"sources": [{"account": "Bike shop"}]}
real_files = pytest.mark.skipif(not REAL.exists(), reason="the real exports are not here")


def by_key(loaded: Loaded) -> dict[str, dict[str, Any]]:
    return {message["message_key"]: message for message in loaded.messages}


@pytest.fixture
def found(tmp_path: Path) -> dict[str, dict[str, Any]]:
    path = GOLDEN / CONVERSATIONS
    return by_key(load(path, tmp_path, options_of(path)))


def test_a_note_is_internal_and_a_bot_no_agent(found: dict[str, dict[str, Any]]) -> None:
    assert found["803"]["visibility"] == "internal"
    assert found["801"]["role"] == "bot"


def test_closing_with_words_is_a_reply_and_a_closing(found: dict[str, dict[str, Any]]) -> None:
    assert (found["805"]["role"], found["805"]["visibility"]) == ("agent", "public")
    assert found["805:closed"]["event"] == "closed"


def test_an_assignment_without_words_is_no_message(found: dict[str, dict[str, Any]]) -> None:
    assert "802" not in found


def test_a_comment_with_nothing_but_a_file_is_a_message(found: dict[str, dict[str, Any]]) -> None:
    assert (found["807"]["role"], found["807"]["text"]) == ("customer", None)


def test_a_campaign_in_an_admins_name_is_a_bots(found: dict[str, dict[str, Any]]) -> None:
    assert found["5002:source"]["role"] == "bot"


def test_an_ai_agent_in_an_admins_name_is_a_bot(tmp_path: Path) -> None:
    record = records_of(CONVERSATIONS)[0]
    for part in record["conversation_parts"]["conversation_parts"]:
        part["author"]["from_ai_agent"] = part["author"]["type"] == "admin"
    found = by_key(load_text(CONVERSATIONS, json.dumps([record]), tmp_path))
    assert (found["804"]["role"], found["806"]["role"]) == ("bot", "customer")


def test_the_customer_who_writes_again_reopens(found: dict[str, dict[str, Any]]) -> None:
    assert (found["806"]["role"], found["806:reopened"]["event"]) == ("customer", "reopened")


def test_the_account_is_asked_for(tmp_path: Path) -> None:
    refused = refuse(GOLDEN / CONVERSATIONS, tmp_path, {})
    assert [ask["key"] for ask in refused["asks"]] == ["account"]


def test_the_first_version_of_the_api_is_read_as_well(tmp_path: Path) -> None:
    record = records_of(CONVERSATIONS)[0]
    record["conversation_message"] = record.pop("source")
    old = load_text(CONVERSATIONS, json.dumps({"conversations": [record]}), tmp_path)
    assert by_key(old)["5001:source"]["text"] == "Where is my order?"


def test_superseded_rows_do_not_count(tmp_path: Path) -> None:
    loaded = load(TABLES, tmp_path, ANSWERS)
    assert by_key(loaded)["901"]["text"] == "It left us this morning."
    assert [note for note in loaded.result["notes"] if "older versions" in note]


def test_where_no_row_is_marked_the_latest_version_counts(tmp_path: Path) -> None:
    file = tmp_path / "parts.csv"
    header = "id,updated_at,author_id,author_type,conversation_id,created_at,part_type,body"
    older = "1,2024-03-01 09:30:00,7,admin,41,2024-03-01 09:30:00,comment,Old"
    newer = "1,2024-03-01 09:35:00,7,admin,41,2024-03-01 09:30:00,comment,New"
    oldest = "1,2024-03-01 09:20:00,7,admin,41,2024-03-01 09:30:00,comment,Oldest"
    for turn in ((older, newer, oldest), (newer, oldest, older), (oldest, older, newer)):
        file.write_text("\n".join([header, *turn]) + "\n")
        loaded = load(file, tmp_path / "out", ANSWERS)
        assert [message["text"] for message in loaded.messages] == ["New"]


def test_parts_are_on_the_channel_of_their_conversation(tmp_path: Path) -> None:
    loaded = load(TABLES, tmp_path, ANSWERS)
    assert {message["channel"] for message in loaded.messages} == {"Chat"}
    assert by_key(loaded)["901"]["author_name"] == "Agent One"


def test_people_alone_are_refused_with_what_to_do(tmp_path: Path) -> None:
    assert refuse(TABLES / "admin_data.csv", tmp_path, ANSWERS)["code"] == "empty"


def test_tables_and_api_give_the_same_message_the_same_key(tmp_path: Path) -> None:
    part = {"id": 901, "part_type": "comment", "body": "It left us this morning."}
    times = {"created_at": 1709285400, "updated_at": 1709285700}
    author = {"type": "admin", "id": 1, "name": "Agent One"}
    source = {
        "type": "conversation",
        "delivered_as": "customer_initiated",
        "body": "Where is my order?",
        "author": {"type": "user", "id": "u1"},
    }
    record = {
        "type": "conversation",
        "id": 41,
        "created_at": 1709283600,
        "source": source,
        "conversation_parts": {"conversation_parts": [{**part, **times, "author": author}]},
    }
    api = plain(load_text(CONVERSATIONS, json.dumps(record), tmp_path / "api"))
    assert set(api) < set(plain(load(TABLES, tmp_path / "tables", ANSWERS)))


@real_files
def test_the_real_tables_give_the_active_rows(tmp_path: Path) -> None:
    def rows(name: str) -> list[dict[str, str]]:
        with (REAL / name).open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    loaded = load(REAL, tmp_path, ANSWERS)
    # Counted with csv: 9 parts, all active, 8 close and 1 note; 9 versions of 2 conversations, 2 active.
    parts = Counter(row["part_type"] for row in rows("conversation_part_history_data.csv"))
    versions = [row["_fivetran_active"] for row in rows("conversation_history_data.csv")]
    assert (parts, Counter(versions)) == ({"close": 8, "note": 1}, {"false": 7, "true": 2})
    roles = Counter((m["role"], m["visibility"], m["event"]) for m in loaded.messages)
    assert roles == {
        ("system", "public", "closed"): 8,
        ("agent", "internal", None): 1,
        ("customer", "public", None): 2,
    }
    assert loaded.result["problems"] == 0
