"""`python -m sla backtest`, from file to file."""

import csv
import json
import random
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from sla.__main__ import main
from sla.forecast.known import HORIZON, Waits
from sla.forecast.rounding import rounded_up
from sla.forecast.scoring import last_hour_window
from tests.forecast_data import HOUR, MONDAY, staffed, steady

HEAD = "account,asked_at,replied_at\n"


def iso(seconds: float) -> str:
    if not np.isfinite(seconds):
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def lines() -> list[str]:
    found = []
    for name, made in (("bikes", steady), ("boats", staffed)):
        asked, replied = made(np.random.default_rng(1), 180, 6)
        replied[::9] = np.inf
        found += [f"{name},{iso(a)},{iso(r)}\n" for a, r in zip(asked, replied, strict=True)]
    return found


def predicted(folder: Path, text: str, *words: str) -> list[list[str]]:
    (folder / "waits.csv").write_bytes(text.encode())
    assert (
        main(["backtest", str(folder / "waits.csv"), "--out", str(folder / "p.csv"), *words]) == 0
    )
    with (folder / "p.csv").open(newline="") as file:
        return list(csv.reader(file))


def test_each_row_after_the_first_hundred_gets_whole_seconds_in_the_order_of_the_input(
    tmp_path: Path, lines: list[str]
) -> None:
    head, *rows = predicted(tmp_path, HEAD + "".join(lines))
    assert head == ["account", "asked_at", "typical_seconds", "promise_seconds"]
    wanted = [line.split(",")[:2] for part in (lines[:180], lines[180:]) for line in part[100:]]
    assert [row[:2] for row in rows] == wanted
    for _, _, typical, promise in rows:
        assert 60 <= int(typical) <= int(promise) <= HORIZON
        assert rounded_up(int(promise)) == int(promise)


def test_neither_order_of_rows_and_columns_nor_mark_and_line_ends_matter(
    tmp_path: Path, lines: list[str]
) -> None:
    _, *rows = predicted(tmp_path, HEAD + "".join(lines))
    mixed = [line.strip().split(",") for line in lines]
    random.Random(2).shuffle(mixed)
    text = "\ufeffnote,replied_at,Account,asked_at\r\n" + "".join(
        f'"x, y",{reply},{name},{asked}\r\n' for name, asked, reply in mixed
    )
    _, *other = predicted(tmp_path, text)
    assert sorted(other) == sorted(rows)


def test_a_cut_or_changed_future_changes_no_row(tmp_path: Path, lines: list[str]) -> None:
    _, *rows = predicted(tmp_path, HEAD + "".join(lines[:180]))
    instant = lines[149].split(",")[1]
    past = [line.strip().split(",") for line in lines[:150]]
    for reply in ("", "2031-01-01T00:00:00Z"):
        cut = [f"{n},{a},{r if r and r <= instant else reply}\n" for n, a, r in past]
        _, *other = predicted(tmp_path, HEAD + "".join(cut))
        assert other == rows[:50]


def test_scores_are_those_of_the_rows_that_are_written(
    tmp_path: Path, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    _, *rows = predicted(tmp_path, HEAD + "".join(lines), "--json")
    told = json.loads(capsys.readouterr().out)
    took = []
    for line in (*lines[100:180], *lines[280:]):
        _, asked, reply = line.strip().split(",")
        end = datetime.fromisoformat(reply) if reply else None
        gone = (end - datetime.fromisoformat(asked)).total_seconds() if end else HORIZON
        took.append(min(gone, HORIZON))
    promise = [int(row[3]) for row in rows]
    over = [w - p for w, p in zip(took, promise, strict=True)]
    assert told["overall"]["n"] == 160
    assert told["overall"]["kept"] == pytest.approx(np.mean([d <= 0 for d in over]))
    loss = [max(0.9 * d, -0.1 * d) for d in over]
    assert told["overall"]["pinball_90"] == pytest.approx(np.mean(loss))
    assert [one["account"] for one in told["accounts"]] == ["bikes", "boats"]
    assert told["overall"]["ratio"] == pytest.approx(
        told["overall"]["pinball_90"] / told["overall"]["window_90"]
    )


def test_the_table_names_each_account_and_all(
    tmp_path: Path, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    predicted(tmp_path, HEAD + "".join(lines))
    table = capsys.readouterr()
    assert [line.split()[0] for line in table.out.splitlines()[2:]] == ["bikes", "boats", "all"]
    assert "first 100 are learned from" in table.err


def test_a_reply_before_its_question_is_unknown_it_gets_figures_and_no_score(
    tmp_path: Path, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    name, asked, _ = lines[150].strip().split(",")
    changed = [*lines[:150], f"{name},{asked},2020-01-01T00:00:00Z\n", *lines[151:180]]
    _, *rows = predicted(tmp_path, HEAD + "".join(changed), "--json")
    told = json.loads(capsys.readouterr().out)
    assert (len(rows), told["overall"]["n"], told["unknown"]) == (80, 79, 1)
    _, *without = predicted(tmp_path, HEAD + "".join(lines[:150] + lines[151:180]))
    assert rows[51:] == without[50:]
    assert int(rows[50][3]) > 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("account,asked_at\n", ["line 1", "replied_at"]),
        ("", ["line 1", "account, asked_at, replied_at"]),
        (HEAD + "a,2026-03-02T09:00:00Z\n", ["line 2", "2 values"]),
        (HEAD + "a,2026-03-02T09:00:00Z,\na,yesterday,\n", ["line 3", "asked_at", "yesterday"]),
        (HEAD + "a,2026-03-02T09:00:00,\n", ["line 2", "offset", "2026-03-02T09:00:00Z"]),
        (HEAD + "a,2026-03-02T09:00:00Z,soon\n", ["line 2", "replied_at", "soon"]),
        (HEAD + ",2026-03-02T09:00:00Z,\n", ["line 2", "account"]),
    ],
)
def test_a_row_that_cannot_be_read_is_told_with_its_line_and_a_remedy(
    tmp_path: Path, text: str, said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "w.csv").write_text(text)
    assert main(["backtest", str(tmp_path / "w.csv")]) == 1
    told = capsys.readouterr().err
    assert "w.csv" in told
    for words in said:
        assert words in told


def test_files_that_cannot_be_opened_or_written_are_told(
    tmp_path: Path, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backtest", str(tmp_path / "none.csv")]) == 1
    (tmp_path / "w.csv").write_text(HEAD + "".join(lines[:20]))
    assert main(["backtest", str(tmp_path / "w.csv"), "--out", str(tmp_path / "no" / "p.csv")]) == 1
    told = capsys.readouterr().err
    assert "none.csv cannot be read" in told
    assert "cannot be written" in told


def test_a_file_without_rows_has_no_scores(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "w.csv").write_text(HEAD)
    assert main(["backtest", str(tmp_path / "w.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["overall"]["n"] == 0


def test_an_instant_is_the_same_in_any_zone(tmp_path: Path, lines: list[str]) -> None:
    def moved(text: str) -> str:
        return text.replace("Z", "+00:00")

    _, *rows = predicted(tmp_path, HEAD + "".join(lines[:180]))
    _, *other = predicted(tmp_path, HEAD + moved("".join(lines[:180])))
    assert [row[2:] for row in other] == [row[2:] for row in rows]


def test_the_window_is_the_last_hour_or_the_last_20_replies() -> None:
    asked = MONDAY + np.array([0, 10, 20, 30, 3000, 3 * HOUR])
    replied = asked + np.array([100, 200, 300, np.inf, 50, 7])
    found = last_hour_window(Waits.of(asked, replied), 0.5)
    # none yet; then 100, 200, 300 s by 3,000 s; three hours on, none in the hour: the last 20, that are four
    assert found.tolist() == [HORIZON, HORIZON, HORIZON, HORIZON, 200.0, 150.0]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, 60),
        (60.0, 60),
        (60.001, 120),
        (600, 600),
        (600.4, 900),
        (7200.1, 8100),
        (86_400, 86_400),
    ],
)
def test_parts_of_a_second_are_rounded_up_too(seconds: float, said: int) -> None:
    assert rounded_up(seconds) == said
