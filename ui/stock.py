"""The blocks of the Data page: how fresh, what is left out, which rows gave problems, which loads there were."""

from pathlib import PurePath
from zoneinfo import ZoneInfo

import streamlit as st

from loaders.registry import LOADERS
from sla.catalogue import PROBLEMS_SHOWN
from sla.errors import LoadError
from ui import reader, reads, tables, words
from ui.owner import keeper


def freshness() -> None:
    """Show up to when each account and channel is known, and how long ago that is."""
    rows = [
        {
            "account": f.account,
            "channel": f.channel,
            "as_of": reader.moment(f.as_of, ZoneInfo(f.time_zone)),
            "zone": reader.zone_name(f.time_zone),
            "ago": f.age_seconds,
            "state": "stale" if f.stale else "fresh",
            "messages": f.messages,
            "since": reader.day(f.first_at.astimezone(ZoneInfo(f.time_zone)).date()),
        }
        for f in reads.freshness()
    ]
    st.dataframe(
        tables.frame(rows, {"ago": reader.ago}),
        hide_index=True,
        placeholder=reader.NOTHING,
        alt="How fresh the data of each account and channel is",
        column_config={
            "account": "Account",
            "channel": "Channel",
            "as_of": st.column_config.TextColumn("As of", help="Nothing after it is assumed."),
            "zone": "Time zone",
            "ago": st.column_config.NumberColumn("That is"),
            "state": st.column_config.TextColumn(
                "State", help="Stale data withdraws the public figure."
            ),
            "messages": st.column_config.NumberColumn("Messages", format="localized"),
            "since": "First message",
        },
    )


def left_out() -> None:
    """Say what is stored and in no figure."""
    out = reads.left_out()
    belongs = (
        "belongs to no customer and account"
        if out.nobody == 1
        else "belong to no customer and account"
    )
    st.markdown(
        f"- **{words.counted(out.nobody, 'message', 'messages')}** {belongs}: a fragment of a thread, "
        "or no account is named. Such messages open no wait."
    )
    if reads.settings().closers:
        share = f", {reader.share(out.closer_share)} of what customers wrote" if out.closers else ""
        st.markdown(
            f"- **{words.counted(out.closers, 'closer', 'closers')}**{share}: “thanks!”, an emoji, a like after a "
            "reply. They open no wait; `closers = false` in the settings counts them all."
        )
    else:
        st.markdown(
            "- No closers: `closers = false` in the settings counts every “thanks!” as a question."
        )
    if out.system:
        st.markdown(
            f"- **{words.counted(out.system, 'system message', 'system messages')}**: joins, status changes, polls."
        )


def problems() -> None:
    """Show the rows that gave no message, line by line."""
    rows = reads.problems()
    if not rows:
        st.markdown("Every row of every file could be read.")
        return
    columns = ("path", "line", "reason", "remedy", "raw")
    st.dataframe(
        [{"file": PurePath(row["path"]).name, **row} for row in rows],
        hide_index=True,
        placeholder=reader.NOTHING,
        alt="Rows that could not be read, with the reason and what to do",
        column_order=("file", *columns[1:], "path"),
        column_config={
            "file": "File",
            "line": st.column_config.NumberColumn("Line", format="localized"),
            "reason": st.column_config.TextColumn("What is wrong", width="medium"),
            "remedy": st.column_config.TextColumn("What to do", width="medium"),
            "raw": "As it stands in the file",
            "path": "Whole path",
        },
    )
    if len(rows) == PROBLEMS_SHOWN:
        st.caption(f"The first {reader.number(PROBLEMS_SHOWN)}.")
    tables.download("problems.csv", tables.written(columns, rows), "csv problems")


def loads() -> None:
    """Show which files were loaded, the newest first; one that is chosen can be taken back."""
    listed = reads.loads()
    chosen = st.dataframe(
        [
            {
                "number": load.load_id,
                "loaded": reader.moment(load.loaded_at, ZoneInfo("UTC")),
                "file": PurePath(load.path).name,
                "format": words.format_title(load.format),
                "messages": load.messages,
                "new": load.new,
                "updated": load.updated,
                "known": load.duplicates,
                "problems": load.problems,
                "back": reader.moment(load.unloaded_at, ZoneInfo("UTC"))
                if load.unloaded_at
                else "",
                "notes": load.notes or "",
                "path": load.path,
            }
            for load in listed
        ],
        hide_index=True,
        placeholder=reader.NOTHING,
        alt="Files loaded so far, the newest first",
        key="loads",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "number": st.column_config.NumberColumn("Load", format="plain"),
            "loaded": "Loaded (UTC)",
            "file": "File",
            "format": "Read as",
            "messages": st.column_config.NumberColumn("Messages", format="localized"),
            "new": st.column_config.NumberColumn("New", format="localized"),
            "updated": st.column_config.NumberColumn("Updated", format="localized"),
            "known": st.column_config.NumberColumn("Known already", format="localized"),
            "problems": st.column_config.NumberColumn("Problems", format="localized"),
            "back": st.column_config.TextColumn("Taken back (UTC)"),
            "notes": "Notes",
            "path": "Whole path",
        },
    )
    st.caption(
        "Choose a row to take that load back: everything is then as if it had never been loaded."
    )
    rows = chosen["selection"]["rows"]
    load = listed[rows[0]] if rows and rows[0] < len(listed) else None
    if load is not None and load.load_id is not None and load.unloaded_at is None:
        _take_back(load.load_id, load.path)


_TAKEN_BACK = "taken_back"


def taken_back() -> None:
    """Say what came of taking a load back, once."""
    if told := st.session_state.pop(_TAKEN_BACK, None):
        st.success(told, icon=":material/undo:")


def _take_back(load_id: int, path: str) -> None:
    """Ask once more, then take a load back."""
    with st.popover(f"Take load {load_id} back", icon=":material/undo:"):
        st.markdown(f"Every message that only **{words.plain(path)}** brought will be gone.")
        if st.button("Take it back", type="primary", key=f"take_back_{load_id}"):
            try:
                gone, again = keeper().unload(load_id)
            except LoadError as error:
                st.error(words.plain(str(error)), icon=":material/error:")
                return
            st.session_state[_TAKEN_BACK] = words.unloaded(path, gone, again)
            st.rerun()


def formats() -> None:
    """Say what a file may be."""
    st.markdown("\n".join(f"- **{loader.TITLE}** with {loader.EXPECTS}" for loader in LOADERS))


def other_ways() -> None:
    """Say how to load files without this page."""
    st.markdown(
        "Put files into the inbox folder; they are loaded as soon as they have stopped growing:"
    )
    st.code(str(keeper().places.inbox), language=None)
    st.markdown("Or load them by command, also while this dashboard runs:")
    st.code(f"python -m sla load FILE… --db {keeper().places.db}", language="shell")
