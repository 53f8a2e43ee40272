"""WhatsApp chats: every way to write a date, whose chat it is, what WhatsApp itself says."""

from __future__ import annotations

import random
import zipfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from loader_cases import EXPORTS, GOLDEN, NOW, load, options_of, refuse, without_lines

from loaders.chat_stamp import header
from loaders.registry import candidates
from loaders.source import source_at

REAL = EXPORTS / "whatsapp"
SAID = {"account": "Bike shop", "agents": ["Agent One"], "time_zone": "UTC"}


def said(**more: Any) -> dict[str, Any]:
    return NOW | {"sources": [SAID | more]}


def chat(folder: Path, *lines: str, name: str = "chat.txt") -> Path:
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("31.12.18, 23:59 - ", (23, 59)),
        ("31/12/2018 à 23:59 - ", (23, 59)),
        ("31.12.2018 klo 23.59 - ", (23, 59)),
        ("31-12-18 23:59 - ", (23, 59)),
        ("2018. 12. 31. 오후 11:59 - ", (23, 59)),
        ("[2018/12/31 下午11:59:00] ", (23, 59)),
        ("2018/12/31 晚上11:59 - ", (23, 59)),
        ("2018年12月31日 凌晨1:59 - ", (1, 59)),
        ("\u200f٣١\u200f/١٢\u200f/٢٠١٨، ١١:٥٩ م - ", (23, 59)),
        ("31/12/18, 11:59 p. m. - ", (23, 59)),
        ("31/12/18, 11:59\u00a0p.\u00a0m. - ", (23, 59)),
        ("\u200e[12/31/18, 11:59:00\u202fPM] ", (23, 59)),
        ("[23:59, 31/12/2018] ", (23, 59)),
        ("11:59 CH, 31/12/2018 - ", (23, 59)),
        ("31/12/2018 lúc 23:59 - ", (23, 59)),
        ("31. 12. 2018, 23:59 - ", (23, 59)),
        ("31/12/2561 23:59 - ", (23, 59)),
        ("31/12/18 11:59 μ.μ. - ", (23, 59)),
        ("31/12/18, 12:00 am - ", (0, 0)),
        ("31/12/18, 12:00 pm - ", (12, 0)),
        ("31.12.18 23:59:10: ", (23, 59)),
        ("2018-12-31 23 h 50 - ", (23, 50)),
        ("2018-12-31, 23 h 50 min 10 s - ", (23, 50)),
        ("31/12/2018, 8:30 da tarde - ", (20, 30)),
        ("31/12/2018, 3:30 da tarde - ", (15, 30)),
        ("31/12/18, 8:30 de la noche - ", (20, 30)),
        ("31.12.2018, 11:59 בערב - ", (23, 59)),
        ("31.12.2018, 8:05 בבוקר - ", (8, 5)),
        ("৩১/১২/১৮, ১১:৫০ রাত - ", (23, 50)),
        ("৩১/১২/১৮, ২:৫০ রাত - ", (2, 50)),
        ("31/12/2018, மாலை 5:10 - ", (17, 10)),
        ("2018/12/31 夜間11:50 - ", (23, 50)),
        ("2018/12/31 清晨5:50 - ", (5, 50)),
        ("31/12/18, 12:10 at night - ", (0, 10)),
    ],
)
def test_a_stamp_is_read_in_the_locale_that_it_was_written_in(
    stamp: str, expected: tuple[int, int]
) -> None:
    found = header(f"{stamp}Customer A: hello")
    assert found is not None
    assert (found[0].hour, found[0].minute) == expected
    assert found[1] == "Customer A: hello"


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    ("form", "word"),
    [
        ("{day}/12/23, {time} {word} - {who}: {text}", "eventide"),
        ("[{day}/12/23, {time}:00 {word}] {who}: {text}", "eventide"),
        ("[{word} {time}, {day}/12/23] {who}: {text}", "zmrok"),
    ],
)
def test_a_part_of_the_day_that_is_not_understood_is_a_problem(
    form: str, word: str, place: int, tmp_path: Path
) -> None:
    said_by = [
        ("Customer A", "Where is it?"),
        ("Agent One", "It left today."),
        ("Customer A", "ok"),
    ]
    lines = [
        form.format(day=29, time=f"11:5{i}", word=word if i == place else "pm", who=who, text=text)
        + ("\nand a second line" if i == place else "")
        for i, (who, text) in enumerate(said_by)
    ]
    loaded = load(chat(tmp_path, *lines), tmp_path / "out", said(day_first=True))
    assert [m["text"] for m in loaded.messages] == [
        t for i, (_, t) in enumerate(said_by) if i != place
    ]
    (problem,) = loaded.problems
    assert problem["line"] == place + 1
    assert word in problem["reason"]
    assert "24 hours" in problem["remedy"]
    assert said_by[place][1] in problem["raw"]


def test_a_log_of_a_program_is_no_chat(tmp_path: Path) -> None:
    lines = [f"2024-05-01 10:00:{i:02} INFO - server: request {i}" for i in range(30)]
    path = chat(tmp_path, *lines)
    assert candidates(source_at(path, path.name).head) == []


def test_what_whatsapp_says_with_a_colon_in_it_is_nobody(tmp_path: Path) -> None:
    notice = (
        "This business uses a secure service from Meta to manage this chat. Tap to learn more: help"
    )
    path = chat(
        tmp_path,
        f"29/12/23, 11:50 - {notice}",
        "29/12/23, 11:51 - Customer A: hello",
        "29/12/23, 11:52 - Customer A: Missed voice call",
        "29/12/23, 11:53 - Agent One: hello",
    )
    loaded = load(path, tmp_path / "out", said())
    assert [m["role"] for m in loaded.messages] == ["system", "customer", "system", "agent"]
    assert loaded.messages[0]["text"] == notice


M = "\u200e"


def test_what_whatsapp_says_in_somebodys_name_is_nobodys_message(tmp_path: Path) -> None:
    notices = (
        f"Riders: {M}Messages and calls are end-to-end encrypted.",
        f"Agent One: {M}Agent One created this group",
        f"Riders: {M}Agent One added you",
        f"Ali: {M}Agent One added Ali",
        f"~ Ben: {M}~ Ben joined using this group\u2019s invite link",
        f"~\u202fBen: {M}~\u202fBen changed this group\u2019s icon",
        f"Riders: {M}Agent One hat dich hinzugefügt.",
        f"Agent One: {M}You turned off disappearing messages.",
        f"Agent One: {M}You deleted this message as admin.",
        f"Ali: {M}This message was deleted by admin Agent One.",
        f"Ali: {M}Voice call, {M}No answer",
        f"Agent One: {M}Данное сообщение удалено.",
        "Agent One: Pesan ini dihapus",
        f"Agent One: {M}Apagou esta mensagem.",
        f"Agent One: {M}لقد حذَفت هذه الرسالة.",
        "Agent One: Пропущенный аудиозвонок",
        "Agent One: Chamada de voz perdida",
    )
    messages = (
        "Ali: Where is my bike?",
        f"~ Ben: {M}image omitted",
        f"~ Ben: Ben's bill.pdf • {M}1 page {M}document omitted",
        f"~ Ben: {M}<attached: Ben.vcf>",
        "Ali: You deleted this message yesterday, why?",
        "Agent One: On its way",
    )
    lines = [f"[31/12/18, 11:{i:02}:00] {each}" for i, each in enumerate((*notices, *messages))]
    found = load(chat(tmp_path, *lines), tmp_path / "out", said()).messages
    assert [m["role"] for m in found] == ["system"] * len(notices) + ["customer"] * 5 + ["agent"]


def test_a_customer_who_only_sends_pictures_is_no_group(tmp_path: Path) -> None:
    lines = (
        f"Anna: {M}Messages and calls are end-to-end encrypted.",
        f"Anna: {M}image omitted",
        "Agent One: That is the wrong wheel",
        f"Anna: {M}image omitted",
    )
    stamped = [f"[31/12/18, 11:{i:02}:00] {line}" for i, line in enumerate(lines)]
    found = load(chat(tmp_path, *stamped), tmp_path / "out", said()).messages
    assert [m["role"] for m in found] == ["system", "customer", "agent", "customer"]


@pytest.mark.parametrize(
    "line",
    [
        "hello",
        "1/2/20",
        "see 1/2/20, 10:00 - ok?"[:12],
        "31/12/18, 25:00 - A: b",
        "31/12/18, 11:59 xm - A: b",
    ],
)
def test_other_lines_are_no_stamps(line: str) -> None:
    assert header(line) is None


def test_the_order_of_a_date_is_proved_by_a_day_above_12(tmp_path: Path) -> None:
    for number, (late, early) in enumerate([("13/1/24", "2/1/24"), ("1/13/24", "1/2/24")]):
        path = chat(tmp_path, f"{early}, 10:00 - Customer A: a", f"{late}, 10:00 - Agent One: b")
        days = [
            m["sent_at"].date().isoformat()
            for m in load(path, tmp_path / str(number), said()).messages
        ]
        assert days == ["2024-01-02", "2024-01-13"]


def test_the_order_of_a_date_is_proved_by_the_order_of_the_messages(tmp_path: Path) -> None:
    path = chat(tmp_path, "2/5/20, 10:00 - Customer A: a", "3/1/20, 10:00 - Agent One: b")
    days = [m["sent_at"].date().isoformat() for m in load(path, tmp_path / "o", said()).messages]
    assert days == ["2020-02-05", "2020-03-01"]


def test_an_order_that_nothing_proves_is_asked_for_with_what_else_is_missing(
    tmp_path: Path,
) -> None:
    path = GOLDEN / "whatsapp" / "ambiguous.txt"
    told = refuse(path, tmp_path)
    assert told["code"] == "needs_answers"
    assert [ask["key"] for ask in told["asks"]] == ["account", "agents", "day_first"]
    assert told["asks"][1]["choices"] == (("Customer A", 2), ("Agent One", 1))
    days = {
        first: load(path, tmp_path / str(first), said(day_first=first))
        .messages[0]["sent_at"]
        .date()
        for first in (True, False)
    }
    assert [day.isoformat() for day in days.values()] == ["2020-09-12", "2020-12-09"]


def test_an_answer_that_the_file_disproves_is_refused(tmp_path: Path) -> None:
    path = chat(tmp_path, "13/1/24, 10:00 - Customer A: a", "14/1/24, 10:00 - Agent One: b")
    assert "day_first = false" in refuse(path, tmp_path / "o", said(day_first=False))["error"]


def test_dates_that_contradict_each_other_are_asked_about(tmp_path: Path) -> None:
    path = chat(tmp_path, "13/1/24, 10:00 - Customer A: a", "1/13/24, 10:00 - Agent One: b")
    assert refuse(path, tmp_path / "o", said())["asks"][0]["key"] == "day_first"


def test_a_line_that_somebody_pasted_stays_text(tmp_path: Path) -> None:
    lines = [f"{day}/1/24, 10:00 - Customer A: a" for day in range(10, 31)]
    lines[5:5] = ["[1/13/24, 10:00:00 AM] Somebody: else", "and on"]
    loaded = load(chat(tmp_path, *lines), tmp_path / "o", said())
    assert len(loaded.messages) == 21
    assert loaded.messages[4]["text"] == "a\n[1/13/24, 10:00:00 AM] Somebody: else\nand on"


def test_whose_chat_it_is_follows_from_its_name_where_two_write(tmp_path: Path) -> None:
    lines = ("13/1/24, 10:00 - Customer A: a", "13/1/24, 10:10 - Bike shop: b")
    options = NOW | {"time_zones": {"*": "UTC"}}
    for number, name in enumerate(
        ("WhatsApp Chat with Customer A.txt", "Chat de WhatsApp con Customer A.txt")
    ):
        loaded = load(chat(tmp_path, *lines, name=name), tmp_path / str(number), options)
        assert [(m["role"], m["account"]) for m in loaded.messages] == [
            ("customer", "Bike shop"),
            ("agent", "Bike shop"),
        ]
    archive = tmp_path / "WhatsApp Chat - Customer A.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("_chat.txt", "".join(f"{line}\n" for line in lines))
        file.writestr("00000001-PHOTO.jpg", b"\xff\xd8\xff\xe0")
    assert [m["role"] for m in load(archive, tmp_path / "z", options).messages] == [
        "customer",
        "agent",
    ]


def test_a_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    path = chat(tmp_path, "13/1/24, 10:00 - Customer A: a")
    no_zone = NOW | {"sources": [{"account": "Bike shop", "agents": ["Agent One"]}]}
    assert refuse(path, tmp_path / "o", no_zone)["code"] == "no_time_zone"


def test_messages_of_one_minute_keep_the_order_of_the_file(tmp_path: Path) -> None:
    path = chat(tmp_path, *(f"13/1/24, 10:00 - Customer A: {n}" for n in range(30)))
    loaded = load(path, tmp_path / "o", said())
    times = [m["sent_at"] for m in loaded.messages]
    assert times == [
        datetime(2024, 1, 13, 10, tzinfo=UTC) + timedelta(microseconds=n) for n in range(30)
    ]


def test_the_key_does_not_depend_on_answers_that_may_be_corrected(tmp_path: Path) -> None:
    path = chat(tmp_path, "13/1/24, 10:00 - Customer A: a", "13/1/24, 10:01 - Agent One: b")
    keys = [
        [
            m["message_key"]
            for m in load(path, tmp_path / name, said(namespace="n", agents=[name])).messages
        ]
        for name in ("Agent One", "Nobody")
    ]
    assert keys[0][0] != keys[0][1]
    assert (
        set(keys[0]) & set(keys[1]) == set()
    )  # two customers make it a group, which is another chat
    named = [
        [
            m["message_key"]
            for m in load(path, tmp_path / f"c{n}", said(namespace="n", account=n)).messages
        ]
        for n in ("Bike shop", "Bike store")
    ]
    assert named[0] == named[1]


def test_an_overlapping_export_has_the_same_keys(tmp_path: Path) -> None:
    lines = [f"{day}/1/24, 10:{m} - Customer A: ok" for day in range(10, 20) for m in (10, 20)]
    first = load(chat(tmp_path, *lines[:15]), tmp_path / "a", said()).messages
    both = load(chat(tmp_path, *lines), tmp_path / "b", said()).messages
    assert without_lines(both)[:15] == without_lines(first)


def test_shuffled_days_give_the_same_messages(tmp_path: Path) -> None:
    lines = [f"{day}/1/24, 10:00 - Customer A: {day}" for day in range(10, 25)]
    sorted_keys = {
        m["message_key"] for m in load(chat(tmp_path, *lines), tmp_path / "a", said()).messages
    }
    random.Random(1).shuffle(lines)
    assert {
        m["message_key"] for m in load(chat(tmp_path, *lines), tmp_path / "b", said()).messages
    } == sorted_keys


def test_another_calendar_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = chat(tmp_path, *(f"{day}/5/1445, 10:00 - Customer A: a" for day in range(1, 9)))
    told = refuse(path, tmp_path / "o", said())
    assert told["code"] == "mostly_problems"
    assert "Gregorian" in told["error"]


def test_a_windows_1252_file_is_read_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_bytes("13/1/24, 10:00 - Customer A: schön\n".encode("cp1252"))
    loaded = load(path, tmp_path / "o", said())
    assert loaded.messages[0]["text"] == "schön"
    assert len(loaded.result["notes"]) == 1


@pytest.mark.parametrize(
    "text",
    [
        "[2024-01-01 10:00:00] production.ERROR: it failed\n[2024-01-01 10:00:01] local.INFO: it works\n",
        "2024-01-01 10:00:00,1\n2024-01-02 10:00:00,2\n",
        "Minutes of 31/12/2023, 23:59\n",
        '{"at": "31/12/2023, 23:59 - Customer A: hello"}\n',
    ],
)
def test_what_only_looks_like_a_chat_is_not_claimed(text: str, tmp_path: Path) -> None:
    path = tmp_path / "any.txt"
    path.write_text(text, encoding="utf-8")
    assert candidates(source_at(path, path.name).head) == []


@pytest.mark.skipif(not REAL.is_dir(), reason="the collection of real exports is not here")
def test_real_chats_give_the_messages_counted_by_their_stamps(tmp_path: Path) -> None:
    # Counted with: grep -cE '^\[?[0-9]+[./-][0-9]+[./-][0-9]+' FILE; notices are those without "name:".
    expected = {
        "lorem-merge-part1.txt": (300, 0),
        "lorem-merge-part2.txt": (300, 0),
        "pokemon.txt": (20, 2),
        "test_[mmddyy]_24hrs.txt": (9, 2),
        "test_ddmmyy_24hrs.txt": (9, 2),
        "test_mmddyy_24hrs.txt": (9, 2),
        "test_mmddyyyy_12hrs.txt": (9, 2),
        "test_yyyymmdd_24hrs.txt": (9, 2),
    }
    times = set()
    for place, (name, counts) in enumerate(expected.items()):
        loaded = load(REAL / name, tmp_path / str(place), said())
        roles = Counter(m["role"] for m in loaded.messages)
        assert (len(loaded.messages), roles["system"]) == counts, name
        assert loaded.result["problems"] == 0
        if name.startswith("test_"):
            times.add(tuple(m["sent_at"].isoformat()[:16] for m in loaded.messages))
    assert len(times) == 1  # five locales, the same chat
    told = refuse(REAL / "4A_11M.zip", tmp_path / "zip", said())
    assert [ask["key"] for ask in told["asks"]] == ["day_first"]
    loaded = load(REAL / "4A_11M.zip", tmp_path / "answered", said(day_first=True))
    assert Counter(m["role"] for m in loaded.messages) == {"customer": 11, "system": 3}


def test_goldens_are_loaded_with_their_answers() -> None:
    assert options_of(GOLDEN / "whatsapp" / "ambiguous.txt")["sources"][0]["day_first"] is True
