"""Zendesk: tables and JSON, joined with their users, whatever is missing."""

from __future__ import annotations

import csv
import json
import random
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from helpdesk_cases import load_text, plain, records_of
from loader_cases import EXPORTS, GOLDEN, Loaded, load, refuse

TABLES = GOLDEN / "zendesk" / "tables"
BESIDE = GOLDEN / "zendesk" / "beside"
REAL = EXPORTS / "zendesk"
real_files = pytest.mark.skipif(not REAL.exists(), reason="the real exports are not here")


def by_key(loaded: Loaded) -> dict[str, dict[str, Any]]:
    return {message["message_key"]: message for message in loaded.messages}


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_tables_say_themselves_who_is_who_and_whose_it_is(tmp_path: Path) -> None:
    found = by_key(load(TABLES, tmp_path))
    assert found["1003"]["role"] == "agent"
    assert found["1003"]["author_name"] == "Agent One"
    assert found["1004"]["role"] == "customer"
    assert found["1003"]["account"] == "help@bikeshop.example"
    assert {message["namespace"] for message in found.values()} == {"bikeshop"}


def test_a_comment_that_is_not_public_is_a_note(tmp_path: Path) -> None:
    assert by_key(load(TABLES, tmp_path))["1002"]["visibility"] == "internal"


def test_deleted_tickets_are_left_out_and_counted(tmp_path: Path) -> None:
    loaded = load(TABLES, tmp_path)
    assert "103" not in {message["thread_key"] for message in loaded.messages}
    assert any("deleted" in note and note.endswith(": 1.") for note in loaded.result["notes"])


def test_a_table_of_comments_alone_asks_for_account_and_agents_with_choices(tmp_path: Path) -> None:
    refused = refuse(GOLDEN / "zendesk" / "comments.csv", tmp_path, {})
    asks = {ask["key"]: ask for ask in refused["asks"]}
    assert refused["code"] == "needs_answers"
    assert set(asks) == {"account", "agents"}
    assert sorted(asks["agents"]["choices"]) == [("31", 1), ("32", 1), ("33", 1)]


def test_users_alone_are_refused_with_what_to_do(tmp_path: Path) -> None:
    refused = refuse(TABLES / "user_data.csv", tmp_path, {})
    assert refused["code"] == "empty"
    assert refused["error"].startswith("user_data.csv holds only users.")


def test_users_alone_as_json_are_refused_too(tmp_path: Path) -> None:
    file = tmp_path / "users.json"
    file.write_text('{"users": [{"id": 1, "role": "agent", "restricted_agent": false}]}')
    assert refuse(file, tmp_path / "out", {})["code"] == "empty"


def test_without_the_users_assignees_and_writers_of_notes_are_agents(tmp_path: Path) -> None:
    found = by_key(load_text("zendesk/export.ndjson", lines(), tmp_path))
    assert found["503"]["role"] == "agent"
    assert found["502"]["role"] == "agent"
    assert found["504"]["role"] == "bot"


def lines() -> str:
    return "".join(json.dumps(r) + "\n" for r in records_of("zendesk/export.ndjson"))


def test_who_is_nothing_by_the_export_is_asked_for(tmp_path: Path) -> None:
    record = records_of("zendesk/export.ndjson")[0]
    record["comments"].append({**record["comments"][0], "id": 999, "author_id": 77})
    file = tmp_path / "tickets.json"
    file.write_text(json.dumps([record]))
    refused = refuse(file, tmp_path / "out", {})
    assert [(ask["key"], ask["choices"]) for ask in refused["asks"]] == [("agents", (("77", 1),))]
    answered = {"now": "2024-06-01T00:00:00Z", "sources": [{"agents": ["77"]}]}
    assert by_key(load(file, tmp_path / "out", answered))["999"]["role"] == "agent"


def test_who_is_listed_as_a_bot_is_one_although_zendesk_says_agent(tmp_path: Path) -> None:
    answers = {"now": "2024-06-01T00:00:00Z", "sources": [{"bots": ["Agent One"]}]}
    assert by_key(load(TABLES, tmp_path, answers))["1003"]["role"] == "bot"


def test_side_conversations_are_left_out(tmp_path: Path) -> None:
    found = by_key(load_text("zendesk/export.ndjson", lines(), tmp_path))
    assert "505" not in found


def test_audits_tell_when_a_ticket_was_solved_and_opened_again(tmp_path: Path) -> None:
    loaded = load(BESIDE, tmp_path)
    events = [
        (message["event"], message["sent_at"].isoformat())
        for message in loaded.messages
        if message["role"] == "system"
    ]
    assert events == [
        ("closed", "2024-03-01T09:50:00+00:00"),
        ("reopened", "2024-03-03T09:00:00+00:00"),
    ]


def test_audits_inside_a_ticket_give_what_audits_beside_it_give(tmp_path: Path) -> None:
    ticket = json.loads((BESIDE / "tickets.json").read_text())["tickets"][0]
    audits = json.loads((BESIDE / "audits.json").read_text())["audits"]
    users = json.loads((BESIDE / "tickets.json").read_text())["users"]
    text = json.dumps({"tickets": [{**ticket, "audits": audits}], "users": users})
    inside = load_text("zendesk/export.ndjson", text, tmp_path / "inside")
    assert plain(inside) == plain(load(BESIDE, tmp_path / "beside", None))


def test_a_ticket_without_comments_and_with_them_begin_with_the_same_message(
    tmp_path: Path,
) -> None:
    ticket = records_of("zendesk/export.ndjson")[0]
    bare = {key: value for key, value in ticket.items() if key != "comments"}
    alone = load_text("zendesk/export.ndjson", json.dumps([bare]), tmp_path / "alone")
    whole = load_text("zendesk/export.ndjson", json.dumps([ticket]), tmp_path / "whole")
    assert len(alone.messages) == 1
    assert set(plain(alone)) < set(plain(whole))


def test_tables_in_any_order_and_with_rows_twice_give_the_same(tmp_path: Path) -> None:
    expected = plain(load(TABLES, tmp_path / "expected"))
    folder = tmp_path / "tables"
    chance = random.Random(1)
    for turn in range(5):
        shutil.copytree(TABLES, folder, dirs_exist_ok=True)
        for file in folder.iterdir():
            found = rows(file)
            chance.shuffle(found)
            with file.open("w", encoding="utf-8", newline="") as out:
                writer = csv.DictWriter(out, list(found[0]))
                writer.writeheader()
                writer.writerows(found + found[: turn % 3])
        assert plain(load(folder, tmp_path / str(turn))) == expected


def test_a_zip_of_the_tables_gives_what_the_folder_gives(tmp_path: Path) -> None:
    packed = shutil.make_archive(str(tmp_path / "zendesk"), "zip", TABLES)
    assert plain(load(Path(packed), tmp_path / "a")) == plain(load(TABLES, tmp_path / "b"))


def test_a_comment_that_names_no_ticket_is_a_problem(tmp_path: Path) -> None:
    users = json.loads((BESIDE / "tickets.json").read_text())["users"]
    comment = {"id": 1, "author_id": 1, "public": True, "body": "x", "via": {}, "audit_id": 5}
    sound = {**comment, "id": 2, "ticket_id": 4, "created_at": "2024-03-01T09:00:00Z"}
    text = "".join(json.dumps(each) + "\n" for each in (*users, sound, comment))
    answers = {"sources": [{"account": "Bike shop"}]}
    loaded = load_text("zendesk/export.ndjson", text, tmp_path, answers)
    assert [problem["line"] for problem in loaded.problems] == [4]
    assert "does not say which ticket" in loaded.problems[0]["reason"]


def test_tables_that_set_off_what_lies_inside_by_two_strokes_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    shutil.copytree(TABLES, folder)
    tickets = folder / "ticket_data.csv"
    header, _, rest = tickets.read_text().partition("\n")
    named = header.replace("via_channel", "via__channel").replace("via_source_", "via__source__")
    tickets.write_text(f"{named}\n{rest}")
    found = plain(load(folder, tmp_path / "found"))
    assert found == plain(load(TABLES, tmp_path / "expected"))


def test_records_as_copying_tools_write_them_are_read(tmp_path: Path) -> None:
    records = records_of("zendesk/export.ndjson")
    wrapped = [{"type": "RECORD", "stream": "tickets", "record": record} for record in records]
    text = "".join(json.dumps(each) + "\n" for each in wrapped)
    found = plain(load_text("zendesk/export.ndjson", text, tmp_path / "found"))
    assert found == plain(load_text("zendesk/export.ndjson", lines(), tmp_path / "expected"))


@real_files
def test_the_real_tables_ask_who_of_the_commenters_is_an_agent(tmp_path: Path) -> None:
    refused = refuse(REAL, tmp_path, {})
    # Counted with csv: none of the comments' authors is among the users, nor a requester.
    known = {row["id"] for row in rows(REAL / "user_data.csv")}
    known |= {row["requester_id"] for row in rows(REAL / "ticket_data.csv")}
    authors = Counter(row["user_id"] for row in rows(REAL / "ticket_comment_data.csv"))
    assert not known & set(authors)
    assert dict(refused["asks"][0]["choices"]) == dict(authors)
    assert [ask["key"] for ask in refused["asks"]] == ["agents"]


@real_files
def test_the_real_tables_give_every_comment_and_every_description(tmp_path: Path) -> None:
    comments, tickets = rows(REAL / "ticket_comment_data.csv"), rows(REAL / "ticket_data.csv")
    agent = Counter(row["user_id"] for row in comments).most_common(1)[0][0]
    loaded = load(REAL, tmp_path, {"sources": [{"agents": [agent]}]})
    roles = Counter(message["role"] for message in loaded.messages)
    # Counted with csv and grep: 20 comments, 10 tickets of which 2 are deleted, 9 comments of one author.
    kept = [row for row in tickets if row["status"] != "deleted"]
    answered = sum(row["user_id"] == agent for row in comments)
    assert (len(comments), len(kept), answered) == (20, 8, 9)
    assert roles == {"agent": 9, "customer": 20 - 9 + 8}
    assert loaded.result["problems"] == 0
    assert any("left alone" in note for note in loaded.result["notes"])


def test_comments_that_do_not_name_their_ticket_are_those_of_one(tmp_path: Path) -> None:
    """As the API gives them, a page for each ticket."""
    tickets = [json.loads(line) for line in lines().splitlines()]
    ticket = next(each for each in tickets if each.get("comments"))
    bare = ticket | {"comments": []}
    comments = [{k: v for k, v in c.items() if k != "ticket_id"} for c in ticket["comments"]]
    folder = tmp_path / "in"
    (folder / "comments").mkdir(parents=True)
    (folder / "tickets.json").write_text(json.dumps({"tickets": [bare]}), encoding="utf-8")
    page = {"comments": comments, "next_page": None, "count": len(comments)}
    (folder / "comments" / f"{ticket['id']}-1.json").write_text(json.dumps(page), encoding="utf-8")
    (folder / "comments" / "other.json").write_text(json.dumps({"comments": [
        comments[0] | {"id": 99001, "author_id": ticket["requester_id"]}
    ]}), encoding="utf-8")  # fmt: skip
    said = {"sources": [{"account": "help@bikeshop.example", "agents": ["x"]}]}
    found = by_key(load(folder, tmp_path / "out", said))
    # The oldest of them and the description are one message; a side conversation is left out.
    keys = {f"{ticket['id']}:description", "502", "503", "504"}
    told = {key: m["thread_key"] for key, m in found.items() if m["event"] is None}
    assert told.pop("99001").endswith("comments/other")
    assert told == dict.fromkeys(keys, str(ticket["id"]))
