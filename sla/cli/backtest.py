"""`python -m sla backtest`: what the forecast would have told, and how well that was kept."""

import argparse
import csv
import json
import math
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from sla.cli.printing import counted, print_rows
from sla.errors import ReplyclockError
from sla.forecast.account import Forecast
from sla.forecast.known import HORIZON, Floats
from sla.forecast.replay import PROMISE, TYPICAL
from sla.forecast.scoring import last_hour_window, score
from sla.forecast.table import Account, Table, read

DONE = 0
# An account's first rows are what it is learned from; figures are told from the next one on.
LEARNED_FROM = 100


def add(commands: Any) -> None:
    """Add the command with what it takes."""
    backtest = commands.add_parser(
        "backtest", help="replay the forecast on a file of waits and score what it would have told"
    )
    backtest.add_argument(
        "path", type=Path, metavar="WAITS.csv", help="columns account, asked_at, replied_at (ISO)"
    )
    backtest.add_argument(
        "--out", type=Path, metavar="PREDICTIONS.csv", help="write the figure of every row there"
    )
    backtest.add_argument("--json", action="store_true", help="print one object instead of a table")
    backtest.set_defaults(run=run)


def run(call: argparse.Namespace) -> int:
    """Replay the file; print the scores, and write the figures if asked to."""
    table = read(call.path)
    figures = np.full((len(table.names), 2), np.nan)
    parts: dict[str, list[Floats]] = {}
    for account in table.accounts:
        told = _told(account)
        figures[account.rows] = told
        parts[account.name] = _scored(account, told)
    if call.out is not None:
        _write(call.out, table, figures)
    scores = {name: score(*each) for name, each in parts.items()}
    nothing = [np.zeros(0)] * 5
    overall = score(*map(np.concatenate, zip(nothing, *parts.values(), strict=True)))
    if call.json:
        accounts = [{"account": name} | asdict(one) for name, one in scores.items()]
        told_json = {"accounts": accounts, "overall": asdict(overall), "unknown": table.unknown}
        print(json.dumps(told_json, ensure_ascii=False, indent=1))
        return DONE
    rows = [{"account": name} | asdict(one) for name, one in (*scores.items(), ("all", overall))]
    columns = ["account", "n", "kept", "pinball_50", "pinball_90", "window_90", "ratio"]
    print_rows(columns, [row | {c: _short(row[c]) for c in columns[3:]} for row in rows], "table")
    print(_note(table), file=sys.stderr)
    return DONE


def _told(account: Account) -> Floats:
    """Return what was told to each row of an account: typical and promise (s), NaN while it is learned from."""
    waits = account.waits
    forecast = Forecast.of_waits(waits)
    told = np.full((len(account.rows), 2), np.nan)
    known = account.places >= 0
    for column, level in enumerate((TYPICAL, PROMISE)):
        told[known, column] = forecast.told.published(level)[account.places[known]]
    # Who wrote at that instant was told so too, though the length of the wait itself is unknown.
    for row in np.flatnonzero(~known).tolist():
        stood = forecast.at(float(account.asked[row]))
        if stood is not None:
            told[row] = stood.typical_published, stood.promise_published
    # Where nothing is known yet, no less than a day can be promised.
    told[np.isnan(told[:, 1])] = HORIZON
    told[:, 0] = np.minimum(told[:, 0], told[:, 1])
    # Rows of one instant were told the same, so it doesn't matter which of them are the last that is learned from.
    told[np.argsort(account.asked, kind="stable")[:LEARNED_FROM]] = np.nan
    return told


def _scored(account: Account, told: Floats) -> list[Floats]:
    """Return what an account is scored by: waits, typical, promise and the last-hour windows."""
    counts = (account.places >= 0) & ~np.isnan(told[:, 1])
    places = account.places[counts]
    waits = account.waits
    windows = [last_hour_window(waits, level)[places] for level in (TYPICAL, PROMISE)]
    return [(waits.replied - waits.asked)[places], *told[counts].T, *windows]


def _write(path: Path, table: Table, figures: Floats) -> None:
    """Write the figures, in the order of the rows that were read."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["account", "asked_at", "typical_seconds", "promise_seconds"])
            rows = zip(table.names, table.asked_at, figures.tolist(), strict=True)
            writer.writerows(
                [name, asked_at, int(told[0]), int(told[1])]
                for name, asked_at, told in rows
                if not math.isnan(told[1])
            )
    except OSError as error:
        raise ReplyclockError(
            f"{path} cannot be written: {error.strerror}. Name another file with --out."
        ) from None


def _note(table: Table) -> str:
    """Return the line under the table: what the columns are, and what was left out."""
    parts = [
        f"{counted(len(table.names), 'row')}; each account's first {LEARNED_FROM} are learned from",
        "waits count up to 24 h",
        "pinball losses in seconds; window: p90 of the last hour's replies",
    ]
    if table.unknown:
        parts.append(
            f"{counted(table.unknown, 'row')} with a reply before the question: not scored"
        )
    return " · ".join(parts)


def _short(value: float | None) -> str | None:
    return None if value is None else f"{value:,.0f}" if value >= 10 else f"{value:.3f}"
