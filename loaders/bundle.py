"""What was given to load, as plain files: one file, the files in an archive, or several files of one export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from loaders import mapped
from loaders.archives import Zip, is_archive, is_zip, unpacked
from loaders.options import Options
from loaders.problems import NotUsable
from loaders.progress import Progress
from loaders.registry import Loader, candidates, loader_for
from loaders.source import Head, Source, source_at
from loaders.unknown import AN_EXPORT, BY_MAPPING, WHICH_COLUMN, WHOLE_LIST
from loaders.workbook import is_workbook

_SHOWN = 10


@dataclass(frozen=True)
class Part:
    """One file of what was given: its head, and how to get at the whole of it."""

    head: Head
    source: Callable[[], Source]


@dataclass(frozen=True)
class Bundle:
    """The files that one loader reads, and the names of those beside them that it does not know."""

    name: str
    loader: Loader
    parts: tuple[Part, ...]
    left: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes of all its files, unpacked."""
        return sum(part.head.size for part in self.parts)

    def sources(self) -> Iterator[Source]:
        """Unpack and give one file after the other."""
        for part in self.parts:
            yield part.source()


def bundle_of(
    paths: Sequence[Path],
    root: Path | None,
    scratch: Path,
    progress: Progress,
    open_: ExitStack,
    options: Options,
) -> Bundle:
    """Look at what was given and find its loader: that of a mapping for its name, else by its content.

    `root` is the folder that several paths lie under. Archives stay open as long as `open_`.
    Raises NotUsable for what no loader knows, what fits several formats, and for spoilt archives.
    """
    if len(paths) > 1:
        name = f"{(root or paths[0].parent).name} ({len(paths):,} files)"
        return _chosen(name, [_plain(path, root) for path in paths], options)
    path = paths[0]
    source = source_at(path, path.name, _relative(path, root))
    packed = is_archive(source.head.data)
    # A workbook is a zip too.
    workbook = packed and is_workbook(source.head)
    if workbook and _mapped(source.head, options) is None:
        raise NotUsable("not_a_log", f"{source.name} is a workbook. {BY_MAPPING}", (WHICH_COLUMN,))
    if packed and not workbook:
        if is_zip(source.head.data):
            archive = open_.enter_context(Zip(source, scratch, progress))
            parts = [Part(head, partial(archive.source, m)) for m, head in archive.heads()]
            return _chosen(source.name, parts, options)
        source = unpacked(source, scratch, progress)
    found = source
    loader = _mapped(source.head, options) or loader_for(source.head)
    return Bundle(source.name, loader, (Part(source.head, lambda: found),), ())


def _mapped(head: Head, options: Options) -> Loader | None:
    """Give the loader for mapped tables where the settings have a mapping for this file."""
    found = options.mapped(head.name, head.inside, head.path.name)
    return None if found is None else mapped


def _plain(path: Path, root: Path | None) -> Part:
    inside = _relative(path, root)
    source = source_at(path, inside, inside)
    return Part(source.head, lambda: source)


def _relative(path: Path, root: Path | None) -> str:
    if root is not None and path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return path.name


def _chosen(name: str, parts: list[Part], options: Options) -> Bundle:
    """Keep the parts that a loader knows; all of them have to be of one format."""
    if len(parts) == 1:
        head = parts[0].head
        return Bundle(name, _mapped(head, options) or loader_for(head), tuple(parts), ())
    known: dict[str, list[Part]] = {}
    left: list[str] = []
    loaders: dict[str, Loader] = {}
    for part in parts:
        own = _mapped(part.head, options)
        found = candidates(part.head) if own is None else [own]
        if len(found) > 1:
            loader_for(part.head)
        if not found:
            left.append(part.head.inside)
            continue
        loaders[found[0].FORMAT] = found[0]
        known.setdefault(found[0].FORMAT, []).append(part)
    if not known:
        raise NotUsable(
            "not_a_log",
            f"{name} holds {_listed(left)}, none of which is a log. {AN_EXPORT} {WHOLE_LIST}",
        )
    if len(known) > 1:
        kinds = "; ".join(
            f"{loaders[f].TITLE}: {_listed([p.head.inside for p in found])}"
            for f, found in known.items()
        )
        raise NotUsable(
            "ambiguous",
            f"{name} holds logs of {len(known)} formats ({kinds}). Unpack it and load them one by one.",
        )
    ((format_, parts_known),) = known.items()
    return Bundle(name, loaders[format_], tuple(parts_known), tuple(left))


def _listed(names: list[str]) -> str:
    more = len(names) - _SHOWN
    shown = ", ".join(f"…{n[-59:]}" if len(n) > 60 else n for n in names[:_SHOWN])
    return shown + (f" and {more:,} more" if more > 0 else "")
