"""The blocks of the Now page: what the public sees, who is waiting."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import streamlit as st

from sla import periods
from sla.expected import Expected
from sla.measures import Row
from ui import bars, behind, now_words, promise, reader, reads, tables, words
from ui.view import View, title

# More accounts than this stand in a table; more people than this are counted, and in the CSV.
CARDS, PEOPLE, MOST = 6, 10, 300
# More silences than this are counted: a wall of alarms is read by nobody.
ALARMS = 3


def alarms(view: View) -> None:
    """Say where nobody replies although somebody waits; and apart from it, where nothing is known any more."""
    late = _late(view)
    accounts = view.accounts
    if late:
        latest = max(k.as_of for k in view.known if k.account in late)
        told = now_words.missing(latest, view.zone, [title(a) for a in late], len(accounts))
        st.info(words.plain(told), icon=":material/sync_problem:")
    silent = [
        row
        for row in reads.rows("silence", view.question())
        if row["silent"] and row["account"] not in late
    ]
    for row in silent[:ALARMS]:
        told = now_words.silence(row, title(row["account"]))
        st.error(words.plain(told), icon=":material/notifications_active:")
    if len(silent) > ALARMS:
        st.markdown(f"{reader.number(len(silent) - ALARMS)} more accounts are silent as well.")


def _late(view: View) -> list[str]:
    """Return the accounts whose data is older than their limit."""
    latest = {
        k.account: max(o.as_of for o in view.known if o.account == k.account) for k in view.known
    }
    settings = reads.settings()
    return [a for a, at in latest.items() if periods.age(at) > settings.stale_after_seconds(a)]


def day(view: View) -> None:
    """Show what came in and went out in each hour, against the usual."""
    rows = reads.rows("usual_load", view.question(span=view.whole_day))
    usual = now_words.usual_source(rows)
    st.caption(usual)
    tables.chart(
        bars.per_hour(rows, view),
        f"Messages in and replies out for each hour of the day. {usual}",
        "usual_load",
        rows,
        behind=behind.Behind.hours_of_day(view),
    )


def public(view: View) -> None:
    """Show what everybody is told of each account."""
    if reads.lake() is not None:
        st.markdown(promise.ELSEWHERE)
        return
    told = promise.of(view)
    if not told:
        st.markdown(promise.NOT_YET)
    if len(told) > CARDS:
        _public_table(told)
        return
    with st.grid(3, min_column_width=260):
        for each in told:
            _card(each, view)


def _kept(told: Expected, view: View) -> str:
    """Return how many of the last day's waits stayed within what is promised now; nothing without a promise."""
    if told.promise_seconds is None or told.state == "closed":
        return ""
    asked = replace(
        view.question(span=view.last_day, target=told.promise_seconds, waits="all"),
        account=told.account,
        channel=None,
        clock="calendar",
    )
    return now_words.kept(reads.one("hit_rate", asked), told.promise_seconds)


def _card(told: Expected, view: View) -> None:
    said, beside = promise.banner(told)
    kept = _kept(told, view)
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"{words.plain(told.title)} · {promise.STATES[told.state]}")
        st.markdown(f"### {words.plain(said)}")
        page = f"[Public page]({promise.public_page(told.account)})"
        st.markdown(f":small[{words.plain(f'{beside} {kept}'.strip())} {page}]")


def _public_table(told: Sequence[Expected]) -> None:
    states = Counter(each.state for each in told)
    st.markdown(
        " · ".join(f"**{reader.number(n)}** {promise.STATES[s]}" for s, n in states.items())
    )
    with st.expander(f"Each of the {reader.number(len(told))} accounts", type="compact"):
        st.dataframe(
            [
                {
                    "account": each.title,
                    "promise": promise.banner(each)[0],
                    "beside": promise.banner(each)[1],
                    "page": promise.public_page(each.account),
                }
                for each in told
            ],
            hide_index=True,
            placeholder=reader.NOTHING,
            alt="What the public sees of each account",
            column_config={
                "account": "Account",
                "promise": "What the public sees",
                "beside": st.column_config.TextColumn("Beside it", width="large"),
                "page": st.column_config.LinkColumn("Public page", display_text="open"),
            },
        )


def over_targets(view: View) -> None:
    """Show how many of those waiting are over each target."""
    waiting = {t: reads.one("still_waiting", view.question(target=t)) for t in view.targets}
    over = {target: row["over_target"] for target, row in waiting.items() if row["waiting"]}
    if over:
        st.markdown(" ".join(_over(target, n) for target, n in over.items()))


def _over(target: int, n: int) -> str:
    if n:
        return f":orange-badge[:material/schedule: {reader.number(n)} over {words.limit(target)}]"
    return f":green-badge[:material/check: nobody over {words.limit(target)}]"


def people(view: View) -> None:
    """Show who is waiting, the oldest first, with the time left to each target."""
    left = {t: reads.rows("time_left", view.question(target=t)) for t in view.targets}
    waits = left[view.targets[0]]
    if not waits:
        st.markdown("Nobody right now. New messages appear here by themselves.")
        return
    with st.container(key="people"):
        _listed(left, slice(0, PEOPLE), "The oldest waits", view)
        if len(waits) > PEOPLE:
            _more_people(left, view)
    tables.download(
        "time_left.csv",
        lambda: tables.as_csv("time_left", waits),
        "csv time_left",
    )


@st.fragment
def _more_people(left: Mapping[int, Sequence[Row]], view: View) -> None:
    """Show the others once they are unfolded: to write them takes a browser longer than the rest of the page."""
    count = reader.number(len(left[view.targets[0]]) - PEOPLE)
    with st.expander(
        f"{count} more people", type="compact", key="more people", on_change="rerun"
    ) as folded:
        if folded.open:
            _listed(left, slice(PEOPLE, MOST), "The other waits", view)


def _listed(left: Mapping[int, Sequence[Row]], which: slice, alt: str, view: View) -> None:
    """Show some of those who wait, with what is left to each target."""
    by_target = zip(*(rows[which] for rows in left.values()), strict=True)
    told = [
        _person(of[0], {t: row["left_seconds"] for t, row in zip(left, of, strict=True)}, view)
        for of in by_target
    ]
    st.table(told, border="horizontal", hide_index=True, alt=alt)


def _person(row: Row, left: Mapping[int, int | None], view: View) -> dict[str, str]:
    told = {"Waiting": f"**{_unbroken(reader.duration(row['age_seconds']))}**"}
    for target in view.targets:
        told[f"Left to {words.limit(target)}"] = _badge(
            left[target], early=target <= view.limits[0]
        )
    since = reader.moment(row["started_at"], ZoneInfo(row["time_zone"]), view.as_of)
    # Where the table is narrow it breaks between the date and the time.
    told["Since"] = ", ".join(map(_unbroken, since.rsplit(", ", 1)))
    told["Chasers"] = reader.number(row["chasers"]) if row["chasers"] else ""
    told["Where"] = words.plain(view.place(row["account"], row["channel"]))
    return told


def _unbroken(text: str) -> str:
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _badge(seconds: int | None, *, early: bool) -> str:
    said = _unbroken(words.time_left(seconds))
    if seconds is None:
        return said
    if seconds < 0:
        return f":orange-badge[{said}]"
    return f":{'green' if early else 'blue'}-badge[{said}]"
