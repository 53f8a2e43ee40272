"""The command line: load files, ask measures, without a browser.

Exit codes: 0 done, 1 nothing usable, 2 wrong call.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from sla.cli import asking, loading
from sla.cli.arguments import BY, common, filters, keys, target
from sla.errors import ReplyclockError
from sla.measures import Clock, Waits, measures

DONE, NOTHING_USABLE = 0, 1


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
    common(load)
    load.add_argument("--json", action="store_true", help="print one object instead of sentences")
    load.set_defaults(run=loading.run)

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
    measure.add_argument("--format", choices=("table", "csv", "json"), default="table")
    measure.set_defaults(run=asking.measure)

    compare = commands.add_parser("compare", help="the same data under other products' rules")
    common(compare)
    filters(compare)
    compare.add_argument("--format", choices=("table", "csv", "json"), default="table")
    compare.set_defaults(run=asking.compare)

    why = commands.add_parser("why", help="why the clock of a wait reads what it reads")
    why.add_argument("wait_id", metavar="WAIT_ID", help="see: python -m sla measure waiting_now")
    common(why)
    why.add_argument("--format", choices=("text", "json"), default="text")
    why.set_defaults(run=asking.why)

    again = commands.add_parser("restated", help="figures that a changed setting made different")
    common(again)
    again.add_argument("--format", choices=("table", "csv", "json"), default="table")
    again.set_defaults(run=asking.restated)

    listing = commands.add_parser("measures", help="list the measures")
    listing.set_defaults(run=asking.listing)
    return parser


if __name__ == "__main__":
    sys.exit(main())
