"""One file from its path to staging Parquet and problems, or to the sentence that refuses it."""

from __future__ import annotations

import errno
import shutil
import stat
import sys
import traceback
from pathlib import Path
from typing import Any

from loaders.archives import plain_source
from loaders.options import Options, options_from
from loaders.problems import Code, NotUsable
from loaders.progress import Progress
from loaders.registry import loader_for
from loaders.sink import MESSAGES, PROBLEMS, Sink

_SCRATCH = "scratch"


def run(path: str | Path, out: str | Path, options: object = None) -> dict[str, Any]:
    """Load one file into the folder `out`; `options` is what their JSON holds.

    Gives `format, title, messages, problems, notes`, and leaves `messages.parquet` and
    `problems.ndjson` in `out`; or gives `error` and `code`, and leaves nothing there to load.
    Never raises an Exception.
    """
    path, out = Path(path), Path(out)
    try:
        return _load(path, out, options_from({} if options is None else options))
    except NotUsable as found:
        return _refusal(found.code, found.sentence)
    except MemoryError:
        return _refusal(
            "unreadable",
            f"{path.name} needs more memory than a loader may take. Raise memory_mb, or load the file "
            "in parts.",
        )
    except OSError as error:
        return _refusal("unreadable", _failed(path, out, error))
    except Exception as error:
        # DuckDB wraps what interrupts it, such as the end of the computing time.
        if isinstance(error.__cause__, NotUsable):
            return _refusal(error.__cause__.code, error.__cause__.sentence)
        traceback.print_exc(file=sys.stderr)
        return _refusal(
            "unreadable",
            f"{path.name} can't be read: its loader stopped with {type(error).__name__} ({error}). "
            "Nothing was loaded; please report this with the file's first lines.",
        )


def _load(path: Path, out: Path, options: Options) -> dict[str, Any]:
    scratch = _cleared(out)
    try:
        progress = Progress(out, _size_of(path))
        source = plain_source(path, scratch, progress)
        progress.bytes_total = source.head.size
        loader = loader_for(source.head)
        with Sink(out, progress, scratch) as sink:
            loader.load(source, sink, options)
            sink.close_messages()
            _judge(source.name, sink)
            sink.finish()
            return {
                "format": loader.FORMAT,
                "title": loader.TITLE,
                "messages": sink.messages,
                "problems": sink.problems,
                "notes": sink.notes,
            }
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


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


def _judge(name: str, sink: Sink) -> None:
    """Refuse a file that gave no messages, or more problems than messages."""
    rows = sink.messages + sink.problems
    if rows == 0:
        raise NotUsable("empty", f"{name} has a header but no messages below it. Export it again.")
    if sink.problems <= sink.messages:
        return
    kind, count = sink.kinds.most_common(1)[0]
    line, problem = sink.first_of_kind[kind]
    raise NotUsable(
        "mostly_problems",
        f"{name} was refused because {sink.problems:,} of its {rows:,} rows can't be used. The "
        f"commonest reason ({count:,} times, first on line {line}): {problem.reason}. {problem.remedy}",
    )


def _failed(path: Path, out: Path, error: OSError) -> str:
    why = error.strerror or str(error)
    if error.errno == errno.EACCES:
        return f"{path.name} can't be read: {why}. Give the account that runs this the right to read it."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{path.name} can't be loaded: {why} in {out}. Make room there and load it again."
    return f"{path.name} can't be read: {why}. Copy it to a local disk and load it from there."


def _refusal(code: Code, sentence: str) -> dict[str, Any]:
    return {"error": sentence, "code": code}
