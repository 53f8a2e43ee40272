"""The inbox: files put into a folder are loaded, one after the other, each with a receipt.

inbox/           what people drop; afterwards in done/ or refused/, with receipts/NAME.json
inbox/handed/    what the command line hands over while another process owns the database
inbox/sample/    the running sample; taken away once it is loaded
"""

import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sla.errors import LoadError
from sla.load import FileResult, load_file, totals
from sla.store import Store, announced, inbox_of

_LANES = ("", "handed", "sample")
_UNFINISHED = (".part", ".tmp", ".crdownload", ".partial")
_SETTLED_SECONDS = 2.0


@dataclass(frozen=True)
class Ready:
    """A file that is complete and waits to be loaded."""

    path: Path
    lane: str


class Inbox:
    """Watches one inbox folder on behalf of the process that owns the database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: dict[Path, tuple[int, int, float]] = {}
        for name in ("handed", "sample", "done", "refused", "receipts"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def ready(self) -> Iterator[Ready]:
        """Yield the files that have stopped growing, the oldest first."""
        present: set[Path] = set()
        for lane in _LANES:
            files = [p for p in (self.folder / lane).iterdir() if p.is_file() and _finished_name(p)]
            for path in sorted(files, key=lambda p: (_stat(p)[1], p.name)):
                present.add(path)
                # What the program itself writes appears by a rename and is complete at once.
                if lane or self._settled(path):
                    yield Ready(path, lane)
        self._seen = {p: s for p, s in self._seen.items() if p in present}

    def _settled(self, path: Path) -> bool:
        size, changed = _stat(path)
        known = self._seen.get(path)
        now = time.monotonic()
        if known is None or known[:2] != (size, changed):
            self._seen[path] = (size, changed, now)
            return False
        return now - known[2] >= _SETTLED_SECONDS

    def take(self, store: Store, file: Ready) -> FileResult:
        """Load a file, write its receipt, and move it aside."""
        called = _called(file)
        result = load_file(store, file.path, name=called, sample=file.lane == "sample")
        if file.lane != "sample" or result.error:
            self._receipt(file, result, totals(store))
        if file.lane:
            file.path.unlink(missing_ok=True)
        else:
            aside = self.folder / ("refused" if result.error else "done")
            shutil.move(file.path, _free(aside / file.path.name))
        return result

    def _receipt(self, file: Ready, result: FileResult, counts: dict[str, int]) -> None:
        receipt = self.folder / "receipts" / f"{file.path.name}.json"
        temporary = receipt.with_name(f".{receipt.name}")
        finished_at = datetime.now(UTC).isoformat(timespec="seconds")
        told = {"result": result.told(), "totals": counts, "finished_at": finished_at}
        temporary.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
        temporary.replace(receipt)


def _finished_name(path: Path) -> bool:
    return not path.name.startswith((".", "~")) and path.suffix.lower() not in _UNFINISHED


def _stat(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return (-1, 0)
    return found.st_size, found.st_mtime_ns


def _called(file: Ready) -> str:
    # The name of a file that was handed over begins with a mark that keeps two of the same name apart.
    return file.path.name.split("__", 1)[1] if file.lane == "handed" else file.path.name


def _free(path: Path) -> Path:
    if not path.exists():
        return path
    return path.with_name(f"{path.stem}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}{path.suffix}")


def hand_over(db: Path, path: Path) -> tuple[FileResult, dict[str, int]]:
    """Give a file to the process that owns `db`; wait for what comes of it, and the store's new totals.

    Raises LoadError when the file cannot be read or the owner goes away before it answers.
    """
    inbox = inbox_of(db)
    lane = inbox / "handed"
    lane.mkdir(parents=True, exist_ok=True)
    name = f"{uuid.uuid4().hex}__{path.name}"
    hidden = lane / f".{name}"
    try:
        _copy(path, hidden)
    except OSError as error:
        hidden.unlink(missing_ok=True)
        raise LoadError(f"{path}: cannot be read ({error.strerror}).") from None
    handed = hidden.rename(lane / name)
    receipt = inbox / "receipts" / f"{name}.json"
    while not receipt.exists():
        if announced(db) is None:
            handed.unlink(missing_ok=True)
            raise LoadError(
                f"{path}: the dashboard was stopped before it had loaded the file. Load it again."
            )
        time.sleep(0.1)
    told: dict[str, Any] = json.loads(receipt.read_text(encoding="utf-8"))
    receipt.unlink()
    result: dict[str, Any] = told["result"] | {"path": str(path)}
    return FileResult(**(result | {"notes": tuple(result.get("notes", ()))})), told["totals"]


def _copy(source: Path, target: Path) -> None:
    """Hand over without copying where both lie on one disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
