"""Days that went wrong are found as plain loops over messages and waits find them."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from itertools import groupby, pairwise
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sla.load import load_file
from sla.measures import Question, Row, ask
from sla.settings import Settings
from sla.store import Store
from tests.conftest import EXPORTS
from tests.wrong_day_data import BAD, LONDON, SILENT, write_wrong_day

HOUR = timedelta(hours=1)
ZONED = Settings.model_validate({"accounts": {"Shop": {"time_zone": "Europe/London"}}})
QUESTIONS = {
    "all": Question(),
    "one account": Question(account="Shop"),
    "one channel": Question(channel="Chat"),
    "first waits": Question(waits="first"),
    "some local days": Question(since=BAD, until=BAD + 33 * HOUR),
    "from an instant on": Question(since=datetime(2026, 3, 25, 18, tzinfo=UTC)),
}  # fmt: skip


@pytest.fixture(scope="module", params=["wrong day", "public slice"])
def several(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a store with the log of the wrong day, or with the public slice."""
    folder = tmp_path_factory.mktemp("days")
    file = EXPORTS / "twcs" / "twcs_5000.csv"
    if request.param == "wrong day":
        file = write_wrong_day(folder / "log.csv")
    elif not file.exists():
        pytest.skip("the real exports are not on this machine")
    with Store.open(folder / "store.duckdb", ZONED) as store:
        assert load_file(store, file, name=file.name).error is None
        yield store


# ------------------------------------------------------------------------------------- the slow way


@dataclass(frozen=True)
class Hour:
    """One local hour of an account; what is usual in it is None where too little is known."""

    account: str
    label: datetime
    begins: datetime
    figures: Mapping[str, int]
    usual: Mapping[str, int | None]

    def far_above(self, name: str, least: int) -> bool:
        """Say whether a figure is far above the usual."""
        usual = self.usual[name]
        if usual is None:
            return False
        return self.figures[name] >= max(least, 3 * usual, usual + 5 * sqrt(usual))


@cache
def table(store: Store, name: str) -> list[dict[str, Any]]:
    """Return a table's rows as dicts; nothing changes in the stores here."""
    cursor = store.cursor().execute(f"FROM {name}")
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class Slow:
    """The messages and waits of one account, and what plain loops make of them."""

    def __init__(self, store: Store, account: str, which: str) -> None:
        known = [k for k in table(store, "known") if k["account"] == account]
        self.account = account
        self.zone = ZoneInfo({z["account"]: z["time_zone"] for z in table(store, "zones")}[account])
        self.first, self.as_of = (f(k[n] for k in known) for f, n in ((min, "first_at"), (max, "as_of")))  # fmt: skip
        everything = [p for p in table(store, "placed") if p["account"] == account]
        self.said = [p for p in everything if p["visible"] and p["role"] in ("customer", "agent")]
        wanted = {"first": (True,), "next": (False,)}.get(which, (True, False))
        waits = [w for w in table(store, "waits") if w["account"] == account and not w["unknown"]]
        self.spans = [
            (w["started_at"], min(w["ended_at"] or datetime.max.replace(tzinfo=UTC), w["started_at"] + 24 * HOUR))
            for w in waits
            if w["first"] in wanted and w["outcome"] != "bot"
        ]  # fmt: skip
        self.starts, self.ends = (sorted(span[place] for span in self.spans) for place in (0, 1))
        self.chasers = self.find_chasers(store, everything, waits)
        self.weeks = Counter(p["week"] for p in self.said)
        self.hours = self.find_hours()

    def find_chasers(self, store: Store, placed: Any, waits: Any) -> Counter[datetime]:
        """Count by local hour what customers wrote while they waited."""
        customers = {
            c["conversation_id"]: c["customer_key"]
            for c in table(store, "conversations")
            if c["account"] == self.account
        }
        where = {p["message_id"]: p["position"] for p in placed}
        wrote = defaultdict(list)
        for p in self.said:
            if p["role"] == "customer":
                wrote[p["scope"], customers[p["conversation_id"]]].append(p)
        found: Counter[datetime] = Counter()
        for wait in waits:
            party = (wait["scope"], customers[wait["conversation_id"]])
            since, until = where[wait["start_id"]], where.get(wait["end_id"], float("inf"))
            found.update(p["hour"] for p in wrote[party] if since < p["position"] < until)
        return found

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone).replace(tzinfo=None)

    def waiting(self, at: datetime) -> int:
        """Return how many wait at an instant."""
        return bisect_right(self.starts, at) - bisect_right(self.ends, at)

    def find_hours(self) -> list[Hour]:
        """Return the hours of every week in which something was said."""
        begins: dict[datetime, datetime] = {}
        at = self.first.replace(minute=0, second=0, microsecond=0)
        while at <= self.as_of:
            label = self.local(at).replace(minute=0)
            if monday(label) in self.weeks:
                begins.setdefault(label, at)
            empty = not {monday(label), monday(label + 48 * HOUR)} & set(self.weeks)
            at += 24 * HOUR if empty else HOUR
        came, went = (Counter(p["hour"] for p in self.said if p["role"] == role) for role in ("customer", "agent"))  # fmt: skip
        changes = sorted({at for span in self.spans for at in span if at <= self.as_of})
        self.alike: dict[tuple[int, int], list[datetime]] = defaultdict(list)
        for label in begins:
            self.alike[label.weekday(), label.hour].append(label)
        figures = {}
        for label, begin in begins.items():
            inside = [
                begin,
                *changes[bisect_left(changes, begin) : bisect_left(changes, begin + HOUR)],
            ]
            figures[label] = {
                "messages_in": came[label],
                "replies_out": went[label],
                "chasers": self.chasers[label],
                "highest": max(map(self.waiting, inside)),
            }
        return [
            Hour(self.account, label, begins[label], told, {name: self.usual(figures, label, name) for name in told})
            for label, told in figures.items()
        ]  # fmt: skip

    def usual(self, figures: Mapping[datetime, Any], label: datetime, name: str) -> int | None:
        """Return the lower median over the same hour of the weeks around."""
        alike = self.alike[label.weekday(), label.hour]
        near = [
            at
            for at in alike
            if abs(monday(at) - monday(label)) <= timedelta(weeks=8)
            and self.weeks[monday(at)] >= 10
        ]
        values = sorted(figures[at][name] for at in near)
        return values[(len(values) - 1) // 2] if len(values) >= 5 else None

    def silences(self) -> list[tuple[datetime, datetime]]:
        """Return the times without a reply in which ten are usual and five people begin to wait."""
        manned = [hour for hour in self.hours if (hour.usual["replies_out"] or 0) >= 1]
        replies = sorted(p["sent_at"] for p in self.said if p["role"] == "agent")
        found = []
        for _, run in groupby(enumerate(manned), lambda each: each[1].label - each[0] * HOUR):
            hours = [hour for _, hour in run]
            ends = min(hours[-1].begins + HOUR, self.as_of)
            marks = [hours[0].begins, *(r for r in replies if hours[0].begins <= r < hours[-1].begins + HOUR), ends]  # fmt: skip
            for since, until in pairwise(marks):
                expected = sum(
                    (hour.usual["replies_out"] or 0) * (min(until, hour.begins + HOUR) - max(since, hour.begins)) / HOUR
                    for hour in hours
                    if hour.begins < until and since < hour.begins + HOUR
                )  # fmt: skip
                began = sum(since < at <= until for at, _ in self.spans)
                if expected >= 10 and began >= 5:
                    found.append((since, until))
        return found

    @cached_property
    def days(self) -> list[Row]:
        """The days that went wrong."""
        return list(self.find_days())

    def find_days(self) -> Iterator[Row]:
        silences = defaultdict(list)
        for silence in self.silences():
            silences[self.local(silence[0]).date()].append(silence)
        for day, found in groupby(self.hours, lambda hour: hour.label.date()):
            hours, silent = list(found), silences[day]
            surges = [hour for hour in hours if hour.far_above("messages_in", 20)]
            piled = [hour for hour in hours if hour.far_above("highest", 10)]
            if surges or len(piled) >= 2 or silent:
                yield self.told(day, hours, surges, piled) | self.told_silence(silent)

    def told(
        self, day: date, hours: Sequence[Hour], surges: Sequence[Hour], piled: Sequence[Hour]
    ) -> Row:
        inside = [h for h in hours if surges and surges[0].label <= h.label <= surges[-1].label]
        top = max(piled or hours, key=lambda hour: hour.figures["highest"])
        most = top.figures["highest"]
        # only where a wait or an hour begins can the number grow
        reached = next(at for at in self.instants if top.begins <= at and self.waiting(at) == most)  # fmt: skip
        return {
            "account": self.account,
            "day": day,
            **{name: sum(h.figures[name] for h in hours) for name in ("messages_in", "replies_out", "chasers")},
            "usual_in": added(h.usual["messages_in"] for h in hours),
            "usual_out": added(h.usual["replies_out"] for h in hours),
            "surge_from": surges[0].begins if surges else None,
            "surge_until": surges[-1].begins + HOUR if surges else None,
            "surge_in": sum(h.figures["messages_in"] for h in inside) if surges else None,
            "surge_usual": added(h.usual["messages_in"] for h in inside),
            "backlog_hours": len(piled),
            "highest": most,
            "usual_highest": top.usual["highest"],
            "highest_at": reached,
            "cleared_at": self.cleared(reached, top),
        }  # fmt: skip

    @cached_property
    def instants(self) -> list[datetime]:
        return sorted({at for span in self.spans for at in span} | {h.begins for h in self.hours})

    def cleared(self, reached: datetime, top: Hour) -> datetime | None:
        """Return when no more were waiting than is usual at that hour."""
        if top.usual["highest"] is None or top.figures["highest"] <= top.usual["highest"]:
            return None
        begins = [hour.begins for hour in self.hours]
        for at in self.instants:
            if reached <= at <= self.as_of:
                usual = self.hours[bisect_right(begins, at) - 1].usual["highest"]
                if usual is not None and self.waiting(at) <= usual:
                    return at
        return None

    def told_silence(self, silent: Sequence[tuple[datetime, datetime]]) -> Row:
        if not silent:
            return dict.fromkeys(("silent_from", "silent_until", "silent_seconds", "silent_waiting"))  # fmt: skip
        since, until = max(silent, key=lambda s: (s[1] - s[0], -s[0].timestamp()))
        return {
            "silent_from": since,
            "silent_until": until,
            "silent_seconds": (until - since) // timedelta(seconds=1),
            "silent_waiting": self.waiting(until - timedelta(microseconds=1)),
        }


def monday(at: datetime) -> date:
    return at.date() - timedelta(days=at.weekday())


def added(values: Any) -> int | None:
    there = [value for value in values if value is not None]
    return sum(there) if there else None


@cache
def slow(store: Store, waits: str) -> list[Slow]:
    """Return the accounts of a store; `waits` says which of them are in the backlog."""
    accounts = sorted({k["account"] for k in table(store, "known")})
    return [Slow(store, each, waits) for each in accounts]


# ---------------------------------------------------------------------------------------- the tests


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_days_are_those_that_plain_loops_find(several: Store, name: str) -> None:
    asked = QUESTIONS[name]
    if asked.account and not any(k["account"] == asked.account for k in table(several, "known")):
        pytest.skip("the public slice has no such account")
    wanted = []
    accounts = [
        a for a in slow(several, asked.waits or "all") if asked.account in {None, a.account}
    ]
    for account in accounts:
        for day in account.days:
            begins = datetime.combine(day["day"], datetime.min.time())
            since, until = (
                at if at is None or at.tzinfo is None else account.local(at)
                for at in (asked.since, asked.until)
            )
            if (since is None or begins + 24 * HOUR > since) and (until is None or begins < until):
                wanted.append(day)
    found = ask(several, "wrong_days", asked)
    assert found == sorted(wanted, key=lambda d: (-d["day"].toordinal(), d["account"]))


def test_the_hours_are_those_that_plain_loops_find(several: Store) -> None:
    found = ask(several, "hour_by_hour", Question())
    wanted = [
        {
            "account": hour.account,
            "hour": hour.label,
            **hour.figures,
            "usual_in": hour.usual["messages_in"],
            "usual_out": hour.usual["replies_out"],
            "usual_highest": hour.usual["highest"],
        }
        for account in slow(several, "all")
        for hour in account.hours
    ]
    assert found == wanted


@pytest.mark.parametrize("name", ["wrong_days", "hour_by_hour"])
def test_a_period_holds_what_all_time_holds_of_it(several: Store, name: str) -> None:
    def day_of(row: Any) -> date:
        at: datetime | None = row.get("hour")
        found: date = row["day"] if at is None else at.date()
        return found

    days = sorted({day_of(row) for row in ask(several, "hour_by_hour", Question())})
    whole = ask(several, name, Question())
    for day in days[:: max(1, len(days) // 8)]:
        since = datetime.combine(day, time())
        later = [row for row in whole if day_of(row) >= day]
        assert ask(several, name, Question(since=since)) == later
        bounded = ask(several, name, Question(since=since, until=since + 24 * HOUR))
        assert bounded == [row for row in later if day_of(row) == day]


def test_every_chaser_of_a_wait_is_in_one_of_the_hours(several: Store) -> None:
    found = sum(row["chasers"] for row in ask(several, "hour_by_hour", Question()))
    assert found == sum(w["chasers"] for w in table(several, "waits") if not w["unknown"])


def test_the_day_that_was_made_to_go_wrong_is_found_and_no_other(tmp_path: Any) -> None:
    with Store.open(tmp_path / "store.duckdb", ZONED) as store:
        assert load_file(store, write_wrong_day(tmp_path / "log.csv"), name="log.csv").error is None
        (day,) = ask(store, "wrong_days", Question())
    assert (day["account"], day["day"]) == ("Shop", BAD.date())
    assert (day["surge_in"], day["surge_usual"]) == (90 + 17, 18)  # those who wrote again as well
    assert day["surge_from"] == (BAD + 12 * HOUR).replace(tzinfo=LONDON)
    assert [day["silent_from"], day["silent_until"]] == [
        (at + timedelta(minutes=minutes)).replace(tzinfo=LONDON)
        for at, minutes in zip(SILENT, (-2, 0), strict=True)
    ]
    assert day["highest"] > 40
    assert day["cleared_at"] > day["highest_at"]


def test_an_account_of_few_messages_has_no_such_day(several: Store) -> None:
    assert all(row["account"] != "Kiosk" for row in ask(several, "wrong_days", Question()))
