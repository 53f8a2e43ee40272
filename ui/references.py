"""Response rates that others published: as lines in a chart, and told with their sources."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

import streamlit as st

from sla.measures import Key, Row
from sla.settings import Reference
from ui import axes, look, reader, words
from ui.chart import Chart
from ui.reader import number, share
from ui.view import View

_LINE: dict[str, Any] = {"color": look.TARGET, "width": 1.5, "dash": "dot"}


def over_time(
    rows: Sequence[Row],
    filling: Mapping[date | datetime, bool],
    step: Key,
    view: View,
    lines: Sequence[Reference],
) -> Chart:
    """Draw the response rate of each period among those that others published, each line named at its end."""
    figure = look.figure(
        height=320, x=f"{step} in which the wait began ({view.local_time})", y="response rate"
    )
    told = axes.with_gaps(rows, step)
    for each in lines:
        figure.add_hline(y=each.share, line=_LINE, layer="below")
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=each.share, yanchor="bottom",
            text=f"{escape(each.name)} {share(each.share)}", showarrow=False, font={"size": 12},
        )  # fmt: skip
    for fills in (False, True):
        # A line through a period that still fills would tell a rise or a fall that nobody knows of yet.
        figure.add_scatter(
            x=[row[step] for row in told],
            y=[
                row["response_rate"] if bool(filling.get(row[step])) is fills else None
                for row in told
            ],
            mode="markers" if fills else "lines+markers",
            cliponaxis=False,
            line={"color": look.ANSWERED, "width": 2.5},
            marker={
                **look.points(told),
                "color": look.ANSWERED,
                "symbol": "circle-open" if fills else "circle",
            },
            hovertext=[_told(row, step, fills=fills) for row in told],
            hoverinfo="text",
        )
    figure.update_xaxes(axes.periods([row[step] for row in rows], step))
    figure.update_yaxes(range=[0, 1.08], **axes.shares())
    return figure


def _told(row: Row, step: Key, *, fills: bool) -> str:
    if row["n"] is None:
        return ""
    return (
        f"{reader.step(row[step], step)}<br>response rate {share(row['response_rate'])}"
        f"<br>n = {number(row['n'])}, {number(row['undecided'])} undecided"
        + ("<br>still filling" if fills else "")
    )


def upright(figure: Chart, lines: Sequence[Reference]) -> None:
    """Draw the lines across bars that lie on their side; their names are told beside the chart."""
    for each in lines:
        figure.add_vline(x=each.share, line=_LINE, layer="below")
        figure.add_annotation(
            x=each.share, y=1, yref="paper", yanchor="bottom", text=share(each.share),
            showarrow=False, font={"size": 11},
        )  # fmt: skip


def sources(lines: Sequence[Reference]) -> None:
    """Tell each line's source; where there is no line, how to get one."""
    with st.expander("Where the lines come from", icon=":material/link:", type="compact"):
        if not lines:
            st.markdown("No line is set. `[[reference]]` in the settings adds one.")
        for each in sorted(lines, key=lambda line: line.share):
            st.markdown(
                f"- **{words.plain(each.name)}, {share(each.share)}**: {words.plain(each.source)}"
            )
        st.markdown(
            "Others count by rules of their own, so a line is a mark and no target. "
            "`[[reference]]` in the settings changes them."
        )
