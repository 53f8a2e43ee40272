"""The way from a figure to the waits behind it: the address of their list, a link, a click into a chart."""

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol, Self

import streamlit as st

from sla import periods
from sla.lists import Outcome, Verdict
from sla.measures import Key, Row, Waits
from ui import choice as choices
from ui import look, reads
from ui.bars import name
from ui.chart import Chart
from ui.view import View

PAGE: Final = "../pages/conversations.py"
Address = dict[str, str]
# What a chart says of the point that was clicked: its coordinates and its trace.
Point = Mapping[str, Any]


def address(
    view: View,
    *,
    account: str | None = None,
    channel: str | None = None,
    days: tuple[date, date] | None = None,
    weekdays: tuple[int, int] | None = None,
    hours: tuple[int, int] | None = None,
    target: int | None = None,
    verdict: Verdict | None = None,
    outcome: Outcome | None = None,
    waits: Waits | None = None,
    agent: str | None = None,
    team: str | None = None,
    opening: bool | None = None,
    took: tuple[int, int | None] | None = None,
    waited: datetime | None = None,
) -> Address:
    """Return the address of the list of waits: the view's own filters, and what narrows them down.

    `days`, `weekdays` (0 = Monday) and `hours` (of the day) are first and last, in the account's zone; `target`
    is in seconds, `took` as in a `Listing`. The list is of all waits, unless `waits` says first or next.
    """
    chosen = view.choice
    own = account or chosen.account
    seconds = target or chosen.target
    usual = reads.settings().targets_of(own)[0]
    period = f"{days[0]}..{days[1]}" if days else chosen.period
    found = {
        "account": own,
        "channel": channel or chosen.channel,
        "period": None if period == choices.DEFAULT_PERIOD else period,
        "target": None if seconds == usual else str(seconds),
        "clock": None if chosen.clock == "calendar" else chosen.clock,
        "weekday": _span(weekdays),
        "hour": _span(hours),
        "verdict": verdict,
        "outcome": outcome,
        "waits": None if waits == "all" else waits,
        "agent": agent,
        "team": team,
        "opening": None if opening is None else "in" if opening else "out",
        "waited": None if waited is None else waited.isoformat(timespec="minutes"),
        "took": None if took is None else f"{took[0]}-{'' if took[1] is None else took[1]}",
    }
    return {name: value for name, value in found.items() if value is not None}


def _span(bounds: tuple[int, int] | None) -> str | None:
    if bounds is None:
        return None
    return str(bounds[0]) if bounds[0] == bounds[1] else f"{bounds[0]}-{bounds[1]}"


class Leads(Protocol):
    """Whatever shows a chart, and leads from it to what is behind it."""

    def chart(self, figure: Chart, alt: str, key: str) -> None:
        """Show the figure and the way on; `key` is "chart", the measure, and what else tells it from others."""


@dataclass(frozen=True)
class Behind:
    """The waits behind a chart, and those behind one point of it (None: a point that stands for none)."""

    whole: Address
    of_point: Callable[[Point], Address | None] | None = None

    @classmethod
    def steps(
        cls,
        view: View,
        step: Key,
        waits: Waits | None = None,
        outcomes: Sequence[Outcome] = (),
        targets: Sequence[int] = (),
    ) -> Self:
        """Return the waits behind a chart over time; `outcomes` or `targets` are what its traces stand for, in order."""

        def of_point(point: Point) -> Address | None:
            found = _step(view, step, str(point.get("x", "")))
            if found is None:
                return None
            days, hours = found
            trace = point.get("curve_number", len(outcomes) + len(targets))
            outcome = outcomes[trace] if trace < len(outcomes) else None
            target = targets[trace] if trace < len(targets) else None
            return address(
                view, days=days, hours=hours, waits=waits, outcome=outcome, target=target
            )

        return cls(address(view, waits=waits), of_point)

    @classmethod
    def bars(cls, view: View, key: Key, rows: Sequence[Row]) -> Self:
        """Return the waits behind a chart with a bar for each account or channel."""
        named = {name(row, key): str(row[key]) for row in rows}

        def of_point(point: Point) -> Address | None:
            chosen = named.get(str(point.get("y", "")))
            if chosen is None:
                return None
            return address(view, **{key: chosen})  # type: ignore[arg-type]

        return cls(address(view), of_point)

    @classmethod
    def week(cls, view: View, waits: Waits | None = None) -> Self:
        """Return the waits behind a map of the hours of the week: hours go across, weekdays down."""

        def of_point(point: Point) -> Address | None:
            hour, weekday = point.get("x"), point.get("y")
            if not isinstance(hour, int) or not isinstance(weekday, int):
                return None
            return address(view, weekdays=(weekday, weekday), hours=(hour, hour), waits=waits)

        return cls(address(view, waits=waits), of_point)

    @classmethod
    def hours_of_day(cls, view: View) -> Self:
        """Return the waits behind a chart of the hours of the day in which *as of* lies."""
        local = view.as_of.astimezone(view.zone).date()

        def of_point(point: Point) -> Address | None:
            hour = point.get("x")
            if not isinstance(hour, int) or hour not in range(24):
                return None
            return address(view, days=(local, local), hours=(hour, hour))

        return cls(address(view, days=(local, local)), of_point)

    @classmethod
    def named(
        cls, whole: Address, of_trace: Mapping[int, Address], of_x: Mapping[str, Address]
    ) -> Self:
        """Return the waits behind a chart whose traces, or whose places along x, stand for lists of their own.

        Where both are known, the point stands for what they say together. Bars that lie on their side have
        their places along y.
        """

        def of_point(point: Point) -> Address | None:
            place = of_x.get(str(point.get("x", "")), of_x.get(str(point.get("y", "")), {}))
            trace = of_trace.get(point.get("curve_number", -1), {})
            return {**whole, **place, **trace} if place or trace else None

        return cls(whole, of_point)

    def chart(self, figure: Chart, alt: str, key: str) -> None:
        """Show the figure; a click leads to the waits behind the point, the link below it to all of them.

        `key` is "chart", the measure, and what else tells it from others.
        """
        config = look.config(key.split()[1])
        if self.of_point is None:
            st.plotly_chart(figure.figure(), config=config, alt=alt)
        else:
            picked = st.plotly_chart(
                figure.figure(),
                config=config,
                alt=alt,
                key=key,
                on_select="rerun",
                selection_mode="points",
            )
            for point in picked["selection"]["points"]:
                if (found := self.of_point(point)) is not None:
                    st.switch_page(PAGE, query_params=found)
        link(self.whole)


def link(found: Address, label: str = "The waits behind this") -> None:
    """Show the link to a list of waits."""
    st.page_link(PAGE, label=label, icon=":material/arrow_forward:", query_params=found)


def _step(
    view: View, step: Key, value: str
) -> tuple[tuple[date, date], tuple[int, int] | None] | None:
    """Return the first and last day of a step, and its hour, within the chosen period; None where it is none."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    first = at.date()
    lengths = {"week": 7, "month": monthrange(first.year, first.month)[1]}
    last = first + timedelta(days=lengths.get(step, 1) - 1)
    since, until = periods.days(view.choice.period, view.first_at, view.as_of, view.zone)
    hours = (at.hour, at.hour) if step == "hour" else None
    return (max(first, since), max(min(last, until), since)), hours
