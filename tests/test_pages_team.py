"""The pages Team and Channels, run through Streamlit's AppTest on real stores."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sla.__main__ import main as command_line
from sla.measures import Question, ask
from sla.parse import Unit
from tests.page_data import Keep, checked, keeping, opened, title, write_log, write_shifts
from ui import channels, channels_words, choice, mix, owner, reader, reads, tables, team, team_words
from ui.view import View, view

PAGES = ("team", "channels")
TEAMS = """sample = false
[[agents.AB]]
team = "Days"
[[agents.CD]]
team = "Days"
[[agents.NN]]
team = "Nights"
"""


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Keep]:
    with keeping(tmp_path) as found:
        yield found


@pytest.fixture
def shifts(tmp_path: Path) -> Path:
    return write_shifts(tmp_path / "shifts.csv")


def the_view(**asked: str) -> View:
    return view(choice.read(asked, reads.known(), reads.settings())[0], reads.known())


def charts(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def text_of(app: AppTest) -> str:
    """Return all that a page says outside of charts and tables."""
    parts = [*app.title, *app.header, *app.subheader, *app.caption, *app.markdown]
    return "\n".join(part.value for part in parts).replace("\\", "")


def table(app: AppTest, column: str) -> dict[str, list[Any]]:
    """Return the table that has this column, by column."""
    tables = (*app.dataframe, *app.table)
    return next(t.value for t in tables if column in t.value.columns).to_dict("list")


@pytest.mark.parametrize("page", PAGES)
def test_without_data_the_page_leads_to_loading_some(keep, page):
    keep()
    app = opened(page)
    assert title(app) == "There is no data yet"
    app.button[0].click().run()
    assert len(checked(app).file_uploader) == 1


@pytest.mark.parametrize(
    ("page", "told"),
    [("team", "Nobody replied in this period"), ("channels", "Nobody wrote in this period")],
)
def test_a_period_without_anything_says_what_to_do(keep, shifts, page, told):
    keep(shifts)
    app = opened(page, period="2020-01-01..2020-01-02")
    assert title(app) == told
    assert "Choose a longer period" in text_of(app)


@pytest.mark.parametrize("page", PAGES)
def test_each_chart_says_in_words_what_it_shows(keep, shifts, page):
    keep(shifts)
    found = opened(page).get("plotly_chart")
    assert len(found) == 3
    assert all(len(chart.proto.alt) > 20 for chart in found)


def test_team_says_how_many_stand_out_and_names_nobody(keep, shifts):
    keep(shifts)
    app = opened("team")
    assert title(app) == "3 of 5 agents stand out from the rest"
    said = text_of(app)
    assert not any(name in said for name in ("XX", "AB", "CD", "NN", "OO", "FW"))
    assert "still open, which belong to nobody yet" in said


def test_team_draws_nobody_with_few_waits_ended(keep, shifts):
    keeper = keep(shifts)
    app = opened("team", period="all")
    rows = {r["agent"]: r for r in ask(keeper.store, "ended", Question(by=("agent",)))}
    points = {
        (x, round(y, 9)) for trace in charts(app)[0]["data"] if "markers" in trace["mode"]
        for x, y in zip(trace["x"], trace["y"], strict=True)
    }  # fmt: skip
    judged = {n: r for n, r in rows.items() if n != "FW"}
    assert points == {(r["n"], round(r["adjusted"], 9)) for r in judged.values()}
    named = [trace["text"] for trace in charts(app)[0]["data"] if trace.get("text")]
    assert named == [["AB", "CD"], ["XX"]]
    told = table(app, "95 % interval")
    assert set(told["Agent"]) == set(judged)
    assert told["Waits ended"] == sorted(told["Waits ended"], reverse=True)
    assert "FW" not in app.selectbox(key="team_who").options
    assert any("1 more agent with fewer than 20 waits ended" in c.value for c in app.caption)


def test_team_shows_what_the_command_line_says(keep, shifts, capsys):
    keeper = keep(shifts)
    app = opened("team", period="all")
    rows = ask(keeper.store, "ended", Question(by=("agent",)))
    told = table(app, "95 % interval")
    found = dict(zip(told["Agent"], told["Ended within 1 h"], strict=True))
    assert found == {r["agent"]: r["share"] for r in rows if r["n"] >= 20}
    csv = tables.as_csv("ended", rows, ("agent",))
    keeper.store.close()
    arguments = ["measure", "ended", "--by", "agent", "--format", "csv"]
    assert command_line([*arguments, "--db", str(keeper.places.db)]) == 0
    assert capsys.readouterr().out == csv


def test_team_sets_the_waits_ended_beside_the_hit_rate_of_all(keep, tmp_path):
    said = "\n".join(
        f"Acme|Chat|{n}|customer|08:{n:02}" + (f"\nAcme|Chat|{n}|agent|08:{n:02}" if n < 30 else "")
        for n in range(40)
    ) + "\nAcme|Chat|z|customer|12:00"  # fmt: skip
    keep(write_log(tmp_path / "open.csv", said))
    app = opened("team")
    told = {metric.label: metric.value for metric in app.metric}
    assert told["within 1 h, of the waits ended"] == "100%"
    assert told["within 1 h, of all waits"] == "75%"
    assert "11 still open, which belong to nobody yet" in app.caption[0].value


def test_team_can_be_told_by_team_and_the_address_says_so(keep, shifts):
    keep(shifts, settings=TEAMS)
    app = opened("team", by="team")
    assert title(app) == "1 of 2 teams stands out from the rest"
    assert set(table(app, "95 % interval")["Team"]) == {"Days", "Nights", "in no team"}
    app.button_group(key="team_by").set_value("agent").run()
    assert "by" not in checked(app).query_params
    assert "Agent" in table(app, "95 % interval")


def test_the_replies_of_one_can_be_seen_by_hour_of_the_week(keep, shifts):
    keep(shifts)
    app = opened("team", who="NN", period="all")
    load = charts(app)[1]["data"][0]
    assert {x for row in load["z"] for x, z in enumerate(row) if z} == {20, 23}
    assert "**56** replies in the period." in [m.value for m in app.markdown]
    app.selectbox(key="team_who").set_value("").run()
    assert "who" not in checked(app).query_params
    assert opened("team", who="FW").selectbox(key="team_who").value == ""


def test_channels_tell_where_customers_write_and_what_came_of_hand_offs(keep, shifts):
    keeper = keep(shifts)
    app = opened("channels", period="all")
    assert title(app) == "67% write on Posts"
    said = text_of(app)
    assert "282 replies sent the customer elsewhere" in said
    mixed = charts(app)[0]["data"]
    assert [trace["name"] for trace in mixed] == ["Posts, public", "Chat, private"]
    rows = ask(keeper.store, "mix", Question(by=("week",)))
    for trace, channel in zip(mixed, ("Posts", "Chat"), strict=True):
        assert trace["y"] == [row["share"] for row in rows if row["channel"] == channel]
    rates = {r["channel"]: r for r in ask(keeper.store, "hit_rate", Question(by=("channel",)))}
    told = table(app, "Half within")
    assert dict(zip(told["Channel"], told["Within 1 h"], strict=True)) == {
        name.replace("-", "\\-"): reader.share(row["hit_rate"]) for name, row in rates.items()
    }


def test_channels_compare_with_the_period_before(keep, tmp_path):
    said = [f"Acme|Chat|a{n}|customer|2026-03-0{1 + n % 4}T08:00" for n in range(2)]
    said += [f"Acme|E-mail|b{n}|customer|2026-02-27T08:{n:02}" for n in range(3)]
    said += [f"Acme|Chat|c{n}|customer|2026-02-27T09:{n:02}" for n in range(1)]
    said += [f"Acme|E-mail|d{n}|customer|2026-03-05T09:{n:02}" for n in range(2)]
    log = write_log(tmp_path / "two.csv", "\n".join(said))
    keep(log)
    # The week before is known from 27 February on alone: half a week is no week to compare with.
    assert title(opened("channels", period="2026-03-01..2026-03-07")) == "50% write on Chat"
    said.append("Acme|Chat|e|customer|2026-02-20T08:00")
    owner.keeper().load([Unit.of(write_log(log, "\n".join(said)), "more.csv")])
    app = opened("channels", period="2026-03-01..2026-03-07")
    assert title(app) == "50% write on Chat, up from 25%"
    assert (
        "n = 4 waits, 4 still open, 0 begun in private; 4 in the period before"
        in app.caption[0].value
    )


@pytest.mark.parametrize(
    ("mixed", "told"),
    [
        ([("A", 0.6, 0.6), ("B", 0.4, 0.4)], "60% write on A, much as before"),
        ([("A", 0.6, 0.7), ("B", 0.4, 0.3)], "60% write on A; B grew from 30% to 40%"),
        ([("A", 0.6, None), ("B", 0.4, None)], "60% write on A"),
        ([("A", 1.0, None)], "Everybody writes on A"),
    ],
)
def test_the_headline_of_channels(mixed, told):
    rows = [
        {
            "channel": channel,
            "visibility": "public",
            "n": int(share * 100),
            "share": share,
            "share_before": before,
            "n_before": before and int(before * 100),
        }
        for channel, share, before in mixed
    ]
    assert channels_words.headline(rows) == told


@pytest.mark.parametrize(
    ("standings", "told"),
    [
        ([], "Replies are not signed, so nobody can be told apart"),
        (["few"], "1 agent replied, with nobody to be compared with"),
        (["few", "few"], "2 agents replied; no two of them ended enough waits to be compared"),
        (["as expected", "as expected"], "2 agents replied, and none of them stands out"),
        (
            ["as expected", "below 95 %"],
            "2 agents replied; none stands far out, 1 lies outside the 95 % limits",
        ),
        (["above 99.8 %", "below 99.8 %"], "2 of 2 agents stand out from the rest"),
    ],
)
def test_the_headline_of_the_team(standings, told):
    people = [{"agent": str(n), "standing": s} for n, s in enumerate(standings)]
    compared = [row for row in people if row["standing"] != "few"]
    assert team_words.headline(people, compared, "agent") == told


@pytest.mark.parametrize("page", PAGES)
def test_one_conversation_is_enough_for_a_page(keep, tmp_path, page):
    said = "Acme|Chat|a|customer|08:00\nAcme|Chat|a|agent|08:30"
    keep(write_log(tmp_path / "one.csv", said))
    app = opened(page)
    assert (
        title(app)
        == {
            "team": "1 agent replied, with nobody to be compared with",
            "channels": "Everybody writes on Chat",
        }[page]
    )


@pytest.mark.parametrize("page", PAGES)
def test_one_unanswered_question_is_enough_for_a_page(keep, tmp_path, page):
    keep(write_log(tmp_path / "asked.csv", "Acme|Chat|a|customer|08:00"))
    app = opened(page)
    assert (
        title(app)
        == {
            "team": "Nobody replied in this period",
            "channels": "Everybody writes on Chat",
        }[page]
    )


HOSTILE = '<b onmouseover="x">*M*</b> [l](http://x.example) :red[r] $a$ `c`'


@pytest.mark.parametrize("page", PAGES)
def test_names_are_shown_letter_by_letter(keep, tmp_path, page):
    said = write_shifts(tmp_path / "shifts.csv").read_text(encoding="utf-8")
    quoted = HOSTILE.replace('"', '""')
    said = said.replace("Acme,Posts", f'Acme,"{quoted}"').replace("Acme,Chat", f'Acme,"{quoted} 2"')
    (tmp_path / "hostile.csv").write_text(said, encoding="utf-8")
    keep(tmp_path / "hostile.csv")
    app = opened(page)
    assert not any(HOSTILE in part.value for part in (*app.title, *app.caption, *app.markdown))
    drawn = json.dumps([(c["data"], c["layout"]) for c in charts(app)])
    assert "<b onmouseover" not in drawn
    if page == "channels":
        assert HOSTILE in title(app)


def test_points_of_the_charts_lead_to_the_waits_behind_them(keep, shifts):
    keep(shifts)
    shown = the_view(period="all")
    rows = shown.rows("mix", "week")
    place = [channel for _, channel in mix.places(rows)].index("Chat")
    led = channels.behind_mix(rows, "week", shown).of_point(
        {"x": "2026-02-09", "curve_number": place}
    )
    assert led == {"channel": "Chat", "period": "2026-02-09..2026-02-15"}
    points = shown.rows("curve_drawn", "channel")
    curve = channels.behind_curves(points, shown).of_point({"curve_number": 0})
    assert curve == {"channel": mix.with_curve(points, shown)[0], "period": "all", "waits": "first"}
    people = team.Team(shown, ("agent",), shown.rows("ended", "agent"))
    one = people.compared[0]
    led = team.behind_funnel(people).of_point({"x": one["n"], "y": one["adjusted"]})
    assert led == {"agent": one["agent"], "outcome": "answered", "period": "all"}
    assert team.behind_funnel(people).of_point({"x": -1, "y": 0}) is None
