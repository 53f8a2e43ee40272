"""Any opening hours, around every change of the clocks: the SQL says what the oracle says, to the second."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sla import calendars, model
from sla.settings import Settings
from sla.store import Store
from tests import oracle_hours
from tests.opening_notation import open_seconds, settings, timetable, utc, wait
from tests.oracle_hours import Event, Opening, Timetable
from tests.published_holidays import PUBLISHED
from tests.staging import put
from tests.strategies import WEEKLIES

# Around both changes of the clocks, in 2024; Casablanca puts them back for Ramadan.
AROUND = {
    "Europe/London": ["2024-03-31T01:00", "2024-10-27T01:00", "2024-12-25T12:00"],
    "America/New_York": ["2024-03-10T07:00", "2024-11-03T06:00"],
    "Australia/Lord_Howe": ["2024-10-05T15:30", "2024-04-06T15:00"],
    "Asia/Kathmandu": ["2024-01-07T18:15"],
    "Africa/Casablanca": ["2024-03-10T02:00", "2024-04-14T02:00"],
    "America/St_Johns": ["2024-03-10T05:30", "2024-11-03T04:30"],
}
REGIONS = ["GB-ENG", "GB-SCT", "US"]
DAY_FROM = [0, 30, 60, 90, 105, 120, 150, 180, 540, 720, 1320, 1425]


@dataclass(frozen=True)
class Kept:
    """The hours of an account, and of its chat, with the regions whose holidays they name."""

    zone: str
    account: Timetable
    chat: Timetable
    regions: tuple[str, ...]
    around: datetime

    @property
    def of_chat(self) -> Timetable:
        return oracle_hours.for_channel(self.account, self.chat)


def near(around: datetime) -> st.SearchStrategy[date]:
    return st.integers(-4, 4).map(lambda days: around.date() + timedelta(days=days))


@st.composite
def day_intervals(draw: st.DrawFn) -> list[tuple[int, int]]:
    begins = draw(st.lists(st.sampled_from(DAY_FROM), max_size=3))
    lengths = draw(st.lists(st.sampled_from([15, 60, 120, 480, 1440]), min_size=3, max_size=3))
    # what the settings can say: to midnight at the most, or over it to an earlier time of the day
    found = [(begin, begin + length) for begin, length in zip(begins, lengths, strict=False)]
    return [(b, e) for b, e in found if e <= 1440 or e - 1440 < b]


@st.composite
def events(draw: st.DrawFn, around: datetime) -> Event:
    zone = draw(st.sampled_from([None, "UTC", *AROUND]))
    begin = draw(near(around))
    if draw(st.booleans()):
        return Event(
            begin, begin + timedelta(days=draw(st.integers(1, 3))),
            times=draw(st.integers(1, 3)), every_days=draw(st.integers(1, 3)),
        )  # fmt: skip
    at = datetime.combine(begin, time()) + timedelta(minutes=draw(st.sampled_from(DAY_FROM)))
    length = timedelta(minutes=draw(st.sampled_from([15, 60, 180, 480, 1440, 2900])))
    times = draw(st.integers(1, 4))
    without = draw(st.frozensets(st.integers(1, times - 1))) if times > 1 else frozenset()
    return Event(at, at + length, zone, times, draw(st.integers(1, 2)), without)


@st.composite
def openings(draw: st.DrawFn, around: datetime, regions: tuple[str, ...]) -> Opening:
    known = [days for (region, _), days in PUBLISHED.items() if region in regions]
    holidays = known if draw(st.booleans()) else []
    return Opening(
        draw(st.sampled_from(WEEKLIES)),
        frozenset().union(*holidays),
        frozenset(draw(st.lists(near(around), max_size=2))),
        draw(st.dictionaries(near(around), day_intervals(), max_size=2)),
        tuple(draw(st.lists(events(around), max_size=3))),
    )


@st.composite
def kept(draw: st.DrawFn) -> Kept:
    zone = draw(st.sampled_from(sorted(AROUND)))
    around = utc(draw(st.sampled_from(AROUND[zone])))
    regions = tuple(draw(st.lists(st.sampled_from(REGIONS), unique=True, max_size=2)))

    def some(at_least: int) -> Timetable:
        begins = draw(st.lists(near(around), unique=True, min_size=at_least, max_size=2))
        if begins and draw(st.booleans()):
            begins[0] = date.min
        return [(since, draw(openings(around, regions))) for since in begins]

    return Kept(zone, some(1), some(0), regions, around)


def written(world: Kept, folder: Path) -> Settings:
    account: dict[str, Any] = {
        "time_zone": world.zone,
        "hours": timetable(world.account, folder, "account", world.regions),
    }
    if world.chat:
        own = timetable(world.chat, folder, "chat", world.regions)
        account["channels"] = {"Chat": {"hours": own}}
    return settings({"help": account}, folder)


SLOWLY = hypothesis_settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
# mostly where hours change, at times so far off that an earlier load knew nothing of it
INSTANTS = st.one_of(
    st.integers(-5 * 24 * 60, 5 * 24 * 60), st.integers(-25 * 24 * 60, 25 * 24 * 60)
).flatmap(
    lambda minutes: st.sampled_from([0, 0, 1, 0.5]).map(
        lambda s: timedelta(minutes=minutes, seconds=s)
    )
)


@given(world=kept(), begin=INSTANTS, length=st.integers(0, 9 * 24 * 3600))
@SLOWLY
def test_any_hours_are_open_when_the_oracle_says_so(
    tmp_path: Path, world: Kept, begin: timedelta, length: int
) -> None:
    start = world.around + begin
    end = start + timedelta(seconds=length)
    for channel, calendar in (("", world.account), ("Chat", world.of_chat)):
        found = calendars.calendars(written(world, tmp_path).account("help"))
        spans = calendars.spans(found.get(channel, found[""]), start, end)
        inside = sum(((closes - opens) for opens, closes in spans), timedelta(0)) // timedelta(
            seconds=1
        )
        expected_ = oracle_hours.open_seconds(calendar, ZoneInfo(world.zone), start, end)
        # where no hours are in force at the start there is no figure, but the spans know only open or not
        assert expected_ in (None, inside)
        assert all(a[1] < b[0] for a, b in pairwise(spans))


@pytest.fixture(scope="module")
def reused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("hours") / "store.duckdb", Settings()) as found:
        yield found


@given(
    world=kept(),
    waits=st.lists(
        st.tuples(
            st.sampled_from(["Chat", "E-mail"]),
            INSTANTS,
            st.one_of(st.none(), st.integers(0, 9 * 24 * 3600)),
        ),
        min_size=1,
        max_size=5,
    ),
    cut=st.integers(0, 5),
)
@hypothesis_settings(SLOWLY, max_examples=int(os.environ.get("REPLYCLOCK_EXAMPLES", "8")))
def test_any_waits_have_the_open_seconds_of_the_oracle_however_they_were_loaded(
    tmp_path: Path,
    reused: Store,
    world: Kept,
    waits: list[tuple[str, timedelta, int | None]],
    cut: int,
) -> None:
    reused.settings = written(world, tmp_path)
    with reused.transaction() as cursor:
        for table in ("messages", "loads", "problems", *model.DERIVED):
            cursor.execute(f"DELETE FROM {table}")
        model.set_rules(cursor, reused.settings)
    told: dict[str, tuple[str, datetime, datetime | None]] = {}
    for n, (channel, begin, length) in enumerate(waits):
        asked = world.around + begin
        answered = None if length is None else asked + timedelta(seconds=length)
        told[str(n)] = (channel, asked, answered)
    messages = [wait(key, *about) for key, about in told.items()]
    for part in (messages[cut:], messages[:cut]):
        put(reused, [message for of_one in part for message in of_one])
    as_of = {
        channel: max(
            at for c, *ends in told.values() if c == channel for at in ends if at is not None
        )
        for channel in {channel for channel, _, _ in told.values()}
    }
    assert open_seconds(reused) == {
        key: oracle_hours.open_seconds(
            world.of_chat if channel == "Chat" else world.account,
            ZoneInfo(world.zone), asked, answered or as_of[channel],
        )
        for key, (channel, asked, answered) in told.items()
    }  # fmt: skip
