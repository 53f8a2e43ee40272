"""The queue of the day: how many wait at the end of each hour, what is usual then, and when it clears at this pace."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import streamlit as st

from sla.measures import Question, Row
from ui import axes, figures, look, now_words, reader, reads, tables, words
from ui.behind import Address, Behind, Point, address
from ui.chart import Chart
from ui.view import View

_HOUR: Final = timedelta(hours=1)


def clears(view: View) -> None:
    """Show the share about to miss each target, and when nobody waits any more at this pace."""
    with st.grid(3, min_column_width=150):
        for target in view.targets:
            row = reads.one("about_to_miss", view.question(target=target))
            figures.figure(
                f"about to miss {words.limit(target)}",
                reader.share(row["share"]),
                now_words.about_to_miss(row),
                words.definition("about_to_miss"),
            )
        row = reads.one("pace", view.question())
        figures.figure(
            "the backlog clears",
            now_words.clears(row),
            now_words.pace(row),
            words.definition("pace"),
        )


def ahead(view: View) -> None:
    """Have asked what `over_day` wants to know."""
    reads.ahead(("queue", _of_the_day(view)), ("pace", view.question()))


def _of_the_day(view: View) -> Question:
    day = view.whole_day
    assert day.since is not None
    # The first minute is the end of the last hour of the day before.
    return view.question(span=replace(day, since=day.since - _HOUR))


def over_day(view: View) -> None:
    """Show the queue over the day in which *as of* lies, from its first minute on."""
    rows = reads.rows("queue", _of_the_day(view))
    pace = reads.one("pace", view.question())
    told = now_words.queue(pace)
    st.markdown(told, help=words.definition("queue"))
    tables.chart(
        drawn(rows, pace, view),
        f"How many people wait at the end of each hour of the day. {told}",
        "queue",
        rows,
        behind=behind(rows, view),
        first=True,
    )


def drawn(rows: Sequence[Row], pace: Row, view: View) -> Chart:
    """Draw how many wait, beside what is usual, and where the queue goes on to at the pace of the last hour."""
    figure = look.figure(
        height=250, x=f"time of the day ({view.local_time})", y="people waiting", legend=True
    )
    known = [row for row in rows if row["waiting"] is not None]
    usual = [row for row in rows if row["usual_waiting"] is not None]
    figure.add_scatter(
        x=[_at(row, view) for row in known],
        y=[row["waiting"] for row in known],
        name="waiting",
        mode="lines+markers",
        # Only the last one is seen: it is how many wait now.
        marker={
            "size": [*(14 for _ in known[1:]), 9],
            "color": [*("rgba(0,0,0,0)" for _ in known[1:]), look.LATER],
            "line": {"width": 0},
        },
        line={"color": look.LATER, "width": 2.5},
        fill="tozeroy",
        fillcolor=look.pale(look.LATER, 0.25),
        hovertext=[now_words.queued(row, _at(row, view)) for row in known],
        hoverinfo="text",
    )
    if usual:
        figure.add_scatter(
            x=[_end(row) for row in usual],
            y=[row["usual_waiting"] for row in usual],
            name="usual",
            mode="lines",
            line={"color": look.USUAL, "width": 2},
            hoverinfo="skip",
        )
    ends_at = _clears(figure, pace, view)
    begin = view.whole_day.since
    assert begin is not None
    # Four in a day: on a phone more of them touch, as "12:00 AM" does.
    hours = [begin + _HOUR * each for each in range(0, 25, 6)]
    figure.update_xaxes(
        type="date",
        range=[begin, begin + _HOUR * 24],
        tickvals=hours,
        ticktext=[reader.hour_of_day(hour.hour) for hour in hours],
        tickangle=0,
    )
    counts = [row[name] for row in rows for name in ("waiting", "usual_waiting")]
    figure.update_yaxes(axes.counts(counts))
    figure.update_layout(showlegend=bool(usual) or ends_at)
    return figure


def _clears(figure: Chart, pace: Row, view: View) -> bool:
    """Draw the way to an empty queue; return whether there is one."""
    if not pace["waiting"] or pace["clears_seconds"] is None:
        return False
    now = view.as_of.astimezone(view.zone).replace(tzinfo=None)
    figure.add_scatter(
        x=[now, now + timedelta(seconds=pace["clears_seconds"])],
        y=[pace["waiting"], 0],
        name="at this pace",
        mode="lines",
        line={"color": look.LATER, "width": 2, "dash": "dot"},
        hovertext=[now_words.queue(pace)] * 2,
        hoverinfo="text",
    )
    return True


def _end(row: Row) -> datetime:
    end: datetime = row["hour"] + _HOUR
    return end


def _at(row: Row, view: View) -> datetime:
    """Return the instant that a row tells of, by the clock on the wall: the hour's end, or *as of* while it fills."""
    if row["filling"]:
        return view.as_of.astimezone(view.zone).replace(tzinfo=None)
    return _end(row)


def behind(rows: Sequence[Row], view: View) -> Behind:
    """Return who waits now, for whom the last point stands, too; each earlier point stands for who waited then."""
    queue = address(view, outcome="undecided") | {"period": "all"}
    filling = [_at(row, view) for row in rows if row["filling"]]
    ends = {_end(row) for row in rows if row["waiting"] is not None and not row["filling"]}

    def of_point(point: Point) -> Address | None:
        try:
            at = datetime.fromisoformat(str(point.get("x", "")))
        except ValueError:
            return None
        if point.get("curve_number") != 0:
            return None
        if at in ends:
            return address(view, waited=at) | {"period": "all"}
        near = any(abs(at - each) < timedelta(minutes=1) for each in filling)
        return queue if near else None

    return Behind(queue, of_point)
