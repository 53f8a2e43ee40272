"""Axes that people can read: waits on a log scale with human ticks, periods in the reader's words."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from math import inf, log10
from typing import Any, Final, Literal

from babel.dates import format_skeleton

from sla.durations import DAY, HOUR, MINUTE
from sla.measures import Key
from ui import look, reader, words
from ui.chart import Chart

_TICKS: Final = (
    1, 10, MINUTE, 10 * MINUTE, HOUR, 2 * HOUR, 8 * HOUR, DAY, 3 * DAY, 7 * DAY, 28 * DAY, 365 * DAY, 3650 * DAY,
)  # fmt: skip
# The shortest and longest wait that an axis shows at least, in seconds.
_AT_LEAST: Final = (MINUTE, 2 * HOUR)
_TARGET: Final = {"color": look.TARGET, "width": 1.5, "dash": "dot"}
# What the name of a line takes of a chart's height.
_ROOM: Final = 0.07
# What the name of a tick takes of a chart's width on a phone.
_WIDTH: Final = 0.08
Side = Literal["above", "below"]
_STEP: Final = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=31),
}


def waits(values: Iterable[int | None], targets: Sequence[int]) -> dict[str, Any]:
    """Return a log axis that holds these waits and targets, all in seconds, with ticks that people say."""
    there = [max(value, 1) for value in (*values, *targets, *_AT_LEAST) if value is not None]
    low, high = min(there), max(there)
    ticks = [tick for tick in _TICKS if low / 2 <= tick <= high * 2]
    return {
        "type": "log",
        "range": [log10(low / 1.3), log10(high * 1.3)],
        "tickvals": ticks,
        "ticktext": [reader.duration(tick) for tick in ticks],
    }


def response_curve(figure: Chart, seconds: Iterable[int | None], targets: Sequence[int]) -> None:
    """Give a chart the axes of a response curve, and mark the targets; `seconds` are those of its points."""
    for target in targets:
        _mark_target(figure, target, beyond=target == max(targets))
    figure.update_xaxes(waits_across(seconds, targets))
    figure.update_yaxes(range=[0, 1.08], **shares())


def waits_across(values: Iterable[int | None], targets: Sequence[int]) -> dict[str, Any]:
    """Return an axis of `waits` from left to right: of two ticks too near for both names on a phone, the longer has none."""
    axis = waits(values, targets)
    low, high = axis["range"]
    named, texts = -inf, []
    for tick, text in zip(axis["tickvals"], axis["ticktext"], strict=True):
        free = log10(tick) - named >= _WIDTH * (high - low)
        named = log10(tick) if free else named
        texts.append(text if free else "")
    return axis | {"ticktext": texts}


def counts(values: Iterable[int | None]) -> dict[str, Any]:
    """Return an axis of counts from zero, without fractions."""
    few = max((value for value in values if value is not None), default=0) <= 5
    return {"rangemode": "tozero", "tickformat": ",d"} | ({"dtick": 1} if few else {})


def shares() -> dict[str, Any]:
    """Return the ticks of an axis of shares."""
    ticks = [0, 0.25, 0.5, 0.75, 1]
    return {"tickvals": ticks, "ticktext": [reader.share(tick) for tick in ticks]}


def periods(values: Sequence[date | datetime], step: Key) -> dict[str, Any]:
    """Return an axis of periods, with no more tick labels than a phone can show, and none over another."""
    every: list[Any] = list(values)
    ticks = every[:1]
    for value in every[1:]:
        if (value - ticks[-1]) * 4 >= every[-1] - every[0]:
            ticks.append(value)
    return {
        "type": "date",
        "tickvals": ticks,
        "ticktext": [_short(tick, step) for tick in ticks],
        "tickangle": 0,
    }


def _short(value: date | datetime, step: Key) -> str:
    if step == "hour" and isinstance(value, datetime):
        return reader.hour_of_day(value.hour)
    return format_skeleton("yMMM" if step == "month" else "MMMd", value, locale=reader.locale())


def with_gaps(rows: Sequence[dict[str, Any]], step: Key) -> list[dict[str, Any]]:
    """Return the rows with an empty one where periods are missing, so that no line leaps over them."""
    told: list[dict[str, Any]] = []
    for row in rows:
        if told and row[step] - told[-1][step] > _STEP[step]:
            told.append(dict.fromkeys(row) | {step: told[-1][step] + _STEP[step]})
        told.append(row)
    return told


def mark_targets(figure: Chart, targets: Sequence[int], span: Sequence[float]) -> None:
    """Draw a line across the chart at each target, and name it; `span` is the range of the axis, of waits, upwards."""
    for target, side in zip(targets, sides(targets, span), strict=True):
        figure.add_hline(y=target, line=_TARGET)
        if side:
            figure.add_annotation(
                x=1, xref="paper", xanchor="right", y=log10(target), yref="y",
                yanchor="bottom" if side == "above" else "top", text=_target(target), showarrow=False, font={"size": 12},
            )  # fmt: skip


def sides(targets: Sequence[int], span: Sequence[float]) -> list[Side | None]:
    """Return on which side of its line each target is named, from the lowest on, so that no name lies on another line.

    None: the lines on both sides are near, and it has no name.
    """
    room = _ROOM * (span[1] - span[0])
    at = [-inf, *(log10(target) for target in targets), inf]
    found: list[Side | None] = []
    for before, own, after in zip(at, at[1:], at[2:], strict=False):
        # The name of the line before may stand in between as well.
        free = own - before >= 2 * room
        found.append("above" if after - own >= room else "below" if free else None)
    return found


def _mark_target(figure: Chart, target: int, *, beyond: bool) -> None:
    """Draw a line upright at a target; its name stands before it, or `beyond` it where another line is near."""
    figure.add_vline(x=target, line=_TARGET)
    figure.add_annotation(
        x=log10(target), y=1, yref="paper", yanchor="top", text=_target(target), textangle=-90,
        xanchor="left" if beyond else "right", xshift=4 if beyond else -4, showarrow=False, font={"size": 12},
    )  # fmt: skip


def _target(seconds: int) -> str:
    return f"target {words.limit(seconds)}"
