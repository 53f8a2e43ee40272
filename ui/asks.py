"""What an export does not say itself, asked of the person who loads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from sla.errors import SettingsError
from sla.load import FileResult
from sla.parse import Unit
from sla.sources import known_zones
from ui import mapping, reader, reads, words
from ui.owner import keeper

_ORDERS = {True: "Day first: 31.12.", False: "Month first: 12/31"}


@dataclass(frozen=True)
class Answered:
    """What the person said, in the words of `[[sources]]`; nothing when the file is to be left."""

    given: dict[str, Any]
    remember: bool = False


def answered(unit: Unit, result: FileResult) -> Answered | None:
    """Show the questions that a file leaves open; return the answers once they are given."""
    if any(ask["key"] == "mapping" for ask in result.asks) or result.format == "mapped":
        given = mapping.editor(unit.name, unit.paths[0])
        if given is None:
            return None
        return Answered(given | {"files": _pattern(unit)} if given else {}, remember=bool(given))
    return _form(unit, result)


def _pattern(unit: Unit) -> str:
    """Return the pattern that fits this file's name and no other."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in unit.paths[0].name)


def _form(unit: Unit, result: FileResult) -> Answered | None:
    name = unit.name
    with st.form(f"asks_{name}"):
        st.markdown(f"**{words.plain(name)}** {words.missing(result.asks, len(unit.paths))}")
        given: dict[str, Any] = {"format": result.format}
        for ask in result.asks:
            given |= _ASKED.get(ask["key"], _text)(name, ask)
        keep = st.checkbox(
            "Answer the same for the next export of this kind",
            value=True,
            help="It is written into the settings, where it can be changed.",
            key=f"keep_{name}",
        )
        load, leave = st.columns([1, 1])
        loading = load.form_submit_button("Load it", type="primary", width="stretch")
        leaving = leave.form_submit_button("Leave it", width="stretch")
    if leaving:
        return Answered({})
    if not loading:
        return None
    missing = [ask for ask in result.asks if given.get(ask["key"]) in (None, "", [])]
    if missing:
        st.error("One answer is still missing.", icon=":material/error:")
        return None
    return Answered({k: v for k, v in given.items() if v not in (None, "", [])}, keep)


def remember(entry: Mapping[str, Any]) -> None:
    """Write the answers into the settings, or say why that is not possible."""
    try:
        keeper().remember(entry)
    except SettingsError as error:
        st.toast(f"The answers were used, but not kept: {error}", icon=":material/error:")


def _account(name: str, ask: Mapping[str, Any]) -> dict[str, Any]:
    known = sorted({f.account for f in reads.freshness() if not f.sample})
    if not known:
        return {
            "account": st.text_input(
                str(ask["question"]), placeholder="Bike shop WhatsApp", key=f"account_{name}"
            ).strip()
        }
    found = st.selectbox(
        str(ask["question"]),
        known,
        index=None,
        accept_new_options=True,
        placeholder="Bike shop WhatsApp",
        key=f"account_{name}",
    )
    return {"account": (found or "").strip()}


def _agents(name: str, ask: Mapping[str, Any]) -> dict[str, Any]:
    choices: Sequence[Sequence[Any]] = ask["choices"]
    counts = {str(who): int(count) for who, count in choices}

    def told(who: str) -> str:
        return f"{who} ({reader.number(counts[who])})" if who in counts else who

    agents = st.multiselect(
        str(ask["question"]), list(counts), format_func=told, accept_new_options=True, key=f"agents_{name}",
        help="Everybody else is a customer. The number is how many messages they wrote.",
    )  # fmt: skip
    bots = st.multiselect(
        "Who of them is an automatic reply?", list(counts), format_func=told, accept_new_options=True,
        key=f"bots_{name}",
    )  # fmt: skip
    return {"agents": [who for who in agents if who not in bots], "bots": bots}


def _time_zone(name: str, ask: Mapping[str, Any]) -> dict[str, Any]:
    zones = sorted(known_zones())
    found = st.selectbox(
        str(ask["question"]), zones, index=None, placeholder="Europe/London", key=f"zone_{name}"
    )
    return {"time_zone": found}


def _day_first(name: str, ask: Mapping[str, Any]) -> dict[str, Any]:
    found = st.radio(
        str(ask["question"]), list(_ORDERS), index=None, format_func=_ORDERS.__getitem__, horizontal=True,
        key=f"order_{name}",
    )  # fmt: skip
    return {"day_first": found}


def _text(name: str, ask: Mapping[str, Any]) -> dict[str, Any]:
    return {ask["key"]: st.text_input(str(ask["question"]), key=f"{ask['key']}_{name}").strip()}


_ASKED = {
    "account": _account,
    "agents": _agents,
    "time_zone": _time_zone,
    "day_first": _day_first,
}
