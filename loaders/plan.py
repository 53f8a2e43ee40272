"""What belongs together: of many files, which are one load, and which are a load of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from loaders.archives import LITTER, is_archive
from loaders.options import Options
from loaders.registry import candidates, is_together
from loaders.source import source_at

_HIDDEN = re.compile(r"(?:^|/)\.(?![^/]+/(?:cur|new|tmp)/[^/]+$)")


def plan(paths: Sequence[Path], options: Options) -> list[dict[str, Any]]:
    """Give the loads for these files and folders, in order: `{"paths", "root"}` each.

    Files of a format whose exports are many files are one load for each folder that was named, or for
    each folder that the named files lie in. A file that has a mapping is a load of its own. What no
    loader knows, in a folder with something that one does, comes last as `{"left": [names], "root"}`.
    """
    loads: list[dict[str, Any]] = []
    for root, files in _groups(paths):
        together: dict[str, dict[str, Any]] = {}
        left: list[str] = []
        known, named = False, root in paths
        for path in files:
            if options.mapped(path.name, _inside(path, root)):
                known = True
                loads.append({"paths": [str(path)], "root": str(root) if named else None})
                continue
            found = _claims(path, root)
            if found is None and named:
                left.append(str(path))
                continue
            known = True
            if found and is_together(found[0]) and len(found) == 1:
                format_ = found[0].FORMAT
                if format_ not in together:
                    together[format_] = {"paths": [], "root": str(root)}
                    loads.append(together[format_])
                together[format_]["paths"].append(str(path))
            else:
                loads.append({"paths": [str(path)], "root": None})
        if known and left:
            loads.append({"left": left, "root": str(root)})
        else:
            loads += [{"paths": [path], "root": None} for path in left]
    return loads


def _groups(paths: Sequence[Path]) -> Iterator[tuple[Path, list[Path]]]:
    """Give each folder that was named with its files, and the named files by the folder they lie in."""
    beside: dict[Path, list[Path]] = {}
    for path in paths:
        if path.is_dir():
            yield path, files_in(path)
        else:
            beside.setdefault(path.parent, []).append(path)
    yield from beside.items()


def files_in(folder: Path) -> list[Path]:
    """List the files in a folder and below it, without hidden ones and litter.

    The folders of a mailbox have names such as `.Sent`: what lies in their `cur`, `new` or `tmp` counts.
    """
    found = []
    for path in folder.rglob("*"):
        name = _inside(path, folder)
        if path.is_file() and not _HIDDEN.search(name) and not LITTER.search(name):
            found.append(path)
    return sorted(found)


def _inside(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _claims(path: Path, root: Path) -> list[Any] | None:
    """Give the loaders that claim a file; none for an archive, to be looked into; None for what is no log."""
    try:
        inside = _inside(path, root)
        head = source_at(path, inside, inside).head
    except OSError:
        return []  # whoever loads it says what is wrong
    found = candidates(head)
    return found if found or is_archive(head.data) else None
