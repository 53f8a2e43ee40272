"""The managers' pages in Chromium, from the app as it is started: what a person reads and does there."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sla.load import load_file
from sla.settings import Settings
from sla.store import Store
from tests.chromium import BROWSER, FLAGS, NEEDS_BROWSER, STILL
from tests.page_data import running, write_log

# Opening a page directly, Streamlit asks for these beside it before it finds them at the root.
OWN_SEARCH = ("/_stcore/health", "/_stcore/host-config")
# A request that was still under way when the page was left.
LEFT_BEHIND = "net::ERR_ABORTED"
PATIENCE = 60_000  # milliseconds; the machine may be busy with the other tests
PHONE = {"width": 390, "height": 844}
HEADLINES = {
    "": "3 people are waiting, the oldest for 1 h 30 min",
    "response_rate": "86% get an answer",
    "first_reply": "Half are answered within 1 h 30 min; fewer than 9 of 10 so far",
    "data": "18 messages of 2 accounts, known up to 10 Mar",
}
READ = {
    "": ["What the public sees", "Who is waiting", "over by 30 min", "the latest day in the data", "within 2 h"],
    "response_rate": ["6 answered, however late", "By day", "By channel", "By account"],
    "first_reply": ["n = 9 first waits, 3 still open", "mean, answered only", "How many are answered by when"],
    "data": ["Load exports", "How fresh it is", "belong to no customer and account", "Files loaded so far"],
}  # fmt: skip

pytestmark = [pytest.mark.browser, NEEDS_BROWSER]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the dashboard with the small log in it; give its address."""
    folder = tmp_path_factory.mktemp("app")
    with Store.open(folder / "db.duckdb", Settings()) as store:
        log = write_log(folder / "log.csv")
        assert load_file(store, log, name="log.csv").error is None
    with running(folder / "db.duckdb") as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def desk(chromium: Any) -> Any:
    """Return the browser of a reader in Britain at a desk."""
    context = chromium.new_context(locale="en-GB", viewport={"width": 1400, "height": 900})
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture(scope="module")
def hand(chromium: Any) -> Any:
    """Return the browser of a reader in Britain on a phone, in the dark."""
    context = chromium.new_context(
        locale="en-GB", viewport=PHONE, color_scheme="dark", has_touch=True, is_mobile=True, **STILL
    )
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def page(desk: Any) -> Iterator[Any]:
    """Give a page at the desk; whatever the browser complains about fails the test."""
    opened = desk.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "requestfailed",
        lambda request: (
            complaints.append(f"not reached: {request.url}")
            if request.failure != LEFT_BEHIND
            else None
        ),
    )
    opened.on(
        "response",
        lambda answer: (
            complaints.append(f"{answer.status} {answer.url}")
            if answer.status >= 400 and not answer.url.endswith(OWN_SEARCH)
            else None
        ),
    )
    opened.on(
        "console",
        lambda said: (
            complaints.append(said.text)
            if said.type == "error" and not said.location["url"].endswith(OWN_SEARCH)
            else None
        ),
    )
    yield opened
    told = list(complaints)
    opened.close()
    assert told == []


def go(page: Any, address: str) -> None:
    page.goto(address)
    page.locator("h1").wait_for()


def headed(page: Any, text: str) -> None:
    """Wait until this is how the page's headline begins."""
    page.locator("h1").filter(has_text=text).wait_for()


def reads(page: Any, text: str) -> None:
    """Wait until a person can read this on the page, whatever kind of space stands in it."""
    pattern = re.compile(re.escape(text).replace(r"\ ", r"\s+"))
    page.get_by_text(pattern).first.wait_for()


def test_the_first_page_is_found_by_its_name_as_well(app, page):
    go(page, f"{app}/now?period=all")
    page.wait_for_url(f"{app}/?period=all")
    headed(page, HEADLINES[""])
    assert page.get_by_text("Page not found").count() == 0


@pytest.mark.parametrize("path", HEADLINES)
def test_a_page_opens_directly_and_says_what_matters(app, page, path):
    go(page, f"{app}/{path}")
    headed(page, HEADLINES[path])
    for text in READ[path]:
        reads(page, text)
    assert page.get_by_role("link", name="Response rate").count() == 1


@pytest.mark.parametrize("path", HEADLINES)
def test_nothing_runs_over_on_a_phone_in_the_dark(app, hand, path):
    phone = hand.new_page()
    go(phone, f"{app}/{path}")
    for text in READ[path]:
        reads(phone, text)
    if path != "data":
        phone.locator(".js-plotly-plot").first.wait_for()
    width, main, light = phone.evaluate(
        """() => {
            const main = document.querySelector('[data-testid=stMain]');
            const colour = getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor;
            return [document.documentElement.scrollWidth, main.scrollWidth, parseInt(colour.match(/\\d+/)[0])];
        }"""
    )
    phone.close()
    assert max(width, main) <= PHONE["width"]
    assert light < 60


def test_every_chart_is_drawn_and_named(app, page):
    go(page, f"{app}/first_reply")
    page.locator(".js-plotly-plot").nth(2).wait_for()
    named = page.get_by_role("figure", name="Time to first reply in each day: Half are answered")
    assert named.count() == 1
    reads(page, "target 1 h")
    reads(page, "target 2 h")


def test_a_filter_changes_the_figure_and_the_address_which_shows_the_same_again(app, page):
    go(page, f"{app}/response_rate")
    page.get_by_role("combobox", name="Account").click()
    page.get_by_role("option", name="Bolt").click()
    page.wait_for_function("location.search === '?account=Bolt'")
    reads(page, "At least 50% get an answer; the rest is still undecided")
    address = page.evaluate("location.href")
    go(page, address)
    headed(page, "At least 50% get an answer; the rest is still undecided")
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function("location.search === ''")
    reads(page, "86% get an answer")


def test_the_pages_share_the_filters_and_back_goes_back(app, page):
    go(page, f"{app}/response_rate?account=Bolt&period=7d")
    page.get_by_role("link", name="First reply").click()
    page.wait_for_function("location.pathname === '/first_reply'")
    page.wait_for_function("location.search === '?account=Bolt&period=7d'")
    reads(page, "n = 3 first waits, 1 still open, too few to lean on")
    page.go_back()
    page.wait_for_function("location.pathname === '/response_rate'")
    page.wait_for_function("location.search === '?account=Bolt&period=7d'")
    reads(page, "At least 50% get an answer; the rest is still undecided")


def test_a_wrong_address_is_told_and_the_page_still_shown(app, page):
    go(page, f"{app}/first_reply?account=Nobody&target=abc&period=%3Cb%3E")
    reads(page, 'There is no account "Nobody" in the data.')
    reads(page, '"abc" is no target; expected whole seconds')
    headed(page, HEADLINES["first_reply"])


def test_two_clicks_in_the_calendar_choose_a_period(app, page):
    go(page, f"{app}/response_rate?period=2026-03-01..2026-03-10")
    page.get_by_test_id("stDateInput").locator("[role=group], input").first.click()
    page.get_by_role("gridcell", name=re.compile("8 March|March 8|^8$")).first.click()
    page.get_by_role("gridcell", name=re.compile("9 March|March 9|^9$")).first.click()
    page.wait_for_function("location.search === '?period=2026-03-08..2026-03-09'")
    reads(page, "0% get an answer")


def test_a_table_behind_a_chart_is_downloaded_as_the_command_line_prints_it(app, page):
    go(page, f"{app}/response_rate?period=all")
    page.get_by_text("Table").first.click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download CSV").first.click()
    told = Path(waiting.value.path()).read_text(encoding="utf-8").splitlines()
    assert told[0] == "week,n,answered,given_up,undecided,response_rate"
    assert told[1] == "2026-01-19,1,1,0,0,1.0"


def test_the_public_page_is_one_click_away(app, page):
    go(page, app)
    with page.expect_popup() as opening:
        page.get_by_role("link", name="Public page").first.click()
    opening.value.wait_for_load_state()
    assert opening.value.url == f"{app}/public/Acme"
    assert "Acme" in opening.value.locator("body").inner_text()


def test_an_upload_is_counted_and_seen_on_a_wall_screen_by_itself(app, desk, page, tmp_path):
    wall = desk.new_page()
    wall.clock.install()
    go(wall, app)
    headed(wall, HEADLINES[""])
    go(page, f"{app}/data")
    log = write_log(tmp_path / "later.csv", "\n" * 60 + "Cargo|Chat|z|customer|15:00\n" * 2)
    page.locator("input[type=file]").set_input_files(log)
    reads(page, "later.csv: read as Message log (CSV), 2 messages: 2 new, 0 known already.")
    reads(page, "20 messages of 3 accounts")
    wall.clock.fast_forward(31_000)
    reads(wall, "4 people are waiting")
    wall.close()


def test_a_file_that_is_no_log_is_refused_in_a_sentence(app, page, tmp_path):
    go(page, f"{app}/data")
    reads(page, "messages of")
    before = page.locator("h1").inner_text()
    file = tmp_path / "page.csv"
    file.write_text("<!doctype html><html><body>Sign in</body></html>", encoding="utf-8")
    page.locator("input[type=file]").set_input_files(os.fspath(file))
    reads(page, "page.csv is a web page")
    assert page.locator("h1").inner_text() == before
