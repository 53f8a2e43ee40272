"""Banner: what the public sees of each account, the notice, what to paste, the track record."""

import streamlit as st

from ui import banner_words, banners, empty, filters, promise, words

empty.stop_without_data()
empty.stop_without_database()
view = filters.show("account")
empty.stop_until_told(lambda: bool(promise.of(view)))
told = promise.of(view)

st.title(words.plain(banner_words.headline(told)), anchor=False)
st.caption(f"{banner_words.why_no_figure(told)} {words.capital(words.as_of(view))}".strip())
st.header("What the public sees", anchor=False)
banners.show(view)

st.header("Track record", anchor=False)
banners.track_record(view)
