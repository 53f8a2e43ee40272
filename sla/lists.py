"""The waits behind a figure, one by one: narrowed, sorted, a page at a time, or all of them as CSV."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa

from sla.measures import FORMULA, Measure, Question, Row, bindings, compose, read_measure, values_of
from sla.store import Store

Verdict = Literal["met", "missed", "undecided"]
Outcome = Literal["answered", "open", "closed", "given_up", "undecided", "unknown"]
Sort = Literal["longest", "newest", "oldest"]

_FOLDER = Path(__file__).parent / "sql" / "lists"
_CHUNK = 1000
# Where the rows of a list come from: from everything, or by number, so that of the texts no more is read than is shown.
_ALL = {"waits": "waits", "messages": "messages", "conversations": "conversations"}
_BY_NUMBER = "(SELECT * FROM {} WHERE {} BETWEEN $first_id AND $last_id AND list_contains($ids::BIGINT[], {}))"
_SHOWN = {
    "page": "{shown}",
    "waits": _BY_NUMBER.format("waits", "start_id", "start_id"),
    "messages": _BY_NUMBER.format("messages", "message_id", "message_id"),
    # They have no number, but lie in the order of time as well.
    "conversations": "(SELECT * FROM conversations WHERE last_at >= $first_at::TIMESTAMPTZ AND started_at <= $last_at::TIMESTAMPTZ)",
}
# What a list is sorted by before anything else: a plain column, so that the database skips what cannot be on the page.
_FIRST_BY: Mapping[Sort, str] = {
    "longest": "elapsed DESC NULLS LAST, ",
    "newest": "started_at DESC, ",
    "oldest": "",
}


@dataclass(frozen=True)
class Listing:
    """Which waits, in which order. What is None narrows nothing.

    `question` is what a measure was asked; without `waits` it is about all of them, and `by` is ignored. `outcome` is
    that of the wait, or as the response rate counts it (`given_up`, `undecided`), or `unknown` length.
    `opening`: whether it began inside the opening hours. `weekdays` (0 = Monday) and `hours` (of the day)
    are first and last, in the account's zone. `took`: longer than the first and no longer than the second, in
    seconds on the clock asked for, open waits by their age; from 0 what took no time too. `waited`: who waited at
    that time of the day and date by the clock on the account's wall, as the measure `queue` counts them. `search` is looked for
    in every message of the conversation; a whole customer key, conversation id or wait id is found too.
    """

    question: Question = field(default_factory=Question)
    verdict: Verdict | None = None
    outcome: Outcome | None = None
    agent: str | None = None
    team: str | None = None
    opening: bool | None = None
    weekdays: tuple[int, int] | None = None
    hours: tuple[int, int] | None = None
    took: tuple[int, int | None] | None = None
    waited: datetime | None = None
    search: str | None = None
    sort: Sort = "longest"


def first_and_last(text: str, most: int) -> tuple[int, int] | None:
    """Read "5" or "0-4" as the first and the last of numbers from 0 to `most`, None for anything else."""
    found = re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", text, re.ASCII)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return (first, last) if first <= last <= most else None


def above_and_up_to(text: str) -> tuple[int, int | None] | None:
    """Read "3600-7200", or "604800-" without an end, as lengths in seconds, None for anything else."""
    found = re.fullmatch(r"(\d{1,9})-(\d{1,9})?", text, re.ASCII)
    if found is None:
        return None
    above, up_to = int(found[1]), int(found[2]) if found[2] else None
    return (above, up_to) if up_to is None or above < up_to else None


def by_the_wall(text: str) -> datetime | None:
    """Read "2026-03-10T14:00" as a time by the clock on the wall, None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is None and 1900 <= found.year <= 2200 else None


@cache
def columns() -> dict[str, str]:
    """Return the columns of a list with what each says, in their order, without the internal ones."""
    header = _header()
    return {name: told for name, told in header.columns.items() if name not in header.internal}


@cache
def _header() -> Measure:
    return read_measure(_FOLDER / "waits.sql")


def page(store: Store, listing: Listing, limit: int, offset: int = 0) -> list[Row]:
    """Return the rows from `offset` on, at most `limit`: `columns()`, and what only the pages need."""
    with store.one_state() as cursor:
        _execute(cursor, store, "page", listing, limit=limit, offset=offset)
        shown = list(_fetched(cursor))
        if not shown:
            return []
        ids = [row["start_id"] for row in shown]
        values = _values(store, listing) | {
            "ids": ids,
            "first_id": min(ids),
            "last_id": max(ids),
            "first_at": min(row["started_at"] for row in shown),
            "last_at": max(row["started_at"] for row in shown),
            "elapsed": [row["elapsed"] for row in shown],
            "verdicts": [row["verdict"] for row in shown],
            "given_up": [row["given_up"] for row in shown],
        }
        _run(cursor, _composed("waits", listing, _SHOWN), values)
        return list(_fetched(cursor))


def each(store: Store, listing: Listing, limit: int | None = None) -> Iterator[Row]:
    """Yield the rows one after the other, at most `limit`, never all of them in memory at once."""
    yield from _rows(store.cursor().cursor(), store, listing, limit, 0)


def batches(store: Store, listing: Listing, limit: int | None = None) -> pa.RecordBatchReader:
    """Return the rows as Arrow, a batch after the other, at most `limit` rows."""
    wanted = ", ".join(columns())
    sql = f"SELECT {wanted} FROM ({_composed('waits', listing)}) AS r"  # noqa: S608 - names from a header
    cursor = store.cursor().cursor()
    _run(cursor, sql, _values(store, listing) | {"limit": limit, "offset": 0})
    return cursor.to_arrow_reader(_CHUNK)


def counted(store: Store, listing: Listing) -> Row:
    """Return how many waits there are (`n`), what became of them, and the longest in seconds."""
    cursor = store.cursor()
    _execute(cursor, store, "counted", listing)
    (row,) = _fetched(cursor)
    return row


def agents(store: Store, account: str | None, channel: str | None, limit: int) -> list[str]:
    """Return who is credited with replies, the most first, at most `limit`."""
    found = store.cursor().execute(
        _sql("agents"), {"account": account, "channel": channel, "limit": limit}
    )
    return [row[0] for row in found.fetchall()]


def write_csv(store: Store, listing: Listing, path: Path, limit: int | None = None) -> None:
    """Write the list as CSV to `path`, straight from the database; at most `limit` rows.

    A text that a spreadsheet would take for a formula begins with an apostrophe there.
    """
    sql = _sql("told").replace("{rows}", _composed("waits", listing))
    values = _values(store, listing) | {
        "limit": limit,
        "offset": 0,
        "formula": FORMULA,
        "path": str(path),
    }
    _run(store.cursor(), f"COPY ({sql}) TO $path (FORMAT csv, HEADER)", values)


def _rows(
    cursor: duckdb.DuckDBPyConnection,
    store: Store,
    listing: Listing,
    limit: int | None,
    offset: int,
) -> Iterator[Row]:
    _execute(cursor, store, "waits", listing, limit=limit, offset=offset)
    yield from _fetched(cursor)


def _execute(
    cursor: duckdb.DuckDBPyConnection, store: Store, name: str, listing: Listing, **more: Any
) -> None:
    _run(cursor, _composed(name, listing), _values(store, listing) | more)


def _run(cursor: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any]) -> None:
    cursor.execute(sql, bindings(sql, values))


def _fetched(cursor: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    names = [column[0] for column in cursor.description]
    while rows := cursor.fetchmany(_CHUNK):
        yield from (dict(zip(names, row, strict=True)) for row in rows)


def _composed(name: str, listing: Listing, of: Mapping[str, str] = _ALL) -> str:
    """Put together a list's SQL; what costs a scan of its own is only there when it is asked for.

    `of` says where the list `waits` takes its rows from.
    """
    waited = listing.waited is not None
    wanted = _sql("_wanted")
    for part, asked in {"walls": waited, "waited": waited, "found": bool(listing.search)}.items():
        wanted = wanted.replace("{" + part + "}", _sql(f"_{part}") if asked else "")
    sql = _sql(name)
    for part, source in of.items():
        sql = sql.replace("{" + part + "}", source)
    sql = sql.replace("{page}", _sql("page")).replace("{shown}", _sql("_shown"))
    sql = sql.replace("{first_by}", _FIRST_BY[listing.sort])
    sql = sql.replace("{wanted}", wanted)
    return compose(replace(_header(), sql=sql), replace(listing.question, by=()))


def _values(store: Store, listing: Listing) -> dict[str, Any]:
    weekdays, hours = listing.weekdays or (None, None), listing.hours or (None, None)
    above, up_to = listing.took or (None, None)
    return values_of(_header(), listing.question, store.settings) | {
        "verdict": listing.verdict,
        "outcome": listing.outcome,
        "agent": listing.agent,
        "team": listing.team,
        "opening": listing.opening,
        "first_weekday": weekdays[0],
        "last_weekday": weekdays[1],
        "first_hour": hours[0],
        "last_hour": hours[1],
        "above": above,
        "up_to": up_to,
        "waited": listing.waited,
        "search": listing.search,
        "sort": listing.sort,
    }


@cache
def _sql(name: str) -> str:
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("--"))
