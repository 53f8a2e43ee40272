"""A manager's walk in Chromium: a link, a figure, the thread behind it, the CSV, another target, the link passed on.

And every figure that stands on a page is what the command line says.
"""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import TimeoutError as TooLate

from data.northlight.sample import make
from sla.__main__ import main
from sla.load import load_file
from sla.measures import measures
from sla.settings import read
from sla.store import Store
from tests.chromium import BROWSER, FLAGS, NEEDS_BROWSER, STILL
from tests.conftest import EXPORTS, THOROUGH
from tests.page_data import ROOT, SETTINGS, running, write_log
from ui import reader

pytestmark = [pytest.mark.browser, NEEDS_BROWSER]

PATIENCE = 90_000  # milliseconds; the machine may be busy with the other tests
TRIES = 3
LEFT_BEHIND = "cookies,local_storage,indexeddb,service_workers,cache_storage"
SLICE = EXPORTS / "twcs" / "twcs_5000.csv"
AT_REST = """() => document.querySelector('h1')
    && document.querySelector('[data-test-script-state="notRunning"]')
    && !document.querySelector('[data-testid="stStatusWidget"], [data-testid="stSkeleton"], [data-stale="true"]')"""
# The pages whose charts are over the chosen period, and what their questions add to it.
CHARTED = {
    "response_rate": (),
    "first_reply": (),
    "next_reply": ("--waits", "next"),
    "channels": (),
    "team": (),
}

# Those whose tables are the longest on the public slice; `make thorough` walks there through all of them.
WITH_MANY_ROWS = ("first_reply", "channels")


@dataclass(frozen=True)
class Walked:
    """The app at `address`, and the command line over a store with the same messages."""

    address: str
    store: tuple[str, ...]

    def measure(self, capsys: Any, *asked: str) -> str:
        """Return what `python -m sla measure …` prints."""
        capsys.readouterr()
        assert main(["measure", *asked, *self.store]) == 0
        printed: str = capsys.readouterr().out
        return printed

    def row(self, capsys: Any, *asked: str) -> dict[str, Any]:
        """Return the only row of a measure."""
        (row,) = json.loads(self.measure(capsys, *asked, "--format", "json"))
        return dict(row)


@pytest.fixture(scope="module", params=["sample", "public slice"])
def walked(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    """Run the dashboard with ten days of the sample in it, or with the public slice."""
    folder = tmp_path_factory.mktemp("walk")
    if request.param == "sample":
        northlight = make(folder / "northlight", datetime(2026, 3, 20, 12, tzinfo=UTC), days=10)
        settings = (ROOT / "data" / "settings.toml").read_text(encoding="utf-8")
        there = walking(folder, northlight.files, settings.replace("sample = true", SETTINGS))
    elif SLICE.exists():
        there = walking(folder, [SLICE])
    else:
        pytest.skip("the real exports are not on this machine")
    with there as found:
        yield found


@contextmanager
def walking(folder: Path, files: Sequence[Path], settings: str = SETTINGS) -> Iterator[Walked]:
    """Load files, and run the dashboard over one of two copies of the database: it owns its own."""
    (folder / "settings.toml").write_text(settings, encoding="utf-8")
    db, beside = folder / "db.duckdb", folder / "beside.duckdb"
    with Store.open(db, read(folder / "settings.toml")) as store:
        for file in files:
            assert load_file(store, file, name=file.name).error is None
    shutil.copy(db, beside)
    with running(db, settings=settings) as address:
        yield Walked(address, ("--db", str(beside), "--settings", str(folder / "settings.toml")))


# Three weeks: by day the first answer takes 10 min, but 20 in the first two, and the next one 90; in the evening the other way round.
WEEKS = "\n".join(
    f"Acme|Chat|{day}{when}|{role}|2026-03-{day:02}T{at}"
    for day in range(1, 22)
    for when, times in (
        ("day", ("09:00", "09:20" if day < 15 else "09:10", "10:00", "11:30")),
        ("evening", ("20:00", "21:30", "22:00", "22:20" if day < 15 else "22:10")),
    )
    for role, at in zip(("customer", "agent") * 2, times, strict=True)
)
OPEN = 'sample = false\n[accounts.Acme.hours]\nevery = ["08:00-18:00"]\n'
LAST_WEEK = "2026-03-15..2026-03-21"


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    """Run the dashboard with three weeks in it, in which every reply sends the customer elsewhere."""
    folder = tmp_path_factory.mktemp("weeks")
    log = write_log(folder / "log.csv", WEEKS)
    said = log.read_text(encoding="utf-8").replace(
        "It is on its way.", "Please send us a direct message."
    )
    log.write_text(said, encoding="utf-8")
    with walking(folder, [log], OPEN) as there:
        yield there


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def in_britain(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(
        locale="en-GB", viewport={"width": 1400, "height": 1000}, **STILL
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def opened(in_britain: Any) -> Iterator[Callable[[str], Any]]:
    """Return a function that opens an address in a browser that knows nothing of it, as somebody who got the link would.

    What a page left behind is forgotten; the files that every page loads are not, else they are most of what a test takes.
    """
    pages = []

    def open_page(address: str) -> Any:
        page = in_britain.new_page()
        pages.append(page)
        session = in_britain.new_cdp_session(page)
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": LEFT_BEHIND})
        page.goto(address)
        rest(page)
        return page

    yield open_page
    for page in pages:
        page.close()


@pytest.fixture(autouse=True)
def british(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write figures as the browser's reader would."""
    monkeypatch.setattr(reader, "locale", lambda: "en_GB")


def rest(page: Any) -> None:
    """Wait until the page is drawn and nothing runs any more."""
    page.wait_for_function(AT_REST)


def headline(page: Any) -> str:
    return " ".join(page.locator("h1").inner_text().split())


def click(page: Any, mark: Any) -> None:
    """Click into the middle of a mark of a chart, once nothing above it moves it any more."""
    rest(page)
    mark.scroll_into_view_if_needed()
    before, box = None, mark.bounding_box()
    while box != before:
        page.wait_for_timeout(100)
        before, box = box, mark.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def follow(page: Any, mark: Any) -> dict[str, str]:
    """Click on a mark of a chart, which leads to a list of waits; return what it is asked for."""
    click(page, mark)
    page.wait_for_function("location.pathname === '/conversations'")
    rest(page)
    return asked_for(page)


def listed(page: Any) -> int:
    """Return how many waits the list has."""
    found = re.match(r"[\d,]+", headline(page))
    assert found is not None
    return int(found[0].replace(",", ""))


def asked_for(page: Any) -> dict[str, str]:
    """Return what stands in the page's address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def saved(page: Any, button: Any) -> str:
    """Click a button that downloads a CSV, and return what is in it."""
    return downloaded(page, button)[1]


def downloaded(page: Any, button: Any) -> tuple[str, str]:
    """Press a button that downloads a CSV once the page is at rest; return the file's name and what is in it.

    By keyboard, and again where nothing came: a chart that is drawn meanwhile moves a button away under the mouse,
    and a page that is drawn anew takes the focus away.
    """
    for _ in range(TRIES):
        rest(page)
        try:
            with page.expect_download(timeout=PATIENCE / TRIES) as waiting:
                button.press("Enter")
            told = Path(waiting.value.path()).read_text(encoding="utf-8")
            return waiting.value.suggested_filename, told
        except TooLate:
            continue
    raise AssertionError(f"nothing was downloaded from {page.url}")


def unfold(page: Any, summary: Any, made: Any) -> None:
    """Unfold a table by keyboard, and wait for what is made then."""
    for _ in range(TRIES):
        rest(page)
        if not summary.evaluate("one => one.parentElement.open"):
            summary.press("Enter")
        try:
            made.wait_for(timeout=PATIENCE / TRIES)
        except TooLate:
            continue
        return
    raise AssertionError(f"nothing was unfolded on {page.url}")


def metrics(page: Any) -> dict[str, str]:
    """Return the figures in boxes by their names."""
    boxes = page.get_by_test_id("stMetric").all()
    return {
        " ".join(box.get_by_test_id("stMetricLabel").inner_text().split()): " ".join(
            box.get_by_test_id("stMetricValue").inner_text().split()
        )
        for box in boxes
    }


def test_from_a_link_to_the_thread_and_back_to_a_link(walked, opened, capsys):
    page = opened(f"{walked.address}/first_reply?period=all&target=7200")
    whole = walked.row(capsys, "first_reply", "--target", "7200")
    assert reader.within(whole["median_seconds"]) in headline(page)
    page.get_by_role("link", name="The waits behind this").first.click()
    page.wait_for_function("location.pathname === '/conversations'")
    rest(page)
    assert asked_for(page)["period"] == "all"
    assert asked_for(page)["target"] == "7200"
    assert listed(page) == whole["n"]

    told = saved(page, page.get_by_role("button", name="Download all as CSV"))
    rows = list(csv.DictReader(io.StringIO(told)))
    assert len(rows) == whole["n"]
    rate = walked.row(capsys, "hit_rate", "--target", "7200")
    assert sum(row["verdict"] == "met" for row in rows) == rate["met"]
    assert sum(row["outcome"] == "open" for row in rows) == whole["open"]

    page.get_by_test_id("stDataFrame").first.click(position={"x": 18, "y": 52})
    page.get_by_role("dialog").get_by_role("link", name="All waits of this conversation").wait_for()
    assert asked_for(page)["wait"] == rows[0]["wait_id"]
    thread = opened(page.url)
    thread.get_by_role("dialog").get_by_text("started the clock", exact=False).first.wait_for()


def test_another_target_changes_the_figure_and_the_link_that_is_passed_on(walked, opened, capsys):
    page = opened(f"{walked.address}/first_reply?period=all")
    within = {seconds: walked.row(capsys, "hit_rate", "--target", str(seconds)) for seconds in (3600, 28800)}  # fmt: skip
    assert metrics(page)["within 1 h"] == reader.share(within[3600]["hit_rate"])
    page.get_by_role("combobox", name="Target").click()
    page.get_by_role("option", name="within 8 h").click()
    page.wait_for_function("location.search.includes('target=28800')")
    rest(page)
    page.get_by_test_id("stMetricLabel").get_by_text("within 8 h").wait_for()
    assert metrics(page)["within 8 h"] == reader.share(within[28800]["hit_rate"])
    passed_on = opened(page.url)
    assert metrics(passed_on) == metrics(page)
    assert headline(passed_on) == headline(page)


@pytest.mark.parametrize("path", CHARTED if THOROUGH else WITH_MANY_ROWS)
def test_every_table_of_a_page_is_what_the_command_line_prints(walked, opened, capsys, path):
    compare_tables(walked, opened, capsys, path)


# Not in one list with the above: pytest would start the dashboard anew for each pair of it.
@pytest.mark.parametrize("walked", ["sample"], indirect=True)
@pytest.mark.parametrize(
    "path", [] if THOROUGH else [p for p in CHARTED if p not in WITH_MANY_ROWS]
)
def test_every_table_of_a_page_of_the_sample_is_what_the_command_line_prints(
    walked, opened, capsys, path
):
    compare_tables(walked, opened, capsys, path)


def compare_tables(walked: Walked, opened: Callable[[str], Any], capsys: Any, path: str) -> None:
    """Download every table of a page, and hold it against what the command line prints."""
    page = opened(f"{walked.address}/{path}?period=all")
    buttons = page.get_by_role("button", name="Download CSV")
    for summary in page.locator("summary").filter(has_text="Table").all():
        unfold(page, summary, buttons.nth(buttons.count()))  # a table is made when it is unfolded
    rest(page)
    compared: list[str] = []
    for button in buttons.all():
        file, told = downloaded(page, button)
        name = Path(file).stem
        if name not in measures():
            continue  # a table that sets several measures side by side
        columns = told.splitlines()[0].split(",")
        by = columns[: columns.index(next(iter(measures()[name].columns)))]
        asked = [name, *(("--by", ",".join(by)) if by else ()), *CHARTED[path], "--format", "csv"]
        wanted = walked.measure(capsys, *asked).splitlines()
        if name == "ended" and name not in compared and len(comparable(wanted)) > 2:
            wanted = comparable(wanted)  # the funnel comes first
        assert sorted(told.splitlines()) == sorted(wanted), asked
        compared.append(name)
    assert len(compared) >= 2


def comparable(lines: Sequence[str]) -> list[str]:
    """Return of the lines of `ended` by account and agent those that the funnel has: people who can be compared."""
    rows = list(csv.DictReader(lines))
    accounts = {row["account"] for row in rows}
    told = [row["standing"] not in {"few", "alone"} and row["agent"] not in accounts for row in rows]  # fmt: skip
    return [lines[0], *(line for line, there in zip(lines[1:], told, strict=True) if there)]


def test_the_headlines_say_what_the_command_line_says(walked, opened, capsys):
    rate = walked.row(capsys, "response_rate")
    page = opened(f"{walked.address}/response_rate?period=all")
    assert headline(page) == f"{reader.share(rate['response_rate'])} get an answer"
    waiting = walked.row(capsys, "still_waiting")
    page = opened(walked.address)
    assert headline(page).startswith(reader.number(waiting["waiting"]) if waiting["waiting"] else "Nobody")  # fmt: skip
    if waiting["waiting"]:
        assert headline(page).endswith(reader.duration(waiting["oldest_seconds"]))
    days = json.loads(walked.measure(capsys, "wrong_days", "--format", "json"))
    page = opened(f"{walked.address}/wrong_days?period=all")
    assert headline(page).startswith(reader.number(len({d["day"] for d in days})) if days else "No day")  # fmt: skip


def test_a_chart_is_saved_as_a_picture_by_mouse_or_keyboard(walked, opened):
    page = opened(f"{walked.address}/response_rate?period=all")
    button = page.get_by_role("button", name="Download plot as a PNG").first
    button.focus()
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    assert waiting.value.suggested_filename == "response_rate.png"
    picture = Path(waiting.value.path()).read_bytes()
    assert picture.startswith(b"\x89PNG")
    width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert width > 1000
    assert height > 400


@pytest.mark.parametrize(("path", "kind"), [("first_reply", "first"), ("next_reply", "next")])
def test_the_bars_in_and_out_of_hours_lead_to_their_waits(weeks, opened, capsys, path, kind):
    asked = ("in_and_out", "--waits", kind, "--from", "2026-03-15", "--to", "2026-03-22", "--format", "json")  # fmt: skip
    counted = {row["opening"]: row["n"] for row in json.loads(weeks.measure(capsys, *asked))}
    led = {}
    for place in (0, 1):
        page = opened(f"{weeks.address}/{path}?period={LAST_WEEK}")
        chart = page.locator(".js-plotly-plot").filter(has_text="in opening hours")
        found = follow(page, chart.locator(".bars .point path").nth(place))
        assert found == {"period": LAST_WEEK, "waits": kind, "opening": found["opening"]}
        led[found["opening"]] = listed(page)
    assert led == counted == {"in": 7, "out": 7}


@pytest.mark.parametrize(("path", "kind"), [("first_reply", "first"), ("next_reply", "next")])
def test_the_curves_before_and_after_lead_to_their_waits(weeks, opened, path, kind):
    led = []
    for place in (0, -1):
        page = opened(f"{weeks.address}/{path}?period={LAST_WEEK}")
        chart = page.locator(".js-plotly-plot").filter(has_text="the period before")
        found = follow(page, chart.locator(".scatterlayer .trace .points path").nth(place))
        assert found["waits"] == kind
        led.append((found["period"], listed(page)))
    assert led == [("2026-03-08..2026-03-14", 14), (LAST_WEEK, 14)]


def test_a_part_of_a_bar_of_hand_offs_leads_to_its_replies_and_each_to_its_thread(weeks, opened):
    page = opened(f"{weeks.address}/channels?period={LAST_WEEK}")
    chart = page.locator(".js-plotly-plot").filter(has_text="direct message")
    click(page, chart.locator(".bars .point path").first)
    drawer = page.get_by_role("dialog")
    drawer.get_by_text("sent the customer to: direct message", exact=False).wait_for()
    drawer.get_by_test_id("stDataFrame").click(position={"x": 18, "y": 52})
    page.wait_for_function("location.pathname === '/conversations'")
    rest(page)
    assert {"account", "q", "wait"} <= set(asked_for(page))
    page.get_by_role("dialog").get_by_text("Please send us a direct message", exact=False).first.wait_for()  # fmt: skip


def test_a_column_of_durations_is_sorted_by_length(weeks, opened):
    page = opened(f"{weeks.address}/conversations?period={LAST_WEEK}")
    grid = page.get_by_test_id("stDataFrame").first
    first = grid.get_by_test_id("glide-cell-1-0")
    first.wait_for(state="attached")
    assert first.text_content() == "5400"
    grid.click(position={"x": 70, "y": 18})
    page.wait_for_function(
        "() => document.querySelector('[data-testid=glide-cell-1-0]').textContent === '600'"
    )
    # As text, "5400" would come before "600" and "1 h 30 min" before "10 min".
    told = [grid.get_by_test_id(f"glide-cell-1-{row}").text_content() for row in range(20)]
    assert told == ["600"] * 11 + ["5400"] * 9
