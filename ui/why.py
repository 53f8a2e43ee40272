"""Why a clock reads what it reads: a wait to choose, named in the address, and its trace."""

from collections import Counter
from collections.abc import Mapping

import streamlit as st

from sla.trace_records import Trace
from sla.trace_times import LocalTimes
from sla.trace_words import one_line
from ui import board, reader, reads, tables, why_words, words
from ui.view import View

# The wait in the address, and the control that writes it there.
_NAME, _KEY = "wait", "why_wait"
# Where the panel stands beside others a message is cut; where it is all there is, hardly.
_TEXT, _WHOLE = 80, 2000


def show(view: View) -> None:
    """Ask for one of those who wait, and show its trace.

    The address is the truth: what it names is shown also when it is answered by now, or filtered out.
    """
    asked = st.query_params.get(_NAME) or None
    found = reads.trace(asked) if asked else None
    told = _waits(view)
    if found and found.wait.wait_id not in told:
        wait = found.wait
        told |= {wait.wait_id: why_words.traced(wait, view.place(wait.account, wait.channel))}
    if told:
        _choose(told, found.wait.wait_id if found else None)
    if found:
        _trace(found)
    elif asked:
        st.warning(words.plain(why_words.no_wait(asked)), icon=":material/link_off:")


def thread(asked: str) -> None:
    """Show the thread of the wait that an address names, with the clock beside its messages."""
    found = reads.trace(asked)
    if found:
        st.markdown(f"**{words.plain(found.headline)}**")
        _beside(found)
        _rules(found)
        _spans(found)
    else:
        st.warning(words.plain(why_words.no_wait(asked)), icon=":material/link_off:")


def _waits(view: View) -> dict[str, str]:
    """Return the waits that the board shows, the oldest first, each under a name of its own."""
    waits = reads.rows("time_left", view.question(target=view.targets[0]))[: board.MOST]
    told = {
        row["wait_id"]: why_words.waits(
            view.place(row["account"], row["channel"]), row["age_seconds"]
        )
        for row in waits
    }
    # A control knows its options by what they are called: two of one name would be one.
    often = Counter(told.values())
    return {
        wait: name if often[name] == 1 else f"{name} ({one_line(wait, 200)})"
        for wait, name in told.items()
    }


def _choose(told: Mapping[str, str], chosen: str | None) -> None:
    def put() -> None:
        picked = st.session_state[_KEY]
        if picked is None:
            st.query_params.pop(_NAME, None)
        elif picked in told:
            st.query_params[_NAME] = picked

    st.session_state[_KEY] = chosen
    st.selectbox(
        "Why does a clock read what it reads?",
        list(told),
        index=None,
        key=_KEY,
        format_func=lambda wait: told.get(wait, wait),
        on_change=put,
        placeholder="Choose somebody who waits",
    )


def _trace(trace: Trace) -> None:
    with st.container(border=True):
        st.markdown(f"**{words.plain(trace.headline)}**")
        _messages(trace)
        _rules(trace)
        _spans(trace)


def _rules(trace: Trace) -> None:
    st.markdown("Rules that applied")
    st.markdown(
        "\n".join(
            f"- {words.plain(rule.name)}: **{words.plain(why_words.set_to(rule.value))}**. {words.plain(rule.why)}"
            for rule in trace.rules
        )
    )


def _beside(trace: Trace) -> None:
    """Show each message whole, with what the clock read at it beside it."""
    times = LocalTimes(trace.wait.zone, (m.sent_at for m in trace.messages))
    st.caption(why_words.messages_source(trace))
    for m in trace.messages:
        clock, said = st.columns([1, 5], gap="small")
        ran = m.clock_seconds is not None
        clock.markdown(
            f":material/timer: **{reader.duration(m.clock_seconds)}**" if ran else reader.NOTHING
        )
        by = f"{one_line(m.author, 40)} ({m.role})" if m.author else m.event or m.role
        text = words.plain(one_line(m.text or "", _WHOLE))
        quoted = f"\n\n{text}" if text else ""
        said.markdown(
            f":small[{words.plain(by)} · {times.full(m.sent_at)}]{quoted}\n\n"
            f":small[**{words.plain(words.capital(m.effect.told))}.** {words.plain(m.why)}]"
        )


def _messages(trace: Trace) -> None:
    times = LocalTimes(trace.wait.zone, (m.sent_at for m in trace.messages))
    st.caption(why_words.messages_source(trace))
    st.table(
        [
            {
                "Sent": times.full(m.sent_at),
                "By": words.plain(
                    f"{one_line(m.author, 40)} ({m.role})" if m.author else m.event or m.role
                ),
                "Message": words.plain(one_line(m.text or "", _TEXT)),
                "The clock read": reader.duration(m.clock_seconds),
                "What it did": f"**{words.plain(words.capital(m.effect.told))}.** {words.plain(m.why)}",
            }
            for m in trace.messages
        ],
        border="horizontal",
        hide_index=True,
        alt="The messages around the wait, and what each did to the clock",
    )


def _spans(trace: Trace) -> None:
    """Show the opening hours that were counted; nothing where none are set."""
    if trace.spans is None:
        return
    st.markdown(words.plain(why_words.spans(trace)))
    if not trace.spans:
        return
    times = LocalTimes(
        trace.wait.zone, (at for s in trace.spans for at in (s.opens_at, s.closes_at))
    )
    shown = [
        {
            "day": times.weekday(s.opens_at),
            "from": times.full(s.opens_at),
            "to": times.full(s.closes_at),
            "counted": s.seconds,
        }
        for s in trace.spans
    ]
    st.dataframe(
        tables.frame(shown, {"counted": reader.duration}),
        hide_index=True,
        placeholder=reader.NOTHING,
        alt="The opening hours that were counted",
        column_config={"day": "Day", "from": "From", "to": "To", "counted": "Counted"},
    )
