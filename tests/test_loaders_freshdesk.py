"""Freshdesk: tickets with conversations in any order, and the list of tickets alone."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from helpdesk_cases import load_text, records_of
from loader_cases import EXPORTS, GOLDEN, Loaded, load, options_of, refuse

TICKETS = "freshdesk/tickets.json"
LIST = GOLDEN / "freshdesk" / "list.json"
REAL = EXPORTS / "freshdesk"
real_files = pytest.mark.skipif(not REAL.exists(), reason="the real exports are not here")


def by_key(loaded: Loaded) -> dict[str, dict[str, Any]]:
    return {message["message_key"]: message for message in loaded.messages}


@pytest.fixture
def found(tmp_path: Path) -> dict[str, dict[str, Any]]:
    return by_key(load(GOLDEN / TICKETS, tmp_path))


def test_the_description_is_the_customers_first_message(found: dict[str, dict[str, Any]]) -> None:
    first = found["31:description"]
    assert (first["role"], first["text"]) == ("customer", "Where is my order?")


def test_incoming_and_private_decide(found: dict[str, dict[str, Any]]) -> None:
    def told(key: str) -> tuple[str, str]:
        return found[key]["role"], found[key]["visibility"]

    assert told("703") == ("customer", "public")
    assert told("702") == ("agent", "public")
    assert told("701") == ("agent", "internal")


def test_a_forward_to_somebody_else_is_no_reply(found: dict[str, dict[str, Any]]) -> None:
    assert found["704"]["visibility"] == "internal"


def test_an_outbound_mail_was_written_by_the_agent(found: dict[str, dict[str, Any]]) -> None:
    first = found["32:description"]
    assert (first["role"], first["account"]) == ("agent", "repairs@bikeshop.example")


def test_a_resolved_ticket_is_closed_when_it_was_resolved(found: dict[str, dict[str, Any]]) -> None:
    assert found["31:closed"]["sent_at"].isoformat() == "2024-03-02T09:00:00+00:00"


def test_spam_is_left_out_and_counted(tmp_path: Path) -> None:
    loaded = load(GOLDEN / TICKETS, tmp_path)
    assert "33" not in {message["thread_key"] for message in loaded.messages}
    assert loaded.result["notes"] == [
        "tickets.json: tickets left out because they are spam or deleted: 1."
    ]


def test_a_list_alone_says_that_it_holds_only_questions(tmp_path: Path) -> None:
    loaded = load(LIST, tmp_path, options_of(LIST))
    assert "without their conversations" in loaded.result["notes"][0]
    # Where nothing is known of replies, a settled ticket is not called closed without one.
    assert [m["event"] for m in loaded.messages if m["thread_key"] == "42"] == [None]


def test_a_list_with_statistics_tells_the_first_reply(tmp_path: Path) -> None:
    reply = by_key(load(LIST, tmp_path, options_of(LIST)))["41:first reply"]
    assert (reply["role"], reply["sent_at"].isoformat()) == ("agent", "2024-03-01T09:40:00+00:00")


def test_a_ticket_that_names_no_address_asks_for_the_account(tmp_path: Path) -> None:
    assert [ask["key"] for ask in refuse(LIST, tmp_path, {})["asks"]] == ["account"]


def test_conversations_alone_are_read_with_their_ticket(tmp_path: Path) -> None:
    talks = [{**talk, "ticket_id": 31} for talk in records_of(TICKETS)[0]["conversations"]]
    options = options_of(LIST)
    found = by_key(load_text(TICKETS, json.dumps(talks), tmp_path, options))
    assert set(found) == {"701", "702", "703", "704"}
    assert {message["thread_key"] for message in found.values()} == {"31"}


def test_the_export_of_the_account_is_read_as_well(tmp_path: Path) -> None:
    found = by_key(load(GOLDEN / "freshdesk" / "account_export.json", tmp_path))
    assert {key: message["role"] for key, message in found.items()} == {
        "51:description": "customer",
        "801": "agent",
        "802": "customer",
        "51:closed": "system",
        "52:description": "customer",
    }
    assert found["801"]["author_name"] == "Agent One"
    assert found["801"]["sent_at"].isoformat() == "2024-03-01T09:40:00+00:00"


@real_files
def test_the_real_ticket_gives_its_description_and_conversations(tmp_path: Path) -> None:
    file = REAL / "ticket_with_conversations.json"
    loaded = load(file, tmp_path, {})
    talks = json.loads(file.read_text())["conversations"]
    # Counted with json: 3 conversations, 1 incoming, none private.
    assert Counter((talk["incoming"], talk["private"]) for talk in talks) == {
        (True, False): 1,
        (False, False): 2,
    }
    roles = Counter((m["role"], m["visibility"]) for m in loaded.messages)
    assert roles == {("customer", "public"): 2, ("agent", "public"): 2}


@real_files
def test_the_real_list_gives_one_question_a_ticket(tmp_path: Path) -> None:
    file = REAL / "tickets_list.json"
    loaded = load(file, tmp_path, {"sources": [{"account": "Bike shop"}]})
    tickets = json.loads(file.read_text())
    assert [m["thread_key"] for m in loaded.messages] == [str(t["id"]) for t in tickets]
    assert {m["role"] for m in loaded.messages} == {"customer"}


def test_what_goes_out_in_nobodys_name_is_no_reply(tmp_path: Path) -> None:
    ticket = records_of(TICKETS)[0]
    greeting = {
        "id": 700, "incoming": False, "private": False, "user_id": None, "source": 15,
        "created_at": ticket["created_at"], "body_text": "Hello! How can we help you today?",
    }  # fmt: skip
    told = ticket | {"conversations": [*ticket["conversations"], greeting]}
    found = by_key(load_text(TICKETS, json.dumps([told]), tmp_path))
    assert found["700"]["role"] == "bot"
    assert found["702"]["role"] == "agent"
