"""Measures one report beside what people would do by hand: pandas, polars, PostgreSQL with an index, SQLite with an index.

`python -m bench.peers` makes tickets of two desks (seeded), and has everybody answer the same: of the first waits of each
desk and day, how many were met, missed and undecided within the hour. Each peer runs in a process of its own, one
after the other; all have to give the same rows. A peer that is not installed is named as skipped. The table stands in
docs/benchmarks.md.
"""

import argparse
import csv
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from bench import grown
from bench.part import put
from sla.measures import Question, ask
from sla.settings import Settings
from sla.store import Store

TARGET, RUNS = 3600, 5
# A row of the answer: account, local day, met, missed, undecided.
Told = tuple[str, str, int, int, int]
COLUMNS = (
    "place",
    "conversation",
    "account",
    "channel",
    "role",
    "visible",
    "closed",
    "thanks",
    "sent_at",
)
# What somebody writes who has such a table: the first question of a ticket, the first reply or closing after it.
REPORT = f"""
WITH asked AS (
    SELECT conversation, min(place) AS place FROM messages WHERE role = 'customer' AND thanks = 0 GROUP BY conversation
), ending AS (
    SELECT a.place, min(m.place) AS ended
    FROM asked AS a
    LEFT JOIN messages AS m ON m.conversation = a.conversation AND m.place > a.place
        AND (m.closed = 1 OR (m.role = 'agent' AND m.visible = 1))
    GROUP BY a.place
), known AS (
    SELECT account, channel, max(sent_at) AS as_of FROM messages GROUP BY account, channel
), timed AS (
    SELECT s.account, s.sent_at - s.sent_at % 86400 AS day, coalesce(e.sent_at, k.as_of) - s.sent_at AS elapsed,
        coalesce(e.closed, 0) AS closed, CASE WHEN e.place IS NULL THEN 1 ELSE 0 END AS still_open
    FROM ending AS w
    JOIN messages AS s ON s.place = w.place
    LEFT JOIN messages AS e ON e.place = w.ended
    JOIN known AS k ON k.account = s.account AND k.channel = s.channel
)
SELECT account, day,
    sum(CASE WHEN still_open = 0 AND closed = 0 AND elapsed <= {TARGET} THEN 1 ELSE 0 END),
    sum(CASE WHEN closed = 1 OR elapsed > {TARGET} THEN 1 ELSE 0 END),
    sum(CASE WHEN still_open = 1 AND elapsed <= {TARGET} THEN 1 ELSE 0 END)
FROM timed
GROUP BY account, day
ORDER BY account, day
"""  # noqa: S608 - a number of ours


def main() -> int:
    """Measure, print and write the table; return 1 when the peers do not answer the same."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000, help="default: 1,000,000")
    parser.add_argument("--print", action="store_true", help="docs/benchmarks.md is not written")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--in", dest="folder", type=Path, help=argparse.SUPPRESS)
    call = parser.parse_args()
    if call.one:
        print(json.dumps(_measured(PEERS[call.one], call.folder)))
        return 0
    with tempfile.TemporaryDirectory(prefix="replyclock-bench-") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        written = _write(folder, call.messages)
        found: dict[str, dict[str, Any]] = {}
        skipped = []
        for name, (_, missing) in PEERS.items():
            if reason := missing():
                skipped.append(f"{name} is skipped: {reason}.")
                print(skipped[-1], file=sys.stderr)
                continue
            own = [sys.executable, "-m", "bench.peers", "--one", name, "--in", scratch]
            said = subprocess.run(own, check=True, capture_output=True, text=True).stdout
            found[name] = json.loads(said.splitlines()[-1])
            print(name, found[name], file=sys.stderr)
    same = len({each["rows"] for each in found.values()}) == 1
    lines = _table(found, written, skipped)
    print("\n".join(lines))
    if not same:
        print("They do not answer the same.", file=sys.stderr)
    elif not call.print:
        put("peers", lines)
    return 0 if same else 1


def _table(found: dict[str, dict[str, Any]], written: int, skipped: Sequence[str]) -> list[str]:
    ours = found["Replyclock"]
    rows = [
        f"| {name} | {each['load']:.1f} | {each['load'] / ours['load']:.2f} | {each['ask'] * 1000:.0f} "
        f"| {each['ask'] / ours['ask']:.1f} | {'a server’s own' if name in SERVERS else format(each['peak'], ',')} |"
        for name, each in found.items()
    ]
    return [
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}; "
        f"{written:,} messages of tickets. All answer the same {ours['count']:,} rows.",
        "",
        "| | load, s | times ours | the report, ms | times ours | peak of memory, MB |",
        "|---|---:|---:|---:|---:|---:|",
        *rows,
        *(["", *skipped] if skipped else []),
    ]


def _write(folder: Path, messages: int) -> int:
    """Write the tickets as a loader leaves them, and as the plain table that the peers get; return how many messages."""
    # Of all sources that are made up, tickets are a good two fifths.
    grown.write_messages(
        folder / "every.parquet", 0, round(messages / grown.PER_CONVERSATION / 0.41)
    )
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            "CREATE TABLE tickets AS SELECT * FROM read_parquet($every) WHERE platform = 'zendesk'",
            {"every": str(folder / "every.parquet")},
        )
        connection.execute("COPY tickets TO $path (FORMAT parquet)", {"path": str(folder / "messages.parquet")})  # fmt: skip
        connection.execute(
            """CREATE TABLE plain AS SELECT line AS place, thread_key AS conversation, account, channel, role,
                CAST(visibility <> 'internal' AS INTEGER) AS visible, CAST(event IS NOT DISTINCT FROM 'closed' AS INTEGER) AS closed,
                -- thanks for a reply; where nobody has replied yet it is no thanks
                CAST(text IS NOT DISTINCT FROM 'thanks!' AND count(*) FILTER (role = 'agent' AND visibility <> 'internal')
                    OVER (PARTITION BY thread_key ORDER BY sent_at, line) > 0 AS INTEGER) AS thanks,
                CAST(epoch(sent_at) AS BIGINT) AS sent_at
            FROM tickets ORDER BY sent_at"""
        )
        for kind in ("parquet", "csv"):
            connection.execute(f"COPY plain TO $path (FORMAT {kind})", {"path": str(folder / f"plain.{kind}")})  # fmt: skip
        (count,) = connection.execute("SELECT count(*) FROM plain").fetchone() or (0,)
    (folder / "every.parquet").unlink()
    for path in folder.iterdir():
        path.chmod(0o644)
    return int(count)


def _measured(peer: "Peer", folder: Path) -> dict[str, Any]:
    """Load and ask; return the seconds of each (of the report the median), the peak of memory in MB, and the rows."""
    begin, _ = peer
    began = time.perf_counter()
    report, end = begin(folder)
    load = time.perf_counter() - began
    try:
        rows: list[Told] = []
        taken = []
        for _ in range(RUNS):
            began = time.perf_counter()
            rows = list(report())
            taken.append(time.perf_counter() - began)
    finally:
        end()
    digest = hashlib.sha256(json.dumps(sorted(rows)).encode()).hexdigest()
    return {"load": load, "ask": median(taken), "peak": _peak(), "rows": digest, "count": len(rows)}


def _peak() -> int:
    """Return the most memory that this process has held, in MB."""
    (line,) = (x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM"))  # fmt: skip
    return int(line.split()[1]) // 1000


Report = Callable[[], Iterable[Told]]
Peer = tuple[Callable[[Path], tuple[Report, Callable[[], object]]], Callable[[], str | None]]


def _ours(folder: Path) -> tuple[Report, Callable[[], object]]:
    store = Store.open(folder / "ours.duckdb", Settings(sample=False)).__enter__()
    grown.load(store, folder, "tickets")
    question = Question(by=("account", "day"), waits="first", target=TARGET)

    def report() -> Iterable[Told]:
        for row in ask(store, "hit_rate", question):
            yield row["account"], str(row["day"]), row["met"], row["missed"], row["undecided"]

    return report, store.close


def _pandas(folder: Path) -> tuple[Report, Callable[[], object]]:
    import pandas as pd  # noqa: PLC0415 - each peer alone, in a process of its own

    every = pd.read_parquet(folder / "plain.parquet")

    def report() -> Iterable[Told]:
        asked = every[(every.role == "customer") & (every.thanks == 0)]
        starts = asked.loc[asked.groupby("conversation").place.idxmin()]
        ends = every[(every.closed == 1) | ((every.role == "agent") & (every.visible == 1))]
        pairs = ends.merge(
            starts[["conversation", "place"]], on="conversation", suffixes=("", "_asked")
        )
        pairs = pairs[pairs.place > pairs.place_asked]
        first = pairs.loc[pairs.groupby("conversation").place.idxmin(), ["conversation", "sent_at", "closed"]]  # fmt: skip
        waits = starts.merge(first.rename(columns={"sent_at": "ended", "closed": "was_closed"}), on="conversation", how="left")  # fmt: skip
        as_of = every.groupby(["account", "channel"]).sent_at.max().rename("as_of").reset_index()
        waits = waits.merge(as_of, on=["account", "channel"])
        still = waits.ended.isna()
        elapsed = waits.ended.fillna(waits.as_of) - waits.sent_at
        late = (waits.was_closed == 1) | (elapsed > TARGET)
        told = waits.assign(
            day=pd.to_datetime(waits.sent_at, unit="s").dt.strftime("%Y-%m-%d"),
            met=~still & ~late, missed=late, undecided=still & ~late,
        )  # fmt: skip
        summed = told.groupby(["account", "day"])[["met", "missed", "undecided"]].sum()
        for (account, day), row in summed.iterrows():  # type: ignore[misc]
            yield str(account), str(day), int(row.met), int(row.missed), int(row.undecided)

    return report, lambda: None


def _polars(folder: Path) -> tuple[Report, Callable[[], object]]:
    import polars as pl  # type: ignore[import-not-found]  # noqa: PLC0415

    every = pl.read_parquet(folder / "plain.parquet")

    def report() -> Iterable[Told]:
        asked = every.filter((pl.col("role") == "customer") & (pl.col("thanks") == 0))
        starts = asked.sort("place").unique("conversation", keep="first")
        ends = every.filter((pl.col("closed") == 1) | ((pl.col("role") == "agent") & (pl.col("visible") == 1)))  # fmt: skip
        pairs = ends.join(starts.select("conversation", asked="place"), on="conversation").filter(pl.col("place") > pl.col("asked"))  # fmt: skip
        first = pairs.sort("place").unique("conversation", keep="first").select("conversation", ended="sent_at", was_closed="closed")  # fmt: skip
        as_of = every.group_by("account", "channel").agg(as_of=pl.col("sent_at").max())
        elapsed = pl.coalesce("ended", "as_of") - pl.col("sent_at")
        still = pl.col("ended").is_null()
        late = (pl.col("was_closed").fill_null(0) == 1) | (elapsed > TARGET)
        told = starts.join(first, on="conversation", how="left").join(
            as_of, on=["account", "channel"]
        )
        summed = told.group_by("account", day=pl.from_epoch("sent_at").dt.strftime("%Y-%m-%d")).agg(
            met=(~still & ~late).sum(), missed=late.sum(), undecided=(still & ~late).sum()
        )
        yield from summed.iter_rows()

    return report, lambda: None


def _sqlite(folder: Path) -> tuple[Report, Callable[[], object]]:
    connection = sqlite3.connect(folder / "peer.sqlite")
    connection.execute(f"CREATE TABLE messages ({_typed('INTEGER', 'TEXT')})")
    with (folder / "plain.csv").open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)
        marks = ", ".join("?" * len(COLUMNS))
        connection.executemany(f"INSERT INTO messages VALUES ({marks})", rows)  # noqa: S608 - marks alone
    connection.execute("CREATE INDEX by_conversation ON messages (conversation, place)")
    connection.execute("CREATE INDEX by_place ON messages (place)")
    connection.execute("ANALYZE")
    connection.commit()
    return lambda: map(_dated, connection.execute(REPORT)), connection.close


def _postgres(folder: Path) -> tuple[Report, Callable[[], object]]:
    """Run a server of its own, below the folder, as whoever may run one."""
    data, port = folder / "postgres", "54329"
    data.mkdir()
    shutil.chown(data, "postgres", "postgres")
    tools = _postgres_tools()
    assert tools

    def run(*command: str, given: str | None = None) -> str:
        whole = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        return subprocess.run(whole, check=True, capture_output=True, text=True, input=given, cwd=folder).stdout  # fmt: skip

    run(str(tools / "initdb"), "-D", str(data), "--auth=trust", "--encoding=UTF8", "--locale=C")
    options = f"-p {port} -k {data} -h '' -c shared_buffers=1GB -c work_mem=256MB -c maintenance_work_mem=512MB"
    run(str(tools / "pg_ctl"), "-D", str(data), "-w", "-l", str(data / "log"), "-o", options, "start")  # fmt: skip
    psql = (
        "psql",
        "-h",
        str(data),
        "-p",
        port,
        "-d",
        "postgres",
        "-v",
        "ON_ERROR_STOP=1",
        "-qAtF",
        "\t",
    )

    def report() -> Iterable[Told]:
        for line in run(*psql, given=REPORT + ";").splitlines():
            yield _dated(line.split("\t"))

    run(*psql, given=f"""
        CREATE UNLOGGED TABLE messages ({_typed("BIGINT", "TEXT")});
        \\copy messages FROM '{folder / "plain.csv"}' (FORMAT csv, HEADER)
        CREATE INDEX by_conversation ON messages (conversation, place);
        CREATE INDEX by_place ON messages (place);
        VACUUM ANALYZE messages;""")  # fmt: skip
    return report, lambda: run(str(tools / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")


def _typed(number: str, text: str) -> str:
    texts = {"conversation", "account", "channel", "role"}
    return ", ".join(f"{name} {text if name in texts else number}" for name in COLUMNS)


def _dated(row: Sequence[Any]) -> Told:
    account, day, met, missed, undecided = row
    said = time.strftime("%Y-%m-%d", time.gmtime(int(day)))
    return str(account), said, int(met), int(missed), int(undecided)


def _postgres_tools() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("15/bin/initdb"))
    return found[0].parent if found else None


def _no_postgres() -> str | None:
    if os.geteuid() != 0:
        return "its server is started as the user postgres, which only root can"
    if _postgres_tools() and shutil.which("psql") and shutil.which("setpriv"):
        return None
    return "PostgreSQL 15 is not installed (`apt-get install postgresql-15`)"


SERVERS = ("PostgreSQL 15",)
PEERS: dict[str, Peer] = {
    "Replyclock": (_ours, lambda: None),
    "pandas": (_pandas, lambda: None),
    "polars": (
        _polars,
        lambda: None if importlib.util.find_spec("polars") else "polars is not installed",
    ),
    "PostgreSQL 15": (_postgres, _no_postgres),
    "SQLite": (_sqlite, lambda: None),
}


if __name__ == "__main__":
    sys.exit(main())
