"""What is proposed for a table that no loader knows."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
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


# What would load cleanly and lose every reply.

_ONE = "A-1,2024-03-01T09:00:00Z,Anna Bell,Inbound,Where is my order please?\n"
_TWO = "A-1,2024-03-01T09:10:00Z,Bike Shop,Outbound,It left today.\n"
_MORE = _ONE.replace("A-1", "A-2") + _TWO.replace("A-1", "A-2")


@pytest.mark.parametrize("case", ["Case No", "Fall-Nr", "Case-Nr.", "Ticketnummer"])
def test_a_number_of_a_case_is_found_in_other_words(case: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(f"{case},Created,From,Type,Message\n{_ONE}{_TWO}{_MORE}")
    proposal = propose(path)
    assert proposal.mapping["columns"]["thread_key"] == case.lower()
    assert [row["role"] for row in proposal.rows] == ["customer", "agent"] * 2


def test_a_question_and_its_answer_in_one_row(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(
        "ticket,opened,first answered,customer,operator,question,answer\n"
        "1,2024-03-01T09:00:00Z,2024-03-01T09:10:00Z,Anna,Rob,Where is my order?,It left today\n"
        "2,2024-03-02T09:00:00Z,,Carl,Rob,My tyre is flat,\n"
    )
    proposal = propose(path)
    assert proposal.mapping["reply"] == {
        "text": "answer",
        "author_name": "operator",
        "sent_at": "first answered",
    }
    assert [row["role"] for row in proposal.rows] == ["customer", "agent", "customer"]


NOTES = "Ticket;When;Richtung;{name};Body\n1;2026-03-02 09:00;in;{no};Where is it?\n1;2026-03-02 09:10;out;{yes};ask depot\n1;2026-03-02 10:30;out;{no};Tomorrow\n"


@pytest.mark.parametrize(
    ("name", "yes", "no"),
    [
        ("Internal note", "yes", "no"),
        ("isInternal", "TRUE", "FALSE"),
        ("Notiz(ja/nein)", "ja", "nein"),
        ("Note (Y/N)", "Y", "N"),
        ("Interne Notiz", "x", ""),
        ("Note interne", "oui", "non"),
        ("Sichtbarkeit", "Intern", "Öffentlich"),
        ("Visible to customer", "no", "yes"),
        ("comment.visibility", "Internal note", "Public reply"),
    ],
)
def test_notes_are_no_replies(name: str, yes: str, no: str, tmp_path: Path) -> None:
    proposal = propose(table(tmp_path, NOTES.format(name=name, yes=yes, no=no)))
    assert [row["visibility"] for row in proposal.rows] == ["public", "internal", "public"]
    assert not proposal.unread


def test_a_column_of_yes_and_no_that_nothing_is_made_of_is_told(tmp_path: Path) -> None:
    proposal = propose(table(tmp_path, NOTES.format(name="Whisper", yes="ja", no="nein")))
    assert "visibility" not in proposal.mapping["columns"]
    assert proposal.unread == ("whisper",)
    assert proposal.notes["whisper"] == ["ja"]
    told = proposal.toml()
    assert '# columns: visibility = "whisper"' in told
    assert '# visibility: internal = ["ja"]' in told
    assert mapping_of_toml(told, "t").columns["text"] == ("body",)


def test_an_answer_takes_the_time_that_is_left(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(
        "ticket,opened,gave word,question,answer\n"
        "1,2024-03-01T09:00:00Z,2024-03-01T09:10:00Z,Where is my order?,It left today\n"
        "2,2024-03-02T09:00:00Z,,My tyre is flat,\n"
    )
    assert propose(path).mapping["reply"] == {"text": "answer", "sent_at": "gave word"}


def test_roles_of_a_table_of_two_rows(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text(
        "ticket,time,role,text\n1,2024-03-01T09:00:00Z,agent,A word from us\n"
        "1,2024-03-01T09:10:00Z,customer,It came today\n"
    )
    proposal = propose(path)
    assert proposal.mapping["role"] == {"agent": ["agent"], "customer": ["customer"]}
    assert [row["role"] for row in proposal.rows] == ["agent", "customer"]


@pytest.mark.parametrize(
    "table",
    [
        "time,who,text\n2024-03-01T09:00:00Z,Anna,Where is it?\n2024-03-01T09:10:00Z,Rob,It left today\n",
        "ticket,time,question,answer\n1,2024-03-01T09:00:00Z,Where is it?,On its way\n2,2024-03-02T09:00:00Z,And mine?,So too\n",
    ],
    ids=["no case", "no time of the answer"],
)
def test_a_proposal_says_what_is_missing_to_join_replies(table: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(table)
    proposal = propose(path)
    assert "mapping" in {ask.key for ask in proposal.asks}
    assert "thread_key" in proposal.toml()
    assert "no reply finds its question" in proposal.toml()


def test_a_day_beside_its_time_can_be_a_month_too(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    rows = "1,03/04/2024,09:00,Anna,Where is it?\n1,03/04/2024,09:10,Rob,It left\n"
    path.write_text(f"ticket,day,clock,who,text\n{rows}")
    assert "day_first" in {ask.key for ask in propose(path).asks}
    path.write_text(f"ticket,day,clock,who,text\n{rows}2,13/04/2024,09:00,Anna,hello you\n")
    proposal = propose(path)
    assert "day_first" not in {ask.key for ask in proposal.asks}
    assert proposal.mapping["time"]["day_first"] is True


@pytest.mark.parametrize("name", ["table.xlsx", "table.zip", "table.csv.gz"])
def test_what_is_packed_and_no_workbook_is_no_empty_proposal(name: str, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>" * 50)
        archive.writestr("xl/worksheets/sheet1.xml", "<row/>\n" * 500)
    content = gzip.compress(b"a,b\n1,2\n") if name.endswith("gz") else packed.getvalue()[:-60]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NotUsable) as found:
        propose(path)
    assert found.value.code == ("not_a_log" if name.endswith("gz") else "truncated")


TICKETS = """ticket_id,customer_id,created_at,resolved_at,channel,status,agent_name,message_text
T1,C1,2024-02-20 22:00:00,2024-02-21 18:00:00,E-mail,Open,Agent One,Where is my order
T2,C2,2024-01-04 04:00:00,2024-01-06 10:00:00,Chat,Closed,Agent Two,It is broken again
T3,C3,2024-02-15 09:00:00,2024-02-15 23:00:00,E-mail,Closed,Agent One,Refund me please
"""


def test_how_a_ticket_stands_today_is_no_event_and_its_customer_no_agent(tmp_path: Path) -> None:
    found = propose(table(tmp_path, TICKETS), OPTIONS)
    assert "event" not in found.mapping
    assert [row["role"] for row in found.rows] == ["customer"] * 3
    assert [ask.key for ask in found.asks] == ["mapping", "account", "time_zone"]
    assert found.asks[0].question.startswith("Each row is a case of its own.")


def test_a_status_that_every_message_of_a_case_has_is_no_event(tmp_path: Path) -> None:
    said = "Conversation,Direction,Status,Date,Body\n" + "".join(
        f"c{i},{side},{status},2024-03-04 {9 + i}:{minute},words {i} {side}\n"
        for i, status in enumerate(("Closed", "Open", "Closed"))
        for side, minute in (("Inbound", "00"), ("Outbound", "30"))
    )
    assert "event" not in propose(table(tmp_path, said), OPTIONS).mapping
    told = said + "c0,Outbound,Closed,2024-03-05 10:00,\n"
    assert "event" not in propose(table(tmp_path, told), OPTIONS).mapping
    changed = said.replace("c0,Inbound,Closed", "c0,Inbound,Open")
    assert propose(table(tmp_path, changed), OPTIONS).mapping["event"] == {"closed": ["Closed"]}


@pytest.mark.parametrize("last", ["Time to Resolution", "Ended", "Second time"])
def test_when_it_was_resolved_is_not_when_the_customer_wrote(last: str, tmp_path: Path) -> None:
    said = (
        f"Ticket ID,Customer Name,Ticket Description,Resolution,First Response Time,{last}\n"
        "1,Customer A,Where is it please,It is here now and will stay,2023-06-01 11:14:00,2023-06-01 18:05:00\n"
        "2,Customer B,Mine is broken too,We sent another one today,2023-06-01 07:29:00,2023-06-01 09:57:00\n"
    )
    found = propose(table(tmp_path, said), OPTIONS)
    assert found.mapping["columns"]["text"] == "ticket description"
    assert "sent_at" not in found.mapping["columns"]
    assert "(sent_at)" in found.asks[0].question
    before = said.replace(last, "Second moment").replace(":05:00", ":05").replace("18:05", "10:05")
    before = before.replace("09:57:00", "06:57:00")
    assert (
        propose(table(tmp_path, before), OPTIONS).mapping["columns"]["sent_at"] == "second moment"
    )


def test_what_a_bot_said_is_not_the_customers_text(tmp_path: Path) -> None:
    said = (
        "session_id,timestamp,user_msg,bot_reply\n"
        "1,2025-06-01 10:00:00,How can I reset it?,Please use this link to reset your password\n"
        "2,2025-06-01 10:02:00,Where is my order?,Your order is on the way to you now!\n"
    )
    found = propose(table(tmp_path, said), OPTIONS)
    assert found.mapping["columns"]["text"] == "user_msg"


def test_a_table_whose_rows_have_other_columns_than_its_header_is_told(tmp_path: Path) -> None:
    header, *rows = TICKETS.strip().split("\n")
    more = "\n".join([header, *(f"{row}, oh, and more" for row in rows[:2]), rows[2]])
    told = (
        r"can't be split into its columns: of its first 3 rows, 2 make none\. The first, on line 2"
    )
    with pytest.raises(NotUsable, match=told):
        propose(table(tmp_path, f"{more}\n"), OPTIONS)


@pytest.mark.parametrize(
    ("customer", "brand"),
    [
        ("cliente", "atendente"), ("customer", "Support Agent"), ("Kunde", "Berater"), ("End User", "Agent"), ("caller", "agent"),
        ("Client", "someone unknown"), ("somebody", "Customer Service"),
    ],
)  # fmt: skip
def test_sides_of_a_conversation_in_other_words(customer: str, brand: str, tmp_path: Path) -> None:
    said = "conversation_id,sender_type,created_at,message\n" + "".join(
        f"A{i},{side},2024-03-02 {9 + i}:{minute}:00,words {i} {minute}\n"
        for i in range(3)
        for side, minute in ((customer, "00"), (brand, "20"))
    )
    found = propose(table(tmp_path, said), OPTIONS)
    assert found.mapping["role"] == {"customer": [customer], "agent": [brand]}
    assert "mapping" not in [ask.key for ask in found.asks]


def test_a_role_that_is_not_known_is_asked_about_and_loses_nothing(tmp_path: Path) -> None:
    said = "conversation_id,sender_type,created_at,message\n" + "".join(
        f"A{i},{side},2024-03-02 {9 + i}:{minute}:00,words {i} {minute}\n"
        for i in range(3)
        for side, minute in (("customer", "00"), ("agent", "20"), ("zyx", "30"))
    )
    found = propose(table(tmp_path, said), OPTIONS)
    assert found.mapping["role"] == {"customer": ["customer"], "agent": ["agent"]}
    assert [ask.question for ask in found.asks if '"zyx"' in ask.question]
    assert [problem["line"] for problem in found.problems] == [4, 7, 10]


def test_a_list_of_tickets_by_their_number_asks_for_the_reply_and_not_for_agents(
    tmp_path: Path,
) -> None:
    said = "id,title,customer,created_at\n" + "".join(
        f"{i},It is broken {i},Firm {i},2024-03-02 09:{i:02}:00\n" for i in range(10, 24)
    )
    found = propose(table(tmp_path, said), OPTIONS)
    assert found.mapping["columns"]["thread_key"] == "id"
    assert [ask.key for ask in found.asks] == ["mapping", "account", "time_zone"]


def test_a_time_that_all_rows_of_a_case_share_is_not_when_each_was_written(tmp_path: Path) -> None:
    said = "number,state,opened_at,sys_updated_at\n" + "".join(
        f"INC{i},s{step},2024-03-0{i} 09:00:00,2024-03-0{i} {9 + step}:30:00\n"
        for i in range(1, 6)
        for step in range(3)
    )
    found = propose(table(tmp_path, said), OPTIONS)
    assert found.mapping["columns"]["sent_at"] == "sys_updated_at"
    assert '"opened_at" may be the one' in found.asks[-1].question


@pytest.mark.parametrize("name", ["data_fechamento", "order_date_time", "last activity", "cancelled at"])  # fmt: skip
def test_when_it_ended_or_was_bought_is_not_when_the_customer_wrote(
    name: str, tmp_path: Path
) -> None:
    said = (
        f"Ticket ID,data_abertura,{name},Description\n"
        "1,2024-03-01,2024-03-02 10:00:00,Where is it please\n2,2024-03-02,2024-03-04 10:00:00,Where is it now\n"
    )
    found = propose(table(tmp_path, said), OPTIONS)
    assert "sent_at" not in found.mapping["columns"]
    assert found.asks[0].question.endswith('"data_abertura" holds days without a time of day.')


def test_a_column_that_is_there_twice_stops_nobody(tmp_path: Path) -> None:
    said = "Ticket,Watchers,When,Watchers,Said\nT1,a,2024-03-01 09:00:00,b,Where is it please\nT1,a,2024-03-01 10:00:00,b,On its way now\n"
    found = propose(table(tmp_path, said), OPTIONS)
    assert [column.name for column in found.columns] == ["ticket", "watchers", "when", "watchers (2)", "said"]  # fmt: skip
    assert len(found.rows) == 2
