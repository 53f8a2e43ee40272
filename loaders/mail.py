"""E-mail: mbox files, single mails (.eml), folders and archives of them, Maildir.

Who writes for the brand are the account's own address and the agents that the settings name. Automatic answers
are bots. A mail between the brand's own people is internal, and one that a form or a group passed on for a
customer is the customer's. The key is the Message-ID, which is the same wherever a copy of a mail lies.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.errors import MessageError
from email.parser import BytesParser
from email.policy import compat32
from typing import TextIO

from loaders.mail_record import MailRecord, is_draft, record_of, time_of
from loaders.mail_sides import Sides, ask_for_sides
from loaders.mail_threads import Threads, normalised
from loaders.mbox import RawMail, begins_mbox, mails
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import Problem, SpoiltRow
from loaders.sink import Sink
from loaders.source import Head, Source
from loaders.times import Clock

FORMAT = "email"
TITLE = "E-mail (mbox, .eml, Maildir)"
EXPECTS = (
    "the header fields of a mail: From, and some of Date, Message-ID, Received, Subject and To"
)
TOGETHER = True

_FIELD = re.compile(r"([!-9;-~]{1,76})[ \t]*:")
_USUAL = frozenset(
    ("date", "message-id", "received", "subject", "to", "return-path", "mime-version")
)
# What the parser raises on mails that are put together wrongly enough.
_FAILURES = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    AssertionError,
    MessageError,
)
_UNFINISHED = re.compile(r"(?:^|/)tmp/[^/]+$")
_RAW_BYTES = 4_000


def identify(head: Head) -> bool:
    """Tell whether the file is an mbox, or begins with the header of a mail."""
    if begins_mbox(head.data):
        return True
    names: set[str] = set()
    for line in head.text.lstrip("\ufeff\r\n").split("\n"):
        plain = line.rstrip("\r")
        if not plain:
            break
        if plain[0] in " \t" and names:
            continue
        name = _FIELD.match(plain)
        if name is None:
            return False
        names.add(name[1].lower())
    return "from" in names and len(names & _USUAL) > 1


def load_together(sources: Sequence[Source], sink: Sink, options: Options) -> None:
    """Read all mails first, since a thread may go through several files; then hand them on."""
    _Mailbox(sources, sink, options).load()


class _Mailbox:
    def __init__(self, sources: Sequence[Source], sink: Sink, options: Options) -> None:
        first = sources[0]
        self._sources = sources
        self._sink = sink
        self._who = options.answers(FORMAT, first.name, first.inside)
        self._sides = Sides(self._who)
        self._clock = Clock(first.name, options, self._who.time_zone)
        self._threads = Threads()
        self._authors: Counter[str] = Counter()
        # Subjects, each with the person, of answers that refer to no mail.
        self._sought: set[tuple[str, str]] = set()
        self._drafts = 0
        self._spool = sink.scratch / "mails.ndjson"

    def load(self) -> None:
        with self._spool.open("w", encoding="utf-8") as spool:
            for source in self._sources:
                if _UNFINISHED.search(source.inside):
                    continue  # a Maildir's folder of what is still being delivered
                self._sink.begin(source, alone=len(self._sources) == 1)
                for raw in mails(source, self._sink):
                    self._take(raw, source.inside, spool)
        if self._authors:
            ask_for_sides(self._sources[0].name, FORMAT, self._who, self._authors)
        self._join_by_subject()
        for record in self._records():
            self._sink.message(self._message(record))
        self._clock.tell(self._sink)
        if self._drafts:
            self._sink.note(f"Drafts, which were never sent, were left out: {self._drafts:,}.")

    def _take(self, raw: RawMail, inside: str, spool: TextIO) -> None:
        try:
            mail = BytesParser(policy=compat32).parsebytes(raw.data)
            if is_draft(mail, inside):
                self._drafts += 1
                return
            sent_at = time_of(mail, self._clock, self._who.account, raw.line)
            record = record_of(mail, raw, sent_at)
        except SpoiltRow as spoilt:
            self._spoilt(raw, spoilt.problem)
            return
        except _FAILURES:
            self._spoilt(
                raw,
                Problem(
                    "unreadable mail",
                    "this mail is put together in a way that can't be read",
                    "Open it in a mail program, save it again, and load that.",
                ),
            )
            return
        if record.author_key and not record.automatic:
            self._authors[record.author_key] += 1
        self._threads.add(record.key, record.references, sent_at)
        subject, answer = normalised(record.subject)
        if answer and subject and not record.references:
            self._sought.update((subject, one) for one in self._sides.customers(record))
        spool.write(json.dumps(record) + "\n")

    def _spoilt(self, raw: RawMail, problem: Problem) -> None:
        self._sink.problem(raw.line, problem, raw.data[:_RAW_BYTES].decode("utf-8", "replace"))

    def _records(self) -> Iterator[MailRecord]:
        with self._spool.open(encoding="utf-8") as spool:
            for line in spool:
                yield MailRecord(*json.loads(line))

    def _join_by_subject(self) -> None:
        if not self._sought:
            return
        same: dict[tuple[str, str], list[tuple[datetime, str, bool]]] = defaultdict(list)
        for record in self._records():
            subject, answer = normalised(record.subject)
            for one in self._sides.customers(record):
                if (subject, one) in self._sought:
                    seeks = answer and not record.references
                    same[subject, one].append((record.instant, record.key, seeks))
        for group in same.values():
            self._threads.join_by_subject(group)

    def _message(self, record: MailRecord) -> Message:
        side = self._sides.of(record)
        return Message(
            platform=self._who.platform or "email",
            namespace=self._who.namespace or "",
            message_key=record.key,
            account=self._who.account,
            channel=self._who.channel or "E-mail",
            thread_key=self._threads.name(record.key),
            reply_to_key=record.reply_to_key,
            author_key=side.key,
            author_name=side.name,
            role=side.role,
            visibility=side.visibility,
            sent_at=record.instant,
            edited_at=None,
            event=None,
            text=record.text,
            line=record.line,
        )
