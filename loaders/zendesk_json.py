"""Zendesk tickets as JSON: with their comments or audits inside or beside them, and the users.

That is what the API gives page by page, what the account's own JSON export holds (one ticket a line,
users in a file of their own), and what scripts make of both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from loaders.helpdesk import Desk, names_of
from loaders.helpdesk_json import Fields, Record, first_records, records
from loaders.helpdesk_values import obj, text, words_of, yes
from loaders.options import Options
from loaders.problems import NotUsable, SpoiltRow
from loaders.sink import Sink, Unheard
from loaders.source import Head, Source
from loaders.zendesk import (
    LEFT_OUT,
    PLATFORM,
    UNKNOWN,
    Comment,
    Facts,
    People,
    Zendesk,
    channel_of,
    first_of,
    instance_of,
    order,
    without_words,
)

FORMAT = "zendesk_json"
TITLE = "Zendesk tickets (JSON)"
EXPECTS = "requester_id, submitter_id, status, via and comments or audits"

_PAGES = ("tickets", "audits", "ticket_audits", "comments", "users", "results")
_OF_TICKET = ("submitter_id", "submitter", "raw_subject", "brand_id", "ticket_form_id", "via")
_NUMBER = re.compile(r"[0-9]+")
_OF_USER = ("ticket_restriction", "restricted_agent", "only_private_comments", "shared_agent")


def identify(head: Head) -> bool:
    """Tell whether one of the first records is a ticket, an audit, a comment or a user of Zendesk."""
    return any(_kind(fields) for fields in first_records(head, *_PAGES))


def load_together(sources: Sequence[Source], sink: Sink, options: Options) -> None:
    """Look through all files for who is who, then read them for good."""
    known = _Known()
    for source in sources:
        known.learn(source)
    known.place()
    if known.users == known.records > 0:
        raise NotUsable(
            "empty",
            f"{names_of(sources)} holds only users. Load it together with the tickets.",
        )
    for source in sources:
        sink.begin(source, alone=len(sources) == 1)
        desk = Desk(PLATFORM, FORMAT, source, sink, options, sources)
        desk.namespace = desk.who.namespace or known.instance or ""
        zendesk = Zendesk(desk, known.people, FORMAT)
        zendesk.ask()
        desk.load(_Reader(zendesk, known).read, *_PAGES)


def _kind(fields: Fields) -> str | None:
    if "ticket_id" in fields and isinstance(fields.get("events"), list):
        return "audit" if "author_id" in fields else None
    if "author_id" in fields and "public" in fields:
        return "comment" if {"plain_body", "html_body", "audit_id", "via"} & set(fields) else None
    if "role" in fields and any(key in fields for key in _OF_USER):
        return "user"
    asked = "requester_id" in fields or "requester" in fields
    if asked and "responder_id" not in fields and "status" in fields:
        return "ticket" if sum(key in fields for key in _OF_TICKET) >= 2 else None
    return None


class _Known:
    """What the first look finds: people, tickets whose comments stand elsewhere, the instance."""

    def __init__(self) -> None:
        self.people = People()
        self.tickets: dict[str, Facts] = {}
        # Of tickets whose comments stand elsewhere: the key of the oldest one.
        self.firsts: dict[str, str] = {}
        # Files of which no comment names its ticket hold those of one: by the file the key of the oldest comment, and the ticket.
        self.unplaced: dict[str, str] = {}
        self.naming: set[str] = set()
        self.placed: dict[str, str] = {}
        self.audited: set[str] = set()
        self.instance: str | None = None
        # Comments that were made internal after they were written.
        self.hidden: set[str] = set()
        self.users = 0
        self.records = 0

    def learn(self, source: Source) -> None:
        for record in records(source, Unheard(), *_PAGES):
            self.records += 1
            self._record(record, source.inside)

    def place(self) -> None:
        """Say which ticket each file of comments is about that do not name it: one that its name tells, else one of its own."""
        for inside, first in self.unplaced.items():
            if inside not in self.naming:
                told = [each for each in _NUMBER.findall(inside) if each in self.tickets]
                self.placed[inside] = told[-1] if told else inside.rpartition(".")[0] or inside
                _keep_oldest(self.firsts, self.placed[inside], first)

    def _record(self, record: Record, inside: str) -> None:
        fields, kind = record.fields, _kind(record.fields)
        if kind == "user":
            self.users += 1
            self.people.user(fields.get("id"), fields.get("role"), fields.get("name"))
        elif kind == "ticket":
            facts = _facts(fields)
            for audit in _listed(fields.get("audits")):
                self.hidden |= _hidden(audit)
            self.people.ticket(facts)
            self.instance = self.instance or instance_of(facts.url)
            found = list(_inside(fields))
            for comment in found:
                self.people.comment(comment, facts)
            if not found and facts.id:
                self.tickets[facts.id] = without_words(facts)
        elif kind in ("audit", "comment"):
            ticket = text(fields.get("ticket_id"))
            if ticket:
                self.naming.add(inside)
            if ticket and kind == "audit":
                self.audited.add(ticket)
                self.hidden |= _hidden(fields)
            for comment in _of_audit(fields) if kind == "audit" else [_comment(fields)]:
                self.people.comment(comment, self.tickets.get(ticket or "", UNKNOWN))
                if ticket and comment.id:
                    _keep_oldest(self.firsts, ticket, comment.id)
                elif kind == "comment" and comment.id:
                    _keep_oldest(self.unplaced, inside, comment.id)


def _keep_oldest(known: dict[str, str], about: str, comment: str) -> None:
    """Keep the key of the oldest comment about something."""
    known[about] = min(comment, known.get(about, comment), key=order)


class _Reader:
    """Hands on every record when the files are read for good."""

    def __init__(self, zendesk: Zendesk, known: _Known) -> None:
        self._zendesk = zendesk
        self._known = known

    def read(self, desk: Desk, fields: Fields, line: int) -> None:
        kind = _kind(fields)
        if kind == "ticket":
            self._ticket(desk, fields, line)
        elif kind in ("audit", "comment"):
            self._part(kind, fields, line)
        elif kind != "user":
            raise SpoiltRow(
                "no ticket",
                "this is no ticket, comment, audit or user of Zendesk",
                "Leave only those in the file.",
            )

    def _ticket(self, desk: Desk, fields: Fields, line: int) -> None:
        zendesk, facts = self._zendesk, _facts(fields)
        if facts.left_out:
            desk.leave(LEFT_OUT)
            return
        ticket = zendesk.ticket(facts, line)
        audits = list(desk.parts(fields.get("audits"), ticket))
        comments = list(map(_comment, desk.parts(fields.get("comments"), ticket)))
        if not comments:
            comments = [self._as_it_is(c) for audit in audits for c in _of_audit(audit)]
        first = first_of(comments)
        for comment in comments:
            zendesk.comment(ticket, facts, comment, is_first=comment is first)
        for audit in audits:
            for event in _events(audit):
                zendesk.change(ticket, event, audit.get("created_at"))
        elsewhere = ticket.key in self._known.firsts
        if not comments and not elsewhere:
            zendesk.description(ticket, facts, fields)
        elif not audits and ticket.key not in self._known.audited:
            zendesk.settled(ticket, facts, fields)

    def _part(self, kind: str, fields: Fields, line: int) -> None:
        """Hand on a comment or audit that stands beside its ticket."""
        zendesk = self._zendesk
        key = text(fields.get("ticket_id")) or self._known.placed.get(zendesk.desk.source.inside)
        if key is None:
            raise SpoiltRow(
                "no ticket_id",
                "this comment does not say which ticket it belongs to",
                "Add ticket_id to each comment, or keep the comments of each ticket in a file of their own.",
            )
        facts = self._known.tickets.get(key, UNKNOWN)
        if facts.left_out:
            return
        ticket = zendesk.desk.ticket(key, facts.account, facts.channel, line)
        found = _of_audit(fields) if kind == "audit" else [_comment(fields)]
        for comment in map(self._as_it_is, found):
            first = self._known.firsts.get(key) == comment.id
            zendesk.comment(ticket, facts, comment, is_first=first)
        for event in _events(fields):
            zendesk.change(ticket, event, fields.get("created_at"))

    def _as_it_is(self, comment: Comment) -> Comment:
        """Give a comment as it was left: an audit tells of it as it was written."""
        return replace(comment, public=False) if comment.id in self._known.hidden else comment


def _facts(fields: Fields) -> Facts:
    via = obj(fields.get("via"))
    from_, to = (obj(obj(via.get("source")).get(side)) for side in ("from", "to"))
    channel = text(via.get("channel"))
    page = text(to.get("name")) if channel in ("facebook", "whatsapp", "instagram_dm") else None
    named = (
        text(fields.get("recipient"))
        or text(to.get("address"))
        or text(to.get("username"))
        or page
        or text(to.get("formatted_phone"))
        or text(to.get("phone"))
    )
    rel = obj(via.get("source")).get("rel")
    return Facts(
        id=text(fields.get("id")),
        requester=_person(fields, "requester"),
        submitter=_person(fields, "submitter"),
        assignee=_person(fields, "assignee"),
        created_at=text(fields.get("created_at")),
        updated_at=text(fields.get("updated_at")),
        solved_at=text(obj(fields.get("metric_set")).get("solved_at")),
        status=(text(fields.get("status")) or "").lower(),
        description=text(fields.get("description")),
        channel=channel_of(channel, rel if rel is not None else from_.get("rel")),
        account=named,
        url=text(fields.get("url")),
    )


def _person(fields: Fields, role: str) -> str | None:
    return text(fields.get(f"{role}_id")) or text(obj(fields.get(role)).get("id"))


def _comment(fields: Fields, audit: Fields | None = None, read: bool = True) -> Comment:
    """Take a comment apart; unless it is read, its words are left where they are."""
    by = audit or {}
    author = text(fields.get("author_id")) or text(obj(fields.get("author")).get("id"))
    words = None
    if read:
        words = text(fields.get("body")) or text(fields.get("plain_body"))
        words = words or words_of(text(fields.get("html_body")))
    via = obj(fields.get("via")) or obj(by.get("via"))
    return Comment(
        id=text(fields.get("id")),
        author=author or text(by.get("author_id")),
        public=yes(fields.get("public")) is not False,
        created_at=text(fields.get("created_at"))
        or text(by.get("created_at"))
        or text(fields.get("timestamp")),
        words=words,
        channel=text(via.get("channel")),
        raw=fields,
    )


def _of_audit(audit: Fields) -> Iterator[Comment]:
    for event in _events(audit):
        if text(event.get("type")) in ("Comment", "VoiceComment", "FacebookComment", "Tweet"):
            yield _comment(event, audit)


def _hidden(audit: Any) -> set[str]:
    """Give the ids of the comments that this audit makes internal."""
    events = _events(audit) if isinstance(audit, dict) else []
    return {
        key
        for event in events
        if text(event.get("type")) == "CommentPrivacyChange" and yes(event.get("public")) is False
        if (key := text(event.get("comment_id"))) is not None
    }


def _inside(fields: Fields) -> Iterator[Comment]:
    """Give the comments that stand inside a ticket, however they do."""
    comments = [each for each in _listed(fields.get("comments")) if isinstance(each, dict)]
    for comment in comments:
        yield _comment(comment, read=False)
    for audit in [] if comments else _listed(fields.get("audits")):
        if isinstance(audit, dict):
            yield from _of_audit(audit)


def _events(audit: Fields) -> list[Fields]:
    return [event for event in _listed(audit.get("events")) if isinstance(event, dict)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
