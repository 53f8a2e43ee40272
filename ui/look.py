"""How charts look: one colour language and one Plotly template, for light and dark alike.

Colours are Okabe and Ito's, which colour-blind readers can tell apart; they stand on both themes.
Text, grid and background follow the theme by themselves.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import plotly.graph_objects as go
import plotly.io as pio
import streamlit as st

from sla.measures import Row
from ui import reader
from ui.chart import Chart

# The colour language: how soon an answer came, or that it is still to come.
WITHIN_FIRST: Final = "#009E73"
WITHIN_SECOND: Final = "#56B4E9"
LATER: Final = "#E69F00"
STILL_OPEN: Final = "#999999"
# Whether an answer came at all.
ANSWERED: Final = "#0072B2"
GIVEN_UP: Final = "#D55E00"

# What is usual, or was before, beside what is.
USUAL: Final = "#CC79A7"

# A mark that nobody sees, so that a line can be clicked: at any of its points, of which few are put on the page.
UNSEEN: Final[dict[str, Any]] = {
    "size": 14,
    "color": "rgba(0,0,0,0)",
    "line": {"width": 0},
    "maxdisplayed": 12,
}

# A bar with words in it must say how it looks once it is chosen: without that Plotly fails at the click.
CHOSEN: Final[dict[str, Any]] = {"marker": {"opacity": 1}}

# Channels, side by side: none of the colours above; each bears white text and is seen on both themes.
CHANNELS: Final = ("#6F5FD0", "#7F7216", "#B03F96", "#2A7F66", "#B5525E", "#557690")

# Neither quick nor slow.
BETWEEN: Final = "rgba(128,128,128,0.18)"

# Lines that must be seen on both themes.
GRID: Final = "rgba(128,128,128,0.18)"
TARGET: Final = "rgba(128,128,128,0.95)"
# What is still filling, or rests on few cases. A point of few is small: a pale one is not seen on a dark page.
HATCHED: Final = "/"
MUTED: Final = 0.35
FEW: Final = 10
_POINT, _POINT_OF_FEW = 9, 6
# More bars than this tell a reader nothing; the table has all.
BARS: Final = 12

_TITLE: Final[dict[str, Any]] = {"font": {"size": 12}, "standoff": 8}
_AXIS: Final[dict[str, Any]] = {
    "fixedrange": True,
    "showgrid": False,
    "zeroline": False,
    "ticks": "",
    "tickfont": {"size": 12},
}

_HOUSE: Final = go.layout.Template(
    layout={
        "dragmode": False,
        "hovermode": "closest",
        "bargap": 0.18,
        "xaxis": _AXIS,
        "yaxis": _AXIS | {"showgrid": True, "gridcolor": GRID},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
)

# No toolbar until the pointer is over the chart, and then only what people look for there.
CONFIG: Final = {
    "displaylogo": False,
    "displayModeBar": "hover",
    "modeBarButtons": [["toImage"]],
    "toImageButtonOptions": {"format": "png", "scale": 2},
    "scrollZoom": False,
    "doubleClick": False,
}


def config(name: str) -> dict[str, Any]:
    """Return the configuration of a chart whose picture is to be called `name`."""
    return CONFIG | {"toImageButtonOptions": {"format": "png", "scale": 2, "filename": name}}


def _paper() -> str:
    """Return the page's own background, so that the picture of a chart can be read wherever it is put."""
    return _of_theme("backgroundColor") or "rgba(0,0,0,0)"


def _of_theme(colour: str) -> str | None:
    """Return a colour of the theme that the reader has, None where it is not known."""
    theme = st.context.theme.type
    found = st.get_option(f"theme.{theme}.{colour}") if theme else None
    return None if found is None else str(found)


def pale(colour: str, alpha: float = 0.3) -> str:
    """Return a colour for a large area: the theme shows through."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def points(rows: Sequence[Row]) -> dict[str, Any]:
    """Return how points look: those of few cases are small."""
    return {
        "size": [_POINT if (row["n"] or 0) >= FEW else _POINT_OF_FEW for row in rows],
        # Points of several sizes let through what is below them, and have a line around them, unless told. This one is seen
        # where a point is open, in the point's own colour.
        "opacity": 1,
        "line": {"width": 1.5, "color": "rgba(0,0,0,0)"},
    }


def ink() -> str | None:
    """Return the colour of what is there to be read: that along the axes is paler. None where the theme is not known."""
    return _of_theme("textColor")


def bars(colour: str, rows: Sequence[Row]) -> dict[str, Any]:
    """Return how bars look: those of few cases are pale, with a line around them.

    Pale is a colour of its own: Plotly chooses that of the words in a bar by it, and heeds no opacity.
    """
    few = [row["n"] < FEW for row in rows]
    return {
        "color": [_faded(colour) if each else colour for each in few],
        "line": {"color": colour, "width": [1.5 if each else 0 for each in few]},
    }


def _faded(colour: str) -> str:
    """Return what a colour looks like on the page when it covers little."""
    paper = _paper()
    under = paper if paper.startswith("#") else "#FFFFFF"
    mixed = (
        round(MUTED * int(colour[at : at + 2], 16) + (1 - MUTED) * int(under[at : at + 2], 16))
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{each:02X}" for each in mixed)


@cache
def _template() -> dict[str, Any]:
    """Return Streamlit's look with the house's on top, merged once."""
    merged: dict[str, Any] = pio.templates.merge_templates("streamlit", _HOUSE).to_plotly_json()
    return merged


def figure(*, height: int, x: str, y: str, legend: bool = False) -> Chart:
    """Return an empty figure in the house's look; `x` and `y` name the axes with their units."""
    return Chart(
        layout={
            "template": _template(),
            "paper_bgcolor": _paper(),
            "height": height,
            "margin": {"l": 8, "r": 24, "t": 48 if legend else 16, "b": 8},
            "showlegend": legend,
            "separators": reader.separators(),
            "legend": {
                "orientation": "h",
                "x": 0,
                "y": 1.02,
                "xanchor": "left",
                "yanchor": "bottom",
                "itemclick": False,
                "itemdoubleclick": False,
                "traceorder": "normal",
                "font": {"size": 12},
            },
            "xaxis": _AXIS | {"title": _TITLE | {"text": x}},
            "yaxis": _AXIS | {"title": _TITLE | {"text": y}, "showgrid": True, "gridcolor": GRID},
        }
    )


def name_panel(made: Chart, name: str, top: float) -> None:
    """Write the name of a panel above it; `top` is where it ends, from the bottom of the chart, 0, to its top, 1."""
    made.add_annotation(
        x=0, xref="paper", xanchor="left", y=top, yref="paper", yanchor="bottom",
        text=f"<b>{name}</b>", showarrow=False, font={"size": 12},
    )  # fmt: skip
