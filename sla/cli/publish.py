"""`python -m sla publish`: what everybody may see, as files for any web server or object store."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from public.banner import Banner
from public.languages import LOCALES
from sla import settings as settings_module
from sla.cli.arguments import common, path
from sla.cli.reading import reading
from sla.errors import ReplyclockError
from sla.expected import Expected, entry, expected_of_all
from sla.lake_store import needs_database
from sla.ledger import enter
from sla.store import announced

DONE = 0


class PublishError(ReplyclockError):
    """The files could not be written."""


def add(commands: Any) -> None:
    """Add the command with what it takes."""
    written = commands.add_parser(
        "publish", help="write the public banners as files for any web server"
    )
    written.add_argument("folder", type=path, metavar="DIR", help="the web root to write into")
    common(written)
    written.add_argument(
        "--snapshots",
        type=path,
        metavar="DIR",
        help="publish the snapshot in this folder, without a database",
    )
    written.add_argument(
        "--site",
        metavar="URL",
        help="where people will reach it, such as https://care.example.org; oEmbed needs it",
    )
    written.add_argument(
        "--languages",
        type=_languages,
        default=tuple(LOCALES),
        metavar="CODES",
        help=f"default: all, which are {','.join(LOCALES)}",
    )
    written.set_defaults(run=run)


def run(call: argparse.Namespace) -> int:
    """Publish once; a running dashboard has the newest snapshot, else it is made here."""
    # What draws the banners is not loaded for any other command.
    from public.alone import SNAPSHOT  # noqa: PLC0415
    from public.snapshot import read, renew  # noqa: PLC0415
    from public.static_files import publish  # noqa: PLC0415

    if call.snapshots is None:
        needs_database(settings_module.read(call.settings), "No banner is worked out here")
    folder = call.snapshots or call.db.parent / "public"
    snapshot = folder / SNAPSHOT
    now = datetime.now(UTC)
    if call.snapshots is None and announced(call.db) is None:
        with reading(call, settings_module.read(call.settings)) as store:
            found = expected_of_all(store, now)
            enter(store, [entry(each) for each in found], now)
            renew(map(as_banner, found), snapshot, now)
    shown = read(snapshot)
    if shown.renewed_at is None:
        raise PublishError(
            f"{snapshot}: there is no snapshot that can be read, so nothing is published. "
            "The dashboard writes one every minute; start it, or name another folder with --snapshots."
        )
    try:
        done = publish(shown, call.folder, now, call.site, call.languages)
    except OSError as error:
        raise PublishError(
            f"{error.filename or call.folder}: cannot be written ({error.strerror}). "
            "What is published there stays as it is."
        ) from None
    for name in done.too_long:
        print(
            f'The name "{name[:60]}…" is too long for a file, so it is left out.', file=sys.stderr
        )
    print(
        f"{call.folder}: {done.files:,} files, {done.written:,} of them written anew, "
        f"{done.removed:,} removed."
    )
    return DONE


def as_banner(told: Expected) -> Banner:
    """Return what the public may see of an account or channel: its state and figures, and how they were kept."""
    shown = {field.name for field in fields(Banner)}
    carried = {name: value for name, value in vars(told).items() if name in shown}
    for record in told.record:
        carried[f"kept_share_{record.days}d"] = record.share
        carried[f"kept_n_{record.days}d"] = record.kept + record.missed
    return Banner(**carried)


def _languages(text: str) -> Sequence[str]:
    codes = tuple(dict.fromkeys(code.strip() for code in text.split(",")))
    for code in codes:
        if code not in LOCALES:
            raise argparse.ArgumentTypeError(
                f'"{code}" is no language of the banners; choose from {", ".join(LOCALES)}'
            )
    return codes
