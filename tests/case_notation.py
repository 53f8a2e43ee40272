"""How the named cases are written down: a small table of messages and the waits they make.

Messages, one a line, `key | when | who | text | details`, columns at the end may be missing:

    when     `01-08 09:00` or `01-08 09:00:30`, UTC, in 2024 (8 January is a Monday), or with a
             year of its own, `2023-12-31 23:00`
    who      `ann` (any one word: a customer), `agent Kim`, `note Kim` (internal), `bot Greeter`,
             `system`, `closed`, `reopened`
    details  `re 3`, `thread T2`, `account Southbay`, `on whatsapp` (the platform), `namespace n`,
             `channel Chat`, `private`, `public`, `key kim` (the author's key where it isn't the
             name), separated by commas; what is not said comes from the case's place

Waits, one a line in the order of their start, `key first|next outcome seconds details`; seconds
are `-` for None; details are `chasers=1` (0 unless said), `unknown`, and, compared only when they
are said, `agent=Kim`, `account=Northlight`, `open=600` or `open=-` (open seconds).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.oracle_records import Message, Rules, Wait

CLOSERS = ("thanks!", "👍", "thank you so much")

Place = Mapping[str, Any]
TICKET: Place = {
    "platform": "zendesk",
    "namespace": "northlight",
    "account": "help",
    "channel": "E-mail",
    "thread_key": "T1",
    "visibility": "public",
}
CHAT: Place = {
    "platform": "whatsapp",
    "namespace": "",
    "account": "Northlight",
    "channel": "WhatsApp",
    "thread_key": "W1",
    "visibility": "private",
}
TREE: Place = {
    "platform": "x",
    "namespace": "",
    "account": None,  # customers name it or answer it; agents are it
    "channel": "X mentions",
    "thread_key": None,
    "visibility": "public",
}
DIRECT: Place = {**TREE, "account": "Northlight", "channel": "X messages", "visibility": "private"}
REVIEWS: Place = {**TREE, "platform": "google_play", "account": "app", "channel": "Reviews"}

NOWHERE: Place = {  # for messages that say everything themselves
    "platform": "",
    "namespace": "",
    "account": None,
    "channel": "",
    "thread_key": None,
    "visibility": "public",
}


def is_closer(text: str | None) -> bool:
    """Take a closer for a closer, whoever it is addressed to."""
    words = [word for word in (text or "").split() if not word.startswith("@")]
    return " ".join(words).lower() in CLOSERS


@dataclass(frozen=True)
class Figure:
    """A measure, how it is asked for, and the rows (or a part of their columns) expected."""

    measure: str
    rows: Sequence[Mapping[str, Any]]
    asked: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A few messages with a name, the sentence they pin, and what must come of them."""

    name: str
    law: str
    messages: str
    waits: str
    place: Place = field(default_factory=lambda: TICKET)
    rules: Mapping[str, Any] = field(default_factory=dict)
    conversations: str = ""  # keys of each, `1 2 3 / 4 5`; not compared when empty
    nobody: str = ""  # keys of what belongs to nobody
    dropped: str = ""  # keys of closers that open no wait
    figures: Sequence[Figure] = ()
    first_load: str = ""  # keys that came in an earlier load; all at once must be the same


def rules_of(case: Case) -> Rules:
    """Return the rules under which a case holds."""
    return Rules(**{"closer_rule": is_closer, **case.rules})


def messages_of(case: Case) -> list[Message]:
    """Read the table of messages of a case."""
    return [message_of(line, case.place) for line in case.messages.strip().splitlines()]


def instant_of(when: str) -> datetime:
    """Read `01-08 09:00`, with or without seconds and year, as UTC."""
    dated = when if when.count("-") == 2 else f"2024-{when}"
    return datetime.fromisoformat(dated).replace(tzinfo=UTC)


def message_of(line: str, place: Place) -> Message:
    """Read one line of the table."""
    key, when, who, text, details = [*(part.strip() for part in line.split("|")), "", ""][:5]
    said = dict((f"{word.strip()} ".split(" ", 1)) for word in details.split(",") if word.strip())
    kind, _, name = who.partition(" ")
    event = kind if kind in ("closed", "reopened") else None
    role = {"note": "agent", "closed": "system", "reopened": "system"}.get(kind, kind)
    if role not in ("agent", "bot", "system"):
        role, name = "customer", who
    account = said["account"].strip() if "account" in said else place["account"]
    if role == "agent" and account is None:
        account = name
    visibility = next((v for v in ("private", "public") if v in said), place["visibility"])
    return {
        "platform": said.get("on", place["platform"]).strip(),
        "namespace": said.get("namespace", place["namespace"]).strip(),
        "account": account,
        "channel": said.get("channel", place["channel"]).strip(),
        "message_key": key,
        "thread_key": said["thread"].strip() if "thread" in said else place["thread_key"],
        "reply_to_key": said["re"].strip() if "re" in said else None,
        "author_key": said["key"].strip() if "key" in said else name or None,
        "author_name": name or None,
        "role": role,
        "visibility": "internal" if kind == "note" else visibility,
        "sent_at": instant_of(when),
        "text": text or None,
        "event": event,
    }


def number(word: str) -> int | None:
    """Read a number, `-` as None."""
    return None if word == "-" else int(word)


def expected_waits(case: Case) -> list[dict[str, Any]]:
    """Read the waits of a case: for each, the fields of a wait that it pins."""
    found = []
    for line in case.waits.strip().splitlines():
        key, turn, outcome, seconds, *details = line.split()
        said = dict(word.partition("=")[::2] for word in details)
        row: dict[str, Any] = {
            "key": key,
            "first": {"first": True, "next": False}[turn],
            "outcome": outcome,
            "seconds": number(seconds),
            "chasers": int(said.pop("chasers", "0")),
            "unknown": said.pop("unknown", None) is not None,
        }
        if "open" in said:
            row["open_seconds"] = number(said.pop("open"))
        found.append(row | said)
    return found


def as_expected(wait: Wait, expected: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a wait what a case pins, to be compared with it."""
    return {"key": wait.start_key[2]} | {
        name: getattr(wait, name) for name in expected if name != "key"
    }
