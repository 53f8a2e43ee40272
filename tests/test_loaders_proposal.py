"""What is proposed for a table that no loader knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from loader_cases import EXPORTS, NOW, load
from test_loaders_mapped import CHAT, KINDS, LOG, as_kind

from loaders.mapping import mapping_of_toml
from loaders.options import options_from
from loaders.problems import NotUsable
from loaders.proposal import preview, propose

OPTIONS = options_from(NOW)


def table(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def asked(path: Path) -> list[str]:
    return [ask.key for ask in propose(path, OPTIONS).asks]


@pytest.mark.parametrize("name", [n for n in KINDS[:6] if n != "table.json"])
def test_an_event_log_is_recognised_in_every_kind_of_file(name: str, tmp_path: Path) -> None:
    found = propose(as_kind(tmp_path, name), OPTIONS)
    assert found.mapping["columns"] == {
        "thread_key": "case",
        "sent_at": "timestamp",
        "text": "activity",
    }
    assert found.mapping["role"] == {"first": "customer"}
    assert [ask.key for ask in found.asks] == ["account", "time_zone"]
    assert [row["role"] for row in found.rows][:3] == ["customer", "agent", "customer"]


def test_a_table_with_directions_and_notes(tmp_path: Path) -> None:
    found = propose(table(tmp_path, CHAT.replace("whisper", "in")), OPTIONS)
    assert found.mapping["columns"] == {
        "thread_key": "ticket",
        "sent_at": "when",
        "author_name": "who",
        "role": "side",
        "visibility": "private",
        "event": "status",
        "text": "said",
    }
    assert found.mapping["role"] == {"customer": ["in"], "agent": ["out"]}
    assert found.mapping["visibility"] == {"public": ["no"], "internal": ["yes"]}
    assert found.mapping["event"] == {"closed": ["Solved"]}
    assert [ask.key for ask in found.asks] == ["account", "time_zone", "day_first"]
    assert all(guess.reason for guess in found.guesses)


def test_the_proposal_loads_once_its_questions_are_answered(tmp_path: Path) -> None:
    path = table(tmp_path, CHAT.replace("whisper", "in"))
    found = propose(path, OPTIONS)
    entry = {
        "files": "table.csv",
        "mapping": found.mapping,
        "account": "Bike shop",
        "time_zone": "Europe/Rome",
        "day_first": True,
    }
    loaded = load(path, tmp_path / "o", {**NOW, "sources": [entry]})
    assert loaded.result["problems"] == 0
    shown = preview(path, found.mapping, options_from({**NOW, "sources": [entry]}))
    kept = [{**m, "message_key": ""} for m in loaded.messages]
    assert [{**row, "message_key": ""} for row in shown.rows] == kept


def test_the_toml_is_the_mapping(tmp_path: Path) -> None:
    found = propose(table(tmp_path, LOG), OPTIONS)
    text = found.toml()
    read = mapping_of_toml(text, "mapping.toml")
    assert read.columns == {
        "thread_key": ("case",),
        "sent_at": ("timestamp",),
        "text": ("activity",),
    }
    assert read.first_is_customer
    assert "# constants.account: Whose export is it?" in text
    assert json.loads(json.dumps(found.as_json()))["mapping"] == found.mapping


def test_a_day_and_a_clock_in_two_columns_go_together(tmp_path: Path) -> None:
    text = "Ticket,Date,Time,From,Message\n7,13/03/2024,09:30,Customer A,Where is it?\n7,13/03/2024,10:30,Agent One,Here.\n"
    found = propose(table(tmp_path, text), OPTIONS)
    assert found.mapping["columns"]["sent_at"] == ["date", "time"]
    assert found.mapping["columns"]["author_name"] == "from"
    assert [ask.key for ask in found.asks] == ["account", "time_zone", "agents"]
    assert dict(found.asks[-1].choices) == {"Customer A": 1, "Agent One": 1}


def test_a_reply_beside_its_question(tmp_path: Path) -> None:
    text = "asked_at,replied_at,account\n2024-03-04T09:00:00Z,2024-03-04T09:30:00Z,Bike shop\n2024-03-05T09:00:00Z,,Bike shop\n"
    found = propose(table(tmp_path, text), OPTIONS)
    assert found.asks == ()
    assert found.mapping["reply"] == {"sent_at": "replied_at"}
    assert [row["role"] for row in found.rows] == ["customer", "agent", "customer"]


@pytest.mark.parametrize(
    ("value", "day_first"), [("31/03/2024 09:00", True), ("03/31/2024 09:00", False)]
)
def test_day_and_month_are_proved_from_the_content(
    value: str, day_first: bool, tmp_path: Path
) -> None:
    text = f"case,created,text\n1,03/04/2024 08:00,One two\n1,{value},Three four\n"
    assert propose(table(tmp_path, text), OPTIONS).mapping["time"] == {"day_first": day_first}


def test_named_months_get_their_format(tmp_path: Path) -> None:
    text = 'case,created,text\n1,"Mar 4, 2024 9:05 AM",One\n1,"Mar 5, 2024 9:05 PM",Two\n'
    found = propose(table(tmp_path, text), OPTIONS)
    assert found.mapping["time"] == {"format": "%b %d, %Y %I:%M %p"}
    assert found.rows[1]["sent_at"].hour == 21


def test_nothing_is_invented_for_what_is_missing(tmp_path: Path) -> None:
    found = propose(table(tmp_path, LOG), OPTIONS)
    assert {row["account"] for row in found.rows} == {None}
    assert asked(table(tmp_path, "name,colour\nA,red\nB,blue\n")) == ["mapping"]


def test_a_known_format_says_that_it_needs_no_mapping(tmp_path: Path) -> None:
    text = "account,role,sent_at,thread_key\nB,customer,2024-03-04T09:00:00Z,T\n"
    found = propose(table(tmp_path, text), OPTIONS)
    assert found.known == "Message log (CSV)"
    assert "It is not needed" in found.toml()


def test_a_correction_that_is_wrong_is_told(tmp_path: Path) -> None:
    path = table(tmp_path, LOG)
    wrong: dict[str, Any] = {
        "columns": {"thread_key": "case", "sent_at": "activity"},
        "role": {"first": "customer"},
    }
    shown = preview(path, wrong, OPTIONS)
    assert shown.rows == ()
    assert shown.problems[0]["reason"].startswith('activity is "asked"')
    assert "sent_at is missing" in (
        preview(path, {"columns": {"text": "case"}}, OPTIONS).error or ""
    )
    assert "no column" in (
        preview(path, {**wrong, "columns": {"thread_key": "x", "sent_at": "y"}}).error or ""
    )


def test_what_is_no_table_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for text, word in (
        ("", "empty"),
        ("<html><title>Sign in</title>", "web page"),
        ("just words", "no table"),
        ("a,b\n", "no rows"),
    ):
        with pytest.raises(NotUsable, match=word):
            propose(table(tmp_path, text), OPTIONS)


@pytest.mark.skipif(not EXPORTS.is_dir(), reason="the real exports are not on this machine")
def test_the_real_event_log_is_proposed_right() -> None:
    found = propose(EXPORTS / "helpdesk_log" / "helpdesk_it.csv", OPTIONS)
    assert found.mapping == {
        "columns": {"thread_key": "case_id", "sent_at": "timestamp", "text": "activity"},
        "role": {"first": "customer"},
    }
    assert [ask.key for ask in found.asks] == ["account", "time_zone"]
    assert len(found.rows) == 10
