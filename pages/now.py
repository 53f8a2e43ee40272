"""Now: who is waiting, what the public is told, and how today goes. It renews itself."""

import streamlit as st

from ui import board, empty, figures, filters, queue, reads, why, words

empty.stop_without_data()
chosen = filters.show("account", "channel", "target", "clock")


@st.fragment(run_every=reads.RENEW_SECONDS)
@reads.one_state()
def now() -> None:
    view = chosen.renewed()
    queue.ahead(view)
    whole = reads.one("still_waiting", view.question())
    st.title(words.waiting(whole), anchor=False, help=words.definition("still_waiting"))
    over = st.container()
    alarms, clears, public = st.container(), st.container(), st.container()
    people, day = st.columns([3, 2], gap="large")
    # The chart is asked for first: a browser draws it while the rest is worked out.
    with day:
        st.header(words.today(view), anchor=False)
        rates = st.container()
        queue.over_day(view)
    with over:
        board.over_targets(view)
    with alarms:
        board.alarms(view)
    with clears:
        st.caption(words.waiting_source(whole, view, reads.settings().horizon_seconds))
        queue.clears(view)
    with people:
        st.header("Who is waiting", anchor=False)
        board.people(view)
    with public:
        st.header("What the public sees", anchor=False)
        board.public(view)
    with rates, st.grid(2, min_column_width=150):
        figures.hit_rates(view, view.today)

    st.header("Messages and replies, hour by hour", anchor=False)
    board.day(view)
    why.show(view)


now()
