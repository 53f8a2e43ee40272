"""axe-core finds nothing on any page, in either theme, that keeps a reader out."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from sla.load import load_file
from sla.settings import Settings
from sla.store import Store
from tests.chromium import BROWSER, FLAGS, NEEDS_BROWSER, STILL
from tests.page_data import running, write_log, write_shifts
from tests.wrong_day_data import write_wrong_day

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="`make test` installs it")

pytestmark = [pytest.mark.browser, NEEDS_BROWSER]

PATIENCE = 90_000  # milliseconds; the machine may be busy with the other tests
AT_REST = """() => document.querySelector('h1')
    && !document.querySelector('[data-testid="stStatusWidget"], [data-testid="stSkeleton"], [data-stale="true"]')"""
GROUND = "() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
THEMES = ("light", "dark")
# What lies inside Streamlit's own elements and can't be mended from a page, by rule and by what the selector matches.
STREAMLITS = {
    # The area to drop files on bears a role that hides it and a name at once; its button inside can be reached and is named.
    ("presentation-role-conflict", "[data-testid=stFileUploaderDropzone]"),
}
PAGES = (
    "",
    "response_rate?period=all",
    "first_reply?period=all",
    "next_reply?period=all",
    "team?period=all",
    "channels?period=all",
    "wrong_days?period=all",
    "conversations?period=all",
    "conversations?period=all&wait={wait}",
    "banner",
    "banner?account=Acme",
    "data",
    "definitions?period=all",
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Run the dashboard with three small logs in it; give its address and the id of a wait."""
    folder = tmp_path_factory.mktemp("axe")
    with Store.open(folder / "db.duckdb", Settings()) as store:
        for write in (write_log, write_shifts, write_wrong_day):
            log = write(folder / f"{write.__name__}.csv")
            assert load_file(store, log, name=log.name).error is None
        found = store.cursor().execute("SELECT min(wait_id) FROM waits").fetchone()
    with running(folder / "db.duckdb") as address:
        yield address, str(found[0]) if found else ""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the dashboard without any data; give its address."""
    with running(tmp_path_factory.mktemp("axe_empty") / "db.duckdb") as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(
        locale="en-GB", viewport={"width": 1400, "height": 1000}, **STILL
    )
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def violations(page: Any, address: str, themes: Sequence[str]) -> list[str]:
    """Open a page in one theme, change to the other, and return what axe-core finds in each, without what is known to be Streamlit's own."""
    found, grounds = [], set()
    for place, theme in enumerate(themes):
        page.emulate_media(color_scheme=theme)
        if place == 0:
            page.goto(address)
        page.wait_for_timeout(200)  # a change of the theme begins
        page.wait_for_function(AT_REST)
        page.wait_for_timeout(1000)  # charts and headings settle
        grounds.add(page.evaluate(GROUND))
        found += [f"{theme}: {told}" for told in _found(page)]
    assert len(grounds) == len(themes)
    return found


def _found(page: Any) -> list[str]:
    return [
        f"{found['id']}: {node['html'][:200]} ({node['failureSummary'][:300]})"
        for found in axe.Axe().run(page).response["violations"]
        for node in found["nodes"]
        if not any(
            found["id"] == rule and page.locator(selector).and_(page.locator(str(node["target"][0]))).count()
            for rule, selector in STREAMLITS
        )
    ]  # fmt: skip


# Every other page is opened in the dark.
@pytest.mark.parametrize("place", range(len(PAGES)), ids=PAGES)
def test_nothing_on_a_page_keeps_a_reader_out(filled, page, place):
    address, wait = filled
    themes = THEMES if place % 2 else THEMES[::-1]
    assert violations(page, f"{address}/{PAGES[place].format(wait=wait)}", themes) == []


@pytest.mark.parametrize("path", ["", "data"])
def test_nothing_keeps_a_reader_out_before_there_is_data(empty, page, path):
    assert violations(page, f"{empty}/{path}", THEMES) == []
