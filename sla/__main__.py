"""The command line: load files, ask measures, without a browser.

Exit codes: 0 done, 1 nothing usable, 2 wrong call.
"""

import argparse
import csv
import json
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from sla import settings as settings_module
from sla.durations import spoken
from sla.errors import LoadError, MeasureError, ReplyclockError, StoreBusyError
from sla.inbox import hand_over
from sla.load import FileResult, files_in, load_file, totals
from sla.measures import (
    Clock,
    Key,
    Measure,
    Question,
    Row,
    Waits,
    as_told,
    ask,
    ask_compared,
    known,
    measures,
    named,
)
from sla.settings import Settings
from sla.store import Store, announced

_COUNTED = ("messages", "conversations", "waits")
DONE, NOTHING_USABLE, WRONG_CALL = 0, 1, 2
_BY: tuple[str, ...] = get_args(Key)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    call = _parser().parse_args(arguments)
    try:
        return int(call.run(call))
    except ReplyclockError as error:
        print(error, file=sys.stderr)
        return NOTHING_USABLE
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        sys.stderr.close()
        return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sla", description="Response times of customer care, without a browser."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    load = commands.add_parser("load", help="load exported conversation logs")
    load.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder of files"
    )
    _common(load)
    load.add_argument("--json", action="store_true", help="print one object instead of sentences")
    load.set_defaults(run=_load)

    measure = commands.add_parser("measure", help="ask one measure")
    measure.add_argument(
        "name", metavar="NAME", choices=sorted(measures()), help="see: python -m sla measures"
    )
    _common(measure)
    measure.add_argument("--account")
    measure.add_argument("--channel")
    measure.add_argument(
        "--from", dest="since", type=_time, metavar="T",
        help="from this day or time on: 2026-11-01, 2026-11-01T08:00 (account's time zone) or …Z (UTC)",
    )  # fmt: skip
    measure.add_argument(
        "--to", dest="until", type=_time, metavar="T", help="before this day or time"
    )
    measure.add_argument(
        "--target",
        type=_target,
        metavar="SECONDS",
        help="default: the first target in the settings",
    )
    measure.add_argument("--clock", choices=get_args(Clock), default="calendar")
    measure.add_argument(
        "--waits", choices=get_args(Waits), help="default: as the measure is defined"
    )
    measure.add_argument(
        "--by",
        type=_keys,
        default=(),
        metavar="|".join(_BY),
        help="several with commas: account,day",
    )
    measure.add_argument(
        "--compare",
        action="store_true",
        help="beside it the period before, as long as --from … --to",
    )
    measure.add_argument("--format", choices=("table", "csv", "json"), default="table")
    measure.set_defaults(run=_measure)

    listing = commands.add_parser("measures", help="list the measures")
    listing.set_defaults(run=_measures)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--db",
        type=Path,
        default=settings_module.DEFAULT_DB,
        metavar="FILE",
        help="default: data/replyclock.duckdb",
    )
    parser.add_argument("--settings", type=Path, metavar="FILE", help="default: data/settings.toml")


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'"{text}" is no day or time; write 2026-11-01, 2026-11-01T08:00 or 2026-11-01T08:00Z'
        ) from None


def _target(text: str) -> int:
    if not text.isdecimal() or int(text) <= 0:
        raise argparse.ArgumentTypeError(
            f'"{text}" is no target; write whole seconds above 0, such as 3600'
        )
    return int(text)


def _keys(text: str) -> tuple[str, ...]:
    keys = tuple(dict.fromkeys(k.strip() for k in text.split(",")))
    for key in keys:
        if key not in _BY:
            raise argparse.ArgumentTypeError(
                f'cannot tell waits by "{key}"; choose from {", ".join(_BY)}'
            )
    return keys


def _load(call: argparse.Namespace) -> int:
    settings = settings_module.read(call.settings)
    files = list(files_in(call.paths))
    store = _open_or_owner(call.db, settings)
    if store is None:
        handed = [_handed(call, path) for path in files]
        results = [result for result, _ in handed]
        counts: dict[str, int | None] = next(
            (c for _, c in reversed(handed) if c), dict.fromkeys(_COUNTED)
        )
    else:
        with store:
            results = [_told(call, load_file(store, path)) for path in files]
            counts = dict(totals(store))
    if call.json:
        print(
            json.dumps(
                {"files": [r.told() for r in results], **counts}, ensure_ascii=False, indent=1
            )
        )
    elif counts["messages"] is not None:
        print(
            "In all: {messages:,} messages, {conversations:,} conversations, {waits:,} waits.".format(
                **counts
            )
        )
    return DONE if any(r.error is None for r in results) else NOTHING_USABLE


def _open_or_owner(db: Path, settings: Settings) -> Store | None:
    """Open the database, or return None when a dashboard owns it; another load is waited for."""
    patience = time.monotonic() + 600
    while True:
        try:
            return Store.open(db, settings)
        except StoreBusyError:
            if announced(db) is not None:
                return None
            if time.monotonic() > patience:
                raise
            time.sleep(0.2)


def _handed(call: argparse.Namespace, path: Path) -> tuple[FileResult, dict[str, int | None]]:
    try:
        result, counts = hand_over(call.db, path)
        return _told(call, result), dict(counts)
    except LoadError as error:
        return _told(call, FileResult(str(path), error=str(error))), {}


def _told(call: argparse.Namespace, result: FileResult) -> FileResult:
    if result.error:
        print(result.error, file=sys.stderr)
    elif not call.json:
        print(
            f"{result.path}: {result.messages:,} messages ({result.format}); {result.new:,} new, "
            f"{result.updated:,} updated, {result.duplicates:,} known already, {result.problems:,} problems."
        )
        for note in result.notes:
            print(f"  {note}")
    return result


def _measure(call: argparse.Namespace) -> int:
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
    with _reading(call, settings) as store:
        _check_names(store, question)
        columns = [*question.by, *(c for c in measure.columns if c not in measure.internal)]
        if call.compare:
            rows = ask_compared(store, call.name, question)
            columns += [f"{c}_before" for c in columns[len(question.by) :]]
        else:
            rows = ask(store, call.name, question)
        _print(columns, rows, call.format)
        print(_note(store, measure, question), file=sys.stderr)
    return DONE


def _reading(call: argparse.Namespace, settings: Settings) -> Store:
    """Open the database to ask it; when another process has it, say what to do."""
    try:
        store = Store.open(call.db, settings, create=False)
    except StoreBusyError as error:
        what = (
            "The dashboard is running and owns it: ask there, or stop it (Ctrl+C) and run this again."
            if announced(call.db) is not None
            else "Wait until it is done and run this again."
        )
        raise StoreBusyError(f"{error} {what}") from None
    return store


def _check_names(store: Store, question: Question) -> None:
    there = known(store)
    for kind, name, names in (
        ("account", question.account, {k.account for k in there}),
        ("channel", question.channel, {k.channel for k in there}),
    ):
        if name is not None and name not in names:
            listed = ", ".join(sorted(names)[:20]) + (", …" if len(names) > 20 else "")
            raise MeasureError(
                f'there is no {kind} "{name}" in the data; there are: {listed or "none yet"}'
            )


def _print(columns: list[str], rows: list[Row], form: str) -> None:
    told = [{column: as_told(row[column]) for column in columns} for row in rows]
    if form == "json":
        print(json.dumps(told, ensure_ascii=False, indent=1))
    elif form == "csv":
        writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(told)
    else:
        _print_table(columns, told)


def _print_table(columns: list[str], rows: list[Row]) -> None:
    cells = [[_cell(column, row[column]) for column in columns] for row in rows]
    widths = [
        max(len(c), *(len(r[i]) for r in cells), 0) if cells else len(c)
        for i, c in enumerate(columns)
    ]
    for line in (columns, ["-" * w for w in widths], *cells):
        print("  ".join(text.rjust(w) for text, w in zip(line, widths, strict=True)))


def _cell(column: str, value: Any) -> str:
    if value is None:
        return "–"
    if column.removesuffix("_before").endswith("_seconds"):
        return spoken(value)
    if isinstance(value, float):
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _note(store: Store, measure: Measure, question: Question) -> str:
    """Return the line that every figure carries: which waits, clock and target, and as of when."""
    as_of = [
        k.as_of
        for k in known(store)
        if question.account in (None, k.account) and question.channel in (None, k.channel)
    ]
    parts = [
        f"{measure.title}: {question.waits or measure.waits} waits",
        f"{question.clock} clock",
        f"target {spoken(question.target)}",
        f"as of {as_told(max(as_of))}" if as_of else "no data",
    ]
    return " · ".join(parts)


def _measures(_: argparse.Namespace) -> int:
    width = max(map(len, measures()))
    for name, measure in measures().items():
        print(f"{name.ljust(width)}  {measure.definition}")
    return DONE


if __name__ == "__main__":
    sys.exit(main())
