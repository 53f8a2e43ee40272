"""Issues on GitHub and questions on Stack Exchange."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from loader_cases import EXPORTS, GOLDEN, NOW, Loaded, load, options_of, refuse, without_lines

REAL = EXPORTS / "github_issues" / "archive.json"
ARCHIVE = GOLDEN / "github" / "archive.json"
API = GOLDEN / "github" / "api"
QUESTIONS = GOLDEN / "stackexchange" / "questions.json"
ANSWERS = options_of(QUESTIONS)


def told(loaded: Loaded) -> list[dict[str, Any]]:
    return sorted(without_lines(loaded.messages), key=lambda m: m["message_key"])


def saved(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value))
    return path


# Counted with Python's json: OWNER, MEMBER and COLLABORATOR among the authorAssociation of issues
# and comments, and the issues with a closedAt.
@pytest.mark.skipif(not REAL.exists(), reason="the real exports are not on this machine")
def test_the_real_archive(tmp_path: Path) -> None:
    loaded = load(REAL, tmp_path)
    assert loaded.result["problems"] == 0
    assert Counter(m["role"] for m in loaded.messages) == {
        "customer": 595,
        "agent": 365,
        "system": 149,
    }
    assert len({m["thread_key"] for m in loaded.messages}) == 157
    assert len({m["message_key"] for m in loaded.messages}) == 157 + 803 + 149


def test_the_order_of_issues_does_not_matter(tmp_path: Path) -> None:
    whole = json.loads(ARCHIVE.read_text())
    whole["issues"].reverse()
    for issue in whole["issues"]:
        # Two comments of one second keep their order: nothing else tells them apart.
        issue["comments"].sort(key=lambda c: (c["author"] or "", c["createdAt"]))
    path = saved(tmp_path / "archive.json", whole)
    assert told(load(path, tmp_path / "b")) == told(load(ARCHIVE, tmp_path / "a"))


def test_the_archive_and_the_api_name_the_same_messages_alike(tmp_path: Path) -> None:
    archive = {m["message_key"]: m for m in load(ARCHIVE, tmp_path / "a").messages}
    api = {m["message_key"]: m for m in load(API, tmp_path / "b").messages}
    both = archive.keys() & api.keys()
    assert len(both) == 3
    for key in both:
        assert {**archive[key], "line": 0} == {**api[key], "line": 0}


def test_pull_requests_are_left_out_and_told(tmp_path: Path) -> None:
    loaded = load(API, tmp_path)
    assert not any("#3" in m["thread_key"] for m in loaded.messages)
    assert any("pull requests" in note for note in loaded.result["notes"])


def test_who_works_on_the_repository_is_asked_where_no_entry_says_it(tmp_path: Path) -> None:
    issues = json.loads((GOLDEN / "github" / "printed.json").read_text())
    del issues[0]["comments"][0]["authorAssociation"]
    path = saved(tmp_path / "printed.json", issues)
    asked = refuse(path, tmp_path / "a", NOW)
    assert [ask["key"] for ask in asked["asks"]] == ["agents"]
    assert ("agent-one", 1) in asked["asks"][0]["choices"]
    answered = {**NOW, "sources": [{"format": "github", "agents": ["agent-one"]}]}
    roles = [m["role"] for m in load(path, tmp_path / "b", answered).messages]
    assert roles == ["customer", "agent"]


@pytest.mark.parametrize(
    "hostile",
    [None, 7, [], {"number": {}, "title": [], "body": 1, "url": None, "author": [], "state": 0}],
)
def test_a_hostile_issue_costs_no_other(hostile: Any, tmp_path: Path) -> None:
    whole = json.loads(ARCHIVE.read_text())
    whole["issues"].insert(1, hostile)
    whole["issues"][0]["comments"].insert(0, hostile)
    expected = {m["message_key"] for m in load(ARCHIVE, tmp_path / "a").messages}
    found = load(saved(tmp_path / "archive.json", whole), tmp_path / "b")
    assert {m["message_key"] for m in found.messages} == expected
    assert found.result["problems"] > 1


def test_half_an_archive_gives_the_whole_issues_in_it(tmp_path: Path) -> None:
    data = ARCHIVE.read_bytes()
    path = tmp_path / "archive.json"
    path.write_bytes(data[: data.index(b'"number": 2') + 100])
    loaded = load(path, tmp_path / "o")
    assert {m["thread_key"] for m in loaded.messages} == {"bikeshop/app#1"}
    assert any("export it again" in note for note in loaded.result["notes"])


def test_on_a_forum_everybody_else_may_be_the_agent(tmp_path: Path) -> None:
    everybody = {**NOW, "sources": [{"account": "Bike shop", "agents": ["*"]}]}
    roles = {m["message_key"]: m["role"] for m in load(QUESTIONS, tmp_path, everybody).messages}
    assert roles["q11"] == roles["c32"] == "customer"
    assert roles["a21"] == roles["a22"] == roles["c31"] == "agent"


def test_an_employee_is_known_without_being_named(tmp_path: Path) -> None:
    whole = json.loads(QUESTIONS.read_text())
    whole["items"][0]["answers"][1]["owner"]["is_employee"] = True
    path = saved(tmp_path / "questions.json", whole)
    loaded = load(path, tmp_path / "o", {**NOW, "sources": [{"account": "Bike shop"}]})
    assert {m["message_key"] for m in loaded.messages if m["role"] == "agent"} == {"a22"}


def test_whose_site_and_who_answers_is_asked(tmp_path: Path) -> None:
    asked = refuse(QUESTIONS, tmp_path, NOW)
    assert [ask["key"] for ask in asked["asks"]] == ["account", "agents"]
    assert ("Agent One", 2) in asked["asks"][1]["choices"]


def test_questions_one_a_line_are_the_same(tmp_path: Path) -> None:
    items = json.loads(QUESTIONS.read_text())["items"]
    path = tmp_path / "questions.ndjson"
    path.write_text("".join(json.dumps(item) + "\n" for item in [*items, *items]))
    keys = {m["message_key"] for m in load(path, tmp_path / "b", ANSWERS).messages}
    assert keys == {m["message_key"] for m in load(QUESTIONS, tmp_path / "a", ANSWERS).messages}


def test_a_kind_of_user_that_is_no_text_makes_nobody_staff(tmp_path: Path) -> None:
    whole = json.loads(QUESTIONS.read_text())
    whole["items"][0]["owner"]["user_type"] = {"a": ["team_admin"]}
    path = saved(tmp_path / "questions.json", whole)
    assert told(load(path, tmp_path / "o", ANSWERS)) == told(
        load(QUESTIONS, tmp_path / "b", ANSWERS)
    )
