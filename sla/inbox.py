"""The inbox: files put into a folder are loaded, one after the other, each with a receipt.

inbox/           what people drop, files and folders; afterwards in done/ or refused/, with receipts/NAME.json
inbox/sample/    the running sample; taken away once it is loaded

What the command line hands over while another process owns the database is in `handover`.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sla.errors import LoadError
from sla.load import FileResult, load_unit, totals
from sla.parse import Unit, units_of
from sla.settings import Settings
from sla.store import Store

# Folders of the inbox itself, which nobody drops.
_OWN = ("handed", "feed", "sample", "done", "refused", "receipts")
_UNFINISHED = (".part", ".tmp", ".crdownload", ".partial")
_SETTLED_SECONDS = 2.0
_LONGEST_NAME = 200
# So long a file that is ready waits for others that are still being written: they may belong together.
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Ready:
    """What is complete and waits to be loaded: the files or the folder that were dropped, and the loads in them."""

    dropped: tuple[Path, ...]
    units: tuple[Unit, ...]
    sample: bool = False


class Inbox:
    """Watches one inbox folder on behalf of the process that owns the database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: dict[Path, tuple[object, float]] = {}
        for name in _OWN:
            (folder / name).mkdir(parents=True, exist_ok=True)

    def ready(self, settings: Settings) -> Iterator[Ready]:
        """Yield what has stopped growing, the oldest first."""
        # What the program itself writes appears by a rename and is complete at once.
        for path in _oldest_first(self.folder / "sample"):
            yield Ready((path,), (Unit.of(path, path.name),), sample=True)
        dropped = [p for p in _oldest_first(self.folder) if p.name not in _OWN or not p.is_dir()]
        now = time.monotonic()
        ages = {path: now - self._unchanged_since(path, now) for path in dropped}
        self._seen = {path: seen for path, seen in self._seen.items() if path in ages}
        settled = [path for path, age in ages.items() if age >= _SETTLED_SECONDS]
        if not settled:
            return
        patient = max(ages[path] for path in settled) < _PATIENCE_SECONDS
        if len(settled) < len(dropped) and patient:
            return
        yield from _units(settled, settings)

    def _unchanged_since(self, path: Path, now: float) -> float:
        """Return since when (monotonic seconds) a file or folder is known to be as it is; inf when it is seen first."""
        state = _state(path)
        known = self._seen.get(path)
        if known is None or known[0] != state:
            self._seen[path] = (state, now)
            return float("inf")
        return known[1]

    def take(self, store: Store, ready: Ready) -> list[FileResult]:
        """Load what is ready, write its receipt, and move it aside."""
        results = [load_unit(store, unit, sample=ready.sample) for unit in ready.units]
        refused = all(result.error for result in results)
        if not ready.sample or refused:
            self._receipt(ready, results, totals(store))
        for path in ready.dropped:
            if ready.sample:
                path.unlink(missing_ok=True)
            elif os.path.lexists(path):  # also a link to nothing
                shutil.move(
                    path, _free(self.folder / ("refused" if refused else "done") / path.name)
                )
        return results

    def _receipt(self, ready: Ready, results: list[FileResult], counts: dict[str, int]) -> None:
        finished_at = datetime.now(UTC).isoformat(timespec="seconds")
        told: dict[str, object] = {"result": results[0].told()}
        if len(results) > 1:
            told = {"files": [result.told() for result in results]}
        told |= {"totals": counts, "finished_at": finished_at}
        for path in ready.dropped:
            receipt = self.folder / "receipts" / f"{_short(path.name)}.json"
            temporary = receipt.with_name(f".{receipt.name}")
            text = json.dumps(told, ensure_ascii=False, indent=1)
            temporary.write_text(text, encoding="utf-8", errors="replace")
            temporary.replace(receipt)


def _units(settled: list[Path], settings: Settings) -> Iterator[Ready]:
    """Give each folder with all the loads in it, and the files that are one load together."""
    folders = [path for path in settled if path.is_dir()]
    files = [path for path in settled if path.is_file()]
    odd = [path for path in settled if path not in folders and path not in files]
    for folder in folders:
        found = [_called(unit, folder.parent) for unit in units_of([folder], settings)]
        yield Ready((folder,), tuple(found) or (Unit.of(folder, folder.name),))
    for path in odd:
        yield Ready((path,), (Unit.of(path, path.name),))
    if files:
        for unit in _looked_through(files, settings):
            yield Ready(unit.paths, (_called(unit, files[0].parent),))


def _looked_through(files: list[Path], settings: Settings) -> list[Unit]:
    """Return the loads in these files; where they cannot be looked through together, each is one, and says why not."""
    try:
        return units_of(files, settings)
    except LoadError:
        return [Unit.of(path) for path in files]


def _called(unit: Unit, inbox: Path) -> Unit:
    """Name what was dropped without the inbox that it was dropped into."""
    if unit.root == inbox:
        first = unit.paths[0].name
        return replace(unit, name=f"{first} and {len(unit.paths) - 1:,} more")
    return replace(unit, name=unit.name.removeprefix(f"{inbox}/"))


def _oldest_first(folder: Path) -> list[Path]:
    found = [p for p in folder.iterdir() if _finished_name(p)]
    return sorted(found, key=lambda p: (_changed(p), p.name))


def _finished_name(path: Path) -> bool:
    return not path.name.startswith((".", "~")) and path.suffix.lower() not in _UNFINISHED


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _state(path: Path) -> object:
    """Return what changes while a file, or anything in a folder, is being written."""
    try:
        if path.is_dir():
            return [
                (str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in sorted(path.rglob("*"))
            ]
        return path.stat().st_size, path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


def _short(name: str) -> str:
    """Return a name to which more can be added: file systems allow 255 bytes."""
    raw = os.fsencode(name)
    if len(raw) <= _LONGEST_NAME:
        return name
    return os.fsdecode(raw[:_LONGEST_NAME]) + f"-{hashlib.sha256(raw).hexdigest()[:8]}"


def _free(path: Path) -> Path:
    if not path.exists():
        return path
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    return path.with_name(f"{_short(path.stem)}-{stamp}{path.suffix}")
