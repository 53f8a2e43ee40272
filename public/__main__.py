"""`python -m public`: the public side alone, on its own port, from the snapshot folder.

It needs no database and no Streamlit. Exit codes: 0 stopped, 1 cannot be served, 2 wrong call.
"""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from public.alone import FOLDER_VARIABLE, SITE_VARIABLE, SNAPSHOT

CANNOT_SERVE = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped, and return the exit code."""
    call = _parser().parse_args(arguments)
    if not call.snapshots.is_dir():
        print(
            f"{call.snapshots} is no folder. Name the one with {SNAPSHOT}, which the dashboard writes "
            "beside its database, in public/.",
            file=sys.stderr,
        )
        return CANNOT_SERVE
    try:
        # Only this command needs it.
        from granian import Granian  # noqa: PLC0415
        from granian.constants import Interfaces  # noqa: PLC0415
    except ModuleNotFoundError:
        print(
            "Serving alone needs granian, which is not installed. "
            "Install what requirements.txt lists: make setup",
            file=sys.stderr,
        )
        return CANNOT_SERVE
    os.environ[FOLDER_VARIABLE] = str(call.snapshots.resolve())
    os.environ[SITE_VARIABLE] = call.site or ""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if not (call.snapshots / SNAPSHOT).is_file():
        print(f"There is no {SNAPSHOT} in {call.snapshots} yet: no banner until there is one.")
    print(f"The public side is at http://{call.address}:{call.port}/public/", flush=True)
    Granian(
        "public.alone:app",
        factory=True,
        address=call.address,
        port=call.port,
        interface=Interfaces.ASGI,
        workers=call.workers,
        websockets=False,
        log_access=False,
    ).serve()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m public", description="Serve what everybody may see, and nothing else."
    )
    parser.add_argument(
        "--snapshots",
        type=Path,
        default=Path("data/public"),
        metavar="DIR",
        help=f"the folder with {SNAPSHOT}; default: data/public",
    )
    parser.add_argument("--address", default="127.0.0.1", help="default: 127.0.0.1")
    parser.add_argument("--port", type=int, default=8600, help="default: 8600")
    parser.add_argument(
        "--workers",
        type=_workers,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes; default: one for each processor",
    )
    parser.add_argument(
        "--site", metavar="URL", help="where people reach it, such as https://care.example.org"
    )
    return parser


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f'"{text}" is no number of processes from 1 to 64')
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
