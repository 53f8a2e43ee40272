"""The commands that ask: measures, other rules, traces, restated figures."""

import argparse
import json
import sys
from dataclasses import asdict, fields
from typing import Any

from sla import presets, restate, trace
from sla import settings as settings_module
from sla.cli.printing import print_rows
from sla.cli.reading import check_names, reading
from sla.durations import spoken
from sla.measures import Measure, Question, as_told, ask, ask_compared, known, measures, named
from sla.store import Store

DONE, WRONG_CALL = 0, 2


def measure(call: argparse.Namespace) -> int:
    """Ask one measure."""
    settings = settings_module.read(call.settings)
    measure = named(call.name)
    if call.by and not measure.groupable:
        print(f"{call.name} is a list of waits; it takes no --by", file=sys.stderr)
        return WRONG_CALL
    question = Question(
        account=call.account,
        channel=call.channel,
        since=call.since,
        until=call.until,
        target=call.target or settings.targets_of(call.account)[0],
        clock=call.clock,
        waits=call.waits,
        by=call.by,
    )
    with reading(call, settings) as store:
        check_names(store, question)
        columns = [*question.by, *(c for c in measure.columns if c not in measure.internal)]
        if call.compare:
            rows = ask_compared(store, call.name, question)
            columns += [f"{c}_before" for c in columns[len(question.by) :]]
        else:
            rows = ask(store, call.name, question)
        print_rows(columns, rows, call.format)
        print(_note(store, measure, question), file=sys.stderr)
    return DONE


def _note(store: Store, measure: Measure, question: Question) -> str:
    """Return the line that every figure carries: which waits or replies, clock and target, and as of when."""
    as_of = [
        k.as_of
        for k in known(store)
        if question.account in (None, k.account) and question.channel in (None, k.channel)
    ]
    parts = [
        f"{measure.title}: {_over(measure, question)}",
        f"{question.clock} clock",
        f"target {spoken(question.target)}",
        f"as of {as_told(max(as_of))}" if as_of else "no data",
    ]
    return " · ".join(parts)


def _over(measure: Measure, question: Question) -> str:
    """Return what a figure is counted over: the replies, where its SQL asks for what was sent, else which waits."""
    return "replies" if "{sent}" in measure.sql else f"{question.waits or measure.waits} waits"


def compare(call: argparse.Namespace) -> int:
    """Tell the same data under other products' rules."""
    settings = settings_module.read(call.settings)
    question = Question(call.account, call.channel, call.since, call.until)
    with reading(call, settings) as store:
        check_names(store, question)
        rows = presets.compare(store, question)
        if call.format == "table":
            columns = ["preset", "figure", "value", "n", "ours", "ours_figure", "why"]
            spoken_rows = [
                row | {k: _in_unit(row[k], row["unit"]) for k in ("value", "ours")} for row in rows
            ]
            print_rows(columns, spoken_rows, "table")
        else:
            print_rows(list(rows[0]), rows, call.format)
    return DONE


def _in_unit(value: Any, unit: str) -> str | None:
    if value is None:
        return None
    return spoken(round(value)) if unit == "seconds" else f"{value:.1%}"


def why(call: argparse.Namespace) -> int:
    """Tell why the clock of a wait reads what it reads."""
    settings = settings_module.read(call.settings)
    with reading(call, settings) as store:
        found = trace.trace(store, call.wait_id)
    if call.format == "json":
        print(json.dumps(trace.as_json(found), ensure_ascii=False, indent=1))
    else:
        print(trace.as_text(found))
    return DONE


def restated(call: argparse.Namespace) -> int:
    """Tell the figures that a changed setting made different."""
    settings = settings_module.read(call.settings)
    with reading(call, settings) as store:
        rows = [asdict(row) for row in restate.restated(store.cursor())]
    columns = [f.name for f in fields(restate.Restated)]
    print_rows(columns, rows, call.format)
    return DONE


def listing(_: argparse.Namespace) -> int:
    """List the measures with their definitions."""
    width = max(map(len, measures()))
    for name, measure in measures().items():
        print(f"{name.ljust(width)}  {measure.definition}")
    return DONE
