"""`python -m sla measure NAME --engine …` and `python -m sla build`: a lake on an engine for data that is too big for one machine."""

import argparse
import itertools
import sys
from typing import Any

from sla import model
from sla import settings as settings_module
from sla.cli import answering, asking
from sla.cli.arguments import path, settings_file
from sla.engines.asking import ENGINES, Lake, needs
from sla.errors import WrongCallError
from sla.lake_tables import manifest

_MASTER = "of a Spark cluster, each machine of which has to see DIR; default: local[2]"


def add(commands: Any) -> None:
    """Let the command that asks one measure ask a lake as well; what asks over HTTP knows nothing of it."""
    measure = commands.choices["measure"]
    lake = measure.add_argument_group("from a lake, instead of the database")
    lake.add_argument("--engine", choices=ENGINES, help="what works it out; needs --lake")
    lake.add_argument("--lake", type=path, metavar="DIR", help="see: python -m sla export")
    lake.add_argument("--master", metavar="URL", help=_MASTER)
    measure.set_defaults(run=run)
    build = commands.add_parser(
        "build", help="work out anew, with Spark, conversations and waits of the messages of a lake"
    )
    build.add_argument("--engine", choices=("spark",), required=True, help="what works it out")
    build.add_argument(
        "--lake", type=path, metavar="DIR", required=True, help="see: python -m sla export"
    )
    build.add_argument("--master", metavar="URL", help=_MASTER)
    settings_file(build)
    build.set_defaults(run=run_build)


def run_build(call: argparse.Namespace) -> int:
    """Build what is derived of a lake's messages, and say what came of it."""
    settings = settings_module.read(call.settings)
    manifest(call.lake)  # or it says what is wrong with the folder, before what is not installed
    total, number = len(model.steps()), itertools.count(1)
    with needs(call.engine):
        from sla.engines.building import build  # noqa: PLC0415 - not everybody has what it imports

        built = build(
            call.lake,
            settings,
            call.master,
            lambda _: print(f"{next(number)} of {total} steps", file=sys.stderr, flush=True),
        )
    print(
        f"{call.lake}: {built.messages:,} messages, {built.conversations:,} conversations, {built.waits:,} waits. "
        f"{built.written.written:,} files written anew, {built.written.removed:,} removed."
    )
    return answering.DONE


def run(call: argparse.Namespace) -> int:
    """Answer from the lake where an engine is asked for, else as ever."""
    if call.engine is None and call.lake is None and call.master is None:
        return answering.run(call)
    if call.engine is None or call.lake is None:
        raise WrongCallError(
            f"--engine and --lake go together: --engine {'|'.join(ENGINES)} --lake DIR"
        )
    if call.master is not None and call.engine != "spark":
        raise WrongCallError("--master is the URL of a Spark cluster; it needs --engine spark")
    call.check(call)
    settings = settings_module.read(call.settings)
    with (
        Lake.open(call.lake, call.engine, settings, call.master) as lake,
        answering.standard_output() as out,
    ):
        answer = asking.answer_from(lake, call)
        answer.write(call.format, out)
    print(answer.note, file=sys.stderr)
    return answering.DONE
