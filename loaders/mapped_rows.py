"""What makes a row of a mapped table a message, and of a row with a reply two."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Keyed
from dataclasses import replace
from datetime import UTC, datetime

from loaders.answers import Answers, asking
from loaders.content_keys import provisional_key
from loaders.edges import stands_for_nothing
from loaders.log_rows import LogRows, Value
from loaders.mapped_times import DayOrderUnknown, read_time
from loaders.mapping import Columns, Mapping
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import Ask, NotUsable, SpoiltRow, shown
from loaders.sink import Sink
from loaders.tables import Row, Table

FORMAT = "mapped"

_NOTED = 5


class MappedRows:
    """Turns the rows of one table into messages."""

    def __init__(self, name: str, mapping: Mapping, who: Answers, options: Options) -> None:
        self._name = name
        # Names of columns are compared in lower case.
        self._mapping = mapping = replace(
            mapping, columns=_lowered(mapping.columns), reply=_lowered(mapping.reply)
        )
        # The cases so far, until one has a second row.
        self._cases: set[str] = set()
        self._answerable = bool(mapping.reply)
        # Words for a visibility that the mapping does not list, with how often each stands.
        self._unlisted: Counter[str] = Counter()
        constants = {
            "account": who.account, "channel": who.channel, "namespace": who.namespace,
            "platform": who.platform,
        }  # fmt: skip
        self._constants: dict[str, str] = {k: v for k, v in constants.items() if v}
        self._constants |= mapping.constants
        self._people = replace(
            who, agents=mapping.agents or who.agents, bots=mapping.bots or who.bots
        )
        self._day_first = who.day_first if mapping.day_first is None else mapping.day_first
        self._log = LogRows(name, options, mapping.zone or who.time_zone)
        # Of each case the time and the place of its first row; several rows may stand on one line.
        self._firsts: dict[str, tuple[datetime, int]] = {}
        self._place = -1

    def check(self, table: Table) -> None:
        """Raise NotUsable naming the columns that the mapping names and the table has not."""
        there = {name.lower() for name in table.columns}
        missing = [name for name in self._mapping.used if name not in there]
        if missing:
            raise NotUsable(
                "not_a_log",
                f"{self._name} has no {'column' if len(missing) == 1 else 'columns'} {', '.join(missing)}, which "
                f"its mapping names. It has: {', '.join(table.columns[:40])}.",
            )

    def look_at(self, table: Table) -> None:
        """Go through the table once where something of it has to be known before the first row is read."""
        mapping = self._mapping
        told = mapping.roles or mapping.otherwise or "role" in mapping.columns or mapping.reply
        named = self._people.agents or self._people.bots or "role" in self._constants
        if not told and not named and not mapping.first_is_customer:
            authors: Counter[str] = Counter()
            for _, row in table.rows():
                author = self._joined(row, mapping.columns.get("author_name", ()))
                authors[
                    author or self._joined(row, mapping.columns.get("author_key", ())) or ""
                ] += 1
            authors.pop("", None)
            self._people.needs_people(self._name, FORMAT, authors)
        if "account" not in self._constants and "account" not in mapping.columns:
            self._people.needs_account(self._name, FORMAT)
        if mapping.first_is_customer:
            self.see_firsts(table.rows())

    def see_firsts(self, rows: Iterable[tuple[int, Row]]) -> None:
        """Find the earliest row of each case; of two at the same time, the one that stands first."""
        case, time = self._mapping.columns["thread_key"], self._mapping.columns["sent_at"]
        for place, (_, row) in enumerate(rows):
            key = self._joined(row, case)
            try:
                written = self._time(row, time)
            except SpoiltRow:
                continue
            if not key or written is None:
                continue
            # Only the order of one case's times matters here, and they are of one zone.
            at = written if written.tzinfo else written.replace(tzinfo=UTC)
            if key not in self._firsts or at < self._firsts[key][0]:
                self._firsts[key] = (at, place)

    def messages(self, row: Row, line: int) -> Iterator[Message]:
        """Give the message of a row, then the reply that stands in it. Raises SpoiltRow, NotUsable.

        Called for every row of the table in its order. A reply that can't be read leaves its question as it is.
        """
        self._place += 1
        mapping = self._mapping
        given: dict[str, Value] = dict(self._constants)
        for name, columns in mapping.columns.items():
            is_time = name in ("sent_at", "edited_at")
            value = self._time(row, columns) if is_time else self._joined(row, columns)
            if value is not None:
                given[name] = value
        if "author_key" not in given and "author_name" in given:
            given["author_key"] = given["author_name"]
        self._set_words(given)
        if mapping.reply and not given.get("message_key"):
            given["message_key"] = _content_key(given)
        if mapping.reply and not given.get("thread_key"):
            given["thread_key"] = given["message_key"]
        keyless = "message_key" not in given
        message = self._log.message({**given, "message_key": "-"} if keyless else given, line)
        if keyless:
            message = message._replace(message_key=self._key(message, given))
        self._see_case(message)
        yield message
        if mapping.reply and (replied := self._time(row, mapping.reply["sent_at"])) is not None:
            yield self._log.message(self._reply(row, given, replied), line)

    def _see_case(self, message: Message) -> None:
        """Find out whether something could be a reply: a case of several rows, a mark, or what a row tells itself."""
        if message.thread_key in self._cases or message.reply_to_key or message.role != "customer":
            self._answerable = True
        if not self._answerable and message.thread_key is not None:
            self._cases.add(message.thread_key)

    def _key(self, message: Message, given: Row) -> str:
        """Make a key from what the row says, without what a person may correct later."""
        if self._is_first(given):
            # It is shorter than those that are numbered, so it stands before what has the same second.
            return _content_key(given)
        self._log.loose = True
        return provisional_key(
            message._replace(message_key="", account=None, channel=None, role="")
        )

    def finish(self, sink: Sink) -> None:
        """Note what was resolved, and complete the keys that were made."""
        self._log.finish(sink)
        if not self._answerable and len(self._cases) > 1:
            sink.note(
                f"{self._name}: each row is a case of its own and no row is a reply, so all of them wait for an answer. If the table tells when they "
                "were answered, name that column as reply.sent_at in the mapping; if several rows make a case, name the column that they share as thread_key."
            )
        for word, count in self._unlisted.most_common(_NOTED):
            sink.note(
                f"{self._name}: the mapping does not list {shown(word)} as a visibility ({count:,} times): it counts as public."
            )

    def _is_first(self, given: Row) -> bool:
        first = self._firsts.get(str(given.get("thread_key") or ""))
        return first is not None and first[1] == self._place

    def _set_words(self, given: dict[str, Value]) -> None:
        """Put the canonical words in the place of what the columns for role, visibility and event hold."""
        mapping = self._mapping
        event = _plain(given.pop("event", None))
        if event is not None and (
            known := _word(event, mapping.events, ("closed", "reopened", "polled"))
        ):
            given["event"] = known
        if mapping.visibilities and (seen := _plain(given.pop("visibility", None))):
            given["visibility"] = self._listed_visibility(seen)
        if "event" in given:
            given["role"] = "system"
        elif mapping.first_is_customer:
            given["role"] = "customer" if self._is_first(given) else "agent"
        elif mapping.roles or mapping.otherwise:
            given["role"] = self._listed_role(given)
        elif "role" not in given and mapping.reply:
            given["role"] = "customer"
        elif "role" not in given:
            names = (given.get("author_key"), given.get("author_name"))
            given["role"] = self._people.role(*(None if n is None else str(n) for n in names))

    def _listed_visibility(self, found: str) -> str:
        """Give what is listed for a word; what is not listed is public, as a rule where only others are listed."""
        listed = self._mapping.visibilities
        if found not in listed and "public" in listed.values():
            self._unlisted[found] += 1
        return listed.get(found, "public")

    def _listed_role(self, given: Row) -> str:
        found = _plain(given.get("role"))
        role = self._mapping.roles.get(found or "") or self._mapping.otherwise
        if role is None:
            column = " ".join(self._mapping.columns["role"])
            raise SpoiltRow(
                f"unknown {column}",
                f"{column} is {shown(found or '')}, which the mapping does not list",
                "Put it under role in the mapping, or say with otherwise what the rest is.",
            )
        return role

    def _reply(self, row: Row, given: Row, replied: datetime) -> Row:
        reply: dict[str, Value] = {
            name: given.get(name)
            for name in ("platform", "namespace", "account", "channel", "thread_key", "visibility")
        }
        for name, columns in self._mapping.reply.items():
            reply[name] = self._joined(row, columns)
        reply["sent_at"] = replied
        reply["role"] = "agent"
        reply["reply_to_key"] = given.get("message_key")
        reply["message_key"] = reply.get("message_key") or f"{given.get('message_key')}/reply"
        return reply

    def _time(self, row: Row, columns: Columns) -> datetime | None:
        """Read a time; None where nothing stands. Raises SpoiltRow where it is none."""
        one = row.get(columns[0]) if len(columns) == 1 else None
        value = one if isinstance(one, datetime) else self._joined(row, columns)
        if value is None or (isinstance(value, str) and stands_for_nothing(value)):
            return None
        try:
            time = read_time(value, self._mapping.time_format, self._day_first)
        except DayOrderUnknown:
            ask = Ask("day_first", f"In {shown(str(value))}, is the first number the day?")
            raise asking(self._name, FORMAT, ask) from None
        if time is None:
            name = " and ".join(columns)
            raise SpoiltRow(
                f"{name} is no time",
                f"{name} is {shown(str(value))}, which is no time that the mapping expects",
                "Say under time in the mapping how times are written, or correct this one.",
            )
        return time

    def _joined(self, row: Row, columns: Columns) -> str | None:
        if len(columns) == 1:
            value = row.get(columns[0])
            return None if value is None else str(value).strip() or None
        parts = [_part(row.get(name)) for name in columns]
        return " ".join(part for part in parts if part) or None


def _lowered(columns: Keyed[str, Columns]) -> dict[str, Columns]:
    return {field: tuple(n.strip().lower() for n in names) for field, names in columns.items()}


def _part(value: Value) -> str:
    """Write one of several values; a day that a workbook keeps as a time of midnight is only a day."""
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()
    return "" if value is None else str(value).strip()


def _plain(value: Value) -> str | None:
    return None if value is None else str(value).strip().casefold() or None


def _word(found: str, listed: object, words: tuple[str, ...]) -> str | None:
    if isinstance(listed, dict) and listed:
        known = listed.get(found)
        return known if isinstance(known, str) else None
    return found if found in words else None


def _content_key(given: Row) -> str:
    """Make a key from what a row says, without what a person may correct later."""
    names = ("platform", "namespace", "thread_key", "author_key", "sent_at", "text")
    content = "\x00".join(str(given.get(name) or "") for name in names)
    return hashlib.sha1(content.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
