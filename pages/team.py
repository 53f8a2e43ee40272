"""Team: who answers how much and how soon, and whether anybody stands out."""

import streamlit as st

from ui import empty, figures, filters, funnel, tables, team, team_words, words

empty.stop_without_data()
view = filters.show("account", "channel", "period", "target", "clock")
view.ahead("funnel")
chosen = team.show_choice(view)
st.title(
    team_words.headline(chosen.people, chosen.compared, chosen.key),
    anchor=False,
    help=words.definition("ended"),
)
figures_of_all = st.container()

# Asked for first: a browser draws it while the rest is worked out.
if len(chosen.compared) > 1:
    st.header("Does anybody stand out?", anchor=False)
    limits = view.rows("funnel")
    st.caption(team_words.funnel(limits[0]["widening"]))
    tables.chart(
        funnel.funnel(chosen, limits),
        f"Share of waits ended within the target against their number: "
        f"{team_words.headline(chosen.people, chosen.compared, chosen.key)}",
        "ended",
        chosen.compared,
        by=chosen.keys,
        behind=team.behind_funnel(chosen),
        first=True,
    )

with figures_of_all:
    whole = view.one("ended")
    st.caption(f"{team_words.source(whole, team.still_open(view))} · {words.source(view)}")
    with st.grid(3, min_column_width=150):
        figures.of_ended(view, whole)

st.header("What each did", anchor=False)
team.table(chosen)

st.header("When the week is worked", anchor=False)
team.week(chosen, whole)
