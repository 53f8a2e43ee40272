"""The first chart of a page goes to the browser alone: one that gets all of them together shows none before it drew each."""

import time
from typing import Final

import streamlit as st

# In seconds, how long the rest of a page is held back. A first visit has to read Plotly, too, before it draws anything.
HELD_BACK: Final = 0.15
AT_FIRST: Final = 0.4

_KEY = "drew_a_chart"


def drawn() -> None:
    """Give the browser the time to draw what was handed over."""
    time.sleep(HELD_BACK if _KEY in st.session_state else AT_FIRST)
    st.session_state[_KEY] = True
