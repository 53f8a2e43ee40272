"""Room for the words along the axes, told from the words themselves.

Plotly can find it too (`automargin`): it draws a chart, measures the words, and draws it again, which takes a browser half as
long once more. Names and words that stand aslant are left to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

# In pixels, of words of 12 pixels: a letter's width on the safe side, a line's height, and what keeps words apart.
_LETTER: Final = 7
_LINE: Final = 18
_GAP: Final = 8


def fit(layout: dict[str, Any], data: Sequence[Mapping[str, Any]]) -> None:
    """Set the margins so that the words along the axes have their room; what the margins were is kept free beside them."""
    margin = dict(layout.get("margin", {}))
    left = [
        _titled(axis, _LETTER * _longest(axis, _heights(data, name)))
        for name, axis in _axes(layout, "yaxis")
        if not _left_to_plotly(axis)
    ]
    below = [
        _titled(axis, _LINE * _lines(axis))
        for _, axis in _axes(layout, "xaxis")
        if not _left_to_plotly(axis)
    ]
    margin["l"] = margin.get("l", 0) + max(left, default=0)
    margin["b"] = margin.get("b", 0) + max(below, default=0)
    layout["margin"] = margin


def _axes(layout: Mapping[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, axis in layout.items():
        if name.startswith(kind):
            yield name, axis


def _left_to_plotly(axis: dict[str, Any]) -> bool:
    """Return whether Plotly has to measure the words, and tell it so."""
    measured = axis.get("type") == "category" or axis.get("tickangle", 0) != 0
    axis["automargin"] = measured
    return measured


def _titled(axis: Mapping[str, Any], labels: int) -> int:
    """Return the room of an axis whose labels take so much."""
    return labels + _GAP + (_LINE + _GAP if axis.get("title", {}).get("text") else 0)


def _lines(axis: Mapping[str, Any]) -> int:
    """Return how many lines the label with most of them has."""
    return 1 + max((str(text).count("<br>") for text in axis.get("ticktext", ())), default=0)


def _longest(axis: Mapping[str, Any], heights: Sequence[float]) -> int:
    """Return the letters of the longest label: as told, or else of the greatest number there is."""
    if axis.get("ticktext"):
        return max(len(str(text)) for text in axis["ticktext"])
    if str(axis.get("tickformat", "")).endswith("%"):
        return len("100%")
    return len(f"{max(heights, default=0):,.0f}") + 1


def _heights(data: Sequence[Mapping[str, Any]], axis: str) -> list[float]:
    """Return the greatest value of each trace on an axis, and their sum, as bars may stand on one another."""
    name = axis.replace("axis", "")
    tops = [
        max((value for value in trace.get("y", ()) if isinstance(value, int | float)), default=0)
        for trace in data
        if trace.get("yaxis", "y") == name
    ]
    return [*tops, sum(tops)]
