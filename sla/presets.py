"""Presets: the same data under other people's rules, beside ours, with the difference told per figure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from sla.durations import spoken
from sla.measures import Clock, Question, Row, Waits, ask, bindings, known
from sla.store import Store

Unit = Literal["share", "seconds"]

NAMES = ("zendesk", "chatwoot", "intercom", "facebook", "klm")

_FOLDER = Path(__file__).parent / "sql" / "presets"
_ABOUT = ("title", "definition", "formula", "unit", "source", "differs", "empty")


@dataclass(frozen=True)
class Preset:
    """A rule as its SQL file defines it.

    `source` is where the rule is published, `differs` how it departs from ours, `empty` what is said when
    it has no figure; `window_seconds` is how far it looks back, None for the whole period. `columns` says
    what each column is; `reasons` are the columns that count a difference, in words for one and for many.
    """

    name: str
    sql: str
    title: str
    definition: str
    formula: str
    unit: str
    source: str
    differs: str
    empty: str
    window_seconds: int | None
    columns: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Ours:
    """The figure of ours that answers the same question: a column of a measure, and how it is asked."""

    measure: str
    column: str
    title: str
    waits: Waits = "first"
    clock: Clock = "calendar"
    target: int | None = None


@dataclass(frozen=True)
class Figure:
    """One figure of a preset: its columns for value and n, what of ours stands beside it, and why they differ."""

    preset: str
    title: str
    column: str
    n: str
    unit: Unit
    ours: Ours
    reasons: tuple[str, ...]


def _median(clock: Clock = "calendar", waits: Waits = "first") -> Ours:
    title = f"median of the response curve, {waits} waits, {clock} clock"
    return Ours("first_reply", "median_seconds", title, waits, clock)


def _mean(clock: Clock = "calendar", waits: Waits = "first") -> Ours:
    title = f"mean, answered only, {waits} waits, {clock} clock"
    return Ours("first_reply", "mean_answered_seconds", title, waits, clock)


_ZENDESK = ("unanswered", "not_customers", "after_closing", "after_bot", "again", "without_hours")
_FIRST = (
    "first_unanswered", "first_taken_in", "first_moved", "at_once", "not_customers", "after_closing",
    "after_bot", "again", "first_zeros",
)  # fmt: skip
_NEXT = (
    "next_unanswered", "next_taken_in", "next_moved", "called_first", "to_thanks", "restarted",
    "dropped", "next_zeros",
)  # fmt: skip
_INTERCOM = ("unanswered", "taken_in", "moved", "brand_opened", "without_hours")

FIGURES = (
    Figure("zendesk", "first reply time, median, calendar hours", "median_seconds", "answered",
           "seconds", _median(), _ZENDESK),
    Figure("zendesk", "first reply time, mean, calendar hours", "mean_seconds", "answered",
           "seconds", _mean(), _ZENDESK),
    Figure("zendesk", "first reply time, median, business hours", "median_seconds", "answered",
           "seconds", _median("open"), _ZENDESK),
    Figure("zendesk", "first reply time, mean, business hours", "mean_seconds", "answered",
           "seconds", _mean("open"), _ZENDESK),
    Figure("chatwoot", "first response time, mean", "first_mean_seconds", "first_responses",
           "seconds", _mean(), _FIRST),
    Figure("chatwoot", "first response time, mean, business hours", "first_mean_seconds",
           "first_responses", "seconds", _mean("open"), _FIRST),
    Figure("chatwoot", "reply time, mean", "reply_mean_seconds", "replies",
           "seconds", _mean(waits="next"), _NEXT),
    Figure("chatwoot", "reply time, mean, business hours", "reply_mean_seconds", "replies",
           "seconds", _mean("open", "next"), _NEXT),
    Figure("intercom", "first reply time, median of 7 days, office hours", "median_seconds", "replies",
           "seconds", _median("open"), _INTERCOM),
    Figure("facebook", "response rate of 7 days", "rate", "received", "share",
           Ours("response_rate", "response_rate", "response rate, first waits"),
           ("late", "young", "only_bot")),
    Figure("facebook", "response time of 7 days, median", "median_seconds", "timed",
           "seconds", _median(), ("unanswered", "late_left_out")),
    Figure("facebook", "badge: 90 % answered, within 15 min (1 yes, 0 no)", "badge", "received", "share",
           Ours("hit_rate", "hit_rate", "hit rate within 15 min, first waits", target=900),
           ("longer", "overlooked")),
    Figure("klm", "response time, mean of the last hour", "mean_seconds", "replies",
           "seconds", _median(waits="all"), ("waiting", "closed", "taken_in")),
)  # fmt: skip


@cache
def presets() -> dict[str, Preset]:
    """Return every preset by name, in the order in which they are told."""
    return {name: _read(name) for name in NAMES}


def _read(name: str) -> Preset:
    sql = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    header = dict(re.findall(r"^-- (\w+): (.+)$", sql.split("\nWITH ", 1)[0], re.MULTILINE))
    about = {key: header.pop(key) for key in _ABOUT}
    window = header.pop("window", None)
    reasons = {key: text.split(" | ") for key, text in header.items() if " | " in text}
    return Preset(
        name=name,
        sql=_composed(sql),
        **about,
        window_seconds=int(window) if window else None,
        columns={key: text for key, text in header.items() if key not in reasons},
        reasons={key: (one, many) for key, (one, many) in reasons.items()},
    )


def _composed(sql: str) -> str:
    """Put the shared parts, literal SQL, into the SQL of a preset."""
    composed = sql.replace("{tickets}", _shared("tickets"))
    inside = _shared("inside")
    return re.sub(
        r"\{inside (\w+)\.(\w+)\}",
        lambda m: inside.replace("{at}", f"{m[1]}.{m[2]}").replace("{zone}", f"{m[1]}.time_zone"),
        composed,
    )


def _shared(name: str) -> str:
    text = (_FOLDER / f"_{name}.sql").read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("--"))


def compare(store: Store, question: Question) -> list[Row]:
    """Return a row for each figure of each preset, always the same ones in the same order.

    A row has `preset`, `figure`, `value` (whole seconds or a share, as `unit` says; None when there is
    nothing to say), `n` (what the value is made from), `ours` and `ours_figure` (our figure for the same
    question, over the waits that began in the same time), and `why`, one sentence on the difference.
    Of the question, account, channel, since and until count; each preset has its own clock and waits.
    """
    edge = _edge(store, question)
    told: dict[tuple[str, Clock], Row] = {}
    answers: dict[tuple[str, Question], Row] = {}
    rows = []
    for figure in FIGURES:
        preset, clock = presets()[figure.preset], figure.ours.clock
        if (preset.name, clock) not in told:
            told[preset.name, clock] = _told(store, question, edge, preset, clock)
        asked = _asked(store, question, _opens(preset, edge), figure.ours)
        if (figure.ours.measure, asked) not in answers:
            (answers[figure.ours.measure, asked],) = ask(store, figure.ours.measure, asked)
        rows.append(_row(figure, told[preset.name, clock], answers[figure.ours.measure, asked]))
    return rows


def _told(
    store: Store, question: Question, edge: datetime | None, preset: Preset, clock: Clock
) -> Row:
    """Return the columns of a preset on a clock, for the period asked about."""
    values: dict[str, Any] = {
        "account": question.account,
        "channel": question.channel,
        "clock": clock,
        "opens": _opens(preset, edge),
        "edge": edge,
        "horizon": store.settings.horizon_seconds,
    }
    for bound, at in (("from", question.since), ("to", question.until)):
        aware = at is not None and at.tzinfo is not None
        values[f"{bound}_instant"] = at if aware else None
        values[f"{bound}_local"] = None if aware else at
    cursor = store.cursor()
    cursor.execute(preset.sql, bindings(preset.sql, values))
    names = [column[0] for column in cursor.description]
    row = cursor.fetchone()
    assert row is not None
    return dict(zip(names, row, strict=True))


def _opens(preset: Preset, edge: datetime | None) -> datetime | None:
    """Return where the window of a preset begins; None for one that tells the whole period."""
    if edge is None or preset.window_seconds is None:
        return None
    return edge - timedelta(seconds=preset.window_seconds)


def _accounts(store: Store, question: Question) -> dict[str, datetime]:
    """Return the accounts asked about, each with the latest instant known of it."""
    found: dict[str, datetime] = {}
    for k in known(store):
        if question.account in (None, k.account) and question.channel in (None, k.channel):
            found[k.account] = max(k.as_of, found.get(k.account, k.as_of))
    return found


def _edge(store: Store, question: Question) -> datetime | None:
    """Return the instant at which a preset that looks back stands: the latest as of, or the end asked for.

    Their clock is the one on the wall; ours never runs beyond what is known.
    """
    ends = list(_accounts(store, question).values())
    if not ends:
        return None
    return min(
        [max(ends), *([max(_instants(store, question, question.until))] if question.until else [])]
    )


def _later(store: Store, question: Question, opens: datetime | None) -> datetime | None:
    """Return the later of the start asked for and the start of the window.

    A local start that lies before the window in one account's zone and after it in another's stays local:
    one question has one start.
    """
    if question.since is None or opens is None:
        return opens or question.since
    return opens if max(_instants(store, question, question.since)) <= opens else question.since


def _instants(store: Store, question: Question, at: datetime) -> list[datetime]:
    """Return what a time asked for means: itself, or a wall-clock time in each account's zone."""
    if at.tzinfo is not None:
        return [at]
    zones = {store.settings.account(name).zone for name in _accounts(store, question)}
    return [at.replace(tzinfo=zone) for zone in zones]


def _asked(store: Store, question: Question, opens: datetime | None, ours: Ours) -> Question:
    """Return the question to which our figure is the answer."""
    return replace(
        question,
        since=_later(store, question, opens),
        target=ours.target or question.target,
        clock=ours.clock,
        waits=ours.waits,
        by=(),
    )


def _row(figure: Figure, told: Row, answer: Row) -> Row:
    return {
        "preset": figure.preset,
        "figure": figure.title,
        "value": told[figure.column],
        "unit": figure.unit,
        "n": told[figure.n],
        "ours": answer[figure.ours.column],
        "ours_figure": figure.ours.title,
        "why": _sentence(_parts(figure, told, answer)),
    }


def _parts(figure: Figure, told: Row, answer: Row) -> list[str]:
    """Return what makes the difference, each with its count."""
    preset, ours = presets()[figure.preset], figure.ours
    parts = [preset.empty] if told[figure.column] is None else []
    for name in figure.reasons:
        if told[name]:
            words = preset.reasons[name][told[name] != 1].replace("#", f"{told[name]:,}")
            shared = name.endswith("unanswered") and ours.column == "mean_answered_seconds"
            parts.append(words + (" (as our mean does)" if shared else ""))
    if ours.column == "median_seconds" and answer["median_seconds"] is None and answer["n"]:
        parts.append(f"by ours half had not been answered after {spoken(answer['beyond_seconds'])}")
    return parts or ["counts the same waits here as ours"]


def _sentence(parts: Sequence[str]) -> str:
    said = ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]
    return said[0].upper() + said[1:] + "."
