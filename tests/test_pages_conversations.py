"""The pages Conversations, Banner and Definitions, and the way to the first from the charts."""

import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from public.addresses import ENDINGS, Wanted, readings
from sla import ledger, lists
from sla.keeper import Keeper
from sla.lists import Listing
from sla.measures import Question
from sla.parse import Unit
from tests.page_data import SAID, Keep, checked, keeping, opened, title, write_log
from ui import banner_words, behind, choice, narrow, promise, reads, waits_words
from ui.view import View, view

HOSTILE = (
    "\n<b>*A*</b> $x$ :red[y]|<i>Chat</i> `z`|a|customer|08:00\n"
    "<b>*A*</b> $x$ :red[y]|<i>Chat</i> `z`|a|agent|11:00\n"
)
ONE = "\nShop|Chat|a|customer|08:00\n"


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Keep]:
    """Return a function that gives the pages a store with a log in it; with "" it is empty."""
    with keeping(tmp_path) as found:

        def start(said: str = SAID, settings: str = "# Ours.\nsample = false\n") -> Keeper:
            files = (write_log(tmp_path / "log.csv", said),) if said else ()
            return found(*files, settings=settings)

        yield start


PAGES = ("conversations", "banner", "definitions")


@pytest.mark.parametrize("page", PAGES)
def test_without_data_the_page_leads_to_loading_some(keep, page):
    keep("")
    assert title(opened(page)) == "There is no data yet"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("said", [ONE, HOSTILE], ids=["one", "hostile"])
def test_one_conversation_and_hostile_names_are_told_as_well(keep, page, said):
    keep(said)
    app = opened(page, period="all")
    assert not any("<b>" in text.value for text in (*app.title, *app.header))


def test_conversations_lists_the_waits_with_what_became_of_them(keep):
    keep()
    app = opened("conversations", period="all")
    assert title(app) == "11 waits, the longest 2 d 3 h"
    rows = app.dataframe[0].value
    assert list(rows["waited"])[:3] == [2 * 86400 + 3 * 3600, 5 * 3600, 5400]
    # They are sorted as numbers and read as people say them.
    shown = app.dataframe[0].proto.arrow_data.styler.display_values
    assert all(said in shown for said in (b"2 d 3 h", b"1 h 30 min"))
    assert [list(each) for each in rows["answer"]][:2] == [["given up"], ["later"]]
    assert "4 still open" in app.caption[0].value


def test_conversations_says_how_many_waits_are_of_unknown_length(keep, tmp_path):
    keeper = keep()
    assert "unknown length" not in opened("conversations", period="all").caption[0].value
    # The review was edited after its answer: nobody knows how long that took.
    edited = (
        "account,platform,message_key,thread_key,reply_to_key,author_key,role,sent_at,text\n"
        "Acme,store,1,t,,ann,customer,2026-03-10T12:00:00Z,It crashes\n"
        "Acme,store,2,t,1,Acme,agent,2026-03-10T09:00:00Z,Try the new one\n"
    )
    (tmp_path / "reviews.csv").write_text(edited, encoding="utf-8")
    assert keeper.load([Unit.of(tmp_path / "reviews.csv", "reviews.csv")])[0].error is None
    app = opened("conversations", period="all")
    assert title(app) == "12 waits, the longest 2 d 3 h"
    told = "5 answered within 1 h, 4 not, 2 undecided, 1 of unknown length · 4 still open"
    assert told in app.caption[0].value


def test_conversations_narrows_by_its_controls_and_the_address_says_so(keep):
    keep()
    app = opened("conversations", period="all")
    app.selectbox(key="filter_verdict").set_value("missed").run()
    assert checked(app).query_params["verdict"] == "missed"
    assert title(app) == "4 waits, the longest 2 d 3 h"
    app.selectbox(key="filter_sort").set_value("newest").run()
    app.text_input(key="narrow_q").set_value("no such words").run()
    assert title(checked(app)) == "No wait is like that"
    app.button(key="narrow_clear").click().run()
    assert title(checked(app)) == "11 waits, the longest 2 d 3 h"
    assert "verdict" not in app.query_params


def test_conversations_shows_days_and_hours_that_a_chart_led_to_and_lets_go_of_them(keep):
    keep()
    app = opened("conversations", period="all", weekday="1", hour="10-13")
    assert title(app) == "4 waits, the longest 5 h"
    assert app.button(key="narrow_hour").label.replace("\\", "") == "10:00 – 14:00"
    app.button(key="narrow_hour").click().run()
    assert "hour" not in checked(app).query_params


def test_a_wrong_value_in_the_address_is_named_and_passed_over(keep):
    keep()
    app = opened("conversations", period="all", verdict="late", hour="25", page="x")
    assert '"late" is no verdict' in app.warning[0].value.replace("\\", "")
    assert '"25" is no hour' in app.warning[0].value.replace("\\", "")
    assert title(app) == "11 waits, the longest 2 d 3 h"


def test_a_wait_in_the_address_opens_its_thread_with_the_clock_beside_the_messages(keep):
    keep()
    app = opened("conversations", period="all", wait="desk:m6")
    said = [m.value.replace("\\", "") for m in app.markdown]
    assert any("Started the clock" in text for text in said)
    assert any("5 h" in text and "timer" in text for text in said)
    gone = opened("conversations", wait="desk:none")
    assert any("There is no wait" in w.value.replace("\\", "") for w in gone.warning)


def test_more_waits_than_a_page_holds_are_turned_over_in_the_address(keep):
    said = "".join(f"\nShop|Chat|t{n}|customer|08:{n:02}" for n in range(60)) + "\n"
    keep(said)
    first = opened("conversations", period="all", sort="oldest")
    last = opened("conversations", period="all", sort="oldest", page="3")
    beyond = opened("conversations", period="all", sort="oldest", page="999999999")
    assert (len(first.dataframe[0].value), len(last.dataframe[0].value)) == (25, 10)
    assert list(beyond.dataframe[0].value["wrote"])[-1].endswith("08:59")
    assert last.dataframe[0].value["wrote"].iloc[0].endswith("08:50")


# ------------------------------------------------------------------------------- from a chart to its waits


def chosen(period: str = "all", **named: str) -> View:
    read, ignored = choice.read({"period": period, **named}, reads.known(), reads.settings())
    assert not ignored
    return view(read, reads.known())


def counted(address: behind.Address) -> int:
    """Return how many waits the list at an address has."""
    found, wrong = choice.read(
        {k: v for k, v in address.items() if k in choice.NAMES}, reads.known(), reads.settings()
    )
    listing, also = narrow.read(address, view(found, reads.known()))
    assert not wrong + also
    return lists.counted(reads.store(), listing)["n"]


@pytest.mark.parametrize("period", ["24h", "7d", "90d", "all", "2026-03-09..2026-03-10"])
def test_every_bar_leads_to_as_many_waits_as_it_is_high(keep, period):
    keep()
    shown = chosen(period)
    step = shown.span.step
    outcomes = ("answered", "given_up", "undecided")
    way = behind.Behind.steps(shown, step, outcomes=outcomes)
    rows = shown.rows("response_rate", step)
    assert rows
    for row in rows:
        for place, outcome in enumerate(outcomes):
            found = way.of_point({"x": row[step].isoformat(), "curve_number": place})
            assert counted(found) == row[outcome], (row, found)
    assert counted(way.whole) == sum(row["n"] for row in rows)


def test_bars_of_accounts_lead_to_theirs_and_what_is_no_point_to_nothing(keep):
    keep(HOSTILE)
    shown = chosen()
    rows = shown.rows("response_rate", "account")
    way = behind.Behind.bars(shown, "account", rows)
    name = "&lt;b&gt;*A*&lt;/b&gt; $x$ :red[y]"
    assert counted(way.of_point({"y": name})) == rows[0]["n"]
    assert way.of_point({"y": "other"}) is None
    assert behind.Behind.steps(shown, "day").of_point({"x": "none"}) is None


def test_an_address_holds_what_is_asked_and_leaves_out_what_is_usual(keep):
    keep()
    assert behind.address(chosen("28d"), waits="all") == {}
    found = behind.address(chosen(account="Acme"), verdict="missed", weekdays=(0, 4), hours=(9, 9), opening=False)  # fmt: skip
    assert found == {
        "account": "Acme", "period": "all", "verdict": "missed", "weekday": "0-4", "hour": "9", "opening": "out",
    }  # fmt: skip


@pytest.mark.parametrize("page", ["first_reply", "response_rate"])
def test_the_charts_lead_to_the_waits_behind_them(keep, page):
    keep()
    app = opened(page, period="all")
    links = [e for e in app.main if e.type == "page_link"]
    assert links or "page_link" in str(app.main)


# --------------------------------------------------------------------------------------------------- Banner


def test_a_manager_puts_a_notice_up_and_takes_it_down(keep, tmp_path):
    keep(ONE)
    app = opened("banner")
    app.text_area[0].set_value("We know about the outage.")
    app.button[0].click().run()
    assert title(checked(app)) == "The public reads your notice and no figure"
    written = (tmp_path / "settings.toml").read_text()
    assert written.startswith("# Ours.\nsample = false\n")
    assert tomllib.loads(written)["accounts"]["Shop"]["notice"] == "We know about the outage."
    down = next(b for b in app.button if b.label == "Take it down")
    down.click().run()
    assert title(checked(app)) == "The public reads no figure"
    assert (
        "notice" not in tomllib.loads((tmp_path / "settings.toml").read_text())["accounts"]["Shop"]
    )


def test_a_notice_is_published_at_once(keep, tmp_path):
    keeper = keep(ONE)
    told: list[str | None] = []
    keeper._publish = lambda found: told.append(found[0].notice)
    keeper.notice("Shop", "Back at nine.")
    keeper.notice("Shop", None)
    assert told == ["Back at nine.", None]


def test_no_words_are_refused_on_the_page(keep):
    keep(ONE)
    app = opened("banner")
    app.text_area[0].set_value("   ")
    app.button[0].click().run()
    assert "A notice needs words" in checked(app).error[0].value


def test_the_banner_says_when_nothing_is_scored(keep):
    keep()
    app = opened("banner")
    assert any("No promise has been scored yet" in m.value for m in app.markdown)
    assert any("Choose one account" in c.value for c in app.caption)


def test_the_banner_shows_how_its_promises_were_kept(keep):
    asked = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=5)
    rows = [
        f"Shop,customer,{(asked + timedelta(minutes=n)).isoformat()},T{n},{n}q,hello\n"
        f"Shop,agent,{(asked + timedelta(minutes=n + wait)).isoformat()},T{n},{n}a,hello\n"
        for n, wait in enumerate([5, 5, 40, 5])
    ]
    keeper = keep("")
    promised = ledger.Entry("Shop", "live", 300, 600, None, None, asked, 50, "blend", "{}")
    ledger.enter(keeper.store, [promised], asked - timedelta(minutes=1))
    log = keeper.places.db.with_name("waits.csv")
    log.write_text("account,role,sent_at,thread_key,message_key,text\n" + "".join(rows))
    assert keeper.load([Unit.of(log, log.name)])[0].error is None
    app = opened("banner", account="Shop")
    (kept,) = [m.value for m in app.markdown if "Kept for" in m.value]
    assert "3 of 4 people in the last 7 days" in kept


@pytest.mark.parametrize("account", ["Shop", "r/apple", "A & <b>", "ü ?#", 'q"u'])
def test_snippets_lead_to_the_account_in_each_shape(account):
    for shape, ending in ENDINGS.items():
        path = unquote(promise.public_page(account, ending)).removeprefix("/public/")
        assert Wanted(account, shape) in readings(path)
    found = banner_words.snippets(account, account, "https://care.example.org")
    assert list(found) == ["Frame", "Script", "Image", "Badge", "Your own words"]
    assert all("https://care.example.org/public/" in text for text, _ in found.values())
    assert not any("<b>" in found[way][0] for way in ("Frame", "Script", "Image", "Badge"))
    assert "javascript" not in json.dumps(found["Your own words"]).lower()


def test_a_site_is_told_as_the_browser_knows_it():
    assert (
        banner_words.site("https://care.example.org/banner?account=x") == "https://care.example.org"
    )
    assert banner_words.site(None) == "https://care.example.org"


# ---------------------------------------------------------------------------------------------- Definitions


def test_definitions_take_the_numbers_of_this_data_as_the_example(keep):
    keep()
    app = opened("definitions", period="all")
    assert title(app) == "“56% within 1 h”, and what it means"
    assert "5 of 9 first waits that are decided" in app.markdown[0].value
    assert any("18 messages in 10 conversations with 11 waits" in i.value for i in app.info)
    assert any("Aalen–Johansen" in m.value for m in app.markdown)


def test_every_measure_can_be_opened_with_its_figures(keep):
    keep()
    for name in ("hit_rate", "time_left", "chasers", "curve", "load"):
        app = opened("definitions", period="all", figure=name)
        assert any("In this data" in m.value for m in app.markdown), name


def test_what_became_of_a_wait_is_said_in_one_colour_language():
    row = {"unknown": False, "outcome": "answered", "elapsed_seconds": 3600, "given_up": False}
    limits = (3600, 7200)
    assert waits_words.answer(row, limits) == "within 1 h"
    assert waits_words.answer(row | {"elapsed_seconds": 3601}, limits) == "within 2 h"
    assert waits_words.answer(row | {"elapsed_seconds": 7201}, limits) == "later"
    assert waits_words.answer(row | {"outcome": "open"}, limits) == "still open"
    assert waits_words.answer(row | {"outcome": "open", "given_up": True}, limits) == "given up"
    assert waits_words.answer(row | {"unknown": True}, limits) == "time unknown"
    assert waits_words.headline(
        {"n": 1, "longest_seconds": 60}, Listing(Question(waits="first"))
    ) == ("1 first wait, of 1 min")
