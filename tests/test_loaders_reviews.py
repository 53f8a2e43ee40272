"""Reviews of apps, from both stores, with the developers' replies."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from loader_cases import EXPORTS, GOLDEN, NOW, Loaded, load, options_of, refuse, without_lines

REAL = EXPORTS / "app_reviews"
FOLDER = GOLDEN / "reviews"
LATER = {"now": "2025-06-01T00:00:00Z"}
CSVS = ["play.csv", "app_store.csv", "console.csv"]

real = pytest.mark.skipif(not REAL.is_dir(), reason="the real exports are not on this machine")


def told(loaded: Loaded) -> list[dict[str, Any]]:
    return sorted(without_lines(loaded.messages), key=lambda m: m["message_key"])


def rows_of(path: Path) -> tuple[list[str], list[list[str]], str]:
    encoding = "utf-16" if path.read_bytes().startswith(b"\xff\xfe") else "utf-8"
    with path.open(encoding=encoding, newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows, encoding


def written(path: Path, header: list[str], rows: list[list[str]], encoding: str) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


# Counted with Python's csv: rows, rows with a repliedAt, and those whose repliedAt is before `at`.
@real
def test_the_real_play_reviews(tmp_path: Path) -> None:
    options = {**LATER, "sources": [{"account": "Bank", "time_zone": "Asia/Seoul"}]}
    loaded = load(REAL / "google_play_reviews.csv", tmp_path, options)
    roles = Counter(m["role"] for m in loaded.messages)
    assert loaded.result["problems"] == 0
    assert roles == {"customer": 1_323, "agent": 743}
    by_key = {m["message_key"]: m for m in loaded.messages}
    early = [
        m for m in loaded.messages
        if m["role"] == "agent" and m["sent_at"] < by_key[m["thread_key"]]["sent_at"]
    ]  # fmt: skip
    assert len(early) == 32


@real
def test_the_real_console_reviews(tmp_path: Path) -> None:
    loaded = load(REAL / "just-3-reviews-for-testing.csv", tmp_path)
    assert [m["role"] for m in loaded.messages] == ["customer", "customer", "system"]
    assert {m["account"] for m in loaded.messages} == {"org.mozilla.firefox"}


@real
def test_the_real_play_reviews_ask_whose_they_are_and_for_their_zone(tmp_path: Path) -> None:
    path = REAL / "google_play_reviews.csv"
    assert [a["key"] for a in refuse(path, tmp_path / "a", LATER)["asks"]] == ["account"]
    named = {**LATER, "sources": [{"account": "Bank"}]}
    assert refuse(path, tmp_path / "b", named)["code"] == "no_time_zone"


@pytest.mark.parametrize("name", CSVS)
def test_the_order_of_rows_does_not_matter(name: str, tmp_path: Path) -> None:
    header, rows, encoding = rows_of(FOLDER / name)
    random.Random(3).shuffle(rows)
    path = written(tmp_path / name, header, rows, encoding)
    options = options_of(FOLDER / name)
    assert told(load(path, tmp_path / "b", options)) == told(
        load(FOLDER / name, tmp_path / "a", options)
    )


@pytest.mark.parametrize("name", CSVS)
def test_the_same_rows_twice_have_the_same_keys(name: str, tmp_path: Path) -> None:
    header, rows, encoding = rows_of(FOLDER / name)
    path = written(tmp_path / name, header, rows + rows, encoding)
    options = options_of(FOLDER / name)
    once = {m["message_key"] for m in load(FOLDER / name, tmp_path / "a", options).messages}
    assert {m["message_key"] for m in load(path, tmp_path / "b", options).messages} == once


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_console_is_read_in_whatever_encoding_it_was_saved(
    encoding: str, tmp_path: Path
) -> None:
    header, rows, _ = rows_of(FOLDER / "console.csv")
    path = written(tmp_path / "console.csv", header, rows, encoding)
    assert told(load(path, tmp_path / "b")) == told(load(FOLDER / "console.csv", tmp_path / "a"))


def test_an_edited_review_and_its_older_version_are_one_message(tmp_path: Path) -> None:
    header, rows, encoding = rows_of(FOLDER / "console.csv")
    without_link = next(row for row in rows if row[4] == "phone4")
    edited = list(without_link)
    edited[7], edited[8], edited[11] = "2024-03-09T00:00:00Z", "1709942400000", "Faster now"
    path = written(tmp_path / "console.csv", header, [without_link, edited], encoding)
    older, newer = load(path, tmp_path / "o").messages
    assert older["message_key"] == newer["message_key"]
    assert older["sent_at"] == newer["sent_at"] < newer["edited_at"]


def test_a_rating_without_words_opens_no_wait(tmp_path: Path) -> None:
    loaded = load(FOLDER / "play.csv", tmp_path, options_of(FOLDER / "play.csv"))
    assert [(m["role"], m["text"]) for m in loaded.messages][-1] == ("system", "Rating: 5")


def test_a_reply_without_a_time_is_a_problem_and_no_silence(tmp_path: Path) -> None:
    path = tmp_path / "play.csv"
    path.write_text(
        "reviewId,content,at,replyContent,repliedAt,appId\n"
        "1,Hello,2024-03-01T00:00:00Z,Yes,,app\n2,Hello,2024-03-01T00:00:00Z,,,app\n"
    )
    loaded = load(path, tmp_path / "o")
    assert [m["message_key"] for m in loaded.messages] == ["2"]
    assert "without a time" in loaded.problems[0]["reason"]


def test_pages_of_the_app_stores_api_in_one_file_and_in_any_order(tmp_path: Path) -> None:
    whole = json.loads((FOLDER / "app_store.json").read_text())
    backwards = {
        "included": whole["included"],
        "data": whole["data"][::-1],
        "links": whole["links"],
    }
    path = tmp_path / "page.json"
    path.write_text(json.dumps(backwards))
    assert told(load(path, tmp_path / "b")) == told(load(FOLDER / "app_store.json", tmp_path / "a"))


@pytest.mark.parametrize(
    "hostile",
    [
        None,
        [],
        "x",
        {"type": "customerReviews"},
        {"type": "customerReviews", "id": [], "attributes": 3},
    ],
)
def test_a_hostile_entry_costs_no_other(hostile: Any, tmp_path: Path) -> None:
    whole = json.loads((FOLDER / "app_store.json").read_text())
    whole["data"].insert(1, hostile)
    whole["included"].insert(0, hostile)
    path = tmp_path / "page.json"
    path.write_text(json.dumps(whole))
    expected = {m["message_key"] for m in load(FOLDER / "app_store.json", tmp_path / "a").messages}
    assert {m["message_key"] for m in load(path, tmp_path / "b").messages} == expected


def test_the_app_is_asked_for_where_nothing_names_it(tmp_path: Path) -> None:
    for name in ("play.csv", "app_store.csv"):
        asked = refuse(FOLDER / name, tmp_path / name, NOW)
        assert [ask["key"] for ask in asked["asks"]] == ["account"]


@pytest.mark.parametrize("missing", ["NULL", "nan", "NaT", "N/A", "-"])
def test_what_stands_where_a_developers_reply_is_missing_is_none(
    missing: str, tmp_path: Path
) -> None:
    path = tmp_path / "play.csv"
    path.write_text(
        "reviewId,content,at,replyContent,repliedAt,appId\n"
        f"1,Hello,2024-03-01T00:00:00Z,{missing},{missing},app\n"
    )
    loaded = load(path, tmp_path / "o")
    assert [m["role"] for m in loaded.messages] == ["customer"]
    assert not loaded.problems
