"""The waits behind a figure: what a list holds is what the measures count, narrowed as it was asked."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from sla import lists
from sla.__main__ import main
from sla.lists import Listing
from sla.load import load_file
from sla.measures import Question, ask
from sla.settings import Settings
from sla.store import Store
from tests.page_data import write_log

SLICE = Path(__file__).resolve().parents[2] / "shared" / "exports" / "twcs" / "twcs_5000.csv"
ALL = 10**9
HOURS = Settings.model_validate(
    {"accounts": {"Acme": {"time_zone": "Europe/Berlin", "hours": {"every": ["10:00-15:00"]}}}}
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("lists")
    with Store.open(folder / "lists.duckdb", HOURS) as opened:
        assert load_file(opened, write_log(folder / "log.csv"), name="log.csv").error is None
        yield opened


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    if not SLICE.exists():
        pytest.skip("the public slice is not here")
    path = tmp_path_factory.mktemp("slice") / "slice.duckdb"
    with Store.open(path, Settings()) as opened:
        assert load_file(opened, SLICE, name="slice.csv").error is None
        yield opened


def told(store: Store, **asked: Any) -> list[str]:
    """Return the messages that began the waits of a list, by their keys."""
    return [row["wait_id"].split("m")[-1] for row in lists.page(store, Listing(**asked), ALL)]


# ------------------------------------------------------------------ by hand: see tests/page_data.py


def test_the_longest_wait_comes_first_and_one_still_open_counts_with_its_age(store):
    rows = lists.page(store, Listing(), 3)
    assert [(row["outcome"], row["elapsed_seconds"], row["given_up"]) for row in rows] == [
        ("open", 51 * 3600, True),
        ("answered", 5 * 3600, False),
        ("answered", 5400, False),
    ]
    assert (
        rows[1] | {"kind": "first", "verdict": "missed", "text": "Where is my parcel?"} == rows[1]
    )


def test_newest_and_oldest_go_by_the_message_that_began_the_wait(store):
    starts = [row["started_at"] for row in lists.page(store, Listing(sort="oldest"), ALL)]
    assert starts == sorted(starts)
    newest = [row["started_at"] for row in lists.page(store, Listing(sort="newest"), ALL)]
    assert newest == starts[::-1]


def test_a_wait_began_in_or_out_of_hours_or_where_none_are_set_neither(store):
    inside = lists.page(store, Listing(opening=True), ALL)
    outside = lists.page(store, Listing(opening=False), ALL)
    zone = ZoneInfo("Europe/Berlin")
    assert inside
    assert outside
    assert all(10 <= row["started_at"].astimezone(zone).hour < 15 for row in inside)
    assert not any(10 <= row["started_at"].astimezone(zone).hour < 15 for row in outside)
    everything = lists.page(store, Listing(), ALL)
    assert {row["account"] for row in everything if row["opening"] is None} == {"Bolt"}
    assert len(inside) + len(outside) == sum(row["account"] == "Acme" for row in everything)


def test_words_are_found_in_any_message_and_keys_only_whole(store):
    everything = len(told(store))
    assert len(told(store, search="WHERE is my")) == everything
    assert len(told(store, search="on its way")) == sum(
        row["outcome"] == "answered" or "Bolt-j" in row["conversation_id"]
        for row in lists.page(store, Listing(), ALL)
    )
    row = lists.page(store, Listing(), 1)[0]
    for key in (row["customer_key"].upper(), row["conversation_id"], row["wait_id"]):
        assert row["wait_id"] in [r["wait_id"] for r in lists.page(store, Listing(search=key), ALL)]
    assert told(store, search=row["customer_key"][:-1]) == []
    for wild in ("%", "_here", "it's; --", "\\"):
        assert told(store, search=wild) == []


# ---------------------------------------------------------------------- by brute force, on real data


def _span(value: int, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= value <= bounds[1]


NARROWED: dict[str, tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]] = {
    "missed": ({"verdict": "missed"}, lambda r: r["verdict"] == "missed"),
    "undecided": ({"verdict": "undecided"}, lambda r: r["verdict"] == "undecided"),
    "open": ({"outcome": "open"}, lambda r: r["outcome"] == "open"),
    "given up": ({"outcome": "given_up"}, lambda r: r["given_up"]),
    "not given up": (
        {"outcome": "undecided"},
        lambda r: r["outcome"] == "open" and not r["given_up"],
    ),
    "weekend": ({"weekdays": (5, 6)}, lambda r: _span(r["started_at"].weekday(), (5, 6))),
    "morning": ({"hours": (6, 11)}, lambda r: _span(r["started_at"].hour, (6, 11))),
    "agent": ({"agent": "^AA"}, lambda r: r["agent"] == "^AA"),
    "word": ({"search": "Refund"}, lambda r: r["found"]),
}


@pytest.mark.parametrize("name", NARROWED)
def test_a_narrowed_list_is_the_whole_list_without_what_is_not_asked_for(real, name):
    asked, keeps = NARROWED[name]
    if name == "agent":
        most = lists.agents(real, None, None, 1)[0]
        asked, keeps = {"agent": most}, lambda r: r["agent"] == most
    with_word = {
        row[0]
        for row in real.cursor()
        .execute(
            "SELECT p.conversation_id, m.text FROM placed p JOIN messages m USING (message_id)"
        )
        .fetchall()
        if "refund" in (row[1] or "").lower()
    }
    everything = [
        row | {"found": row["conversation_id"] in with_word}
        for row in lists.page(real, Listing(), ALL)
    ]
    wanted = [row["wait_id"] for row in everything if keeps(row)]
    listing = Listing(**asked)
    assert [row["wait_id"] for row in lists.page(real, listing, ALL)] == wanted
    assert 0 < len(wanted) < len(everything)
    assert lists.counted(real, listing)["n"] == len(wanted)


@pytest.mark.parametrize("waits", ["first", "next", "all"])
@pytest.mark.parametrize("target", [3600, 7200])
def test_the_list_counts_what_the_measures_count(real, waits, target):
    question = Question(target=target, waits=waits)
    found = lists.counted(real, Listing(question))
    (hits,), (answered,) = ask(real, "hit_rate", question), ask(real, "response_rate", question)
    assert {k: found[k] for k in ("met", "missed", "undecided")} == {
        k: hits[k] for k in ("met", "missed", "undecided")
    }
    assert (
        found["n"]
        == found["met"] + found["missed"] + found["undecided"] + found["of_unknown_length"]
    )
    assert (found["n"], found["answered"], found["given_up"]) == (
        answered["n"],
        answered["answered"],
        answered["given_up"],
    )
    for verdict in get_args(lists.Verdict):
        assert lists.counted(real, Listing(question, verdict=verdict))["n"] == hits[verdict]


@pytest.mark.parametrize("sort", get_args(lists.Sort))
def test_the_pages_together_are_the_whole_list_in_its_order(real, sort):
    listing = Listing(sort=sort)
    whole = [row["wait_id"] for row in lists.page(real, listing, ALL)]
    pages = [row["wait_id"] for at in range(0, len(whole), 700) for row in lists.page(real, listing, 700, at)]  # fmt: skip
    assert pages == whole
    assert len(set(whole)) == len(whole)
    assert [row["wait_id"] for row in lists.each(real, listing)] == whole


def test_csv_holds_every_row_of_the_list_in_its_order(real, tmp_path):
    listing = Listing(verdict="missed", sort="newest")
    lists.write_csv(real, listing, tmp_path / "waits.csv")
    with (tmp_path / "waits.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    rows = lists.page(real, listing, ALL)
    assert list(written[0]) == list(lists.columns())
    assert [row["wait_id"] for row in written] == [row["wait_id"] for row in rows]
    for line, row in zip(written, rows, strict=True):
        assert datetime.fromisoformat(line["started_at"]) == row["started_at"].replace(
            microsecond=0
        )
        assert line["elapsed_seconds"] == str(row["elapsed_seconds"])
        assert line["text"].removeprefix("'") == (row["text"] or "").removeprefix("'")


def test_csv_disarms_what_a_spreadsheet_would_run(tmp_path):
    said = ("=1+1", "+1", "-1", "@SUM(1)", "@shop hi", "fine")
    log = "account,channel,thread_key,message_key,author_key,role,sent_at,text\n" + "".join(
        f'Shop,Chat,t{n},m{n},c{n},customer,2026-03-10T08:0{n}:00Z,"{text}"\n'
        for n, text in enumerate(said)
    )
    (tmp_path / "log.csv").write_text(log, encoding="utf-8")
    with Store.open(tmp_path / "x.duckdb", Settings()) as store:
        assert load_file(store, tmp_path / "log.csv", name="log.csv").error is None
        lists.write_csv(store, Listing(sort="oldest"), tmp_path / "waits.csv")
    with (tmp_path / "waits.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    assert texts == ["'=1+1", "'+1", "'-1", "'@SUM(1)", "@shop hi", "fine"]


# --------------------------------------------------------------------------------- the command line


def test_the_command_line_gives_the_same_list(store, tmp_path, capsys):
    listing = Listing(replace(Question(), account="Acme"), verdict="missed")
    wanted = [row["wait_id"] for row in lists.page(store, listing, ALL)]
    (tmp_path / "settings.toml").write_text("", encoding="utf-8")
    db = tmp_path / "cli.duckdb"
    log = write_log(tmp_path / "log.csv")
    common = ["--db", str(db), "--settings", str(tmp_path / "settings.toml")]
    assert main(["load", str(log), *common]) == 0
    capsys.readouterr()
    asked = ["waits", *common, "--account", "Acme", "--verdict", "missed"]
    assert main([*asked, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["wait_id"] for row in rows] == wanted
    assert list(rows[0]) == list(lists.columns())
    assert main([*asked, "--format", "csv"]) == 0
    lines = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [line["wait_id"] for line in lines] == wanted
    assert main([*asked, "--limit", "1"]) == 0
    out, err = capsys.readouterr()
    assert wanted[0] in out
    assert f"The first 1 of {len(wanted)}" in err
    assert main([*asked, "--outcome", "closed", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    ("text", "most", "read"),
    [("5", 6, (5, 5)), ("0-4", 6, (0, 4)), ("7", 6, None), ("4-1", 6, None), ("", 6, None), ("1-", 6, None), ("²", 6, None)],
)  # fmt: skip
def test_days_and_hours_are_one_number_or_two_in_order(text, most, read):
    assert lists.first_and_last(text, most) == read


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01T00:00", "2026-03-10T14:00Z", "0001-01-01", "9999-12-31T23:59", "2026-03-10T25:00"]
)  # fmt: skip
def test_a_time_on_the_wall_has_no_zone_and_lies_in_these_centuries(text):
    assert lists.by_the_wall(text) is None
    with pytest.raises(SystemExit) as stopped:
        main(["waits", "--waited", text])
    assert stopped.value.code == 2


def test_who_waited_at_a_time_is_told_by_the_clock_of_the_account(store):
    # 10:15 in Berlin is 09:15 in the log: a has been answered, b waits from 09:00 on, and e of two days before is given up.
    asked = Listing(
        question=Question(account="Acme", target=3600),
        waited=datetime(2026, 3, 10, 10, 15),  # noqa: DTZ001 - by the clock on the wall
    )
    (row,) = lists.page(store, asked, ALL)
    assert (row["started_at"].hour, row["outcome"]) == (9, "answered")
