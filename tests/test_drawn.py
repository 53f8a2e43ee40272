"""What charts show where there is little to lean on, or more of something than there are colours."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ui import banner_words, heat, look, mix, words


def hour(weekday: int, hour_of_day: int, n: int, seconds: int | None) -> dict[str, Any]:
    return {"weekday": weekday, "hour_of_day": hour_of_day, "n": n, "median_seconds": seconds}


def test_an_hour_of_few_waits_is_a_small_square_of_its_whole_colour() -> None:
    view: Any = SimpleNamespace(local_time="London")
    rows = [hour(0, 9, 50, 100), hour(0, 10, 3, 10_000), hour(1, 9, 2, None)]
    chart = heat.week(rows, "median_seconds", view, lambda row, _: str(row["n"]))
    well_founded, few, told = chart.data
    assert well_founded["z"][0][9:11] == [2, None]
    assert (few["x"], few["y"], few["marker"]["color"]) == ([10], [0], [4])
    assert few["marker"]["coloraxis"] == well_founded["coloraxis"]
    assert "opacity" not in few["marker"]
    assert told["hovertext"] == ["50", "3", "2"]


def test_a_channel_that_has_a_colour_for_the_second_time_is_dotted() -> None:
    names = [f"Channel {n}" for n in range(8)]
    view: Any = SimpleNamespace(
        known=[SimpleNamespace(channel=name) for name in names],
        local_time="London",
        as_of=datetime(2026, 3, 20, tzinfo=UTC),
        zone=ZoneInfo("UTC"),
    )
    month = {"month": date(2026, 1, 1), "visibility": "public", "share": 1 / 8, "n": 1}
    bars = mix.over_time([month | {"channel": name} for name in names], "month", view).data
    looks = {(bar["marker"]["color"], *bar["marker"]["pattern"]["shape"]) for bar in bars}
    assert len(bars) == len(looks) == len(look.CHANNELS) + 2


@pytest.mark.parametrize(("files", "told"), [(1, "does not say"), (3, "do not say")])
def test_what_an_export_does_not_say_agrees_with_its_files(files: int, told: str) -> None:
    said = words.missing([{"key": key, "question": ""} for key in ("account", "time_zone")], files)
    assert said == f"{told} whose it is and in which time zone its clock stood. Nothing is guessed:"


def test_accounts_without_a_figure_are_counted_by_why() -> None:
    told: Any = [SimpleNamespace(state=s, withdrawn=s == "open") for s in ("quiet", "stale", "stale", "open")]  # fmt: skip
    assert banner_words.why_no_figure(told) == (
        "No figure for 1 account (too few messages to say), 2 accounts (data too old), "
        "1 account (promises too often not kept)."
    )
