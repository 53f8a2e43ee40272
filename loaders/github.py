"""GitHub issues: the archive of a repository, what the API gives (issues, comments), what `gh` prints.

The account is the repository, a thread is an issue. Owners, members and collaborators of the repository are
agents, others customers; the settings can name more. Pull requests are no questions and are left out. A comment is
known by its issue, author and second, since not every one of these files has its id: so they merge.
When an issue was changed last tells which of two versions of it counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from loaders.answers import Answers
from loaders.helpdesk import Desk, Ticket
from loaders.helpdesk_json import Fields, first_records, records
from loaders.helpdesk_values import obj, text
from loaders.json_glimpse import glimpse
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.sink import Sink, Unheard
from loaders.source import Head, Source

FORMAT = "github"
TITLE = "GitHub issues (JSON)"
EXPECTS = "number, title and author or user of issues, or issue_url and user of comments"
TOGETHER = True

_PAGES = ("issues", "items", "data.repository.issues.nodes")
_PLACE = re.compile(r"/([^/\s]+/[^/\s]+)/(issues|pull|pulls)/(\d+)(?:[#/?]|$)")
_STAFF = frozenset(("OWNER", "MEMBER", "COLLABORATOR"))
_CHANNEL = "GitHub issues"
_PULLS = "pull requests and what was said on them, left out because they are no questions"


def identify(head: Head) -> bool:
    """Tell whether the first entries are issues, or comments on them."""
    return any(_is_issue(one) or _is_comment(one) for one in first_records(head, *_PAGES))


def _is_issue(fields: Fields) -> bool:
    address = text(fields.get("url")) or ""
    place = _PLACE.search(address)
    who = "author" in fields or "user" in fields
    named = place is not None or "repository_url" in fields or "authorAssociation" in fields
    return {"number", "title", "body"} <= fields.keys() and who and named and "state" in fields


def _is_comment(fields: Fields) -> bool:
    return {"issue_url", "user", "body"} <= fields.keys()


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read issues with what was said below them, and comments that stand alone."""
    desk = Desk("github", FORMAT, source, sink, options)
    tops = glimpse(source.head.text)
    repository = text(obj(tops[0]).get("repo")) if tops else None
    staff = _Staff(desk.who, source, options)
    if not staff.known and not staff.associations:
        # The repository is the account; only who writes for it has to be asked.
        who = replace(desk.who, account=desk.who.account or repository or source.name)
        who.needs_people(source.name, FORMAT, staff.authors)
    reader = _Reader(desk, repository, staff)
    desk.load(lambda _, fields, line: reader.read(fields, line), *_PAGES)


class _Staff:
    """Who writes for the repository: what each entry says of its author, else what another one says."""

    def __init__(self, who: Answers, source: Source, options: Options) -> None:
        self.known = bool(who.agents or who.bots)
        self.associations: dict[str, str] = {}
        self.authors: Counter[str] = Counter()
        quiet = Unheard()
        for record in records(source, quiet, *_PAGES):
            for entry in (record.fields, *_comments(record.fields)):
                login = _login(entry)
                if login is None:
                    continue
                self.authors[login] += 1
                association = _association(entry)
                if association is not None and (
                    association in _STAFF or login not in self.associations
                ):
                    self.associations[login] = association

    def role(self, entry: Fields) -> str:
        login = _login(entry)
        if login is not None and (login.endswith("[bot]") or _is_bot(entry)):
            return "bot"
        association = _association(entry) or self.associations.get(login or "")
        return "agent" if association in _STAFF else "customer"


class _Reader:
    def __init__(self, desk: Desk, repository: str | None, staff: _Staff) -> None:
        self._desk = desk
        self._repository = repository
        self._staff = staff

    def read(self, fields: Fields, line: int) -> None:
        place = next(
            (
                found
                for name in ("html_url", "url", "issue_url")
                if (found := _PLACE.search(text(fields.get(name)) or ""))
            ),
            None,
        )
        if fields.get("pull_request") is not None or (place and place[2] != "issues"):
            self._desk.leave(_PULLS)
            return
        repository = place[1] if place else self._repository
        number = text(fields.get("number")) or (place[3] if place else None)
        if number is None:
            raise SpoiltRow(
                "no issue",
                "this is neither an issue nor a comment on one",
                "Export issues with their numbers and addresses.",
            )
        key = f"{repository or ''}#{number}"
        ticket = self._desk.ticket(key, repository, _CHANNEL, line)
        if _is_comment(fields):
            self._comment(ticket, fields, Counter())
            return
        words = "\n\n".join(
            part for part in (text(fields.get("title")), text(fields.get("body"))) if part
        )
        self._put(ticket, fields, key, words)
        seen: Counter[str] = Counter()
        for comment in self._desk.parts(_listed(fields.get("comments")), ticket):
            self._comment(ticket, comment, seen)
        closed_at = text(_first(fields, "closedAt", "closed_at"))
        if closed_at is not None:
            self._desk.event(
                ticket, fields, event="closed", key=f"{key}/closed/{closed_at}", at=closed_at
            )

    def _comment(self, ticket: Ticket, fields: Fields, seen: Counter[str]) -> None:
        at = text(_first(fields, "createdAt", "created_at")) or ""
        key = f"{ticket.key}/{at}/{_login(fields) or ''}"
        # Two comments of one person in one second have no other difference that an edit leaves.
        seen[key] += 1
        self._put(ticket, fields, key if seen[key] == 1 else f"{key}/{seen[key]}", None)

    def _put(self, ticket: Ticket, fields: Fields, key: str, words: str | None) -> None:
        login = _login(fields)
        self._desk.put(
            ticket,
            fields,
            key=key,
            at=_first(fields, "createdAt", "created_at"),
            role=self._desk.role(self._staff.role(fields), login),
            author=login,
            words=words if words is not None else text(fields.get("body")),
            edited=_first(fields, "updatedAt", "updated_at"),
            reply_to=None if words is not None else ticket.key,
        )


def _first(fields: Mapping[str, Any], *names: str) -> Any:
    return next((fields[name] for name in names if fields.get(name) is not None), None)


def _listed(value: Any) -> Any:
    """Give the comments of an issue; the API gives only their number, or a page of them."""
    if isinstance(value, dict):
        return value.get("nodes")
    return value if isinstance(value, list) else None


def _comments(fields: Fields) -> list[Fields]:
    listed = _listed(fields.get("comments"))
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _login(fields: Fields) -> str | None:
    author = _first(fields, "author", "user")
    return text(author.get("login")) if isinstance(author, dict) else text(author)


def _is_bot(fields: Fields) -> bool:
    author = obj(_first(fields, "author", "user"))
    return "Bot" in (author.get("type"), author.get("__typename")) or author.get("is_bot") is True


def _association(fields: Fields) -> str | None:
    return text(_first(fields, "authorAssociation", "author_association"))
