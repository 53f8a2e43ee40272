"""The child process: `python -m loaders PATH --out DIR [--options JSON]`.

Prints one JSON object and exits 0 when the file was loaded, 1 when it was not. Several files of one
export are named in a file: `--files LIST.json`, which holds `{"paths": [...], "root": "folder"}`. With
`--plan` it prints which of these files are one load each, and loads nothing.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from loaders.problems import NotUsable, too_little_memory

try:
    import resource
except ImportError:  # Windows limits no process this way
    resource = None  # type: ignore[assignment]

# How long a loader may go on after its time is up before the system ends it, in CPU seconds.
_GRACE_SECONDS = 5

# Room to work in, in bytes, beside the libraries. With less of it some would end the process at once,
# without a word, wherever they are when it is used up.
_ROOM = 256 * 1024 * 1024


def main(arguments: list[str] | None = None) -> int:
    """Load the file that the command line names; give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m loaders", description=__doc__)
    parser.add_argument("path", metavar="PATH", type=Path, nargs="?", help="the export file")
    parser.add_argument("--files", metavar="LIST", type=Path, help="a JSON file that names several")
    parser.add_argument("--out", metavar="DIR", type=Path, help="where staging goes")
    parser.add_argument("--options", metavar="JSON", default="{}", help="time zones, limits, now")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--plan", action="store_true", help="only say which files are one load")
    only.add_argument(
        "--propose",
        action="store_true",
        help="only propose a mapping for a table, or look at --mapping",
    )
    parser.add_argument(
        "--mapping", metavar="FILE", type=Path, help="a mapping (JSON) to be looked at"
    )
    called = parser.parse_args(arguments)
    looks = called.plan or called.propose
    if (called.path is None) == (called.files is None) or (called.out is None) != looks:
        parser.error("name a PATH or --files, and where --out goes unless it only looks")
    given = {"paths": [str(called.path)], "root": None}
    if called.files is not None:
        given = json.loads(called.files.read_text(encoding="utf-8"))

    try:
        if called.propose:
            result = _proposed(called.path, called.mapping, called.options)
        else:
            result = _worked(given, called.out, called.options)
        _no_more_limit()
    except NotUsable as found:
        _no_more_limit()
        result = {"error": found.sentence, "code": found.code}
    print(json.dumps(result), flush=True)
    return 1 if "error" in result else 0


def _worked(files: dict[str, Any], out: Path | None, written_options: str) -> dict[str, Any]:
    # Arrow's own allocator sets aside a GiB of addresses, which a memory limit would count.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    from loaders.options import options_from  # noqa: PLC0415
    from loaders.plan import plan  # noqa: PLC0415
    from loaders.run import run  # noqa: PLC0415

    paths = [Path(path) for path in files["paths"]]
    try:
        given = json.loads(written_options)
        options = options_from(given)
        _limit_memory(options.memory_mb, paths[0])
        _limit_time(options.cpu_seconds, paths[0])
        if out is None:
            return {"loads": plan(paths, options)}
        return run(paths, out, given, files["root"])
    except json.JSONDecodeError as error:
        sentence = f"The loader was called with options that are no JSON: {error}."
        return {"error": sentence, "code": "unreadable"}


def _proposed(path: Path, mapping: Path | None, written_options: str) -> dict[str, Any]:
    from loaders.options import options_from  # noqa: PLC0415
    from loaders.proposal import preview, propose  # noqa: PLC0415

    try:
        options = options_from(json.loads(written_options))
        _limit_memory(options.memory_mb, path)
        _limit_time(options.cpu_seconds, path)
        if mapping is not None:
            return preview(path, json.loads(mapping.read_text(encoding="utf-8")), options).as_json()
        found = propose(path, options)
        return found.as_json() | {"toml": found.toml()}
    except MemoryError as error:
        raise too_little_memory(path.name) from error
    except OSError as error:
        return {"error": f"{path}: cannot be read ({error.strerror}).", "code": "unreadable"}


def _limit_memory(mebibytes: int | None, path: Path) -> None:
    """Limit this process to so much memory (MiB), its programs included, where that is possible."""
    if resource is None or mebibytes is None:
        return
    limit = mebibytes * 1024 * 1024
    if limit < _addresses() + _ROOM:
        raise too_little_memory(path.name)
    _lower(resource.RLIMIT_AS, limit, grace=0)


def _addresses() -> int:
    """Return how many bytes of addresses this process has, which is what the limit counts (Linux)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def _limit_time(seconds: int | None, path: Path) -> None:
    """Limit this process to so much CPU time (s), where that is possible."""
    if resource is None or seconds is None:
        return

    signals = itertools.count()

    def out_of_time(number: int, frame: FrameType | None) -> None:
        # It comes again each second: what was begun is cleared away meanwhile, unless the first was lost on its way.
        if next(signals) % _GRACE_SECONDS not in (0, _GRACE_SECONDS - 2):
            return
        raise NotUsable(
            "unreadable",
            f"{path.name} took more than {seconds:,} s of computing. Raise cpu_seconds, or "
            "load the file in parts.",
        )

    signal.signal(signal.SIGXCPU, out_of_time)
    _lower(resource.RLIMIT_CPU, seconds, grace=_GRACE_SECONDS)


def _no_more_limit() -> None:
    """Let what was found be told, even if that takes a little longer."""
    if resource is not None:
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)


def _lower(which: int, limit: int, grace: int) -> None:
    """Set the limit that can be handled, and `grace` above it the one that ends the process."""
    _, highest = resource.getrlimit(which)
    end = limit + grace
    if highest != resource.RLIM_INFINITY:
        end = min(end, highest)
    resource.setrlimit(which, (min(limit, end), end))


if __name__ == "__main__":
    code = main()
    # At once: where memory is used up, taking everything down in order would abort.
    sys.stderr.flush()
    os._exit(code)
