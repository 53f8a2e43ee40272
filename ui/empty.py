"""What a page says when there is nothing to show, and what to do about it."""

from collections.abc import Callable

import streamlit as st

from ui import promise, reads, words
from ui.owner import keeper
from ui.view import View

LOOK_SECONDS = 2


def stop_without_data() -> None:
    """Lead to the Data page, and end this page, while nothing is loaded at all, or the sample is being made."""
    if keeper().preparing:
        st.title("The sample is being prepared", anchor=False)
        st.write(
            "Northlight’s last three months are made and loaded. That takes about half a minute, once; then this page opens."
        )
        _open_when(lambda: not keeper().preparing)
        st.stop()
    if reads.known():
        return
    st.title("There is no data yet", anchor=False)
    if (lake := reads.lake()) is not None:
        st.write(words.of_lake(lake))
        st.stop()
    st.write(
        "Load an export of your conversations, and this page shows how long people wait for an answer."
    )
    if st.button("Load an export", type="primary", icon=":material/upload:"):
        st.switch_page("../pages/data.py")
    st.stop()


def stop_without_database() -> None:
    """Say that there is no banner here, and end this page, where the figures come from a lake."""
    if reads.lake() is None:
        return
    st.title("The banners are renewed elsewhere", anchor=False)
    st.write(promise.ELSEWHERE)
    st.stop()


def stop_until_told(told: Callable[[], bool]) -> None:
    """Say that the public figures are being worked out, and end this page, until they are."""
    if told():
        return
    st.title("The public figures are being worked out", anchor=False)
    st.write(
        "That takes some seconds after a start, or after the first load; then this page opens."
    )
    _open_when(told)
    st.stop()


@st.fragment(run_every=LOOK_SECONDS)
def _open_when(ready: Callable[[], bool]) -> None:
    if ready():
        st.rerun()


def stop_without_waits(n: int, view: View, what: str = "a reply") -> None:
    """Say that nobody waited for `what` in the chosen period, and who wrote all the same, and end this page."""
    if n:
        return
    said = view.one("load")
    if said["messages_in"]:
        st.title(f"Nobody waited for {what} in this period", anchor=False)
    elif said["replies_out"]:
        sent = words.counted(said["replies_out"], "reply", "replies")
        st.title(f"{sent} in this period, and nobody who wrote", anchor=False)
        st.write(
            "If customers did write, what they wrote is in another file: this one holds one side only."
        )
    else:
        st.title("Nobody wrote in this period", anchor=False)
    st.write(_elsewhere(view))
    st.stop()


def _elsewhere(view: View) -> str:
    longer = (
        "a longer period, another account, or"
        if view.choice.period != "all"
        else "another account or"
    )
    return f"Choose {longer} another channel above."


def stop_without_replies(some: bool, view: View) -> None:
    """Say that nobody replied in the chosen period, and end this page."""
    if some:
        return
    st.title("Nobody replied in this period", anchor=False)
    st.write(f"{_elsewhere(view)} Who waits is on the page Now.")
    st.stop()
