"""Now: who is waiting, what the public is told, and how today goes. It renews itself."""

import streamlit as st

from ui import board, empty, figures, filters, reads, why, words

empty.stop_without_data()
chosen = filters.show("account", "channel", "target", "clock")


@st.fragment(run_every=reads.RENEW_SECONDS)
def now() -> None:
    view = chosen.renewed()
    waiting = {t: reads.one("still_waiting", view.question(target=t)) for t in view.targets}
    whole = waiting[view.choice.target]
    st.title(words.waiting(whole), anchor=False, help=words.definition("waiting_now"))
    board.over_targets(waiting)
    board.alarms(view)
    st.caption(words.waiting_source(whole, view, reads.settings().horizon_seconds))
    board.queue(view)

    st.header("What the public sees", anchor=False)
    board.public(view)

    queue, day = st.columns([3, 2], gap="large")
    with queue:
        st.header("Who is waiting", anchor=False)
        board.people(view)
    with day:
        st.header(words.today(view), anchor=False)
        with st.grid(2, min_column_width=180):
            figures.hit_rates(view, view.today)
        board.day(view)
    why.show(view)


now()
