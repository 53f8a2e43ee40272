"""The command line: load files, ask measures, without a browser.

Exit codes: 0 done, 1 nothing usable, 2 wrong call, 130 interrupted.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sla.cli import asking, backtest, engines, lake, listing, loading, loads, publish
from sla.cli.arguments import common, path, source
from sla.errors import ReplyclockError, WrongCallError

DONE, NOTHING_USABLE, WRONG_CALL, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    call = _parser().parse_args(arguments)
    try:
        return int(call.run(call))
    except WrongCallError as error:
        print(error, file=sys.stderr)
        return WRONG_CALL
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

    asking.add(commands)
    engines.add(commands)
    listing.add(commands)
    loads.add(commands)
    lake.add(commands)
    backtest.add(commands)
    publish.add(commands)

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

    back = commands.add_parser("unload", help="take a load back, exactly")
    back.add_argument("load_id", metavar="ID", type=int, help="see: python -m sla loads")
    common(back)
    back.set_defaults(run=loading.unload_run)


if __name__ == "__main__":
    sys.exit(main())
