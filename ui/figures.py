"""Single figures: a number with its name, what it stands on, and its definition as a tooltip."""

from collections.abc import Sequence

import streamlit as st

from sla.measures import Row
from sla.periods import Span
from ui import look, reader, reads, words
from ui.view import View


def hit_rates(view: View, span: Span) -> None:
    """Show the hit rate of first replies against each target."""
    for target in view.targets:
        hit_rate(target, reads.one("hit_rate", view.question(span=span, target=target)))


def hit_rate(target: int, row: Row) -> None:
    """Show one hit rate with its worst and best case under it, where something is undecided."""
    figure(
        words.within(target),
        reader.share(row["hit_rate"]),
        words.hit_source(row),
        f"{words.definition('hit_rate')} {words.hit_range(row)}",
    )


def mean(row: Row) -> None:
    """Show the mean over answered waits, which others quote."""
    figure(
        "mean, answered only",
        reader.duration(row["mean_answered_seconds"]),
        f"n = {reader.number(row['answered'])} answered",
        "What others often quote. It leaves out everybody who still waits, so it flatters.",
    )


def of_ended(view: View, whole: Row) -> None:
    """Show the share of the waits ended beside the hit rate that counts every wait, and the median."""
    hit = reads.one("hit_rate", view.question(span=view.span, waits="all"))
    within = words.within(view.choice.target)
    figure(
        f"{within}, of the waits ended",
        reader.share(whole["share"]),
        f"n = {words.counted(whole['n'], 'wait', 'waits')} ended",
        "What can be told by who ended the wait. It leaves out everybody who got no answer.",
    )
    figure(
        f"{within}, of all waits",
        reader.share(hit["hit_rate"]),
        words.hit_source(hit),
        f"{words.definition('hit_rate')} {words.hit_range(hit)}",
    )
    figure(
        "half of the waits ended were answered within",
        reader.duration(whole["median_seconds"]),
        "answered only",
        "The median over waits that somebody ended. It leaves out everybody who still waits.",
    )


def figure(name: str, value: str, source: str, meaning: str) -> None:
    """Show one figure: its name, its value, what it stands on, and its meaning as a tooltip."""
    st.metric(name, value, source, delta_color="off", delta_arrow="off", help=meaning, border=True)


def largest(rows: Sequence[Row]) -> list[Row]:
    """Return the groups with the most waits, the largest first."""
    return sorted(rows, key=lambda row: -row["n"])[: look.BARS]
