"""A chart as it is being made: plain dictionaries in Plotly's own words, which become a figure at the end.

A `go.Figure` looks at each value as it is set, which takes ten times as long as all else that makes a chart;
here nothing is looked at, and the tests hand every chart of every page to Plotly to do so.
"""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from ui.margins import fit

Part = dict[str, Any]


class Chart:
    """Traces and a layout; None stands for nothing, and takes out of the layout what stood there."""

    def __init__(self, layout: Mapping[str, Any]) -> None:
        """Begin with no trace; the layout is copied."""
        self.data: list[Part] = []
        self.layout: Part = {}
        self.update_layout(layout)

    def add_scatter(self, **trace: Any) -> None:
        """Add lines or marks."""
        self._add("scatter", trace)

    def add_bar(self, **trace: Any) -> None:
        """Add bars."""
        self._add("bar", trace)

    def add_heatmap(self, **trace: Any) -> None:
        """Add a map of colours."""
        self._add("heatmap", trace)

    def add_annotation(self, **annotation: Any) -> None:
        """Write something into the chart."""
        self.layout.setdefault("annotations", []).append(_without_none(annotation))

    def add_shape(self, **shape: Any) -> None:
        """Draw a line or an area behind the traces or over them."""
        self.layout.setdefault("shapes", []).append(_without_none(shape))

    def add_hline(self, y: float, **shape: Any) -> None:
        """Draw a line all across the chart; `y` is in the units of its axis."""
        self.add_shape(type="line", x0=0, x1=1, xref="x domain", y0=y, y1=y, yref="y", **shape)

    def add_vline(self, x: float, **shape: Any) -> None:
        """Draw a line from the bottom to the top of the chart; `x` is in the units of its axis."""
        self.add_shape(type="line", x0=x, x1=x, xref="x", y0=0, y1=1, yref="y domain", **shape)

    def update_layout(self, changes: Mapping[str, Any] | None = None, **named: Any) -> None:
        """Change what is named of the layout, and leave the rest as it is."""
        _update(self.layout, {**(changes or {}), **named})

    def update_xaxes(self, changes: Mapping[str, Any] | None = None, **named: Any) -> None:
        """Change what is named of the first axis across."""
        self.update_layout(xaxis={**(changes or {}), **named})

    def update_yaxes(self, changes: Mapping[str, Any] | None = None, **named: Any) -> None:
        """Change what is named of the first axis upwards."""
        self.update_layout(yaxis={**(changes or {}), **named})

    def figure(self) -> go.Figure:
        """Return the chart as Plotly and Streamlit know it, with room for its words, and without having it looked at."""
        return go.Figure({"data": self.data, "layout": self.fitted()}, _validate=False)

    def fitted(self) -> Part:
        """Return the layout with room for the words along the axes."""
        layout = _without_none(self.layout)
        fit(layout, self.data)
        return layout

    def _add(self, kind: str, trace: Mapping[str, Any]) -> None:
        self.data.append(_without_none({"type": kind, **trace}))


def _update(part: Part, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        if value is None:
            part.pop(name, None)
        elif isinstance(value, Mapping):
            own = part.setdefault(name, {})
            _update(own, value)
        else:
            part[name] = value


def _without_none(part: Mapping[str, Any]) -> Part:
    made: Part = {}
    _update(made, part)
    return made
