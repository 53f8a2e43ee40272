"""The sample story: it can be continued, it looks like a care team, and its files are whole."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.northlight import Message, story
from data.northlight.__main__ import main
from data.northlight.demand import LONDON, is_open
from data.northlight.feeder import feed
from data.northlight.sample import make
from data.northlight.telling import State, StoryError, Telling, read_state, write_state
from data.northlight.wording import CUSTOMERS
from data.northlight.writing import CSV_COLUMNS, as_csv, as_ndjson, replace_file
from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parents[1]
START = datetime(2026, 2, 2, tzinfo=LONDON)  # a Monday; summer time comes on 29 March
DAYS = 62
X, FACEBOOK, WHATSAPP = "NorthlightHelp", "Northlight", "Northlight WhatsApp"


@pytest.fixture(scope="module")
def told() -> list[Message]:
    return Telling(7, START).read_to(START + timedelta(days=DAYS))


# --- the same story, continued ----------------------------------------------------------------


def test_the_same_seed_tells_the_same_story_and_another_seed_another():
    first, again, other = (list(islice(story(seed, START), 1500)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_a_shorter_story_is_the_beginning_of_a_longer_one(told):
    until = START + timedelta(days=9, hours=13, minutes=7)
    shorter = Telling(7, START).read_to(until)
    assert len(shorter) > 5000
    assert shorter == told[: len(shorter)]
    assert told[len(shorter)].sent_at >= until


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 2 * 86400), max_size=6).map(sorted))
def test_however_it_is_cut_nothing_is_lost_or_told_twice(cuts):
    end = START + timedelta(days=2)
    telling = Telling(5, START)
    pieces = [telling.read_to(START + timedelta(seconds=cut)) for cut in cuts]
    pieces.append(telling.read_to(end))
    assert [m for piece in pieces for m in piece] == Telling(5, START).read_to(end)


def test_messages_come_in_order_and_their_keys_grow_with_time(told):
    assert all(a.sent_at <= b.sent_at for a, b in pairwise(told))
    for account in (X, FACEBOOK, WHATSAPP):
        numbers = [int(re.sub(r"\D", "", m.key)) for m in told if m.account.name == account]
        assert numbers == sorted(set(numbers))


def test_what_is_answered_was_said_before_in_the_same_account(told):
    seen: set[tuple[str, str]] = set()
    for message in told:
        if message.reply_to:
            assert (message.account.name, message.reply_to) in seen
        seen.add((message.account.name, message.key))


# --- what it looks like, counted by hand ------------------------------------------------------

Wait = tuple[str, datetime, datetime | None]  # account, started, answered


def first_waits(messages: list[Message]) -> list[Wait]:
    """First waits, the plain way: a customer's branch of a tree, or a chat until a silent day."""
    root: dict[str, str] = {}
    begun: dict[tuple[str, str, str], list[datetime | None]] = {}
    last: dict[tuple[str, str, str], datetime] = {}
    found: list[tuple[str, list[datetime | None]]] = []
    for message in messages:
        account = message.account.name
        if message.role == "bot":
            continue
        if account == X:
            root[message.key] = root.get(message.reply_to or "", message.key)
            named = message.text.split()[0].lstrip("@")
            who = message.author_key if message.role == "customer" else named
            place = (account, root[message.key], who)
        else:
            place = (account, message.thread, "")
        wait = begun.get(place)
        if message.role == "customer":
            silent = wait is not None and message.sent_at - last[place] > timedelta(days=1)
            if wait is None or (account != X and silent and wait[1]):
                wait = begun[place] = [message.sent_at, None]
                found.append((account, wait))
        elif wait and wait[1] is None:
            wait[1] = message.sent_at
        last[place] = message.sent_at
    return [(account, wait[0], wait[1]) for account, wait in found if wait[0]]


@pytest.fixture(scope="module")
def waits(told) -> list[Wait]:
    known = told[-1].sent_at - timedelta(days=1)  # younger ones may still be answered
    return [wait for wait in first_waits(told) if wait[1] < known]


def by_day(waits: list[Wait]) -> Counter[date]:
    return Counter(started.astimezone(LONDON).date() for _, started, _ in waits)


def test_as_many_write_as_to_a_middling_operator(told, waits):
    assert 650 < len(told) / DAYS < 900
    usual = by_day([wait for wait in waits if wait[1] < START + timedelta(days=50)])
    assert 160 < median(usual.values()) < 220
    weekend = [n for day, n in usual.items() if day.weekday() >= 5]
    week = [n for day, n in usual.items() if day.weekday() < 5]
    assert median(weekend) < 0.9 * median(week)
    share = Counter(account for account, _, _ in waits)
    assert share[X] > share[WHATSAPP] > share[FACEBOOK] > 0.1 * len(waits)


@pytest.mark.parametrize(
    ("account", "least", "most"), [(X, 0.25, 0.36), (FACEBOOK, 0.04, 0.10), (WHATSAPP, 0.02, 0.06)]
)
def test_many_are_never_answered_on_x_and_few_elsewhere(waits, account, least, most):
    answers = [answered for name, _, answered in waits if name == account]
    assert least < sum(answered is None for answered in answers) / len(answers) < most


def test_about_a_fifth_of_all_are_never_answered(waits):
    assert 0.15 < sum(answered is None for _, _, answered in waits) / len(waits) < 0.25


@pytest.mark.parametrize(
    ("account", "least", "most"), [(X, 22, 45), (FACEBOOK, 11, 26), (WHATSAPP, 5, 13)]
)
def test_first_replies_take_minutes_in_open_hours(waits, account, least, most):
    minutes = [
        (answered - started).total_seconds() / 60
        for name, started, answered in waits
        if name == account and answered and is_open(started.timestamp())
    ]
    assert least < median(minutes) < most


@pytest.mark.parametrize("account", [FACEBOOK, WHATSAPP])
def test_on_both_inboxes_nine_of_ten_are_answered_within_two_hours_in_open_hours(waits, account):
    usual = [
        answered is not None and answered - started < timedelta(hours=2)
        for name, started, answered in waits
        if name == account and is_open(started.timestamp()) and started < START + timedelta(days=50)
    ]
    assert sum(usual) / len(usual) > 0.88


def test_waits_grow_while_many_wait(waits):
    """They come from a queue: who writes behind others waits longer than who writes alone."""
    by_hour: dict[datetime, list[float]] = defaultdict(list)
    for account, started, answered in waits:
        if account == X and answered and is_open(started.timestamp()):
            hour = started.replace(minute=0, second=0)
            by_hour[hour].append((answered - started).total_seconds())
    crowded = [median(found) for found in by_hour.values() if len(found) >= 9]
    calm = [median(found) for found in by_hour.values() if len(found) <= 3]
    assert median(crowded) > 1.3 * median(calm)


def test_nobody_replies_at_night_and_the_morning_begins_with_a_pile(told):
    hours = Counter(m.sent_at.astimezone(LONDON).hour for m in told if m.role == "agent")
    assert hours[22] < 0.03 * sum(hours.values())  # who has begun a reply finishes it
    assert not any(hours[hour] for hour in (23, *range(8)))
    waiting = Counter(m.sent_at.astimezone(LONDON).hour for m in told if m.role == "customer")
    assert 0 < sum(waiting[hour] for hour in range(6)) < 0.06 * sum(waiting.values())
    eight_to_nine = hours[8] / waiting[8]
    noon_to_one = hours[12] / waiting[12]
    assert eight_to_nine > 1.5 * noon_to_one  # the pile is worked off, and then there is lunch


def test_the_outage_brings_four_times_as_many_and_a_backlog_that_clears(waits):
    days = by_day(waits)
    outage = (START + timedelta(days=56)).date()
    same_weekday = [days[outage - timedelta(weeks=back)] for back in range(1, 6)]
    assert days[outage] > 4 * median(same_weekday)

    def backlog(day: float) -> int:
        """How many waited then that were answered in the end."""
        at = START + timedelta(days=day)
        return sum(begun <= at < done for _, begun, done in waits if done)

    before, worst, after = (backlog(day) for day in (53.9, 56.9, 59.9))
    assert worst > 8 * max(before, 10)
    assert after < worst / 5


def test_the_team_apologises_with_stock_replies_in_the_outage(told):
    begins, ends = START + timedelta(days=55, hours=11), START + timedelta(days=57, hours=10)
    during = [m for m in told if m.role == "agent" and begins < m.sent_at < ends]
    usual = [m for m in told if m.role == "agent" and m.sent_at < begins]

    def share(messages: list[Message], pattern: str) -> float:
        return sum(bool(re.search(pattern, m.text)) for m in messages) / len(messages)

    assert share(during, "northlight.example/status") > 0.2
    assert share(during, "(?i)sorry|apolog") > 1.3 * share(usual, "(?i)sorry|apolog")
    posted = [m for m in during if m.account.name == X and not m.reply_to]
    assert len(posted) >= 4
    assert any(m.reply_to == posted[0].key and m.role == "customer" for m in told)


def test_whatsapp_greets_by_bot_and_says_at_night_that_nobody_is_there(told):
    bots = [m for m in told if m.role == "bot"]
    assert {m.account.name for m in bots} == {WHATSAPP}
    assert {m.author_key for m in bots} == {"northlight-bot"}
    away = [m for m in bots if "closed" in m.text]
    assert 0.05 < len(away) / len(bots) < 0.4
    # It speaks up to six seconds after the customer, who wrote while it was closed.
    assert all({is_open(m.sent_at.timestamp() - s) for s in (0, 6)} != {True} for m in away)
    begun = sum(account == WHATSAPP for account, _, _ in first_waits(told))
    assert len(bots) > 0.8 * begun


def test_agents_sign_mostly_and_there_are_fourteen(told):
    signatures = [
        re.search(r" (?:\^([A-Z]{2})|-([A-Z][a-z]+))$", m.text) for m in told if m.role == "agent"
    ]
    assert 0.8 < sum(map(bool, signatures)) / len(signatures) < 0.98
    assert len({found[1] for found in signatures if found and found[1]}) == 14
    assert len({found[2] for found in signatures if found and found[2]}) == 14


def test_customers_chase_say_thanks_come_back_and_talk_to_each_other(told):
    waiting: dict[tuple[str, str], int] = {}
    chasers = 0
    for m in told:
        place = (m.account.name, m.author_key if m.role == "customer" else m.thread)
        if m.account.name != X:
            place = (m.account.name, m.thread)
            if m.role == "customer":
                chasers += waiting.get(place, 0)
                waiting[place] = 1
            elif m.role == "agent":
                waiting.pop(place, None)
    assert chasers > 0.1 * sum(m.account.name != X and m.role == "customer" for m in told)

    customers = [m for m in told if m.role == "customer"]
    bare = Counter(m.text.removeprefix("@NorthlightHelp ") for m in customers)
    assert sum(bare[closer] for closer in CUSTOMERS["closers"]) > 0.05 * len(customers)
    days: dict[str, set[date]] = defaultdict(set)
    for m in customers:
        days[m.thread].add(m.sent_at.date())
    chats = [seen for thread, seen in days.items() if thread[0] in "tw"]
    assert sum(max(seen) - min(seen) > timedelta(days=2) for seen in chats) > 0.05 * len(chats)
    assert sum("@KestrelMobile" in m.text for m in customers) > 50
    to_others = [m for m in customers if re.match(r"@\d+ ", m.text)]
    assert len(to_others) > 100
    assert {m.role for m in told if m.key in {o.reply_to for o in to_others}} == {"customer"}


def test_hand_offs_to_direct_messages_and_repeated_stock_replies(told):
    replies = [m for m in told if m.role == "agent" and m.account.name == X]
    moved = [m for m in replies if re.search(r"\bDM\b|direct message", m.text)]
    assert 0.15 < len(moved) / len(replies) < 0.5
    bodies = Counter(re.sub(r"^@\d+ | \^[A-Z]{2}$", "", m.text) for m in replies)
    assert bodies.most_common(1)[0][1] > 0.05 * len(replies)


def test_texts_are_filled_in_short_and_name_nobody(told):
    assert not any("{" in m.text or not m.text.strip() for m in told)
    assert max(len(m.text) for m in told if m.account.name == X) <= 280
    names = {m.author_name for m in told if m.role == "customer"}
    assert all(n is None or re.fullmatch(r"Customer \d+|[A-Z]\. [A-Z]\.", n) for n in names)
    links = re.findall(r"[\w.@-]+\.(?:com|co|net|org|uk)\b", " ".join(m.text for m in told))
    assert set(links) <= {"t.co"}


# --- files ------------------------------------------------------------------------------------


CANONICAL = (
    *("platform", "account", "channel", "message_key", "thread_key", "reply_to_key"),
    *("author_key", "author_name", "role", "visibility", "sent_at", "text"),
)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines(keepends=True)))


def test_the_x_file_has_the_exact_header_and_agrees_with_itself(told):
    text = as_csv([m for m in told[:20000] if m.account.name == X])
    assert text.splitlines()[0] == (
        "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id"
    )
    rows = rows_of(text)
    known = {row["tweet_id"]: row for row in rows}
    assert len(known) == len(rows)
    for row in rows:
        assert tuple(row) == CSV_COLUMNS
        assert row["inbound"] == str(row["author_id"] != X)
        assert row["author_id"] == X or row["author_id"].isdigit()
        datetime.strptime(row["created_at"], "%a %b %d %H:%M:%S %z %Y")
        for reply in filter(None, row["response_tweet_id"].split(",")):
            assert known[reply]["in_response_to_tweet_id"] == row["tweet_id"]
        if row["in_response_to_tweet_id"]:
            parent = known[row["in_response_to_tweet_id"]]
            assert row["tweet_id"] in parent["response_tweet_id"].split(",")
    assert any("," in row["response_tweet_id"] for row in rows)


def test_the_chats_are_canonical_records(told):
    lines = as_ndjson([m for m in told[:3000] if m.account.name == FACEBOOK]).splitlines()
    assert lines
    for line in lines:
        record = json.loads(line)
        assert tuple(record) == CANONICAL
        assert (record["platform"], record["account"]) == ("facebook", "Northlight")
        assert (record["channel"], record["visibility"]) == ("Facebook page", "private")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", record["sent_at"])


NOW = datetime(2026, 4, 3, 14, 31, 8, tzinfo=UTC)


def keys(files: list[Path]) -> list[str]:
    found = []
    for path in files:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".csv":
            found += [row["tweet_id"] for row in rows_of(text)]
        else:
            rows = [json.loads(line) for line in text.splitlines()]
            found += [row["message_key"] for row in rows if row["role"] != "system"]
    return found


def test_a_story_that_is_continued_has_the_messages_of_one_made_at_once(tmp_path):
    made = make(tmp_path / "a", NOW, days=3)
    assert [path.name for path in made.files] == [
        "northlight_x.csv",
        "northlight_facebook.ndjson",
        "northlight_whatsapp.ndjson",
        "northlight_polls.ndjson",
    ]
    later = make(tmp_path / "a", NOW + timedelta(hours=7), days=3, keep=True)
    assert later.continued
    assert later.files[0].name == "northlight_x-20260403T213108.csv"
    assert sum(later.messages.values()) == len(keys(later.files)) > 50
    whole = Telling(made.state.seed, made.state.start).read_to(NOW + timedelta(hours=7))
    assert sorted(keys(made.files) + keys(later.files)) == sorted(m.key for m in whole)
    again = make(tmp_path / "a", NOW + timedelta(hours=7), keep=True)
    assert (again.files, again.messages) == ([], {})


def test_every_account_is_known_up_to_the_last_poll_also_when_nobody_wrote(tmp_path):
    made = make(tmp_path, NOW, days=1)
    polls = [json.loads(line) for line in made.files[-1].read_text().splitlines()]
    assert {row["account"] for row in polls} == {
        "NorthlightHelp",
        "Northlight",
        "Northlight WhatsApp",
    }
    assert {(row["role"], row["event"], row["sent_at"]) for row in polls} == {
        ("system", "polled", "2026-04-03T14:31:08Z")
    }


def test_a_new_story_begins_at_a_local_midnight_and_replaces_the_old_one(tmp_path):
    make(tmp_path, NOW, days=2)
    make(tmp_path, NOW + timedelta(hours=7), keep=True)
    made = make(tmp_path, NOW + timedelta(hours=9), days=2)
    assert made.state.start == datetime(2026, 4, 2, tzinfo=LONDON)  # it is past midnight there
    assert not made.continued
    assert sorted(tmp_path.iterdir()) == sorted([*made.files, tmp_path / "story.json"])


def test_a_story_that_began_too_long_ago_is_not_continued(tmp_path):
    make(tmp_path, NOW - timedelta(days=101), days=1)
    made = make(tmp_path, NOW, days=1, keep=True)
    assert not made.continued
    assert made.state.written_until == NOW


def test_the_command_says_in_one_sentence_what_it_made(tmp_path, capsys):
    call = ["make", "--out", str(tmp_path), "--days", "1", "--now", "2026-04-03T14:31:08Z"]
    assert main(call) == 0
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    total = len(keys([p for p in tmp_path.iterdir() if p.name != "story.json"]))
    assert f"{total:,} messages" in said
    assert main([*call, "--continue"]) == 0
    assert "nothing new" in capsys.readouterr().out


def test_wrong_calls_and_broken_files_are_told_plainly(tmp_path, capsys):
    with pytest.raises(SystemExit) as wrong:
        main(["make", "--out", str(tmp_path), "--now", "2026-04-03T14:31:08"])
    assert wrong.value.code == 2
    assert "time zone" in capsys.readouterr().err
    broken = tmp_path / "story.json"
    broken.write_text('{"seed": 7, "start": "2026-04-01T00:00:00+00:00"}')
    assert main(["make", "--out", str(tmp_path), "--continue"]) == 1
    said = capsys.readouterr().err
    assert str(broken) in said
    assert "written_until" in said
    assert "Delete it" in said
    with pytest.raises(StoryError, match="Make a story first"):
        read_state(tmp_path / "missing.json")


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path, monkeypatch):
    replace, seen = Path.replace, []

    def watched(self: Path, target: Path) -> Path:
        seen.append(([p.name for p in tmp_path.iterdir()], self.read_text(encoding="utf-8")))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    replace_file(tmp_path / "news.csv", "all of it\n")
    assert seen == [([".news.csv.part"], "all of it\n")]
    assert [p.name for p in tmp_path.iterdir()] == ["news.csv"]


# --- the feeder -------------------------------------------------------------------------------


@pytest.fixture
def yesterday(tmp_path: Path) -> Path:
    """A story that was written until a day ago, so that there is news at any time of day."""
    now = datetime.now(UTC).replace(microsecond=0)
    path = tmp_path / "story.json"
    write_state(State(3, now - timedelta(days=2), now - timedelta(days=1)), path)
    return path


@pytest.fixture
def feeder(yesterday: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "data.northlight", "feed", "--every", "0.5"]
    command += ["--story", str(yesterday), "--inbox", str(tmp_path / "inbox")]
    process = subprocess.Popen(command, cwd=ROOT)
    yield process
    process.kill()
    process.wait()


def test_the_feeder_writes_whole_files_and_stops_when_told(feeder, yesterday, tmp_path):
    before, inbox = read_state(yesterday), tmp_path / "inbox"
    assert wait_for(lambda: read_state(yesterday).written_until > before.written_until)
    feeder.send_signal(signal.SIGTERM)
    assert feeder.wait(timeout=5) == 0
    files = sorted(inbox.iterdir())
    assert not any(path.name.startswith(".") for path in files)
    assert len({path.name.split("-")[0] for path in files}) == 4
    after = read_state(yesterday)
    telling = Telling(before.seed, before.start)
    telling.read_to(before.written_until)
    news = telling.read_to(after.written_until)
    assert len(news) > 100
    assert sorted(keys(files)) == sorted(m.key for m in news)


def test_the_feeder_stops_when_whoever_started_it_is_gone(yesterday, tmp_path):
    starter = (
        "import pathlib, subprocess, sys, time\n"
        "child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
        "print(child.pid, flush=True)\n"
        "inbox = pathlib.Path(sys.argv[-1])\n"
        "while not inbox.is_dir() and child.poll() is None: time.sleep(0.1)\n"
    )
    command = [sys.executable, "-m", "data.northlight", "feed", "--every", "0.5"]
    command += ["--story", str(yesterday), "--inbox", str(tmp_path / "inbox")]
    run = [sys.executable, "-c", starter, *command]
    pid = int(subprocess.run(run, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)

    def gone() -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        # Where nobody reaps orphans, one that has ended stays as a zombie.
        stat = Path(f"/proc/{pid}/stat")
        return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z"

    try:
        assert (tmp_path / "inbox").is_dir()  # it was at work
        assert wait_for(gone, 10)
    finally:
        if not gone():
            os.kill(pid, signal.SIGKILL)


def test_a_round_that_cannot_be_written_is_made_up_for(yesterday, tmp_path, capsys):
    before, inbox = read_state(yesterday), tmp_path / "inbox"
    inbox.write_text("a file where the folder should be")
    rounds = 0

    def should_stop() -> bool:
        nonlocal rounds
        if "try again" in capsys.readouterr().err:
            rounds += 1
            if rounds == 1:
                assert read_state(yesterday) == before
                inbox.unlink()
        return inbox.is_dir() and read_state(yesterday) != before

    written = feed(yesterday, inbox, 0.01, should_stop)
    assert rounds >= 1
    assert written == len(keys(list(inbox.iterdir()))) > 100


# --- the settings that ship -------------------------------------------------------------------


def test_the_settings_that_ship_name_the_three_accounts_and_explain_every_key(told):
    text = (ROOT / "data" / "settings.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    assert set(found["accounts"]) == {m.account.name for m in told}
    assert set(found["bots"]) == {m.author_key for m in told if m.role == "bot"}
    for account in found["accounts"].values():
        assert account["time_zone"] == "Europe/London"
        assert account["hours"] == {"every": ["08:00-22:00"]}
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if re.match(r"\w+ = ", line) and number < lines.index('[accounts."NorthlightHelp"]'):
            assert lines[number - 1].startswith("#"), f"{line} is not explained"
