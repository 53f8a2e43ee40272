"""The days that went wrong in parts: their list, the one that the address names, its hours, the waits behind it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

import streamlit as st

from sla.measures import Row
from sla.periods import Span
from ui import behind, reader, reads, tables, words
from ui import wrong_words as told
from ui.behind import Address, Point
from ui.view import View, title

_DAY, _OF, _LIST = "day", "of", "wrong_list"
# A story goes on until the backlog has cleared, but no longer than this.
_LONGEST: Final = timedelta(days=3)
_COLOURS: Final = {"surge": "violet", "backlog": "orange", "silence": "red"}


def chosen(rows: Sequence[Row]) -> Row:
    """Return the day that the address names, else the latest; the latest stands first."""
    asked = (st.query_params.get(_DAY), st.query_params.get(_OF))
    return next((row for row in rows if (str(row["day"]), row["account"]) == asked), rows[0])


def show_list(rows: Sequence[Row], view: View) -> None:
    """Show the days; a click on one writes it into the address."""
    several = len(view.accounts) > 1

    def choose() -> None:
        picked = st.session_state[_LIST]["selection"]["rows"]
        if picked and picked[0] < len(rows):
            st.query_params.update(
                {_DAY: str(rows[picked[0]]["day"]), _OF: rows[picked[0]]["account"]}
            )

    shown = [
        {
            "Day": row["day"],
            **({"Account": title(row["account"])} if several else {}),
            "What": told.kinds(row),
            "Messages in": row["messages_in"],
            "Usual": row["usual_in"],
            "Most waiting": row["highest"],
            "Longest silence": row["silent_seconds"],
            "Cleared": told.cleared(row),
        }
        for row in rows
    ]
    st.dataframe(
        tables.frame(shown, {"Day": _named, "Longest silence": reader.duration}),
        hide_index=True,
        placeholder=reader.NOTHING,
        height="content" if len(rows) <= 8 else 316,
        alt="The days that went wrong; choose a row to read its story",
        key=_LIST,
        on_select=choose,
        selection_mode="single-row",
        column_config={
            "What": st.column_config.MultiselectColumn(
                options=list(_COLOURS), color=list(_COLOURS.values())
            ),
            **{
                name: st.column_config.NumberColumn(format="localized")
                for name in ("Messages in", "Usual", "Most waiting")
            },
        },
    )
    tables.download("wrong_days.csv", tables.as_csv("wrong_days", rows), "csv wrong_days")


def _named(day: date) -> str:
    return reader.step(day, "day")


def lead_on(view: View) -> None:
    """Say whether there are such days outside the chosen period, and lead to them."""
    earlier = reads.rows("wrong_days", view.question())
    st.markdown(words.plain(told.before(earlier)))
    if earlier and st.button("Show all time", icon=":material/history:"):
        st.query_params["period"] = "all"
        st.rerun()


def hours(row: Row, view: View) -> list[Row]:
    """Return the hours of a day's story: the whole day, and on until the backlog had cleared."""
    since = datetime.combine(row["day"], time())
    until = since + timedelta(days=1)
    if row["cleared_at"] is not None:
        cleared = row["cleared_at"].astimezone(told.zone(row)).replace(tzinfo=None)
        until = min(max(until, cleared + timedelta(hours=2)), since + _LONGEST)
    question = view.question(span=Span(since, until, "hour"))
    return reads.rows("hour_by_hour", replace(question, account=row["account"]))


def address(row: Row, view: View) -> Address:
    """Return the address of the waits that began on a day."""
    return _address(row, view, row["day"])


def of_hour(row: Row, view: View) -> Callable[[Point], Address | None]:
    """Return what gives the address of the waits that began in the hour that was clicked."""

    def found(point: Point) -> Address | None:
        try:
            at = datetime.fromisoformat(str(point.get("x", "")))
        except ValueError:
            return None
        return _address(row, view, at.date(), (at.hour, at.hour))

    return found


def _address(row: Row, view: View, day: date, of_day: tuple[int, int] | None = None) -> Address:
    return behind.address(view, account=row["account"], days=(day, day), hours=of_day)
