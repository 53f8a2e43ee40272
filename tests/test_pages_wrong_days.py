"""The page Days that went wrong: the list, the story, the way to the waits, and what it says when there is nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sla.keeper import Keeper
from tests.page_data import checked, keeping, opened, title, write_log
from tests.test_pages_conversations import HOSTILE, ONE
from tests.wrong_day_data import SETTINGS, write_wrong_day
from ui import choice, course, reads, wrong, wrong_words
from ui.view import View, view

STORY = (
    "107 messages came in from 12:00 to 15:00, usual 18. The backlog reached 63 at 15:20, usual 1, and cleared at 16:32. "
    "Nobody replied from 13:02 to 15:30, for 2 h 28 min; in the end 63 people waited."
)


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Callable[..., Keeper]]:
    """Return a function that gives the pages a store with the log that another function writes."""
    with keeping(tmp_path) as found:

        def start(write: Callable[[Path], Path] | None = write_wrong_day) -> Keeper:
            files = () if write is None else (write(tmp_path / "log.csv"),)
            return found(*files, settings=SETTINGS)

        yield start


def page(**address: str) -> AppTest:
    return opened("wrong_days", **address)


def the_view(**asked: str) -> View:
    chosen, ignored = choice.read(asked, reads.known(), reads.settings())
    assert ignored == []
    return view(chosen, reads.known())


def test_a_wrong_day_is_told_as_a_story_with_its_chart_and_its_waits(keep):
    keep()
    app = page(period="all")
    assert title(app) == "1 day went wrong"
    assert list(app.dataframe[0].value["What"].iloc[0]) == ["surge", "backlog", "silence"]
    assert app.header[0].value == "Wed, 25 Mar 2026 · Shop"
    told = next(m.value for m in app.markdown if "came in" in m.value).replace("\\", "")
    assert told.startswith(STORY)
    shown = the_view(period="all")
    (row,) = shown.rows("wrong_days")
    assert wrong.address(row, shown) == {"account": "Shop", "period": "2026-03-25..2026-03-25"}
    led = wrong.of_hour(row, shown)({"x": "2026-03-25 13:30"})
    assert led == {"account": "Shop", "period": "2026-03-25..2026-03-25", "hour": "13"}
    assert wrong.of_hour(row, shown)({}) is None


def test_the_chart_holds_the_hours_of_the_story_and_names_the_silence(keep):
    keep()
    shown = the_view(period="all")
    (row,) = shown.rows("wrong_days")
    hours = wrong.hours(row, shown)
    assert [hour["messages_in"] for hour in hours][9:17] == [6, 6, 6, 30, 37, 40, 10, 6]
    figure = course.day(hours, row).figure()
    assert [len(trace.x) for trace in figure.data] == [24] * 7
    said = [note.text for note in figure.layout.annotations]
    assert "no reply for 2 h 28 min" in said
    assert any(text.startswith("cleared ") for text in said)


def test_when_no_chosen_day_went_wrong_the_page_leads_to_those_that_did(keep):
    keep()
    app = page(period="7d")
    assert title(app) == "No day went wrong"
    assert any("In all that is known 1 day went wrong" in m.value for m in app.markdown)
    app.button[0].click().run()
    assert title(checked(app)) == "1 day went wrong"


@pytest.mark.parametrize("said", [ONE, HOSTILE], ids=["one", "hostile"])
def test_where_too_little_is_known_the_page_says_so_and_what_to_do(keep, said):
    keep(lambda path: write_log(path, said))
    app = page(period="all")
    assert title(app) == "No day went wrong"
    assert any("load a longer export" in m.value for m in app.markdown)


def test_hostile_names_are_shown_letter_by_letter(keep):
    def write(path: Path) -> Path:
        text = write_wrong_day(path).read_text(encoding="utf-8")
        path.write_text(text.replace("Shop", "<b>*A*</b> $x$"), encoding="utf-8")
        return path

    keep(write)
    app = page(period="all")
    assert "<b>" not in app.header[0].value
    assert title(app) == "1 day went wrong"


def test_without_data_the_page_leads_to_loading_some(keep):
    keep(None)
    assert title(page()) == "There is no data yet"


def test_a_backlog_that_has_not_cleared_is_told_so(keep):
    keep()
    (row,) = the_view(period="all").rows("wrong_days")
    assert "and has not cleared yet" in wrong_words.story(row | {"cleared_at": None})
    assert wrong_words.cleared(row | {"cleared_at": None}) == "not yet"
