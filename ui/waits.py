"""The list of waits: a page of it, the way through its pages, its CSV, and the thread of the one that is chosen."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import streamlit as st

from sla import lists
from sla.lists import Listing
from sla.measures import Row
from ui import behind, narrow, reader, reads, tables, why, words
from ui import waits_words as told
from ui.view import View

PER_PAGE: Final = 25
_WAIT, _LIST, _SEEN = "wait", "waits_list", "waits_listing"
_TEXT: Final = 160
_COLUMNS: Final = ("waited", "answer", "text", "wrote", "where", "agent", "chasers", "kind")


def show(listing: Listing, n: int, view: View) -> None:
    """Show the page of the list that the address names; a row that is chosen opens its thread."""
    place = _page(listing, n)
    rows = reads.waits(listing, PER_PAGE, (place - 1) * PER_PAGE)
    _table(rows, view)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if n > PER_PAGE:
            _pages(place, n)
        _download(listing)
    if asked := st.query_params.get(_WAIT):
        _drawer(asked)


def _page(listing: Listing, n: int) -> int:
    """Return the number of the page: the address's, the first one when the list has become another."""
    seen = st.session_state.get(_SEEN)
    if seen is not None and seen != listing:
        st.query_params.pop(narrow.PAGE, None)
    st.session_state[_SEEN] = listing
    asked = st.query_params.get(narrow.PAGE, "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    return min(max(number, 1), _last(n))


def _last(n: int) -> int:
    return max(1, -(-n // PER_PAGE))


def _pages(place: int, n: int) -> None:
    key = f"waits_page_{place}"

    def turn() -> None:
        chosen = st.session_state[key]
        st.query_params.pop(narrow.PAGE, None)
        if chosen > 1:
            st.query_params[narrow.PAGE] = str(chosen)

    st.pagination(_last(n), default=place, key=key, on_change=turn)


def _table(rows: Sequence[Row], view: View) -> None:
    # A table that is named anew forgets which row was chosen, once the thread was closed.
    key = f"{_LIST}_{st.session_state.get(_LIST, 0)}"

    def choose() -> None:
        chosen = st.session_state[key]["selection"]["rows"]
        if chosen and chosen[0] < len(rows):
            st.query_params[_WAIT] = rows[chosen[0]]["wait_id"]

    colours = _colours(view)
    st.dataframe(
        tables.frame(
            [_told(row, view) for row in rows],
            {"waited": reader.duration, "chasers": reader.number},
            list(_COLUMNS),
        ),
        hide_index=True,
        placeholder=reader.NOTHING,
        height="content",
        alt="The waits, one in each row; choose a row to read its thread",
        key=key,
        on_select=choose,
        selection_mode="single-row",
        column_config={
            "waited": st.column_config.NumberColumn(
                "Waited",
                width=140,
                help="How long until the reply, or until as of while nobody has replied.",
            ),
            "answer": st.column_config.MultiselectColumn(
                "Answer", options=list(colours), color=list(colours.values()), width="small"
            ),
            "text": st.column_config.TextColumn("Message that began it", width="large"),
            "wrote": st.column_config.TextColumn("Written", help="In the account’s time zone."),
            "where": "Where",
            "agent": "Reply by",
            "chasers": st.column_config.NumberColumn(
                "Chasers", help="How often the customer wrote again while waiting."
            ),
            "kind": st.column_config.TextColumn(
                "Wait", help="The first of its conversation, or a next one."
            ),
        },
    )


def _told(row: Row, view: View) -> dict[str, Any]:
    return {
        "waited": row["elapsed_seconds"],
        "answer": [told.answer(row, view.limits)],
        "text": " ".join((row["text"] or "").split())[:_TEXT],
        "wrote": reader.moment(row["started_at"], ZoneInfo(row["time_zone"]), view.as_of),
        "where": view.place(row["account"], row["channel"]),
        "agent": row["agent"] or "",
        "chasers": row["chasers"] or None,
        "kind": row["kind"],
    }


def _colours(view: View) -> dict[str, str]:
    """Return the theme's colour for each answer: as the marks in other tables, which text can be read on."""
    within = [words.within(seconds) for seconds in view.limits]
    return dict(zip(within, ("green", "blue"), strict=False)) | {
        "later": "orange",
        "still open": "gray",
        "given up": "red",
        "closed unanswered": "red",
        "time unknown": "gray",
    }


def _download(listing: Listing) -> None:
    """Show the button that writes the whole list as CSV, straight from the database."""

    def data() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "waits.csv"
            lists.write_csv(reads.store(), listing, path)
            return path.read_bytes()

    st.download_button(
        "Download all as CSV",
        data,
        file_name="waits.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key="csv waits",
    )


def _close() -> None:
    st.query_params.pop(_WAIT, None)
    st.session_state[_LIST] = st.session_state.get(_LIST, 0) + 1


@st.dialog("The thread, and the clock", position="right", width=860, on_dismiss=_close)
def _drawer(asked: str) -> None:
    found = reads.trace(asked)
    if found:
        wait = found.wait
        behind.link(
            {"account": wait.account, "period": "all", "q": wait.conversation_id},
            "All waits of this conversation",
        )
    why.thread(asked)
