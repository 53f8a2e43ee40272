"""Messenger and Instagram: downloads with escaped texts in several files, and a page's inbox from the Graph API."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from loader_cases import EXPORTS, GOLDEN, NOW, load, options_of, refuse, without_lines

DOWNLOAD = GOLDEN / "meta" / "download"
GRAPH = GOLDEN / "graph"
MESSENGER, INSTAGRAM = EXPORTS / "messenger", EXPORTS / "instagram"


def said(**answers: Any) -> dict[str, Any]:
    return NOW | {"sources": [answers]}


def written(path: Path, value: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def thread(
    title: str, *messages: tuple[str, int, str], path: str | None = "inbox/a_1"
) -> dict[str, Any]:
    return {
        "participants": [{"name": title}, {"name": "Bike shop"}],
        "messages": [
            {"sender_name": name, "timestamp_ms": time, "content": text}
            for name, time, text in messages
        ],
        "title": title,
        **({"thread_path": path} if path else {}),
    }


def test_escaped_bytes_are_read_as_the_characters_they_are(tmp_path: Path) -> None:
    loaded = load(DOWNLOAD, tmp_path, options_of(DOWNLOAD))
    texts = {m["text"] for m in loaded.messages}
    assert {"Gerne, schönen Tag 👍", "Habt ihr das Øl?"} <= texts
    assert "Customer Ø" in {m["author_key"] for m in loaded.messages}


def test_texts_that_are_not_escaped_stay_as_they_are(tmp_path: Path) -> None:
    value = thread(
        "Customer A",
        ("Customer A", 1709287200000, "Ã¼ and ❤"),
        ("Customer A", 1709287200001, "schön"),
    )
    loaded = load(written(tmp_path / "m.json", value), tmp_path / "o", said(platform="messenger"))
    assert [m["text"] for m in loaded.messages] == ["Ã¼ and ❤", "schön"]


def test_the_files_of_a_thread_are_one_thread_wherever_it_is_filed(tmp_path: Path) -> None:
    loaded = load(DOWNLOAD, tmp_path, options_of(DOWNLOAD))
    assert Counter(m["thread_key"] for m in loaded.messages) == {"customero_1": 5, "customerb_2": 1}


def test_who_takes_part_in_every_thread_owns_the_export(tmp_path: Path) -> None:
    loaded = load(DOWNLOAD, tmp_path, NOW)
    assert {m["account"] for m in loaded.messages} == {"Bike shop"}
    assert {m["author_key"] for m in loaded.messages if m["role"] == "agent"} == {"Bike shop"}


def test_the_platform_is_told_by_the_folders_or_asked_for(tmp_path: Path) -> None:
    value = thread("Customer A", ("Customer A", 1709287200000, "Open?"))
    inside = written(
        tmp_path
        / "x"
        / "your_instagram_activity"
        / "messages"
        / "inbox"
        / "a_1"
        / "message_1.json",
        value,
    )
    shutil.copy(inside, inside.with_name("message_2.json"))
    assert {m["platform"] for m in load(tmp_path / "x", tmp_path / "o").messages} == {"instagram"}
    told = refuse(written(tmp_path / "message_1.json", value), tmp_path / "p")
    assert [(ask["key"], len(ask["choices"])) for ask in told["asks"]] == [("platform", 2)]


def test_calls_unsent_messages_and_reactions_are_kept_out_of_the_clock(tmp_path: Path) -> None:
    loaded = load(DOWNLOAD, tmp_path, options_of(DOWNLOAD))
    assert Counter(m["role"] for m in loaded.messages) == {"customer": 3, "agent": 1, "system": 2}


def test_one_spoilt_file_of_many_costs_that_file(tmp_path: Path) -> None:
    shutil.copytree(DOWNLOAD, tmp_path / "d")
    spoilt = next((tmp_path / "d").rglob("customerb_2/message_1.json"))
    spoilt.write_text(
        '{"participants": [], "messages": [{"sender_name": "Customer B", "timestamp_ms": 17',
        encoding="utf-8",
    )
    loaded = load(tmp_path / "d", tmp_path / "o", options_of(DOWNLOAD))
    assert len(loaded.messages) == 5
    assert sorted(p["file"].rpartition("/")[2] for p in loaded.problems) == [
        "message_1.json",
        "message_2.json",
    ]


def test_an_overlapping_download_has_the_same_keys(tmp_path: Path) -> None:
    sent = [("Customer A", 1709287200000 + n, "ok") for n in range(4)]
    old = load(
        written(tmp_path / "a.json", thread("Customer A", *sent[:2])),
        tmp_path / "a",
        said(platform="messenger"),
    )
    new = load(
        written(tmp_path / "b.json", thread("Customer A", *reversed(sent))),
        tmp_path / "b",
        said(platform="messenger"),
    )
    assert {m["message_key"] for m in old.messages} < {m["message_key"] for m in new.messages}


@pytest.mark.skipif(not MESSENGER.is_dir(), reason="the collection of real exports is not here")
def test_real_downloads_give_what_json_counts(tmp_path: Path) -> None:
    # Counted with json.load(...)["messages"] and the names in it: 7 (2 of the title, 5 of the other), and 2.
    loaded = load(MESSENGER / "2A_7M.json", tmp_path / "m")
    assert Counter(m["role"] for m in loaded.messages) == {"agent": 5, "customer": 2}
    assert {m["platform"] for m in loaded.messages} == {"messenger"}
    told = refuse(INSTAGRAM / "test_export.json", tmp_path / "a")
    assert [ask["key"] for ask in told["asks"]] == ["account", "agents", "platform"]
    answers = said(account="Bike shop", agents=["Jane Doe"], platform="instagram")
    loaded = load(INSTAGRAM / "test_export.json", tmp_path / "b", answers)
    assert [m["role"] for m in loaded.messages] == ["customer", "agent"]


def test_the_page_is_who_takes_part_in_every_conversation(tmp_path: Path) -> None:
    loaded = load(GRAPH / "conversations.json", tmp_path)
    assert {(m["account"], m["author_name"]) for m in loaded.messages if m["role"] == "agent"} == {
        ("Bike shop", "Bike shop")
    }
    assert {m["thread_key"] for m in loaded.messages} == {"t_1", "t_2"}


def test_further_pages_are_told_of(tmp_path: Path) -> None:
    assert "paging" in load(GRAPH / "conversations.json", tmp_path / "a").result["notes"][0]
    assert (
        load(GRAPH / "one.json", tmp_path / "b", options_of(GRAPH / "one.json")).result["notes"]
        == []
    )


def test_one_conversation_asks_which_of_two_is_the_page(tmp_path: Path) -> None:
    told = refuse(GRAPH / "one.json", tmp_path)
    assert [ask["key"] for ask in told["asks"]] == ["account", "agents"]
    assert told["asks"][1]["choices"] == (("bikeshop", 1), ("customer_a", 1))


def test_pages_in_a_list_are_read_as_one(tmp_path: Path) -> None:
    page = json.loads((GRAPH / "conversations.json").read_text(encoding="utf-8"))
    twice = load(written(tmp_path / "pages.json", [page, page]), tmp_path / "o")
    once = load(GRAPH / "conversations.json", tmp_path / "p")
    assert without_lines(twice.messages) == without_lines(once.messages * 2)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Discussion vidéo terminée.", "system"),
        ("The video chat ended.", "system"),
        ("Videochat beendet", "system"),
        ("You missed a call from Customer A.", "system"),
        ("The video chat ended before I could ask.", "agent"),
    ],
)
def test_what_stands_for_a_call_is_no_reply(text: str, role: str, tmp_path: Path) -> None:
    value = thread(
        "Customer A",
        ("Customer A", 1709287200000, "Open?"),
        ("Bike shop", 1709287260000, text),
    )
    loaded = load(written(tmp_path / "m.json", value), tmp_path / "o", said(platform="messenger"))
    assert [m["role"] for m in loaded.messages] == ["customer", role]
