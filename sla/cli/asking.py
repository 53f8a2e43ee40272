"""The commands that ask: measures, other rules, traces, restated figures."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Protocol, get_args

import pyarrow as pa

from sla import presets, restate, trace
from sla.cli.answering import FORMS, Answer, asks, json_text, rows_answer, text_answer
from sla.cli.arguments import BY, common, filters, keys, target
from sla.cli.reading import check_known, check_names
from sla.durations import spoken
from sla.errors import WrongCallError
from sla.lake_store import needs_database
from sla.measures import (
    Clock,
    Known,
    Measure,
    Question,
    Row,
    Waits,
    as_told,
    ask,
    compared,
    known,
    measures,
    named,
    typed,
    types_of,
)
from sla.settings import Settings
from sla.store import Store

DONE = 0


def add(commands: Any) -> None:
    """Add the commands with what they take."""
    measure = commands.add_parser("measure", help="ask one measure")
    measure.add_argument(
        "name", metavar="NAME", choices=sorted(measures()), help="see: python -m sla measures"
    )
    common(measure)
    filters(measure)
    measure.add_argument(
        "--target",
        type=target,
        metavar="SECONDS",
        help="default: the first target in the settings",
    )
    measure.add_argument("--clock", choices=get_args(Clock), default="calendar")
    measure.add_argument(
        "--waits", choices=get_args(Waits), help="default: as the measure is defined"
    )
    measure.add_argument(
        "--by",
        type=keys,
        default=(),
        metavar="|".join(BY),
        help="several with commas: account,day",
    )
    measure.add_argument(
        "--compare",
        action="store_true",
        help="beside it the period before, as long as --from … --to",
    )
    measure.add_argument("--format", choices=(*FORMS, "arrow"), default="table")
    asks(measure, _measure, "/measures/{name}", _check_measure)

    compare = commands.add_parser("compare", help="the same data under other products' rules")
    common(compare)
    filters(compare)
    compare.add_argument("--format", choices=FORMS, default="table")
    asks(compare, _compare, "/presets")

    why = commands.add_parser("why", help="why the clock of a wait reads what it reads")
    why.add_argument("wait_id", metavar="WAIT_ID", help="see: python -m sla measure waiting_now")
    common(why)
    why.add_argument("--format", choices=("text", "json"), default="text")
    asks(why, _why, "/waits/{wait_id}/why")

    again = commands.add_parser("restated", help="figures that a changed setting made different")
    common(again)
    again.add_argument("--format", choices=FORMS, default="table")
    asks(again, _restated, "/restated")

    named = commands.add_parser("measures", help="list the measures")
    named.set_defaults(run=_listing)


def _check_measure(call: argparse.Namespace) -> None:
    if call.by and not named(call.name).groupable:
        raise WrongCallError(f"{call.name} is a list of waits; it takes no --by")


class Source(Protocol):
    """Where a measure is asked: the database, or a lake."""

    @property
    def settings(self) -> Settings:
        """The settings that hold there."""

    def ask(self, name: str, question: Question) -> list[Row]:
        """Return the rows of a measure."""

    def types(self, name: str, question: Question) -> pa.Schema:
        """Return the types of its columns."""

    def known(self) -> list[Known]:
        """Return what is known of each account and channel."""


@dataclass(frozen=True)
class _Database:
    store: Store

    @property
    def settings(self) -> Settings:
        return self.store.settings

    def ask(self, name: str, question: Question) -> list[Row]:
        return ask(self.store, name, question)

    def types(self, name: str, question: Question) -> pa.Schema:
        return types_of(self.store.cursor(), self.store.settings, name, question)

    def known(self) -> list[Known]:
        return known(self.store)


def _measure(store: Store, call: argparse.Namespace) -> Answer:
    """Ask one measure."""
    return answer_from(_Database(store), call)


def answer_from(source: Source, call: argparse.Namespace) -> Answer:
    """Ask one measure of the database, or of a lake."""
    measure = named(call.name)
    question = Question(
        account=call.account,
        channel=call.channel,
        since=call.since,
        until=call.until,
        target=call.target or source.settings.targets_of(call.account)[0],
        clock=call.clock,
        waits=call.waits,
        by=call.by,
    )
    there = source.known()
    check_known(there, question)
    columns = [*question.by, *(c for c in measure.columns if c not in measure.internal)]
    if call.compare:
        rows = compared(lambda asked: source.ask(call.name, asked), call.name, question)
        columns += [f"{c}_before" for c in columns[len(question.by) :]]
    else:
        rows = source.ask(call.name, question)
    return rows_answer(
        columns,
        rows,
        _note(there, measure, question),
        schema=lambda: typed(columns, source.types(call.name, question)),
    )


def _note(there: Sequence[Known], measure: Measure, question: Question) -> str:
    """Return the line that every figure carries: which waits or replies, clock and target, and as of when."""
    as_of = [
        k.as_of
        for k in there
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


def _compare(store: Store, call: argparse.Namespace) -> Answer:
    """Tell the same data under other products' rules."""
    question = Question(call.account, call.channel, call.since, call.until)
    check_names(store, question)
    rows = presets.compare(store, question)
    if call.format == "table":
        columns = ["preset", "figure", "value", "n", "ours", "ours_figure", "why"]
        rows = [row | {k: _in_unit(row[k], row["unit"]) for k in ("value", "ours")} for row in rows]
        return rows_answer(columns, rows)
    return rows_answer(list(rows[0]), rows)


def _in_unit(value: Any, unit: str) -> str | None:
    if value is None:
        return None
    return spoken(round(value)) if unit == "seconds" else f"{value:.1%}"


def _why(store: Store, call: argparse.Namespace) -> Answer:
    """Tell why the clock of a wait reads what it reads."""
    found = trace.trace(store, call.wait_id)
    return text_answer(
        lambda form: json_text(trace.as_json(found)) if form == "json" else trace.as_text(found)
    )


def _restated(store: Store, _: argparse.Namespace) -> Answer:
    """Tell the figures that a changed setting made different."""
    needs_database(store.settings, "Restated figures are not told here")
    rows = [asdict(row) for row in restate.restated(store.cursor())]
    return rows_answer([f.name for f in fields(restate.Restated)], rows)


def _listing(_: argparse.Namespace) -> int:
    """List the measures with their definitions."""
    width = max(map(len, measures()))
    for name, measure in measures().items():
        print(f"{name.ljust(width)}  {measure.definition}")
    return DONE
