"""Lines: the time to first reply from period to period, and the response curve."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sla.measures import Key, Row
from ui import axes, look, reader, words
from ui.chart import Chart
from ui.reader import duration, number, share
from ui.view import View
from ui.words import quantile


def trend(
    rows: Sequence[Row],
    filling: Mapping[date | datetime, bool],
    step: Key,
    view: View,
    what: str = "first reply",
) -> Chart:
    """Draw the time to a reply in each period: half and 9 of 10 are answered within it; `what` names the reply."""
    figure = look.figure(
        height=360,
        x=f"{step} in which the customer wrote ({view.local_time})",
        y=f"time to {what} (log scale)",
        legend=True,
    )
    waits = axes.waits(
        [row[c] for row in rows for c in ("median_seconds", "p90_seconds")], view.targets
    )
    axes.mark_targets(figure, view.targets, waits["range"])
    told = axes.with_gaps(rows, step)
    for name, column, symbol, dash in (
        ("half are answered within", "median_seconds", "circle", "solid"),
        ("9 of 10 within", "p90_seconds", "diamond", "dash"),
    ):
        figure.add_scatter(
            x=[row[step] for row in told],
            y=[_positive(row[column]) for row in told],
            name=name,
            mode="lines+markers",
            line={"color": look.ANSWERED, "width": 2, "dash": dash},
            marker={
                **look.points(told),
                "symbol": [f"{symbol}-open" if filling.get(row[step]) else symbol for row in told],
            },
            hovertext=[_trend_told(row, step, name, column, filling) for row in told],
            hoverinfo="text",
        )
    _beyond(figure, rows, step, 10 ** waits["range"][1])
    figure.update_xaxes(axes.periods([row[step] for row in rows], step))
    figure.update_yaxes(waits)
    return figure


def _beyond(figure: Chart, rows: Sequence[Row], step: Key, top: float) -> None:
    """Mark at the top of the chart where fewer than 9 of 10 are answered so far."""
    unreached = [row for row in rows if row["p90_seconds"] is None and row["beyond_seconds"]]
    if unreached:
        figure.add_scatter(
            x=[row[step] for row in unreached],
            y=[top for _ in unreached],
            name="9 of 10: not so far",
            mode="markers",
            cliponaxis=False,
            marker={
                "symbol": "triangle-up-open",
                "size": 9,
                "color": look.ANSWERED,
                "line": {"width": 1.5},
            },
            hovertext=[
                f"{reader.step(row[step], step)}<br>9 of 10: {quantile(row, 'p90_seconds')}"
                f"<br>n = {number(row['n'])}, {number(row['open'])} open"
                for row in unreached
            ],
            hoverinfo="text",
        )


def _trend_told(
    row: Row, step: Key, name: str, column: str, filling: Mapping[date | datetime, bool]
) -> str:
    if row["n"] is None:
        return ""
    return (
        f"{reader.step(row[step], step)}<br>{name} {quantile(row, column)}"
        f"<br>n = {number(row['n'])}, {number(row['open'])} open"
        + ("<br>still filling" if filling.get(row[step]) else "")
    )


def curve(points: Sequence[Row], view: View) -> Chart:
    """Draw the share answered by each second as a step with its 95 % band, coloured by the limits it falls under."""
    figure = look.figure(
        height=360, x="time since the customer wrote (log scale)", y="answered", legend=True
    )
    seconds = [_positive(row["seconds"]) or 1 for row in points]
    shares = [row["share"] for row in points]
    end = max([*seconds, *view.targets]) * 2
    _band(figure, points, seconds)
    names = [*(words.within(limit) for limit in view.limits), "later"]
    colours = [*(look.WITHIN_FIRST, look.WITHIN_SECOND)[: len(view.limits)], look.LATER]
    for name, colour, low, high in zip(
        names, colours, (0, *view.limits), (*view.limits, end), strict=True
    ):
        xs, ys = _stretch(seconds, shares, low, high)
        figure.add_scatter(
            x=xs,
            y=ys,
            name=name,
            mode="lines+markers",
            marker=look.UNSEEN,
            line={"shape": "hv", "color": colour, "width": 2.5},
            fill="tozeroy",
            fillcolor=look.pale(colour, 0.14),
            hovertext=[
                f"{share(y)} are answered within {duration(int(x))}"
                for x, y in zip(xs, ys, strict=True)
            ],
            hoverinfo="text",
        )
    axes.response_curve(figure, seconds, view.targets)
    return figure


def _band(figure: Chart, points: Sequence[Row], seconds: Sequence[int | None]) -> None:
    """Draw between which shares the curve lies with 95 % confidence at each second."""
    for column, fill, name in (("low", None, ""), ("high", "tonexty", "95 % band")):
        figure.add_scatter(
            x=seconds,
            y=[row[column] for row in points],
            name=name,
            showlegend=fill is not None,
            mode="lines",
            line={"shape": "hv", "width": 0, "color": look.STILL_OPEN},
            fill=fill,
            fillcolor=look.pale(look.STILL_OPEN, 0.4),
            hoverinfo="skip",
        )


def _stretch(
    seconds: Sequence[int], shares: Sequence[float], low: int, high: int
) -> tuple[list[int], list[float]]:
    """Return the points of a step curve between two times, its ends carried to both of them."""
    first, last = bisect_right(seconds, low), bisect_right(seconds, high)
    before = shares[first - 1] if first else 0.0
    ys = [before, *shares[first:last]]
    return [max(low, 1), *seconds[first:last], high], [*ys, ys[-1]]


def _positive(seconds: int | None) -> int | None:
    """Return a time that a log scale can hold: an answer within the second stands at one second."""
    return None if seconds is None else max(seconds, 1)
