"""A command that asks: its answer from the database, or from the dashboard that has the database open."""

import argparse
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, TextIO

import pyarrow as pa

from sla import settings as settings_module
from sla.cli.printing import print_rows
from sla.cli.reading import reading
from sla.cli.remote import ask_owner
from sla.errors import StoreBusyError
from sla.measures import Row
from sla.store import Store, announced

DONE = 0
# What rows can be told as; the first is for people.
FORMS = ("table", "csv", "json")


@dataclass(frozen=True)
class Answer:
    """What was found. `write` writes it in one of the forms, as UTF-8; `note` is said beside it."""

    write: Callable[[str, BinaryIO], None]
    note: str = ""


Make = Callable[[Store, argparse.Namespace], Answer]


def asks(
    parser: argparse.ArgumentParser,
    make: Make,
    route: str,
    check: Callable[[argparse.Namespace], None] = lambda _: None,
) -> None:
    """Let a command be answered by `make`, here or at `/api` followed by `route`.

    `check` raises WrongCallError for what cannot be asked, whatever the data is.
    """
    parser.set_defaults(run=run, make=make, route=route, check=check)


def run(call: argparse.Namespace) -> int:
    """Answer on standard output, the note on standard error."""
    call.check(call)
    with standard_output() as out:
        try:
            with reading(call, settings_module.read(call.settings)) as store:
                answer = call.make(store, call)
                answer.write(call.format, out)
                note = answer.note
        except StoreBusyError:
            if announced(call.db) is None:
                raise
            note = ask_owner(call, out)
    if note:
        print(note, file=sys.stderr)
    return DONE


@contextmanager
def standard_output() -> Iterator[BinaryIO]:
    """Give standard output as bytes, also where something stands in for it that takes text alone."""
    sys.stdout.flush()
    own: BinaryIO | None = getattr(sys.stdout, "buffer", None)
    if own is not None:
        yield own
        own.flush()
    else:
        gathered = io.BytesIO()
        yield gathered
        sys.stdout.write(gathered.getvalue().decode("utf-8"))


def rows_answer(
    columns: Sequence[str],
    rows: Sequence[Row],
    note: str = "",
    *,
    schema: Callable[[], pa.Schema] | None = None,
) -> Answer:
    """Return rows as an answer; with a `schema` they can be had as Arrow too."""

    def write(form: str, out: BinaryIO) -> None:
        if form == "arrow" and schema is not None:
            write_arrow(pa.Table.from_pylist(list(rows), schema=schema()), out)
        else:
            as_text(lambda text: print_rows(columns, rows, form, text), out)

    return Answer(write, note)


def write_arrow(table: pa.Table | pa.RecordBatchReader, out: BinaryIO) -> None:
    """Write a table as an Arrow IPC stream."""
    batches = table.to_reader() if isinstance(table, pa.Table) else table
    with pa.ipc.new_stream(out, batches.schema) as stream:
        for batch in batches:
            stream.write_batch(batch)


def as_text(write: Callable[[TextIO], None], out: BinaryIO) -> None:
    """Let a function write text where bytes are wanted."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", errors="replace")
    try:
        write(text)
        text.flush()
    finally:
        text.detach()


def text_answer(told: Callable[[str], str]) -> Answer:
    """Return an answer that is a page of text in each form."""
    return Answer(lambda form, out: as_text(lambda text: print(told(form), file=text), out))


def json_text(told: object) -> str:
    """Return an object as JSON that people can read."""
    return json.dumps(told, ensure_ascii=False, indent=1)
