"""Measures what grows with what is stored: a load of everything at once, 10,000 messages more, and a renewal of the banners.

`python -m bench.scale --messages 300000 3000000` prints a line for each size; docs/scale.md tells what they come to. Each size
is loaded in a process of its own, so that its peak of memory is its own.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench import grown
from sla.expected import expected_of_all
from sla.load import FileResult, take_in
from sla.store import Store

MORE, ROUNDS = 10_000, 3
HEAD = (
    "| messages | load: computing, s | ms per message | peak, MB | bytes per message "
    "| 10,000 more: computing, s | renewal of a banner: computing, s |\n|---|---|---|---|---|---|---|"
)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--messages", type=int, nargs="+", default=[300_000, 3_000_000])
    parser.add_argument("--in", dest="folder", type=Path, help=argparse.SUPPRESS)
    call = parser.parse_args()
    if call.folder:
        print(_of_one(call.folder, call.messages[0]))
        return 0
    print(HEAD, flush=True)
    for messages in call.messages:
        with tempfile.TemporaryDirectory(prefix="replyclock-bench-") as scratch:
            _write(Path(scratch), 0, messages)
            own = [sys.executable, "-m", "bench.scale", "--in", scratch, "--messages", str(messages)]  # fmt: skip
            subprocess.run(own, check=True)
    return 0


def _write(folder: Path, first: int, messages: int) -> None:
    """Write about so many messages, from a conversation on, as a load finds them."""
    folder.mkdir(exist_ok=True)
    beginning = round(first / grown.PER_CONVERSATION)
    until = beginning + round(messages / grown.PER_CONVERSATION)
    grown.write_messages(folder / "messages.parquet", beginning, until)


def _of_one(folder: Path, messages: int) -> str:
    """Load what lies in the folder and all that is measured on it; return its line of the table."""
    (folder / "settings.toml").write_text(grown.SETTINGS + grown.TEAMS, encoding="utf-8")
    db = folder / "store.duckdb"
    with Store.open(db, grown.settings_of(db)) as store:
        loaded = _computing(lambda: _take(store, folder))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        more = []
        for place in range(ROUNDS):
            _write(folder / "more", messages + (place + 1) * MORE, MORE)
            more.append(_computing(lambda: _take(store, folder / "more")))
        banners = len(expected_of_all(store, datetime.now(UTC)))
        renewed = [
            _computing(lambda: expected_of_all(store, datetime.now(UTC))) for _ in range(ROUNDS)
        ]
        row = store.cursor().execute("SELECT count(*) FROM messages").fetchone()
    assert row is not None
    return (
        f"| {row[0]:,} | {loaded:.1f} | {loaded * 1000 / messages:.3f} | {peak:,} | {db.stat().st_size / row[0]:.0f} "
        f"| {median(more):.2f} | {median(renewed) / max(banners, 1):.3f} |"
    )


def _take(store: Store, folder: Path) -> None:
    told = FileResult(f"{folder.name} {time.monotonic()}", format="grown")
    take_in(store, folder, told, sha256="", sample=False)


def _computing(work: Callable[[], object]) -> float:
    """Return the seconds of computing that some work takes, on all cores together."""
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
