"""Response rate: how many get an answer at all, however late."""

import streamlit as st

from ui import bars, behind, empty, figures, filters, reads, references, tables, words

empty.stop_without_data()
view = filters.show("account", "channel", "period")
horizon = reads.settings().horizon_seconds
lines = reads.settings().reference
step = view.span.step
view.ahead("response_rate", step)
view.filling_ahead(step, horizon, "all")
whole = view.one("response_rate")
empty.stop_without_waits(whole["n"], view)

st.title(words.response_rate(whole), anchor=False, help=words.definition("response_rate"))
st.caption(f"{words.response_source(whole, horizon)} · {words.source(view)}")

rows = view.rows("response_rate", step)
filling = view.filling(step, horizon, "all")
st.header(f"By {step}", anchor=False)
tables.chart(
    bars.outcomes(rows, filling, step, view),
    f"Waits answered, given up and undecided in each {step}; {words.response_rate(whole)}",
    "response_rate",
    rows,
    by=(step,),
    behind=behind.Behind.steps(view, step, outcomes=("answered", "given_up", "undecided")),
    first=True,
)

st.header("Beside what others publish" if lines else f"Response rate by {step}", anchor=False)
tables.chart(
    references.over_time(rows, filling, step, view, lines),
    f"Response rate in each {step} among published ones; {words.response_rate(whole)}",
    "response_rate",
    rows,
    by=(step,),
    behind=behind.Behind.steps(view, step),
    key="published",
)
references.sources(lines)

for key, title in view.groups():
    rows = view.rows("response_rate", key)
    st.header(title, anchor=False)
    tables.chart(
        bars.rates(figures.largest(rows), key, lines),
        f"Response rate {title.lower()}",
        "response_rate",
        rows,
        by=(key,),
        behind=behind.Behind.bars(view, key, rows),
    )
