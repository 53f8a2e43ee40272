"""`python -m sla load`, `map`, `unload`: files go in and out, sentences or one object come out."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sla import settings as settings_module
from sla.cli.printing import counted, print_rows
from sla.cli.progress import progress_bar
from sla.cli.reading import say_change
from sla.errors import LoadError, ReplyclockError, StoreBusyError
from sla.handover import hand_over_load, hand_over_unload
from sla.lake_store import needs_database
from sla.load import FileResult, load_unit, totals
from sla.parse import Unit, units_of
from sla.proposals import propose
from sla.settings import Settings
from sla.sources import Source, read_mapping
from sla.store import Store, announced
from sla.unload import unload

_COUNTED = ("messages", "conversations", "waits")
DONE, NOTHING_USABLE = 0, 1


def run(call: argparse.Namespace) -> int:
    """Load files; through the owner while a dashboard owns the database."""
    settings = settings_module.read(call.settings)
    needs_database(settings, "Nothing can be loaded here")
    answers = _answers(call)
    units = units_of(call.paths, settings, answers)
    store = _open_or_owner(call.db, settings)
    counts: dict[str, int | None] = dict.fromkeys(_COUNTED)
    results: list[FileResult] = []
    if store is None:
        for unit in units:
            result, told = _handed(call, unit, answers)
            results.append(_told(call, result))
            counts = dict(told) or counts
    else:
        with store:
            say_change(store)
            for unit in units:
                with progress_bar(unit.name, shown=not call.json) as progress:
                    result = load_unit(store, unit, progress=progress, answers=answers)
                results.append(_told(call, result))
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


def _answers(call: argparse.Namespace) -> dict[str, Any] | None:
    """Return what the command line says about the files, in the words of `[[sources]]`; None for nothing."""
    given = {
        "format": call.format,
        "account": call.account,
        "channel": call.channel,
        "time_zone": call.time_zone,
        "day_first": call.day_first,
        "agents": call.agent,
        "bots": call.bot,
    }
    given = {key: value for key, value in given.items() if value not in (None, [])}
    try:
        if call.mapping is not None:
            given |= {"mapping": read_mapping(call.mapping), "files": "*"}
        told = Source.model_validate(given).told() if given else {}
    except ValueError as error:
        lines = str(error).splitlines()
        fault = lines[2] if len(lines) > 2 else lines[0]
        raise LoadError(
            fault.strip().removeprefix("Value error, ").partition(" [type=")[0]
        ) from None
    return told or None


def map_run(call: argparse.Namespace) -> int:
    """Propose a mapping for a table, and show what its first rows would become."""
    settings = settings_module.read(call.settings)
    found = propose(call.path, settings)
    if call.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        print(found["toml"])
        print_rows(_SHOWN, [{name: row[name] for name in _SHOWN} for row in found["rows"]], "table")
        for problem in found["problems"]:
            print(f"line {problem['line']}: {problem['reason']}. {problem['remedy']}")
    if call.out is not None:
        try:
            call.out.write_text(found["toml"], encoding="utf-8")
        except OSError as error:
            raise LoadError(f"{call.out}: cannot be written ({error.strerror}).") from None
        print(
            f"Written to {call.out}. Look at it, then: python -m sla load {call.path} --mapping {call.out}",
            file=sys.stderr,
        )
    return DONE


_SHOWN = ("thread_key", "author_key", "role", "visibility", "sent_at", "text")


def unload_run(call: argparse.Namespace) -> int:
    """Take a load back."""
    settings = settings_module.read(call.settings)
    needs_database(settings, "No load can be taken back here")
    store = _open_or_owner(call.db, settings)
    if store is None:
        gone, again = hand_over_unload(call.db, call.load_id)
    else:
        with store:
            say_change(store)
            gone, again = unload(store, call.load_id)
    earlier = f" {counted(again, 'message')} went back to an earlier version." if again else ""
    print(f"Load {call.load_id} was taken back: {counted(gone, 'message')} left.{earlier}")
    return DONE


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


def _handed(
    call: argparse.Namespace, unit: Unit, answers: dict[str, Any] | None
) -> tuple[FileResult, dict[str, int]]:
    try:
        return hand_over_load(call.db, unit, answers)
    except ReplyclockError as error:
        return FileResult(unit.name, error=str(error)), {}


def _told(call: argparse.Namespace, result: FileResult) -> FileResult:
    if result.error:
        print(result.error, file=sys.stderr)
    elif not call.json:
        print(
            f"{result.path}: {counted(result.messages, 'message')} ({result.format}); {result.new:,} new, "
            f"{result.updated:,} updated, {result.duplicates:,} known already, {counted(result.problems, 'problem')}."
        )
        _told_notes(result.notes)
    return result


def _told_notes(notes: Sequence[str]) -> None:
    for note in notes:
        print(f"  {note}")
