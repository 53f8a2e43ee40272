"""Measures what grows with what is stored: a load of everything at once, 10,000 messages more, and a renewal of the banners.

`python -m bench.scale --messages 300000 3000000` prints a line for each size; docs/scale.md tells what they come to. Each size
is loaded in a process of its own, so that its peak of memory is its own.

`python -m bench.scale --messages 3000000 --times 33` measures 10,000 messages more in a database of `bench.copied` instead, beside
the same in one of a million; `--into FILE ...` in any databases, the first of which is what the others are held against.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, get_args

from bench import batches, copied, grown
from sla.expected import expected_of_all
from sla.store import Store

MORE, ROUNDS, ROUNDS_INTO = 10_000, 3, 5
# What a copied database is held against.
SMALL = 1_000_000
HEAD = (
    "| messages | load: computing, s | ms per message | peak, MB | bytes per message "
    "| 10,000 more: computing, s | renewal of a banner: computing, s |\n|---|---|---|---|---|---|---|"
)
HEAD_INTO = (
    "| 10,000 more | messages stored | computing, s | times | waiting, s | times | peak, MB | times "
    "| writing it all to the file at the end: waiting, s |\n|---|---|---|---|---|---|---|---|---|"
)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--messages", type=int, nargs="+", default=[300_000, 3_000_000])
    parser.add_argument("--times", type=int, default=1, help="copies of the messages; default: 1")
    parser.add_argument("--into", type=Path, nargs="+", help="databases with their settings beside them; they stay as they are")  # fmt: skip
    parser.add_argument("--in", dest="folder", type=Path, help=argparse.SUPPRESS)
    call = parser.parse_args()
    if call.folder:
        print(_more(call.folder, call.into[0]) if call.into else _of_one(call.folder, call.messages[0]))  # fmt: skip
        return 0
    if call.into or call.times > 1:
        _into(call.into or [grown.made(SMALL), copied.made(call.messages[0], call.times)])
        return 0
    print(HEAD, flush=True)
    for messages in call.messages:
        with tempfile.TemporaryDirectory(prefix="replyclock-bench-") as scratch:
            _write(Path(scratch), 0, messages)
            own = [sys.executable, "-m", "bench.scale", "--in", scratch, "--messages", str(messages)]  # fmt: skip
            subprocess.run(own, check=True)
    return 0


def _into(databases: Sequence[Path]) -> None:
    """Add to a copy of each database, at its end and anywhere; print the table."""
    found = [_added(db) for db in databases]
    print(HEAD_INTO)
    for kind in get_args(batches.Kind):
        first = found[0][kind]
        for each in (one[kind] for one in found):
            told = [
                f"{each[name]:,.{digits}f} | {each[name] / first[name]:.2f}"
                for name, digits in (("computing", 2), ("waiting", 2), ("peak", 0))
            ]
            print(f"| {kind} | {each['messages']:,} | {' | '.join(told)} | {each['closing']:.1f} |")


def _added(db: Path) -> dict[str, dict[str, Any]]:
    """Return what each kind of batch takes in a copy of a database, each in a process of its own."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="replyclock-bench-") as scratch:
        own = grown.copy(db, Path(scratch))
        for kind in get_args(batches.Kind):
            for number in range(ROUNDS_INTO):
                folder = Path(scratch) / kind / str(number)
                folder.mkdir(parents=True)
                batches.write(own, folder / "messages.parquet", kind, number, MORE)
        for kind in get_args(batches.Kind):
            call = [sys.executable, "-m", "bench.scale", "--in", str(Path(scratch) / kind), "--into", str(own)]  # fmt: skip
            said = subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True).stdout
            found[kind] = json.loads(said)
            print(f"{db} {kind}: {said.strip()}", file=sys.stderr, flush=True)
    return found


def _more(folder: Path, db: Path) -> str:
    """Load what lies in the folders of a folder, one after the other; return seconds and MB of it as JSON."""
    computing, waiting = [], []
    with Store.open(db, grown.settings_of(db)) as store:
        opened = _peak()
        row = store.cursor().execute("SELECT count(*) FROM messages").fetchone()
        assert row is not None
        for each in sorted(folder.iterdir()):
            began = time.monotonic()
            computing.append(_computing(lambda each=each: _take(store, each)))
            waiting.append(time.monotonic() - began)
        peak, began = _peak(), time.monotonic()
    told: Mapping[str, Any] = {
        "messages": row[0], "computing": median(computing), "waiting": median(waiting), "peak": peak, "opened": opened,
        "closing": time.monotonic() - began, "each computing": computing, "each waiting": waiting,
    }  # fmt: skip
    return json.dumps(told)


def _peak() -> int:
    """Return the most memory that this process has held so far, in MB.

    `getrusage` tells more: where the process that started this one held more, it tells that.
    """
    told = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(told.partition("VmHWM:")[2].split()[0]) // 1024


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
        peak = _peak()
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
    grown.load(store, folder, f"{folder.name} {time.monotonic()}")


def _computing(work: Callable[[], object]) -> float:
    """Return the seconds of computing that some work takes, on all cores together."""
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
