"""The measures: one SQL file each in `sql/measures/`, whose header is its definition."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import duckdb
import pyarrow as pa

from sla.errors import MeasureError
from sla.settings import Settings

if TYPE_CHECKING:
    from sla.store import Store

Clock = Literal["calendar", "open"]
Waits = Literal["first", "next", "all"]
Key = Literal[
    "hour",
    "day",
    "week",
    "month",
    "hour_of_week",
    "weekday",
    "hour_of_day",
    "account",
    "channel",
    "team",
    "agent",
]

PERIODS: frozenset[Key] = frozenset({"hour", "day", "week", "month"})

Row = dict[str, Any]

_FOLDER = Path(__file__).parent / "sql" / "measures"
_INTERNAL = " (internal)"
# Shared parts that another one stands for where rows are told by who replied.
BY_AGENT = {"spoken": "spoken_by_agent"}


@dataclass(frozen=True)
class Question:
    """What is asked of a measure.

    `since` and `until` bound the start of a wait, half open: since ≤ start < until. An aware time is an
    instant; a naive one is wall-clock time in each account's own zone. `target` is in seconds on `clock`.
    """

    account: str | None = None
    channel: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    target: int = 3600
    clock: Clock = "calendar"
    waits: Waits | None = None
    by: Sequence[Key] = ()

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins, with MeasureError."""
        since, until = self.since, self.until
        if since is None or until is None or (since.tzinfo is None) != (until.tzinfo is None):
            return
        if since > until:
            raise MeasureError(
                f"The period begins at {as_told(since)}, after its end at {as_told(until)}. Swap the two."
            )


@dataclass(frozen=True)
class Measure:
    """One measure as its SQL file defines it.

    `keys` are what it can be told by: of the keys that stand together, one at a time. `rows` are the columns
    that tell the rows of one key apart, where there are several; `split` those of them that its curve is kept
    apart by, as if they were keys.
    """

    name: str
    sql: str
    title: str
    definition: str
    formula: str
    unit: str
    waits: Waits
    groupable: bool
    keys: tuple[tuple[str, ...], ...]
    rows: tuple[str, ...] = ()
    split: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    internal: frozenset[str] = frozenset()

    def public(self, row: Row, by: Sequence[str] = ()) -> Row:
        """Return the row as the command line promises it: the keys asked for, then the columns."""
        return {k: row[k] for k in (*by, *self.columns) if k not in self.internal}


@cache
def measures() -> dict[str, Measure]:
    """Return every measure by name, in the order in which they are listed."""
    found = {m.name: m for m in map(read_measure, sorted(_FOLDER.glob("[a-z]*.sql")))}
    first = ("hit_rate", "first_reply", "response_rate", "waiting_now", "load")
    return {name: found[name] for name in (*first, *(n for n in found if n not in first))}


def read_measure(path: Path) -> Measure:
    """Read one measure with the header that defines it."""
    sql = path.read_text(encoding="utf-8")
    header: dict[str, str] = {}
    for line in sql.splitlines():
        entry = re.fullmatch(r"-- (\w+): (.+)", line)
        if not entry:
            break
        header[entry[1]] = entry[2]
    about = {key: header.pop(key) for key in ("title", "definition", "formula", "unit")}
    return Measure(
        name=path.stem,
        sql=sql,
        **about,
        waits=header.pop("waits"),  # type: ignore[arg-type]
        groupable=header.pop("by", "yes") != "no",
        keys=tuple(
            tuple(k.strip() for k in entry.split("|"))
            for entry in header.pop("keys", ", ".join(get_args(Key))).split(",")
        ),
        rows=tuple(k.strip() for k in header.pop("rows", "").split(",") if k),
        split=tuple(k.strip() for k in header.pop("split", "").split(",") if k),
        columns={name: text.removesuffix(_INTERNAL) for name, text in header.items()},
        internal=frozenset(name for name, text in header.items() if text.endswith(_INTERNAL)),
    )


def named(name: str) -> Measure:
    """Return a measure by name; raises MeasureError that lists the names there are."""
    if name not in measures():
        raise MeasureError(f'there is no measure "{name}"; there are: {", ".join(measures())}')
    return measures()[name]


def ask(store: "Store", name: str, question: Question) -> list[Row]:
    """Return the rows of a measure: the keys of `question.by`, then the measure's columns.

    Instants are aware UTC datetimes, periods are dates or naive local hours. Raises MeasureError when
    the measure cannot be told by the keys asked for.
    """
    return ask_through(store.cursor(), store.settings, name, question)


def ask_through(
    cursor: duckdb.DuckDBPyConnection, settings: Settings, name: str, question: Question
) -> list[Row]:
    """Do what `ask` does through a cursor at hand, such as one inside a transaction."""
    cursor.execute(*asked(settings, name, question))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def ask_first(store: "Store", name: str, question: Question, most: int) -> tuple[list[Row], int]:
    """Return the first rows of a measure, at most `most`, and how many it has; raises as `ask` does.

    Of a list of hundreds of thousands, to make rows of all takes longer than to work them out.
    """
    cursor = store.cursor()
    cursor.execute(*asked(store.settings, name, question))
    every = cursor.to_arrow_table()
    first = every.slice(0, most)
    cursor.execute("FROM first")
    return [dict(zip(first.column_names, row, strict=True)) for row in cursor.fetchall()], len(every)  # fmt: skip


def asked(settings: Settings, name: str, question: Question) -> tuple[str, dict[str, Any]]:
    """Return the SQL of a measure for a question, and the values that it binds; raises as `ask` does."""
    measure = named(name)
    _check_keys(measure, question.by)
    sql = compose(measure, question)
    return sql, bindings(sql, values_of(measure, question, settings))


def bindings(sql: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the values that the SQL names: DuckDB refuses others."""
    used = set(re.findall(r"\$(\w+)", sql))
    return {name: value for name, value in values.items() if name in used}


def schema_of(store: "Store", name: str, question: Question, columns: Sequence[str]) -> pa.Schema:
    """Return the Arrow types of a measure's columns; of those named `…_before` the same as without."""
    return typed(columns, types_of(store.cursor(), store.settings, name, question))


def typed(columns: Sequence[str], types: pa.Schema) -> pa.Schema:
    """Return the Arrow types of columns; those named `…_before` have the same as without."""
    return pa.schema([(c, types.field(c.removesuffix("_before")).type) for c in columns])


def types_of(
    cursor: duckdb.DuckDBPyConnection, settings: Settings, name: str, question: Question
) -> pa.Schema:
    """Return the Arrow types of every column that a measure tells."""
    sql, values = asked(settings, name, question)
    sql = sql.rstrip().removesuffix(";")
    cursor.execute(f"SELECT * FROM (\n{sql}\n) AS told LIMIT 0", values)  # noqa: S608 - the measure's own SQL
    found = cursor.to_arrow_table().schema
    return pa.schema(
        [(f.name, pa.int64() if pa.types.is_decimal(f.type) else f.type) for f in found]
    )


def _check_keys(measure: Measure, by: Sequence[str]) -> None:
    """Raise MeasureError unless the measure can be told by these keys."""
    if unknown := set(by) - set(get_args(Key)):
        raise MeasureError(f"waits cannot be told by {', '.join(sorted(unknown))}")
    if by and not measure.groupable:
        raise MeasureError(f"{measure.name} is a list; it cannot be told by {', '.join(by)}")
    allowed = [key for together in measure.keys for key in together]
    if wrong := [key for key in by if key not in allowed]:
        raise MeasureError(
            f"{measure.name} cannot be told by {', '.join(wrong)}; choose from {', '.join(allowed)}"
        )
    for together in measure.keys:
        if len(several := [key for key in by if key in together]) > 1:
            raise MeasureError(
                f"{measure.name} cannot be told by {' and '.join(several)} at once; choose one of them"
            )


def ask_compared(store: "Store", name: str, question: Question) -> list[Row]:
    """Return the rows of a measure, each with the same columns for the period before, named `…_before`.

    The period before is as long as the one asked for and ends where it begins. Raises MeasureError when
    no period is bounded, or when the rows are told by periods themselves.
    """
    return compared(lambda asked_for: ask(store, name, asked_for), name, question)


def compared(ask_: Callable[[Question], list[Row]], name: str, question: Question) -> list[Row]:
    """Do what `ask_compared` does with whatever tells the rows of the measure."""
    if question.since is None or question.until is None:
        raise MeasureError("a comparison needs a period: give --from and --to")
    if PERIODS & set(question.by):
        raise MeasureError(
            "rows told by hour, day, week or month have no period before; leave that key out"
        )
    if (question.since.tzinfo is None) != (question.until.tzinfo is None):
        raise MeasureError(
            "a comparison needs both times of one kind: local ones, or both with Z at their end"
        )
    length = question.until - question.since
    earlier = replace(question, since=question.since - length, until=question.since)
    same = (*question.by, *named(name).rows)
    before = {tuple(row[key] for key in same): row for row in ask_(earlier)}
    rows = ask_(question)
    columns = [c for c in named(name).columns if c not in named(name).internal]
    for row in rows:
        found = before.get(tuple(row[key] for key in same), {})
        row.update({f"{column}_before": found.get(column) for column in columns})
    return rows


def compose(measure: Measure, question: Question) -> str:
    """Put the keys, a literal set of column names, and the shared parts into the measure's SQL."""
    by = (*question.by, *measure.split)
    keys = "".join(f'"{key}", ' for key in by)
    listed = keys.removesuffix(", ")
    # An empty key (an agent without a team) is a group like any other, so it must find its own quantiles.
    same = " AND ".join(f'q."{key}" IS NOT DISTINCT FROM c."{key}"' for key in by)
    parts = {
        "keys": keys,
        "group_by": f"GROUP BY {listed}" if keys else "",
        "order_by": f"ORDER BY {listed}" if keys else "",
        "partition": f"PARTITION BY {listed}" if keys else "",
        "group_by_seconds": f"GROUP BY {keys}elapsed",
        "same_keys": same or "true",
        "counted_keys": "".join(f'c."{key}", ' for key in by),
        "counted_order": "ORDER BY " + ", ".join(f'c."{key}"' for key in by) if keys else "",
    }
    sql = measure.sql
    for shared in (
        "termed",
        "banded",
        "credited",
        "curve",
        "judged",
        "chosen",
        "cohort",
        "lately",
        "followed",
        "reach",
        "sent",
        "spoken",
        "said",
        "hours",
        "hourly",
    ):
        told_by = BY_AGENT.get(shared, shared) if {"agent", "team"} & {*by} else shared
        sql = sql.replace("{" + shared + "}", _shared(told_by))
    for shared in ("waits", "messages", "replies", "spoken"):
        part = f"{shared}_by_the_minute"
        if "{" + part + "}" in sql:
            edges = _edges(question, instants=shared == "spoken")
            sql = sql.replace("{" + part + "}", _by_the_minute(part, edges))
    for part, text in parts.items():
        sql = sql.replace("{" + part + "}", text)
    return sql


def _edges(question: Question, *, instants: bool) -> list[str]:
    """Return the bounds, as local times, that may lie within a local hour; an instant is in every account another one."""
    told = []
    for name, at in (("from", question.since), ("to", question.until)):
        if at is None:
            continue
        if at.tzinfo is not None:
            if instants:
                told.append(f"timezone(z.time_zone, ${name}_instant::TIMESTAMPTZ)")
        elif at != at.replace(minute=0, second=0, microsecond=0):
            told.append(f"${name}_local::TIMESTAMP")
    return told


def _by_the_minute(part: str, edges: Sequence[str]) -> str:
    """Return a shared part for the hour of each edge, once where two lie in the same."""
    at = "started_at" if part.startswith("waits") else "sent_at"
    rows = _shared(part).replace("{in_that_hour}", _shared("in_that_hour")).replace("{at}", at)
    told = []
    for place, edge in enumerate(edges):
        told.append(rows.replace("{bound}", edge))
        if place:
            told.append(f"    AND date_trunc('hour', {edge}) <> date_trunc('hour', {edges[0]})")
    return "\n".join(told)


@cache
def _shared(name: str) -> str:
    text = (_FOLDER / f"_{name}.sql").read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("--"))


def values_of(measure: Measure, question: Question, settings: Settings) -> dict[str, Any]:
    """Return the values that a question binds by name."""
    values: dict[str, Any] = {
        "account": question.account,
        "channel": question.channel,
        "clock": question.clock,
        "waits": question.waits or measure.waits,
        "target": question.target,
        "horizon": settings.horizon_seconds,
        "period": next((key for key in question.by if key in PERIODS), None),
    }
    for bound, at in (("from", question.since), ("to", question.until)):
        aware = at is not None and at.tzinfo is not None
        values[f"{bound}_instant"] = at if aware else None
        values[f"{bound}_local"] = None if aware else at
    return values


@dataclass(frozen=True)
class Known:
    """One account and channel: how many messages, and up to when it is known."""

    account: str
    channel: str
    first_at: datetime
    as_of: datetime
    messages: int
    sample: bool


def known(store: "Store") -> list[Known]:
    """Return what is known of each account and channel, by name."""
    rows = (
        store.cursor()
        .execute(
            "SELECT account, channel, first_at, as_of, messages, sample FROM known ORDER BY account, channel"
        )
        .fetchall()
    )
    return [Known(*row) for row in rows]


# What a spreadsheet takes for a formula; a plain @name is none.
FORMULA = r"^[=+\-\t\r]|^@\w+\("
_FORMULA = re.compile(FORMULA)


def as_cell(value: Any) -> Any:
    """Return a value as CSV carries it: as told, and a text that a spreadsheet takes for a formula behind an apostrophe."""
    told = as_told(value)
    return f"'{told}" if isinstance(value, str) and _FORMULA.match(value) else told


def as_told(value: Any) -> Any:
    """Return a value as JSON and CSV carry it: instants end in Z, periods are local without a zone."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return value.isoformat(timespec="minutes")
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value
