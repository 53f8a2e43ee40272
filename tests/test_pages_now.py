"""The page Now as a wall screen: the queue, silence, missing data, the day against the usual."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sla.expected import expected
from sla.measures import Question, ask
from sla.parse import Unit
from tests.page_data import Keep, keeping, opened, title, write_log
from ui import choice, now_words, owner, promise, queue, reader, reads
from ui.view import view

FRESH = "sample = false\nstale_after_minutes = 100000000\n"


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Keep]:
    with keeping(tmp_path) as found:
        yield partial(found, settings=FRESH)


def figures(app: AppTest) -> dict[str, tuple[str, str]]:
    return {metric.label: (metric.value, metric.delta) for metric in app.metric}


def told(parts: Any) -> list[str]:
    return [part.value.replace("\\", "") for part in parts]


def day(app: AppTest) -> list[dict[str, Any]]:
    """Return the traces of the chart of the day."""
    return drawn(app)[-1]


def drawn(app: AppTest) -> list[list[dict[str, Any]]]:
    """Return the traces of each chart: the queue, then the day."""
    return [json.loads(chart.proto.spec)["data"] for chart in app.get("plotly_chart")]


def test_the_queue_says_who_is_about_to_miss_and_whether_it_clears(keep, tmp_path):
    keep(write_log(tmp_path / "log.csv"))
    found = figures(opened())
    # Waiting at 14:30: i for 90 min, d for 50, j's second question for 0. d is in the last quarter of 1 h.
    assert found["about to miss 1 h"] == ("33%", "1 of 3 in its last quarter, 1 over it")
    assert found["about to miss 2 h"] == ("0%", "0 of 3 in its last quarter, 0 over it")
    # The latest as of is 15:00, when c was answered. In the hour before d and j's second question began, j ended too.
    assert found["the backlog clears"] == ("not at this pace", "last hour: 2 began, 2 ended")


def test_the_queue_of_the_day_is_drawn_with_when_it_clears_and_leads_to_who_waits(keep, tmp_path):
    said = "Acme|Chat|a|customer|08:00\nAcme|Chat|b|customer|09:40\n" + "".join(
        f"Acme|Chat|x{n}|customer|08:3{n}\nAcme|Chat|x{n}|agent|10:0{n}\n" for n in range(3)
    )
    keeper = keep(write_log(tmp_path / "log.csv", said.strip()))
    app = opened()
    waiting, pace = drawn(app)[0]
    rows = ask(keeper.store, "queue", Question())
    # It is told for the end of each hour from 09:00 on: a and the three, then b as well, and x0 no more; at 10:02 a and b are left.
    assert waiting["y"] == [row["waiting"] for row in rows] == [4, 4, 2]
    assert pace["y"] == [2, 0]
    assert pace["x"][0].startswith("2026-03-10T10:02")
    assert pace["x"][1].startswith("2026-03-10T11:02")
    assert any("nobody waits any more in 1 h" in m for m in told(app.markdown))
    shown = view(choice.read({}, reads.known(), reads.settings())[0], reads.known())
    found = queue.behind(rows, shown)
    assert found.whole == {"outcome": "undecided", "period": "all"}
    assert found.of_point({"x": "2026-03-10 10:02", "curve_number": 0}) == found.whole
    earlier = found.of_point({"x": "2026-03-10 10:00", "curve_number": 0})
    assert earlier == {"waited": "2026-03-10T10:00", "period": "all"}
    assert found.of_point({"x": "2026-03-10 10:00", "curve_number": 1}) is None
    assert found.of_point({"x": "2026-03-10 09:59", "curve_number": 0}) is None
    assert title(opened("conversations", **earlier)).startswith("4 waits")
    assert title(opened("conversations", **found.whole)) == "2 waits, the longest 2 h 2 min"


def test_the_queue_names_few_hours_so_that_none_touches_another(keep, tmp_path):
    keep(write_log(tmp_path / "log.csv"))
    layout = json.loads(opened().get("plotly_chart")[0].proto.spec)["layout"]
    assert layout["xaxis"]["ticktext"] == ["00:00", "06:00", "12:00", "18:00", "00:00"]


def test_the_backlog_clears_at_the_pace_of_the_last_hour(keep, tmp_path):
    said = "Acme|Chat|a|customer|08:00\nAcme|Chat|b|customer|09:40\n" + "".join(
        f"Acme|Chat|x{n}|customer|08:3{n}\nAcme|Chat|x{n}|agent|10:0{n}\n" for n in range(3)
    )
    keep(write_log(tmp_path / "log.csv", said.strip()))
    # a and b wait; b began and three ended: two fewer an hour.
    assert figures(opened())["the backlog clears"] == ("in 1 h", "last hour: 1 began, 3 ended")


def test_nobody_waiting_is_told_so(keep, tmp_path):
    said = "Acme|Chat|a|customer|08:00\nAcme|Chat|a|agent|08:30"
    keep(write_log(tmp_path / "one.csv", said))
    app = opened()
    assert figures(app)["about to miss 1 h"] == ("–", "nobody waits")
    assert figures(app)["the backlog clears"][0] == "nobody waits"
    assert not app.error
    assert not app.info


def test_silence_is_told_with_who_waits_and_the_last_reply(keep, tmp_path):
    keep(write_log(tmp_path / "log.csv"))
    app = opened()
    # Bolt's last reply was j's at 14:20, and it is known up to 14:30.
    rows = {r["account"]: r for r in ask(owner.keeper().store, "silence", Question())}
    assert rows["Bolt"]["silent_seconds"] == 10 * 60
    assert not app.error
    later = "\n" * 40 + "Bolt|Chat|k|customer|15:08"
    owner.keeper().load([Unit.of(write_log(tmp_path / "later.csv", later), "later.csv")])
    assert told(opened().error) == [
        "Bolt: nobody has replied for 48 min while 3 people wait. The last reply was sent at 10 Mar, 14:20."
    ]


def test_missing_data_is_no_silence(keep, tmp_path):
    later = "\n" * 40 + "Bolt|Chat|k|customer|15:08"
    keep(
        write_log(tmp_path / "log.csv"),
        write_log(tmp_path / "later.csv", later),
        settings="sample = false\n",
    )
    app = opened()
    assert not app.error
    (said,) = told(app.info)
    assert said.startswith("No data since 10 Mar, 15:08 (UTC).")
    assert "not that nobody replies" in said


def test_data_that_is_missing_of_one_account_is_told_of_it_alone(keep, tmp_path):
    limits = "sample = false\n[accounts.Acme]\nstale_after_minutes = 100000000\n"
    keep(write_log(tmp_path / "log.csv"), settings=limits)
    assert told(opened().info) == [
        "No data of Bolt since 10 Mar, 14:30 (UTC): whether anybody replies there is not known."
    ]


def test_the_day_stands_beside_the_usual(keep, tmp_path):
    base = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    said = [
        f"Acme|Chat|w{back}x{n}|{role}|{base - timedelta(days=7 * back, minutes=-n):%Y-%m-%dT%H:%M}"
        for back in range(5)
        for n in range(2 if back else 5)
        for role in ("customer", "agent")
    ]
    keep(write_log(tmp_path / "usual.csv", "\n".join(said)))
    app = opened()
    bars, usual, replies, usual_replies = day(app)
    waiting, usual_waiting = drawn(app)[0]
    # Everybody is answered at once: nobody waits at the end of an hour, as is usual. As of is 09:04.
    assert (waiting["name"], set(waiting["y"])) == ("waiting", {0})
    assert len(waiting["x"]) == 11
    assert waiting["x"][0].startswith("2026-03-10T00:00")
    assert waiting["x"][-1].startswith("2026-03-10T09:04")
    assert (usual_waiting["name"], set(usual_waiting["y"])) == ("usual", {0})
    assert (bars["name"], usual["name"], replies["name"]) == ("messages in", "usual", "replies out")
    assert bars["x"] == list(range(24))
    assert (bars["y"][9], usual["y"][9], replies["y"][9], usual_replies["y"][9]) == (5, 2, 5, 2)
    assert (bars["y"][8], bars["y"][10], usual["y"][10]) == (0, None, 0)
    assert any("over the 4 weeks before" in c for c in told(app.caption))
    rows = ask(owner.keeper().store, "usual_load", Question(since=base.replace(tzinfo=None)))
    assert (rows[0]["messages_in"], rows[0]["usual_in"]) == (5, 2)


def test_the_card_says_how_many_of_the_last_day_were_answered_within_the_promise(keep, tmp_path):
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    said = [
        f"Acme|Chat|a{n}|{role}|{now - timedelta(minutes=60 - n + (0 if role == 'agent' else 10)):%Y-%m-%dT%H:%M}"
        for n in range(40)
        for role in ("customer", "agent")
    ]
    keeper = keep(write_log(tmp_path / "log.csv", "\n".join(said)))
    (found,) = expected(keeper.store)
    assert found.promise_seconds is not None
    asked = Question(since=now - timedelta(days=1), target=found.promise_seconds, waits="all")
    row = ask(keeper.store, "hit_rate", asked)[0]
    assert row["n"] == 40
    within = f"{reader.share(row['hit_rate'])} of 40 in the last 24 h were answered within {reader.duration(found.promise_seconds)}."
    assert any(within in c for c in told(opened().markdown))


HOSTILE = "*Ac<b>me* [x](http://e.org) $a$ `c`"


def test_names_in_alarms_are_shown_letter_by_letter(keep, tmp_path):
    said = f"{HOSTILE}|Chat|a|customer|08:00\n{HOSTILE}|Chat|b|customer|09:00"
    keep(write_log(tmp_path / "odd.csv", said))
    app = opened()
    assert HOSTILE not in app.error[0].value
    assert HOSTILE in told(app.error)[0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"waiting": 0, "clears_seconds": 0, "begun": 1, "ended": 2}, "nobody waits"),
        ({"waiting": 4, "clears_seconds": 7200, "begun": 1, "ended": 3}, "in 2 h"),
        ({"waiting": 4, "clears_seconds": None, "begun": 3, "ended": 3}, "not at this pace"),
        ({"waiting": 4, "clears_seconds": None, "begun": 3, "ended": 1}, "no, it grows"),
    ],
)
def test_when_the_backlog_clears_is_told_in_words(row, said):
    assert now_words.clears(row) == said


def test_before_the_first_renewal_the_pages_say_that_the_public_figures_are_coming(
    keep, tmp_path, monkeypatch
):
    keeper = keep(write_log(tmp_path / "log.csv"))
    monkeypatch.setattr(type(keeper), "works", True)
    assert promise.NOT_YET in told(opened().markdown)
    assert title(opened("banner")) == "The public figures are being worked out"
    keeper.renew()
    assert promise.NOT_YET not in told(opened().markdown)
    assert title(opened("banner")) != "The public figures are being worked out"


def test_while_the_sample_is_being_made_every_page_says_so(keep, tmp_path):
    keeper = keep(write_log(tmp_path / "log.csv"))
    keeper.preparing = True
    for page in ("now", "first_reply", "team", "conversations", "banner"):
        assert title(opened(page)) == "The sample is being prepared"
    keeper.preparing = False
    assert title(opened("first_reply")) != "The sample is being prepared"


def test_what_the_public_sees_is_what_the_last_renewal_told(keep, tmp_path, monkeypatch):
    keeper = keep(write_log(tmp_path / "log.csv"))
    monkeypatch.setattr(type(keeper), "works", True)
    keeper.renew()
    keeper.told = [
        replace(each, state="notice", notice="We know about the outage.") for each in keeper.told
    ]
    assert "### We know about the outage." in told(opened().markdown)
