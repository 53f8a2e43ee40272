"""The funnel: shares within the target against the number of waits ended, between limits; no ranking."""

from collections.abc import Sequence
from html import escape
from typing import Any

from sla.measures import Row
from ui import axes, look, team_words, words
from ui.chart import Chart
from ui.reader import number, share
from ui.team import Team

# How a standing looks: its name, colour and symbol; colour is never alone.
_LOOKS = (
    ("as expected", ("as expected",), look.ANSWERED, "circle"),
    ("outside 95 %", ("above 95 %", "below 95 %"), look.ANSWERED, "diamond-open"),
    ("above 99.8 %", ("above 99.8 %",), look.WITHIN_FIRST, "triangle-up"),
    ("below 99.8 %", ("below 99.8 %",), look.LATER, "triangle-down"),
)


def funnel(team: Team, limits: Sequence[Row]) -> Chart:
    """Draw those who can be compared, each at its adjusted share, between the limits for its count."""
    figure = look.figure(
        height=440,
        x="waits ended",
        y=f"{words.within(team.view.choice.target)}, adjusted for hours and channels",
        legend=True,
    )
    least, most = (end(row["n"] for row in team.compared) for end in (min, max))
    shown = [row for row in limits if row["n"] <= most * 1.1] or list(limits[:1])
    # Every third is enough for a line that nobody can tell from the whole one.
    _limits(figure, [*shown[:-1:3], shown[-1]])
    for name, standings, colour, symbol in _LOOKS:
        rows = [row for row in team.compared if row["standing"] in standings]
        if rows:
            figure.add_scatter(**_points(team, rows, name, colour, symbol))
    heights = [row["adjusted"] for row in team.compared]
    nearest = next((row for row in shown if row["n"] >= least), shown[-1])
    low, high = min(*heights, nearest["low_998"], 1), max(*heights, nearest["high_998"], 0)
    figure.update_xaxes(range=[0, most * 1.12])
    figure.update_yaxes(range=[low - 0.04, min(high + 0.04, 1.04)], **axes.shares())
    figure.update_yaxes(tickvals=None, ticktext=None, tickformat=".0%", nticks=6)
    return figure


def _limits(figure: Chart, limits: Sequence[Row]) -> None:
    counts = [row["n"] for row in limits]
    line: dict[str, Any] = {"mode": "lines", "hoverinfo": "skip", "showlegend": False}
    for column, dash, fill in (
        ("low_998", "dash", None),
        ("high_998", "dash", "tonexty"),
        ("low_95", "dot", None),
        ("high_95", "dot", "tonexty"),
    ):
        figure.add_scatter(
            x=counts,
            y=[row[column] for row in limits],
            line={"color": look.TARGET, "width": 1, "dash": dash},
            fill=fill,
            fillcolor="rgba(128,128,128,0.08)",
            **line,
        )
    average = limits[0]["average"]
    figure.add_scatter(
        x=[0, *counts], y=[average, *(average for _ in counts)],
        line={"color": look.TARGET, "width": 1.5}, **line,
    )  # fmt: skip
    last = limits[-1]
    for column, name in (
        ("high_998", "99.8 %"),
        ("high_95", "95 %"),
        ("average", f"average {share(average)}"),
    ):
        figure.add_annotation(
            x=last["n"], y=last[column], text=name, showarrow=False, xanchor="right", yanchor="bottom",
            font={"size": 11},
        )  # fmt: skip


def _points(team: Team, rows: Sequence[Row], name: str, colour: str, symbol: str) -> dict[str, Any]:
    named = "99.8" in name
    # An open symbol is only its line, which has to be seen on both themes.
    size, width = (12, 2.5) if "open" in symbol else (10, 0)
    return {
        "x": [row["n"] for row in rows],
        "y": [row["adjusted"] for row in rows],
        "name": name,
        "mode": "markers+text" if named else "markers",
        "text": [escape(team.name(row)) for row in rows] if named else None,
        "textposition": "top center",
        "textfont": {"size": 12},
        "cliponaxis": False,
        "marker": {"color": colour, "size": size, "symbol": symbol, "line": {"width": width}},
        "hovertext": [_told(team, row) for row in rows],
        "hoverinfo": "text",
    }


def _told(team: Team, row: Row) -> str:
    return (
        f"{escape(team.name(row))}<br>{share(row['share'])} of {number(row['n'])} waits ended in time"
        f"<br>95 % interval {team_words.interval(row)}<br>expected {share(row['expected'])}"
        f"<br>adjusted {share(row['adjusted'])}: {team_words.standing(row)}"
    )
