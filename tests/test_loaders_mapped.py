"""Tables that only a mapping makes readable, whatever kind of file they are."""

from __future__ import annotations

import json
import random
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from loader_cases import EXPORTS, NOW, Loaded, forbid_last_resort, load, refuse, without_lines
from test_loaders_fuzz import ROUNDS, spoilt

from loaders.mapped_times import DayOrderUnknown, read_time
from loaders.mapping import mapping_of, mapping_of_toml
from loaders.problems import Code, NotUsable
from loaders.run import run

HELPDESK = EXPORTS / "helpdesk_log" / "helpdesk_it.csv"
LOG = """case;activity;timestamp
A;asked;2024-03-04 09:00:00
A;answered;2024-03-04 09:20:00
B;asked;2024-03-04 10:00:00
A;asked again;2024-03-04 11:00:00
C;answered;2024-03-04 12:05:00
C;asked;2024-03-04 12:00:00
"""
CASES = {
    "columns": {"thread_key": "case", "sent_at": "timestamp", "text": "activity"},
    "constants": {"account": "Bike shop", "channel": "Tickets"},
    "time": {"zone": "Europe/Rome"},
    "role": {"first": "customer"},
}
CHAT = """Ticket,When,Who,Side,Private,Status,Said
T1,04/03/2024 09:00,Customer A,in,no,open,Where is it?
T1,04/03/2024 09:10,Agent One,out,yes,open,Ask the depot.
T1,04/03/2024 09:30,Agent One,out,no,open,On its way.
T1,04/03/2024 10:00,,,no,Solved,
T1,04/03/2024 10:30,Customer A,whisper,no,open,Hm.
"""
SIDES: dict[str, Any] = {
    "columns": {
        "thread_key": "ticket",
        "sent_at": "when",
        "author_name": "who",
        "role": "side",
        "visibility": "private",
        "event": "status",
        "text": "said",
    },
    "constants": {"account": "Bike shop"},
    "time": {"zone": "UTC", "day_first": True},
    "role": {"customer": ["in"], "agent": ["out"]},
    "visibility": {"internal": ["yes"]},
    "event": {"closed": ["solved"]},
}


def options(mapping: dict[str, Any], **entry: Any) -> dict[str, Any]:
    return {**NOW, "sources": [{"files": "table*", "mapping": mapping, **entry}]}


def table(folder: Path, text: str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def told(loaded: Loaded) -> list[tuple[Any, ...]]:
    names = ("thread_key", "role", "visibility", "event", "sent_at", "text")
    return sorted((tuple(str(m[name]) for name in names) for m in loaded.messages), key=str)


# Counted with Python's csv: rows, different case ids, and one first event for each of these.
@pytest.mark.skipif(not HELPDESK.exists(), reason="the real exports are not on this machine")
def test_the_real_event_log(tmp_path: Path) -> None:
    mapping = {
        "columns": {"thread_key": "case_id", "sent_at": "timestamp", "text": "activity"},
        "role": {"first": "customer"},
    }
    entry = {"files": "helpdesk*", "account": "IT", "time_zone": "Europe/Rome", "mapping": mapping}
    loaded = load(HELPDESK, tmp_path, {**NOW, "sources": [entry]})
    assert loaded.result["problems"] == 0
    assert Counter(m["role"] for m in loaded.messages) == {"agent": 16_768, "customer": 4_580}
    first: dict[str, dict[str, Any]] = {}
    for message in loaded.messages:
        kept = first.setdefault(message["thread_key"], message)
        if message["sent_at"] < kept["sent_at"]:
            first[message["thread_key"]] = message
    assert {m["role"] for m in first.values()} == {"customer"}


def test_whose_an_event_log_is_has_to_be_said(tmp_path: Path) -> None:
    nobodys = {key: value for key, value in CASES.items() if key != "constants"}
    asked = refuse(table(tmp_path, LOG), tmp_path / "o", options(nobodys))
    assert [ask["key"] for ask in asked["asks"]] == ["account"]


def test_the_first_row_of_a_case_is_the_customers(tmp_path: Path) -> None:
    loaded = load(table(tmp_path, LOG), tmp_path / "o", options(CASES))
    roles = [(m["thread_key"], m["text"], m["role"]) for m in loaded.messages]
    assert roles == [
        ("A", "asked", "customer"),
        ("A", "answered", "agent"),
        ("B", "asked", "customer"),
        ("A", "asked again", "agent"),
        ("C", "answered", "agent"),
        ("C", "asked", "customer"),
    ]
    assert loaded.messages[0]["sent_at"].isoformat() == "2024-03-04T08:00:00+00:00"
    assert loaded.messages[0]["channel"] == "Tickets"


def test_a_first_row_stands_before_others_of_its_second(tmp_path: Path) -> None:
    rows = "".join(f"{n};{w};2024-03-04 09:00:00\n" for n in range(20) for w in ("asked", "done"))
    loaded = load(
        table(tmp_path, "case;activity;timestamp\n" + rows), tmp_path / "o", options(CASES)
    )
    # This is the order that conversations keep within a second.
    ordered = sorted(loaded.messages, key=lambda m: (len(m["message_key"]), m["message_key"]))
    assert [m["text"] for m in ordered[:20]] == ["asked"] * 20


def test_a_word_for_a_visibility_that_is_not_listed_is_told(tmp_path: Path) -> None:
    listed = SIDES | {"visibility": {"internal": ["yes"], "public": ["no"]}}
    said = CHAT.replace(",no,open", ",maybe,open")
    loaded = load(table(tmp_path, said), tmp_path / "o", options(listed | {"role": {**SIDES["role"], "otherwise": "bot"}}))  # fmt: skip
    assert loaded.messages[0]["visibility"] == "public"
    assert loaded.result["notes"] == [
        'table.csv: the mapping does not list "maybe" as a visibility (3 times): it counts as public.'
    ]


def test_columns_say_role_visibility_and_event(tmp_path: Path) -> None:
    loaded = load(table(tmp_path, CHAT), tmp_path / "o", options(SIDES))
    found = [(m["role"], m["visibility"], m["event"]) for m in loaded.messages]
    assert found == [
        ("customer", "public", None),
        ("agent", "internal", None),
        ("agent", "public", None),
        ("system", "public", "closed"),
    ]
    assert loaded.messages[0]["author_key"] == "Customer A"
    assert [p["reason"] for p in loaded.problems] == [
        'side is "whisper", which the mapping does not list'
    ]
    assert loaded.problems[0]["raw"] == "T1,04/03/2024 10:30,Customer A,whisper,no,open,Hm."
    rest = {**SIDES, "role": {**SIDES["role"], "otherwise": "bot"}}
    assert load(table(tmp_path, CHAT), tmp_path / "p", options(rest)).messages[-1]["role"] == "bot"


def test_a_reply_in_the_same_row_is_a_message_of_its_own(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "asked,answered,brand\n2024-03-04T09:00:00Z,2024-03-04T09:20:00Z,B\n2024-03-05T09:00:00Z,,B\n",
    )
    mapping = {
        "columns": {"sent_at": "asked", "account": "brand"},
        "reply": {"sent_at": "answered"},
    }
    loaded = load(path, tmp_path / "o", options(mapping))
    first, reply, second = loaded.messages
    assert [m["role"] for m in loaded.messages] == ["customer", "agent", "customer"]
    assert reply["thread_key"] == first["thread_key"] != second["thread_key"]
    assert reply["reply_to_key"] == first["message_key"]


KINDS = ["table.csv", "table.tsv", "table.ndjson", "table.json", "table.parquet", "table.xlsx", "table.csv.gz", "table.zip"]  # fmt: skip


def as_kind(folder: Path, name: str) -> Path:
    rows = [line.split(";") for line in LOG.splitlines()]
    header, body = rows[0], rows[1:]
    objects = [dict(zip(header, row, strict=True)) for row in body]
    path = folder / name
    if name == "table.tsv":
        path.write_text("\n".join("\t".join(row) for row in rows))
    elif name == "table.ndjson":
        path.write_text("".join(json.dumps(one) + "\n" for one in objects))
    elif name == "table.json":
        path.write_text(json.dumps({"data": {"events": objects}, "total": 6}))
    elif name == "table.parquet":
        for one in objects:
            one["timestamp"] = datetime.fromisoformat(one["timestamp"])
        pq.write_table(pa.Table.from_pylist(objects), path)
    elif name == "table.xlsx":
        workbook(path, rows)
    elif name == "table.csv.gz":
        import gzip

        path.write_bytes(gzip.compress(LOG.encode()))
    elif name == "table.zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("table.csv", LOG)
    else:
        path.write_text(LOG)
    return path


def workbook(path: Path, rows: list[list[str]]) -> None:
    """Write the smallest workbook: a title, an empty row, the table, with days as Excel counts them."""
    cells = ["<row r='1'><c r='B1' t='inlineStr'><is><t>Events</t></is></c></row>"]
    start = datetime(1899, 12, 30)  # noqa: DTZ001
    for number, row in enumerate(rows, 3):
        out = ""
        for column, value in zip("BCD", row, strict=True):
            place = f"{column}{number}"
            if column == "D" and number > 3:
                days = (datetime.fromisoformat(value) - start).total_seconds() / 86400
                out += f"<c r='{place}' s='1'><v>{days!r}</v></c>"
            else:
                out += f"<c r='{place}' t='inlineStr'><is><t>{value}</t></is></c>"
        cells.append(f"<row r='{number}'>{out}</row>")
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f"<Types xmlns='{package}/content-types'><Default Extension='rels' ContentType="
            "'application/vnd.openxmlformats-package.relationships+xml'/><Default Extension='xml' ContentType="
            "'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/></Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f"<Relationships xmlns='{package}/relationships'><Relationship Id='r1' Type='{office}/officeDocument' "
            "Target='xl/workbook.xml'/></Relationships>",
        )
        archive.writestr(
            "xl/workbook.xml",
            f"<workbook xmlns='{main}' xmlns:r='{office}'><sheets><sheet name='Log' sheetId='1' r:id='r1'/></sheets></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f"<Relationships xmlns='{package}/relationships'><Relationship Id='r1' Type='{office}/worksheet' "
            f"Target='worksheets/sheet1.xml'/><Relationship Id='r2' Type='{office}/styles' Target='styles.xml'/></Relationships>",
        )
        archive.writestr(
            "xl/styles.xml",
            f"<styleSheet xmlns='{main}'><cellXfs count='2'><xf numFmtId='0'/><xf numFmtId='22' applyNumberFormat='1'/></cellXfs></styleSheet>",
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f"<worksheet xmlns='{main}'><sheetData>{''.join(cells)}</sheetData></worksheet>",
        )


@pytest.mark.parametrize("name", KINDS)
def test_the_same_table_in_every_kind_of_file(name: str, tmp_path: Path) -> None:
    path = as_kind(tmp_path, name)
    mapping = {**CASES, "file": {"list": "data.events"}} if name == "table.json" else CASES
    expected = load(table(tmp_path, LOG, "table_.csv"), tmp_path / "a", options(CASES))
    found = load(path, tmp_path / "b", options(mapping))
    assert found.result["format"] == "mapped"
    assert told(found) == told(expected)
    assert len({m["message_key"] for m in [*found.messages, *expected.messages]}) == 6


def test_lines_of_a_workbook_are_those_of_its_sheet(tmp_path: Path) -> None:
    loaded = load(as_kind(tmp_path, "table.xlsx"), tmp_path / "o", options(CASES))
    assert [m["line"] for m in loaded.messages] == [4, 5, 6, 7, 8, 9]


def test_a_broken_workbook_and_a_missing_sheet_are_told(tmp_path: Path) -> None:
    path = as_kind(tmp_path, "table.xlsx")
    other = {**CASES, "file": {"sheet": "Other"}}
    assert "Its sheets: Log" in refuse(path, tmp_path / "a", options(other))["error"]
    with zipfile.ZipFile(tmp_path / "table2.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert "workbook" in refuse(tmp_path / "table2.xlsx", tmp_path / "b", options(CASES))["error"]


def test_shuffled_and_repeated_rows_give_the_same_messages(tmp_path: Path) -> None:
    header, *rows = LOG.splitlines()
    expected = told(load(table(tmp_path, LOG), tmp_path / "a", options(CASES)))
    random.Random(5).shuffle(rows)
    shuffled = table(tmp_path, "\n".join([header, *rows]))
    assert told(load(shuffled, tmp_path / "b", options(CASES))) == expected


def test_a_file_without_a_mapping_is_found_by_its_content_as_before(tmp_path: Path) -> None:
    path = table(
        tmp_path, "account,role,sent_at,thread_key\nB,customer,2024-03-04T09:00:00Z,T\n", "log.csv"
    )
    assert load(path, tmp_path / "o", options(CASES)).result["format"] == "log_csv"


def test_wrong_keys_are_all_named() -> None:
    wrong: dict[str, Any] = {
        "colums": {},
        "columns": {"sent": "at", "text": 3, "role": "side"},
        "constants": {"role": "boss", "account": ""},
        "time": {"zone": "Rome", "format": "dd.mm.yyyy", "day_first": "yes"},
        "role": {"first": "agent", "customer": ["in"], "agent": ["IN"], "agents": "x"},
        "visibility": {"internal": ["yes"]},
        "reply": {"text": "answer"},
    }
    with pytest.raises(NotUsable) as found:
        mapping_of(wrong, "for table.csv")
    for named in (
        "colums is no key", "columns.sent is no key of a mapping; sent_at is", "columns.text should", "constants.account",
        'constants.role is "boss"', "time.zone", "time.format", "time.day_first", 'role.first is "agent"', "role.agents",
        'role has "IN" both', "columns.visibility does not name it", "reply.sent_at is missing", "columns.sent_at is missing",
    ):  # fmt: skip
        assert named in found.value.sentence, named


def test_the_example_in_the_documentation_is_a_mapping() -> None:
    text = (Path(__file__).parents[1] / "docs" / "formats" / "mapping.md").read_text()
    for example in text.split("```toml")[1:]:
        body = example.partition("```")[0]
        if "[[sources]]" not in body:
            assert mapping_of_toml(body, "mapping.md").columns


def test_columns_that_are_not_there_are_named(tmp_path: Path) -> None:
    mapping = {**CASES, "columns": {**CASES["columns"], "text": "note"}}
    refused = refuse(table(tmp_path, LOG), tmp_path / "o", options(mapping))
    assert "has no column note" in refused["error"]
    assert "case, activity, timestamp" in refused["error"]


def test_what_is_missing_is_asked_for(tmp_path: Path) -> None:
    mapping = {"columns": {"thread_key": "ticket", "sent_at": "when", "author_name": "who"}}
    path = table(tmp_path, CHAT)
    asked = refuse(path, tmp_path / "a", options(mapping))
    assert [ask["key"] for ask in asked["asks"]] == ["account", "agents"]
    assert ("Agent One", 2) in asked["asks"][1]["choices"]
    people = {"account": "Bike shop", "agents": ["Agent One"]}
    asked = refuse(path, tmp_path / "b", options(mapping, **people))
    assert [ask["key"] for ask in asked["asks"]] == ["day_first"]
    people["time_zone"] = "UTC"
    loaded = load(path, tmp_path / "c", options(mapping, **people, day_first=True))
    assert Counter(m["role"] for m in loaded.messages) == {"customer": 3, "agent": 2}


@pytest.mark.parametrize(
    ("text", "time_format", "day_first", "found"),
    [
        ("2024-03-04 09:00", None, None, "2024-03-04T09:00:00"),
        ("31/03/2024 9:05", None, None, "2024-03-31T09:05:00"),
        ("03/31/2024 9:05 PM", None, None, "2024-03-31T21:05:00"),
        ("4.3.24, 09.05", None, True, "2024-03-04T09:05:00"),
        ("03/04/2024 12:05 a.\u202fm.", None, False, "2024-03-04T00:05:00"),
        ("04/03/2024 09:00:00 +01:00", None, True, "2024-03-04T09:00:00+01:00"),
        ("1709542800", "epoch", None, "2024-03-04T09:00:00+00:00"),
        ("1709542800123.0", "epoch_ms", None, "2024-03-04T09:00:00.123000+00:00"),
        ("45355.375", "excel", None, "2024-03-04T09:00:00"),
        ("4 Mar 2024 09:00", "%d %b %Y %H:%M", None, "2024-03-04T09:00:00"),
        ("99/99/2024 09:00", None, True, None),
        ("1e400", "epoch", None, None),
        ("soon", "excel", None, None),
    ],
)
def test_times(
    text: str, time_format: str | None, day_first: bool | None, found: str | None
) -> None:
    time = read_time(text, time_format, day_first)
    assert (None if time is None else time.isoformat()) == found


def test_a_day_that_could_be_a_month_is_not_guessed() -> None:
    with pytest.raises(DayOrderUnknown):
        read_time("03/04/2024 09:00", None, None)
    assert read_time("03/03/2024 09:00", None, None) is not None
    moment = datetime(2024, 3, 4, tzinfo=UTC)
    assert read_time(moment, "epoch", None) is moment


@pytest.mark.parametrize("name", KINDS[:6])
def test_no_spoilt_table_raises_or_fails_without_a_name(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_last_resort(monkeypatch)
    chance = random.Random(name)
    path = as_kind(tmp_path, name)
    data = path.read_bytes()
    mapping = {**CASES, "file": {"list": "data.events"}} if name == "table.json" else CASES
    for turn in range(ROUNDS):
        path.write_bytes(spoilt(data, chance))
        result = run(path, tmp_path / "out", options(mapping))
        if "error" in result:
            assert result["code"] in get_args(Code), turn
            assert name in result["error"], turn
        else:
            assert result["messages"] >= result["problems"], turn


def test_lines_do_not_change_what_is_told(tmp_path: Path) -> None:
    once = load(table(tmp_path, LOG), tmp_path / "a", options(CASES))
    blank = load(table(tmp_path, LOG.replace("\n", "\n;;\n")), tmp_path / "b", options(CASES))
    assert without_lines(blank.messages) == without_lines(once.messages)


REPLIED = {
    "columns": {"thread_key": "ticket", "sent_at": "asked"},
    "reply": {"sent_at": "answered"},
    "constants": {"account": "Bike shop"},
    "time": {"zone": "UTC"},
}


@pytest.mark.parametrize("missing", ["", "-", "N/A", "NULL", "NaT", "pending", "0000-00-00 00:00:00"])  # fmt: skip
def test_what_stands_where_a_reply_is_missing_leaves_the_question(
    missing: str, tmp_path: Path
) -> None:
    said = f"ticket,asked,answered\nT1,2024-03-01 09:00,2024-03-01 09:20\nT2,2024-03-01 10:00,{missing}\n"
    loaded = load(table(tmp_path, said), tmp_path / "o", options(REPLIED))
    assert [m["role"] for m in loaded.messages] == ["customer", "agent", "customer"]
    assert not loaded.problems


def test_a_reply_that_cannot_be_read_is_a_problem_and_its_question_stays(tmp_path: Path) -> None:
    said = "ticket,asked,answered\nT1,2024-03-01 09:00,2024-03-01 09:20\nT2,2024-03-01 10:00,soon\n"
    loaded = load(table(tmp_path, said), tmp_path / "o", options(REPLIED))
    assert [m["role"] for m in loaded.messages] == ["customer", "agent", "customer"]
    assert [problem["line"] for problem in loaded.problems] == [3]


def test_a_table_in_which_nothing_can_be_a_reply_says_so(tmp_path: Path) -> None:
    said = "case;activity;timestamp\nA;asked;2024-03-04 09:00:00\nB;asked;2024-03-04 09:20:00\n"
    mapping = CASES | {"role": {"first": "customer"}}
    (note,) = load(table(tmp_path, said), tmp_path / "o", options(mapping)).result["notes"]
    assert "each row is a case of its own and no row is a reply" in note
    more = f"{said}A;answered;2024-03-04 11:00:00\n"
    assert not load(table(tmp_path, more), tmp_path / "p", options(mapping)).result["notes"]


def test_a_name_that_nobody_in_the_file_has_is_told(tmp_path: Path) -> None:
    said = "ticket,who,asked\nT1,Anna,2024-03-01 09:00\nT1,Ben,2024-03-01 09:30\n"
    mapping = {
        "columns": {"thread_key": "ticket", "author_name": "who", "sent_at": "asked"},
        "constants": {"account": "Bike shop"},
        "time": {"zone": "UTC"},
    }
    for named, notes in (("Benn", 1), ("ben", 0)):
        loaded = load(table(tmp_path, said), tmp_path / named, options(mapping, agents=[named]))
        assert len(loaded.result["notes"]) == notes
