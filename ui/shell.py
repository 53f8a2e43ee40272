"""The frame around every page: navigation, sign-in, what must be said on every page."""

from pathlib import Path

import streamlit as st

from ui import filters, reads, words
from ui.doors import sign_in_configured, signed_in
from ui.owner import keeper

PAGES = Path(__file__).resolve().parent.parent / "pages"

st.set_page_config(
    page_title="Replyclock", page_icon=str(Path(__file__).with_name("icon.svg")), layout="wide"
)
# On a phone the filters stand two in a row, so that a thumb reaches all of them, and without the labels above them, which a
# screen reader still reads: what is chosen says what it is, and the headline stands higher, in fewer lines. Of an odd number
# of cards the last has the row to itself. The table of who waits tells how long, what is left to the first target, and where;
# on a desk it tells all, and a long place breaks. The button that saves a chart as a picture is seen by whoever reaches it
# with the keyboard, too.
st.html(
    "<style>body { font-variant-numeric: tabular-nums; }"
    "@media (max-width: 640px) { .st-key-filters > *, .st-key-narrow > * {"
    " flex: 1 1 calc(50% - 1rem); width: auto !important; min-width: 0; }"
    " .st-key-filters { gap: .5rem !important; }"
    " .st-key-filters [data-testid=stWidgetLabel] { position: absolute; width: 1px; height: 1px; min-height: 0; margin: 0;"
    " overflow: hidden; clip-path: inset(50%); }"
    " .st-key-filters [data-testid=stWidgetLabel] [data-testid=stTooltipIcon] { display: none; }"
    " h1 { font-size: 1.625rem !important; line-height: 1.3 !important; }"
    " .stGrid > .stGridCell:last-child:nth-child(odd) { grid-column: 1 / -1; }"
    " .stTable th, .stTable td { padding: .4rem .25rem !important; }"
    " .st-key-people :is(th, td):nth-child(n+3):not(:last-child) { display: none; }"
    " .stMetric [data-testid] * { white-space: normal !important; } }"
    "@media (min-width: 641px) { .st-key-people td:last-child { min-width: 8rem; } }"
    ".st-key-people td { white-space: normal !important; }"
    ".st-key-people td:last-child { overflow-wrap: anywhere; }"
    ".js-plotly-plot .modebar:focus-within { opacity: 1 !important; }</style>"
)

if not signed_in():
    st.title("Replyclock", anchor=False)
    st.write("Response times of customer care. Sign in to see them.")
    st.button("Sign in", type="primary", icon=":material/login:", on_click=st.login)
    st.stop()


def _to_now() -> None:
    """Lead on to the first page, with the filters: its address has no name, and people write one all the same."""
    st.switch_page(str(PAGES / "now.py"), query_params=st.query_params.to_dict())


page = st.navigation(
    [
        st.Page(
            PAGES / "now.py",
            title="Now",
            icon=":material/schedule:",
            default=True,
            url_path="start",  # reserved and not served; else `now` would be
            help="Who is waiting right now, and what the public is told.",
        ),
        st.Page(
            PAGES / "response_rate.py",
            title="Response rate",
            icon=":material/done_all:",
            help="How many get an answer at all.",
        ),
        st.Page(
            PAGES / "first_reply.py",
            title="First reply",
            icon=":material/timer:",
            help="How long people wait for the first answer.",
        ),
        st.Page(
            PAGES / "next_reply.py",
            title="Next reply",
            icon=":material/reply_all:",
            help="How long people wait for an answer when they write again.",
        ),
        st.Page(
            PAGES / "team.py",
            title="Team",
            icon=":material/groups:",
            help="Who answers how much and how soon, and whether anybody stands out.",
        ),
        st.Page(
            PAGES / "channels.py",
            title="Channels",
            icon=":material/forum:",
            help="Where customers write, how soon each channel answers, and who is sent elsewhere.",
        ),
        st.Page(
            PAGES / "wrong_days.py",
            title="Days that went wrong",
            icon=":material/warning:",
            help="Surges, backlogs and silences found in the data, each as a story.",
        ),
        st.Page(
            PAGES / "conversations.py",
            title="Conversations",
            icon=":material/manage_search:",
            help="Every wait behind a figure, and its thread with the clock beside it.",
        ),
        st.Page(
            PAGES / "banner.py",
            title="Banner",
            icon=":material/campaign:",
            help="What the public sees, the snippet to copy, the notice.",
        ),
        st.Page(
            PAGES / "data.py",
            title="Data",
            icon=":material/database:",
            help="Load exports; what is loaded, how fresh it is, which problems there were.",
        ),
        st.Page(
            PAGES / "definitions.py",
            title="Definitions",
            icon=":material/menu_book:",
            help="What each figure means, with your own numbers as the example.",
        ),
        st.Page(_to_now, title="Now", url_path="now", visibility="hidden"),
    ],
    position="top",
)

if keeper().settings_error:
    st.warning(keeper().settings_error, icon=":material/tune:")
if fault := keeper().lake_error:
    st.warning(words.plain(fault), icon=":material/sync_problem:")
with reads.one_state():
    if any(k.sample for k in reads.known()):
        st.markdown(
            ":violet-badge[:material/science: Sample data] :small[Northlight is a company that doesn’t exist. "
            "`sample = false` in the settings takes it away.]"
        )

    filters.follow(page.url_path)
    page.run()

if sign_in_configured():
    st.space("medium")
    st.button("Log out", type="tertiary", icon=":material/logout:", on_click=st.logout)
