"""Every page of the managers' side, run through Streamlit's AppTest on real stores."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from sla.__main__ import main as command_line
from sla.load import load_file
from sla.measures import Question, ask
from sla.parse import Unit
from sla.restate import Restated
from sla.settings import Settings
from tests.page_data import ROOT, SHELL, Keep, checked, keeping, opened, title, write_log
from ui import doors, lines, reader, restated, tables, words

PAGES = ("now", "response_rate", "first_reply", "data")
CHARTED = {"now": 2, "response_rate": 4, "first_reply": 5}
HOUR = 3600


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_log(tmp_path_factory.mktemp("log") / "log.csv")


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Keep]:
    with keeping(tmp_path) as found:
        yield found


def figures(app: AppTest) -> dict[str, tuple[str, str]]:
    return {metric.label: (metric.value, metric.delta) for metric in app.metric}


def test_without_data_every_page_leads_to_loading_some(keep):
    keep()
    for page in ("now", "response_rate", "first_reply"):
        app = opened(page)
        assert title(app) == "There is no data yet"
        assert len(app.file_uploader) == 0
        app.button[0].click().run()
        assert len(checked(app).file_uploader) == 1


def test_now_says_who_waits_the_oldest_first_with_the_time_left(keep, log):
    keep(log)
    app = opened()
    assert title(app) == "3 people are waiting, the oldest for 1 h 30 min"
    assert "1 more has waited longer than 24 h" in app.caption[0].value
    waiting = app.table[0].value
    assert [text.replace("\xa0", " ") for text in waiting["Waiting"]] == [
        "**1 h 30 min**",
        "**50 min**",
        "**0 s**",
    ]
    assert "over by 30 min" in waiting["Left to 1 h"][0].replace("\xa0", " ")
    assert "30 min left" in waiting["Left to 2 h"][0].replace("\xa0", " ")
    assert "10 min left" in waiting["Left to 1 h"][1].replace("\xa0", " ")


def asked_why(app: AppTest) -> list[str]:
    """Return what the waits to ask about are called, in their order."""
    return list(app.selectbox(key="why_wait").options)


def test_now_tells_why_a_clock_reads_what_it_reads(keep, log):
    keep(log)
    app = opened()
    assert asked_why(app) == [
        "Bolt, waiting 1 h 30 min",
        "Acme · Chat, waiting 50 min",
        "Bolt, waiting 0 s",
    ]
    assert len(app.table) == 1
    app.selectbox(key="why_wait").select_index(1).run()
    said = [m.value.replace("\\", "") for m in checked(app).markdown]
    assert any("**Open for 50 min: asked 10 Mar 2026 at 14:10, not answered" in m for m in said)
    assert any("closers: **on**" in m and "horizon_hours: **24**" in m for m in said)
    messages = app.table[1].value
    assert list(messages["Sent"]) == ["10 Mar 2026 14:10"]
    assert "Started the clock" in messages["What it did"][0]
    again = opened(**app.query_params)
    assert again.selectbox(key="why_wait").value == app.selectbox(key="why_wait").value
    app.selectbox(key="why_wait").set_value(None).run()
    assert "wait" not in checked(app).query_params
    assert len(app.table) == 1


def test_a_trace_stays_when_the_wait_is_answered_meanwhile(keep, log, tmp_path):
    keeper = keep(log)
    app = opened()
    app.selectbox(key="why_wait").select_index(1).run()
    answer = "\n" * 40 + "Acme|Chat|d|agent|14:40"
    keeper.load([Unit.of(write_log(tmp_path / "answer.csv", answer), "answer.csv")])
    app.run()
    assert title(checked(app)) == "2 people are waiting, the oldest for 1 h 30 min"
    assert asked_why(app)[-1] == "Acme · Chat, answered after 30 min"
    assert [told.split(".**")[0] for told in app.table[1].value["What it did"]] == [
        "**Started the clock",
        "**Ended the clock",
    ]


def test_waits_of_one_name_can_be_told_apart(keep, tmp_path):
    said = "Acme|Chat|a|customer|08:00\nAcme|Chat|b|customer|08:00"
    keep(write_log(tmp_path / "alike.csv", said))
    app = opened()
    assert len(set(asked_why(app))) == 2
    for place in (0, 1):
        app.selectbox(key="why_wait").select_index(place).run()
        assert app.query_params["wait"] in asked_why(checked(app))[place]


def test_a_trace_shows_the_opening_hours_counted(keep, log):
    keeper = keep(log, settings='sample = false\n[accounts.Bolt.hours]\nevery = ["14:00-16:00"]\n')
    row = ask(keeper.store, "time_left", Question(account="Bolt"))[0]
    app = opened(wait=row["wait_id"])
    spans = next(t.value for t in app.dataframe if "counted" in t.value.columns)
    # i waits since 13:00; it opened at 14:00, and is known up to 14:30.
    assert spans.to_dict("list") == {
        "day": ["Tue"],
        "from": ["10 Mar 2026 14:00"],
        "to": ["10 Mar 2026 14:30"],
        "counted": [1800],
    }


@pytest.mark.parametrize("wait", ["nobody", "'; DROP TABLE waits; --", "*x* " * 1000, "\x00"])
def test_an_address_with_no_such_wait_is_told_in_one_sentence(keep, log, wait):
    keep(log)
    app = opened(wait=wait)
    assert len(app.warning) == 1
    assert app.warning[0].value.startswith("There is no wait ")
    assert len(app.table) == 1
    assert app.selectbox(key="why_wait").value is None


def test_now_tells_today_against_both_targets(keep, log):
    keep(log)
    # First waits of 10 March: a 30 min, b 90 min, c 5 h, d open 50 min, g 10 min, h 5 min, i open 90 min, j 20 min.
    found = figures(opened())
    assert found["within 1 h"] == ("57%", "n = 8, 1 undecided")
    assert found["within 2 h"] == ("83%", "n = 8, 2 undecided")


def test_figures_are_those_of_the_measures(keep, log):
    keeper = keep(log)
    since = datetime(2026, 2, 11)  # noqa: DTZ001 - wall-clock time in each account's zone
    rate, first = (
        ask(keeper.store, name, Question(since=since))[0]
        for name in ("response_rate", "first_reply")
    )
    hit = ask(keeper.store, "hit_rate", Question(since=since))[0]
    assert title(opened("response_rate")) == words.response_rate(rate)
    app = opened("first_reply")
    assert title(app) == words.first_reply(first)
    assert figures(app)["within 1 h"][0] == reader.share(hit["hit_rate"])
    assert figures(app)["mean, answered only"][0] == reader.duration(first["mean_answered_seconds"])
    assert f"n = {first['n']} first waits, {first['open']} still open" in app.caption[0].value


def test_headlines_are_worked_out_by_hand(keep, log):
    keep(log)
    # 28 days: nine first waits and j's second question; e is given up, three are undecided, six answered.
    app = opened("response_rate")
    assert title(app) == "86% get an answer"
    assert "n = 10 waits: 6 answered, however late; 1 given up after 24 h; 3 still undecided" in (
        app.caption[0].value
    )
    # Answered after 5, 10, 20, 30, 90 and 300 min; d is known for 50 min, i for 90, e for two days.
    assert title(opened("first_reply")).startswith("Half are answered within 1 h 30 min")


def test_a_filter_changes_the_figures_and_the_address(keep, log):
    keep(log)
    app = opened("response_rate")
    app.selectbox(key="filter_account").select("Bolt").run()
    assert app.query_params["account"] == "Bolt"
    assert title(checked(app)) == "At least 50% get an answer; the rest is still undecided"
    app.selectbox(key="filter_account").select("").run()
    assert "account" not in app.query_params
    assert title(app) == "86% get an answer"


def test_an_address_shows_the_same_view_as_the_filters(keep, log):
    keep(log)
    app = opened("first_reply", account="Acme", channel="E-mail", period="7d", target="300")
    assert app.selectbox(key="filter_account").value == "Acme"
    assert app.selectbox(key="filter_channel").value == "E-mail"
    assert app.selectbox(key="filter_period").value == "7d"
    assert app.selectbox(key="filter_target").value == "300"
    assert title(app) == "One customer wrote, and was answered within 10 min"
    assert figures(app)["within 5 min"] == ("0%", "n = 1, 0 undecided")


def test_another_account_lets_go_of_a_channel_that_it_has_not(keep, log):
    keep(log)
    app = opened("first_reply", account="Acme", channel="E-mail")
    app.selectbox(key="filter_account").select("Bolt").run()
    assert app.query_params.get("account") == "Bolt"
    assert "channel" not in app.query_params
    assert not checked(app).warning


def test_another_page_keeps_the_filters(keep, log):
    keep(log)
    app = opened("response_rate", account="Bolt", period="7d")
    app.query_params.clear()  # the links of the navigation name no filters
    app.switch_page("../pages/first_reply.py").run()
    assert checked(app).query_params["account"] == "Bolt"
    assert app.query_params["period"] == "7d"
    assert app.selectbox(key="filter_account").value == "Bolt"


def test_clear_shows_everything_again(keep, log):
    keep(log)
    app = opened("response_rate", account="Bolt", target="7200")
    app.button(key="filter_clear").click().run()
    assert dict(checked(app).query_params) == {}
    assert title(app) == "86% get an answer"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("account", "Nobody"),
        ("account", "'; DROP TABLE waits; --"),
        ("account", "x" * 5000),
        ("channel", "Fax"),
        ("period", "yesterday"),
        ("period", "2026-02-30..2026-03-01"),
        ("period", "2026-03-10..2026-03-01"),
        ("period", "9999-12-31..9999-12-31"),
        ("target", "abc"),
        ("target", "-1"),
        ("target", "0"),
        ("target", "1e9"),
        ("target", "٣٦٠٠"),
        ("target", "99999999999999999999"),
        ("clock", "cuckoo"),
        ("clock", "open"),
    ],
)
def test_a_wrong_value_in_the_address_is_told_and_ignored(keep, log, name, value):
    keep(log)
    app = opened("first_reply", **{name: value})
    assert title(app) == "Half are answered within 1 h 30 min; fewer than 9 of 10 so far"
    assert len(app.warning) == 1
    assert app.warning[0].value.endswith("The address is read without it.")


def test_wrong_values_beside_right_ones_leave_these_alone(keep, log):
    keep(log)
    app = opened("response_rate", account="Bolt", period="soon", target="abc")
    assert title(app) == "At least 50% get an answer; the rest is still undecided"
    assert '"soon"' in app.warning[0].value.replace("\\", "")
    assert '"abc"' in app.warning[0].value


def test_periods_are_measured_back_from_as_of(keep, log):
    keep(log)
    counted = {
        period: re.search(r"n = (\d+)", opened("first_reply", period=period).caption[0].value)[1]
        for period in ("24h", "7d", "28d", "90d", "all", "2026-01-20..2026-01-20")
    }
    # e is of 8 March, f of 20 January; everything else lies within the last 24 hours.
    assert counted == {
        "24h": "8",
        "7d": "9",
        "28d": "9",
        "90d": "10",
        "all": "10",
        "2026-01-20..2026-01-20": "1",
    }


def test_a_period_in_which_nobody_wrote_says_what_to_do(keep, log):
    keep(log)
    for page in ("response_rate", "first_reply"):
        app = opened(page, period="2020-01-01..2020-01-31")
        assert title(app) == "Nobody wrote in this period"
        app.selectbox(key="filter_period").select("all").run()
        assert title(checked(app)) != "Nobody wrote in this period"


def test_choosing_dates_starts_from_the_period_shown(keep, log):
    keep(log)
    app = opened("response_rate", period="7d")
    app.selectbox(key="filter_period").select("dates").run()
    assert checked(app).query_params["period"] == "2026-03-04..2026-03-10"
    app.date_input(key="filter_dates").set_value(
        (datetime(2026, 1, 20).date(), datetime(2026, 1, 21).date())  # noqa: DTZ001 - days
    ).run()
    assert checked(app).query_params["period"] == "2026-01-20..2026-01-21"
    assert title(app) == "100% get an answer"


def test_open_hours_are_offered_where_there_are_some(keep, log):
    keep(log, settings='sample = false\n[accounts.Bolt.hours]\nevery = ["08:00-16:00"]\n')
    app = opened("first_reply", account="Bolt", clock="open")
    assert not app.warning
    assert app.selectbox(key="filter_clock").value == "open"
    # h waited from 07:00 to 07:05, before it opened.
    assert "open hours" in app.caption[0].value
    assert figures(app)["mean, answered only"][0] == "10 min"
    assert opened("first_reply", account="Acme", clock="open").warning


def test_one_conversation_is_told_as_one(keep, tmp_path):
    keep(write_log(tmp_path / "one.csv", "Acme|Chat|a|customer|08:00\nAcme|Chat|a|agent|08:30"))
    assert title(opened()) == "Nobody is waiting"
    assert title(opened("response_rate")) == "100% get an answer"
    assert "too few to lean on" in opened("response_rate").caption[0].value
    assert title(opened("first_reply")) == "One customer wrote, and was answered within 30 min"
    assert title(opened("data")) == "2 messages of 1 account, known up to 10 Mar, 08:30 (UTC)"


def test_a_single_open_wait_has_no_figure_but_a_lower_bound(keep, tmp_path):
    keep(
        write_log(
            tmp_path / "open.csv",
            "Acme|Chat|a|customer|08:00\nAcme|Chat|b|customer|09:00\nAcme|Chat|b|customer|09:30",
        )
    )
    assert title(opened()) == "2 people are waiting, the oldest for 1 h 30 min"
    assert title(opened("response_rate")) == "No wait is decided yet"
    app = opened("first_reply")
    assert title(app) == "Fewer than half are answered: the middle one waits more than 1 h 30 min"
    assert figures(app)["within 1 h"] == ("0%", "n = 2, 1 undecided")
    assert figures(app)["within 2 h"] == ("–", "n = 2, 2 undecided")


@pytest.mark.parametrize("page", CHARTED)
def test_every_chart_has_a_name_units_and_its_table(keep, log, page):
    keep(log)
    app = opened(page)
    charts = app.get("plotly_chart")
    assert len(charts) == CHARTED[page]
    for chart in charts:
        assert chart.proto.alt
        layout = json.loads(chart.proto.spec)["layout"]
        assert layout["xaxis"]["title"]["text"]
    assert len([e for e in app.expander if e.label == "Table"]) == CHARTED[page]


def test_a_table_downloads_what_the_command_line_prints(keep, log, capsys):
    keeper = keep(log)
    rows = ask(keeper.store, "hit_rate", Question(by=("account", "day")))
    told = tables.as_csv("hit_rate", rows, ("account", "day"))
    keeper.store.close()
    arguments = ["measure", "hit_rate", "--by", "account,day", "--format", "csv"]
    assert command_line([*arguments, "--db", str(keeper.places.db)]) == 0
    assert capsys.readouterr().out == told


def test_the_curve_for_drawing_lies_on_the_response_curve(keep, log):
    keeper = keep(log)
    curve = {r["seconds"]: r["share"] for r in ask(keeper.store, "curve", Question())}
    drawn = ask(keeper.store, "curve_drawn", Question())
    assert drawn[-1]["seconds"] == max(curve)
    assert all(curve[row["seconds"]] == row["share"] for row in drawn)


@pytest.mark.parametrize(
    ("low", "high", "drawn"),
    [
        (0, 15, ([1, 10, 15], [0.0, 0.1, 0.1])),
        (15, 30, ([15, 20, 30], [0.1, 0.2, 0.2])),
        (30, 35, ([30, 35], [0.2, 0.2])),
        (40, 99, ([40, 99], [0.3, 0.3])),
    ],
)
def test_a_stretch_of_the_curve_is_carried_to_both_its_ends(low, high, drawn):
    assert lines._stretch([10, 20, 40], [0.1, 0.2, 0.3], low, high) == drawn


def test_waiting_now_is_those_who_wait_and_those_given_up(keep, log):
    keeper = keep(log)
    row = ask(keeper.store, "still_waiting", Question())[0]
    assert row == {"waiting": 3, "over_target": 1, "given_up": 1, "oldest_seconds": 90 * 60}
    assert len(ask(keeper.store, "waiting_now", Question())) == row["waiting"] + row["given_up"]


def test_a_period_is_still_filling_while_its_youngest_wait_is_younger_than_the_target(keep, log):
    keeper = keep(log)
    by_day = {
        row["day"].isoformat(): row["filling"]
        for row in ask(keeper.store, "maturity", Question(by=("day",), target=HOUR))
    }
    assert by_day == {"2026-01-20": False, "2026-03-08": False, "2026-03-10": True}


def test_data_loads_an_upload_and_counts_it(keep, log):
    keep()
    app = opened("data")
    app.file_uploader[0].upload("mine.csv", log.read_bytes()).run()
    assert "mine.csv" in checked(app).success[0].value.replace("\\", "")
    assert "18 new, 0 known already" in app.success[0].value
    assert title(app).startswith("18 messages of 2 accounts")
    app.file_uploader[0].upload("mine.csv", log.read_bytes()).run()
    assert "0 new, 18 known already" in checked(app).success[0].value
    assert title(app).startswith("18 messages of 2 accounts")


def test_data_refuses_what_is_no_log_and_stores_nothing(keep, log):
    keep(log)
    app = opened("data")
    app.file_uploader[0].upload(
        "page.csv", b"<!doctype html><html><body>Sign in</body></html>"
    ).run()
    assert "page.csv" in checked(app).error[0].value.replace("\\", "")
    assert title(app).startswith("18 messages")


CHAT = (
    "10/03/2026, 09:00 - Customer A: Is it open today?\n"
    "10/03/2026, 09:12 - Agent One: Until six.\n"
    "13/03/2026, 10:00 - Customer A: And on Sunday?\n"
)


def test_data_asks_for_what_an_export_does_not_say_and_remembers_it(keep, tmp_path):
    keeper = keep()
    app = opened("data")
    app.file_uploader[0].upload("shop.txt", CHAT.encode()).run()
    checked(app)
    assert any("does not say whose it is" in m.value for m in app.markdown)
    agents = app.multiselect(key="agents_shop.txt")
    assert agents.options == ["Customer A (2)", "Agent One (1)"]
    app.button[0].click().run()
    assert "One answer is still missing." in [e.value for e in app.error]
    app.text_input(key="account_shop.txt").set_value("Bike shop")
    app.multiselect(key="agents_shop.txt").set_value(["Agent One"])
    app.button[0].click().run()
    # The time zone is asked for once the rest is known.
    app.selectbox(key="zone_shop.txt").set_value("Europe/London")
    app.button[0].click().run()
    assert "3 new, 0 known already" in checked(app).success[0].value
    assert title(app).startswith("3 messages of 1 account")
    assert not list(keeper.places.held.iterdir())
    # The next export of the kind needs no answer.
    app.file_uploader[0].upload(
        "shop (1).txt", (CHAT + "14/03/2026, 10:00 - Customer A: Hello?\n").encode()
    )
    app.run()
    assert "1 new, 3 known already" in checked(app).success[0].value
    (source,) = keeper.store.settings.sources
    assert (source.format, source.account, source.agents) == (
        "whatsapp",
        "Bike shop",
        ("Agent One",),
    )


def test_data_asks_what_a_column_of_yes_and_no_is(keep):
    keep()
    app = opened("data")
    rows = "7;2026-03-10 09:00;in;nein;Is it open?\n7;2026-03-10 09:12;out;ja;Ask depot.\n7;2026-03-10 09:40;out;nein;Yes.\n"
    app.file_uploader[0].upload("mine.csv", f"Ticket;When;Direction;Whisper;Body\n{rows}".encode())
    app.run()
    assert "whisper says yes or no" in checked(app).info[0].value
    app = opened("data")
    app.file_uploader[0].upload("mine.csv", f"Ticket;When;Direction;Notiz;Body\n{rows}".encode())
    app.run()
    shown = next(t.value for t in checked(app).dataframe if "visibility" in t.value.columns)
    assert list(shown["visibility"]) == ["public", "internal", "public"]
    app.multiselect(key="notes_mine.csv_notiz").set_value(["nein"]).run()
    shown = next(t.value for t in checked(app).dataframe if "visibility" in t.value.columns)
    assert list(shown["visibility"]) == ["internal", "public", "internal"]


TABLE = (
    "Ticket;When;Direction;Body\n"
    "7;2026-03-10 09:00;in;Is it open today?\n"
    "7;2026-03-10 09:12;out;Until six.\n"
    "8;2026-03-10 10:00;in;And on Sunday?\n"
)


def test_data_reads_a_table_that_no_loader_knows_as_a_person_says(keep, tmp_path):
    keeper = keep()
    app = opened("data")
    app.file_uploader[0].upload("mine.csv", TABLE.encode()).run()
    checked(app)
    shown = next(t.value for t in app.dataframe if "visibility" in t.value.columns)
    assert list(shown["role"]) == ["customer", "agent", "customer"]
    app.text_input(key="of_mine.csv").set_value("Bike shop")
    app.selectbox(key="in_mine.csv").set_value("Europe/London")
    checked(app.run())
    app.button(key="load_mine.csv").click().run()
    assert "3 new, 0 known already" in checked(app).success[0].value
    (source,) = keeper.store.settings.sources
    assert (source.account, source.files) == ("Bike shop", "mine.csv")
    assert (tmp_path / "mappings" / "mine.toml").exists()
    app.file_uploader[0].upload(
        "mine.csv", (TABLE + "9;2026-03-10 11:00;in;Hello?\n").encode()
    ).run()
    assert "1 new, 3 known already" in checked(app).success[0].value


def test_data_takes_a_load_back(keep, log, tmp_path):
    keep(log)
    app = opened("data")
    app.session_state["loads"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    app.button(key="take_back_1").click().run()
    assert "18 messages removed" in checked(app).success[0].value
    assert title(app) == "There is no data yet"


def test_data_names_a_file_and_has_its_whole_path_at_the_end(keep, log):
    keep().load([Unit.of(log, "/a/very/long/way/log.csv")])
    shown = next(t.value for t in opened("data").dataframe if "file" in t.value.columns)
    assert list(shown["file"]) == ["log.csv"]
    assert list(shown.columns)[-1] == "path"
    assert list(shown["path"]) == ["/a/very/long/way/log.csv"]


def test_data_shows_problems_by_line(keep, tmp_path, log):
    lines = log.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].replace("2026-03-10T09:00:00Z", "the other day")
    broken = tmp_path / "broken.csv"
    broken.write_text("\n".join(lines), encoding="utf-8")
    keep(broken)
    found = next(
        table.value for table in opened("data").dataframe if "reason" in table.value.columns
    )
    assert list(found["line"]) == [4]
    assert "the other day" in found["raw"][0]
    assert found["remedy"][0]


def test_data_says_what_is_in_no_figure(keep, tmp_path):
    said = "Acme|Chat|a|customer|08:00\nAcme|Chat|a|agent|08:30\nAcme|Chat|a|customer|08:40"
    file = write_log(tmp_path / "thanks.csv", said)
    text = file.read_text(encoding="utf-8").splitlines()
    text[3] = text[3].replace("Where is my parcel?", "Thanks!")
    file.write_text("\n".join(text), encoding="utf-8")
    keep(file)
    told = [m.value for m in opened("data").markdown]
    assert any("**1 closer**, 50% of what customers wrote" in line for line in told)
    assert any("**0 messages** belong to no customer and account" in line for line in told)


def test_data_shows_figures_before_and_after_a_changed_setting(keep, log):
    keeper = keep(log)
    assert "No changed setting has made a figure different." in [
        m.value for m in opened("data").markdown
    ]
    hours = {"Bolt": {"hours": {"every": ["07:00-07:02"]}}}
    assert keeper.store.use(Settings.model_validate({"accounts": hours})) is not None
    app = opened("data")
    table = next(t.value for t in app.dataframe if "before" in t.value.columns)
    told = {
        (row["figure"], row["month"]): (row["before"], row["after"])
        for _, row in table.iterrows()
        if row["account"] == "Bolt"
    }
    assert told["Within 1 h, open hours", "all time"][0] == "–"
    # Bolt, first waits: j after 0 s, h after 2 min, i open at 0 s: half are answered only after 2 min.
    assert told["Time to first reply, median, open hours", "Mar 2026"] == ("–", "2 min")
    assert set(table["change"]) == {"hours or zone of Bolt"}


@pytest.mark.parametrize(
    ("figure", "before", "after", "told"),
    [
        ("n", 2.0, 1300.0, ("2", "1,300")),
        ("median_seconds", 4350.0, None, ("1 h 12 min", "–")),
        ("median_seconds", 4350.0, 4351.0, ("4,350 s", "4,351 s")),
        ("response_rate", 0.5, 0.86, ("50%", "86%")),
        ("response_rate", 0.856, 0.8575, ("85.6%", "85.75%")),
    ],
)
def test_figures_that_differ_are_never_told_alike(figure, before, after, told):
    at = datetime(2026, 3, 10, tzinfo=UTC)
    row = Restated(
        at, "closers", "first_reply", figure, "calendar", None, "Acme", None, before, after
    )
    assert restated.before_and_after(row) == told


def test_the_sample_is_marked_on_every_page(keep, log):
    keeper = keep()
    for page in PAGES:
        assert not any("Sample data" in m.value for m in opened(page).markdown)
    assert load_file(keeper.store, log, sample=True).error is None
    for page in PAGES:
        assert any("Sample data" in m.value for m in opened(page).markdown)


def test_accounts_known_up_to_different_days_are_told_so(keep, log, tmp_path):
    keeper = keep(log)
    assert "own latest message" not in opened().caption[0].value
    said = "\n" * 40 + "Cargo|Chat|k|customer|2026-03-02T14:40"
    keeper.load([Unit.of(write_log(tmp_path / "older.csv", said), "older.csv")])
    assert (
        "each account as of its own latest message (back to 2 Mar 2026)"
        in opened().caption[0].value
    )


def test_a_new_load_is_seen_at_once(keep, log, tmp_path):
    keeper = keep(log)
    assert title(opened()).startswith("3 people are waiting")
    keeper.load(
        [
            Unit.of(
                write_log(tmp_path / "more.csv", "\n" * 40 + "Bolt|Chat|k|customer|14:40"),
                "more.csv",
            )
        ]
    )
    assert title(opened()).startswith("4 people are waiting")


def test_wrong_settings_are_told_on_the_page(keep, log):
    keeper = keep(log)
    keeper.settings_error = "settings.toml: targets: expected a list."
    assert "targets" in opened().warning[0].value


def test_a_stranger_sees_the_sign_in_and_nothing_else(keep, log, monkeypatch):
    keep(log)
    monkeypatch.setattr(doors, "sign_in_configured", lambda: True)
    monkeypatch.setattr(doors, "signed_in", lambda: False)
    app = opened()
    assert [button.label for button in app.button] == ["Sign in"]
    assert not app.metric
    assert not app.table
    assert not app.selectbox


def test_who_is_signed_in_can_log_out(keep, log, monkeypatch):
    keep(log)
    monkeypatch.setattr(doors, "sign_in_configured", lambda: True)
    monkeypatch.setattr(doors, "signed_in", lambda: True)
    assert "Log out" in [button.label for button in opened().button]


def test_numbers_follow_the_readers_locale(keep, log):
    keep(log)
    app = AppTest.from_file(SHELL, default_timeout=60)
    app.context = {"locale": "de-DE"}
    app = checked(app.run())
    assert figures(app)["within 1 h"][0] == "57\xa0%"
    assert "10. März" in app.caption[0].value


def test_names_from_the_data_are_shown_letter_by_letter(keep, tmp_path):
    name = "*Ac<b>me* [x](http://e.org)"
    said = f"{name}|Chat|a|customer|08:00\nBolt|Chat|b|customer|08:00\nBolt|Chat|b|agent|08:20"
    keep(write_log(tmp_path / "odd.csv", said))
    where = opened().table[0].value["Where"]
    assert where[0] == words.plain(name)
    spec = opened("response_rate").get("plotly_chart")[2].proto.spec
    assert "<b>me" not in spec
    assert "&lt;b&gt;me" in spec
    assert opened(account=name).selectbox(key="filter_account").value == name


def test_the_real_export_fills_every_page(keep, exports):
    file = exports / "twcs" / "twcs_5000.csv"
    keeper = keep(file)
    for page in PAGES:
        opened(page)
    whole = ask(keeper.store, "first_reply", Question())[0]
    app = opened("first_reply", period="all")
    assert title(app) == words.first_reply(whole)
    assert f"n = {reader.number(whole['n'])} first waits" in app.caption[0].value
    hit = ask(keeper.store, "hit_rate", Question(target=7200))[0]
    assert figures(app)["within 2 h"] == (reader.share(hit["hit_rate"]), words.hit_source(hit))


def test_pages_stay_thin():
    for page in PAGES:
        text = (ROOT / "pages" / f"{page}.py").read_text(encoding="utf-8")
        assert len(text.splitlines()) < 60
        assert not re.search(r"\b(SELECT|cursor|execute|import duckdb)\b", text)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (1, "just now"),
        (40, "40 s ago"),
        (48 * 60, "48 min ago"),
        (30 * HOUR, "1 d 6 h ago"),
        (90 * 86400, "2 months 29 d ago"),
        (6 * 365 * 86400 + 245 * 86400, "6 years 8 months ago"),
        (9 * 366 * 86400, "9 years ago"),
    ],
)
def test_ages_are_told_as_people_say_them(seconds, told):
    assert reader.ago(seconds) == told


@pytest.mark.parametrize(
    ("share", "told"),
    [(None, "–"), (0, "0%"), (0.0004, "0.1%"), (0.5, "50%"), (0.9996, "99.9%"), (1, "100%")],
)
def test_nearly_all_is_never_told_as_all(share, told):
    assert reader.share(share) == told


def test_an_instant_says_as_much_of_its_date_as_is_needed():
    zone = ZoneInfo("Europe/London")
    now = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert reader.moment(now - timedelta(hours=1), zone, now) == "12:00"
    assert reader.moment(now - timedelta(days=1), zone, now) == "30 Jun, 13:00"
    assert reader.moment(now - timedelta(days=365), zone, now) == "1 Jul 2025, 13:00"
