"""The channels' page in parts: what is asked of each channel, and the table that sets them side by side."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import streamlit as st

from sla.measures import Key, Question, Row
from ui import mix, reader, reads, tables, words
from ui.behind import Address, Behind, Point, address
from ui.handed import HandedOff
from ui.view import View

_RATES = ("n", "met", "missed", "undecided", "hit_rate")
_TIMES = ("open", "median_seconds", "p90_seconds")


def compared(view: View) -> list[Row]:
    """Return the mix of the period beside that of the period before, where all of that one is known."""
    question, has_before = _of_the_period(view)
    return reads.compared("mix", question) if has_before else reads.rows("mix", question)


def ahead(view: View) -> None:
    """Have asked what the first chart and the headline want to know."""
    view.ahead("mix", step(view))
    reads.ahead(("mix", _of_the_period(view)[0]))


def _of_the_period(view: View) -> tuple[Question, bool]:
    """Return the question about the period, and whether all of the period before is known."""
    span = view.span
    question = view.question(span=span)
    if span.since is None:
        return question, False
    # A period without an end goes up to as of, which it includes: the same length is taken before it.
    until = span.until or _as_told(view.as_of + timedelta(seconds=1), span.since, view)
    if span.since - (until - span.since) < _as_told(view.first_at, span.since, view):
        return question, False
    return replace(question, until=until), True


def _as_told(at: datetime, like: datetime, view: View) -> datetime:
    """Return an instant as the bound of a period is told: with its offset, or by the clock on the wall."""
    return at if like.tzinfo else at.astimezone(view.zone).replace(tzinfo=None)


def step(view: View) -> Key:
    """Return the steps in which the mix is told: weeks, but for shorter and for very long periods."""
    return "week" if view.span.step == "day" and view.choice.period != "7d" else view.span.step


def side_by_side(view: View) -> list[Row]:
    """Return the hit rate and the times to first reply of each channel, the one with most waits first."""
    times = {row["channel"]: row for row in view.rows("first_reply", "channel")}
    rows = [
        {
            "channel": rate["channel"],
            **{name: rate[name] for name in _RATES},
            **{name: times[rate["channel"]][name] for name in (*_TIMES, "beyond_seconds")},
        }
        for rate in view.rows("hit_rate", "channel")
    ]
    return sorted(rows, key=lambda row: -row["n"])


def behind_mix(rows: Sequence[Row], step: Key, view: View) -> Behind:
    """Return the waits behind the mix: a bar stands for those begun in a period on a channel."""
    steps, channels = Behind.steps(view, step), [channel for _, channel in mix.places(rows)]

    def of_point(point: Point) -> Address | None:
        found = steps.of_point(point) if steps.of_point else None
        place = point.get("curve_number", len(channels))
        return found | {"channel": channels[place]} if found and place < len(channels) else found

    return Behind(steps.whole, of_point)


def behind_curves(rows: Sequence[Row], view: View) -> Behind:
    """Return the first waits behind the curves: a curve stands for those of its channel."""
    channels = mix.with_curve(rows, view)

    def of_point(point: Point) -> Address | None:
        place = point.get("curve_number", len(channels))
        if place >= len(channels):
            return None
        return address(view, channel=channels[place], waits="first")

    return Behind(address(view, waits="first"), of_point)


def behind_hand_offs(rows: Sequence[Row], view: View) -> HandedOff:
    """Return the replies behind the hand-offs: a part of a bar stands for those of a channel, a kind and an outcome."""
    bars = {mix.way(row): {name: row[name] for name in ("channel", "kind")} for row in rows}
    return HandedOff(view, bars, mix.happened(rows))


def table(rows: Sequence[Row], view: View) -> None:
    """Show the channels side by side, and the same figures as a CSV."""
    few = any(words.few(row) for row in rows)
    st.table(
        [
            {
                "Channel": words.plain(row["channel"]),
                "First waits": reader.number(row["n"]),
                "Open": reader.number(row["open"]),
                words.capital(words.within(view.choice.target)): reader.share(row["hit_rate"]),
                "Half within": words.quantile(row, "median_seconds"),
                "9 of 10 within": words.quantile(row, "p90_seconds"),
                **({"Note": words.few(row).removeprefix(", ")} if few else {}),
            }
            for row in rows
        ],
        border="horizontal",
        hide_index=True,
        alt="Table: hit rate and time to first reply of each channel",
    )
    columns = ("channel", *_RATES, *_TIMES)
    tables.download("channels.csv", tables.written(columns, rows), "csv channels")
