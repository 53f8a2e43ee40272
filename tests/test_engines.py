"""Every measure gives the same rows on another engine, from a lake, as on DuckDB from the store."""

import importlib.util
import json
import math
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from bench import grown
from sla import lake, lake_manifest, lake_tables, model
from sla.__main__ import main
from sla.engines.asking import ENGINES, Lake
from sla.lake_store import LakeStore
from sla.load import load_file
from sla.measures import _FOLDER, BY_AGENT, Measure, Question, Row, ask, known, measures
from sla.settings import read
from sla.store import SCHEMA_VERSION, Store
from tests import (
    cases_backlog,
    cases_clocks,
    cases_conversations,
    cases_faults,
    cases_measures,
    cases_replies,
    cases_waits,
)
from tests.case_notation import Case, messages_of
from tests.conftest import EXPORTS
from tests.staging import put
from tests.wrong_day_data import write_wrong_day

CASES = [
    found
    for module in (cases_backlog, cases_clocks, cases_conversations, cases_faults, cases_measures, cases_replies, cases_waits)
    for value in vars(module).values() if isinstance(value, list)
    for found in value if isinstance(found, Case)
]  # fmt: skip
REAL = [
    EXPORTS / name
    for name in ("twcs/twcs_5000.csv", "github_issues/archive.json", "x_care/dev.json")
]
# Trees in which a name turns out to be an account's, which a build of everything never has to look for.
NAMING = "11_named"
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
BY_AGENTS = ("by month and agent",)
BRIEFLY = ("by account and day on the open clock", "local minutes", "instants", "nothing")
# What Spark does once for each question takes longer than the question, with so few messages.
BRIEF_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
BRISKLY = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.files.openCostInBytes": "0",
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "10000",
    "spark.locality.wait": "0",
    "spark.sql.ui.explainMode": "simple",
    "spark.sql.maxPlanStringLength": "100",
    "spark.sql.lightweightPlanChangeValidation": "false",
    "spark.driver.extraJavaOptions": BRIEF_JAVA,
    "spark.executor.extraJavaOptions": BRIEF_JAVA,
}
ON_LOOPBACK = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
}
# The tables of a lake that a build leaves as they are.
KEPT_BY_A_BUILD = ("ledger", "renewals", "loads")
# What a step makes, or adds to.
MADE = re.compile(r"^(?:CREATE OR REPLACE TEMP TABLE|INSERT INTO) (\w+)", re.MULTILINE)


class Tables(dict[tuple[str, str], list[str]]):
    """The rows that each step of the model made, in an order of their own, by step and table."""

    def keep(self, step: model.Step, cursor: duckdb.DuckDBPyConnection) -> None:
        """Keep what a step made in DuckDB."""
        for name in MADE.findall(step.sql):
            self[step.name, name] = in_order(cursor.execute(f"FROM {name}").to_arrow_table().to_pylist())  # fmt: skip


def in_order(rows: list[Row]) -> list[str]:
    """Return rows as texts, instants without the name of their zone."""
    return sorted(
        repr([v.isoformat() if isinstance(v, datetime) else v for v in row.values()])
        for row in rows
    )


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Path]]:
    """Give a store of generated messages, a day that went wrong, an account on Lord Howe and a ledger, and its lake."""
    folder = tmp_path_factory.mktemp("engines")
    (folder / "settings.toml").write_text(grown.SETTINGS + grown.TEAMS + LORD_HOWE)
    with Store.open(folder / "store.duckdb", read(folder / "settings.toml")) as store:
        take_grown(store, folder)
        assert load_file(store, write_wrong_day(folder / "shop.csv")).error is None
        put(store, list(on_lord_howe()))
        told_to_the_public(store)
        lake.export(store, folder / "lake")
        yield store, folder / "lake"


def take_grown(store: Store, folder: Path) -> None:
    """Load what three accounts said in ten weeks of the benchmarks' messages; the files stand in `folder`."""
    every = folder / "all.parquet"
    grown.write_messages(every, 0, 6000)
    duckdb.execute(
        f"COPY (FROM '{every}' WHERE account IN ('AcmeCare', 'Acme desk', 'Bolt desk')"
        f" AND sent_at BETWEEN '2026-02-20' AND '2026-04-30') TO '{folder / 'messages.parquet'}'"
    )
    grown.load(store, folder, "grown")


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
    return ""


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Give the name of each of the engines that are installed here."""
    if reason := left_out(request.param):
        pytest.skip(reason)
    return str(request.param)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of a Spark master with two workers, all on loopback."""
    if reason := left_out("spark"):
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("cluster")
    told = ON_LOOPBACK | ({} if THOROUGH else BRISKLY)
    (folder / "spark-defaults.conf").write_text("".join(f"{k} {v}\n" for k, v in told.items()))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"spark://127.0.0.1:{port}"
    spark = importlib.import_module("pyspark").__path__[0]
    given = {
        "SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_HOME": spark,
        "SPARK_WORKER_DIR": str(folder), "SPARK_NO_DAEMONIZE": "1", "PYSPARK_PYTHON": sys.executable,
        "SPARK_DAEMON_JAVA_OPTS": "" if THOROUGH else BRIEF_JAVA,
    }  # fmt: skip
    one = ["--host", "127.0.0.1", "--webui-port", "0"]
    master = [*one, "--port", str(port)]
    worker = [*one, "--cores", "1", "--memory", "1g", url]
    with pytest.MonkeyPatch.context() as patched, ExitStack() as running:
        for name, value in given.items():
            patched.setenv(name, value)
        for kind, arguments in (("master.Master", master), *[("worker.Worker", worker)] * 2):
            started = subprocess.Popen(
                [f"{spark}/bin/spark-class", f"org.apache.spark.deploy.{kind}", *arguments],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            running.callback(started.wait)
            running.callback(started.terminate)
        yield url


@pytest.fixture(scope="module")
def master(request: pytest.FixtureRequest, engine: str) -> str | None:
    """Give the master that an engine is asked through, if it has one."""
    return str(request.getfixturevalue("cluster")) if engine == "spark" else None


@pytest.fixture(scope="module")
def over(
    engine: str, master: str | None, built: Tables, stored: tuple[Store, Path]
) -> Iterator[Lake]:
    """Give the lake of the store through an engine; one that builds is closed by then."""
    assert built
    with Lake.open(stored[1], engine, stored[0].settings, master) as opened:
        yield opened


class Worlds(NamedTuple):
    """A lake that was exported by other settings than the store has now, and the one that the store exports."""

    store: Store
    settings: Path
    lake: Path
    wanted: Path


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """Give a store of every named case, generated messages and, where they are, real exports; and its lakes."""
    folder = tmp_path_factory.mktemp("worlds")
    file, settings = folder / "store.duckdb", folder / "settings.toml"
    settings.write_text("closers = false\n")
    with Store.open(file, read(settings)) as store:
        put(store, [m | {"namespace": f"{place}"} for place, c in enumerate(CASES) for m in messages_of(c)])  # fmt: skip
        put(store, [m | {"message_key": f"k{place}"} for place, m in enumerate(letters())])
        take_grown(store, folder)
        for path in REAL:
            if path.exists():
                assert load_file(store, path).error is None
        lake.export(store, folder / "lake")
    settings.write_text(grown.SETTINGS + grown.TEAMS)
    with Store.open(file, read(settings)) as store:
        with store.transaction() as cursor:
            begin_with_the_first_message(cursor)
            model.rebuild(cursor, store.settings)
        lake.export(store, folder / "wanted")
        yield Worlds(store, settings, folder / "lake", folder / "wanted")


def begin_with_the_first_message(cursor: duckdb.DuckDBPyConnection) -> None:
    """Have opening hours counted from where a build counts them, which never saw what was loaded when."""
    for table in ("open_spans", "open_cover"):
        cursor.execute(f"DELETE FROM {table}")


def letters() -> Iterator[dict[str, Any]]:
    """Give replies and thanks in letters that engines may write, count or compare in ways of their own."""
    said = {"platform": "log", "account": "Letters", "thread_key": "letters", "channel": "Chat"}
    texts = (
        "İstanbul'da özür dileriz ^İK", "ΟΔΟΣ ΜΑΣ sorry ^ΣΣ", "Cafe\u0301 is open, désole\u0301 ^Ré", "Wir prüfen das ^ßa",
        "Sorry\u00a0for\u2003that \x0b~ Kim", "call 0800\u202f123\u202f4567 or é2020-01-02", "a\x85b sorry\u2028there",
        "Nous regardons cela pour vous tout de suite là-bas", "Nous regardons cela pour vous tout de suite la-bas",
        "Nous regardons celà pour vous tout de suite là-bas", "mail us: über@exämple.com", "Ⅻ ④ ½ please wait for this one now",
        "👍🏽 we are looking into it for you 👍🏽 ^KB", "😀 we are looking into it for you 👍🏽 ^KB", "please fill in the Kontaktformular.\n",
        "sorry\n", "^KB\n", "$1 \\1 is what you pay ^AB", "", " ", "see www.example.com/ı ^ab", "www.example.com^ab",
    )  # fmt: skip
    thanks = (
        "👍🏽",
        "❤️",
        "thanks\x0b",
        "THANKS İ",
        "Teşekkürler!",
        "TEŞEKKÜRLER",
        "dankeschön",
        "DANKESCHÖN",
        "merci\u00a0!",
        "ok\n",
        "👍 ?",
    )
    at = datetime(2026, 3, 1, tzinfo=UTC)
    for text, thank in zip(texts, (*thanks, *thanks), strict=True):
        yield said | {"role": "customer", "author_key": "ann", "text": "no signal", "sent_at": (at := at + timedelta(hours=1))}  # fmt: skip
        yield said | {"role": "agent", "author_key": "kim", "text": text, "sent_at": (at := at + timedelta(minutes=5))}  # fmt: skip
        yield said | {"role": "customer", "author_key": "ann", "text": thank, "sent_at": (at := at + timedelta(minutes=5))}  # fmt: skip


@pytest.fixture(scope="module")
def modelled(worlds: Worlds) -> Tables:
    """Give what each step of the model makes in DuckDB, of all messages at once."""
    made = Tables()
    cursor = worlds.store.cursor().cursor()
    cursor.execute("BEGIN")
    begin_with_the_first_message(cursor)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(model, "SLICE_MESSAGES", 2**62)
        model.rebuild(cursor, worlds.store.settings, lambda step: made.keep(step, cursor))
    naming = named(NAMING)
    cursor.execute(naming.sql)
    made.keep(naming, cursor)
    cursor.execute("ROLLBACK")
    return made


def named(name: str) -> model.Step:
    """Return a step of the model."""
    return next(step for step in model.steps() if step.name == name)


@pytest.fixture(scope="module")
def built(engine: str, master: str | None, worlds: Worlds) -> Tables:
    """Give what each step of the model makes on an engine; Spark writes the lake as well, as the command line has it do."""
    from sla.engines import building

    made, run = Tables(), building.Build.run

    def kept(one: building.Build, done: Callable[[model.Step], None]) -> None:
        def keep(step: model.Step) -> None:
            for name in MADE.findall(step.sql):
                made[step.name, name] = in_order(one.rows(name))
            done(step)

        run(one, keep)
        one.step(named(NAMING))
        made[NAMING, "named"] = in_order(one.rows("named"))

    if engine == "clickhouse":
        from sla.engines.clickhouse import ClickHouse

        given = [table for table in lake_tables.files(worlds.lake) if table.name in building.GIVEN]
        with closing(ClickHouse(given)) as opened:
            kept(building.Build(opened, worlds.store.settings), lambda _: None)
        return made
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(building.Build, "run", kept)
        called = ["build", "--engine", "spark", "--lake", f"{worlds.lake}", "--master", f"{master}"]
        assert main([*called, "--settings", f"{worlds.settings}"]) == 0
    return made


@pytest.mark.parametrize(
    "name", [path.stem for path in sorted((_FOLDER.parent / "model").glob("*.sql"))]
)
def test_a_step_of_the_model_makes_the_same_rows_on_the_engine(
    name: str, built: Tables, modelled: Tables
) -> None:
    made = [table for step, table in modelled if step == name]
    assert made, "nothing is compared"
    for table in made:
        found, wanted = built[name, table], modelled[name, table]
        assert len(found) == len(wanted), table
        differing = [pair for pair in zip(found, wanted, strict=True) if pair[0] != pair[1]]
        assert not differing, f"{table}: {differing[0]}"
    assert any(modelled[name, table] for table in made), "nothing was compared"


def told_by(measure: Measure, question: Question) -> Question:
    """Leave out the keys that the measure cannot be told by, and of those that exclude each other all but one."""
    first = [next((k for k in question.by if k in together), None) for together in measure.keys]
    by = [key for key in question.by if key in first] if measure.groupable else []
    return replace(question, by=tuple(by))


def part_by_agent(name: str) -> bool:
    """Return whether the SQL of a measure is another where it is told by who replied."""
    return any(f"{{{part}}}" in measures()[name].sql for part in BY_AGENT)


@pytest.mark.parametrize("name", [path.stem for path in sorted(_FOLDER.glob("[a-z]*.sql"))])
def test_a_measure_has_the_same_rows_on_the_engine(
    name: str, over: Lake, stored: tuple[Store, Path]
) -> None:
    store, rows = stored[0], 0
    on_spark = type(over.engine).__name__ == "Spark"
    briefly = (*BRIEFLY[: 1 if on_spark else None], *(BY_AGENTS if part_by_agent(name) else ()))
    for about in QUESTIONS if THOROUGH and not on_spark else briefly:
        question = QUESTIONS[about]
        asked = told_by(measures()[name], question)
        expected = ask(store, name, asked)
        rows += len(expected)
        differing = differences(over.ask(name, asked), expected)
        assert not differing, f"{name}, {about}: {differing}"
    # A measure without keys has a row of nothing as well, a day that went wrong is always one.
    assert rows > (0 if name == "wrong_days" else 1), "nothing was compared"


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


def test_a_lake_that_is_built_is_the_one_that_the_database_exports(
    engine: str, built: Tables, worlds: Worlds
) -> None:
    if engine != "spark":
        pytest.skip("no other engine writes a lake")
    assert built
    assert not list(worlds.lake.glob(".*"))
    for name in lake_manifest.TABLES:
        assert partitions(worlds.lake, name) == partitions(worlds.wanted, name)
        files = f"{name}/*/*/*"
        assert in_files(worlds.lake, files) == in_files(worlds.wanted, files), name
    for name in lake_manifest.WHOLE:
        # How far ahead opening hours are worked out is told from the instant of doing it.
        until = " WHERE closes_at < '2026-12-01'" if name == "open_spans" else ""
        file = f"{name}/*"
        assert in_files(worlds.lake, file, until) == in_files(worlds.wanted, file, until), name
    told = [json.loads((folder / lake_manifest.MANIFEST).read_text()) for folder in worlds[2:]]
    assert [{name: {*paths} for name, paths in t["tables"].items()} for t in told[:1]] == [
        {name: {*paths} for name, paths in t["tables"].items()} for t in told[1:]
    ]
    assert told[0]["version"] != told[1]["version"]
    with closing(over_lake(worlds)) as dashboard:
        for name in ("hit_rate", "first_reply", "courtesies", "waiting_now"):
            question = told_by(measures()[name], Question(by=("account",)))
            expected = ask(worlds.store, name, question)
            assert not differences(ask(dashboard, name, question), expected), name
            assert expected
    # What the database exports next to the same folder, it writes anew.
    written = lake.export(worlds.store, worlds.lake)
    assert written is not None
    assert written.written == written.files - len(KEPT_BY_A_BUILD)


def over_lake(worlds: Worlds) -> Store:
    """Return the store of a dashboard over the lake."""
    text = f'store = "lake"\nlake = "{worlds.lake}"\n'
    file = worlds.lake.parent / "over.toml"
    file.write_text(text + worlds.settings.read_text())
    return LakeStore.of(read(file))


def test_a_lake_without_messages_is_built_as_well(store: Store, tmp_path: Path) -> None:
    if reason := left_out("clickhouse"):
        pytest.skip(reason)
    from sla.engines.building import DERIVED, GIVEN, Build
    from sla.engines.clickhouse import ClickHouse

    lake.export(store, tmp_path / "lake")
    given = [table for table in lake_tables.files(tmp_path / "lake") if table.name in GIVEN]
    with closing(ClickHouse(given)) as opened:
        one, steps = Build(opened, store.settings), []
        one.run(steps.append)
        assert len(steps) == len(model.steps())
        assert [one.count(name) for name in DERIVED] == [0] * len(DERIVED)


def test_a_master_that_is_none_is_told_and_the_lake_stays(worlds: Worlds) -> None:
    if reason := left_out("spark"):
        pytest.skip(reason)
    before = (worlds.wanted / lake_manifest.MANIFEST).read_text()
    call = ["build", "--engine", "spark", "--lake", str(worlds.wanted), "--master", "nonsense"]
    told = subprocess.run(
        [sys.executable, "-m", "sla", *call], capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert "--master nonsense: Spark cannot be started there" in told.stderr
    assert "Traceback" not in told.stderr
    assert (worlds.wanted / lake_manifest.MANIFEST).read_text() == before
    assert not list(worlds.wanted.glob(".*"))


def partitions(folder: Path, name: str) -> set[Path]:
    return {path.relative_to(folder) for path in folder.glob(f"{name}/*/*/*")}


def in_files(folder: Path, pattern: str, where: str = "") -> list[str]:
    """Return the rows of a table of a lake, in an order of their own, with the columns by name."""
    with duckdb.connect() as reader:
        reader.execute("SET TimeZone = 'UTC'")
        found = reader.execute(
            "SELECT COLUMNS(*) FROM read_parquet(?, hive_types_autocast = false, union_by_name = true)"
            + where,
            [f"{folder}/{pattern}"],
        ).to_arrow_table()
    return in_order(found.select(sorted(found.column_names)).to_pylist())


def test_every_sql_file_is_compared() -> None:
    text = "".join(measure.sql for measure in measures().values())
    shared = {path.stem for path in _FOLDER.glob("_*.sql")}
    inner = "".join(path.read_text() for path in _FOLDER.glob("_*.sql"))
    instead = {f"_{name}" for name in BY_AGENT.values()}
    named = {name for name in shared if f"{{{name[1:]}}}" in text + inner}
    assert shared == named | instead
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


@pytest.mark.parametrize("table", ["waits", "known", "zones"])
def test_a_file_that_is_missing_or_damaged_is_told_with_the_remedy(
    table: str, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if reason := left_out("clickhouse"):
        pytest.skip(reason)
    put(store, list(on_lord_howe()))
    folder = tmp_path / "the (lake)"
    lake.export(store, folder)
    file = next((folder / table).rglob("data.parquet"))
    content = file.read_bytes()
    footer = int.from_bytes(content[-8:-4], "little") + 8
    asked = ["measure", "hit_rate", "--engine", "clickhouse", "--lake", str(folder)]
    inside = b"PAR1" + b"\xff" * (len(content) - 4 - footer) + content[-footer:]
    for spoilt in (b"", b"PAR1 no such thing", content[: len(content) // 2], inside):
        file.write_bytes(spoilt)
        assert main(asked) == 1
        told = capsys.readouterr().err
        assert told.startswith(f"{file}: cannot be read ("), told
        assert told.endswith(
            f"Remove it, and have it written again: python -m sla export {folder}\n"
        )
    file.unlink()
    assert main(asked) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"{file}: this file of the lake is missing")
    assert f"python -m sla export {folder}" in told
    lake.export(store, folder)
    assert main(asked) == 0


def test_accounts_by_odd_names_are_told_apart(store: Store, tmp_path: Path) -> None:
    if reason := left_out("clickhouse"):
        pytest.skip(reason)
    names = ("null", "NULL", "가" * 27, "a%2Fb", "a/b", "%6Eull", "..")
    for account in names:
        put(store, [said | {"account": account, "message_key": f"{account}{n}", "thread_key": account} for n, said in enumerate(on_lord_howe())])  # fmt: skip
    lake.export(store, tmp_path / "lake")
    with Lake.open(tmp_path / "lake", "clickhouse", store.settings) as opened:
        question = Question(by=("account",))
        expected = ask(store, "hit_rate", question)
        assert {row["account"] for row in expected} == {*names}
        assert not differences(opened.ask("hit_rate", question), expected)


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

    def told_of_a_build(*arguments: str, code: int = 1) -> str:
        with ExitStack() as ends:
            if code == 2:
                ends.enter_context(pytest.raises(SystemExit, match="2"))
            assert main(["build", *arguments]) == code
        return capsys.readouterr().err

    assert "--lake" in told_of_a_build("--engine", "spark", code=2)
    assert "invalid choice" in told_of_a_build("--engine", "duckdb", "--lake", "x", code=2)
    assert "no such folder" in told_of_a_build(
        "--engine", "spark", "--lake", str(tmp_path / "none")
    )
    assert "go together" in told("--engine", "spark", code=2)
    assert "--engine spark" in told(*over_lake, str(tmp_path), "--master", "spark://x", code=2)
    assert "no such folder" in told(*over_lake, str(tmp_path / "none"))
    assert "there is no lake" in told(*over_lake, str(tmp_path))
    (tmp_path / "manifest.json").write_text("[]")
    assert "not what an export writes" in told(*over_lake, str(tmp_path))
    (tmp_path / "manifest.json").write_text(
        json.dumps({"version": 1, "tables": {name: {} for name in lake_manifest.TABLES}})
    )
    assert "another version of Replyclock wrote this lake" in told(*over_lake, str(tmp_path))
    tables = {name: {} for name in (*lake_manifest.TABLES, *lake_manifest.WHOLE)}
    (tmp_path / "manifest.json").write_text(
        json.dumps({"lake": SCHEMA_VERSION, "version": 1, "tables": tables})
    )
    for missing in ("chdb", "chdb.session", "pyspark", "pyspark.sql", "sqlglot"):
        monkeypatch.setitem(sys.modules, missing, None)
    for engine in ENGINES:
        monkeypatch.delitem(sys.modules, f"sla.engines.{engine}", raising=False)
        assert "requirements-engines.txt" in told("--engine", engine, "--lake", str(tmp_path))
    monkeypatch.delitem(sys.modules, "sla.engines.building", raising=False)
    missing_here = told_of_a_build("--engine", "spark", "--lake", str(tmp_path))
    assert "requirements-engines.txt" in missing_here
