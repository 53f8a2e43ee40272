"""The course of a day that went wrong: messages, waiting people and replies, hour by hour, beside what is usual."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from babel.dates import format_skeleton

from sla.measures import Row
from ui import look, reader, wrong_words
from ui.chart import Chart
from ui.reader import number

# Each panel: what it counts, what is usual, its title, its colour, and where it stands, from the bottom of the chart to its top.
_PANELS: Final = (
    ("messages_in", "usual_in", "messages in an hour", look.STILL_OPEN, (0.7, 0.95)),
    ("highest", "usual_highest", "waiting at most", look.LATER, (0.35, 0.6)),
    ("replies_out", "usual_out", "replies in an hour", look.ANSWERED, (0.0, 0.25)),
)
_HOUR: Final = timedelta(hours=1)


def day(rows: Sequence[Row], row: Row) -> Chart:
    """Draw the hours of a day's story in three panels above each other; what is usual is a dotted line."""
    zone = reader.zone_name(wrong_words.zone(row).key)
    figure = look.figure(height=560, x=f"hour ({zone})", y="", legend=True)
    for place, (column, usual, name, colour, domain) in enumerate(_PANELS, 1):
        _panel(figure, rows, (column, usual, name, colour), place, domain)
    _chasers(figure, rows)
    _silence(figure, row)
    _cleared(figure, rows, row)
    figure.update_layout(barmode="overlay", bargap=0.12, margin={"t": 56})
    hours = [each["hour"] for each in rows]
    figure.update_xaxes(_hours(hours) | {"anchor": "y3"})
    return figure


def _panel(
    figure: Chart,
    rows: Sequence[Row],
    told: tuple[str, str, str, str],
    place: int,
    domain: tuple[float, float],
) -> None:
    column, usual, name, colour = told
    axis = "y" if place == 1 else f"y{place}"
    middle = [_middle(row["hour"]) for row in rows]
    figure.add_bar(
        x=middle,
        y=[row[column] for row in rows],
        name=name,
        yaxis=axis,
        showlegend=False,
        marker={"color": colour},
        customdata=[row["hour"].isoformat() for row in rows],
        hovertext=[_hover(row, column, usual, name) for row in rows],
        hoverinfo="text",
    )
    figure.add_scatter(
        x=middle,
        y=[row[usual] for row in rows],
        name="usual at that hour of the week",
        yaxis=axis,
        mode="lines",
        showlegend=place == 1,
        line={"shape": "hvh", "color": look.TARGET, "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
    )
    figure.update_layout(
        {
            f"yaxis{'' if place == 1 else place}": {
                "domain": domain,
                "anchor": "x",
                "rangemode": "tozero",
                "fixedrange": True,
                "showgrid": True,
                "gridcolor": look.GRID,
                "zeroline": False,
                "nticks": 4,
                "tickfont": {"size": 12},
            }
        }
    )
    look.name_panel(figure, name, domain[1])


def _middle(hour: datetime) -> datetime:
    return hour + _HOUR / 2


def _hover(row: Row, column: str, usual: str, name: str) -> str:
    told = f"{reader.step(row['hour'], 'hour')}<br>{number(row[column])} {name}, usual {number(row[usual])}"
    if column == "messages_in":
        return f"{told}<br>{number(row['chasers'])} of them from people who waited already"
    return told


def _chasers(figure: Chart, rows: Sequence[Row]) -> None:
    """Draw which of the messages came from people who waited already, within the bars of all of them."""
    figure.add_bar(
        x=[_middle(row["hour"]) for row in rows],
        y=[row["chasers"] for row in rows],
        name="of these from people who waited already",
        marker={"color": look.GIVEN_UP, "pattern": {"shape": ".", "fillmode": "overlay"}},
        hoverinfo="skip",
    )


def _silence(figure: Chart, row: Row) -> None:
    if row["silent_from"] is None:
        return
    since, until = (_local(row[f"silent_{end}"], row) for end in ("from", "until"))
    figure.add_shape(
        type="rect", x0=since, x1=until, y0=0, y1=_PANELS[0][4][1], yref="paper",
        fillcolor=look.pale(look.GIVEN_UP, 0.2), line={"width": 0}, layer="below",
    )  # fmt: skip
    figure.add_annotation(
        x=since + (until - since) / 2, xanchor="center", y=_PANELS[2][4][1], yref="paper", yanchor="bottom",
        text=f"no reply for {reader.duration(row['silent_seconds'])}",
        showarrow=False, font={"size": 12},
    )  # fmt: skip


def _cleared(figure: Chart, rows: Sequence[Row], row: Row) -> None:
    if row["cleared_at"] is None or _local(row["cleared_at"], row) > rows[-1]["hour"] + _HOUR:
        return
    at, domain = _local(row["cleared_at"], row), _PANELS[1][4]
    # Late in the chart there is no room to the right.
    late = at > rows[len(rows) // 2]["hour"]
    figure.add_shape(
        type="line", x0=at, x1=at, y0=domain[0], y1=domain[1], yref="paper",
        line={"color": look.WITHIN_FIRST, "width": 2},
    )  # fmt: skip
    figure.add_annotation(
        x=at, xanchor="right" if late else "left", xshift=8 if late else -8,
        y=domain[1], yref="paper", yanchor="bottom",
        text=f"cleared {reader.clock_time(row['cleared_at'], wrong_words.zone(row))}", showarrow=False, font={"size": 12},
    )  # fmt: skip


def _local(at: datetime, row: Row) -> datetime:
    """Return an instant by the clock on the wall."""
    return at.astimezone(wrong_words.zone(row)).replace(tzinfo=None)


def _hours(hours: Sequence[datetime]) -> dict[str, Any]:
    """Return an axis of hours, that names the day where one begins."""
    every = 6 if len(hours) <= 30 else 12
    ticks = [hour for hour in hours if hour.hour % every == 0]
    return {
        "type": "date",
        "range": [hours[0], hours[-1] + _HOUR],
        "tickvals": ticks,
        "ticktext": [_tick(tick) for tick in ticks],
        "tickangle": 0,
    }


def _tick(hour: datetime) -> str:
    if hour.hour:
        return reader.hour_of_day(hour.hour)
    return f"{reader.hour_of_day(0)}<br>{format_skeleton('MMMEd', hour, locale=reader.locale())}"
