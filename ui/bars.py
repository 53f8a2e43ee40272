"""Bars: messages by the hour, waits by what became of them, response rates side by side."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any, Final

from sla.measures import Key, Row
from sla.settings import Reference
from ui import axes, look, now_words, reader, references
from ui.chart import Chart
from ui.reader import number, share
from ui.view import View, title

_HOURS = tuple(range(24))
# What goes on in an hour: its name, what is counted, what is usual, its colour, its axis, and where it stands.
_PANELS: Final = (
    ("messages in", "messages_in", "usual_in", look.STILL_OPEN, "y", (0.58, 0.93)),
    ("replies out", "replies_out", "usual_out", look.ANSWERED, "y2", (0.0, 0.35)),
)


def per_hour(rows: Sequence[Row], view: View) -> Chart:
    """Draw messages in and replies out for each hour of a day, each beside what is usual for that hour of the week."""
    known = any(row["usual_in"] is not None for row in rows)
    figure = look.figure(height=320, x=f"hour of the day ({view.local_time})", y="", legend=known)
    for panel in _PANELS:
        _panel(figure, rows, panel)
    shown = _HOURS[::3]
    figure.update_xaxes(
        range=[-0.1, 24.1],
        tickvals=shown,
        ticktext=[reader.hour_of_day(hour) for hour in shown],
        anchor="y2",
    )
    return figure


def _panel(
    figure: Chart,
    rows: Sequence[Row],
    panel: tuple[str, str, str, str, str, tuple[float, float]],
) -> None:
    name, column, usual, colour, axis, domain = panel
    hours = [row["hour"].hour for row in rows]
    # The tick stands at the beginning of its hour, as on every axis of time.
    figure.add_bar(
        x=hours,
        offset=0.1,
        width=0.8,
        y=[row[column] for row in rows],
        yaxis=axis,
        name=name,
        showlegend=False,
        marker=_marker(colour, [row["filling"] for row in rows]),
        hovertext=[now_words.hour(row, column, usual, name) for row in rows],
        hoverinfo="text",
    )
    figure.add_scatter(
        x=[*hours, *(hour + 1 for hour in hours[-1:])],
        y=[row[usual] for row in (*rows, *rows[-1:])],
        yaxis=axis,
        name="usual",
        showlegend=axis == "y",
        mode="lines",
        line={"shape": "hv", "color": look.USUAL, "width": 2},
        hoverinfo="skip",
    )
    shape = figure.layout["yaxis"] | axes.counts(
        row[each] for row in rows for each in (column, usual)
    )
    figure.update_layout(
        {axis.replace("y", "yaxis"): shape | {"domain": domain, "anchor": "x", "nticks": 4}}
    )
    look.name_panel(figure, name, domain[1])


def outcomes(
    rows: Sequence[Row], filling: Mapping[date | datetime, bool], step: Key, view: View
) -> Chart:
    """Draw how many waits were answered, are undecided, or were given up, in each period."""
    figure = look.figure(
        height=320, x=f"{step} in which the wait began ({view.local_time})", y="waits", legend=True
    )
    hatched = [filling.get(row[step], False) for row in rows]
    for name, column, colour in (
        ("answered", "answered", look.ANSWERED),
        ("given up", "given_up", look.GIVEN_UP),
        ("undecided", "undecided", look.STILL_OPEN),
    ):
        figure.add_bar(
            x=[row[step] for row in rows],
            y=[row[column] for row in rows],
            name=name,
            marker=_marker(colour, hatched),
            hovertext=[
                f"{reader.step(row[step], step)}<br>{number(row[column])} of {number(row['n'])} {name}"
                f"<br>response rate {share(row['response_rate'])}"
                + ("<br>still filling" if fills else "")
                for row, fills in zip(rows, hatched, strict=True)
            ],
            hoverinfo="text",
        )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(axes.periods([row[step] for row in rows], step))
    figure.update_yaxes(axes.counts(row["n"] for row in rows))
    return figure


def rates(rows: Sequence[Row], key: Key, lines: Sequence[Reference] = ()) -> Chart:
    """Draw the response rate of each channel or account as a bar from zero, labelled with its n; others' as lines."""
    figure = look.figure(height=(84 if lines else 60) + 32 * len(rows), x="response rate", y="")
    references.upright(figure, lines)
    upwards = list(reversed(rows))
    figure.add_bar(
        **lying(upwards, "response_rate", look.ANSWERED),
        y=[name(row, key) for row in upwards],
        hovertext=[
            f"{name(row, key)}<br>{number(row['answered'])} answered, "
            f"{number(row['given_up'])} given up, {number(row['undecided'])} undecided"
            for row in upwards
        ],
        hoverinfo="text",
    )
    figure.update_xaxes(range=[0, 1], **axes.shares())
    figure.update_yaxes(showgrid=False, type="category")
    return figure


def lying(rows: Sequence[Row], rate: str, colour: str) -> dict[str, Any]:
    """Return bars of a share that lie on their side, each labelled with its share and its n."""
    return {
        "orientation": "h",
        "x": [row[rate] for row in rows],
        "marker": look.bars(colour, rows),
        "text": [f"{share(row[rate])}  (n = {number(row['n'])})" for row in rows],
        "selected": look.CHOSEN,
        # Left to itself Plotly writes nothing beside a bar of no length.
        "textposition": ["auto" if row[rate] else "outside" for row in rows],
        "insidetextanchor": "end",
        "insidetextfont": {"size": 12},
        "outsidetextfont": {"size": 12, "color": look.ink()},
    }


def name(row: Row, key: Key) -> str:
    """Return what the bar of an account or channel is called."""
    found = str(row[key])
    return escape(title(found) if key == "account" else found)


def _marker(colour: str, hatched: Sequence[bool]) -> dict[str, Any]:
    return {
        "color": colour,
        "pattern": {
            "shape": [look.HATCHED if each else "" for each in hatched],
            "fillmode": "overlay",
            "size": 8,
            "solidity": 0.2,
        },
    }
