"""First reply: how long people wait for the first answer."""

import streamlit as st

from ui import behind, empty, figures, filters, heat, lines, tables, words

empty.stop_without_data()
view = filters.show("account", "channel", "period", "target", "clock")
whole = view.one("first_reply")
empty.stop_without_waits(whole["n"])

st.title(words.first_reply(whole), anchor=False, help=words.definition("first_reply"))
st.caption(f"{words.first_source(whole)} · {words.source(view)}")
with st.grid(3, min_column_width=180):
    figures.hit_rates(view, view.span)
    figures.mean(whole)

step = view.span.step
rows = view.rows("first_reply", step)
st.header(f"By {step}", anchor=False)
tables.chart(
    lines.trend(rows, view.filling(step, max(view.targets), "first"), step, view),
    f"Time to first reply in each {step}: {words.first_reply(whole)}",
    "first_reply",
    rows,
    by=(step,),
    behind=behind.Behind.steps(view, step, waits="first"),
)

st.header("How many are answered by when", anchor=False)
rows = view.rows("curve_drawn")
tables.chart(
    lines.curve(rows, view),
    f"Share answered by the time since the customer wrote: {words.first_reply(whole)}",
    "curve_drawn",
    rows,
    behind=behind.Behind(behind.address(view, waits="first")),
)

st.header("When the week is quick, and when it is slow", anchor=False)
measure = st.segmented_control(
    "Show",
    ["hit_rate", "first_reply"],
    default="hit_rate",
    required=True,
    format_func={
        "hit_rate": f"Answered {words.within(view.choice.target)}",
        "first_reply": "Half are answered within",
    }.get,
    label_visibility="collapsed",
)
rows = view.rows(measure, "weekday", "hour_of_day")
tables.chart(
    heat.week(rows, measure, view),
    "First replies for each hour of the week",
    measure,
    rows,
    by=("weekday", "hour_of_day"),
)
