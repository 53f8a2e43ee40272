"""One file from its path to staging Parquet and problems, or to the sentence that refuses it."""

from __future__ import annotations

import errno
import shutil
import stat
import sys
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from loaders.bundle import Bundle, bundle_of
from loaders.likeliest import likeliest_other
from loaders.options import Options, options_from
from loaders.problems import NotUsable, shown, too_little_memory
from loaders.progress import Progress
from loaders.registry import load_with
from loaders.sink import MESSAGES, PROBLEMS, Sink

_SCRATCH = "scratch"
_SEVERAL = 2


def run(
    paths: str | Path | Sequence[str | Path],
    out: str | Path,
    options: object = None,
    root: str | Path | None = None,
) -> dict[str, Any]:
    """Load one file, or several of one export, into the folder `out`; `options` is what their JSON holds.

    `root` is the folder that several files lie under. Gives `format, title, messages, problems,
    notes`, and leaves `messages.parquet` and `problems.ndjson` in `out`; or gives `error` and `code`,
    and `asks` where answers would help, and leaves nothing there to load. Never raises an Exception.
    """
    given = [Path(p) for p in ([paths] if isinstance(paths, str | Path) else paths)]
    path, out = given[0], Path(out)
    try:
        return _load(
            given,
            out,
            options_from({} if options is None else options),
            Path(root) if root else None,
        )
    except NotUsable as found:
        return _refusal(found)
    except MemoryError:
        return _refusal(too_little_memory(path.name))
    except OSError as error:
        return _refused(_failed(path, out, error))
    except Exception as error:
        # DuckDB wraps what interrupts it, such as the end of the computing time.
        if isinstance(error.__cause__, NotUsable):
            return _refusal(error.__cause__)
        traceback.print_exc(file=sys.stderr)
        return _refused(
            f"{path.name} can't be read: its loader stopped with {type(error).__name__} ({error}). "
            "Nothing was loaded; please report this with the file's first lines.",
        )


def _load(paths: list[Path], out: Path, options: Options, root: Path | None) -> dict[str, Any]:
    scratch = _cleared(out)
    try:
        progress = Progress(out, sum(_size_of(path) for path in paths))
        with ExitStack() as open_:
            bundle = bundle_of(paths, root, scratch, progress, open_, options)
            progress.bytes_total = bundle.size
            with Sink(out, progress, scratch) as sink:
                _read(bundle, sink, options)
                sink.finish()
                return {
                    "format": bundle.loader.FORMAT,
                    "title": bundle.loader.TITLE,
                    "messages": sink.messages,
                    "problems": sink.problems,
                    "notes": sink.notes,
                }
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _read(bundle: Bundle, sink: Sink, options: Options) -> None:
    try:
        load_with(bundle.loader, list(bundle.sources()), sink, options)
        sink.close_messages()
        _judge(bundle, sink)
    except NotUsable as found:
        found.format = bundle.loader.FORMAT
        if bundle.left:
            # What was not recognised may be what is missing.
            found.sentence += ("\n" if "\n" in found.sentence else " ") + _left_alone(bundle)
        raise
    for source in options.sources:
        if (named := source.nobody_named()) and _several_and_no_agent(sink.staging):
            sink.note(
                f"{bundle.name}: nobody in it is called {', '.join(shown(name, 40) for name in named[:5])}, who writes for the brand. If somebody answered, look at the spelling."
            )
    if bundle.left:
        sink.note(_left_alone(bundle))


def _several_and_no_agent(staging: Path) -> bool:
    """Tell whether several people wrote the messages in the staging file, and nobody for the brand."""
    authors: set[str] = set()
    with pq.ParquetFile(staging) as file:
        for batch in file.iter_batches(columns=["role", "author_key"]):
            if pc.any(pc.equal(batch.column("role"), "agent")).as_py():
                return False
            if len(authors) < _SEVERAL:
                authors |= {
                    key for key in batch.column("author_key").to_pylist() if key is not None
                }
    return len(authors) >= _SEVERAL


def _left_alone(bundle: Bundle) -> str:
    count = len(bundle.left)
    named = ", ".join(bundle.left[:3]) + (" …" if count > 3 else "")
    others = "1 other file in it was" if count == 1 else f"{count:,} other files in it were"
    return f"{others} left alone: {named}."


def _cleared(out: Path) -> Path:
    """Make the folder, take away what an earlier load left in it, and give its scratch folder."""
    out.mkdir(parents=True, exist_ok=True)
    for name in (MESSAGES, PROBLEMS):
        (out / name).unlink(missing_ok=True)
    scratch = out / _SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    return scratch


def _size_of(path: Path) -> int:
    """Give a file's size in bytes; raise NotUsable for what is no file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        raise NotUsable(
            "unreadable",
            f"There is no file {path}. Check the name, or load it again if it was moved.",
        ) from None
    if stat.S_ISDIR(found.st_mode):
        raise NotUsable(
            "unreadable", f"{path} is a folder. Name the file in it that is to be loaded."
        )
    if not stat.S_ISREG(found.st_mode):
        raise NotUsable(
            "unreadable", f"{path} is no plain file. Save what it gives, and load that."
        )
    return found.st_size


def _judge(bundle: Bundle, sink: Sink) -> None:
    """Refuse a file that gave no messages, or more problems than messages."""
    name = bundle.name
    rows = sink.messages + sink.problems
    if rows == 0:
        raise NotUsable("empty", f"{name} has a header but no messages below it. Export it again.")
    if sink.problems <= sink.messages:
        return
    kind, count = sink.kinds.most_common(1)[0]
    line, problem = sink.first_of_kind[kind]
    where = "" if line is None else f", first on line {line}"
    raise NotUsable(
        "mostly_problems",
        f"{name} was refused because {sink.problems:,} of its {rows:,} rows can't be used. The "
        f"commonest reason ({count:,} times{where}): {problem.reason}. {problem.remedy}".strip()
        + likeliest_other(bundle.parts[0].head, bundle.loader),
    )


def _failed(path: Path, out: Path, error: OSError) -> str:
    why = error.strerror or str(error)
    if error.errno == errno.EACCES:
        return f"{path.name} can't be read: {why}. Give the account that runs this the right to read it."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{path.name} can't be loaded: {why} in {out}. Make room there and load it again."
    return f"{path.name} can't be read: {why}. Copy it to a local disk and load it from there."


def _refused(sentence: str) -> dict[str, Any]:
    return _refusal(NotUsable("unreadable", sentence))


def _refusal(found: NotUsable) -> dict[str, Any]:
    told: dict[str, Any] = {"error": found.sentence, "code": found.code}
    if found.asks:
        told |= {"asks": [asdict(ask) for ask in found.asks], "format": found.format}
    return told
