"""Any world under any hours: of the account, of its channels, with holidays and days off; to the second."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sla import model
from sla.settings import Settings
from sla.store import Store
from tests import opening_notation, oracle
from tests.oracle_hours import Timetable, for_channel, open_seconds, zone_of
from tests.oracle_records import Rules, Wait
from tests.staging import put
from tests.strategies import ACCOUNTS, World, worlds
from tests.test_agreement import settings_for, told, waits_of
from tests.test_hours_any import REGIONS, near, openings

Kept = dict[tuple[str, str], Timetable]
"""Account and channel to the hours set there; those of the account itself stand under no channel."""


@pytest.fixture(scope="module")
def store_of_hours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return one store that every example empties."""
    with Store.open(tmp_path_factory.mktemp("hours") / "store.duckdb", Settings()) as found:
        yield found


@st.composite
def timetables(draw: st.DrawFn, around: datetime, regions: tuple[str, ...]) -> Timetable:
    """Draw hours that hold from one or two dates, at times none."""
    begins = draw(st.lists(near(around), unique=True, max_size=2))
    if begins and draw(st.booleans()):
        begins[0] = date.min
    return [(since, draw(openings(around, regions))) for since in begins]


def written(kept: Kept, regions: tuple[str, ...], rules: Rules, folder: Path) -> Settings:
    """Write the hours as settings, beside all else that the rules say."""
    accounts: dict[str, Any] = {}
    for number, ((account, channel), hours) in enumerate(kept.items()):
        zone = {"time_zone": rules.time_zones.get(account, "UTC"), "channels": {}}
        place = accounts.setdefault(account, zone)
        if channel:
            place = place["channels"].setdefault(channel, {})
        place["hours"] = opening_notation.timetable(hours, folder, f"h{number}", regions)
    hours_set = opening_notation.settings(accounts, folder).accounts
    return settings_for(replace(rules, hours={})).model_copy(update={"accounts": hours_set})


def under(kept: Kept, wait: Wait, rules: Rules) -> Wait:
    """Return a wait with the open seconds that the hours of its channel give it."""
    calendar = for_channel(kept[(wait.account, "")], kept[(wait.account, wait.channel)])
    if wait.seconds is None or wait.ended_at is None or not calendar:
        return replace(wait, open_seconds=None)
    zone = zone_of(rules, wait.account)
    return replace(wait, open_seconds=open_seconds(calendar, zone, wait.started_at, wait.ended_at))


@given(world=worlds(), data=st.data())
@settings(
    phases=tuple(Phase) if os.environ.get("REPLYCLOCK_SHRINK") else (Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None, max_examples=int(os.environ.get("REPLYCLOCK_EXAMPLES", "10")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)  # fmt: skip
def test_any_world_has_the_open_seconds_of_its_channels_on_days_on_and_off(
    store_of_hours: Store, tmp_path: Path, world: World, data: st.DataObject
) -> None:
    store, around = store_of_hours, world.messages[0]["sent_at"]
    regions = tuple(data.draw(st.lists(st.sampled_from(REGIONS), unique=True, max_size=2)))
    channels = ["", *sorted({message["channel"] for message in world.messages})]
    kept: Kept = {
        (account, channel): data.draw(timetables(around, regions))
        for account in ACCOUNTS
        for channel in channels
    }
    store.settings = written(kept, regions, world.rules, tmp_path)
    with store.transaction() as cursor:
        for table in ("messages", "loads", "problems", *model.DERIVED):
            cursor.execute(f"DELETE FROM {table}")
        model.set_rules(cursor, store.settings)
    put(store, world.messages)
    waits = oracle.waits(world.messages, world.rules)
    assert waits_of(store) == sorted(told(under(kept, wait, world.rules)) for wait in waits)
