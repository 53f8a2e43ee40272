"""Charts of channels side by side: their mix over time, their response curves, and their hand-offs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from html import escape

from sla.measures import Key, Row
from ui import axes, channels_words, look, reader
from ui.chart import Chart
from ui.reader import duration, number, share
from ui.view import View

_LENGTHS: dict[Key, timedelta] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=28),
}
_DASHES = ("solid", "dash", "dot", "dashdot")
_AFTER = {
    "moved": (look.ANSWERED, ""),
    "came back": (look.ANSWERED, "."),
    "followed up": (look.ANSWERED, "-"),
    "silent": (look.GIVEN_UP, ""),
    "undecided": (look.STILL_OPEN, look.HATCHED),
}


def colours(view: View) -> dict[str, str]:
    """Return the colour of each channel, the same on every chart of the page."""
    names = sorted({k.channel for k in view.known})
    return {name: look.CHANNELS[place % len(look.CHANNELS)] for place, name in enumerate(names)}


def places(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Return each visibility and channel in the order in which `over_time` draws them: public ones first."""
    found = {(row["visibility"], row["channel"]) for row in rows}
    return sorted(found, key=lambda place: (place[0] != "public", place))


def with_curve(rows: Sequence[Row], view: View) -> list[str]:
    """Return the channels in the order in which `curves` draws them."""
    there = {row["channel"] for row in rows}
    return [channel for channel in colours(view) if channel in there]


def over_time(rows: Sequence[Row], step: Key, view: View) -> Chart:
    """Draw the share of waits begun on each channel in each period; public ones stand below private ones."""
    figure = look.figure(
        height=380,
        x=f"{step} in which the wait began ({view.local_time})",
        y="share of waits begun",
        legend=True,
    )
    painted = colours(view)
    # More channels than colours: those that have a colour for the second time are dotted.
    again = {n: "." if at >= len(look.CHANNELS) else "" for at, n in enumerate(painted)}
    periods = sorted({row[step] for row in rows})
    for visibility, channel in places(rows):
        found = [r for r in rows if (r["visibility"], r["channel"]) == (visibility, channel)]
        figure.add_bar(
            x=[row[step] for row in found],
            y=[row["share"] for row in found],
            name=f"{escape(channel)}, {visibility}",
            marker={
                "color": painted[channel],
                "line": {"width": 0},
                "pattern": {
                    "shape": [
                        look.HATCHED if _running(row[step], step, view) else again[channel]
                        for row in found
                    ],
                    "fillmode": "overlay",
                    "size": 8,
                    "solidity": 0.2,
                },
            },
            text=[share(row["share"]) if len(periods) <= 14 else "" for row in found],
            selected=look.CHOSEN,
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": "#FFFFFF", "size": 12},
            hovertext=[
                f"{reader.step(row[step], step)}<br>{escape(channel)}, {visibility}: {share(row['share'])}"
                f"<br>{number(row['n'])} waits begun"
                + ("<br>still filling" if _running(row[step], step, view) else "")
                for row in found
            ],
            hoverinfo="text",
        )
    figure.update_layout(barmode="stack", uniformtext={"mode": "hide", "minsize": 10})
    figure.update_xaxes(axes.periods(periods, step))
    figure.update_yaxes(range=[0, 1], **axes.shares())
    return figure


def _running(start: date, step: Key, view: View) -> bool:
    """Return whether a period isn't over at *as of*; an hour begins at a datetime, the others at a date."""
    began = start if isinstance(start, datetime) else datetime.combine(start, time())
    known = view.as_of.astimezone(view.zone).replace(tzinfo=None)
    return began + _LENGTHS[step] > known


def curves(rows: Sequence[Row], view: View) -> Chart:
    """Draw the response curve of each channel: the share of first waits answered by each second."""
    figure = look.figure(
        height=400, x="time since the customer wrote (log scale)", y="answered", legend=True
    )
    painted = colours(view)
    for place, channel in enumerate(painted):
        points = [row for row in rows if row["channel"] == channel]
        if points:
            figure.add_scatter(
                x=[1, *(max(row["seconds"], 1) for row in points)],
                y=[0.0, *(row["share"] for row in points)],
                name=escape(channel),
                mode="lines",
                line={
                    "shape": "hv",
                    "color": painted[channel],
                    "width": 2.5,
                    "dash": _DASHES[place % len(_DASHES)],
                },
                hovertext=[
                    "",
                    *(
                        f"{escape(channel)}: {share(row['share'])} are answered within {duration(row['seconds'])}"
                        for row in points
                    ),
                ],
                hoverinfo="text",
            )
    axes.response_curve(figure, [row["seconds"] for row in rows], view.targets)
    return figure


def hand_offs(rows: Sequence[Row]) -> Chart:
    """Draw what happened after the replies that moved a customer elsewhere, by channel and kind."""
    figure = look.figure(height=120 + 36 * len(rows), x="replies", y="", legend=True)
    upwards = list(reversed(rows))
    names = [way(row) for row in upwards]
    for after in happened(rows):
        column, name, (colour, pattern) = _column(after), channels_words.AFTER[after], _AFTER[after]
        figure.add_bar(
            orientation="h",
            x=[row[column] for row in upwards],
            y=names,
            name=name,
            marker={"color": colour, "pattern": {"shape": pattern, "fillmode": "overlay"}},
            hovertext=[
                f"{told}<br>{channels_words.outcome(row, name, column)}"
                for told, row in zip(names, upwards, strict=True)
            ],
            hoverinfo="text",
        )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(axes.counts(row["n"] for row in rows))
    figure.update_yaxes(showgrid=False, type="category")
    return figure


def happened(rows: Sequence[Row]) -> list[str]:
    """Return what happened after hand-offs, in the order in which `hand_offs` draws it."""
    return [after for after in _AFTER if any(row[_column(after)] for row in rows)]


def _column(after: str) -> str:
    return after.replace(" ", "_")


def way(row: Mapping[str, object]) -> str:
    """Return what the bar of a channel and kind of hand-off is called."""
    return f"{escape(str(row['channel']))} → {row['kind']}"
