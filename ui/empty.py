"""What a page says when there is nothing to show, and what to do about it."""

from collections.abc import Callable

import streamlit as st

from ui import promise, reads, words
from ui.owner import keeper

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


def stop_without_waits(n: int) -> None:
    """Say that nobody wrote in the chosen period, and end this page."""
    if n:
        return
    st.title("Nobody wrote in this period", anchor=False)
    st.write("Choose a longer period, another account, or another channel above.")
    st.stop()


def stop_without_replies(some: bool) -> None:
    """Say that nobody replied in the chosen period, and end this page."""
    if some:
        return
    st.title("Nobody replied in this period", anchor=False)
    st.write(
        "Choose a longer period, another account, or another channel above. Who waits is on the page Now."
    )
    st.stop()
