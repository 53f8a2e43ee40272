"""The numbers over HTTP: the same as from the command line, for who bears the token, and refused as plainly."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from jsonschema import Draft202012Validator
from starlette.applications import Starlette
from starlette.testclient import TestClient

from api.calls import commands
from api.routes import routes
from sla.__main__ import main
from sla.measures import measures
from sla.settings import Settings
from sla.store import Store
from tests.conftest import minutes
from tests.serving import owning
from tests.staging import put

TOKEN = "a token of sixteen letters or more"  # noqa: S105 - of this test alone
AUTH = {"Authorization": f"Bearer {TOKEN}"}
RULES = Settings.model_validate(
    {
        "agents": {"kim": {"team": "social"}},
        "accounts": {"help": {"hours": {"every": ["08:00-18:00"]}}},
    }
)


def messages() -> list[dict[str, Any]]:
    found = []
    for number in range(40):
        at = minutes(number * 97)
        said = {
            "platform": "log",
            "account": "help",
            "thread_key": f"T/{number}",
            "channel": "Chat",
        }
        found.append(
            said | {"message_key": f"q{number}", "role": "customer", "author_key": "ann", "sent_at": at}
            | {"text": "=no signal, übel"}
        )  # fmt: skip
        if number % 4:
            found.append(
                said | {"message_key": f"a{number}", "role": "agent", "author_key": "kim", "text": "Please call us on 0800 123 4567."}
                | {"sent_at": minutes(number * 97 + number)}
            )  # fmt: skip
    return found


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("api") / "store.duckdb", RULES) as store:
        put(store, messages())
        yield store


@pytest.fixture
def web(full: Store) -> TestClient:
    return TestClient(Starlette(routes=routes(lambda: full, lambda: [TOKEN])))


@pytest.fixture(scope="module")
def copy(full: Store) -> Path:
    path = full.path.with_name("copy.duckdb")
    full.cursor().execute(
        f"ATTACH '{path}' AS copied; COPY FROM DATABASE store TO copied; DETACH copied"
    )
    return path


@pytest.fixture
def shell(
    full: Store, copy: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., str]]:
    """Return what the command line prints, on a copy of the same data."""

    def told(*words: str) -> str:
        capsys.readouterr()
        assert (
            main([*words, "--db", str(copy), "--settings", str(full.path.with_name("s.toml"))]) == 0
        )
        return capsys.readouterr().out

    full.path.with_name("s.toml").write_text(
        '[agents."kim"]\nteam = "social"\n[accounts."help".hours]\nevery = ["08:00-18:00"]\n'
    )
    return told


def test_every_measure_says_what_the_command_line_says(
    web: TestClient, shell: Callable[..., str]
) -> None:
    for name, form in zip(measures(), cycle(("json", "csv", "table")), strict=False):
        told = web.get(f"/api/measures/{name}", params={"format": form}, headers=AUTH)
        assert told.status_code == 200, (name, told.text)
        assert told.text == shell("measure", name, "--format", form), (name, form)


@pytest.mark.parametrize(
    ("path", "words", "asked"),
    [
        ("/measures/hit_rate", ["measure", "hit_rate"], {"by": "account,day", "target": "1200", "clock": "open"}),
        ("/measures/curve", ["measure", "curve"], {"from": "2026-03-02T10:00", "to": "2026-03-03T00:00Z", "waits": "next"}),
        ("/measures/load", ["measure", "load"], {"from": "2026-03-03", "to": "2026-03-04", "compare": "true"}),
        ("/presets", ["compare"], {"account": "help"}),
        ("/waits", ["waits"], {"verdict": "missed", "sort": "newest", "hour": "9-16", "took": "600-", "limit": "3"}),
        ("/waits", ["waits"], {"search": "übel", "weekday": "0-4"}),
        ("/loads", ["loads"], {}),
        ("/problems", ["problems"], {}),
        ("/restated", ["restated"], {}),
    ],
)  # fmt: skip
def test_arguments_are_those_of_the_command_line(
    web: TestClient, shell: Callable[..., str], path: str, words: list[str], asked: dict[str, str]
) -> None:
    options = [f"--{k}" if v == "true" else f"--{k}={v}" for k, v in asked.items()]
    told = web.get(f"/api{path}", params=asked | {"format": "csv"}, headers=AUTH)
    assert told.status_code == 200, told.text
    assert told.text == shell(*words, *options, "--format", "csv")


def test_a_wait_is_traced_whatever_stands_in_its_name(
    web: TestClient, shell: Callable[..., str]
) -> None:
    (first, *_) = web.get("/api/waits", headers=AUTH).json()
    told = web.get(f"/api/waits/{first['wait_id']}/why", headers=AUTH)
    assert told.json() == json.loads(shell("why", first["wait_id"], "--format", "json"))
    assert web.get("/api/waits/log:none/why", headers=AUTH).status_code == 400


def test_arrow_carries_the_same_rows_with_their_types(web: TestClient) -> None:
    for name in measures():
        asked = {"format": "arrow", "from": "2026-03-03", "to": "2026-03-04"}
        told = web.get(f"/api/measures/{name}", params=asked, headers=AUTH)
        table = pa.ipc.open_stream(told.content).read_all()
        plain = web.get(f"/api/measures/{name}", params=asked | {"format": "csv"}, headers=AUTH)
        header, *rows = csv.reader(io.StringIO(plain.text))
        assert table.column_names == header, name
        assert table.num_rows == len(rows), name
        assert not any(
            pa.types.is_null(f.type) or pa.types.is_decimal(f.type) for f in table.schema
        )
    waits = web.get("/api/waits", params={"format": "arrow"}, headers=AUTH)
    table = pa.ipc.open_stream(waits.content).read_all()
    assert table.num_rows == 40
    assert pa.types.is_timestamp(table.schema.field("started_at").type)


def test_a_note_says_what_the_figure_is_of(web: TestClient) -> None:
    told = web.get("/api/measures/hit_rate", headers=AUTH)
    assert "calendar%20clock" in told.headers["Replyclock-Note"].replace(" ", "%20")
    assert told.headers["Cache-Control"] == "no-store"
    assert told.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/measures/hit_rat", 404, "There is no measure"),
        ("/nothing", 404, "/api/measures/{name}"),
        ("/measures/hit_rate?colour=red", 400, 'no argument "colour" here; there are: account'),
        ("/measures/hit_rate?by=sun", 400, "cannot tell waits by"),
        ("/measures/hit_rate?target=0", 400, "write whole seconds above 0"),
        ("/measures/hit_rate?target=60&target=70", 400, "given twice"),
        ("/measures/hit_rate?from=yesterday", 400, "is no day or time"),
        ("/measures/hit_rate?clock=sun", 400, "choose from"),
        ("/measures/hit_rate?account=nobody", 400, "there is no account"),
        ("/measures/hit_rate?compare=perhaps", 400, "true or false"),
        ("/measures/hit_rate?compare=1", 400, "needs a period"),
        ("/measures/hit_rate?format=xml", 400, "choose from"),
        ("/measures/waiting_now?by=day", 400, "takes no --by"),
        ("/measures/hit_rate?db=/etc/passwd", 400, 'no argument "db"'),
        ("/measures/hit_rate?settings=/etc/passwd", 400, 'no argument "settings"'),
        ("/waits?took=0-0", 400, "is no length"),
        ("/waits?limit=99999999999999999999999", 400, "is no number of rows"),
        ("/waits?limit=-1", 400, "is no number of rows"),
        ("/measures/hit_rate?target=99999999999999999999999", 400, "up to ten years"),
        ("/measures/hit_rate?from=2026-12-01&to=2026-11-01", 400, "Swap the two"),
        (
            "/measures/load?from=2026-03-02&to=2026-03-03T00:00Z&compare=1",
            400,
            "both times of one kind",
        ),
    ],
)
def test_what_is_wrong_is_said(web: TestClient, path: str, status: int, said: str) -> None:
    told = web.get(f"/api{path}", headers=AUTH)
    assert (told.status_code, said in told.json()["error"]) == (status, True), told.text


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}]
)
def test_nobody_asks_without_the_token(
    web: TestClient, full: Store, headers: dict[str, str]
) -> None:
    for command in commands():
        path = command.route.replace("{name}", "hit_rate").replace("{wait_id}", "x")
        assert web.get(f"/api{path}", headers=headers).status_code == 401
    assert web.get("/api/measures", headers=headers).status_code == 401
    assert web.get("/api/other", headers=headers).status_code == 401
    closed = TestClient(Starlette(routes=routes(lambda: full, lambda: [])))
    assert closed.get("/api/measures", headers=AUTH).status_code == 401
    assert web.post("/api/measures", headers=AUTH).status_code == 405


def test_the_description_names_every_argument_and_is_openapi(web: TestClient) -> None:
    told = web.get("/api/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    assert set(told["paths"]) == {"/api/measures", *(f"/api{c.route}" for c in commands())}
    asked = told["paths"]["/api/measures/{name}"]["get"]["parameters"]
    assert [p["name"] for p in asked] == [
        "name", "account", "channel", "from", "to", "target", "clock", "waits", "by", "compare", "format",
    ]  # fmt: skip
    assert set(asked[0]["schema"]["enum"]) == set(measures())
    for path in told["paths"].values():
        for parameter in path["get"].get("parameters", []):
            Draft202012Validator.check_schema(parameter["schema"])
    listed = web.get("/api/measures", headers=AUTH).json()
    assert [m["name"] for m in listed] == list(measures())


def test_instants_reach_the_measure_as_they_were_asked(web: TestClient) -> None:
    asked = {"from": "2026-03-02T12:00:00+01:00", "to": "2026-03-02T14:00:00Z"}
    rows = web.get("/api/waits", params=asked, headers=AUTH).json()
    begun = [datetime.fromisoformat(row["started_at"]) for row in rows]
    assert all(minutes(120) <= at < minutes(300) for at in begun)
    assert len(begun) == 2


def test_the_command_line_asks_whoever_has_the_database(
    copy: Path, capsys: pytest.CaptureFixture[str], shell: Callable[..., str]
) -> None:
    """With the database open in another process, every question is answered as if it were not."""
    asked = [
        ["measure", "hit_rate", "--by", "day", "--format", "csv"],
        [
            "measure",
            "first_reply",
            "--from",
            "2026-03-02T10:00",
            "--to",
            "2026-03-03",
            "--compare",
        ],
        ["waits", "--took", "0-3600", "--weekday", "0", "--format", "json"],
        ["compare", "--format", "json"],
        ["loads"],
        ["problems"],
        ["why", "log:q1"],
    ]
    here = [shell(*words) for words in asked]
    with owning(copy, copy.with_name("s.toml")):
        for words, expected in zip(asked, here, strict=True):
            capsys.readouterr()
            assert main([*words, "--db", str(copy)]) == 0, capsys.readouterr().err
            assert capsys.readouterr().out == expected, words
        assert main(["measure", "hit_rate", "--account", "nobody", "--db", str(copy)]) == 1
        assert "there is no account" in capsys.readouterr().err
