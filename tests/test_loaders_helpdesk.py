"""All helpdesks: whichever way the answers of an API are kept, the same messages come of them."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from helpdesk_cases import PAGES, PARTS, inner, load_text, page, plain, records_of
from loader_cases import GOLDEN, load, options_of

from loaders import registry
from loaders import run as run_module
from loaders.helpdesk_values import words_of
from loaders.json_glimpse import glimpse
from loaders.source import source_at

# A longer search: FUZZ_ROUNDS=2000 pytest tests/test_loaders_helpdesk.py
ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "12"))
EACH = pytest.mark.parametrize("name", PAGES, ids=lambda name: name.partition("/")[0])


def lines_of(values: list[Any]) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


def shapes(name: str) -> dict[str, str]:
    records = records_of(name)
    single = [page(name, [record]) for record in records]
    return {
        "list": json.dumps(records),
        "pretty list": json.dumps(records, indent=2),
        "page": json.dumps(page(name, records)),
        "pretty page": json.dumps(page(name, records), indent=1),
        "lines": lines_of(records),
        "pages a line": lines_of(single),
        "pretty pages": "\n".join(json.dumps(each, indent=2) for each in single),
        "list of pages": json.dumps(single),
    }


@EACH
def test_a_page_a_list_and_lines_of_either_give_the_same(name: str, tmp_path: Path) -> None:
    expected = plain(load_text(name, json.dumps(records_of(name)), tmp_path / "expected"))
    assert expected
    for shape, text in shapes(name).items():
        assert plain(load_text(name, text, tmp_path / shape)) == expected, shape


@EACH
def test_pages_longer_than_what_is_looked_at_are_read_to_the_last_one(
    name: str, tmp_path: Path
) -> None:
    records = records_of(name)
    filled = [{**record, "custom": "x" * 70_000} for record in records]
    expected = plain(load_text(name, lines_of(records), tmp_path / "expected"))
    for shape, text in {
        "pages a line": lines_of([page(name, [record]) for record in filled]),
        "pretty pages": "\n".join(json.dumps(page(name, [r]), indent=2) for r in filled),
        "page": json.dumps(page(name, filled)),
    }.items():
        assert plain(load_text(name, text, tmp_path / shape)) == expected, shape


@EACH
def test_the_order_of_records_and_of_messages_is_irrelevant(name: str, tmp_path: Path) -> None:
    records = records_of(name)
    expected = plain(load_text(name, lines_of(records), tmp_path / "expected"))
    chance = random.Random(name)
    for turn in range(4):
        chance.shuffle(records)
        for record in records:
            parts = inner(record, PARTS[name.partition("/")[0]])
            if isinstance(parts, list):
                chance.shuffle(parts)
        found = load_text(name, lines_of(records), tmp_path / str(turn))
        assert plain(found) == expected


@EACH
def test_records_that_stand_twice_add_nothing(name: str, tmp_path: Path) -> None:
    records = records_of(name)
    once = load_text(name, lines_of(records), tmp_path / "once")
    twice = load_text(name, lines_of(records * 2), tmp_path / "twice")
    assert plain(twice) == plain(once)
    assert twice.result["problems"] == 2 * once.result["problems"]


@EACH
def test_a_list_that_is_cut_off_gives_the_records_before(name: str, tmp_path: Path) -> None:
    records = records_of(name)
    expected = plain(load_text(name, lines_of(records[:1]), tmp_path / "expected"))
    text = json.dumps(page(name, records))
    cut = text[: text.index(json.dumps(records[1])) + 30]
    found = load_text(name, cut, tmp_path / "cut")
    assert plain(found) == expected
    assert found.result["notes"][0].startswith("export.json ends or breaks on line 1")


@EACH
@pytest.mark.parametrize(
    "hostile",
    [None, 7, "x", [], {}, {"id": {}}, {"id": "\ud800"}, {"id": [[[[[[1]]]]]], "status": None}],
    ids=repr,
)
def test_a_hostile_record_costs_no_other(name: str, hostile: Any, tmp_path: Path) -> None:
    records = records_of(name)
    expected = load_text(name, lines_of(records), tmp_path / "expected")
    found = load_text(name, lines_of([*records[:1], hostile, *records[1:]]), tmp_path / "found")
    assert plain(found) == plain(expected)
    assert found.result["problems"] == expected.result["problems"] + 1


@EACH
def test_wrong_types_inside_a_record_cost_no_other(name: str, tmp_path: Path) -> None:
    records = records_of(name)
    answers = {"now": "2024-06-01T00:00:00Z", "sources": [{"account": "Shop", "agents": ["x"]}]}
    expected = set(plain(load_text(name, lines_of(records), tmp_path / "expected", answers)))
    for number, value in enumerate([None, 7, "x", True, [None], {"x": []}, "9" * 30]):
        for key in records[0]:
            text = lines_of([*records, {**records[0], "id": f"other {number}", key: value}])
            file = load_text(name, text, tmp_path / f"{number} {key}", answers)
            others = {row for row in plain(file) if ("thread_key", f"other {number}") not in row}
            assert others >= expected, (key, value)


HOSTILE = (
    None, True, 7, -1, 1e400, "", "x", "\ud800", "\x00", "99999-01-01T00:00:00Z", "9" * 400,
    [], {}, [None], [[]], {"x": []}, "<" * 50, "2024-03-01T09:00:00+99:00", 253402300800, 0.5,
)  # fmt: skip


def spoilt(value: Any, chance: random.Random) -> Any:
    """Put something else into one place of a record, however deep."""
    if isinstance(value, dict | list) and value and chance.random() < 0.85:
        key = chance.choice(list(value) if isinstance(value, dict) else range(len(value)))
        copy = value.copy()
        copy[key] = spoilt(value[key], chance)
        return copy
    return chance.choice(HOSTILE)


@EACH
def test_whatever_stands_anywhere_in_a_record_the_load_ends_by_name(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults: list[str] = []
    monkeypatch.setattr(run_module.traceback, "print_exc", lambda **_: faults.append("fault"))
    chance = random.Random(name)
    for _ in range(ROUNDS):
        records = records_of(name)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(records))
            records[place] = spoilt(records[place], chance)
        text = json.dumps(records) if chance.random() < 0.5 else json.dumps(page(name, records))
        file = tmp_path / "export.json"
        file.write_text(text, encoding="utf-8")
        result = run_module.run(file, tmp_path / "out", options_of(GOLDEN / name))
        assert not faults, text
        assert "error" in result or result["messages"] >= result["problems"], text


@EACH
def test_bytes_that_are_no_utf8_are_read_and_told(name: str, tmp_path: Path) -> None:
    text = json.dumps(records_of(name), ensure_ascii=False).replace("order", "café")
    found = load_text(name, text.encode("cp1252", "replace"), tmp_path)
    assert any("café" in (message["text"] or "") for message in found.messages)
    assert any("Windows-1252" in note for note in found.result["notes"])


@EACH
def test_a_utf16_file_with_mark_gives_the_same(name: str, tmp_path: Path) -> None:
    text = json.dumps(page(name, records_of(name)), ensure_ascii=False)
    found = load_text(name, text.encode("utf-16"), tmp_path / "utf16")
    assert plain(found) == plain(load_text(name, text, tmp_path / "utf8"))


@EACH
def test_several_pages_in_a_folder_are_one_load(name: str, tmp_path: Path) -> None:
    records = records_of(name)
    expected = plain(load_text(name, lines_of(records), tmp_path / "expected"))
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, record in enumerate(records):
        text = json.dumps(page(name, [record]))
        (folder / f"page{number}.json").write_text(text, encoding="utf-8")
    assert plain(load(folder, tmp_path / "out", options_of(GOLDEN / name))) == expected


@EACH
def test_one_record_inside_an_object_of_its_own_is_read(name: str, tmp_path: Path) -> None:
    record = records_of(name)[0]
    expected = plain(load_text(name, json.dumps([record]), tmp_path / "expected"))
    for wrapper in ("ticket", "conversation", "thread"):
        found = load_text(name, json.dumps({wrapper: record}), tmp_path / wrapper)
        assert plain(found) == expected
    beside = json.dumps({"conversation": record, "users": []})
    assert plain(load_text(name, beside, tmp_path / "beside")) == expected


@EACH
@pytest.mark.parametrize("indent", [None, 2])
def test_a_file_is_known_by_its_first_record_however_it_is_cut(
    name: str, indent: int | None, tmp_path: Path
) -> None:
    file = tmp_path / "export.json"
    record = {**records_of(name)[0], "last": "x" * 200_000}
    file.write_text(json.dumps(page(name, [record]), indent=indent), encoding="utf-8")
    claims = registry.candidates(source_at(file, file.name).head)
    assert [loader.FORMAT.partition("_")[0] for loader in claims] == [name.partition("/")[0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("a,b", ()),
        ('{"a": [1, {"b": "c', ({"a": ["1", {}]},)),
        ('\ufeff[{"a": true}, {"b"', ([{"a": True}, {}],)),
        ('{"a": "x\\"y"}\n{"b": null}', ({"a": 'x\\"y'}, {"b": None})),
        ("[" * 5_000, None),
        ("}]", ()),
        ("{1: 2}", ({},)),
    ],
)
def test_the_beginning_of_json_is_read_as_far_as_it_goes(text: str, expected: Any) -> None:
    found = glimpse(text)
    assert expected is None or found == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (None, None),
        ("", None),
        ("<p></p>", None),
        ("3 < 4 & 5 > 4", "3 < 4 & 5 > 4"),
        ("<p>One</p>", "One"),
        ("One<br>Two&nbsp;&amp; three", "One\nTwo & three"),
    ],
)
def test_markup_gives_the_words_in_it(markup: str | None, expected: str | None) -> None:
    assert words_of(markup) == expected


# A reply that never reached the customer, or was taken back, is no reply.
UNSEEN: dict[str, dict[str, Any]] = {
    "chatwoot/conversations.json": {"status": "failed"},
    "hubspot/threads.json": {"status": {"statusType": "FAILED", "failureDetails": {}}},
    "gorgias/tickets.json": {"failed_datetime": "2024-03-01T10:00:00Z"},
    "front/conversations.json": {"error_type": "delivery"},
    "freshdesk/tickets.json": {"deleted": True},
}


@pytest.mark.parametrize("name", UNSEEN)
def test_a_reply_that_the_customer_never_saw_is_internal(name: str, tmp_path: Path) -> None:
    found = records_of(name)
    usual = load_text(name, json.dumps(page(name, found)), tmp_path / "usual").messages
    (reply, *_) = [
        m for m in usual
        if m["role"] == "agent" and m["visibility"] == "public" and ":" not in m["message_key"]
    ]  # fmt: skip
    for record in found:
        for part in inner(record, PARTS[name.partition("/")[0]]) or ():
            if isinstance(part, dict) and str(part.get("id")) == reply["message_key"]:
                part.update(UNSEEN[name])
    now = load_text(name, json.dumps(page(name, found)), tmp_path / "now").messages
    changed = [m for m in now if m not in usual]
    assert changed == [{**reply, "visibility": "internal"}]


@pytest.mark.parametrize("beside", [False, True])
def test_a_comment_that_an_audit_made_internal_is_a_note(beside: bool, tmp_path: Path) -> None:
    name = "zendesk/export.ndjson"
    ticket = {
        "id": 5, "url": "https://bikeshop.zendesk.com/api/v2/tickets/5.json", "requester_id": 1, "submitter_id": 1,
        "assignee_id": 2, "status": "open", "via": {"channel": "email", "source": {}}, "description": "Where is it?",
        "recipient": "help@bikeshop.example", "raw_subject": "Order", "created_at": "2024-03-01T09:00:00Z",
        "updated_at": "2024-03-01T11:00:00Z",
    }  # fmt: skip
    said = {"type": "Comment", "public": True, "body": "It left."}
    audits = [
        {"id": 10, "ticket_id": 5, "author_id": 1, "created_at": "2024-03-01T09:00:00Z",
         "events": [{**said, "id": 11, "author_id": 1, "body": "Where is it?"}]},
        {"id": 20, "ticket_id": 5, "author_id": 2, "created_at": "2024-03-01T10:00:00Z",
         "events": [{**said, "id": 21, "author_id": 2}]},
        {"id": 30, "ticket_id": 5, "author_id": 2, "created_at": "2024-03-01T10:05:00Z",
         "events": [{"id": 31, "type": "CommentPrivacyChange", "comment_id": 21, "public": False}]},
    ]  # fmt: skip
    records = [ticket, *audits] if beside else [{**ticket, "audits": audits}]
    text = "".join(json.dumps(record) + "\n" for record in records)
    messages = load_text(name, text, tmp_path).messages
    assert [(m["role"], m["visibility"]) for m in messages if m["role"] != "system"] == [
        ("customer", "public"),
        ("agent", "internal"),
    ]
