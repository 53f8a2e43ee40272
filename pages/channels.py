"""Channels: where customers write, how soon each channel answers, and who is sent elsewhere."""

import streamlit as st

from ui import channels, channels_words, empty, figures, filters, mix, reads, tables, words

empty.stop_without_data()
view = filters.show("account", "channel", "period", "target", "clock")
step = channels.step(view)
channels.ahead(view)
whole = channels.compared(view)
empty.stop_without_waits(len(whole), view)

st.title(words.plain(channels_words.headline(whole)), anchor=False, help=words.definition("mix"))
st.caption(f"{channels_words.source(whole)} · {words.source(view)}")

if len(whole) > 1:
    rows = view.rows("mix", step)
    st.header(f"Where customers write, by {step}", anchor=False)
    tables.chart(
        mix.over_time(rows, step, view),
        f"Share of the waits begun on each channel in each {step}; {channels_words.headline(whole)}",
        "mix",
        rows,
        by=(step,),
        behind=channels.behind_mix(rows, step, view),
        first=True,
    )

st.header("The channels side by side", anchor=False)
rows = channels.side_by_side(view)
channels.table(rows, view)

st.header("How many are answered by when", anchor=False)
rows = view.rows("curve_drawn", "channel")
tables.chart(
    mix.curves(rows, view),
    "Share of first waits answered by the time since the customer wrote, for each channel",
    "curve_drawn",
    rows,
    by=("channel",),
    behind=channels.behind_curves(rows, view),
)

st.header("Sent elsewhere", anchor=False)
rows = view.rows("hand_offs", "channel")
told = channels_words.hand_offs(rows, reads.settings().horizon_seconds)
st.markdown(told, help=words.definition("hand_offs"))
if rows:
    largest = figures.largest(rows)
    tables.chart(
        mix.hand_offs(largest),
        f"What happened after customers were sent elsewhere: {told}",
        "hand_offs",
        rows,
        by=("channel",),
        behind=channels.behind_hand_offs(largest, view),
    )
