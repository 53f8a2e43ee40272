"""What the helpdesk loaders share: whose ticket it is, who wrote, and a message of one of its parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from loaders.answers import ACCOUNT, Answers, asking
from loaders.helpdesk_json import Fields, as_text, records
from loaders.helpdesk_values import text
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.sink import Sink
from loaders.source import Source
from loaders.times import Clock, written_time

_EPOCH = re.compile(r"(\d{9,11})\.(\d+)", re.ASCII)
_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_REMEDY = "Export it again: an object with the fields of the helpdesk's documentation is expected."

Read = Callable[["Desk", Fields, int], None]


@dataclass(frozen=True)
class Ticket:
    """What all messages of one ticket have in common; `line` is where it stands in the file."""

    key: str
    account: str | None
    channel: str | None
    line: int | None


class Desk:
    """Makes messages of one file of a helpdesk, and hands them and the problems to the sink.

    `namespace` is the instance of the helpdesk where the export names it; the answers win.
    `joined` are the files that are loaded together with this one: what is said of one holds for all.
    Helpdesks document their times as UTC, also where they write no offset.
    """

    def __init__(
        self,
        platform: str,
        format_: str,
        source: Source,
        sink: Sink,
        options: Options,
        joined: Sequence[Source] = (),
    ) -> None:
        self.source = source
        self.sink = sink
        # What questions call the file; where several are joined, all of them.
        self.name = names_of(joined) or source.name
        names = [name for each in (source, *joined) for name in (each.name, each.inside)]
        self.who: Answers = options.answers(format_, *names)
        self.namespace = self.who.namespace or ""
        self.clock = Clock(source.name, options, self.who.time_zone)
        self._platform = self.who.platform or platform
        self._format = format_
        self._left: dict[str, int] = {}

    def load(self, read: Read, *pages: str) -> None:
        """Read every record of the file with `read(desk, fields, line)`, then tell what was noticed."""
        for record in records(self.source, self.sink, *pages):
            try:
                if record.fault is not None:
                    raise record.fault
                read(self, record.fields, record.line)
            except SpoiltRow as spoilt:
                raw = record.raw or as_text(record.fields)
                self.sink.problem(record.line, spoilt.problem, raw)
        self.tell()

    def tell(self) -> None:
        """Note what was resolved in the times and what was left out."""
        self.clock.tell(self.sink)
        for what, count in self._left.items():
            self.sink.note(f"{self.source.name}: {what}: {count:,}.")

    def leave(self, what: str) -> None:
        """Count something that was left out; `what` says what, in the plural."""
        self._left[what] = self._left.get(what, 0) + 1

    def ticket(
        self, key: Any, account: str | None, channel: str | None, line: int | None
    ) -> Ticket:
        """Make a ticket; what the person said of account and channel comes before what the export says.

        Raises SpoiltRow if it has no id.
        """
        ticket_key = text(key)
        if ticket_key is None:
            raise SpoiltRow("no id", "the ticket has no id", _REMEDY)
        named = self.who.account or account or self.namespace or None
        return Ticket(ticket_key, named, self.who.channel or channel, line)

    def role(self, said: str | None, *names: str | None) -> str:
        """Give the role of an author: who is listed as agent or bot is that, else what the export says."""
        listed = self.who.role(*names)
        return listed if listed != "customer" else said or "customer"

    def put(
        self,
        ticket: Ticket,
        part: Fields,
        *,
        key: Any,
        at: Any,
        role: str,
        author: Any = None,
        name: Any = None,
        words: str | None = None,
        internal: bool = False,
        edited: Any = None,
        reply_to: Any = None,
    ) -> None:
        """Hand on one message; `part` is what it is made of, kept as a problem if it makes none.

        Raises NotUsable that asks for the account where nothing names it, unless the message is internal.
        """
        try:
            message_key = text(key)
            if message_key is None:
                raise SpoiltRow("no id", "the message has no id", _REMEDY)
            sent_at = self.instant(at, "the time of the message", ticket)
            edited_at = self._edited(edited, sent_at, ticket)
            self.sink.message(
                self._message(
                    ticket, message_key, sent_at, edited_at, role,
                    text(author), text(name), words, internal, None, text(reply_to),
                )
            )  # fmt: skip
        except SpoiltRow as spoilt:
            self.sink.problem(ticket.line, spoilt.problem, as_text(part))

    def event(
        self, ticket: Ticket, part: Fields, *, event: str, key: str, at: Any, edited: Any = None
    ) -> None:
        """Hand on that a ticket was closed or reopened."""
        try:
            sent_at = self.instant(at, f"the time when the ticket was {event}", ticket)
            edited_at = self._edited(edited, None, ticket)
            self.sink.message(
                self._message(
                    ticket, key, sent_at, edited_at, "system", None, None, None, False, event, None
                )
            )
        except SpoiltRow as spoilt:
            self.sink.problem(ticket.line, spoilt.problem, as_text(part))

    def spoilt(self, ticket: Ticket, part: Any, kind: str, reason: str, remedy: str) -> None:
        """Keep as a problem what makes no message."""
        self.sink.problem(ticket.line, SpoiltRow(kind, reason, remedy).problem, as_text(part))

    def instant(self, value: Any, field: str, ticket: Ticket) -> datetime:
        """Read a time: ISO 8601, or seconds or milliseconds since 1970, with or without a fraction."""
        written = text(value)
        if written is None:
            raise SpoiltRow(f"no {field}", f"{field} is missing", _REMEDY)
        fraction = _EPOCH.fullmatch(written)
        if fraction:
            micro = int(fraction[2][:6].ljust(6, "0"))
            moment: datetime | str = _1970 + timedelta(seconds=int(fraction[1]), microseconds=micro)
        else:
            moment = written
            time = written_time(written)
            if time is not None and time.tzinfo is None:
                moment = time.replace(tzinfo=UTC)
        return self.clock.instant(moment, field, ticket.account, ticket.line)

    def parts(self, value: Any, ticket: Ticket) -> Iterator[Fields]:
        """Yield the objects of a list inside a ticket; what is none becomes a problem."""
        if value is not None and not isinstance(value, list):
            value = [value]
        for part in value or ():
            if isinstance(part, dict):
                yield part
            else:
                reason = "inside the ticket stands something that is no message"
                self.spoilt(ticket, part, "no message", reason, _REMEDY)

    def _edited(self, value: Any, sent_at: datetime | None, ticket: Ticket) -> datetime | None:
        if text(value) is None:
            return None
        edited_at = self.instant(value, "the time of the last change", ticket)
        return None if sent_at is not None and edited_at <= sent_at else edited_at

    def _message(
        self,
        ticket: Ticket,
        key: str,
        sent_at: datetime,
        edited_at: datetime | None,
        role: str,
        author: str | None,
        name: str | None,
        words: str | None,
        internal: bool,
        event: str | None,
        reply_to: str | None,
    ) -> Message:
        # A note is in no figure, and belongs to whom its thread belongs to.
        if ticket.account is None and not internal:
            raise asking(self.name, self._format, ACCOUNT)
        return Message(
            platform=self._platform,
            namespace=self.namespace,
            message_key=key,
            account=ticket.account,
            channel=ticket.channel,
            thread_key=ticket.key,
            reply_to_key=None if reply_to == key else reply_to,
            author_key=author,
            author_name=name,
            role=role,
            visibility="internal" if internal else "public",
            sent_at=sent_at,
            edited_at=edited_at,
            event=event,
            text=words or None,
            line=ticket.line,
        )


def names_of(sources: Sequence[Source]) -> str:
    """Name the files that are joined, as a sentence calls them."""
    named = ", ".join(source.name for source in sources[:5])
    return f"{named} and {len(sources) - 5:,} more" if len(sources) > 5 else named
