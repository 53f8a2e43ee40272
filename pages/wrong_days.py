"""Days that went wrong: surges, backlogs and silences found in the data, each as a story on one screen."""

import streamlit as st

from ui import behind, course, empty, filters, tables, words, wrong, wrong_words

empty.stop_without_data()
view = filters.show("account", "channel", "period")
found = view.rows("wrong_days")

st.title(wrong_words.headline(found), anchor=False, help=words.definition("wrong_days"))
st.caption(wrong_words.MEANING)
st.caption(words.source(view))
if not found:
    wrong.lead_on(view)
    st.stop()

chosen = wrong.chosen(found)
listed = st.container()
# Asked for first: a browser draws it while the rest is worked out.
st.header(words.plain(wrong_words.name(chosen, view)), anchor=False)
st.markdown(words.plain(wrong_words.story(chosen)))
rows = wrong.hours(chosen, view)
tables.chart(
    course.day(rows, chosen),
    f"Messages, waiting people and replies hour by hour. {wrong_words.story(chosen)}",
    "hour_by_hour",
    rows,
    behind=behind.Behind(wrong.address(chosen, view), wrong.of_hour(chosen, view)),
    first=True,
)
with listed:
    wrong.show_list(found, view)
