"""The pages First reply, Next reply and Response rate, run through Streamlit's AppTest on real stores."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from sla import lists, periods
from sla.__main__ import main as command_line
from sla.lists import Listing
from sla.measures import Question, ask
from sla.periods import Span
from tests.page_data import Keep, checked, keeping, opened, title, write_log, write_shifts
from ui import axes, behind, look, owner, reader, replies_words, tables, waits_words

PAGES = ("first_reply", "next_reply", "response_rate")
REPLIES = ("first_reply", "next_reply")
HOURS = 'sample = false\n[accounts.Acme.hours]\nevery = ["08:00-18:00"]\n'
LINES = """sample = false
[[reference]]
name = "The *field*"
share = 0.36
source = "A study, 2015"
[[reference]]
name = "Our charter"
share = 0.8
source = "Charter, page 4"
"""


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Keep]:
    with keeping(tmp_path) as found:
        yield found


def charts(app: AppTest) -> dict[str, dict[str, Any]]:
    """Return the charts by the beginning of what they say in words."""
    return {
        chart.proto.alt.partition(":")[0]: json.loads(chart.proto.spec)
        for chart in app.get("plotly_chart")
    }


def text_of(app: AppTest) -> str:
    parts = [*app.title, *app.header, *app.caption, *app.markdown]
    return "\n".join(part.value for part in parts).replace("\\", "")


@pytest.mark.parametrize("page", PAGES)
def test_without_data_the_page_leads_to_loading_some(keep, page):
    keep()
    app = opened(page)
    assert title(app) == "There is no data yet"
    app.button[0].click().run()
    assert len(checked(app).file_uploader) == 1


@pytest.mark.parametrize("page", PAGES)
def test_one_unanswered_question_is_enough(keep, tmp_path, page):
    keep(write_log(tmp_path / "asked.csv", "Acme|Chat|a|customer|08:00"))
    app = opened(page)
    assert (
        title(app)
        == {
            "first_reply": "One customer wrote, and is still waiting",
            "next_reply": "Nobody waited for a next reply in this period",
            "response_rate": "No wait is decided yet",
        }[page]
    )


def test_who_wrote_with_the_newest_message_has_not_waited_more_than_nothing(keep, tmp_path):
    said = "Acme|Chat|a|customer|08:00\nAcme|Chat|b|customer|08:00"
    keep(write_log(tmp_path / "just.csv", said))
    assert title(opened("first_reply")) == "Customers have only just written"
    app = opened("channels")
    assert "just written" in str(app.table[0].value)
    assert "more than 0 s" not in str(app)


@pytest.mark.parametrize("page", PAGES)
def test_replies_to_nobody_are_no_silence(keep, tmp_path, page):
    keep(write_log(tmp_path / "sent.csv", "Acme|Chat|a|agent|08:00\nAcme|Chat|a|agent|08:10"))
    app = opened(page, period="all")
    assert title(app) == "2 replies in this period, and nobody who wrote"
    told = " ".join(part.value for part in app.markdown)
    assert "one side only" in told
    assert "longer period" not in told


def test_a_period_that_most_accounts_do_not_reach_says_so(keep, tmp_path):
    said = (
        "Acme|Chat|a|customer|08:00",
        "Acme|Chat|a|agent|08:10",
        "Bolt|Chat|b|customer|2021-03-10T08:00",
    )
    keep(write_log(tmp_path / "two.csv", "\n".join((*said, "Bolt|Chat|b|agent|2021-03-10T08:10"))))
    only = "only 1 of 2 accounts has messages in this period"
    assert only in opened("first_reply").caption[0].value
    assert only not in opened("first_reply", period="all").caption[0].value
    assert only not in opened("first_reply", account="Bolt").caption[0].value


HOSTILE = '<b onmouseover="x">*M*</b> [l](http://x.example) :red[r] $a$ `c`'


@pytest.mark.parametrize("page", PAGES)
def test_names_are_shown_letter_by_letter(keep, tmp_path, page):
    written = write_shifts(tmp_path / "shifts.csv").read_text(encoding="utf-8")
    quoted = HOSTILE.replace('"', '""')
    (tmp_path / "h.csv").write_text(written.replace("Acme,", f'"{quoted}",'), encoding="utf-8")
    keep(tmp_path / "h.csv")
    app = opened(page, period="all")
    if page == "next_reply":
        assert title(app) == "Nobody waited for a next reply in this period"
        return
    assert not any(HOSTILE in part.value for part in (*app.title, *app.caption, *app.markdown))
    assert "<b onmouseover" not in json.dumps(
        [(c["data"], c["layout"]) for c in charts(app).values()]
    )


def test_next_reply_is_about_those_who_write_again(keep, tmp_path):
    said = "Acme|Chat|a|customer|08:00\nAcme|Chat|a|agent|09:30\n" + "".join(
        f"Acme|Chat|a|customer|{hour}:00\nAcme|Chat|a|agent|{hour}:20\n" for hour in range(10, 14)
    )
    keeper = keep(write_log(tmp_path / "again.csv", said.strip()))
    app = opened("next_reply")
    assert title(app) == "Who writes again: half are answered within 20 min; 9 of 10 within 20 min"
    assert "n = 4 next waits, 0 still open" in app.caption[0].value
    told = {m.label: m.value for m in app.metric}
    (hit,) = ask(keeper.store, "hit_rate", Question(waits="next"))
    assert told["within 1 h"] == reader.share(hit["hit_rate"]) == "100%"
    assert title(opened("first_reply")) == "One customer wrote, and was answered within 1 h 30 min"


@pytest.mark.parametrize("page", REPLIES)
def test_every_chart_says_what_it_shows_and_has_its_table(keep, tmp_path, page):
    keep(write_log(tmp_path / "log.csv"), settings=HOURS)
    app = opened(page)
    found = charts(app)
    assert len(found) == (6 if page == "first_reply" else 5)
    assert all(len(alt) > 20 for alt in found)
    assert len([e for e in app.expander if e.label == "Table"]) == len(found)


def test_the_distribution_is_that_of_the_command_line(keep, tmp_path, capsys):
    keeper = keep(write_shifts(tmp_path / "shifts.csv"))
    app = opened("first_reply", period="all")
    drawn = charts(app)["Number of waits by how long they took"]["data"]
    rows = ask(keeper.store, "distribution", Question())
    colours = {"within 1 h": 0, "within 2 h": 0, "later": 0}
    for trace in drawn:
        colours[trace["name"]] = sum(n or 0 for n in trace["y"])
    met = {t: ask(keeper.store, "hit_rate", Question(target=t))[0]["met"] for t in (3600, 7200)}
    assert colours["within 1 h"] == met[3600]
    assert colours["within 1 h"] + colours["within 2 h"] == met[7200]
    assert sum(colours.values()) == sum(row["n"] for row in rows)
    told = tables.as_csv("distribution", rows)
    keeper.store.close()
    arguments = ["measure", "distribution", "--format", "csv", "--db", str(keeper.places.db)]
    assert command_line(arguments) == 0
    assert capsys.readouterr().out == told


def test_a_side_of_the_hours_where_fewer_than_half_are_answered_says_so(keep, tmp_path):
    said = "Acme|Chat|a|customer|08:00\nAcme|Chat|a|agent|08:10\nAcme|Chat|b|customer|19:00\nAcme|Chat|c|customer|21:00"
    keep(write_log(tmp_path / "late.csv", said), settings=HOURS)
    assert (
        "In opening hours, half are answered within 10 min; out of hours, fewer than half are answered: "
        "the middle one waits more than 2 h"
    ) in text_of(opened("first_reply", period="all"))


def test_in_and_out_of_hours_is_told_where_there_are_hours(keep, tmp_path):
    shifts = write_shifts(tmp_path / "shifts.csv")
    keeper = keep(shifts, settings=HOURS)
    app = opened("first_reply", period="all")
    rows = {r["opening"]: r for r in ask(keeper.store, "in_and_out", Question())}
    drawn = charts(app)["Hit rate of who wrote in opening hours, and of who wrote outside them"][
        "data"
    ]
    # The chart has the first target on top, so its bars come last.
    assert drawn[-1]["name"] == "within 1 h"
    assert drawn[-1]["x"] == [rows["out"]["hit_rate"], rows["in"]["hit_rate"]]
    assert "Half of those who write in opening hours are answered within 30 min; out of hours within 3 h" in text_of(app)  # fmt: skip
    owner.give_up()
    keeper.store.close()
    (tmp_path / "pages.duckdb").unlink()
    keep(shifts)
    assert "In and out of opening hours" not in text_of(opened("first_reply", period="all"))


def test_the_period_is_compared_with_the_one_before(keep, tmp_path):
    keeper = keep(write_shifts(tmp_path / "shifts.csv"))
    app = opened("first_reply", period="7d")
    assert "Mark a day when something changed" in [d.label for d in app.date_input]
    assert any(m.value.startswith("**") and "within 1 h" in m.value for m in app.markdown)
    sides = next(t.value for t in app.table if "Waits" in t.value.columns)
    # The last reply came after midnight: the week is from 24 February on. Both sides end 2 hours before as of.
    (as_of,) = keeper.store.cursor().execute("SELECT max(as_of) FROM known").fetchone()
    settled = as_of.astimezone(UTC).replace(tzinfo=None) - timedelta(hours=2)
    this, week = wall(2026, 2, 24), timedelta(days=7)
    counted = [
        ask(keeper.store, "hit_rate", Question(since=since, until=until))[0]["n"]
        for since, until in ((this - week, settled - week), (this, settled))
    ]
    assert list(sides["Waits"]) == [reader.number(n) for n in counted]


def test_a_marked_day_lives_in_the_address_and_parts_the_period(keep, tmp_path):
    said = [f"Acme|Chat|a{n}|customer|2026-03-0{1 + n % 4}T08:{n:02}" for n in range(20)]
    said += [f"Acme|Chat|a{n}|agent|2026-03-0{1 + n % 4}T18:{n:02}" for n in range(20)]
    said += [f"Acme|Chat|b{n}|customer|2026-03-0{5 + n % 4}T08:{n:02}" for n in range(20)]
    said += [f"Acme|Chat|b{n}|agent|2026-03-0{5 + n % 4}T08:{n + 20}" for n in range(20)]
    keep(write_log(tmp_path / "event.csv", "\n".join(said)))
    app = opened("first_reply", period="all")
    assert "The period before is not known as a whole" in text_of(app)
    app.date_input(key="compare_event").set_value(date(2026, 3, 5)).run()
    assert checked(app).query_params["event"] == "2026-03-05"
    told = text_of(app)
    assert "**100% within 1 h, up from 0%. " in told
    sides = next(t.value for t in app.table if "Waits" in t.value.columns)
    # As of is 8 March, 08:39: the five of that morning are younger than 2 hours.
    assert list(sides["Waits"]) == ["20", "15"]
    again = opened("first_reply", period="all", event="2026-03-05")
    assert text_of(again) == told
    assert "on one side of 1 Jan 2020" in text_of(opened("first_reply", event="2020-01-01"))
    app.date_input(key="compare_event").set_value(None).run()
    assert "event" not in checked(app).query_params


@pytest.mark.parametrize("event", ["soon", "2026-02-30", "<b>", "9" * 5000])
def test_a_day_that_is_none_is_told_and_ignored(keep, tmp_path, event):
    keep(write_log(tmp_path / "log.csv"))
    app = opened("first_reply", event=event)
    assert len(app.warning) == 1
    assert "is no day; expected one such as" in app.warning[0].value.replace("\\", "")


LONDON = ZoneInfo("Europe/London")
AS_OF = datetime(2026, 3, 31, 10, 0, tzinfo=UTC)


def wall(*parts: int) -> datetime:
    return datetime(*parts)  # noqa: DTZ001 - wall-clock time


def test_two_spans_are_as_long_and_settled():
    span = periods.span("7d", AS_OF, AS_OF, LONDON)
    found = periods.before_and_after(
        span, None, datetime(2026, 1, 1, tzinfo=UTC), AS_OF, LONDON, 7200
    )
    assert found == (
        Span(wall(2026, 3, 18), wall(2026, 3, 24, 9), "day"),
        Span(wall(2026, 3, 25), wall(2026, 3, 31, 9), "day"),
    )
    hours = periods.span("24h", AS_OF, AS_OF, LONDON)
    before, after = periods.before_and_after(
        hours, None, datetime(2026, 1, 1, tzinfo=UTC), AS_OF, LONDON, 3600
    )
    assert (before.since, before.until) == (
        AS_OF - timedelta(hours=48),
        AS_OF - timedelta(hours=25),
    )
    assert (after.since, after.until) == (AS_OF - timedelta(hours=24), AS_OF - timedelta(hours=1))
    assert periods.days_of(after, LONDON) == (date(2026, 3, 30), date(2026, 3, 31))


def test_a_period_before_that_is_not_known_as_a_whole_is_not_compared():
    span = periods.span("7d", AS_OF, AS_OF, LONDON)
    first = datetime(2026, 3, 18, 0, 1, tzinfo=UTC)
    assert periods.before_and_after(span, None, first, AS_OF, LONDON, 0) is None
    everything = periods.span("all", first, AS_OF, LONDON)
    assert periods.before_and_after(everything, None, first, AS_OF, LONDON, 0) is None
    parted = periods.before_and_after(everything, date(2026, 3, 20), first, AS_OF, LONDON, 0)
    assert parted is not None
    assert parted[0].until == parted[1].since == wall(2026, 3, 20)
    assert periods.before_and_after(span, date(2026, 3, 25), first, AS_OF, LONDON, 0) is None


# --------------------------------------------------------------------------- what can be read in a chart


def test_every_bar_of_a_share_has_its_label_and_one_of_few_cases_its_own_colour(keep, tmp_path):
    said = [f"Acme|Chat|a{n}|customer|2026-03-08T08:{n:02}" for n in range(12)]
    said += [f"Acme|Chat|a{n}|agent|2026-03-08T09:{n:02}" for n in range(12)]
    said += ["Acme|Mail|m|customer|2026-03-07T08:00", "Acme|Mail|x|customer|2026-03-09T08:00"]
    said += ["Acme|Posts|p|customer|2026-03-07T08:00", "Acme|Posts|p|agent|2026-03-09T09:00"]
    keep(write_log(tmp_path / "bars.csv", "\n".join(said)))
    (bars,) = charts(opened("response_rate", period="all"))["Response rate by channel"]["data"]
    parts = (bars["y"], bars["text"], bars["textposition"], bars["marker"]["color"])
    (pale,) = look.bars(look.ANSWERED, [{"n": 1}])["color"]
    # Plotly writes nothing beside a bar of no length by itself, and chooses the colour of words by that of their bar.
    assert sorted(zip(*parts, strict=True)) == [
        ("Chat", "100%  (n = 12)", "auto", look.ANSWERED),
        ("Mail", "0%  (n = 2)", "outside", pale),
        ("Posts", "100%  (n = 1)", "auto", pale),
    ]


@pytest.mark.parametrize("paper", ["#FFFFFF", "#13151C"])
def test_words_in_a_bar_of_few_cases_can_be_read_on_both_themes(monkeypatch, paper):
    monkeypatch.setattr(look, "_paper", lambda: paper)
    for colour in (look.ANSWERED, look.WITHIN_FIRST, look.WITHIN_SECOND):
        (pale,) = look.bars(colour, [{"n": 1}])["color"]
        # Plotly writes white on what is dark, and this grey on what is light.
        assert contrast(pale, "#FFFFFF" if paper == "#13151C" else "#444444") >= 4.5


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, as WCAG tells it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("page", ["first_reply", "response_rate"])
def test_points_of_few_cases_are_small_and_none_is_faint(keep, tmp_path, page):
    said = [f"Acme|Chat|a{n}|customer|2026-03-0{1 + n // 12}T08:{n:02}" for n in range(15)]
    said += [f"Acme|Chat|a{n}|agent|2026-03-0{1 + n // 12}T09:{n:02}" for n in range(15)]
    keep(write_log(tmp_path / "few.csv", "\n".join(said)))
    points = [
        trace["marker"]
        for chart in charts(opened(page, period="all")).values()
        for trace in chart["data"]
        if isinstance(trace.get("marker", {}).get("size"), list)
    ]
    assert points
    for marker in points:
        assert marker["opacity"] == 1
        many, few = marker["size"][:2]
        assert few < many


def test_the_names_of_targets_touch_no_line_and_no_other_name():
    # Where the axis is long, lines lie near each other, and names keep to the outside.
    assert axes.sides([3600, 7200], [0, 7]) == ["below", "above"]
    assert axes.sides([3600, 7200], [3, 4]) == ["above", "above"]
    assert axes.sides([3600, 5400, 7200], [0, 7]) == ["below", None, "above"]
    assert axes.sides([60, 3600, 7200], [0, 5]) == ["above", "below", "above"]


def test_ticks_that_are_near_each_other_have_one_name():
    assert axes.waits_across([60, 7200], [])["ticktext"] == ["1 min", "10 min", "1 h", "2 h"]
    month = axes.waits_across([1, 28 * 86400], [])
    named = dict(zip(month["tickvals"], month["ticktext"], strict=True))
    assert {named[3600], named[3 * 86400], named[28 * 86400]} == {"1 h", "3 d", "28 d"}
    assert named[7200] == named[7 * 86400] == ""


# ---------------------------------------------------------------------- the waits behind a point


def test_a_map_of_the_week_leads_to_the_waits_of_an_hour(keep, tmp_path):
    keep(write_log(tmp_path / "log.csv"))
    view = view_of()
    found = behind.Behind.week(view, "first")
    assert found.of_point({"x": 9, "y": 1, "curve_number": 2}) == {
        "weekday": "1",
        "hour": "9",
        "waits": "first",
    }
    assert found.of_point({"curve_number": 0}) is None


def test_bands_of_length_hold_each_wait_once(keep, tmp_path):
    keeper = keep(write_log(tmp_path / "log.csv"))
    rows = ask(keeper.store, "distribution", Question(waits="all"))
    question = Question(waits="all")
    for row in rows:
        took = (row["above_seconds"], row["up_to_seconds"])
        listed = lists.counted(keeper.store, Listing(question=question, took=took))
        assert listed["n"] == row["n"]
    assert sum(row["n"] for row in rows) == 11


def test_a_length_in_the_address_narrows_the_list_and_can_be_taken_out(keep, tmp_path):
    keep(write_log(tmp_path / "log.csv"))
    app = opened("conversations", took="900-1800", period="all")
    assert title(app) == "3 waits, the longest 30 min"
    app.button(key="narrow_took").click().run()
    assert "took" not in checked(app).query_params
    for wrong in ("5", "7-3", "x", "1-99999999999"):
        assert len(opened("conversations", took=wrong).warning) == 1


def test_lengths_are_told_as_people_say_them():
    assert waits_words.took(0, 60) == "up to 1 min"
    assert waits_words.took(3600, 7200) == "1 h to 2 h"
    assert waits_words.took(604800, None) == "more than 7 d"


def view_of():
    from ui import choice, reads
    from ui.view import view

    found, _ = choice.read({}, reads.known(), reads.settings())
    return view(found, reads.known())


# ------------------------------------------------------------------------------- response rate


def test_published_rates_are_lines_with_their_sources(keep, tmp_path):
    keep(write_log(tmp_path / "log.csv"), settings=LINES)
    app = opened("response_rate")
    layout = charts(app)["Response rate in each day among published ones; 86% get an answer"][
        "layout"
    ]
    assert sorted(s["y0"] for s in layout["shapes"]) == [0.36, 0.8]
    assert {a["text"] for a in layout["annotations"]} == {"The *field* 36%", "Our charter 80%"}
    bars = charts(app)["Response rate by channel"]["layout"]
    assert sorted(s["x0"] for s in bars["shapes"]) == [0.36, 0.8]
    told = [m.value for m in app.markdown]
    assert any("Charter, page 4" in line for line in told)
    assert any(r"The \*field\*, 36%" in line for line in told)


def test_without_a_published_rate_there_is_no_line(keep, tmp_path):
    keep(write_log(tmp_path / "log.csv"))
    app = opened("response_rate")
    layout = charts(app)["Response rate in each day among published ones; 86% get an answer"][
        "layout"
    ]
    assert "shapes" not in layout
    assert any("No line is set" in m.value for m in app.markdown)


def test_a_day_that_still_fills_is_no_part_of_the_line(keep, tmp_path):
    keep(write_log(tmp_path / "log.csv"))
    drawn = charts(opened("response_rate", period="all"))
    line, marks = next(c["data"] for alt, c in drawn.items() if "among published" in alt)
    assert (line["mode"], marks["mode"]) == ("lines+markers", "markers")
    assert line["y"][-1] is None
    assert marks["y"][-1] is not None


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((0.2, 0.3), (0.4, 0.5), "more than chance"),
        ((0.2, 0.3), (0.1, 0.15), "more than chance"),
        ((0.2, 0.3), (0.3, 0.5), "may be chance"),
        (None, (0.3, 0.5), "too few"),
    ],
)
def test_a_difference_is_called_chance_while_the_bands_overlap(before, after, told):
    ends = [pair and {"low": pair[0], "high": pair[1]} for pair in (before, after)]
    assert told in replies_words.by_chance(*ends, 3600)
