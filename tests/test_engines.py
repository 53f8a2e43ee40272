"""Every measure gives the same rows on another engine, from a lake, as on DuckDB from the store."""

import importlib.util
import json
import math
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bench import grown
from sla import lake
from sla.__main__ import main
from sla.engines.asking import ENGINES, Lake
from sla.load import FileResult, load_file, take_in
from sla.measures import _FOLDER, Measure, Question, Row, ask, known, measures
from sla.settings import read
from sla.store import SCHEMA_VERSION, Store
from tests.staging import put
from tests.wrong_day_data import write_wrong_day

pytestmark = pytest.mark.xdist_group("engines")  # one process has an engine, and one of each

LORD_HOWE = '\n[accounts."Lord Howe"]\ntime_zone = "Australia/Lord_Howe"\n[accounts.Shop]\ntime_zone = "Europe/London"\n'
# In what is asked about, summer time begins in London and ends in New York and, by half an hour, on Lord Howe.
SPRING = (datetime(2026, 3, 23), datetime(2026, 4, 6))  # noqa: DTZ001 - each account's own time
ODD = (datetime(2026, 3, 24, 7, 41), datetime(2026, 3, 27, 18, 5))  # noqa: DTZ001
INSTANTS = (
    datetime(2026, 4, 4, 12, 15, tzinfo=UTC),
    datetime(2026, 4, 5, 1, 0, 1, tzinfo=UTC),
)
QUESTIONS = {
    "everything": Question(),
    "by account and day on the open clock": Question(
        waits="all", clock="open", by=("account", "day")
    ),
    "an account by hour of the week": Question("Bolt desk", target=900, by=("hour_of_week",)),
    "local hours": Question(None, "Chat", *SPRING, clock="open", by=("hour", "weekday")),
    "local minutes": Question(None, None, *ODD, waits="next", by=("account", "channel", "week")),
    "instants": Question("Lord Howe", None, *INSTANTS, waits="all", by=("hour", "channel")),
    "by month and agent": Question(since=INSTANTS[0], by=("month", "team", "agent")),
    "nothing": Question("nobody"),
}
THOROUGH = "REPLYCLOCK_THOROUGH" in os.environ
BRIEFLY = ("by account and day on the open clock", "local minutes", "instants", "nothing")
UNPROVEN_ON_SPARK = ("wrong_days",)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Path]]:
    """Give a store of generated messages, a day that went wrong, an account on Lord Howe and a ledger, and its lake."""
    folder = tmp_path_factory.mktemp("engines")
    (folder / "settings.toml").write_text(grown.SETTINGS + grown.TEAMS + LORD_HOWE)
    with Store.open(folder / "store.duckdb", read(folder / "settings.toml")) as store:
        write_grown(folder / "messages.parquet")
        take_in(store, folder, FileResult("grown", format="grown"), sha256="", sample=False)
        assert load_file(store, write_wrong_day(folder / "shop.csv")).error is None
        put(store, list(on_lord_howe()))
        told_to_the_public(store)
        lake.export(store, folder / "lake")
        yield store, folder / "lake"


def write_grown(path: Path) -> None:
    """Write what three accounts said in ten weeks of the benchmarks' messages."""
    grown.write_messages(path.with_name("all.parquet"), 0, 6000)
    duckdb.execute(
        f"COPY (FROM '{path.with_name('all.parquet')}' WHERE account IN ('AcmeCare', 'Acme desk', 'Bolt desk')"
        f" AND sent_at BETWEEN '2026-02-20' AND '2026-04-30') TO '{path}'"
    )


def on_lord_howe() -> Iterator[dict[str, Any]]:
    """Give a question every twenty minutes through the end of summer time, every second one answered."""
    for place in range(24):
        asked = datetime(2026, 4, 4, 11, tzinfo=UTC) + timedelta(minutes=20 * place)
        said = {"platform": "log", "account": "Lord Howe", "channel": "Chat", "thread_key": f"{asked:%m%d%H%M}"}  # fmt: skip
        question = said | {"role": "customer", "author_key": f"c{place}", "text": "no signal"}
        yield question | {"message_key": f"q{asked:%m%d%H%M}", "sent_at": asked}
        if place % 2:
            reply = said | {"role": "agent", "author_key": "kim", "text": "Sorry, please DM us"}
            yield reply | {"message_key": f"a{asked:%m%d%H%M}", "sent_at": asked + timedelta(minutes=place)}  # fmt: skip


def told_to_the_public(store: Store) -> None:
    """Enter promises into the ledger, one after the other, and a closed state that promises a time of day."""
    with store.transaction() as cursor:
        for account, channel in (("AcmeCare", None), ("AcmeCare", "X mentions"), ("Shop", None)):
            for place in range(60):
                stood = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(days=2 * place)
                until = None if place == 59 else stood + timedelta(days=2, hours=-place % 7)
                promise = None if place % 3 == 2 else 900 * place
                opens = stood + timedelta(days=1, hours=9) if place % 3 == 2 else None
                cursor.execute(
                    "INSERT INTO ledger (account, channel, stood_from, stood_to, state, promise_seconds, answered_by)"
                    " VALUES (?, ?, ?, ?, 'normal', ?, ?)",
                    [account, channel, stood, until, promise, opens],
                )
        cursor.execute("INSERT INTO renewals VALUES ('2026-05-31 12:00:00Z')")


def left_out(name: str) -> str:
    """Return why an engine cannot be compared here, or nothing."""
    if importlib.util.find_spec({"clickhouse": "chdb", "spark": "pyspark"}[name]) is None:
        return f"{name} is not installed: pip install -r requirements-engines.txt"
    if name == "spark" and shutil.which("java") is None:
        return "Spark needs Java, and there is none here"
    if name == "spark" and not THOROUGH:
        return "Spark takes minutes: make thorough compares it"
    return ""


@pytest.fixture(scope="module", params=ENGINES)
def over(request: pytest.FixtureRequest) -> Iterator[Lake]:
    """Give the lake of the store through each of the engines that are installed here."""
    name = str(request.param)
    if reason := left_out(name):
        pytest.skip(reason)
    stored = request.getfixturevalue("stored")
    with Lake.open(stored[1], name, stored[0].settings) as opened:
        yield opened


def told_by(measure: Measure, question: Question) -> Question:
    """Leave out the keys that the measure cannot be told by, and of those that exclude each other all but one."""
    first = [next((k for k in question.by if k in together), None) for together in measure.keys]
    by = [key for key in question.by if key in first] if measure.groupable else []
    return replace(question, by=tuple(by))


@pytest.mark.parametrize("name", [path.stem for path in sorted(_FOLDER.glob("[a-z]*.sql"))])
def test_a_measure_has_the_same_rows_on_the_engine(
    name: str, over: Lake, stored: tuple[Store, Path]
) -> None:
    store, rows = stored[0], 0
    on_spark = type(over.engine).__name__ == "Spark"
    if on_spark and name in UNPROVEN_ON_SPARK:
        pytest.skip(f"{name} takes too long on Spark for its rows to have been compared")
    for about in BRIEFLY[:1] if on_spark else QUESTIONS if THOROUGH else BRIEFLY:
        question = QUESTIONS[about]
        asked = told_by(measures()[name], question)
        expected = ask(store, name, asked)
        rows += len(expected)
        differing = differences(over.ask(name, asked), expected)
        assert not differing, f"{name}, {about}: {differing}"
    assert rows > 1, "nothing was compared"


def differences(found: list[Row], expected: list[Row]) -> str:
    """Return how rows differ, in words; nothing where they are the same, shares to 1e-9."""
    if len(found) != len(expected):
        return f"{len(found)} rows where there are {len(expected)}"
    for place, (row, wanted) in enumerate(zip(found, expected, strict=True)):
        for column in {**row, **wanted}:
            told, value = row.get(column), wanted.get(column)
            if type(told) is not type(value) or not alike(told, value):
                return f"row {place}, {column}: {told!r} where it is {value!r}"
    return ""


def alike(told: Any, value: Any) -> bool:
    if isinstance(value, float):
        return math.isclose(told, value, rel_tol=1e-9, abs_tol=1e-9)
    return bool(told == value)


def test_every_sql_file_is_compared() -> None:
    text = "".join(measure.sql for measure in measures().values())
    shared = {path.stem for path in _FOLDER.glob("_*.sql")}
    inner = "".join(path.read_text() for path in _FOLDER.glob("_*.sql"))
    assert {name for name in shared if f"{{{name[1:]}}}" not in text + inner} == set()
    assert {path.stem for path in _FOLDER.glob("[a-z]*.sql")} == set(measures())


def test_what_is_known_is_the_same(over: Lake, stored: tuple[Store, Path]) -> None:
    assert over.known() == known(stored[0])


@pytest.mark.parametrize("export", ["twcs/twcs_5000.csv", "helpdesk_log/helpdesk_it.csv"])
def test_a_real_export_has_the_same_figures(
    export: str, exports: Path, store: Store, tmp_path: Path
) -> None:
    if reason := left_out("clickhouse"):
        pytest.skip(reason)
    result = load_file(store, exports / export)
    if result.error:
        pytest.skip(f"{export} asks for what it does not say")
    lake.export(store, tmp_path / "lake")
    with Lake.open(tmp_path / "lake", "clickhouse", store.settings) as opened:
        for name in ("hit_rate", "first_reply", "load", "hand_offs", "repeats", "ended", "queue"):
            question = told_by(measures()[name], Question(by=("account",)))
            differing = differences(opened.ask(name, question), ask(store, name, question))
            assert not differing, f"{name}: {differing}"


def test_the_command_line_asks_a_lake_as_it_asks_the_database(
    stored: tuple[Store, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    if reason := left_out("clickhouse"):
        pytest.skip(reason)
    store, folder = stored
    (tmp_path / "db").mkdir()
    store.cursor().execute("CHECKPOINT")
    shutil.copy(store.path, tmp_path / "db" / "copy.duckdb")
    asked = ["measure", "hit_rate", "--by", "account", "--from", "2026-03-20", "--to", "2026-03-27", "--compare", "--format", "csv"]  # fmt: skip
    settings = ["--settings", str(folder.parent / "settings.toml")]
    assert main([*asked, *settings, "--db", str(tmp_path / "db" / "copy.duckdb")]) == 0
    expected = capsys.readouterr()
    assert main([*asked, *settings, "--engine", "clickhouse", "--lake", str(folder)]) == 0
    assert capsys.readouterr() == expected
    assert expected.out.count("\n") > 3


def test_what_is_missing_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*arguments: str, code: int = 1) -> str:
        assert main(["measure", "hit_rate", *arguments]) == code
        return capsys.readouterr().err

    over_lake = ["--engine", "clickhouse", "--lake"]
    assert "go together" in told("--engine", "spark", code=2)
    assert "--engine spark" in told(*over_lake, str(tmp_path), "--master", "spark://x", code=2)
    assert "no such folder" in told(*over_lake, str(tmp_path / "none"))
    assert "there is no lake" in told(*over_lake, str(tmp_path))
    (tmp_path / "manifest.json").write_text("[]")
    assert "not what an export writes" in told(*over_lake, str(tmp_path))
    (tmp_path / "manifest.json").write_text('{"version": 1, "tables": {"waits": {}}}')
    assert "another version of Replyclock wrote this lake" in told(*over_lake, str(tmp_path))
    tables = {name: {} for name in (*lake.TABLES, *lake.WHOLE)}
    (tmp_path / "manifest.json").write_text(json.dumps({"lake": SCHEMA_VERSION, "tables": tables}))
    for missing in ("chdb", "chdb.session", "pyspark", "pyspark.sql", "sqlglot"):
        monkeypatch.setitem(sys.modules, missing, None)
    for engine in ENGINES:
        monkeypatch.delitem(sys.modules, f"sla.engines.{engine}", raising=False)
        assert "requirements-engines.txt" in told("--engine", engine, "--lake", str(tmp_path))
