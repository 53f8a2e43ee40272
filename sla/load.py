"""A load: a child process parses a file, the owner takes the result in as one transaction."""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from sla import model
from sla.errors import LoadError
from sla.parse import Answers, Progress, Unit, options, parse
from sla.settings import ROOT, Settings
from sla.store import Store

_TAKE_IN = Path(__file__).parent / "sql" / "load" / "take_in.sql"


# Of several staging files the rows of a later one come later. They lie in the order of time, which everything that is made
# of them keeps: who asks about a month reads little else.
_INCOMING = """
    CREATE OR REPLACE TEMP TABLE incoming AS
    SELECT * EXCLUDE (filename, file_row_number)
        REPLACE (list_position($files, filename) * 1000000000000 + coalesce(line, file_row_number) AS line),
        $load::BIGINT AS load_id, number_of(message_key) AS number
    FROM read_parquet($files, filename = true, file_row_number = true)
    ORDER BY sent_at
"""
# A large load has better uses for the memory.
_TAKEN_IN = "DROP TABLE incoming; DROP TABLE compared; DROP TABLE known_already; DROP TABLE arrivals; DROP TABLE numbered"
# The same key for another account, at another time and with another text: no edit, but another message.
_CLASHES = """
    WITH each_one AS (
        SELECT message_key, known_account, account FROM compared WHERE clash
        UNION ALL
        SELECT message_key, min(account), max(account)
        FROM incoming AS i
        SEMI JOIN coming AS c ON c.number = i.number AND c.n > 1
        GROUP BY platform, namespace, message_key
        HAVING min(account) <> max(account) AND min(sent_at) <> max(sent_at) AND min(text) <> max(text)
    )
    SELECT count(*), min(message_key), arg_min(known_account, message_key), arg_min(account, message_key) FROM each_one
"""

_LEFT_OUT = """
    INSERT INTO problems
    SELECT $load, $path, NULL, NULL,
        'the key "' || message_key || '" is that of another message, of ' || known_account,
        'Send a namespace with it: a name for the account or system in which its keys are unique.', text
    FROM compared WHERE clash
"""


@dataclass(frozen=True)
class FileResult:
    """What came of one file, or of the files of one export. Counts are of messages, `problems` of rows.

    `load` is the number by which it can be taken back; `asks` are the questions whose answers would make
    a refused file usable.
    """

    path: str
    format: str | None = None
    messages: int = 0
    new: int = 0
    updated: int = 0
    duplicates: int = 0
    problems: int = 0
    error: str | None = None
    notes: tuple[str, ...] = ()
    load: int | None = None
    asks: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "FileResult":
        """Make a result of what `told` gave."""
        lists = {name: tuple(told.get(name, ())) for name in ("notes", "asks")}
        return cls(**(dict(told) | lists))

    def told(self) -> dict[str, Any]:
        """Return the result as the command line tells it: `error` and `notes` only where there are some."""
        found = asdict(self) | {"notes": list(self.notes), "asks": list(self.asks)}
        return {k: v for k, v in found.items() if v or k not in {"error", "notes", "load", "asks"}}


def load_file(
    store: Store,
    path: Path,
    *,
    name: str | None = None,
    sample: bool = False,
    progress: Progress | None = None,
    answers: Answers | None = None,
) -> FileResult:
    """Load one file into the store, as `load_unit` does; `name` is what it is called where it came from."""
    return load_unit(store, Unit.of(path, name), sample=sample, progress=progress, answers=answers)


def load_unit(
    store: Store,
    unit: Unit,
    *,
    sample: bool = False,
    progress: Progress | None = None,
    answers: Answers | None = None,
) -> FileResult:
    """Load one file, or the files of one export, into the store.

    `answers` say what the export does not say itself, before those of the settings. Never raises for
    what is wrong with the files: `error` then says so, and nothing is stored. Files that were loaded
    before, with the same answers and without a problem, are not read again.
    """
    try:
        digest = _digest(unit, store.settings, answers)
    except OSError:
        digest = ""  # the loader says what is wrong with the file
    if digest and (again := _loaded_before(store, digest, unit.name)):
        return again
    with tempfile.TemporaryDirectory(prefix="replyclock-") as folder:
        try:
            parsed = parse(unit, Path(folder), store.settings, progress, answers)
        except LoadError as error:
            told = str(error)
            for path in unit.paths:
                told = told.replace(str(path.absolute()), unit.name)
                told = told.replace(str(path.resolve()), unit.name)
            return FileResult(unit.name, format=error.format, error=told, asks=error.asks)
        result = FileResult(
            unit.name,
            format=parsed["format"],
            messages=parsed["messages"],
            problems=parsed["problems"],
            notes=(*parsed.get("notes", ()), *_first_problems(Path(folder) / "problems.ndjson")),
        )
        try:
            return take_in(store, Path(folder), result, sha256=digest, sample=sample)
        except LoadError as error:
            return FileResult(unit.name, format=parsed["format"], error=str(error))
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            return FileResult(
                unit.name,
                error=f"{unit.name}: could not be stored ({reason}). Nothing of it was kept; try again.",
            )


def _loaded_before(store: Store, digest: str, name: str) -> FileResult | None:
    row = (
        store.cursor()
        .execute(
            "SELECT load_id, format, messages, notes FROM loads WHERE sha256 = ? AND problems = 0"
            " AND unloaded_at IS NULL ORDER BY load_id DESC LIMIT 1",
            [digest],
        )
        .fetchone()
    )
    if row is None:
        return None
    load_id, format_, messages, notes = row
    return FileResult(
        name, format=format_, messages=messages, duplicates=messages, load=load_id,
        notes=tuple(notes.split("\n")) if notes else (),
    )  # fmt: skip


def _digest(unit: Unit, settings: Settings, answers: Answers | None) -> str:
    """Return what tells these files, read in this way, from any others."""
    digest = hashlib.sha256(_reader().encode())
    digest.update(json.dumps(options(settings, answers), sort_keys=True).encode())
    for path in unit.paths:
        if not path.is_file():
            raise OSError("a pipe would be waited for")
        digest.update(os.fsencode(path.relative_to(unit.root) if unit.root else ""))
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


@cache
def _reader() -> str:
    """Return a digest of the loaders themselves: what a newer one reads may differ."""
    files = sorted((ROOT / "loaders").glob("*.*"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def take_in(
    store: Store,
    staging: Path | Sequence[Path],
    result: FileResult,
    *,
    sha256: str,
    sample: bool,
    grows: bool = False,
) -> FileResult:
    """Take staging Parquet, of one folder or several, in as one transaction; return the result with its counts.

    With `grows` it is added to the load of that name where there is one. Raises LoadError where messages have the
    keys of another account's, duckdb.Error when the database refuses, and then nothing was stored.
    """
    folders = [staging] if isinstance(staging, Path) else staging
    with store.transaction() as cursor:
        load_id = _growing(cursor, result.path) if grows else None
        fresh = load_id is None
        load_id = one(cursor, "SELECT nextval('load_ids')") if load_id is None else load_id
        cursor.execute(model.NUMBERS)
        cursor.execute(
            _INCOMING, {"load": load_id, "files": [str(f / "messages.parquet") for f in folders]}
        )
        cursor.execute(_TAKE_IN.read_text(encoding="utf-8"))
        clashes = _clashes(cursor, result.path)
        if clashes and not grows:
            raise LoadError(clashes)
        done = replace(
            result,
            load=load_id,
            messages=one(cursor, "SELECT count(*) FROM incoming"),
            new=one(cursor, "SELECT count(*) FROM arrivals WHERE message_id IS NULL"),
            updated=one(cursor, "SELECT count(*) FROM arrivals WHERE message_id IS NOT NULL"),
        )
        done = replace(done, duplicates=done.messages - done.new - done.updated)
        values = [load_id, done.path, sha256, done.format, datetime.now(UTC), done.messages, done.new, done.updated,
                  done.duplicates, done.problems, sample, "\n".join(done.notes) or None]  # fmt: skip
        if fresh:
            cursor.execute(
                "INSERT INTO loads VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", values
            )
        else:
            cursor.execute(
                'UPDATE loads SET loaded_at = ?, messages = messages + ?, "new" = "new" + ?,'
                " updated = updated + ?, duplicates = duplicates + ?, problems = problems + ? WHERE load_id = ?",
                [*values[4:10], load_id],
            )
        for folder in folders:
            _keep_problems(cursor, load_id, done.path, folder / "problems.ndjson")
        if clashes:
            cursor.execute(_LEFT_OUT, {"load": load_id, "path": done.path})
        cursor.execute(_TAKEN_IN)
        if done.new or done.updated:
            model.update(cursor, store.settings)
        store.changed(cursor)
    return done


def _clashes(cursor: duckdb.DuckDBPyConnection, path: str) -> str | None:
    """Return what to say of messages that have the keys of other messages, of another account; None without any."""
    row = cursor.execute(_CLASHES).fetchone()
    if row is None or row[0] == 0:
        return None
    count, key, known, here = row
    return (
        f'{path}: {count:,} of its messages have the keys of others (the first: "{key}", of {known} and of {here}), so one '
        "would replace the other. Nothing was stored. Keys that are unique in one account or system only need a name for "
        "that: a column namespace, or for a table with a mapping namespace in its entry of [[sources]]."
    )


def _growing(cursor: duckdb.DuckDBPyConnection, path: str) -> int | None:
    row = cursor.execute(
        "SELECT max(load_id) FROM loads WHERE path = ? AND unloaded_at IS NULL", [path]
    ).fetchone()
    return row[0] if row else None


def _first_problems(problems: Path, most: int = 3) -> list[str]:
    """Return the first problems as sentences; all of them are in the database and on the Data page."""
    if not problems.exists():
        return []
    with problems.open(encoding="utf-8") as lines:
        found = [json.loads(line) for line in islice(lines, most)]
    return [_place(p) + f"{p['reason']}. {p['remedy']}".strip() for p in found]


def _place(problem: Mapping[str, Any]) -> str:
    line = f"line {problem['line']}" if problem["line"] is not None else ""
    places = [place for place in (problem.get("file"), line) if place]
    return ", ".join(places) + ": " if places else ""


def _keep_problems(
    cursor: duckdb.DuckDBPyConnection, load_id: int, path: str, problems: Path
) -> None:
    if problems.exists() and problems.stat().st_size:
        cursor.execute(
            "INSERT INTO problems SELECT ?, ?, file, line, reason, remedy, raw FROM read_json(?, format = 'newline_delimited',"
            " columns = {file: 'VARCHAR', line: 'BIGINT', reason: 'VARCHAR', remedy: 'VARCHAR', raw: 'VARCHAR'})",
            [load_id, path, str(problems)],
        )


def one(cursor: duckdb.DuckDBPyConnection, sql: str) -> int:
    """Return the whole number that a question is answered with."""
    row = cursor.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def totals(store: Store) -> dict[str, int]:
    """Return how many messages, conversations and waits the store holds."""
    cursor = store.cursor()
    return {
        name: one(cursor, f"SELECT count(*) FROM {name}")  # noqa: S608 - a literal name
        for name in ("messages", "conversations", "waits")
    }
