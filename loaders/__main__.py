"""The child process: `python -m loaders PATH --out DIR [--options JSON]`.

Prints one JSON object and exits 0 when the file was loaded, 1 when it was not.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

try:
    import resource
except ImportError:  # Windows limits no process this way
    resource = None  # type: ignore[assignment]

# How long a loader may go on after its time is up before the system ends it, in CPU seconds.
_GRACE_SECONDS = 5


def main(arguments: list[str] | None = None) -> int:
    """Load the file that the command line names; give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m loaders", description=__doc__)
    parser.add_argument("path", metavar="PATH", type=Path, help="the export file")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="where staging goes")
    parser.add_argument("--options", metavar="JSON", default="{}", help="time zones, limits, now")
    called = parser.parse_args(arguments)
    result = _loaded(called.path, called.out, called.options)
    print(json.dumps(result), flush=True)
    return 1 if "error" in result else 0


def _loaded(path: Path, out: Path, written_options: str) -> dict[str, Any]:
    # Arrow's own allocator sets aside a GiB of addresses, which a memory limit would count.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    from loaders.options import options_from  # noqa: PLC0415
    from loaders.problems import NotUsable  # noqa: PLC0415
    from loaders.run import run  # noqa: PLC0415

    try:
        given = json.loads(written_options)
        options = options_from(given)
        _limit_memory(options.memory_mb)
        _limit_time(options.cpu_seconds, path)
        return run(path, out, given)
    except NotUsable as found:
        return {"error": found.sentence, "code": found.code}
    except json.JSONDecodeError as error:
        sentence = f"The loader was called with options that are no JSON: {error}."
        return {"error": sentence, "code": "unreadable"}


def _limit_memory(mebibytes: int | None) -> None:
    """Limit this process to so much memory (MiB), its programs included, where that is possible."""
    if resource is not None and mebibytes is not None:
        _lower(resource.RLIMIT_AS, mebibytes * 1024 * 1024, grace=0)


def _limit_time(seconds: int | None, path: Path) -> None:
    """Limit this process to so much CPU time (s), where that is possible."""
    from loaders.problems import NotUsable  # noqa: PLC0415

    if resource is None or seconds is None:
        return

    def out_of_time(number: int, frame: FrameType | None) -> None:
        raise NotUsable(
            "unreadable",
            f"{path.name} took more than {seconds:,} s of computing. Raise cpu_seconds, or "
            "load the file in parts.",
        )

    signal.signal(signal.SIGXCPU, out_of_time)
    _lower(resource.RLIMIT_CPU, seconds, grace=_GRACE_SECONDS)


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
