"""A table that no loader knows: which column is what, proposed, corrected by a person, shown as it would be stored."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from sla.errors import LoadError
from sla.proposals import Proposal, preview, propose
from sla.sources import known_zones
from ui import reader, words
from ui.owner import keeper

# What a column can be, in the order in which people think of them.
_FIELDS = {
    "sent_at": "Time it was sent",
    "thread_key": "Ticket, case or conversation",
    "text": "What was written",
    "author_name": "Who wrote it: name",
    "author_key": "Who wrote it: key",
    "role": "Whether it is the customer or the brand",
    "visibility": "Whether the customer sees it",
    "message_key": "Number of the message",
    "reply_to_key": "Number of the message it answers",
    "account": "Account of the brand",
    "channel": "Channel",
    "event": "Status: closed, reopened",
    "edited_at": "Time it was edited",
    "reply.sent_at": "Reply: time",
    "reply.text": "Reply: what was written",
    "reply.author_name": "Reply: who wrote it",
}
_NOTHING = "–"
_SHOWN = ("sent_at", "role", "author", "thread_key", "visibility", "text")
_WAYS = {
    "column": "A column says it",
    "people": "I name them",
    "first": "The first row of each case is the customer's, every other one the brand's",
    "reply": "The reply stands in the same row",
}


def editor(name: str, path: Path) -> dict[str, Any] | None:
    """Show the proposal for a table; return the answers, with the mapping among them, once it is to be loaded.

    Gives an empty answer when the file is to be left alone.
    """
    try:
        found = _proposal(str(path), path.stat().st_mtime_ns)
    except LoadError as error:
        st.error(words.plain(str(error)), icon=":material/error:")
        return {} if st.button("Leave it", key=f"leave_{name}") else None
    with st.container(border=True):
        st.markdown(
            f"**{words.plain(name)}** is a table that no loader knows. Say which column is what; below stands "
            "what its first rows become."
        )
        chosen = _columns(name, found)
        mapping, missing = _mapping(name, found, chosen)
        said = _rest(name, found)
        missing += _unsaid(found, chosen, said)
        unread = [
            c for c in found["unread"] if not any(c in columns for columns in chosen.values())
        ]
        if unread:
            st.info(
                f"{words.plain(', '.join(unread))} {'says' if len(unread) == 1 else 'say'} yes or no, and nothing is made of it. "
                "If that marks notes which only colleagues see, choose what it is above: they would count as replies.",
                icon=":material/help:",
            )
        ready = _look(name, path, mapping, said) and not missing
        for sentence in missing:
            st.warning(sentence, icon=":material/help:")
        # A table may have no cases; then it is only said what that means.
        if not any(field == "thread_key" or field.startswith("reply.") for field in chosen):
            for question in (a["question"] for a in found["asks"] if a["key"] == "mapping"):
                st.info(words.plain(question), icon=":material/help:")
        load, leave = st.columns(2)
        if leave.button("Leave it", key=f"leave_{name}", width="stretch"):
            return {}
        if not load.button(
            "Load it", type="primary", key=f"load_{name}", width="stretch", disabled=not ready
        ):
            return None
    return {**said, "mapping": mapping}


@st.cache_data(show_spinner="Looking at the columns …", max_entries=20)
def _proposal(path: str, changed: int) -> Proposal:
    return dict(propose(Path(path), keeper().store.settings))


@st.cache_data(show_spinner="Reading the first rows …", max_entries=50)
def _preview(path: str, mapping: str) -> Proposal:
    return dict(preview(Path(path), json.loads(mapping), keeper().store.settings))


def _columns(name: str, found: Proposal) -> dict[str, list[str]]:
    """Let the person say what each column is; return the columns of each field."""
    guessed: dict[str, str] = {}
    for guess in found["guesses"]:
        guessed |= dict.fromkeys(guess["columns"], guess["field"])
    rows = [
        {
            "column": column["name"],
            "means": _FIELDS.get(guessed.get(column["name"], ""), _NOTHING),
            "example": " · ".join(column["samples"]),
        }
        for column in found["columns"]
    ]
    edited = st.data_editor(
        rows,
        key=f"columns_{name}",
        hide_index=True,
        disabled=["column", "example"],
        column_config={
            "column": "Column",
            "example": st.column_config.TextColumn("For example", width="large"),
            "means": st.column_config.SelectboxColumn(
                "Is", options=[_NOTHING, *_FIELDS.values()], required=True, width="medium"
            ),
        },
    )
    fields = {title: field for field, title in _FIELDS.items()}
    chosen: dict[str, list[str]] = {}
    for row in edited:
        if row["means"] in fields:
            chosen.setdefault(fields[row["means"]], []).append(row["column"])
    return chosen


def _mapping(
    name: str, found: Proposal, chosen: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Any], list[str]]:
    """Make the mapping of what was chosen; return it, and what is still missing in sentences."""
    mapping: dict[str, Any] = {"columns": {}, "reply": {}}
    for field, columns in chosen.items():
        section, _, key = field.rpartition(".")
        mapping[section or "columns"][key] = columns[0] if len(columns) == 1 else list(columns)
    guessed = found["mapping"]
    if "event" in chosen and "event" in guessed:
        mapping["event"] = guessed["event"]
    if "visibility" in chosen:
        mapping["visibility"] = _visibility(name, found, chosen["visibility"][0])
    if "time" in guessed:
        mapping["time"] = dict(guessed["time"])
    missing = [] if "sent_at" in chosen else ["Which column holds the time it was sent?"]
    role, wanting = _role(name, found, chosen)
    if role:
        mapping["role"] = role
    return {section: keys for section, keys in mapping.items() if keys}, missing + wanting


def _visibility(name: str, found: Proposal, chosen: str) -> dict[str, list[str]]:
    """Ask what marks a message that only colleagues see."""
    column = next(c for c in found["columns"] if c["name"] == chosen)
    values = list(dict.fromkeys([*(value for value, _ in column["values"]), *column["samples"]]))
    notes = st.multiselect(
        "What stands there when only colleagues see it?", values,
        default=[v for v in found["notes"].get(chosen, []) if v in values],
        accept_new_options=True, key=f"notes_{name}_{chosen}",
    )  # fmt: skip
    guessed = found["mapping"].get("visibility", {})
    private = [v for v in guessed.get("private", []) if v in values and v not in notes]
    public = [v for v in values if v not in notes and v not in private]
    seen = {"internal": notes, "private": private, "public": public}
    return {k: v for k, v in seen.items() if v}


def _role(
    name: str, found: Proposal, chosen: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Any], list[str]]:
    """Ask how to tell customers from the brand."""
    guessed = found["mapping"].get("role", {})
    if any(field.startswith("reply.") for field in chosen):
        return {}, []
    ways = [way for way in ("column", "people", "first") if way != "column" or "role" in chosen]
    start = "column" if "role" in chosen else "first" if guessed.get("first") else "people"
    way = st.radio(
        "Who writes for the brand?", ways, index=ways.index(start), format_func=_WAYS.__getitem__,
        key=f"way_{name}_{'role' in chosen}",
    )  # fmt: skip
    if way == "first":
        return {"first": "customer"}, []
    if way == "column":
        column = next(c for c in found["columns"] if c["name"] == chosen["role"][0])
        values = list(
            dict.fromkeys(
                [
                    *(v for each in guessed.values() if isinstance(each, list) for v in each),
                    *column["samples"],
                ]
            )
        )
        agents = st.multiselect(
            "What stands there when the brand writes?", values, default=[v for v in guessed.get("agent", []) if v in values],
            accept_new_options=True, key=f"agent_{name}",
        )  # fmt: skip
        bots = st.multiselect(
            "And for an automatic reply?", [v for v in values if v not in agents],
            default=[v for v in guessed.get("bot", []) if v not in agents], accept_new_options=True, key=f"bot_{name}",
        )  # fmt: skip
        customers = [v for v in values if v not in agents and v not in bots]
        role = {"agent": agents, "bot": bots, "customer": customers, "otherwise": "customer"}
        return {k: v for k, v in role.items() if v}, [] if agents else [
            "What stands in that column when the brand writes?"
        ]
    offered: list[list[Any]] = next(
        (a["choices"] for a in found["asks"] if a["key"] == "agents"), []
    )
    agents = st.multiselect(
        "Who writes for the brand? (names or keys)", [who for who, _ in offered], accept_new_options=True,
        key=f"people_{name}",
    )  # fmt: skip
    return ({"agents": agents} if agents else {}), [] if agents else [
        "Who in it writes for the brand?"
    ]


def _rest(name: str, found: Proposal) -> dict[str, Any]:
    """Ask for what stands in no column: whose it is, the channel, the time zone, the order of dates."""
    account, channel, zone = st.columns(3)
    said: dict[str, Any] = {
        "account": account.text_input(
            "Whose is it? (handle, page, inbox)", placeholder="Bike shop", key=f"of_{name}"
        ).strip(),
        "channel": channel.text_input("Channel", placeholder="E-mail", key=f"on_{name}").strip(),
        "time_zone": zone.selectbox(
            "Time zone of its times", sorted(known_zones()), index=None, placeholder="Europe/London",
            key=f"in_{name}", help="Not needed when the times name their own.",
        ),
    }  # fmt: skip
    if any(ask["key"] == "day_first" for ask in found["asks"]):
        order = st.radio(
            "In its dates, 03/04 is", ["the 3rd of April", "the 4th of March"], index=None,
            horizontal=True, key=f"dates_{name}",
        )  # fmt: skip
        said["day_first"] = None if order is None else order.startswith("the 3rd")
    return {key: value for key, value in said.items() if value not in ("", None)}


def _unsaid(
    found: Proposal, chosen: Mapping[str, Sequence[str]], said: Mapping[str, Any]
) -> list[str]:
    """Say what stands in no column and was not answered either."""
    asked = {ask["key"] for ask in found["asks"]}
    questions = {
        "account": "Whose is it? Name the brand's handle, page, number or inbox.",
        "time_zone": "In which time zone are its times?",
        "day_first": "Is the first number of its dates the day?",
    }
    return [
        q for key, q in questions.items() if key in asked and key not in said and key not in chosen
    ]


def _look(name: str, path: Path, mapping: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Show the first rows as they would be stored; return whether it can be loaded like that."""
    whole = {section: dict(keys) for section, keys in mapping.items()}
    whole.setdefault("constants", {}).update(
        {
            key: said[key]
            for key in ("account", "channel")
            if key in said and key not in mapping.get("columns", {})
        }
    )
    time = {"zone": said.get("time_zone"), "day_first": said.get("day_first")}
    whole.setdefault("time", {}).update(
        {key: value for key, value in time.items() if value is not None}
    )
    whole = {section: keys for section, keys in whole.items() if keys}
    try:
        found = _preview(str(path), json.dumps(whole, sort_keys=True))
    except LoadError as error:
        st.error(words.plain(str(error)), icon=":material/error:")
        return False
    if found["fault"]:
        st.error(words.plain(found["fault"].partition("\n")[0]), icon=":material/error:")
        return False
    rows = [
        {
            **row,
            "author": row["author_name"] or row["author_key"],
            "sent_at": str(row["sent_at"]).partition("+")[0],
        }
        for row in found["rows"]
    ]
    filled = [column for column in _SHOWN if any(row[column] for row in rows)]
    rows = [{column: row[column] or "" for column in filled} for row in rows]
    if rows:
        st.dataframe(
            rows,
            hide_index=True,
            alt=f"The first {len(rows)} messages of {name} as they would be stored",
            column_config={
                "sent_at": st.column_config.TextColumn("Sent (UTC)"),
                "role": "Written by",
                "author": "Author",
                "thread_key": "Conversation",
                "visibility": "Seen by",
                "text": st.column_config.TextColumn("Text", width="large"),
            },
        )
    for problem in found["problems"]:
        line = reader.number(problem["line"])
        st.caption(words.plain(f"Line {line}: {problem['reason']}. {problem['remedy']}"))
    return bool(rows)
