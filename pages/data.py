"""Data: load exports; what is loaded, how fresh it is, which problems there were."""

import streamlit as st

from ui import reads, restated, stock, upload, words

stored = reads.stored()
fresh = reads.freshness()
st.title(words.holds(stored.messages, stored.accounts, fresh), anchor=False)
if lake := reads.lake():
    st.info(words.of_lake(lake), icon=":material/database:")
else:
    st.caption(words.loading())
    stock.taken_back()
    upload.show()
    with st.expander("What can be loaded, and how without this page", icon=":material/terminal:"):
        stock.formats()
        stock.other_ways()

if stored.messages:
    st.header("How fresh it is", anchor=False)
    stock.freshness()

    st.header("What is in no figure", anchor=False)
    stock.left_out()

if stored.messages and not lake:
    st.header("Figures that a changed setting made different", anchor=False)
    restated.show()

    st.header("Rows that could not be read", anchor=False)
    stock.problems()

if reads.loads():
    st.header("Files loaded so far", anchor=False)
    stock.loads()
