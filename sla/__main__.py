"""The command line: load files, ask measures, without a browser.

Exit codes: 0 done, 1 nothing usable, 2 wrong call, 130 interrupted.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from sla.cli import asking, backtest, listing, loading, publish
from sla.cli.arguments import BY, common, filters, keys, path, source, target
from sla.errors import ReplyclockError
from sla.measures import Clock, Waits, measures

DONE, NOTHING_USABLE, INTERRUPTED = 0, 1, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    call = _parser().parse_args(arguments)
    try:
        return int(call.run(call))
    except ReplyclockError as error:
        print(error, file=sys.stderr)
        return NOTHING_USABLE
    except KeyboardInterrupt:
        print(
            "Interrupted. Files that were finished are kept, of this one nothing; run the same again to go on.",
            file=sys.stderr,
        )
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        sys.stderr.close()
        return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sla", description="Response times of customer care, without a browser."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    _loading(commands)

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

    listing.add(commands)
    backtest.add(commands)
    publish.add(commands)

    named = commands.add_parser("measures", help="list the measures")
    named.set_defaults(run=asking.listing)
    return parser


def _loading(commands: Any) -> None:
    """Add the commands that take data in and out."""
    load = commands.add_parser("load", help="load exported conversation logs")
    load.add_argument(
        "paths",
        nargs="+",
        type=path,
        metavar="PATH",
        help='a file, an archive, a folder of files, or a pattern such as "logs/*.csv"',
    )
    common(load)
    source(load)
    load.add_argument("--json", action="store_true", help="print one object instead of sentences")
    load.set_defaults(run=loading.run)

    mapped = commands.add_parser(
        "map", help="propose which column is which in a table that no loader knows"
    )
    mapped.add_argument(
        "path", type=path, metavar="FILE", help="CSV, TSV, XLSX, JSON, NDJSON or Parquet"
    )
    mapped.add_argument("--out", type=Path, metavar="FILE", help="write the mapping (TOML) there")
    mapped.add_argument("--json", action="store_true", help="print one object instead")
    common(mapped)
    mapped.set_defaults(run=loading.map_run)

    listed = commands.add_parser("loads", help="list what was loaded, with the numbers for unload")
    common(listed)
    listed.add_argument("--format", choices=("table", "csv", "json"), default="table")
    listed.set_defaults(run=loading.loads_run)

    back = commands.add_parser("unload", help="take a load back, exactly")
    back.add_argument("load_id", metavar="ID", type=int, help="see: python -m sla loads")
    common(back)
    back.set_defaults(run=loading.unload_run)

    rows = commands.add_parser("problems", help="list the rows that could not be read")
    common(rows)
    rows.add_argument("--format", choices=("table", "csv", "json"), default="table")
    rows.set_defaults(run=loading.problems_run)


if __name__ == "__main__":
    sys.exit(main())
