"""X: the archive of an account, care conversations as JSON, and tables of reply pairs."""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from loader_cases import EXPORTS, GOLDEN, NOW, load, options_of, refuse, without_lines

from loaders.x_ids import time_of

ARCHIVE = GOLDEN / "x" / "archive"
DIALOGS = GOLDEN / "dialogs" / "dev.json"
PAIRS = GOLDEN / "pairs" / "waits.csv"
REAL_DIALOGS = EXPORTS / "x_care" / "dev.json"
REAL_WAITS = EXPORTS.parent / "waits"


def test_the_archive_names_its_account_and_nothing_is_asked(tmp_path: Path) -> None:
    loaded = load(ARCHIVE, tmp_path)
    assert {m["account"] for m in loaded.messages} == {"bikeshop"}
    assert Counter(m["role"] for m in loaded.messages) == {"agent": 4, "customer": 1}


def test_questions_are_known_only_by_the_id_that_a_reply_names(tmp_path: Path) -> None:
    found = {m["message_key"]: m["reply_to_key"] for m in load(ARCHIVE, tmp_path).messages}
    assert found["1763500000000000001"] == "1763490000000000000"
    assert "1763490000000000000" not in found


def test_direct_messages_are_private_and_from_both_sides(tmp_path: Path) -> None:
    direct = [m for m in load(ARCHIVE, tmp_path).messages if m["channel"] == "X direct messages"]
    assert [(m["role"], m["author_key"], m["visibility"]) for m in direct] == [
        ("agent", "bikeshop", "private"),
        ("customer", "2001", "private"),
    ]


def test_posts_alone_ask_whose_they_are(tmp_path: Path) -> None:
    told = refuse(GOLDEN / "x" / "tweet.js", tmp_path)
    assert [ask["key"] for ask in told["asks"]] == ["account"]


def test_direct_messages_alone_ask_who_of_two_is_the_brand(tmp_path: Path) -> None:
    told = refuse(ARCHIVE / "data" / "direct-messages.js", tmp_path)
    assert [ask["key"] for ask in told["asks"]] == ["account", "agents"]
    assert told["asks"][1]["choices"] == (("2001", 2), ("1001", 1))


def test_the_zip_of_an_archive_is_read_and_its_other_files_are_left_alone(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "twitter.zip", "w") as file:
        for path in ARCHIVE.rglob("*.js"):
            file.write(path, path.relative_to(ARCHIVE).as_posix())
        file.writestr("data/like.js", 'window.YTD.like.part0 = [ {"like": {"tweetId": "1"}} ]')
    zipped = load(tmp_path / "twitter.zip", tmp_path / "z")
    assert sorted(map(str, zipped.messages)) == sorted(
        map(str, load(ARCHIVE, tmp_path / "f").messages)
    )
    assert any("data/like.js" in note for note in zipped.result["notes"])


def test_shuffled_and_repeated_posts_give_the_same_messages(tmp_path: Path) -> None:
    shutil.copytree(ARCHIVE, tmp_path / "a")
    path = tmp_path / "a" / "data" / "tweets.js"
    prefix, _, rest = path.read_text(encoding="utf-8").partition("=")
    posts = json.loads(rest) * 2
    random.Random(4).shuffle(posts)
    path.write_text(f"{prefix}= {json.dumps(posts)}", encoding="utf-8")
    twice = load(tmp_path / "a", tmp_path / "twice").messages
    assert {str(m) for m in without_lines(twice)} == {
        str(m) for m in without_lines(load(ARCHIVE, tmp_path / "once").messages)
    }


def test_the_time_of_a_post_stands_in_its_id() -> None:
    found = time_of("1245425308704149506")
    assert found is not None
    assert found.isoformat(timespec="milliseconds") == "2020-04-01T18:58:27.135+00:00"
    assert time_of("1234567890") is None
    assert time_of("9" * 25) is None


def test_a_reply_answers_the_person_that_it_names(tmp_path: Path) -> None:
    found = {m["message_key"]: m for m in load(DIALOGS, tmp_path).messages}
    last = found["1763512345678901248"]
    assert last["reply_to_key"] == "1763490000000000000"
    assert last["role"] == "agent"
    assert found["1763492000000000000"]["account"] is None


def test_shuffled_and_repeated_conversations_give_the_same_messages(tmp_path: Path) -> None:
    dialogs: list[Any] = json.loads(DIALOGS.read_text(encoding="utf-8"))
    path = tmp_path / "dialogs.json"
    path.write_text(json.dumps([*reversed(dialogs), *dialogs]), encoding="utf-8")
    twice = load(path, tmp_path / "twice").messages
    once = load(DIALOGS, tmp_path / "once").messages
    assert {str(m) for m in without_lines(twice)} == {str(m) for m in without_lines(once)}


@pytest.mark.skipif(not REAL_DIALOGS.is_file(), reason="the collection of real exports is not here")
def test_real_conversations_give_the_turns_that_json_counts(tmp_path: Path) -> None:
    # Counted with json.load: 606 client, 19 client1, 61 agent turns and 525 agentURL; two conversations stand
    # there twice with their 4 and 2 turns. A turn's time and its id agree to the second in all 686.
    loaded = load(REAL_DIALOGS, tmp_path)
    assert Counter(m["role"] for m in loaded.messages) == {"customer": 625, "agent": 586}
    assert len({m["message_key"] for m in loaded.messages}) == 1_205
    assert loaded.result["problems"] == 0
    for message in loaded.messages:
        assert int(message["sent_at"].timestamp()) == int(
            time_of(message["message_key"]).timestamp()
        )


def test_a_pair_is_a_thread_of_its_own_also_at_the_same_second(tmp_path: Path) -> None:
    loaded = load(PAIRS, tmp_path, options_of(PAIRS))
    assert len({m["thread_key"] for m in loaded.messages}) == 4
    assert Counter(m["role"] for m in loaded.messages) == {"customer": 4, "agent": 3}


def test_a_reply_that_comes_later_completes_the_question(tmp_path: Path) -> None:
    path = tmp_path / "waits.csv"
    path.write_text(
        "account,asked_at,replied_at\nbikeshop,2024-03-01T10:00:00Z,2024-03-01T11:00:00Z\n"
    )
    later = load(path, tmp_path / "later").messages
    path.write_text("account,asked_at,replied_at\nbikeshop,2024-03-01T10:00:00Z,\n")
    (question,) = load(path, tmp_path / "first").messages
    assert question in later


def test_pairs_without_an_account_ask_for_it_and_local_times_for_a_zone(tmp_path: Path) -> None:
    local = GOLDEN / "pairs" / "local.csv"
    assert [ask["key"] for ask in refuse(local, tmp_path / "a")["asks"]] == ["account"]
    no_zone = NOW | {"sources": [{"account": "Bike shop"}]}
    assert refuse(local, tmp_path / "b", no_zone)["code"] == "no_time_zone"


@pytest.mark.skipif(not REAL_WAITS.is_dir(), reason="the collection of real waits is not here")
def test_real_tables_give_the_pairs_that_csv_counts(tmp_path: Path) -> None:
    # Counted with csv.DictReader: rows, and rows with replied_at.
    late = {"now": "2027-01-01T00:00:00Z"}
    for name, rows, replied in (
        ("forum_new_members.csv", 9_909, 9_391),
        ("x_brands_answered.csv", 23_406, 23_406),
    ):
        loaded = load(REAL_WAITS / name, tmp_path / name, late)
        assert Counter(m["role"] for m in loaded.messages) == {"customer": rows, "agent": replied}
        assert len({m["message_key"] for m in loaded.messages}) == rows + replied
