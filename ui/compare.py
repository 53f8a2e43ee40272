"""Before and after: a period beside the one before it, or the time before and after a day that the reader marks."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import streamlit as st

from sla import periods
from sla.measures import Row
from sla.periods import Span
from ui import behind, lengths, reader, reads, replies_words, tables, words
from ui.replies_words import Kind
from ui.view import View

# The day in the address, and the control that writes it there.
_NAME: Final = "event"
_KEY: Final = "compare_event"
_SIDES: Final = ("before", "after")


def show(view: View, kind: Kind) -> None:
    """Show both sides' hit rates and response curves, with what can be told of the difference."""
    event = _ask(view)
    settle = max(view.targets)
    found = periods.before_and_after(view.span, event, view.first_at, view.as_of, view.zone, settle)
    if found is None:
        st.markdown(replies_words.nothing_to_compare(event))
        return
    spans = dict(zip(_SIDES, found, strict=True))
    named = replies_words.sides(event)
    curves = {side: _rows("curve_drawn", view, span, kind) for side, span in spans.items()}
    told = _told(view, spans, curves, kind)
    st.markdown(f"**{words.capital(told)}**")
    st.caption(replies_words.left_out(settle))
    _figures(view, spans, named, kind)
    tables.chart(
        lengths.two_curves(curves, named, view),
        f"Share answered by the time since the customer wrote, {named['before']} and {named['after']}: {told}",
        "curve_drawn",
        [row | {"side": side} for side, rows in curves.items() for row in rows],
        by=("side",),
        behind=_behind(view, spans, kind),
    )


def _ask(view: View) -> date | None:
    """Let the reader mark a day; it lives in the address."""
    asked = st.query_params.get(_NAME)
    event = _day(asked)
    if asked and event is None:
        shown = f"{asked[:60]}…" if len(asked) > 60 else asked
        st.warning(
            words.plain(f'"{shown}" is no day; expected one such as {view.as_of:%Y-%m-%d}.')
            + " The address is read without it.",
            icon=":material/link_off:",
        )
    st.session_state[_KEY] = event

    def put() -> None:
        chosen = st.session_state[_KEY]
        if chosen is None:
            st.query_params.pop(_NAME, None)
        else:
            st.query_params[_NAME] = chosen.isoformat()

    st.date_input(
        "Mark a day when something changed",
        key=_KEY,
        on_change=put,
        format="YYYY-MM-DD",
        min_value=date.min,
        max_value=date.max,
        width=260,
        help="A new shift plan, a new tool, an outage. Without a day, the period is compared with the one before it.",
    )
    return event


def _day(asked: str | None) -> date | None:
    try:
        return datetime.strptime(asked, "%Y-%m-%d").date() if asked else None  # noqa: DTZ007 - a day
    except ValueError:
        return None


def _told(view: View, spans: dict[str, Span], curves: dict[str, list[Row]], kind: Kind) -> str:
    target = view.choice.target
    rates = {side: _rows("hit_rate", view, span, kind, target)[0] for side, span in spans.items()}
    before, after = (_at(curves[side], target) for side in _SIDES)
    chance = replies_words.by_chance(before, after, target)
    changed = replies_words.changed(rates, target)
    return changed if replies_words.is_as_before(rates) else f"{changed}. {chance}"


def _at(points: Sequence[Row], seconds: int) -> Row | None:
    """Return the last point of a curve up to a time, None before the first."""
    reached = [row for row in points if row["seconds"] <= seconds]
    return reached[-1] if reached else None


def _figures(view: View, spans: dict[str, Span], named: dict[str, str], kind: Kind) -> None:
    """Show a row for each side: how many, the hit rate against each target, and the times."""
    shown = []
    for side, span in spans.items():
        whole = _rows("first_reply", view, span, kind)[0]
        row = {
            "": words.capital(named[side]),
            "Waits": reader.number(whole["n"]),
        }
        for target in view.targets:
            rate = _rows("hit_rate", view, span, kind, target)[0]
            row[words.capital(words.within(target))] = reader.share(rate["hit_rate"])
        row["Half are answered within"] = words.quantile(whole, "median_seconds")
        row["9 of 10 within"] = words.quantile(whole, "p90_seconds")
        shown.append(row)
    st.table(shown, border="horizontal", hide_index=True, alt="The two sides in figures")


def _behind(view: View, spans: dict[str, Span], kind: Kind) -> behind.Behind:
    """Return the waits behind the two curves: a click leads to those of its side."""
    days = {side: periods.days_of(span, view.zone) for side, span in spans.items()}
    found = {side: behind.address(view, days=days[side], waits=kind) for side in _SIDES}
    # Each side is drawn as the two ends of its band, then its curve.
    traces = {place: found[side] for place, side in ((2, "before"), (5, "after"))}
    return behind.Behind.named(found["after"], traces, {})


def _rows(name: str, view: View, span: Span, kind: Kind, target: int | None = None) -> list[Row]:
    return reads.rows(name, view.question(span=span, target=target, waits=kind))
