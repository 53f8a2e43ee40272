"""What the commands take: files, filters, times, targets, keys."""

import argparse
import os
from datetime import datetime
from pathlib import Path
from typing import get_args

from sla import settings as settings_module
from sla.measures import Key

MOST_ROWS = 10**12
# More make no number that anybody wants, and thousands of them none that Python reads.
_DIGITS = 20
# As long a target as settings may have: ten years, in seconds.
LONGEST_TARGET = settings_module.LONGEST_MINUTES * 60
BY: tuple[str, ...] = get_args(Key)


def common(parser: argparse.ArgumentParser) -> None:
    """Take the database and the settings."""
    parser.add_argument(
        "--db",
        type=Path,
        default=Path(os.environ.get("REPLYCLOCK_DB") or settings_module.DEFAULT_DB),
        metavar="FILE",
        help="default: data/replyclock.duckdb",
    )
    settings_file(parser)


def settings_file(parser: argparse.ArgumentParser) -> None:
    """Take the settings."""
    parser.add_argument(
        "--settings",
        type=Path,
        default=os.environ.get("REPLYCLOCK_SETTINGS") or None,
        metavar="FILE",
        help="default: data/settings.toml",
    )


def path(text: str) -> Path:
    """Read the name of a file or folder; an empty one, as of an unset variable, is none."""
    if not text.strip():
        raise argparse.ArgumentTypeError("expected the name of a file or folder, found none")
    return Path(text)


def source(parser: argparse.ArgumentParser) -> None:
    """Take what an export does not say itself, as `[[sources]]` in the settings does."""
    about = parser.add_argument_group(
        "what the files do not say themselves (or [[sources]] in the settings)"
    )
    about.add_argument(
        "--account", metavar="NAME", help="whose they are: the brand's handle, page, number, inbox"
    )
    about.add_argument("--channel", metavar="NAME", help="what the channel is called")
    about.add_argument(
        "--agent", metavar="NAME", action="append", help="who writes for the brand; may be repeated"
    )
    about.add_argument(
        "--bot", metavar="NAME", action="append", help="who is a bot; may be repeated"
    )
    about.add_argument("--time-zone", metavar="ZONE", help="where the clock stood: Europe/London")
    order = about.add_mutually_exclusive_group()
    order.add_argument(
        "--day-first",
        action="store_const",
        const=True,
        dest="day_first",
        help="dates are day, month, year",
    )
    order.add_argument(
        "--month-first",
        action="store_const",
        const=False,
        dest="day_first",
        help="dates are month, day, year",
    )
    about.add_argument("--mapping", type=Path, metavar="FILE", help="which column is which (TOML)")
    about.add_argument("--format", metavar="FORMAT", help="say this only of files of one format")


def filters(parser: argparse.ArgumentParser) -> None:
    """Take what narrows the waits down."""
    parser.add_argument("--account")
    parser.add_argument("--channel")
    parser.add_argument(
        "--from", dest="since", type=_time, metavar="T",
        help="from this day or time on: 2026-11-01, 2026-11-01T08:00 (account's time zone) or …Z (UTC)",
    )  # fmt: skip
    parser.add_argument(
        "--to", dest="until", type=_time, metavar="T", help="before this day or time"
    )


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'"{text}" is no day or time; write 2026-11-01, 2026-11-01T08:00 or 2026-11-01T08:00Z'
        ) from None


def target(text: str) -> int:
    """Read a target in whole seconds above 0."""
    return _whole(
        text, LONGEST_TARGET, "target; write whole seconds above 0, up to ten years, such as 3600"
    )


def most(text: str) -> int:
    """Read how many rows are wanted at most: a whole number above 0, such as DuckDB can count to."""
    return _whole(text, MOST_ROWS, f"number of rows; write a whole number from 1 to {MOST_ROWS:,}")


def _whole(text: str, largest: int, what: str) -> int:
    if not (text.isdecimal() and len(text) <= _DIGITS and 0 < int(text) <= largest):
        raise argparse.ArgumentTypeError(f'"{text[:60]}" is no {what}')
    return int(text)


def keys(text: str) -> tuple[str, ...]:
    """Read the keys that rows are told by."""
    found = tuple(dict.fromkeys(k.strip() for k in text.split(",")))
    for key in found:
        if key not in BY:
            raise argparse.ArgumentTypeError(
                f'cannot tell waits by "{key}"; choose from {", ".join(BY)}'
            )
    return found
