"""Definitions: what each figure means, with the number of this data as the example."""

import streamlit as st

from ui import empty, filters, meaning_words, meanings, words

empty.stop_without_data()
view = filters.show("account", "channel", "period", "target", "clock")
whole = view.one("hit_rate")

st.title(meaning_words.headline(whole, view.choice.target), anchor=False)
st.markdown(meaning_words.explained(whole, view.choice.target))
st.caption(words.source(view))

st.header("Each figure", anchor=False)
meanings.figures(view)

st.header("The words", anchor=False)
meanings.sections(view)
