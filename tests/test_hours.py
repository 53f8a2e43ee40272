"""Opening hours as a person sets them: what counts, and what doesn't, on the clock of opening hours."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sla import calendars
from sla.expected import expected
from sla.settings import Settings
from sla.store import Store
from tests.opening_notation import local, open_seconds, settings, timetable, utc, wait
from tests.oracle_hours import Event, Opening
from tests.staging import put

HOUR = 3600
OFFICE = {"every": ["09:00-17:00"]}


@pytest.fixture
def took(store: Store, tmp_path: Path) -> Callable[..., int | None]:
    """Return a function that tells the open seconds of one wait under hours in London."""

    def seconds(table: Any, asked: str, answered: str, zone: str = "Europe/London") -> int | None:
        store.use(settings({"help": {"time_zone": zone, "hours": table}}, tmp_path))
        put(store, wait("1", "E-mail", utc(asked), utc(answered)))
        return open_seconds(store)["1"]

    return seconds


def test_christmas_is_closed_in_england(took: Callable[..., int | None]) -> None:
    # Thursday 16:00 to Tuesday 10:00: Christmas, Boxing Day and the Monday for it are no days of work
    table = OFFICE | {"holidays": "GB-ENG"}
    assert took(table, "2026-12-24 16:00", "2026-12-29 10:00") == (1 + 8 + 1) * HOUR


def test_christmas_is_open_after_all_where_extra_says_so(took: Callable[..., int | None]) -> None:
    table = OFFICE | {
        "holidays": ["GB-ENG"],
        "closed": [date(2026, 12, 27), "2026-12-28"],
        "extra": {"2026-12-25": ["10:00-12:00", "13:00-14:00"], "2026-12-28": ["23:00-01:00"]},
    }
    assert took(table, "2026-12-24 16:00", "2026-12-29 10:00") == (1 + 3 + 2 + 1) * HOUR


def test_a_holiday_in_scotland_is_none_in_england(took: Callable[..., int | None]) -> None:
    asked, answered = "2024-01-02 08:00", "2024-01-02 18:00"
    assert took(OFFICE | {"holidays": "GB-SCT"}, asked, answered) == 0
    assert took(OFFICE | {"holidays": "GB-ENG"}, asked, answered) == 8 * HOUR
    assert took(OFFICE | {"holidays": ["GB-ENG", "GB-SCT"]}, asked, answered) == 0


def test_a_night_shift_belongs_to_the_day_on_which_it_begins(
    took: Callable[..., int | None],
) -> None:
    # that of the 24th goes on into Christmas Day, that of the 25th doesn't begin
    table = {"every": ["22:00-06:00"], "holidays": "GB-ENG"}
    assert took(table, "2026-12-24 12:00", "2026-12-26 12:00") == 8 * HOUR


def test_two_days_closed_by_ical_in_the_middle_of_a_wait_do_not_count(
    took: Callable[..., int | None], tmp_path: Path
) -> None:
    table = {"every": ["22:00-06:00"], "ical": "closed.ics"}
    stocktaking = Event(date(2026, 3, 10), date(2026, 3, 12))
    timetable([(date.min, Opening({}, events=(stocktaking,)))], tmp_path, "closed")
    (tmp_path / "closed-0.ics").rename(tmp_path / "closed.ics")
    # to midnight of the 9th, and from midnight before the 12th: the night is cut where the day is
    assert took(table, "2026-03-09 20:00", "2026-03-12 12:00") == (2 + 6) * HOUR


def test_an_event_closes_part_of_a_day_and_extra_wins_over_it(
    took: Callable[..., int | None], tmp_path: Path
) -> None:
    training = Event(
        local("2026-03-09 11:00"), local("2026-03-09 13:00"), times=3, without=frozenset({1})
    )
    timetable([(date.min, Opening({}, events=(training,)))], tmp_path, "closed")
    table = OFFICE | {"ical": ["closed-0.ics"]}
    assert took(table, "2026-03-09 12:30", "2026-03-11 12:30") == (4 + 8 + 2) * HOUR
    table |= {"extra": {"2026-03-11": ["10:00-18:00"]}}
    assert took(table, "2026-03-09 12:30", "2026-03-11 12:30") == int((4 + 8 + 2.5) * HOUR)


def test_a_night_shift_is_seven_hours_long_in_spring_and_nine_in_autumn() -> None:
    found = settings(
        {"help": {"time_zone": "Europe/London", "hours": {"every": ["22:00-06:00"]}}}, Path()
    )
    nights = calendars.calendars(found.account("help"))[""]
    lengths = [
        [
            round((closes - opens) / timedelta(hours=1))
            for opens, closes in calendars.spans(nights, utc(a), utc(b))
        ]
        for a, b in (
            ("2026-03-27 12:00", "2026-03-30 12:00"),
            ("2026-10-23 12:00", "2026-10-26 12:00"),
        )
    ]
    assert lengths == [[8, 7, 8], [8, 9, 8]]


def test_a_channel_keeps_hours_of_its_own(store: Store, tmp_path: Path) -> None:
    chat = {"hours": {"every": ["12:00-14:00"]}, "targets": [60]}
    account = {"hours": OFFICE, "targets": [900], "channels": {"Chat": chat, "E-mail": {}}}
    silent = {"channels": {"Chat": chat}}
    found = settings({"help": account, "quiet": silent}, tmp_path)
    store.use(found)
    asked, answered = utc("2026-03-09 10:00"), utc("2026-03-09 13:00")
    for account_, channel in (
        ("help", "E-mail"),
        ("help", "Chat"),
        ("help", "X"),
        ("quiet", "Chat"),
        ("quiet", "X"),
    ):
        put(
            store,
            [
                m | {"account": account_}
                for m in wait(f"{account_} {channel}", channel, asked, answered)
            ],
        )
    assert open_seconds(store) == {
        "help E-mail": 3 * HOUR, "help Chat": HOUR, "help X": 3 * HOUR, "quiet Chat": HOUR, "quiet X": None,
    }  # fmt: skip
    told = [
        found.targets_of(*of)
        for of in (("help", "Chat"), ("help", "X"), ("help", None), (None, None))
    ]
    assert told == [(60,), (900,), (900,), (3600, 7200)]


def test_a_channel_keeps_the_hours_of_the_account_until_its_own_begin(
    store: Store, tmp_path: Path
) -> None:
    chat = {"hours": {"from": "2026-03-10", "every": ["12:00-14:00"]}}
    account = {"hours": OFFICE, "channels": {"Chat": chat}}
    store.use(settings({"help": account}, tmp_path))
    put(store, wait("1", "Chat", utc("2026-03-09 10:00"), utc("2026-03-10 13:00")))
    assert open_seconds(store) == {"1": (7 + 1) * HOUR}


def test_hours_that_change_from_a_date_count_as_they_are_on_each_day(
    took: Callable[..., int | None], store: Store
) -> None:
    before = {"from": date(2020, 1, 1), "every": ["08:00-20:00"], "holidays": "GB-ENG"}
    after = {"from": "2026-03-10", "every": ["10:00-12:00"]}
    assert took([after, before], "2026-03-09 18:00", "2026-03-11 11:00") == (2 + 2 + 1) * HOUR


def test_new_hours_from_a_date_restate_nothing_before_it(store: Store, tmp_path: Path) -> None:
    before = {"from": "2020-01-01", "every": ["08:00-20:00"]}
    store.use(settings({"help": {"hours": [before]}}, tmp_path))
    put(store, wait("last year", "Chat", utc("2025-03-09 18:00"), utc("2025-03-11 11:00")))
    put(store, wait("across", "Chat", utc("2026-03-09 18:00"), utc("2026-03-11 11:00")))
    told = open_seconds(store)
    after = {"from": "2026-03-10", "every": ["10:00-12:00"], "holidays": "GB"}
    store.use(settings({"help": {"hours": [before, after]}}, tmp_path))
    assert open_seconds(store) == {"last year": told["last year"], "across": (2 + 2 + 1) * HOUR}
    assert told["across"] == (2 + 12 + 3) * HOUR


def test_before_the_first_hours_the_open_figure_is_empty(
    took: Callable[..., int | None],
) -> None:
    table = OFFICE | {"from": "2026-03-10"}
    assert took(table, "2026-03-09 23:59:59", "2026-03-10 10:00") is None
    assert took(table, "2026-03-10 00:00", "2026-03-10 10:00") == HOUR


def test_an_ical_file_that_changes_is_taken_up_and_touches_only_its_account(
    store: Store, tmp_path: Path
) -> None:
    def told(event: Event) -> Settings:
        table = timetable([(date.min, Opening({1: [(540, 1020)]}, events=(event,)))], tmp_path, "a")
        return settings({"help": {"hours": table}, "other": {"hours": OFFICE}}, tmp_path)

    first = told(Event(date(2026, 1, 1), date(2026, 1, 2)))
    assert first.read_too == (tmp_path / "a-0.ics",)
    store.use(first)
    asked, answered = utc("2026-03-10 10:00"), utc("2026-03-10 12:00")
    put(store, wait("1", "Chat", asked, answered))
    put(store, [m | {"account": "other"} for m in wait("2", "Chat", asked, answered)])
    assert open_seconds(store) == {"1": 2 * HOUR, "2": 2 * HOUR}
    assert store.use(told(Event(date(2026, 1, 1), date(2026, 1, 2)))) is None
    change = store.use(told(Event(local("2026-03-10 11:00"), local("2026-03-10 15:00"))))
    assert change is not None
    assert (change.told, change.messages) == ("hours or zone of help", 2)
    assert open_seconds(store) == {"1": HOUR, "2": 2 * HOUR}


def test_accounts_with_the_same_hours_share_them_and_loading_again_adds_none(
    store: Store, tmp_path: Path
) -> None:
    def spans() -> list[tuple[str, int]]:
        return (
            store.cursor()
            .execute("SELECT calendar, count(*) FROM open_spans GROUP BY ALL")
            .fetchall()
        )

    same = {"hours": OFFICE, "time_zone": "Europe/London"}
    store.use(settings({"help": same, "other": same | {"targets": [60]}}, tmp_path))
    put(store, wait("1", "Chat", utc("2026-03-09 10:00"), utc("2026-03-10 13:00")))
    (first,) = spans()
    put(store, wait("2", "Chat", utc("2026-03-09 11:00"), utc("2026-03-11 13:00")))
    assert spans() == [first]
    store.use(settings({"help": same | {"hours": OFFICE | {"sun": []}}}, tmp_path))
    (second,) = spans()
    assert second[0] != first[0]


def test_an_older_export_that_is_loaded_later_counts_the_same_hours(
    store: Store, tmp_path: Path
) -> None:
    store.use(settings({"help": {"hours": OFFICE | {"sat": [], "sun": []}}}, tmp_path))
    put(store, wait("new", "Chat", utc("2026-03-09 10:00"), utc("2026-03-10 13:00")))
    put(store, wait("old", "Chat", utc("2025-03-07 16:00"), utc("2025-03-10 10:00")))
    put(store, wait("long", "Chat", utc("2026-02-27 16:00"), utc("2026-03-09 10:00")))
    put(store, wait("oldest", "Chat", utc("2024-12-31 16:30"), utc("2024-12-31 20:00")))
    assert open_seconds(store) == {
        "new": (7 + 4) * HOUR, "old": 2 * HOUR, "long": (1 + 5 * 8 + 1) * HOUR, "oldest": HOUR // 2,
    }  # fmt: skip


def test_a_banner_goes_by_the_hours_of_the_account_and_says_when_a_season_is_over(
    store: Store, tmp_path: Path
) -> None:
    season = Event(date(2026, 4, 1), date(2026, 10, 1))
    table = timetable(
        [(date.min, Opening({d: [(540, 1020)] for d in range(7)}, events=(season,)))], tmp_path, "a"
    )
    chat = {"hours": {"every": ["00:00-24:00"]}}
    store.use(settings({"help": {"hours": table, "channels": {"Chat": chat}}}, tmp_path))
    begun = [utc("2026-03-31 10:00") + timedelta(minutes=n) for n in range(30)]
    waits = [wait(str(n), "E-mail", at, at + timedelta(hours=1)) for n, at in enumerate(begun)]
    put(store, [message for of_one in waits for message in of_one])
    (found,) = expected(store, utc("2026-03-31 12:00"))
    assert (found.state, found.opens_at, found.promise_seconds) == ("live", None, HOUR)
    (found,) = expected(store, utc("2026-03-31 16:30"))
    assert (found.state, found.promise_seconds) == ("stale", None)
    put(store, [wait("late", "E-mail", utc("2026-03-31 20:00"), None)[0]])
    (found,) = expected(store, utc("2026-03-31 20:00"))
    assert (found.state, found.opens_at) == ("closed", utc("2026-10-01 09:00"))
    assert found.answered_by == utc("2026-10-01 10:00")
