"""Parsing apart: a child process with limits turns export files into staging files, or says why not."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sla.errors import LoadError
from sla.settings import ROOT, Settings

# A loader that needs more than this is broken or attacked, not busy.
MEMORY_MB = 6000
CPU_SECONDS = 4 * 3600

_SHOWN = 5
_WILD = re.compile(r"[*?\[]")

Progress = Callable[[dict[str, Any]], None]
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Unit:
    """What is loaded as one: a file, or the files of one export under a folder. `name` is for people."""

    name: str
    paths: tuple[Path, ...]
    root: Path | None = None
    left: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", writable(self.name))

    @classmethod
    def of(cls, path: Path, name: str | None = None) -> "Unit":
        """Make the unit of a single file."""
        return cls(name or str(path), (path,))

    @property
    def refusal(self) -> str | None:
        """Why there is nothing to load here, where only files were found that are no logs."""
        if not self.left:
            return None
        named = ", ".join(Path(name).name for name in self.left[:_SHOWN])
        more = len(self.left) - _SHOWN
        others = "1 file in it is" if len(self.left) == 1 else f"{len(self.left):,} files in it are"
        return (
            f"{self.name}: {others} no log and left alone: {named}"
            + (f" and {more:,} more" if more > 0 else "")
            + "."
        )


def writable(name: str) -> str:
    """Return a file's name as it can be written down: what is no UTF-8 in it becomes a question mark."""
    return name.encode("utf-8", "replace").decode("utf-8")


def units_of(
    paths: Iterable[Path], settings: Settings, answers: Answers | None = None
) -> list[Unit]:
    """Return what is to be loaded for these files, folders and patterns (`logs/*.csv`), in order.

    A file that has a mapping, in the settings or in `answers`, is a unit of its own. Raises LoadError when the files cannot be looked through.
    """
    named = [found for path in paths for found in _named(path)]
    if len(named) == 1 and not named[0].is_dir():
        return [Unit.of(named[0])]
    with tempfile.TemporaryDirectory(prefix="replyclock-") as folder:
        called = ["--plan", *_listed(named, None, Path(folder))]
        answer = child(called, Path(folder), settings, answers=answers)
    if answer is None or "error" in answer:
        raise LoadError((answer or {}).get("error") or "The files could not be looked through.")
    return [_unit(load) for load in answer["loads"]]


def _named(path: Path) -> list[Path]:
    if path.exists() or not _WILD.search(str(path)):
        return [path]
    start = next(i for i, part in enumerate(path.parts) if _WILD.search(part))
    found = sorted(Path(*path.parts[:start]).glob("/".join(path.parts[start:])))
    return found or [path]


def _unit(load: Mapping[str, Any]) -> Unit:
    root = Path(load["root"]) if load["root"] else None
    if "left" in load:
        return Unit(load["root"], (), root, tuple(load["left"]))
    paths = tuple(Path(path) for path in load["paths"])
    if len(paths) == 1:
        return Unit(str(paths[0]), paths, root)
    return Unit(f"{load['root']} ({len(paths):,} files)", paths, root)


def parse(
    unit: Unit,
    out: Path,
    settings: Settings,
    progress: Progress | None = None,
    answers: Answers | None = None,
) -> dict[str, Any]:
    """Parse files in a child process with limits; return their counts, leave staging files in `out`.

    `answers` come before those of the settings. Raises LoadError with one clear sentence when the
    files cannot be used; its `asks` are the questions whose answers would make them usable.
    """
    if unit.refusal:
        raise LoadError(unit.refusal)
    unit = _nameable(unit, out)
    called = ["--out", str(out)]
    if len(unit.paths) == 1 and unit.root is None:
        called.insert(0, str(unit.paths[0].absolute()))
    else:
        called += _listed(unit.paths, unit.root, out)
    answer = child(called, out, settings, progress, answers)
    if answer is None:
        raise LoadError(
            f"{unit.name}: reading it failed, as when memory or time run out. Nothing was stored. Split "
            "the file into smaller ones, or export it again."
        )
    if "error" in answer:
        raise LoadError(
            answer["error"], asks=tuple(answer.get("asks", ())), format_=answer.get("format")
        )
    return answer


def _nameable(unit: Unit, out: Path) -> Unit:
    """Return the files under names that any library takes: where one is no UTF-8, under links to them."""
    if all(writable(str(path)) == str(path) for path in unit.paths):
        return unit
    folder = out / "named"
    links = []
    for place, path in enumerate(unit.paths):
        inside = str(path.relative_to(unit.root)) if unit.root else path.name
        link = folder / writable(inside)
        if link.is_symlink():  # two names may differ in nothing else
            link = link.with_name(f"{place}-{link.name}")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path.resolve())
        links.append(link)
    return replace(unit, paths=tuple(links), root=folder if unit.root else None)


def _listed(paths: Sequence[Path], root: Path | None, folder: Path) -> list[str]:
    """Write down which files there are, more than a command line holds, and return how to name that list."""
    listed = folder / "files.json"
    told = {
        "paths": [str(path.absolute()) for path in paths],
        "root": str(root.absolute()) if root else None,
    }
    listed.write_text(json.dumps(told), encoding="utf-8")
    return ["--files", str(listed)]


def options(settings: Settings, answers: Answers | None) -> dict[str, Any]:
    """Return what a loader is told: time zones, answers, limits."""
    return {
        "time_zones": {
            name: account.time_zone
            for name, account in settings.accounts.items()
            if "time_zone" in account.model_fields_set
        },
        "sources": ([dict(answers)] if answers else []) + [s.told() for s in settings.sources],
        "memory_mb": MEMORY_MB,
        "cpu_seconds": CPU_SECONDS,
    }


def child(
    called: Sequence[str],
    folder: Path,
    settings: Settings,
    progress: Progress | None = None,
    answers: Answers | None = None,
) -> dict[str, Any] | None:
    """Run `python -m loaders` and return the object that it prints; None when it prints none."""
    written = json.dumps(options(settings, answers))
    with (folder / "stdout").open("w+b") as told, (folder / "stderr").open("w+b") as complaints:
        child = subprocess.Popen(
            [sys.executable, "-m", "loaders", *called, "--options", written],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=complaints,
        )
        try:
            while True:
                try:
                    child.wait(timeout=0.5)
                    break
                except subprocess.TimeoutExpired:
                    _report(folder, progress)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        told.seek(0)
        return _answer(told.read())


def _report(folder: Path, progress: Progress | None) -> None:
    if progress is not None:
        with suppress(OSError, ValueError):  # there may be nothing to report yet
            progress(json.loads((folder / "progress.json").read_text()))


def _answer(told: bytes) -> dict[str, Any] | None:
    lines = told.decode("utf-8", "replace").strip().splitlines()
    try:
        answer = json.loads(lines[-1]) if lines else None
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None
