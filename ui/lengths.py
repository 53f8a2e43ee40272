"""Charts of how long waits took: their distribution, hit rates over time, and in and out of opening hours."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sla.measures import Key, Row
from ui import axes, bars, look, reader, replies_words, words
from ui.chart import Chart
from ui.reader import number, share
from ui.view import View


def colour(up_to: int | None, view: View) -> str:
    """Return the colour of what took no longer than so many seconds; None is no end."""
    for limit, painted in zip(view.limits, (look.WITHIN_FIRST, look.WITHIN_SECOND), strict=False):
        if up_to is not None and up_to <= limit:
            return painted
    return look.LATER


def distribution(rows: Sequence[Row], view: View) -> Chart:
    """Draw how many waits took how long; what is still open stands on top, by its age so far."""
    figure = look.figure(height=360, x="how long the wait took", y="waits", legend=True)
    names = [replies_words.band(row) for row in rows]
    painted = [colour(row["up_to_seconds"], view) for row in rows]
    limits = dict(
        zip((look.WITHIN_FIRST, look.WITHIN_SECOND), map(words.within, view.limits), strict=False)
    )
    for each in dict.fromkeys(painted):
        shown = [
            row["answered"] if own == each else None for row, own in zip(rows, painted, strict=True)
        ]
        _lengths(figure, names, rows, shown, limits.get(each, "later"), each)
    for name, column, each, pattern in (
        ("still open, so far", "open", look.STILL_OPEN, look.HATCHED),
        ("closed unanswered", "closed", look.GIVEN_UP, ""),
    ):
        if any(row[column] for row in rows):
            _lengths(figure, names, rows, [row[column] for row in rows], name, each, pattern)
    figure.update_layout(barmode="stack", bargap=0.08)
    figure.update_xaxes(type="category", tickangle=-45, categoryorder="array", categoryarray=names)
    figure.update_yaxes(axes.counts(row["n"] for row in rows))
    return figure


def _lengths(
    figure: Chart,
    names: Sequence[str],
    rows: Sequence[Row],
    shown: Sequence[int | None],
    name: str,
    painted: str,
    pattern: str = "",
) -> None:
    """Add the bars of what ended in one way, one for each band of length."""
    figure.add_bar(
        x=names,
        y=shown,
        name=name,
        marker={
            "color": painted,
            "pattern": {"shape": pattern, "fillmode": "overlay", "size": 6, "solidity": 0.3},
        },
        hovertext=[
            f"{replies_words.took(row)}: {number(n)} {'' if pattern or name.startswith('closed') else 'answered '}{name}"
            f"<br>{number(row['n'])} waits of this length, {share(row['share'])} of all"
            for row, n in zip(rows, shown, strict=True)
        ],
        hoverinfo="text",
    )


def hit_rates(
    by_target: Mapping[int, Sequence[Row]],
    filling: Mapping[int, Mapping[date | datetime, bool]],
    step: Key,
    view: View,
) -> Chart:
    """Draw the hit rate in each period against each target, with its worst and best case as a bar."""
    figure = look.figure(
        height=300,
        x=f"{step} in which the customer wrote ({view.local_time})",
        y="hit rate",
        legend=True,
    )
    for target, rows in by_target.items():
        _cases(figure, rows, step, colour(target, view))
    for fills in (False, True):
        for target, rows in by_target.items():
            _rates(figure, rows, step, target, view, filling[target], fills=fills)
    shown = next(iter(by_target.values()), [])
    figure.update_xaxes(axes.periods([row[step] for row in shown], step))
    figure.update_yaxes(range=[0, 1.04], **axes.shares())
    return figure


def _rates(
    figure: Chart,
    rows: Sequence[Row],
    step: Key,
    target: int,
    view: View,
    filling: Mapping[date | datetime, bool],
    *,
    fills: bool,
) -> None:
    """Add the hit rate of the periods that are full, as a line, or of those that still fill, as marks alone."""
    told = axes.with_gaps(rows, step)
    symbol = "circle" if target == min(view.targets) else "diamond"
    figure.add_scatter(
        x=[row[step] for row in told],
        y=[row["hit_rate"] if bool(filling.get(row[step])) is fills else None for row in told],
        name=words.within(target),
        showlegend=not fills,
        mode="markers" if fills else "lines+markers",
        cliponaxis=False,
        line={"color": colour(target, view), "width": 2},
        marker={
            **look.points(told),
            "color": colour(target, view),
            "symbol": f"{symbol}-open" if fills else symbol,
        },
        hovertext=[replies_words.hit(row, step, target, fills=fills) for row in told],
        hoverinfo="text",
    )


def _cases(figure: Chart, rows: Sequence[Row], step: Key, painted: str) -> None:
    """Draw from the worst to the best case of each period; where nothing is undecided both are the hit rate."""
    open_ended = [row for row in rows if row["undecided"]]
    figure.add_scatter(
        x=[at for row in open_ended for at in (row[step], row[step], None)],
        y=[case for row in open_ended for case in (row["worst"], row["best"], None)],
        mode="lines",
        line={"color": look.pale(painted, 0.45), "width": 9},
        showlegend=False,
        hoverinfo="skip",
    )


def in_and_out(by_target: Mapping[int, Sequence[Row]], view: View) -> Chart:
    """Draw the hit rate of those who wrote in and out of opening hours against each target, as bars from zero."""
    figure = look.figure(height=90 + 56 * len(by_target), x="hit rate", y="", legend=True)
    for target, rows in reversed(list(by_target.items())):
        upwards = list(reversed(rows))
        figure.add_bar(
            **bars.lying(upwards, "hit_rate", colour(target, view)),
            y=[replies_words.OPENING[row["opening"]] for row in upwards],
            name=words.within(target),
            hovertext=[
                f"{replies_words.OPENING[row['opening']]}, {words.within(target)}: {share(row['hit_rate'])}"
                f"<br>{words.hit_source(row)}"
                for row in upwards
            ],
            hoverinfo="text",
        )
    figure.update_layout(barmode="group", legend={"traceorder": "reversed"})
    figure.update_xaxes(range=[0, 1], **axes.shares())
    figure.update_yaxes(showgrid=False, type="category")
    return figure


def two_curves(curves: Mapping[str, Sequence[Row]], named: Mapping[str, str], view: View) -> Chart:
    """Draw the response curves of two spans, each with its 95 % band; the earlier one is dashed."""
    figure = look.figure(
        height=360, x="time since the customer wrote (log scale)", y="answered", legend=True
    )
    looks = {"before": (look.USUAL, "dash"), "after": (look.ANSWERED, "solid")}
    for which, points in curves.items():
        painted, dash = looks[which]
        xs = [max(row["seconds"], 1) for row in points]
        for column, fill in (("low", None), ("high", "tonexty")):
            figure.add_scatter(
                x=xs,
                y=[row[column] for row in points],
                mode="lines",
                line={"shape": "hv", "width": 0, "color": painted},
                fill=fill,
                fillcolor=look.pale(painted, 0.18),
                showlegend=False,
                hoverinfo="skip",
            )
        figure.add_scatter(
            x=xs,
            y=[row["share"] for row in points],
            name=named[which],
            mode="lines+markers",
            marker=look.UNSEEN,
            line={"shape": "hv", "color": painted, "width": 2.5, "dash": dash},
            hovertext=[
                f"{named[which]}: {share(row['share'])} answered within {reader.duration(row['seconds'])}"
                for row in points
            ],
            hoverinfo="text",
        )
    axes.response_curve(
        figure, [row["seconds"] for c in curves.values() for row in c], view.targets
    )
    return figure
