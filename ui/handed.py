"""The way from the chart of hand-offs to the replies behind it, one by one, and from each to its thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import streamlit as st

from sla.measures import Row
from ui import channels_words, look, reader, tables, words
from ui.behind import PAGE, Address
from ui.chart import Chart
from ui.view import View, title

# What was asked for last, until its list is shown.
_ASKED: Final = "handed_asked"
_LIST: Final = "handed_list"
# What tells hand-offs apart: the channel and the kind of a bar, the outcome of its part.
Part = Mapping[str, str]


@dataclass(frozen=True)
class HandedOff:
    """The replies behind the chart; `bars` are the channel and kind of each bar by its name, `parts` the outcomes by their trace."""

    view: View
    bars: Mapping[str, Part]
    parts: Sequence[str]

    def chart(self, figure: Chart, alt: str, key: str) -> None:
        """Show the figure; a click lists the replies of that part of a bar, the button below it all of them."""

        def ask() -> None:
            points = st.session_state[key]["selection"]["points"]
            found = [part for point in points if (part := self._part(point)) is not None]
            if found:
                st.session_state[_ASKED] = found[0]

        st.plotly_chart(
            figure.figure(),
            config=look.config(key.split()[1]),
            alt=alt,
            key=key,
            on_select=ask,
            selection_mode="points",
        )
        if st.button("The replies behind this", icon=":material/arrow_forward:", type="tertiary"):
            st.session_state[_ASKED] = {}
        asked = st.session_state.pop(_ASKED, None)
        if asked is not None:
            _drawer(self.view, asked)

    def _part(self, point: Mapping[str, Any]) -> Part | None:
        """Return which hand-offs a point stands for."""
        bar = self.bars.get(str(point.get("y", "")))
        place = point.get("curve_number", len(self.parts))
        if bar is None or place >= len(self.parts):
            return None
        return {**bar, "after_it": self.parts[place]}


@st.dialog("Sent elsewhere, one by one", position="right", width=860)
def _drawer(view: View, part: Part) -> None:
    """List the hand-offs of a part of the chart; a row that is chosen leads to its thread."""
    rows = [
        row
        for row in view.rows("handed_off")
        if all(row[name] == value for name, value in part.items())
    ]
    st.markdown(words.plain(channels_words.one_by_one(rows, part)))
    st.caption(
        f"The latest {channels_words.LISTED} of each kind and outcome. Choose a row to read the thread."
    )
    several = len(view.accounts) > 1
    shown = [
        {
            "Sent": reader.moment(row["sent_at"], ZoneInfo(row["time_zone"]), view.as_of),
            **({"Account": title(row["account"])} if several else {}),
            "From": row["channel"],
            "To": row["kind"],
            "After it": channels_words.AFTER[row["after_it"]],
            "Reply by": row["agent"],
        }
        for row in rows
    ]
    chosen = st.dataframe(
        shown,
        hide_index=True,
        placeholder=reader.NOTHING,
        alt="The replies that sent a customer elsewhere; choose a row to read the thread",
        key=_LIST,
        on_select="rerun",
        selection_mode="single-row",
    )
    tables.download("handed_off.csv", tables.as_csv("handed_off", rows), "csv handed_off")
    for place in chosen["selection"]["rows"]:
        if place < len(rows):
            st.switch_page(PAGE, query_params=thread(rows[place]))


def thread(row: Row) -> Address:
    """Return the address of the thread that a hand-off stands in."""
    found = {"account": row["account"], "period": "all", "q": row["conversation_id"]}
    return found | ({"wait": row["wait_id"]} if row["wait_id"] else {})
