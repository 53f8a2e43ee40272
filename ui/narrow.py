"""What narrows the list of waits down: words, verdict, outcome, who, when; it stands in the address."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar, cast, get_args

import streamlit as st

from sla import lists
from sla.lists import Listing
from sla.measures import Waits
from ui import filters, reads, words
from ui import waits_words as told
from ui.view import View

NAMES: Final = (
    "q", "verdict", "outcome", "waits", "agent", "team", "opening", "weekday", "hour", "took", "waited", "sort",
)  # fmt: skip
PAGE: Final = "page"
LONGEST_SEARCH: Final = 200
T = TypeVar("T")


def asked(view: View) -> tuple[Listing, list[str]]:
    """Return the list that the address asks for, and one sentence for each value that is ignored."""
    return read({name: st.query_params[name] for name in NAMES if name in st.query_params}, view)


def show(listing: Listing, ignored: Sequence[str], view: View) -> None:
    """Show the controls in one row, set to this list, and what of the address is ignored."""
    with st.container(horizontal=True, key="narrow", vertical_alignment="bottom"):
        _search(listing)
        verdicts = told.verdicts(view.choice.target)
        _select("verdict", "Verdict", "Any", verdicts, listing.verdict, 135)
        _select("outcome", "Outcome", "Any", told.OUTCOMES, listing.outcome, 140)
        _select("waits", "Waits", "First and next", told.KINDS, listing.question.waits, 135)
        agents = reads.agents(view.choice.account, view.choice.channel)
        names = {name: name for name in dict.fromkeys([*agents, *filter(None, [listing.agent])])}
        if names:
            _select("agent", "Reply by", "Anybody", names, listing.agent, 125)
        if any(reads.settings().account(k.account).hours_of(k.channel) for k in view.known):
            _select("opening", "Began", "Any time", told.OPENING, _opening(listing), 130)
        _sort(listing)
    _narrowed(listing)
    if ignored:
        said = " ".join(words.plain(sentence) for sentence in ignored)
        st.warning(f"{said} The address is read without it.", icon=":material/link_off:")


def read(address: Mapping[str, str], view: View) -> tuple[Listing, list[str]]:
    """Return the list that an address asks for, and one sentence for each value that is ignored."""
    ignored: list[str] = []

    def one_of(name: str, values: Sequence[str]) -> Any:
        value = address.get(name)
        if value is None or value in values:
            return value
        ignored.append(f'"{value[:60]}" is no {name}; expected one of {", ".join(values)}.')
        return None

    def told_by(name: str, read_as: Callable[[str], T | None], what: str, such: str) -> T | None:
        value = address.get(name)
        found = None if value is None else read_as(value)
        if value is not None and found is None:
            ignored.append(f'"{value[:60]}" is no {what}; expected {such}.')
        return found

    def span(name: str, most: int) -> tuple[int, int] | None:
        such = f"0 to {most}, or two such as 1-5"
        return told_by(name, lambda value: lists.first_and_last(value, most), name, such)

    opening = one_of("opening", tuple(told.OPENING))
    waits = cast("Waits | None", one_of("waits", tuple(told.KINDS)))
    listing = Listing(
        question=view.question(span=view.span, waits=waits),
        verdict=one_of("verdict", get_args(lists.Verdict)),
        outcome=one_of("outcome", get_args(lists.Outcome)),
        agent=address.get("agent"),
        team=address.get("team"),
        opening=None if opening is None else opening == "in",
        weekdays=span("weekday", 6),
        hours=span("hour", 23),
        took=told_by("took", lists.above_and_up_to, "length", "seconds such as 3600-7200"),
        waited=told_by("waited", lists.by_the_wall, "time", "one such as 2026-03-10T14:00"),
        search=(address.get("q") or "").strip()[:LONGEST_SEARCH] or None,
        sort=one_of("sort", get_args(lists.Sort)) or "longest",
    )
    return listing, ignored


def put(name: str, value: str | None) -> None:
    """Write what narrows the list down into the address, and go back to its first page."""
    for gone in (name, PAGE):
        st.query_params.pop(gone, None)
    if value:
        st.query_params[name] = value


def _search(listing: Listing) -> None:
    key = "narrow_q"
    st.session_state[key] = listing.search or ""
    st.text_input(
        "Search",
        key=key,
        max_chars=LONGEST_SEARCH,
        placeholder="Words or a key",
        icon=":material/search:",
        on_change=lambda: put("q", st.session_state[key].strip()),
        width=190,
        help="Words in any message of the conversation; or a whole customer key, conversation id or wait id.",
    )


def _select(
    name: str, label: str, anything: str, names: Mapping[str, str], chosen: str | None, width: int
) -> None:
    filters.select(
        name,
        label,
        ["", *names],
        chosen or "",
        lambda value: names.get(value, anything),
        put=lambda value: put(name, value),
        width=width,
    )


def _sort(listing: Listing) -> None:
    filters.select(
        "sort",
        "Sort",
        list(told.SORTS),
        listing.sort,
        told.SORTS.__getitem__,
        put=lambda value: put("sort", None if value == "longest" else value),
        width=135,
    )


def _opening(listing: Listing) -> str | None:
    return None if listing.opening is None else "in" if listing.opening else "out"


def _narrowed(listing: Listing) -> None:
    """Show what no control shows, as buttons that take it out, and one that takes everything out."""
    asked = [name for name in NAMES if name in st.query_params and name != "sort"]
    if not asked:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, said in (
            ("weekday", told.when(Listing(weekdays=listing.weekdays))),
            ("hour", told.when(Listing(hours=listing.hours))),
            ("took", [told.took(*listing.took)] if listing.took else []),
            ("waited", [told.waited(listing.waited)] if listing.waited else []),
            ("team", [f"Team {listing.team}"] if listing.team else []),
        ):
            for each in said:
                st.button(
                    words.plain(each),
                    key=f"narrow_{name}",
                    icon=":material/close:",
                    on_click=put,
                    args=(name, None),
                    help="Show the others as well.",
                )
        st.button(
            "All waits",
            key="narrow_clear",
            type="tertiary",
            icon=":material/filter_alt_off:",
            on_click=_clear,
            help="Take out the search and what stands in this row; account, channel and period stay.",
        )


def _clear() -> None:
    for name in NAMES:
        put(name, None)
