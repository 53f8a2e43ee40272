"""The trace: why the clock of one wait reads what it reads."""

import difflib
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from sla import trace_words as words
from sla.errors import MeasureError
from sla.measures import Row, as_told
from sla.store import Store
from sla.trace_records import (
    CountedSpan,
    Effect,
    TargetVerdict,
    Trace,
    TracedMessage,
    TracedWait,
)
from sla.trace_text import as_text

__all__ = ["as_json", "as_text", "trace"]

_FOLDER = Path(__file__).parent / "sql" / "trace"

# A conversation of no more messages is shown whole.
_SHOWN = 200
# Names are compared one by one; beyond so many, that takes longer than a person waits for an error.
_FEW = 5000

_FOR_MESSAGES = (
    "scope", "account", "conversation_id", "outcome", "started_at", "start_id", "end_id",
)  # fmt: skip


def trace(store: Store, wait_id: str) -> Trace:
    """Return why the wait named `wait_id` (as `waiting_now` lists it) reads what it reads.

    Raises MeasureError, which names near ids, when there is no such wait.
    """
    with store.one_state() as cursor:
        found = _rows(cursor, "wait", wait_id=wait_id, horizon=store.settings.horizon_seconds)
        if not found:
            raise MeasureError(_not_found(cursor, wait_id))
        (row,) = found
        wait = TracedWait(**{f.name: row[f.name] for f in fields(TracedWait)})
        around = _rows(
            cursor, "messages", shown=_SHOWN, **{name: row[name] for name in _FOR_MESSAGES}
        )
        this = {"wait_id": wait_id, "start_id": row["start_id"]}
        spans = _rows(cursor, "spans", **this) if wait.hours_counted else []
        targets = list(store.settings.targets_of(wait.account, wait.channel))
        verdicts = _rows(cursor, "verdicts", **this, targets=targets)
    messages = _messages(around, wait, row["opened_by"])
    return Trace(
        headline=words.headline(wait, messages),
        wait=wait,
        messages=messages,
        hidden=around[0]["conversation_size"] - sum(m.in_conversation for m in messages),
        rules=tuple(words.rules(row, wait, around, store.settings)),
        spans=tuple(_span(s, wait) for s in spans) if wait.hours_counted else None,
        verdicts=tuple(TargetVerdict(**v, why=words.verdict_why(v, wait)) for v in verdicts),
    )


def _rows(cursor: duckdb.DuckDBPyConnection, name: str, **values: Any) -> list[Row]:
    cursor.execute(_sql(name), values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@cache
def _sql(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def _not_found(cursor: duckdb.DuckDBPyConnection, wait_id: str) -> str:
    rows = _rows(cursor, "near", wait_id=wait_id, few=_FEW)
    near = [r["wait_id"] for r in rows if r["exact"]][:3] or difflib.get_close_matches(
        wait_id, [r["wait_id"] for r in rows], n=3
    )
    meant = f"; did you mean {' or '.join(near)}?" if near else "."
    return (
        f'there is no wait "{words.one_line(wait_id, 200)}"{meant} A wait is named by the message that '
        "started it; the open ones are listed by: python -m sla measure waiting_now"
    )


def _messages(rows: list[Row], wait: TracedWait, opened_by: str) -> tuple[TracedMessage, ...]:
    by_bot = any(row["effect"] == Effect.BOT_OVERTAKEN for row in rows)
    return tuple(
        TracedMessage(
            key=row["message_key"],
            author_key=row["author_key"],
            author=row["author_name"] or row["author_key"],
            role=row["role"],
            visibility=row["visibility"],
            sent_at=row["sent_at"],
            event=row["event"],
            text=row["text"],
            effect=Effect(row["effect"]),
            why=words.why(row, wait, opened_by, by_bot),
            clock_seconds=row["clock_seconds"],
            in_conversation=row["in_conversation"],
        )
        for row in rows
    )


def _span(row: Row, wait: TracedWait) -> CountedSpan:
    return CountedSpan(
        **row,
        local_start=row["opens_at"].astimezone(wait.zone),
        local_end=row["closes_at"].astimezone(wait.zone),
    )


def as_json(trace: Trace) -> dict[str, Any]:
    """Return a trace as JSON carries it: instants end in Z, local times of a span carry their offset."""
    return {
        "headline": trace.headline,
        "wait": _told(asdict(trace.wait)),
        "messages": [_told(asdict(message)) for message in trace.messages],
        "hidden": trace.hidden,
        "rules": [asdict(rule) for rule in trace.rules],
        "spans": None if trace.spans is None else [_span_told(span) for span in trace.spans],
        "verdicts": [asdict(verdict) for verdict in trace.verdicts],
    }


def _span_told(span: CountedSpan) -> dict[str, Any]:
    return _told(asdict(span)) | {
        "local_start": span.local_start.isoformat(timespec="seconds"),
        "local_end": span.local_end.isoformat(timespec="seconds"),
    }


def _told(record: dict[str, Any]) -> dict[str, Any]:
    return {name: as_told(value) for name, value in record.items()}
