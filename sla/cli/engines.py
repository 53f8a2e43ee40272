"""`python -m sla measure NAME --engine …`: a measure from a lake, on an engine for data that is too big for one machine."""

import argparse
import sys
from typing import Any

from sla import settings as settings_module
from sla.cli import answering, asking
from sla.cli.arguments import path
from sla.engines.asking import ENGINES, Lake
from sla.errors import WrongCallError


def add(commands: Any) -> None:
    """Let the command that asks one measure ask a lake as well; what asks over HTTP knows nothing of it."""
    measure = commands.choices["measure"]
    lake = measure.add_argument_group("from a lake, instead of the database")
    lake.add_argument("--engine", choices=ENGINES, help="what works it out; needs --lake")
    lake.add_argument("--lake", type=path, metavar="DIR", help="see: python -m sla export")
    lake.add_argument("--master", metavar="URL", help="of a Spark cluster; default: local[2]")
    measure.set_defaults(run=run)


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
