"""`python -m sla waits`: the waits behind a figure, one by one."""

import argparse
import json
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, TextIO, get_args

from sla import lists
from sla.cli.answering import FORMS, Answer, as_text, asks, rows_answer, write_arrow
from sla.cli.arguments import common, filters, most, target
from sla.cli.reading import check_names
from sla.lists import Listing
from sla.measures import Clock, Question, Waits, as_told
from sla.store import Store

# More rows than a terminal holds; CSV and JSON give all of them.
TABLE_ROWS = 50
# A message in a line of a table.
TEXT = 60


def add(commands: Any) -> None:
    """Add the command with what it takes."""
    waits = commands.add_parser("waits", help="list the waits behind a figure, one by one")
    common(waits)
    filters(waits)
    waits.add_argument("--target", type=target, metavar="SECONDS", help="what the verdict is for")
    waits.add_argument("--clock", choices=get_args(Clock), default="calendar")
    waits.add_argument("--waits", choices=get_args(Waits), default="all")
    waits.add_argument("--verdict", choices=get_args(lists.Verdict), help="for the target")
    waits.add_argument("--outcome", choices=get_args(lists.Outcome), help="what became of it")
    waits.add_argument("--agent", help="who is credited with the reply")
    waits.add_argument("--team", help="the agent's team on that day")
    waits.add_argument("--opening", choices=("in", "out"), help="began in or out of opening hours")
    waits.add_argument(
        "--weekday", type=_weekdays, metavar="D", help="0 is Monday: 5, or 0-4 for several"
    )
    waits.add_argument(
        "--hour", type=_hours, metavar="H", help="of the day: 9, or 9-16 for several"
    )
    waits.add_argument(
        "--took", type=_took, metavar="S-S",
        help="longer than the first and no longer than the second, in seconds: 3600-7200, or 86400- without an end",
    )  # fmt: skip
    waits.add_argument(
        "--waited", type=_waited, metavar="TIME",
        help="who waited then, in each account's own time, as the measure queue counts them: 2026-03-10T14:00",
    )  # fmt: skip
    waits.add_argument(
        "--search", metavar="WORDS",
        help="in any message of the conversation; or a whole customer key, conversation id or wait id",
    )  # fmt: skip
    waits.add_argument("--sort", choices=get_args(lists.Sort), default="longest")
    waits.add_argument(
        "--limit", type=most, metavar="N", help=f"default: all, in a table {TABLE_ROWS}"
    )
    waits.add_argument("--format", choices=(*FORMS, "arrow"), default="table")
    asks(waits, _waits, "/waits")


def _waits(store: Store, call: argparse.Namespace) -> Answer:
    """List the waits; all forms but the table are written as they come, however many they are."""
    listing = Listing(
        question=Question(
            account=call.account,
            channel=call.channel,
            since=call.since,
            until=call.until,
            target=call.target or store.settings.targets_of(call.account)[0],
            clock=call.clock,
            waits=call.waits,
        ),
        verdict=call.verdict,
        outcome=call.outcome,
        agent=call.agent,
        team=call.team,
        opening=None if call.opening is None else call.opening == "in",
        weekdays=call.weekday,
        hours=call.hour,
        took=call.took,
        waited=call.waited,
        search=call.search,
        sort=call.sort,
    )
    check_names(store, listing.question)
    if call.format == "table":
        return _table(store, listing, call.limit)

    def write(form: str, out: BinaryIO) -> None:
        if form == "csv":
            _csv(store, listing, call.limit, out)
        elif form == "arrow":
            write_arrow(lists.batches(store, listing, call.limit), out)
        else:
            as_text(lambda text: _json(store, listing, call.limit, text), out)

    return Answer(write)


def _csv(store: Store, listing: Listing, limit: int | None, out: BinaryIO) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "waits.csv"
        lists.write_csv(store, listing, path, limit)
        with path.open("rb") as file:
            shutil.copyfileobj(file, out)


def _json(store: Store, listing: Listing, limit: int | None, out: TextIO) -> None:
    between = "[\n "
    for row in lists.each(store, listing, limit):
        told = {column: as_told(row[column]) for column in lists.columns()}
        out.write(between + json.dumps(told, ensure_ascii=False))
        between = ",\n "
    out.write("[]\n" if between.startswith("[") else "\n]\n")


def _table(store: Store, listing: Listing, limit: int | None) -> Answer:
    rows = lists.page(store, listing, limit or TABLE_ROWS)
    columns = ["wait_id", "started_at", "kind", "outcome", "verdict", "elapsed_seconds", "agent"]
    for row in rows:
        row["text"] = " ".join((row["text"] or "").split())[:TEXT]
    found = lists.counted(store, listing)["n"]
    more = f"The first {len(rows):,} of {found:,}; --limit shows more."
    return rows_answer([*columns, "text"], rows, more if found > len(rows) else "")


def _weekdays(text: str) -> tuple[int, int]:
    return _span(text, 6, "a day of the week", "5, or 0-4 for Monday to Friday")


def _hours(text: str) -> tuple[int, int]:
    return _span(text, 23, "an hour of the day", "9, or 9-16 for several")


def _took(text: str) -> tuple[int, int | None]:
    found = lists.above_and_up_to(text)
    if found is None:
        raise argparse.ArgumentTypeError(
            f'"{text}" is no length; write seconds such as 3600-7200, or 86400- without an end'
        )
    return found


def _waited(text: str) -> datetime:
    found = lists.by_the_wall(text)
    if found is None:
        raise argparse.ArgumentTypeError(
            f'"{text}" is no time; write one without a zone, such as 2026-03-10T14:00'
        )
    return found


def _span(text: str, most: int, what: str, such: str) -> tuple[int, int]:
    found = lists.first_and_last(text, most)
    if found is None:
        raise argparse.ArgumentTypeError(f'"{text}" is not {what}; write {such}')
    return found
