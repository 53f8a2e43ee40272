"""Zammad, Help Scout, Front, Gorgias and HubSpot: what their own keys mean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from loader_cases import GOLDEN, load, options_of, refuse


def found(name: str, folder: Path) -> dict[str, dict[str, Any]]:
    loaded = load(GOLDEN / name, folder, options_of(GOLDEN / name))
    return {message["message_key"]: message for message in loaded.messages}


def told(messages: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Say of each message what it is: its event, `note`, or the role of who wrote."""
    return {
        key: m["event"] or ("note" if m["visibility"] == "internal" else m["role"])
        for key, m in messages.items()
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "zammad/tickets.json",
            {
                "1": "customer",
                "2": "bot",
                "3": "note",
                "4": "agent",
                "6": "customer",
                "71:closed": "closed",
            },
        ),
        ("zammad/articles.ndjson", {"81": "customer", "82": "agent"}),
        (
            "helpscout/conversations.json",
            {
                "9001": "customer",
                "9002": "note",
                "9003": "note",
                "9004": "agent",
                "9005:closed": "closed",
                "9011": "customer",
                "9012": "agent",
            },
        ),
        (
            "front/conversations.json",
            {
                "msg_1": "customer",
                "msg_2": "bot",
                "msg_3": "agent",
                "com_1": "note",
                "cnv_1a:closed": "closed",
            },
        ),
        ("front/messages.ndjson", {"msg_11": "customer", "msg_12": "agent"}),
        (
            "gorgias/tickets.json",
            {
                "4001": "customer",
                "4002": "bot",
                "4003": "agent",
                "4004": "note",
                "401:closed": "closed",
            },
        ),
        ("gorgias/messages.ndjson", {"4011": "customer", "4012": "agent"}),
        (
            "hubspot/threads.json",
            {"m1": "customer", "m2": "bot", "m3": "note", "m4": "agent", "m5": "closed"},
        ),
        ("hubspot/messages.ndjson", {"n1": "bot", "n2": "customer", "n3": "agent"}),
    ],
)
def test_each_message_is_what_its_product_says(
    name: str, expected: dict[str, str], tmp_path: Path
) -> None:
    assert told(found(name, tmp_path)) == expected


def test_front_times_keep_their_fraction(tmp_path: Path) -> None:
    message = found("front/conversations.json", tmp_path)["msg_3"]
    assert message["sent_at"].isoformat() == "2024-03-01T09:23:20.123000+00:00"


def test_gorgias_times_without_an_offset_are_utc(tmp_path: Path) -> None:
    message = found("gorgias/tickets.json", tmp_path)["4001"]
    assert message["sent_at"].isoformat() == "2024-03-01T09:00:00+00:00"


def test_gorgias_dates_a_reply_by_when_it_was_sent(tmp_path: Path) -> None:
    message = found("gorgias/tickets.json", tmp_path)["4003"]
    assert message["sent_at"].isoformat() == "2024-03-01T09:40:00+00:00"


@pytest.mark.parametrize("name", ["front/conversations.json", "helpscout/conversations.json"])
def test_drafts_are_no_messages(name: str, tmp_path: Path) -> None:
    assert "It lef" not in [message["text"] for message in found(name, tmp_path).values()]


@pytest.mark.parametrize(
    ("name", "account"),
    [
        ("front/conversations.json", "help@bikeshop.example"),
        ("gorgias/tickets.json", "help@bikeshop.example"),
        ("hubspot/threads.json", "help@bikeshop.example"),
        ("zammad/tickets.json", "Bike shop"),
    ],
)
def test_the_account_is_the_address_that_the_export_names(
    name: str, account: str, tmp_path: Path
) -> None:
    assert {message["account"] for message in found(name, tmp_path).values()} == {account}


def test_an_address_listed_as_agent_answers_although_front_names_nobody(tmp_path: Path) -> None:
    answers = {
        "now": "2024-06-01T00:00:00Z",
        "sources": [{"agents": ["help@bikeshop.example"]}],
    }
    loaded = load(GOLDEN / "front/conversations.json", tmp_path, answers)
    assert {m["role"] for m in loaded.messages if m["message_key"] == "msg_2"} == {"agent"}


def test_the_answers_win_over_the_export(tmp_path: Path) -> None:
    answers = {
        "now": "2024-06-01T00:00:00Z",
        "sources": [{"account": "Shop", "channel": "Mail", "namespace": "one", "bots": ["tea_1"]}],
    }
    loaded = load(GOLDEN / "front/conversations.json", tmp_path, answers)
    said = {(m["account"], m["channel"], m["namespace"]) for m in loaded.messages}
    assert said == {("Shop", "Mail", "one")}
    assert {m["role"] for m in loaded.messages if m["author_key"] == "tea_1"} == {"bot"}


@pytest.mark.parametrize("name", ["helpscout/conversations.json", "hubspot/messages.ndjson"])
def test_what_names_no_account_asks_for_it(name: str, tmp_path: Path) -> None:
    assert [ask["key"] for ask in refuse(GOLDEN / name, tmp_path, {})["asks"]] == ["account"]


def test_a_comment_that_names_no_address_asks_nothing_and_belongs_to_its_thread(
    tmp_path: Path,
) -> None:
    message = {
        "id": "m1", "type": "MESSAGE", "conversationsThreadId": "7", "createdAt": "2024-03-01T09:00:00Z", "direction": "INCOMING",
        "channelId": "1002", "text": "Where is it?", "senders": [{"actorId": "V-1"}],
        "recipients": [{"deliveryIdentifier": {"type": "HS_EMAIL_ADDRESS", "value": "help@bikeshop.example"}}],
    }  # fmt: skip
    comment = {
        "id": "c1", "type": "COMMENT", "conversationsThreadId": "7", "createdAt": "2024-03-01T09:10:00Z",
        "text": "Look at the stock", "createdBy": "A-9",
    }  # fmt: skip
    for number, pair in enumerate(([message, comment], [comment, message])):
        file = tmp_path / f"{number}.json"
        file.write_text(json.dumps({"results": pair}), encoding="utf-8")
        loaded = load(file, tmp_path / f"out{number}")
        told = {m["message_key"]: (m["account"], m["visibility"]) for m in loaded.messages}
        assert told == {"m1": ("help@bikeshop.example", "public"), "c1": (None, "internal")}
