"""Chatwoot: what its message types, senders and activities mean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpdesk_cases import load_text, records_of
from loader_cases import GOLDEN, Loaded, load, options_of, refuse

NAME = "chatwoot/conversations.json"


def by_key(loaded: Loaded) -> dict[str, dict[str, Any]]:
    return {message["message_key"]: message for message in loaded.messages}


@pytest.fixture
def found(tmp_path: Path) -> dict[str, dict[str, Any]]:
    return by_key(load(GOLDEN / NAME, tmp_path, options_of(GOLDEN / NAME)))


def test_types_and_senders_tell_who_wrote(found: dict[str, dict[str, Any]]) -> None:
    roles = {key: found[key]["role"] for key in ("1001", "1002", "1003", "1005")}
    assert roles == {"1001": "customer", "1002": "bot", "1003": "agent", "1005": "bot"}


def test_what_a_rule_or_a_campaign_sends_is_a_bots(tmp_path: Path) -> None:
    record = records_of(NAME)[0]
    reply = record["messages"][0]
    for key, value in (
        ("content_attributes", {"automation_rule_id": 3}),
        ("additional_attributes", {"campaign_id": 4}),
    ):
        spoken = {**record, "messages": [{**reply, key: value}]}
        found = by_key(load_text(NAME, json.dumps([spoken]), tmp_path / key))
        assert found["1003"]["role"] == "bot"


def test_a_private_message_is_a_note(found: dict[str, dict[str, Any]]) -> None:
    assert found["1004"]["visibility"] == "internal"


def test_an_activity_that_resolves_closes_and_others_are_nothing(
    found: dict[str, dict[str, Any]],
) -> None:
    assert found["1006"]["event"] == "closed"
    assert "61:closed" not in found
    assert "1007" not in found


def test_a_resolved_conversation_without_that_activity_is_closed_at_its_end(
    found: dict[str, dict[str, Any]],
) -> None:
    assert found["62:closed"]["sent_at"].isoformat() == "2024-03-01T10:46:40+00:00"


def test_contacts_users_and_bots_of_one_number_are_three(found: dict[str, dict[str, Any]]) -> None:
    authors = {found[key]["author_key"] for key in ("1001", "1003", "1005")}
    assert authors == {"contact 11", "1", "bot 9"}


def test_an_unknown_type_is_a_problem(tmp_path: Path) -> None:
    loaded = load(GOLDEN / NAME, tmp_path, options_of(GOLDEN / NAME))
    assert [problem["reason"] for problem in loaded.problems] == [
        "message_type is 7, expected 0, 1, 2 or 3"
    ]


def test_the_account_is_asked_for_unless_the_inbox_is_named(tmp_path: Path) -> None:
    assert [a["key"] for a in refuse(GOLDEN / NAME, tmp_path, {})["asks"]] == ["account"]
    named = load_text(NAME, json.dumps(records_of(NAME)[1:]), tmp_path / "named", {})
    assert {message["account"] for message in named.messages} == {"Bike shop mail"}


def test_messages_as_webhooks_send_them_are_read(tmp_path: Path) -> None:
    message = {
        "event": "message_created",
        "id": 1031,
        "content": "Do you sell bells?",
        "message_type": "incoming",
        "created_at": "2024-03-01T09:00:00Z",
        "private": False,
        "content_type": "text",
        "conversation": {"id": 64, "channel": "Channel::Whatsapp"},
        "inbox": {"id": 4, "name": "Bike shop"},
        "sender": {"id": 11, "name": "Customer A"},
    }
    loaded = load_text(NAME, json.dumps(message) + "\n", tmp_path, {})
    found = by_key(loaded)["1031"]
    assert (found["thread_key"], found["channel"]) == ("64", "WhatsApp")
    assert (found["account"], found["role"]) == ("Bike shop", "customer")


def test_an_edited_message_has_the_time_of_its_edit(tmp_path: Path) -> None:
    record = records_of(NAME)[1]
    message = record["messages"][0]
    message["updated_at"] = message["created_at"] + 60
    plain = load_text(NAME, json.dumps([record]), tmp_path / "plain")
    message["content_attributes"] = {"edited": True}
    edited = load_text(NAME, json.dumps([record]), tmp_path / "edited")
    assert by_key(plain)["1011"]["edited_at"] is None
    assert by_key(edited)["1011"]["edited_at"].isoformat() == "2024-03-01T09:02:40+00:00"
