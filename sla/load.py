"""A load: a child process parses a file, the owner takes the result in as one transaction."""

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from sla import model
from sla.errors import LoadError
from sla.settings import ROOT, Settings
from sla.store import Store

_TAKE_IN = Path(__file__).parent / "sql" / "load" / "take_in.sql"

# A loader that needs more than this is broken or attacked, not busy.
MEMORY_MB = 6000
CPU_SECONDS = 4 * 3600

Progress = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class FileResult:
    """What came of one file. Counts are of messages, `problems` of rows that could not be read."""

    path: str
    format: str | None = None
    messages: int = 0
    new: int = 0
    updated: int = 0
    duplicates: int = 0
    problems: int = 0
    error: str | None = None
    notes: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """Return the result as the command line tells it: `error` and `notes` only where there are some."""
        found = asdict(self) | {"notes": list(self.notes)}
        return {k: v for k, v in found.items() if v or k not in {"error", "notes"}}


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files to load: a folder stands for what lies in it, hidden files left out."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                f
                for f in path.rglob("*")
                if f.is_file() and not any(p.startswith(".") for p in f.relative_to(path).parts)
            )
        else:
            yield path


def load_file(
    store: Store,
    path: Path,
    *,
    name: str | None = None,
    sample: bool = False,
    progress: Progress | None = None,
) -> FileResult:
    """Load one file into the store; `name` is what it is called where it came from.

    Never raises for what is wrong with the file: `error` then says so, and nothing is stored.
    """
    called = name or str(path)
    with tempfile.TemporaryDirectory(prefix="replyclock-") as folder:
        try:
            parsed = parse(path, Path(folder), store.settings, progress)
        except LoadError as error:
            return FileResult(called, error=str(error).replace(str(path), called))
        result = FileResult(
            called,
            format=parsed["format"],
            messages=parsed["messages"],
            problems=parsed["problems"],
            notes=(*parsed.get("notes", ()), *_first_problems(Path(folder) / "problems.ndjson")),
        )
        try:
            return take_in(store, Path(folder), result, sha256=_digest(path), sample=sample)
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            return FileResult(
                called,
                error=f"{called}: could not be stored ({reason}). Nothing of it was kept; try again.",
            )


def parse(
    path: Path, out: Path, settings: Settings, progress: Progress | None = None
) -> dict[str, Any]:
    """Parse a file in a child process with limits; return its counts, leave staging files in `out`.

    Raises LoadError with one clear sentence when the file cannot be used.
    """
    options = {
        "time_zones": {
            name: account.time_zone
            for name, account in settings.accounts.items()
            if "time_zone" in account.model_fields_set
        },
        "memory_mb": MEMORY_MB,
        "cpu_seconds": CPU_SECONDS,
    }
    command = [sys.executable, "-m", "loaders", str(path.resolve()), "--out", str(out)]
    with (out / "stdout").open("w+b") as told, (out / "stderr").open("w+b") as complaints:
        child = subprocess.Popen(
            [*command, "--options", json.dumps(options)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=complaints,
        )
        try:
            while True:
                try:
                    child.wait(timeout=0.5)
                    break
                except subprocess.TimeoutExpired:
                    _report(out, progress)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        told.seek(0)
        answer = _answer(told.read())
    if answer is None:
        raise LoadError(
            f"{path}: reading it failed (the reader ended with code {child.returncode}"
            + (", out of memory or time)" if child.returncode < 0 else ")")
            + ". Nothing was stored. Split the file into smaller ones, or export it again."
        )
    if "error" in answer:
        raise LoadError(answer["error"])
    return answer


def _report(out: Path, progress: Progress | None) -> None:
    if progress is not None:
        with suppress(OSError, ValueError):  # there may be nothing to report yet
            progress(json.loads((out / "progress.json").read_text()))


def _answer(told: bytes) -> dict[str, Any] | None:
    lines = told.decode("utf-8", "replace").strip().splitlines()
    try:
        answer = json.loads(lines[-1]) if lines else None
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def take_in(
    store: Store, staging: Path, result: FileResult, *, sha256: str, sample: bool
) -> FileResult:
    """Take staging Parquet in as one transaction; return the result with its counts.

    Raises duckdb.Error when the database refuses, and then nothing was stored.
    """
    with store.transaction() as cursor:
        load_id = _one(cursor, "SELECT nextval('load_ids')")
        cursor.execute(
            "CREATE OR REPLACE TEMP TABLE incoming AS SELECT *, ?::BIGINT AS load_id FROM read_parquet(?)",
            [load_id, str(staging / "messages.parquet")],
        )
        cursor.execute(_TAKE_IN.read_text(encoding="utf-8"))
        done = replace(
            result,
            messages=_one(cursor, "SELECT count(*) FROM incoming"),
            new=_one(cursor, "SELECT count(*) FROM arrivals WHERE message_id IS NULL"),
            updated=_one(cursor, "SELECT count(*) FROM arrivals WHERE newer"),
        )
        done = replace(done, duplicates=done.messages - done.new - done.updated)
        cursor.execute(
            "INSERT INTO loads VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [load_id, done.path, sha256, done.format, datetime.now(UTC), done.messages, done.new, done.updated,
             done.duplicates, done.problems, sample, "\n".join(done.notes) or None],
        )  # fmt: skip
        _keep_problems(cursor, load_id, done.path, staging / "problems.ndjson")
        if done.new or done.updated:
            model.update(cursor, store.settings)
        store.changed(cursor)
    return done


def _first_problems(problems: Path, most: int = 3) -> list[str]:
    """Return the first problems as sentences; all of them are in the database and on the Data page."""
    if not problems.exists():
        return []
    with problems.open(encoding="utf-8") as lines:
        found = [json.loads(line) for line in islice(lines, most)]
    return [f"line {p['line']}: {p['reason']}. {p['remedy']}" for p in found]


def _keep_problems(
    cursor: duckdb.DuckDBPyConnection, load_id: int, path: str, problems: Path
) -> None:
    if problems.exists() and problems.stat().st_size:
        cursor.execute(
            "INSERT INTO problems SELECT ?, ?, line, reason, remedy, raw FROM read_json(?, format = 'newline_delimited',"
            " columns = {line: 'BIGINT', reason: 'VARCHAR', remedy: 'VARCHAR', raw: 'VARCHAR'})",
            [load_id, path, str(problems)],
        )


def _one(cursor: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = cursor.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def totals(store: Store) -> dict[str, int]:
    """Return how many messages, conversations and waits the store holds."""
    cursor = store.cursor()
    return {
        name: _one(cursor, f"SELECT count(*) FROM {name}")  # noqa: S608 - a literal name
        for name in ("messages", "conversations", "waits")
    }


def drop_sample(store: Store) -> int:
    """Take every message of the sample out again; return how many there were."""
    with store.transaction() as cursor:
        found = _one(
            cursor,
            "SELECT count(*) FROM messages SEMI JOIN (FROM loads WHERE sample) USING (load_id)",
        )
        if found:
            cursor.execute(
                "DELETE FROM messages WHERE load_id IN (SELECT load_id FROM loads WHERE sample)"
            )
        cursor.execute(
            "DELETE FROM problems WHERE load_id IN (SELECT load_id FROM loads WHERE sample)"
        )
        cursor.execute("DELETE FROM loads WHERE sample")
        if found:
            model.rebuild(cursor, store.settings)
            store.changed(cursor)
    return found
