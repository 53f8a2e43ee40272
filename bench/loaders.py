"""Measures every loader: messages per second, peak memory, and for DuckDB's own formats the distance to it.

`python -m bench.loaders` grows a golden file of each format to as many messages as asked for, loads
it in a child process of its own, and writes the table into docs/benchmarks.md.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from bench.growth import grown
from loaders.registry import LOADERS

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- loaders: begin -->", "<!-- loaders: end -->"
LIST = "log_json, one list"
# Their files are tables to DuckDB too; these get many more messages, so that starting up weighs little.
BARE = {
    "twcs": "read_csv",
    "log_csv": "read_csv",
    "log_json": "read_json",
    LIST: "read_json",
    "log_parquet": "read_parquet",
}
MANY = 50
# The median of so many runs is compared.
RUNS = 5
START = {"now": "2030-01-01T00:00:00Z"}
# What a small export says at its end is too far from the start of a large one.
ANSWERS = {"reviews_app_store": [{"format": "reviews_app_store", "account": "Bike shop"}]}
# Only sound rows: what the golden files of the log are for is their faults.
LOG = (
    "message_key,account,channel,thread_key,author_key,role,sent_at,text\n"
    "1,Bike shop,E-mail,T1,c1,customer,2024-03-02T09:00:00Z,Where is my order?\n"
    "2,Bike shop,E-mail,T1,a1,agent,2024-03-02T09:20:00Z,It left us this morning.\n"
)
_CHILD_BARE = (
    "import duckdb,sys; duckdb.connect(config={'threads': 2}).execute(sys.argv[1], sys.argv[2:])"
)


@dataclass(frozen=True)
class Run:
    """One child's wall time (s), peak memory (MiB) and what it printed."""

    seconds: float
    mebibytes: float
    said: dict[str, Any]


def main() -> int:
    """Measure, print and write the table; return 1 if a format could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.loaders", description=__doc__)
    parser.add_argument(
        "--messages", type=int, default=20_000, help="for each loader; default 20,000"
    )
    parser.add_argument(
        "--only", nargs="*", help="formats to measure; the page is not written then"
    )
    called = parser.parse_args()
    rows, failed = [], []
    with tempfile.TemporaryDirectory(prefix="replyclock-bench-") as folder:
        inputs = _inputs(Path(folder) / "inputs")
        for format_, (once, path) in sorted(inputs.items(), key=lambda i: (i[0] not in BARE, i[0])):
            if called.only and format_ not in called.only:
                continue
            count = called.messages * (MANY if format_ in BARE else 1)
            row = _measured(format_, path, Path(folder) / format_, -(-count // max(once, 1)))
            if row is None:
                failed.append(format_)
            else:
                rows.append(row)
                print(row, flush=True)
        failed += sorted({one.FORMAT for one in LOADERS} - set(inputs)) if not called.only else []
    if failed:
        print(f"Not measured: {', '.join(failed)}.", file=sys.stderr)
    if not called.only:
        _write(rows)
    return 1 if failed else 0


def _inputs(folder: Path) -> dict[str, tuple[int, Path]]:
    """Choose for each format the golden input with the most messages; give how many these are."""
    folder.mkdir(parents=True)
    best: dict[str, tuple[bool, int, Path]] = {}
    for golden in sorted(GOLDEN.glob("*/*.golden.ndjson")):
        result = json.loads(golden.open(encoding="utf-8").readline())["result"]
        path = golden.with_name(golden.name.removesuffix(".golden.ndjson"))
        if path.suffix == ".zip" or path.name.endswith("maildir"):
            continue
        allowed = 0 if result["format"] in BARE else result["messages"] // 8
        worth = (result["problems"] <= allowed, int(result["messages"]), path)
        best[result["format"]] = max(best.get(result["format"], worth), worth)
    (folder / "log.csv").write_text(LOG, encoding="utf-8")
    for format_ in ("log_csv", "log_json", LIST, "log_parquet"):
        best[format_] = (True, LOG.count("\n") - 1, folder / "log.csv")
    return {format_: (messages, path) for format_, (_, messages, path) in best.items()}


def _measured(format_: str, path: Path, folder: Path, copies: int) -> str | None:
    own = path.with_name(f"{path.name}.options.json")
    options = (json.loads(own.read_text(encoding="utf-8")) if own.exists() else {}) | START
    options.setdefault("sources", ANSWERS.get(format_, []))
    kept = set(_texts(options))
    folder.mkdir()
    # The kinds of log are one export, grown once.
    grown_into = folder.parent / f"{path.parent.name}-{path.name}"
    large = _apart(format_, path, grown_into, copies, kept)
    run = _load(large, folder, options)
    if "error" in run.said:
        print(f"{format_}: {run.said['error']}", file=sys.stderr)
        return None
    messages = run.said["messages"]
    distinct = _distinct(folder / "out" / "messages.parquet")
    if distinct < 0.8 * messages:
        print(f"{format_}: {messages} messages, only {distinct} of them distinct", file=sys.stderr)
        return None
    seconds, ratio = run.seconds, ""
    if format_ in BARE:
        runs = [(_load(large, folder, options), _bare(format_, large)) for _ in range(RUNS)]
        seconds = median(ours.seconds for ours, _ in runs)
        ratio = f"{median(ours.seconds / bare.seconds for ours, bare in runs):.2f}"
    return (
        f"| {format_} | {messages:,} | {seconds:.1f} | {messages / seconds:,.0f} "
        f"| {run.mebibytes:,.0f} | {ratio} |"
    )


def _apart(format_: str, path: Path, out: Path, copies: int, kept: set[str]) -> Path:
    """Grow the input in a process of its own: a child's peak memory counts from its parent's."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(_grown, format_, path, out, copies, kept).result()


def _grown(format_: str, path: Path, out: Path, copies: int, kept: set[str]) -> Path:
    made = out / path.name
    return _as(format_, made if made.exists() else grown(path, out, copies, kept))


def _as(format_: str, path: Path) -> Path:
    """Write the grown log in the kind of file that the format is about."""
    kinds = {
        "log_json": (".ndjson", "FORMAT json"),
        LIST: (".json", "FORMAT json, ARRAY true"),
        "log_parquet": (".parquet", "FORMAT parquet"),
    }
    if format_ not in kinds:
        return path
    suffix, written = kinds[format_]
    made = path.with_suffix(suffix)
    duckdb.execute(f"COPY (FROM read_csv('{path}', all_varchar = true)) TO '{made}' ({written})")
    return made


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [t for v in value.values() for t in _texts(v)]
    if isinstance(value, list):
        return [t for v in value for t in _texts(v)]
    return [str(value)]


def _load(path: Path, folder: Path, options: dict[str, Any]) -> Run:
    files = (
        [str(p) for p in sorted(path.rglob("*")) if p.is_file()] if path.is_dir() else [str(path)]
    )
    named = folder / "files.json"
    named.write_text(json.dumps({"paths": files, "root": str(path) if path.is_dir() else None}))
    return _child(
        [
            "-m",
            "loaders",
            "--files",
            str(named),
            "--out",
            str(folder / "out"),
            "--options",
            json.dumps(options),
        ],
        folder / "said.json",
    )


def _bare(format_: str, path: Path) -> Run:
    sql = f"CREATE TABLE t AS SELECT * FROM {BARE[format_]}($1)"  # noqa: S608
    return _child(["-c", _CHILD_BARE, sql, str(path)], path.with_name("said.txt"))


def _child(arguments: list[str], said: Path) -> Run:
    """Run Python with these arguments; its peak memory comes from the system."""
    began = time.monotonic()
    with said.open("wb") as out:
        child = os.posix_spawn(
            sys.executable,
            [sys.executable, *arguments],
            dict(os.environ, PYTHONPATH=str(ROOT)),
            file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1)],
        )
        _, _, used = os.wait4(child, 0)
    seconds = time.monotonic() - began
    written = said.read_text(encoding="utf-8").strip()
    return Run(seconds, used.ru_maxrss / 1024, json.loads(written) if written else {})


def _distinct(staging: Path) -> int:
    sql = (
        f"SELECT count(DISTINCT (platform, namespace, message_key)) FROM read_parquet('{staging}')"  # noqa: S608
    )
    with duckdb.connect(config={"memory_limit": "100MB"}) as connection:
        found = connection.execute(sql).fetchone()
    assert found
    return int(found[0])


def _write(rows: list[str]) -> None:
    """Put the table between its markers, and leave the rest of the page as it is."""
    table = [
        f"{os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}.",
        "",
        "| format | messages | s | messages/s | peak MiB | times bare DuckDB |",
        "|---|---|---|---|---|---|",
        *rows,
    ]
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else _PAGE
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n" + "\n".join(table) + f"\n{END}{after}", encoding="utf-8")


_PAGE = """# Benchmarks

## Loaders

`make bench-loaders` makes an export of each format by repeating a small one with other ids, times and
texts, and loads it in a child process, from the start of Python to the finished staging file. The last
column compares that (medians of five runs, one beside the other) with a bare `CREATE TABLE AS SELECT * FROM read_csv` (`read_json`, `read_parquet`)
of the same file in the same run.

<!-- loaders: begin -->
<!-- loaders: end -->
"""


if __name__ == "__main__":
    sys.exit(main())
