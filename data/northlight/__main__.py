"""The command line: `python -m data.northlight make` and `… feed`."""

import argparse
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from data.northlight.feeder import feed
from data.northlight.sample import SEED, Made, make
from data.northlight.telling import StoryError


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns 0 when done, 1 when it can't be. A wrong call exits with 2."""
    # Taken before anything else, so that a parent that leaves early is missed all the same.
    parent = os.getppid()
    call = _parser().parse_args(arguments)
    try:
        if call.command == "make":
            made = make(call.out, call.now, days=call.days, seed=call.seed, keep=call.keep)
            print(_sentence(made, call.out))
        else:
            feed(call.story, call.inbox, call.every, _Stop(parent))
    except (StoryError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m data.northlight", description="The sample story of Northlight."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make", help="write the sample as export files")
    making.add_argument("--out", type=Path, required=True, help="folder for the files")
    making.add_argument("--seed", type=int, default=SEED, help="another seed, another story")
    making.add_argument("--days", type=_days, default=90, help="how long ago it begins")
    making.add_argument("--now", type=_instant, default=datetime.now(UTC), help="ISO, with offset")
    making.add_argument(
        "--continue", dest="keep", action="store_true", help="keep the story that is there"
    )
    feeding = commands.add_parser("feed", help="go on writing what happens")
    feeding.add_argument("--story", type=Path, required=True, help="story.json of the sample")
    feeding.add_argument("--inbox", type=Path, required=True, help="folder to write into")
    feeding.add_argument("--every", type=_seconds, default=20.0, help="seconds between files")
    return parser


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 366:
        raise argparse.ArgumentTypeError(f"expected 1 to 366 days, found {text}")
    return days


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 3600:
        raise argparse.ArgumentTypeError(f"expected up to 3600 seconds, found {text}")
    return seconds


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"{text} does not say in which time zone; write it like 2026-11-21T20:05:00Z"
        )
    return instant


class _Stop:
    """Whether SIGTERM or Ctrl-C came, or the process that started this one is gone."""

    def __init__(self, parent: int) -> None:
        self._parent = parent
        self._told = False
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)

    def __call__(self) -> bool:
        return self._told or os.getppid() != self._parent

    def _stop(self, signum: int, frame: object) -> None:
        self._told = True


def _sentence(made: Made, out: Path) -> str:
    if not made.files:
        return f"The story of Northlight in {out} is up to date; nothing new has happened."
    counts = ", ".join(f"{channel} {count:,}" for channel, count in made.messages.items())
    total = sum(made.messages.values())
    if made.continued:
        return f"The story of Northlight in {out} goes on with {total:,} messages: {counts}."
    return (
        f"Northlight, an operator that does not exist, has {total:,} messages in {out}: {counts}."
    )


if __name__ == "__main__":
    sys.exit(main())
