"""What the commands take: files, filters, times, targets, keys."""

import argparse
import os
from datetime import datetime
from pathlib import Path
from typing import get_args

from sla import settings as settings_module
from sla.measures import Key

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
    parser.add_argument(
        "--settings",
        type=Path,
        default=os.environ.get("REPLYCLOCK_SETTINGS") or None,
        metavar="FILE",
        help="default: data/settings.toml",
    )


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
    if not text.isdecimal() or int(text) <= 0:
        raise argparse.ArgumentTypeError(
            f'"{text}" is no target; write whole seconds above 0, such as 3600'
        )
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
