"""A mapping: which column of a table is which field of a message. Read from TOML, checked key by key.

[columns]               # field = "column", or a list whose values are joined by a blank
thread_key = "case_id"
sent_at = ["day", "time"]
text = "activity"

[constants]             # the same for every row
account = "IT helpdesk"
channel = "Tickets"

[time]
format = "%d.%m.%Y %H:%M"   # or "iso", "epoch", "epoch_ms", "excel"; without it what is certain is read
zone = "Europe/Rome"
day_first = true

[role]                  # one of three ways
first = "customer"      # 1. the first row of a case is the customer's, every other one an agent's
agents = ["Agent One"]  # 2. these authors; likewise bots
agent = ["out"]         # 3. what the role's column holds; likewise customer, bot, system and otherwise

[visibility]            # what the visibility's column holds
internal = ["true"]

[event]                 # what the event's column holds; such rows have the role system
closed = ["Solved"]

[reply]                 # columns of the reply, where it stands in the same row
sent_at = "answered"
text = "answer"

[file]
sheet = "Tickets"       # of a workbook
list = "data.tickets"   # of a JSON document
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as Keyed
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from loaders.messages import COLUMNS, EVENTS, ROLES, VISIBILITIES
from loaders.problems import NotUsable

Columns = tuple[str, ...]

TIME_FORMATS = ("iso", "epoch", "epoch_ms", "excel")
REPLY_FIELDS = ("sent_at", "text", "author_key", "author_name", "message_key", "edited_at")
_CONSTANTS = ("platform", "namespace", "account", "channel", "role", "visibility", "author_key")
_TIME_KEYS = ("format", "zone", "day_first")
_ROLE_LISTS = (*ROLES, "agents", "bots")
_ROLE_KEYS = (*_ROLE_LISTS, "first", "otherwise")
_FILE_KEYS = ("sheet", "list")


@dataclass(frozen=True)
class Mapping:
    """A checked mapping. Values that a column may hold are in lower case, without blanks around them."""

    columns: Keyed[str, Columns]
    constants: Keyed[str, str] = field(default_factory=dict)
    time_format: str | None = None
    zone: str | None = None
    day_first: bool | None = None
    first_is_customer: bool = False
    roles: Keyed[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    agents: tuple[str, ...] = ()
    bots: tuple[str, ...] = ()
    visibilities: Keyed[str, str] = field(default_factory=dict)
    events: Keyed[str, str] = field(default_factory=dict)
    reply: Keyed[str, Columns] = field(default_factory=dict)
    sheet: str | None = None
    list_: str | None = None

    @property
    def used(self) -> Columns:
        """The columns that it names, each once."""
        groups = (*self.columns.values(), *self.reply.values())
        return tuple(dict.fromkeys(name for group in groups for name in group))


def mapping_of_toml(text: str, name: str) -> Mapping:
    """Read a mapping from TOML; raise NotUsable naming everything that is wrong in it."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotUsable("unreadable", f"{name} is no TOML: {error}. Correct that line.") from None
    return mapping_of(given, name)


def mapping_of(given: Keyed[str, Any], name: str) -> Mapping:
    """Read a mapping from its keys; raise NotUsable naming everything that is wrong in it."""
    wrong: list[str] = []
    read = _Reader(given, wrong)
    columns = read.columns("columns", COLUMNS)
    reply = read.columns("reply", REPLY_FIELDS)
    constants = read.texts("constants", _CONSTANTS)
    time = read.section("time", _TIME_KEYS)
    roles = read.section("role", _ROLE_KEYS)
    file = read.section("file", _FILE_KEYS)
    read.unknown(
        "", given, ("columns", "reply", "constants", "time", "role", "visibility", "event", "file")
    )
    found = Mapping(
        columns=columns,
        constants=constants,
        time_format=read.text(time, "time.format"),
        zone=read.text(time, "time.zone"),
        day_first=read.truth(time, "time.day_first"),
        first_is_customer=read.text(roles, "role.first") is not None,
        roles=read.values("role", roles, ROLES),
        otherwise=read.text(roles, "role.otherwise"),
        agents=read.list_(roles, "role.agents"),
        bots=read.list_(roles, "role.bots"),
        visibilities=read.values("visibility", read.section("visibility", VISIBILITIES), VISIBILITIES),
        events=read.values("event", read.section("event", EVENTS), EVENTS),
        reply=reply,
        sheet=read.text(file, "file.sheet"),
        list_=read.text(file, "file.list"),
    )  # fmt: skip
    _check(found, roles, wrong)
    if wrong:
        raise NotUsable("unreadable", f"The mapping {name} can't be used: {'; '.join(wrong)}.")
    return found


def _check(found: Mapping, roles: Keyed[str, Any], wrong: list[str]) -> None:
    """Look at what keys say together."""
    if "sent_at" not in found.columns:
        wrong.append(
            'columns.sent_at is missing: name the column with the time, sent_at = "created"'
        )
    keys = {"message_key", "thread_key", "author_key", "author_name"}
    if not found.columns.keys() & keys and not found.reply:
        wrong.append(
            "columns names none of thread_key, author_key, author_name and message_key, so no row belongs to another"
        )
    if found.reply and "sent_at" not in found.reply:
        wrong.append("reply.sent_at is missing: name the column with the reply's time")
    for key, word, words in (
        ("constants.role", found.constants.get("role"), ROLES),
        ("constants.visibility", found.constants.get("visibility"), VISIBILITIES),
        ("role.otherwise", found.otherwise, ROLES),
        ("role.first", roles.get("first"), ("customer",)),
    ):
        if isinstance(word, str) and word not in words:
            wrong.append(f'{key} is "{word}", expected {" or ".join(words)}')
    if found.first_is_customer and "thread_key" not in found.columns:
        wrong.append(
            'role.first needs columns.thread_key: without cases there is no "first row of a case"'
        )
    if (found.roles or found.otherwise) and "role" not in found.columns:
        wrong.append("role lists what a column holds, but columns.role does not name that column")
    ways = (found.first_is_customer, bool(found.roles), bool(found.agents or found.bots))
    if sum(ways) > 1:
        wrong.append("role says in more than one way who is an agent; keep one of them")
    if found.visibilities and "visibility" not in found.columns:
        wrong.append(
            "visibility lists what a column holds, but columns.visibility does not name it"
        )
    if found.events and "event" not in found.columns:
        wrong.append("event lists what a column holds, but columns.event does not name it")
    if found.zone is not None and not _is_zone(found.zone):
        wrong.append(f'time.zone is "{found.zone}", which is no time zone such as Europe/Rome')
    time_format = found.time_format
    if time_format is not None and "%" not in time_format and time_format not in TIME_FORMATS:
        wrong.append(
            f'time.format is "{time_format}", expected {", ".join(TIME_FORMATS)} or one like "%d.%m.%Y %H:%M"'
        )


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name).key)
    except (OSError, ValueError, KeyError):
        return False


class _Reader:
    """Reads keys and puts down what is wrong with each."""

    def __init__(self, given: Keyed[str, Any], wrong: list[str]) -> None:
        self._given = given
        self._wrong = wrong

    def section(self, name: str, known: tuple[str, ...]) -> Keyed[str, Any]:
        found = self._given.get(name)
        if found is None:
            return {}
        if not isinstance(found, dict):
            self._wrong.append(f"{name} should be a table of keys, [{name}]")
            return {}
        self.unknown(f"{name}.", found, known)
        return found

    def unknown(self, above: str, found: Keyed[str, Any], known: tuple[str, ...]) -> None:
        for key in found:
            if key not in known:
                near = get_close_matches(key, known, 1)
                meant = f"; {near[0]} is" if near else f"; there are {', '.join(known)}"
                self._wrong.append(f"{above}{key} is no key of a mapping{meant}")

    def columns(self, name: str, known: tuple[str, ...]) -> Keyed[str, Columns]:
        found: dict[str, Columns] = {}
        for key, value in self.section(name, known).items():
            names = [value] if isinstance(value, str) else value
            if not isinstance(names, list) or not names or not _are_texts(names):
                self._wrong.append(f"{name}.{key} should be a column's name, or a list of such")
            elif key in known:
                found[key] = tuple(names)
        return found

    def texts(self, name: str, known: tuple[str, ...]) -> Keyed[str, str]:
        section = self.section(name, known)
        return {key: text for key in known if (text := self.text(section, f"{name}.{key}"))}

    def text(self, section: Keyed[str, Any], path: str) -> str | None:
        value = section.get(path.partition(".")[2])
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self._wrong.append(f"{path} should be a text")
        return None

    def truth(self, section: Keyed[str, Any], path: str) -> bool | None:
        value = section.get(path.partition(".")[2])
        if value is None or isinstance(value, bool):
            return value
        self._wrong.append(f"{path} should be true or false")
        return None

    def list_(self, section: Keyed[str, Any], path: str) -> tuple[str, ...]:
        value = section.get(path.partition(".")[2])
        if value is None:
            return ()
        if isinstance(value, list) and _are_texts(value):
            return tuple(value)
        self._wrong.append(f"{path} should be a list of texts")
        return ()

    def values(
        self, name: str, section: Keyed[str, Any], known: tuple[str, ...]
    ) -> Keyed[str, str]:
        found: dict[str, str] = {}
        for word in known:
            for value in self.list_(section, f"{name}.{word}"):
                plain = value.strip().casefold()
                if found.setdefault(plain, word) != word:
                    self._wrong.append(f'{name} has "{value}" both as {found[plain]} and as {word}')
        return found


def _are_texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) and value.strip() for value in values)
