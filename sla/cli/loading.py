"""`python -m sla load`: files go in, sentences or one object come out."""

import argparse
import json
import sys
import time
from pathlib import Path

from sla import settings as settings_module
from sla.cli.printing import counted
from sla.cli.reading import say_change
from sla.errors import LoadError, StoreBusyError
from sla.inbox import hand_over
from sla.load import FileResult, files_in, load_file, totals
from sla.settings import Settings
from sla.store import Store, announced

_COUNTED = ("messages", "conversations", "waits")
DONE, NOTHING_USABLE = 0, 1


def run(call: argparse.Namespace) -> int:
    """Load files; through the inbox while a dashboard owns the database."""
    settings = settings_module.read(call.settings)
    files = list(files_in(call.paths))
    store = _open_or_owner(call.db, settings)
    if store is None:
        handed = [_handed(call, path) for path in files]
        results = [result for result, _ in handed]
        counts: dict[str, int | None] = next(
            (c for _, c in reversed(handed) if c), dict.fromkeys(_COUNTED)
        )
    else:
        with store:
            say_change(store)
            results = [_told(call, load_file(store, path)) for path in files]
            counts = dict(totals(store))
    if call.json:
        print(
            json.dumps(
                {"files": [r.told() for r in results], **counts}, ensure_ascii=False, indent=1
            )
        )
    elif counts["messages"] is not None:
        print(f"In all: {', '.join(counted(n or 0, name[:-1]) for name, n in counts.items())}.")
    return DONE if any(r.error is None for r in results) else NOTHING_USABLE


def _open_or_owner(db: Path, settings: Settings) -> Store | None:
    """Open the database, or return None when a dashboard owns it; another load is waited for."""
    patience = time.monotonic() + 600
    while True:
        try:
            return Store.open(db, settings)
        except StoreBusyError:
            if announced(db) is not None:
                return None
            if time.monotonic() > patience:
                raise
            time.sleep(0.2)


def _handed(call: argparse.Namespace, path: Path) -> tuple[FileResult, dict[str, int | None]]:
    try:
        result, counts = hand_over(call.db, path)
        return _told(call, result), dict(counts)
    except LoadError as error:
        return _told(call, FileResult(str(path), error=str(error))), {}


def _told(call: argparse.Namespace, result: FileResult) -> FileResult:
    if result.error:
        print(result.error, file=sys.stderr)
    elif not call.json:
        print(
            f"{result.path}: {counted(result.messages, 'message')} ({result.format}); {result.new:,} new, "
            f"{result.updated:,} updated, {result.duplicates:,} known already, {counted(result.problems, 'problem')}."
        )
        for note in result.notes:
            print(f"  {note}")
    return result
