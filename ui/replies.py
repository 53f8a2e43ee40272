"""The pages First reply and Next reply: one builder, told of first waits or of all others."""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from sla.measures import Key, Question, Row
from ui import (
    behind,
    choice,
    compare,
    empty,
    figures,
    filters,
    heat,
    lengths,
    lines,
    look,
    reads,
    replies_words,
    tables,
    words,
)
from ui.replies_words import Kind
from ui.view import View

_MAPPED = {"hit_rate": "Answered", "first_reply": "Half are answered within"}


def show(kind: Kind) -> None:
    """Show the whole page for first waits or for the next ones."""
    empty.stop_without_data()
    view = filters.show("account", "channel", "period", "target", "clock")
    page = Replies(view, kind)
    page.trend_ahead()
    whole = page.rows("first_reply")[0]
    empty.stop_without_waits(whole["n"], view, f"a {replies_words.REPLY[kind]}")
    page.headline(whole)
    rates = st.container()
    # Asked for first: a browser draws it while the rest is worked out.
    page.trend(whole)
    with rates:
        page.rates(whole)
    page.lengths(whole)
    page.hit_rates()
    page.week()
    page.opening()
    st.header("Before and after", anchor=False)
    compare.show(view, kind)


@dataclass(frozen=True)
class Replies:
    """One of the two pages in parts; `kind` says over which waits."""

    view: View
    kind: Kind

    def rows(self, name: str, *by: Key, target: int | None = None) -> list[Row]:
        """Return a measure's rows over the chosen period and these waits."""
        return reads.rows(name, self._question(*by, target=target))

    def _question(self, *by: Key, target: int | None = None) -> Question:
        view = self.view
        return view.question(*by, span=view.span, target=target, waits=self.kind)

    def headline(self, whole: Row) -> None:
        """Say how long it takes."""
        told = replies_words.headline(whole, self.kind)
        meaning = words.definition("first_reply")
        if self.kind == "next":
            meaning = f"{replies_words.NEXT} {meaning}"
        st.title(told, anchor=False, help=meaning)
        source = replies_words.source(whole, self.kind)
        st.caption(f"{source} · {words.source(self.view)}")

    def rates(self, whole: Row) -> None:
        """Show the hit rate against each target with its worst and best case, and the mean."""
        with st.grid(3, min_column_width=150):
            for target in self.view.targets:
                figures.hit_rate(target, self.rows("hit_rate", target=target)[0])
            figures.mean(whole)

    def trend_ahead(self) -> None:
        """Have asked what the trend wants to know."""
        view, step = self.view, self.view.span.step
        reads.ahead(("first_reply", self._question(step)))
        view.filling_ahead(step, max(view.targets), self.kind)

    def trend(self, whole: Row) -> None:
        """Show the median and the p90 of each period against the targets."""
        view, step = self.view, self.view.span.step
        rows = self.rows("first_reply", step)
        reply = replies_words.REPLY[self.kind]
        st.header(f"By {step}", anchor=False)
        tables.chart(
            lines.trend(rows, view.filling(step, max(view.targets), self.kind), step, view, reply),
            f"Time to {reply} in each {step}: {replies_words.headline(whole, self.kind)}",
            "first_reply",
            rows,
            by=(step,),
            behind=behind.Behind.steps(view, step, waits=self.kind),
            first=True,
        )

    def lengths(self, whole: Row) -> None:
        """Show the response curve, and beside it how many waits took how long."""
        left, right = st.columns(2, gap="large")
        with left:
            st.header("How many are answered by when", anchor=False)
            self._curve(whole)
        with right:
            st.header("How long they took", anchor=False)
            self._distribution()

    def _curve(self, whole: Row) -> None:
        rows = self.rows("curve_drawn")
        limits = (0, *self.view.limits)
        told = replies_words.headline(whole, self.kind)
        # The band's two ends are drawn first, then the curve in a stretch for each limit.
        traces = {
            place: behind.address(self.view, waits=self.kind, took=(low, high), outcome="answered")
            for place, (low, high) in enumerate(zip(limits, (*limits[1:], None), strict=True), 2)
        }
        tables.chart(
            lines.curve(rows, self.view),
            f"Share answered by the time since the customer wrote: {told}",
            "curve_drawn",
            rows,
            behind=behind.Behind.named(behind.address(self.view, waits=self.kind), traces, {}),
        )

    def _distribution(self) -> None:
        rows = self.rows("distribution")
        view, kind = self.view, self.kind
        whole = behind.address(view, waits=kind)
        bands = {
            replies_words.band(row): behind.address(
                view, waits=kind, took=(row["above_seconds"], row["up_to_seconds"])
            )
            for row in rows
        }
        tables.chart(
            lengths.distribution(rows, view),
            f"Number of waits by how long they took: {replies_words.fullest(rows)}",
            "distribution",
            rows,
            behind=behind.Behind.named(whole, {}, bands),
        )

    def hit_rates(self) -> None:
        """Show the hit rate of each period against each target."""
        view, step = self.view, self.view.span.step
        by_target = {t: self.rows("hit_rate", step, target=t) for t in view.targets}
        chosen = by_target[view.choice.target]
        targets = tuple(by_target)
        st.header("How many are answered in time", anchor=False)
        st.caption(replies_words.CASES)
        tables.chart(
            lengths.hit_rates(
                by_target, {t: view.filling(step, t, self.kind) for t in targets}, step, view
            ),
            f"Hit rate in each {step}, {words.within(view.choice.target)} and against the other targets",
            "hit_rate",
            chosen,
            by=(step,),
            behind=behind.Behind.steps(view, step, waits=self.kind, targets=targets * 3),
        )

    def week(self) -> None:
        """Show each hour of the week."""
        within = words.within(self.view.choice.target)
        names = _MAPPED | {"hit_rate": f"Answered {within}"}
        st.header("When the week is quick, and when it is slow", anchor=False)
        measure = st.segmented_control(
            "Show",
            list(names),
            default="hit_rate",
            required=True,
            format_func=lambda name: names[name],
            label_visibility="collapsed",
        )
        rows = self.rows(measure, "weekday", "hour_of_day")
        if any(row["n"] < look.FEW for row in rows):
            st.caption(replies_words.SMALL_SQUARES)
        tables.chart(
            heat.week(rows, measure, self.view, partial(replies_words.cell, self.kind)),
            f"{names[measure]}, for each hour of the week",
            measure,
            rows,
            by=("weekday", "hour_of_day"),
            behind=behind.Behind.week(self.view, self.kind),
        )

    def opening(self) -> None:
        """Show in and out of opening hours, where the account keeps some."""
        view = self.view
        if not choice.has_hours(view.choice.account, view.known, reads.settings()):
            return
        by_target = {t: self.rows("in_and_out", target=t) for t in view.targets}
        chosen = by_target[view.choice.target]
        if not chosen:
            return
        told = replies_words.opening(chosen)
        st.header("In and out of opening hours", anchor=False)
        st.markdown(told, help=words.definition("in_and_out"))
        whole = behind.address(view, waits=self.kind)
        sides = {
            said: behind.address(view, waits=self.kind, opening=side == "in")
            for side, said in replies_words.OPENING.items()
        }
        tables.chart(
            lengths.in_and_out(by_target, view),
            f"Hit rate of who wrote in opening hours, and of who wrote outside them: {told}",
            "in_and_out",
            chosen,
            behind=behind.Behind.named(whole, {}, sides),
        )
