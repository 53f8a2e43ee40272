"""Heat maps: a measure, the load, or the coverage for each hour of the week."""

from collections.abc import Callable, Mapping, Sequence
from math import log10
from typing import Any

from sla.measures import Row
from ui import axes, look, reader, team_words
from ui.chart import Chart
from ui.reader import number, share
from ui.view import View
from ui.words import cell

_HOURS = tuple(range(24))
_WEEKDAYS = tuple(range(7))


def week(
    rows: Sequence[Row], measure: str, view: View, say: Callable[[Row, str], str] = cell
) -> Chart:
    """Draw a measure for each hour of the week; what rests on few cases is small. `say` tells one hour."""
    figure = look.figure(
        height=300, x=f"hour in which the customer wrote ({view.local_time})", y=""
    )
    cells: dict[tuple[int, int], Any] = {(row["weekday"], row["hour_of_day"]): row for row in rows}
    is_share = measure == "hit_rate"
    shown = {p: row["hit_rate" if is_share else "median_seconds"] for p, row in cells.items()}
    told = {p: say(row, measure) for p, row in cells.items()}
    shades = {p: _shade(value, is_share) for p, value in shown.items() if value is not None}
    few = {p: shades[p] for p in shades if cells[p]["n"] < look.FEW}
    figure.add_heatmap(
        x=_HOURS,
        y=_WEEKDAYS,
        z=[
            [None if (day, hour) in few else shades.get((day, hour)) for hour in _HOURS]
            for day in _WEEKDAYS
        ],
        hoverinfo="skip",
        xgap=2,
        ygap=2,
        coloraxis="coloraxis",
    )
    # Small, as points of few are: paler, a slow hour would look like a quick one.
    figure.add_scatter(
        x=[hour for _, hour in few],
        y=[day for day, _ in few],
        mode="markers",
        marker={
            "symbol": "square",
            "size": 7,
            "color": list(few.values()),
            "coloraxis": "coloraxis",
        },
        hoverinfo="skip",
        showlegend=False,
    )
    _points(figure, told)
    values = [value for value in shown.values() if value is not None]
    figure.update_layout(coloraxis=_scale(is_share, values))
    _week_axes(figure)
    return figure


def _points(figure: Chart, told: Mapping[tuple[int, int], str]) -> None:
    """Lay a mark that nobody sees over each cell: a map of colours itself cannot be clicked."""
    figure.add_scatter(
        x=[hour for _, hour in told],
        y=[day for day, _ in told],
        mode="markers",
        marker=look.UNSEEN | {"size": 22, "symbol": "square"},
        hovertext=list(told.values()),
        hoverinfo="text",
        showlegend=False,
    )


def counts(rows: Sequence[Row], column: str, view: View) -> Chart:
    """Draw how many of something there were in each hour of the week."""
    most = max((row[column] for row in rows), default=0) or 1
    scale = {
        "cmin": 0,
        "cmax": most,
        "colorscale": [[0, look.pale(look.ANSWERED, 0.08)], [1, look.ANSWERED]],
        "colorbar": _key([0, most], [number(0), number(most)]),
    }
    return _hours(rows, column, "hour in which the reply was sent", scale, view)


def coverage(rows: Sequence[Row], view: View) -> Chart:
    """Draw the share of hours with a reply, among those in which somebody waited."""
    scale = {
        "cmin": 0,
        "cmax": 1,
        "colorscale": [[0, look.LATER], [0.5, look.BETWEEN], [1, look.WITHIN_FIRST]],
        "colorbar": _key([0, 0.5, 1], [share(tick) for tick in (0, 0.5, 1)]),
    }
    return _hours(rows, "coverage", "hour in which somebody waited", scale, view)


def _hours(rows: Sequence[Row], column: str, x: str, scale: dict[str, Any], view: View) -> Chart:
    cells = {(row["weekday"], row["hour_of_day"]): row for row in rows}
    figure = look.figure(height=300, x=f"{x} ({view.local_time})", y="")
    figure.add_heatmap(
        x=_HOURS,
        y=_WEEKDAYS,
        z=[[(cells.get((day, hour)) or {}).get(column) for hour in _HOURS] for day in _WEEKDAYS],
        text=[
            [
                team_words.hour(
                    f"{reader.weekday(day)} {reader.hour_of_day(hour)}",
                    cells.get((day, hour)),
                    column,
                )
                for hour in _HOURS
            ]
            for day in _WEEKDAYS
        ],
        hoverinfo="text",
        hoverongaps=False,
        xgap=2,
        ygap=2,
        coloraxis="coloraxis",
    )
    figure.update_layout(coloraxis=scale)
    _week_axes(figure)
    return figure


def _week_axes(figure: Chart) -> None:
    figure.update_xaxes(
        range=[-0.5, 23.5],
        tickvals=_HOURS[::3],
        ticktext=[reader.hour_of_day(hour) for hour in _HOURS[::3]],
    )
    figure.update_yaxes(
        tickvals=_WEEKDAYS,
        ticktext=[reader.weekday(day) for day in _WEEKDAYS],
        range=[6.5, -0.5],
        showgrid=False,
    )


def _shade(value: float, is_share: bool) -> float:
    return value if is_share else log10(max(value, 1))


def _scale(is_share: bool, values: Sequence[float]) -> dict[str, Any]:
    """Return colours and a labelled key: more colour is better for a share, worse for a time."""
    if is_share:
        ticks = [0, 0.5, 1]
        return {
            "cmin": 0,
            "cmax": 1,
            "colorscale": [[0, look.LATER], [0.5, look.BETWEEN], [1, look.WITHIN_FIRST]],
            "colorbar": _key(ticks, [share(tick) for tick in ticks]),
        }
    axis = axes.waits([int(value) for value in values], ())
    low, high = axis["range"]
    return {
        "cmin": low,
        "cmax": high,
        "colorscale": [[0, look.pale(look.LATER, 0.12)], [1, look.LATER]],
        "colorbar": _key([log10(tick) for tick in axis["tickvals"]], axis["ticktext"]),
    }


def _key(ticks: Sequence[float], names: Sequence[str]) -> dict[str, Any]:
    return {
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "y": 1.02,
        "yanchor": "bottom",
        "len": 0.5,
        "thickness": 10,
        "outlinewidth": 0,
        "ticklabelposition": "outside",
        "tickvals": ticks,
        "ticktext": names,
        "tickfont": {"size": 11},
    }
