"""`python -m sla export`: messages, conversations and waits as Parquet, once or for as long as it runs."""

import argparse
import sys
import time
from typing import Any

from sla import lake
from sla import settings as settings_module
from sla.cli.arguments import common, path, target
from sla.cli.reading import reading
from sla.errors import StoreBusyError
from sla.handover import hand_over_export
from sla.lake import Written
from sla.lake_manifest import no_folder
from sla.lake_store import needs_database
from sla.store import announced

DONE = 0


def add(commands: Any) -> None:
    """Add the command with what it takes."""
    export = commands.add_parser(
        "export", help="write messages, conversations and waits as Parquet, by account and month"
    )
    export.add_argument(
        "folder", type=path, metavar="DIR", help="an empty folder, or one written before"
    )
    common(export)
    export.add_argument("--watch", action="store_true", help="go on, and write what changes")
    export.add_argument(
        "--every",
        type=target,
        default=60,
        metavar="SECONDS",
        help="how often --watch looks; default: 60",
    )
    export.set_defaults(run=run)


def run(call: argparse.Namespace) -> int:
    """Write the lake; a running dashboard does it, as it has the database open."""
    needs_database(settings_module.read(call.settings), "No lake can be written here")
    written, said = _exported(call, if_changed=False), set[str]()
    while True:
        if written is not None:
            _say_left_out(written, said)
            print(
                f"{call.folder}: {written.files:,} files, {written.written:,} of them written anew, "
                f"{written.removed:,} removed.",
                flush=True,
            )
        if not call.watch:
            return DONE
        time.sleep(call.every)
        try:
            written = _exported(call, if_changed=True)
        except StoreBusyError as error:
            # A load or another command has it; the next look may find it free.
            print(error, file=sys.stderr, flush=True)
            written = None


def _say_left_out(written: Written, said: set[str]) -> None:
    """Tell of each account that is left out, but for those that were `said` before; add them."""
    for account in written.left_out:
        if account not in said:
            name = account if len(account) <= 60 else f"{account[:60]}…"
            print(
                f'The account "{name}" is left out: its name is {no_folder(account)}. To have it in the lake, '
                "unload its messages and load them again under another name (--account).",
                file=sys.stderr,
                flush=True,
            )
    said.update(written.left_out)


def _exported(call: argparse.Namespace, *, if_changed: bool) -> Written | None:
    try:
        with reading(call, settings_module.read(call.settings)) as store:
            return lake.export(store, call.folder, if_changed=if_changed)
    except StoreBusyError:
        # Asked only then: after a crash, the announcement may name a process that is something else by now.
        if announced(call.db) is None:
            raise
        return hand_over_export(call.db, call.folder, if_changed=if_changed)
