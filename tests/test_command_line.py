import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sla.__main__ import main
from sla.measures import measures
from sla.settings import ROOT, Settings
from sla.store import Store, announce

LOG = """\
account,role,sent_at,thread_key,message_key,author_key,text
help,customer,2026-03-02T09:00:00Z,T1,1,ann,no signal
help,agent,2026-03-02T09:10:00Z,T1,2,kim,on it
help,customer,2026-03-02T10:00:00Z,T2,3,bob,no signal either
help,customer,2026-03-02T12:30:00Z,T3,4,cid,nor here
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "settings.toml").write_text("closers = false\n")
    (tmp_path / "log.csv").write_text(LOG)
    return tmp_path


def sla(place: Path, *words: str) -> int:
    """Run a command in this process, on a database and settings of its own."""
    return main(
        [*words, "--db", str(place / "db" / "t.duckdb"), "--settings", str(place / "settings.toml")]
    )


def test_load_prints_one_object_with_the_promised_keys(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sla(place, "load", str(place / "log.csv"), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "files": [
            {"path": str(place / "log.csv"), "format": told["files"][0]["format"], "messages": 4, "new": 4,
             "updated": 0, "duplicates": 0, "problems": 0, "load": 1}
        ],
        "messages": 4, "conversations": 3, "waits": 3,
    }  # fmt: skip
    assert sla(place, "load", str(place / "log.csv"), "--json") == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["files"][0]["new"], again["files"][0]["duplicates"], again["waits"]) == (0, 4, 3)


PROMISED = {
    "hit_rate": ["met", "missed", "undecided", "n", "hit_rate", "worst", "best"],
    "first_reply": [
        "n",
        "answered",
        "open",
        "median_seconds",
        "p90_seconds",
        "mean_answered_seconds",
    ],
    "response_rate": ["n", "answered", "given_up", "undecided", "response_rate"],
    "waiting_now": ["wait_id", "account", "channel", "started_at", "age_seconds"],
    "load": ["messages_in", "waits_opened", "replies_out"],
}


@pytest.mark.parametrize("name", PROMISED)
def test_measure_prints_a_list_of_objects_with_the_promised_keys(
    place: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    sla(place, "load", str(place / "log.csv"))
    capsys.readouterr()
    assert sla(place, "measure", name, "--format", "json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [list(row) for row in rows] == [PROMISED[name]] * len(rows)
    assert rows


def test_figures_are_those_of_the_messages(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sla(place, "load", str(place / "log.csv"))
    capsys.readouterr()
    sla(place, "measure", "hit_rate", "--format", "json")
    assert json.loads(capsys.readouterr().out) == [
        {
            "met": 1,
            "missed": 1,
            "undecided": 1,
            "n": 3,
            "hit_rate": 0.5,
            "worst": 1 / 3,
            "best": 2 / 3,
        }
    ]
    sla(place, "measure", "waiting_now", "--format", "json")
    (oldest, newest) = json.loads(capsys.readouterr().out)
    assert (oldest["wait_id"], oldest["started_at"], oldest["age_seconds"]) == (
        "log:3",
        "2026-03-02T10:00:00Z",
        9000,
    )
    assert newest["age_seconds"] == 0
    sla(place, "measure", "hit_rate", "--format", "json", "--clock", "open")
    assert json.loads(capsys.readouterr().out)[0]["hit_rate"] is None


def test_groups_and_bounds_are_told_by_their_keys(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sla(place, "load", str(place / "log.csv"))
    capsys.readouterr()
    sla(place, "measure", "load", "--by", "account,hour", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] == {
        "account": "help",
        "hour": "2026-03-02T09:00",
        "messages_in": "1",
        "waits_opened": "1",
        "replies_out": "1",
    }
    sla(
        place,
        "measure",
        "hit_rate",
        "--from",
        "2026-03-02T10:00Z",
        "--to",
        "2026-03-02T12:30",
        "--format",
        "json",
    )
    assert json.loads(capsys.readouterr().out)[0]["n"] == 1
    sla(place, "measure", "hit_rate", "--by", "month", "--target", "7200")
    table = capsys.readouterr()
    assert "2026-03-01" in table.out
    assert "target 2 h · as of 2026-03-02T12:30:00Z" in table.err


def test_measures_lists_each_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measures"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(measures())
    assert all(len(line.split()) > 5 for line in lines)


@pytest.mark.parametrize(
    "words",
    [
        ["measure", "nonsense"], ["measure", "hit_rate", "--by", "colour"], ["measure", "hit_rate", "--target", "-5"],
        ["measure", "hit_rate", "--from", "yesterday"], ["measure", "hit_rate", "--clock", "sun"], ["load"], [],
        ["measure", "hit_rate", "--target", "1.5"],
    ],
)  # fmt: skip
def test_a_wrong_call_ends_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert "usage: " in capsys.readouterr().err


def test_what_a_spreadsheet_takes_for_a_formula_is_a_text_in_every_csv(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = '"=HYPERLINK(""http://x"")",{role},2026-03-02T{at}:00Z,T1,{key},{who},hello'
    rows = [
        evil.format(role="customer", at="09:00", key=1, who="ann"),
        evil.format(role="agent", at="09:10", key=2, who="@SUM(1)"),
    ]
    (place / "evil.csv").write_text("\n".join([LOG.splitlines()[0], *rows]))
    assert sla(place, "load", str(place / "evil.csv")) == 0
    for asked in (
        ["waits"],
        ["measure", "hit_rate", "--by", "account"],
        ["measure", "ended", "--by", "agent"],
    ):
        capsys.readouterr()
        assert sla(place, *asked, "--format", "csv") == 0
        printed = capsys.readouterr().out
        cells = [cell for row in csv.reader(io.StringIO(printed)) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "@SUM"))], printed
        assert [cell for cell in cells if cell.startswith(("'=", "'@"))], printed


def test_a_period_ends_after_it_begins(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sla(place, "load", str(place / "log.csv")) == 0
    backwards = ["--from", "2026-03-03", "--to", "2026-03-02"]
    assert sla(place, "measure", "hit_rate", *backwards) == 1
    assert "after its end at 2026-03-02T00:00. Swap the two." in capsys.readouterr().err


def test_an_announcement_of_a_process_that_is_something_else_stops_no_export(place: Path) -> None:
    assert sla(place, "load", str(place / "log.csv")) == 0
    announce(place / "db" / "t.duckdb")  # this process, which has no database open
    assert sla(place, "export", str(place / "lake")) == 0
    assert (place / "lake" / "manifest.json").exists()


def test_a_list_takes_no_groups(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sla(place, "measure", "waiting_now", "--by", "day") == 2
    assert "takes no --by" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["measure", "hit_rate"], "there is no database yet"),
        (["load", "{place}/none.csv"], "none.csv"),
        (["load", "{place}/page.csv"], "page.csv"),
    ],
)
def test_nothing_usable_ends_with_1_and_one_sentence(
    place: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    (place / "page.csv").write_text("<!DOCTYPE html><html><title>Sign in</title></html>")
    assert sla(place, *(word.format(place=place) for word in words)) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


def test_one_good_file_among_bad_ones_is_loaded(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "empty.csv").write_text("")
    assert sla(place, "load", str(place / "empty.csv"), str(place / "log.csv"), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [f["new"] for f in told["files"]] == [0, 4]
    assert "empty.csv" in told["files"][0]["error"]


def test_unknown_names_are_told_with_those_there_are(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sla(place, "load", str(place / "log.csv"))
    assert sla(place, "measure", "hit_rate", "--account", "halp") == 1
    assert 'there is no account "halp" in the data; there are: help' in capsys.readouterr().err


def test_wrong_settings_are_told_before_anything_is_loaded(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "settings.toml").write_text("closer = true")
    assert sla(place, "load", str(place / "log.csv")) == 1
    assert 'did you mean "closers"?' in capsys.readouterr().err


def test_while_another_process_owns_the_database_measure_says_so(place: Path) -> None:
    with Store.open(place / "db" / "t.duckdb", Settings()):
        done = subprocess.run(
            [sys.executable, "-m", "sla", "measure", "hit_rate", "--db", str(place / "db" / "t.duckdb")],
            cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONWARNINGS": "error"},
        )  # fmt: skip
    assert done.returncode == 1
    assert "another process has the database open" in done.stderr
    assert "run this again" in done.stderr


def test_two_loads_at_once_wait_for_each_other(place: Path) -> None:
    (place / "other.csv").write_text(
        LOG.replace("T1", "S1").replace("T2", "S2").replace("T3", "S3").replace("Z,S1,1", "Z,S1,11")
    )
    command = [
        sys.executable,
        "-m",
        "sla",
        "load",
        "--db",
        str(place / "db" / "t.duckdb"),
        "--settings",
        str(place / "settings.toml"),
    ]
    both = [
        subprocess.Popen([*command, str(place / name)], cwd=ROOT)
        for name in ("log.csv", "other.csv")
    ]
    assert [child.wait(timeout=120) for child in both] == [0, 0]
    with Store.open(place / "db" / "t.duckdb", Settings()) as store:
        assert store.cursor().execute("SELECT count(*) FROM loads").fetchone() == (2,)


def test_the_period_before_stands_beside_the_one_asked_for(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sla(place, "load", str(place / "log.csv"))
    capsys.readouterr()
    asked = ["measure", "hit_rate", "--format", "json", "--compare"]
    sla(place, *asked, "--from", "2026-03-02T10:00", "--to", "2026-03-02T11:00")
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["n"], row["n_before"], row["met_before"], row["hit_rate_before"]) == (1, 1, 1, 1.0)
    assert sla(place, *asked) == 1
    assert "give --from and --to" in capsys.readouterr().err


def test_a_changed_setting_is_told_with_what_it_restated(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "log.csv").write_text(LOG + "help,customer,2026-03-02T13:00:00Z,T1,5,ann,thanks!\n")
    sla(place, "load", str(place / "log.csv"))
    (place / "settings.toml").write_text("closers = true\n")
    capsys.readouterr()
    assert sla(place, "measure", "response_rate", "--format", "json") == 0
    told = capsys.readouterr()
    assert json.loads(told.out)[0]["n"] == 3
    assert (
        "The settings changed (closers): 3 messages were modelled again, 4 figures restated."
        in told.err
    )
    assert sla(place, "restated", "--format", "json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(r["before"], r["after"]) for r in rows if r["measure"] == "response_rate" and r["month"] is None] == [
        (4.0, 3.0), (4.0, 3.0)
    ]  # fmt: skip


def test_other_rules_and_the_trace_are_asked_by_command(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sla(place, "load", str(place / "log.csv"))
    capsys.readouterr()
    assert sla(place, "compare", "--format", "json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert {r["preset"] for r in rows} == {"zendesk", "chatwoot", "intercom", "facebook", "klm"}
    assert sla(place, "compare") == 0
    assert "zendesk" in capsys.readouterr().out
    assert sla(place, "why", "log:1") == 0
    assert "10 min" in capsys.readouterr().out
    assert sla(place, "why", "log:1", "--format", "json") == 0
    json.loads(capsys.readouterr().out)
    assert sla(place, "why", "log:99") == 1
    assert "log:99" in capsys.readouterr().err


def test_a_customers_message_may_leave_its_account_to_whom_it_answers(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "log.csv").write_text(
        "platform,account,role,sent_at,message_key,reply_to_key,author_key,text\n"
        "x,,customer,2026-03-02T09:00:00Z,1,,ann,no signal\n"
        "x,Help,agent,2026-03-02T09:10:00Z,2,1,Help,@ann on it\n"
    )
    assert sla(place, "load", str(place / "log.csv")) == 0
    capsys.readouterr()
    sla(place, "measure", "first_reply", "--by", "account", "--format", "json")
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["account"], row["median_seconds"]) == ("Help", 600)
