"""The pages, the command line and the API over a lake: the same figures, what is new, and what is off is said where it is met."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from api.routes import routes as api_routes
from ingest.routes import routes as ingest_routes
from sla import lake
from sla.__main__ import main
from sla.errors import ReplyclockError
from sla.keeper import Keeper, Places
from sla.lake_keeper import LakeKeeper, keeper_of
from sla.measures import measures
from sla.parse import Unit
from sla.settings import Settings
from tests.page_data import Keep, checked, keeping, opened, running, title, write_log, write_shifts
from tests.waiting import wait_for
from ui import owner, reads

PAGES = (
    "now", "response_rate", "first_reply", "next_reply", "team", "channels", "wrong_days", "conversations", "definitions",
)  # fmt: skip
TOKEN = "a token of sixteen letters or more"  # noqa: S105 - of this test alone
LATER = "\n" * 40 + "Acme|Chat|new|customer|14:29"


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Keep]:
    with keeping(tmp_path) as found:
        yield found


@pytest.fixture
def over(tmp_path: Path) -> Iterator[Callable[[Keeper], LakeKeeper]]:
    """Return a function that writes the lake of a store and hands the pages a keeper of that."""
    kept: list[LakeKeeper] = []

    def exported(keeper: Keeper) -> LakeKeeper:
        lake.export(keeper.store, tmp_path / "lake")
        found = keeper_of(places(tmp_path), lambda _: None)
        assert isinstance(found, LakeKeeper)
        kept.append(found)
        owner.take(found)
        return found

    yield exported
    for each in kept:
        each.store.close()


def places(folder: Path) -> Places:
    told = 'sample = true\nstore = "lake"\nlake = "lake"\n'
    (folder / "lake.toml").write_text(told, encoding="utf-8")
    return Places(folder / "elsewhere" / "none.duckdb", folder / "lake.toml")


def said(app: AppTest) -> dict[str, Any]:
    """Return whatever figures a page shows."""
    return {
        "title": [each.value for each in app.title],
        "captions": [each.value for each in app.caption],
        "metrics": [(m.label, m.value, m.delta) for m in app.metric],
        "tables": [each.value.to_dict() for each in (*app.table, *app.dataframe)],
        "charts": [each.proto.spec for each in app.get("plotly_chart")],
    }


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_the_same_from_the_lake_as_from_the_database(page, keep, over, tmp_path):
    write = write_shifts if page in ("team", "channels") else write_log
    keeper = keep(write(tmp_path / "log.csv"))
    expected = said(opened(page))
    assert expected["title"]
    over(keeper)
    assert said(opened(page)) == expected


def test_a_new_export_shows_by_itself_and_a_page_keeps_to_one_state(keep, over, tmp_path):
    keeper = keep(write_log(tmp_path / "log.csv"))
    following = over(keeper)
    assert title(opened()).startswith("3 people are waiting")
    keeper.load([Unit.of(write_log(tmp_path / "later.csv", LATER), "later.csv")])
    lake.export(keeper.store, tmp_path / "lake")
    with reads.one_state():
        before = reads.state()
        following.follow()
        assert reads.state() == before
        assert reads.stored().waits == 11
    assert reads.state() != before
    assert reads.stored().waits == 12
    assert title(opened()).startswith("4 people are waiting")


@pytest.mark.parametrize("page", ["now", "first_reply"])
def test_a_page_that_a_new_export_meets_halfway_shows_the_state_it_began_with(
    page, keep, over, tmp_path, monkeypatch
):
    keeper = keep(write_log(tmp_path / "log.csv"))
    expected = said(opened(page))
    following, ask = over(keeper), reads.ask_store
    keeper.load([Unit.of(write_log(tmp_path / "later.csv", LATER), "later.csv")])

    meeting, met = Lock(), []

    def asked(*about: Any) -> Any:
        with meeting:
            if not met:
                lake.export(keeper.store, tmp_path / "lake")
                following.follow()
                met.append(following.store)
        return ask(*about)

    monkeypatch.setattr(reads, "ask_store", asked)
    before = following.store
    assert said(opened(page)) == expected
    assert met == [following.store] != [before]
    assert said(opened(page)) != expected


def test_a_lake_that_cannot_be_read_any_more_is_told_on_every_page(keep, over, tmp_path):
    following = over(keep(write_log(tmp_path / "log.csv")))
    written = tmp_path / "lake" / "manifest.json"
    told = written.read_text()
    written.write_text("{")
    following.follow()
    app = opened()
    assert "this is not what an export writes" in app.warning[0].value.replace("\\", "")
    assert "The figures are those from before" in app.warning[0].value
    assert title(app).startswith("3 people are waiting")
    written.write_text(told)
    following.follow()
    assert not opened().warning


def test_while_it_is_being_written_the_figures_stay_and_are_looked_for_again(keep, over, tmp_path):
    keeper = keep(write_log(tmp_path / "log.csv"))
    following = over(keeper)
    keeper.load([Unit.of(write_log(tmp_path / "later.csv", LATER), "later.csv")])
    lake.export(keeper.store, tmp_path / "lake")
    (file,) = (tmp_path / "lake" / "zones").glob("*.parquet")
    content = file.read_bytes()
    known = tmp_path / "lake" / "known" / "data.parquet"
    known.rename(tmp_path / "known")
    following.follow()
    assert reads.stored().waits == 11
    assert following.lake_error is None
    (tmp_path / "known").rename(known)
    following.follow()
    assert reads.stored().waits == 12
    assert file.read_bytes() == content


def test_the_background_work_follows_the_lake_and_owns_nothing(keep, over, tmp_path):
    keeper = keep(write_log(tmp_path / "log.csv"))
    following = over(keeper)
    following.start()
    try:
        assert following.works
        assert not following.preparing
        keeper.load([Unit.of(write_log(tmp_path / "later.csv", LATER), "later.csv")])
        before = following.store
        lake.export(keeper.store, tmp_path / "lake")
        for _ in range(100):
            if following.store is not before:
                break
            following._stop.wait(0.1)
        assert reads.stored().waits == 12
        assert reads.expectations() == []
    finally:
        following.stop()
    assert not (tmp_path / "elsewhere").exists()


def test_the_data_page_says_where_to_load_and_offers_nothing_that_is_off(keep, over, tmp_path):
    over(keep(write_log(tmp_path / "log.csv")))
    app = opened("data")
    assert f"The figures come from the lake in **{tmp_path / 'lake'}**. Load where it is written" in app.info[0].value.replace("\\", "")  # fmt: skip
    assert "18 messages of 2 accounts" in title(app)
    assert not app.get("file_uploader")
    assert [h.value for h in app.header] == ["How fresh it is", "What is in no figure"]


def test_the_banner_is_told_to_be_renewed_elsewhere(keep, over, tmp_path):
    over(keep(write_log(tmp_path / "log.csv")))
    assert title(opened("banner")) == "The banners are renewed elsewhere"
    assert any("renewed where the lake is written" in m.value for m in opened().markdown)


def test_an_empty_lake_leads_nobody_to_load_here(keep, over):
    over(keep())
    for page in ("now", "data"):
        app = opened(page)
        assert title(app) == "There is no data yet"
        assert not app.button
        told = [each.value for each in (*app.markdown, *app.info)]
        assert any("Load where it is written" in each for each in told)


def test_what_changed_in_the_settings_is_taken_up_but_not_another_store(keep, over, tmp_path):
    following = over(keep(write_log(tmp_path / "log.csv")))
    following.take_settings(Settings(targets=(900,)))
    told = following.store.settings
    assert (told.targets, told.store, told.lake) == ((900,), "lake", tmp_path / "lake")
    with pytest.raises(ReplyclockError, match="No notice can be put up here"):
        following.notice("Acme", "We know.")
    with pytest.raises(ReplyclockError, match="No banner is renewed here"):
        following.renew()


# ------------------------------------------------------------------------------------- without a browser


@pytest.fixture
def shells(keep: Keep, over: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that runs a command on the database (False) or on its lake (True): exit code and output."""
    keeper = keep(write_log(tmp_path / "log.csv"))
    over(keeper)
    keeper.store.close()
    owner.give_up()
    from_db = ["--db", str(keeper.places.db), "--settings", str(keeper.places.settings)]
    from_lake = ["--db", str(keeper.places.db), "--settings", str(tmp_path / "lake.toml")]

    def run(in_lake: bool, *words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([*words, *(from_lake if in_lake else from_db)])
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize(
    "words",
    [
        ("measure", "hit_rate", "--by", "account,day", "--format", "csv"),
        ("measure", "waiting_now", "--format", "json"),
        ("measure", "load", "--from", "2026-03-10", "--to", "2026-03-11", "--compare"),
        ("waits", "--verdict", "missed", "--format", "csv"),
        ("waits", "--search", "parcel", "--format", "json"),
        ("compare", "--format", "json"),
        ("why", "desk:m9", "--format", "json"),
    ],
    ids=" ".join,
)
def test_a_command_that_asks_prints_the_same_from_the_lake(words, shells):
    expected = shells(False, *words)
    assert expected[0] == 0, expected
    assert expected[1]
    assert shells(True, *words) == expected


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("load", "LOG"), "Nothing can be loaded here"),
        (("unload", "1"), "No load can be taken back here"),
        (("export", "LOG.lake"), "No lake can be written here"),
        (("publish", "LOG.web"), "No banner is worked out here"),
        (("loads",), "What was loaded is not told here"),
        (("problems",), "Rows that could not be read are not told here"),
        (("restated",), "Restated figures are not told here"),
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else "",
)
def test_a_command_that_needs_the_database_refuses(words, told, shells, tmp_path):
    named = [word.replace("LOG", str(tmp_path / "log.csv")) for word in words]
    before = (tmp_path / "pages.duckdb").read_bytes()
    code, out, error = shells(True, *named)
    assert (code, out) == (1, "")
    assert error.startswith(f'{told}: store = "lake" in the settings says that the figures come')
    assert f"{tmp_path / 'lake'}. Do it where the lake is written" in error
    assert (tmp_path / "pages.duckdb").read_bytes() == before
    assert not list(tmp_path.glob("log.csv.*"))


def test_a_missing_lake_is_told_by_the_command_line(shells, tmp_path):
    (tmp_path / "lake").rename(tmp_path / "gone")
    code, _, error = shells(True, "measure", "hit_rate")
    assert code == 1
    assert "there is no such folder" in error


def test_numbers_over_http_are_those_of_the_database(keep, over, tmp_path):
    keeper = keep(write_log(tmp_path / "log.csv"))
    other = over(keeper)
    from_db, from_lake = (
        TestClient(Starlette(routes=api_routes(lambda s=each.store: s, lambda: [TOKEN])))
        for each in (keeper, other)
    )
    bearing = {"Authorization": f"Bearer {TOKEN}"}
    for name in measures():
        found = from_lake.get(f"/api/measures/{name}", headers=bearing)
        assert found.status_code == 200
        assert found.json() == from_db.get(f"/api/measures/{name}", headers=bearing).json()
    refused = from_lake.get("/api/loads", headers=bearing)
    assert refused.status_code == 400
    assert "What was loaded is not told here" in json.loads(refused.text)["error"]


def test_the_dashboard_serves_a_lake_follows_it_and_leaves_nothing_behind(
    keep, tmp_path, monkeypatch
):
    keeper = keep(write_log(tmp_path / "log.csv"))
    lake.export(keeper.store, tmp_path / "lake")
    for name in ("served", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    settings = f'store = "lake"\nlake = "../lake"\nsample = true\n[api]\ntoken = "{TOKEN}"\n'
    db = tmp_path / "served" / "none.duckdb"
    with running(db, settings) as address:
        assert waiting_at(address) == 3
        assert len(list((tmp_path / "temporary").glob("replyclock-lake-*"))) == 1
        keeper.load([Unit.of(write_log(tmp_path / "later.csv", LATER), "later.csv")])
        lake.export(keeper.store, tmp_path / "lake")
        assert wait_for(lambda: waiting_at(address) == 4, 60)
    assert sorted(path.name for path in db.parent.iterdir()) == ["log", "settings.toml"]
    assert not list((tmp_path / "temporary").glob("replyclock-lake-*"))


def waiting_at(address: str) -> int:
    asked = urllib.request.Request(  # noqa: S310 - our own server
        f"{address}/api/measures/still_waiting", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
        return int(json.loads(answer.read())[0]["waiting"])


def test_the_live_feed_is_off(tmp_path):
    settings = Settings.model_validate(
        {"store": "lake", "lake": str(tmp_path), "ingest": {"token": TOKEN}}
    )
    web = TestClient(Starlette(routes=ingest_routes(lambda: settings, tmp_path / "inbox")))
    told = web.post("/ingest", content=b"{}", headers={"Authorization": f"Bearer {TOKEN}"})
    assert told.status_code == 404
    assert "Send to where it is written" in told.json()["error"]
    assert not (tmp_path / "inbox").exists()


def test_pages_that_write_are_not_offered(keep, over, tmp_path):
    over(keep(write_log(tmp_path / "log.csv")))
    app = checked(opened("banner", account="Acme"))
    assert not app.get("text_area")
