"""Conversations: every wait behind a figure, and its thread with the clock beside the messages."""

import streamlit as st

from ui import empty, filters, narrow, reads, waits, waits_words, words

empty.stop_without_data()
view = filters.show("account", "channel", "period", "target", "clock")
listing, ignored = narrow.asked(view)
found = reads.waits_counted(listing)

st.title(waits_words.headline(found, listing), anchor=False)
st.caption(f"{waits_words.source(found, view.choice.target)} · {words.source(view)}")
if found["n"]:
    st.caption("Choose a row to read the thread, with what the clock read at each message.")
else:
    st.write("Choose a longer period, or take something out of the row below.")
narrow.show(listing, ignored, view)
waits.show(listing, found["n"], view)
