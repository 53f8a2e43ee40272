"""Charts in plain dictionaries: the same as Plotly's own class makes of the same words."""

import json

import plotly.graph_objects as go
import pytest

from ui import look
from ui.chart import Chart


def as_plotly(figure: go.Figure) -> dict:
    return json.loads(figure.to_json())


def built(made) -> None:
    """Put one of everything into a chart of ours or of Plotly's."""
    made.add_scatter(
        x=[1, 2], y=[3, None], name="a", fill=None, line={"color": "#000000", "dash": None}
    )
    made.add_bar(x=[1], y=[2], marker={"pattern": {"shape": "/"}})
    made.add_heatmap(z=[[1, None], [2, 3]])
    made.add_hline(y=0.5, line={"width": 1}, layer="below")
    made.add_vline(x=3600, line={"width": 2})
    made.add_shape(type="rect", x0=0, x1=1, y0=0, y1=1, yref="paper")
    made.add_annotation(x=1, y=1, text="here", showarrow=False)
    made.update_xaxes(type="log", range=[0, 1])
    made.update_yaxes({"tickvals": [0, 1]}, title={"text": "waits"})
    made.update_yaxes(tickvals=None, nticks=6)
    made.update_layout(barmode="stack", legend={"traceorder": "reversed"})


def test_a_chart_is_what_plotly_makes_of_the_same_words():
    layout = {"height": 300, "legend": {"orientation": "h"}, "yaxis": {"title": {"standoff": 8}}}
    ours, theirs = Chart(layout), go.Figure(layout=layout)
    built(ours)
    built(theirs)
    made = as_plotly(ours.figure())
    expected = as_plotly(theirs)
    # Plotly puts its own template into a figure that names none.
    made["layout"].pop("template", None)
    expected["layout"].pop("template")
    # Room for the words along the axes is ours.
    made["layout"].pop("margin")
    for axis in ("xaxis", "yaxis"):
        made["layout"][axis].pop("automargin")
    assert made == expected


def test_a_chart_leaves_what_it_was_given_as_it_was():
    axis = {"ticks": "", "title": {"text": "x"}}
    chart = Chart({"xaxis": axis})
    chart.update_xaxes(title={"text": "y"}, ticks=None)
    assert axis == {"ticks": "", "title": {"text": "x"}}
    assert chart.layout == {"xaxis": {"title": {"text": "y"}}}


def test_the_house_look_is_one_that_plotly_knows():
    go.Figure(layout=look.figure(height=100, x="hour", y="waits").layout)


def test_the_tests_of_pages_have_every_chart_looked_at():
    from tests import page_data  # noqa: F401 - it puts the look in place

    chart = Chart({"bar_mode": "stack"})
    with pytest.raises(ValueError, match="bar_mode"):
        chart.figure()
