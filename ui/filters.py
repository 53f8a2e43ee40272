"""The filters: they are shared by the pages and live in the address, so that a link shows the same view.

The address is the truth: every run reads it, sets the controls to it, and a control writes to it.
Streamlit's own `bind="query-params"` is not used: it drops the filters that a page doesn't show,
writes labels instead of values, and passes over a wrong value without a word.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import streamlit as st

from sla import periods
from sla.measures import Known
from ui import choice as choices
from ui import reader, reads, words
from ui.choice import Choice, Name
from ui.view import View, title, view

# Any period that is two dates, and the choice of naming two.
DATES = "dates"
_KEPT = "filters"
_PAGE = "filters_page"
_PERIOD_NAMES = {
    "24h": "Last 24 hours",
    "7d": "Last 7 days",
    "28d": "Last 28 days",
    "90d": "Last 90 days",
    "all": "All time",
    DATES: "Choose dates …",
}
_CLOCK_NAMES = {"calendar": "Calendar time", "open": "Open hours"}


def follow(page: str) -> None:
    """Carry the filters over when the reader comes from another page, whose links don't name them."""
    asked = _asked()
    arrived = st.session_state.get(_PAGE) not in {None, page}
    if arrived and not asked:
        st.query_params.update(st.session_state.get(_KEPT, {}))
    st.session_state[_PAGE] = page
    st.session_state[_KEPT] = _asked()


def show(*names: Name) -> View:
    """Show these filters in one row, and return the view that the address asks for.

    A page without the clock tells calendar time, whatever the address says.
    """
    known = reads.known()
    choice, ignored = choices.read(_asked(), known, reads.settings())
    controls: dict[Name, Callable[[Choice, Sequence[Known]], None]] = {
        "account": _account,
        "channel": _channel,
        "period": _period,
        "target": _target,
        "clock": _clock,
    }
    with st.container(horizontal=True, key="filters", vertical_alignment="bottom"):
        for name in names:
            controls[name](choice, known)
        if _asked():
            st.button(
                "Clear",
                key="filter_clear",
                type="tertiary",
                icon=":material/close:",
                on_click=_clear,
                help="Show everything again, for the last 28 days.",
            )
    if ignored:
        told = " ".join(words.plain(sentence) for sentence in ignored)
        st.warning(f"{told} The address is read without it.", icon=":material/link_off:")
    if "clock" not in names:
        choice = replace(choice, clock="calendar")
    return view(choice, known)


def _asked() -> dict[str, str]:
    return {name: st.query_params[name] for name in choices.NAMES if name in st.query_params}


def _clear() -> None:
    for name in _asked():
        del st.query_params[name]


def _put(name: Name, value: str | None) -> None:
    """Write a filter into the address; None takes it out."""
    if value is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def select(
    name: str,
    label: str,
    options: Sequence[str],
    chosen: str,
    told: Callable[[str], str],
    *,
    put: Callable[[str], None],
    width: int,
    help: str | None = None,
) -> None:
    """Show one control, set to what the address says; a change is written there before anything is drawn."""
    key = f"filter_{name}"
    st.session_state[key] = chosen
    st.selectbox(
        label,
        options,
        key=key,
        format_func=told,
        on_change=lambda: put(st.session_state[key]),
        width=width,
        help=help,
    )


def _account(choice: Choice, known: Sequence[Known]) -> None:
    accounts = list(dict.fromkeys(k.account for k in known))
    if len(accounts) < 2:
        return

    def told(account: str) -> str:
        if not account:
            return f"All {reader.number(len(accounts))} accounts"
        return title(account)

    def put(account: str) -> None:
        _put("account", account or None)
        if choice.channel not in {k.channel for k in known if account in {"", k.account}}:
            _put("channel", None)

    select("account", "Account", ["", *accounts], choice.account or "", told, put=put, width=220)


def _channel(choice: Choice, known: Sequence[Known]) -> None:
    channels = sorted({k.channel for k in known if choice.account in {None, k.account}})
    if len(channels) < 2:
        return
    select(
        "channel",
        "Channel",
        ["", *channels],
        choice.channel or "",
        lambda channel: channel or "All channels",
        put=lambda channel: _put("channel", channel or None),
        width=190,
    )


def _period(choice: Choice, known: Sequence[Known]) -> None:
    shown = view(choice, known)
    first, last = periods.days(choice.period, shown.first_at, shown.as_of, shown.zone)

    def put(period: str) -> None:
        if period == DATES:
            _put("period", f"{first}..{last}")
        else:
            _put("period", None if period == choices.DEFAULT_PERIOD else period)

    named = choice.period in periods.PERIODS
    select(
        "period",
        "Period",
        [*periods.PERIODS, DATES],
        choice.period if named else DATES,
        _PERIOD_NAMES.__getitem__,
        put=put,
        width=170,
        help="Measured back from the latest data, in the account’s own days.",
    )
    if not named:
        _dates(first, last)


def _dates(first: date, last: date) -> None:
    key = "filter_dates"
    # One click names the first day only: the second must find the calendar as the first left it.
    if len(st.session_state.get(key, ())) != 1:
        st.session_state[key] = (first, last)

    def put() -> None:
        chosen = st.session_state[key]
        if len(chosen) == 2:
            _put("period", f"{chosen[0]}..{chosen[1]}")

    st.date_input(
        "From – to",
        key=key,
        on_change=put,
        width=240,
        format="YYYY-MM-DD",
        min_value=date.min,
        max_value=date.max,
    )


def _target(choice: Choice, known: Sequence[Known]) -> None:
    settings = reads.settings()
    default = str(settings.targets_of(choice.account)[0])
    select(
        "target",
        "Target",
        [str(target) for target in choices.targets(choice, settings)],
        str(choice.target),
        lambda target: words.within(int(target)),
        put=lambda target: _put("target", None if target == default else target),
        width=150,
        help="The limit that hit rates are measured against.",
    )


def _clock(choice: Choice, known: Sequence[Known]) -> None:
    if not choices.has_hours(choice.account, known, reads.settings()):
        return
    select(
        "clock",
        "Clock",
        list(_CLOCK_NAMES),
        choice.clock,
        _CLOCK_NAMES.__getitem__,
        put=lambda clock: _put("clock", None if clock == "calendar" else clock),
        width=140,
        help="Calendar time: what the customer feels. Open hours: only time in which the account is open.",
    )
