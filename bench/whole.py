"""Measures a load as a whole: from the file of the Twitter-support data set to waits, beside a bare read of the same file.

`python -m bench.whole` writes such a CSV of 3 million messages once (seeded, `bench/grown.py`), and then in turns, each in a process of
its own: a bare `CREATE TABLE AS SELECT * FROM read_csv` into a database file, `python -m sla load`, and a copy of every table
that the load left behind into another file, which is what only writing them takes. Medians of five; the table stands in docs/benchmarks.md.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb

from bench import grown
from bench.part import put

RUNS = 5
WANTED = 2.5
BARE, LOAD, WRITE = "bare `read_csv`", "`python -m sla load`", "writing its tables, nothing else"
# The data set's own columns. What stands elsewhere as a chat or a ticket is told as replies to the message before.
_CSV = """
COPY (
    SELECT message_key AS tweet_id, CASE role WHEN 'agent' THEN account ELSE author_key END AS author_id,
        CASE role WHEN 'agent' THEN 'False' ELSE 'True' END AS inbound,
        strftime(sent_at, '%a %b %d %H:%M:%S +0000 %Y') AS created_at,
        CASE WHEN role = 'customer' AND NOT starts_with(text, '@') THEN concat('@', account, ' ', text) ELSE text END AS "text",
        NULL AS response_tweet_id,
        coalesce(reply_to_key, lag(message_key) OVER (PARTITION BY chat ORDER BY message_key)) AS in_response_to_tweet_id
    FROM (
        SELECT *, (CAST(message_key AS BIGINT) - 1500000000000000000) // 64 AS chat
        FROM read_parquet($messages)
        WHERE role IN ('customer', 'agent') AND text IS NOT NULL
    ) AS said
    ORDER BY sent_at, message_key
) TO $csv (HEADER)
"""
_BARE = """
import duckdb, sys
duckdb.connect(sys.argv[2]).execute("CREATE TABLE t AS SELECT * FROM read_csv(?)", [sys.argv[1]])
"""
_WRITE = """
import duckdb, sys
from sla.store import STORAGE
connection = duckdb.connect(sys.argv[2], config={"storage_compatibility_version": STORAGE})
connection.execute("SET memory_limit = '2GB'; SET preserve_insertion_order = false")
connection.execute(f"ATTACH '{sys.argv[1]}' AS loaded (READ_ONLY)")
names = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'loaded'").fetchall()
for (name,) in names:
    connection.execute(f"CREATE TABLE {name} AS FROM loaded.{name}")
"""


@dataclass(frozen=True)
class Run:
    """What one process took: seconds of waiting and of computing, with its children's; MB of the largest of them."""

    waiting: float
    computing: float
    peak: int


def main() -> int:
    """Measure, print and write the table; return 1 where a load takes more than is wanted."""
    parser = argparse.ArgumentParser(prog="python -m bench.whole", description=__doc__)
    parser.add_argument("--messages", type=int, default=3_000_000, help="default: 3,000,000")
    parser.add_argument("--runs", type=int, default=RUNS, help="of each; default: 5")
    parser.add_argument("--print", action="store_true", help="docs/benchmarks.md is not written")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    call = parser.parse_args()
    if call.write:
        print(written(call.write, call.messages))
        return 0
    found: dict[str, list[Run]] = {BARE: [], LOAD: [], WRITE: []}
    with tempfile.TemporaryDirectory(prefix="replyclock-bench-") as scratch:
        csv = Path(scratch) / "twcs.csv"
        # In a process of its own: of those that this one starts, none is told to have held less than this one has.
        own = [sys.executable, "-m", "bench.whole", "--write", str(csv), "--messages", str(call.messages)]  # fmt: skip
        count = int(subprocess.run(own, check=True, capture_output=True, text=True).stdout)
        for number in range(call.runs):
            folder = Path(scratch) / str(number)
            folder.mkdir()
            (folder / "settings.toml").write_text("sample = false\n", encoding="utf-8")
            db = folder / "store.duckdb"
            load = [
                sys.executable, "-m", "sla", "load", str(csv),
                "--db", str(db), "--settings", str(folder / "settings.toml"),
            ]  # fmt: skip
            found[BARE].append(_run([sys.executable, "-c", _BARE, str(csv), str(folder / "bare")]))
            found[LOAD].append(_run(load))
            found[WRITE].append(_run([sys.executable, "-c", _WRITE, str(db), str(folder / "copy")]))
            for each in (folder / "bare", folder / "copy", db):
                each.unlink()
            print({name: runs[-1] for name, runs in found.items()}, file=sys.stderr, flush=True)
        megabytes = csv.stat().st_size / 1e6
    lines = _table(found, count, megabytes)
    print("\n".join(lines))
    if not call.print:
        put("whole", lines)
    return int(_times(found, LOAD) > WANTED)


def written(csv: Path, messages: int) -> int:
    """Write about so many messages as the data set has them; return how many."""
    every = csv.with_suffix(".parquet")
    grown.write_messages(every, 0, round(messages / grown.PER_CONVERSATION))
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        row = connection.execute(_CSV, {"messages": str(every), "csv": str(csv)}).fetchone()
    every.unlink()
    assert row is not None
    return int(row[0])


def _run(command: Sequence[str]) -> Run:
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise RuntimeError(f"{' '.join(command[:5])} … ended with {status}")
    return Run(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def _times(found: dict[str, list[Run]], name: str) -> float:
    """Return how many times as long as the bare read it takes on the wall, each beside the read of its own round."""
    return median(
        own.waiting / bare.waiting for own, bare in zip(found[name], found[BARE], strict=True)
    )


def _table(found: dict[str, list[Run]], count: int, megabytes: float) -> list[str]:
    rows = [
        f"| {name} | {median(r.waiting for r in runs):.1f} | {_times(found, name):.1f} | {median(r.computing for r in runs):.1f} "
        f"| {median(r.peak for r in runs):,.0f} |"
        for name, runs in found.items()
    ]
    return [
        f"{os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}; {count:,} messages, "
        f"{megabytes:,.0f} MB; medians of {len(found[LOAD])}.",
        "",
        "| | waiting, s | times the bare read | computing, s | peak, MB |",
        "|---|---:|---:|---:|---:|",
        *rows,
    ]


if __name__ == "__main__":
    sys.exit(main())
