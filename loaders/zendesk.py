"""What Zendesk's exports have in common, whichever way their tickets, comments, audits and users are kept.

Times without an offset are UTC: so it is in the API, and in the tables that warehouses copy from it.
The first comment of a ticket is its description, and has the same key whether the export holds the
comments or only the tickets.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from loaders.answers import ACCOUNT, asking
from loaders.helpdesk import Desk, Ticket
from loaders.helpdesk_channels import channel_named
from loaders.helpdesk_json import Fields
from loaders.helpdesk_values import text
from loaders.problems import Ask, SpoiltRow

PLATFORM = "zendesk"
NO_COMMENTS = "tickets without their comments, of which only the question is known"
LEFT_OUT = (
    "tickets left out because they are deleted, or side conversations with others than the customer"
)

_INSTANCE = re.compile(r"https?://([\w-]+)\.zendesk\.com/", re.ASCII)
_SETTLED = ("solved", "closed")
_NOBODY = "-1"
# The first comment is made with its ticket, but for rounding.
_AT_ONCE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a ticket; times and ids as they are written."""

    id: str | None
    requester: str | None
    submitter: str | None
    assignee: str | None
    created_at: str | None
    updated_at: str | None
    solved_at: str | None
    status: str
    description: str | None
    channel: str | None
    account: str | None
    url: str | None

    @property
    def left_out(self) -> bool:
        """Tell whether no customer waits in this ticket."""
        return self.status == "deleted" or self.channel == "Side conversation"


UNKNOWN = Facts(None, None, None, None, None, None, None, "", None, None, None, None)


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment of a ticket; `raw` is what it is made of."""

    id: str | None
    author: str | None
    public: bool
    created_at: str | None
    words: str | None
    channel: str | None
    raw: Fields


class People:
    """Who in an export is an agent and who a customer, as far as it tells."""

    def __init__(self) -> None:
        self._staff: dict[str, str | None] = {}
        self._customers: dict[str, str | None] = {}
        self._requesters: set[str] = set()
        self._authors: Counter[str] = Counter()

    def user(self, key: Any, role: Any, name: Any) -> None:
        """Learn a user of the account."""
        person = text(key)
        if person is not None:
            known = self._customers if text(role) == "end-user" else self._staff
            known[person] = text(name)

    def ticket(self, facts: Facts) -> None:
        """Learn from a ticket: who has it is an agent."""
        if facts.requester is not None:
            self._requesters.add(facts.requester)
        if facts.assignee is not None:
            self._staff.setdefault(facts.assignee, None)

    def comment(self, comment: Comment, facts: Facts) -> None:
        """Learn from a comment: who writes internal notes is an agent."""
        author = comment.author
        if author in (None, _NOBODY, facts.requester) or author is None:
            return
        if not comment.public:
            self._staff.setdefault(author, None)
        else:
            self._authors[author] += 1

    def unknown(self) -> dict[str, int]:
        """Give those of whom nothing tells what they are, with how often they write."""
        return {
            author: count
            for author, count in self._authors.items()
            if author not in self._staff
            and author not in self._customers
            and author not in self._requesters
        }

    def role(self, author: str, facts: Facts) -> str | None:
        """Give the role of who wrote in a ticket; None where nothing tells it."""
        if author == _NOBODY:
            return "bot"
        if author == facts.requester or author in self._customers:
            return "customer"
        if author in self._staff:
            return "agent"
        return "customer" if author in self._requesters else None

    def name(self, author: str) -> str | None:
        """Give the name of a user."""
        return self._staff.get(author) or self._customers.get(author)


class Zendesk:
    """Hands on what stands in the tickets of one export."""

    def __init__(self, desk: Desk, people: People, format_: str) -> None:
        self.desk = desk
        self._people = people
        self._format = format_

    def ask(self) -> None:
        """Raise NotUsable that asks who the agents are, where the export does not tell it of everybody."""
        who, unknown = self.desk.who, self._people.unknown()
        if not unknown or who.agents or who.bots:
            return
        choices = sorted(unknown.items(), key=lambda item: (-item[1], item[0]))
        asks: tuple[Ask, ...] = (
            Ask("agents", "Who of these writes for the brand?", tuple(choices)),
        )
        if who.account is None and not self.desk.namespace:
            asks = (ACCOUNT, *asks)
        raise asking(self.desk.name, self._format, *asks)

    def ticket(self, facts: Facts, line: int | None) -> Ticket:
        """Make the ticket that its messages belong to."""
        return self.desk.ticket(facts.id, facts.account, facts.channel, line)

    def description(self, ticket: Ticket, facts: Facts, raw: Fields) -> None:
        """Hand on what a ticket began with, where its comments are not in the export."""
        author = facts.submitter or facts.requester
        if facts.description is None or author is None:
            return
        first = Comment(None, author, True, facts.created_at, facts.description, None, raw)
        self.comment(ticket, facts, first, is_first=True)
        self.desk.leave(NO_COMMENTS)

    def comment(self, ticket: Ticket, facts: Facts, comment: Comment, is_first: bool) -> None:
        """Hand on a comment; `is_first` says that it is the oldest one of its ticket."""
        desk, people = self.desk, self._people
        if comment.channel == "side_conversation":
            return
        author = comment.author
        if author is None:
            reason = "the comment names no author"
            desk.spoilt(ticket, comment.raw, "no author", reason, "Export it again with author_id.")
            return
        said = people.role(author, facts) or ("customer" if comment.public else "agent")
        if comment.channel in ("rule", "system") and said == "agent":
            said = "bot"
        key = comment.id
        if is_first and (key is None or self._at_once(ticket, facts, comment)):
            key = f"{ticket.key}:description"
        name = people.name(author)
        desk.put(
            ticket,
            comment.raw,
            key=key,
            at=comment.created_at,
            role=desk.role(said, author, name),
            author=author,
            name=name,
            words=comment.words,
            internal=not comment.public,
        )

    def settled(self, ticket: Ticket, facts: Facts, raw: Fields) -> None:
        """Hand on that a ticket is solved, where no audit tells when that was: then at its last change."""
        if facts.status in _SETTLED:
            self.desk.event(
                ticket,
                raw,
                event="closed",
                key=f"{ticket.key}:closed",
                at=facts.solved_at or facts.updated_at,
                edited=facts.updated_at,
            )

    def change(self, ticket: Ticket, event: Fields, at: Any) -> None:
        """Hand on a change of the status, of which an audit tells."""
        if text(event.get("field_name")) != "status":
            return
        now, before = text(event.get("value")), text(event.get("previous_value"))
        key = text(event.get("id"))
        if key is None:
            return
        if now in _SETTLED and before not in _SETTLED:
            self.desk.event(ticket, event, event="closed", key=f"{key}:closed", at=at)
        elif before in _SETTLED and now not in _SETTLED:
            self.desk.event(ticket, event, event="reopened", key=f"{key}:reopened", at=at)

    def _at_once(self, ticket: Ticket, facts: Facts, comment: Comment) -> bool:
        try:
            made = self.desk.instant(facts.created_at, "created_at", ticket)
            said = self.desk.instant(comment.created_at, "created_at", ticket)
        except SpoiltRow:
            return False
        return abs(said - made) <= _AT_ONCE


def first_of(comments: list[Comment]) -> Comment | None:
    """Give the oldest comment: times are written alike, ids rise."""
    return min(comments, key=lambda c: (c.created_at or "~", order(c.id)), default=None)


def order(key: str | None) -> tuple[int, str]:
    """Give what ids are put in order by: numbers by their value."""
    return (len(key), key) if key else (1_000, "")


def instance_of(url: str | None) -> str | None:
    """Give the name of the Zendesk that an address belongs to."""
    found = _INSTANCE.match(url or "")
    return found[1] if found else None


def channel_of(channel: Any, rel: Any) -> str | None:
    """Name the channel of a ticket by its `via`."""
    word, how = text(channel), text(rel)
    if word == "facebook" and how in ("message", "messaging"):
        return "Facebook Messenger"
    if word == "twitter" and how == "direct_message":
        return "X direct messages"
    return channel_named(word)


def without_words(facts: Facts) -> Facts:
    """Give what has to be remembered of a ticket for its comments."""
    return replace(facts, description=None)
