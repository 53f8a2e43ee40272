"""The blocks of the Banner page: what the public sees of an account, its notice, what to paste, how it looks."""

from typing import Final

import streamlit as st

from sla.errors import SettingsError
from sla.expected import Expected
from sla.ledger import RECORD_DAYS
from sla.notices import LONGEST
from ui import banner_words, board, promise, reads, words
from ui.owner import keeper
from ui.view import View

_TOLD: Final = "notice_told"
_WORDS: Final = "notice_words"
EXAMPLE: Final = "We know about the outage in the north and are working on it."


def notice(told: Expected) -> None:
    """Let a manager put words in place of the figure, and take them down."""
    if said := st.session_state.pop(_TOLD, None):
        st.success(said, icon=":material/check:")
    stands = reads.settings().account(told.account).notice
    if stands:
        st.markdown(f"Instead of a figure the public reads: **{words.plain(stands)}**")
    else:
        st.markdown(
            "While it stands, the public reads your words and no figure. The settings file keeps it, so it also "
            "outlives a restart."
        )
    with st.form("notice", border=False):
        written = st.text_area(
            "Notice",
            value=stands or "",
            key=f"{_WORDS} {told.account} {stands}",
            max_chars=LONGEST,
            placeholder=EXAMPLE,
            height=90,
        )
        with st.container(horizontal=True):
            put = st.form_submit_button(
                "Change it" if stands else "Put it up", type="primary", icon=":material/campaign:"
            )
            taken = stands is not None and st.form_submit_button(
                "Take it down", icon=":material/close:"
            )
    if put or taken:
        _write(told, None if taken else written)


def _write(told: Expected, written: str | None) -> None:
    try:
        keeper().notice(told.account, written)
    except SettingsError as error:
        st.error(words.plain(str(error)), icon=":material/error:")
        return
    done = (
        "The notice is down: the public reads the figure again."
        if written is None
        else "The notice is up."
    )
    st.session_state[_TOLD] = f"{done} Pages that are open elsewhere follow within a minute."
    st.rerun()


def snippet(told: Expected) -> None:
    """Show what to paste into a site, one way at a time."""
    found = banner_words.snippets(told.account, told.title, banner_words.site(st.context.url))
    for tab, (text, language) in zip(st.tabs(list(found)), found.values(), strict=True):
        with tab:
            st.code(text, language=language, wrap_lines=True)


def preview(told: Expected) -> None:
    """Show the banner's image on a light and on a dark site, and its frame as this browser shows it."""
    with st.grid(2, min_column_width=320):
        for scheme in ("light", "dark"):
            st.iframe(
                banner_words.preview(told, scheme),
                height=152,
                alt=f"The image on a {scheme} site",
            )
    st.caption(
        "The image follows the site it stands on; the frame, below, the reader’s own light or dark."
    )
    st.iframe(banner_words.fresh(told), height=240, alt="The frame, as this browser shows it")


def show(view: View) -> None:
    """Show what the public sees; of one account also how to show it elsewhere, and its notice."""
    told = promise.of(view)
    board.public(view)
    if len(told) > 1:
        st.caption("Choose one account above for its notice, its preview and what to paste.")
        return
    for each in told:
        st.header("Notice", anchor=False)
        notice(each)
        st.header("On a light and on a dark site", anchor=False)
        preview(each)
        st.header("Put it on your site", anchor=False)
        snippet(each)


def track_record(view: View) -> None:
    """Show how the published promises were kept over 7, 30 and 90 days."""
    told = promise.of(view)
    if not any(kept.share is not None for each in told for kept in each.record):
        st.markdown(banner_words.NO_RECORD)
        return
    if len(told) == 1:
        st.markdown(f"**{words.plain(banner_words.record(told[0]))}**")
    st.dataframe(
        [
            {"account": each.title}
            | {f"kept, {kept.days} days": kept.share for kept in each.record}
            | {f"people, {kept.days} days": kept.kept + kept.missed for kept in each.record}
            for each in told
        ],
        column_config={
            f"kept, {days} days": st.column_config.NumberColumn(format="percent")
            for days in RECORD_DAYS
        },
        hide_index=True,
        alt=banner_words.RECORD_ALT,
    )
    st.caption(banner_words.HOW_SCORED)
