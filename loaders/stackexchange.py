"""Questions of a Stack Exchange site, or of one that answers like it: JSON with answers and comments.

The account is whoever the settings name. Agents are those whom they list, and whom the site calls an employee or
a team's administrator; `agents = ["*"]` makes everybody an agent who did not ask the question, as on a forum where
people help each other. Times are seconds since 1970. A question that was closed is an event.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from loaders.helpdesk import Desk, Ticket
from loaders.helpdesk_json import Fields, first_records, records
from loaders.helpdesk_values import obj, text, words_of
from loaders.options import Options
from loaders.problems import SpoiltRow
from loaders.sink import Sink, Unheard
from loaders.source import Head, Source

FORMAT = "stackexchange"
TITLE = "Stack Exchange questions (JSON)"
EXPECTS = "question_id, creation_date and owner"
TOGETHER = True

_PAGES = ("items", "questions")
_STAFF = frozenset(("team_admin", "employee"))
_SITE = re.compile(r"https?://([^/\s]+)/")
_REMEDY = "Export questions with their question_id, and answers inside the questions."


def identify(head: Head) -> bool:
    """Tell whether the first entries are questions."""
    return any(
        {"question_id", "creation_date", "owner"} <= fields.keys()
        for fields in first_records(head, *_PAGES)
    )


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read question by question, each with its answers and with the comments on both."""
    desk = Desk("stackexchange", FORMAT, source, sink, options)
    authors: Counter[str] = Counter()
    known = False
    for record in records(source, Unheard(), *_PAGES):
        desk.namespace = desk.namespace or _site(record.fields)
        for post in (record.fields, *_posts(record.fields)):
            known = known or _is_staff(obj(post.get("owner")))
            authors[_name(post) or "(nobody)"] += 1
    desk.who.needs_people(source.name, FORMAT, authors, known=known)
    desk.load(_read, *_PAGES)


def _read(desk: Desk, fields: Fields, line: int) -> None:
    number = text(fields.get("question_id"))
    if number is None or "answer_id" in fields:
        raise SpoiltRow("no question", "this is no question", _REMEDY)
    site = _site(fields)
    # Several sites may stand in one file; each counts its questions from 1.
    prefix = f"{site}/" if site and site != desk.namespace and not desk.who.namespace else ""
    ticket = desk.ticket(f"{prefix}{number}", None, "Stack Exchange", line)
    asker = _key(fields)
    question = f"{prefix}q{number}"
    _put(desk, ticket, fields, question, None, asker)
    for comment in desk.parts(fields.get("comments"), ticket):
        _comment(desk, ticket, comment, prefix, question, asker)
    for answer in desk.parts(fields.get("answers"), ticket):
        key = _id(prefix, "a", answer.get("answer_id"))
        _put(desk, ticket, answer, key, question, asker)
        for comment in desk.parts(answer.get("comments"), ticket):
            _comment(desk, ticket, comment, prefix, key, asker)
    closed = text(fields.get("closed_date"))
    if closed is not None:
        desk.event(ticket, fields, event="closed", key=f"{question}/closed/{closed}", at=closed)


def _comment(
    desk: Desk, ticket: Ticket, comment: Fields, prefix: str, below: str | None, asker: str | None
) -> None:
    _put(desk, ticket, comment, _id(prefix, "c", comment.get("comment_id")), below, asker)


def _id(prefix: str, kind: str, number: Any) -> str | None:
    found = text(number)
    return None if found is None else f"{prefix}{kind}{found}"


def _put(
    desk: Desk,
    ticket: Ticket,
    post: Fields,
    key: str | None,
    below: str | None,
    asker: str | None,
) -> None:
    title = text(post.get("title")) if below is None else None
    markdown = text(post.get("body_markdown"))
    body = words_of(markdown) if markdown else words_of(text(post.get("body")))
    desk.put(
        ticket,
        post,
        key=key,
        at=post.get("creation_date"),
        role=_role(desk, post, below is not None, asker),
        author=_key(post),
        name=words_of(_name(post)),
        words="\n\n".join(part for part in (words_of(title), body) if part),
        edited=post.get("last_edit_date"),
        reply_to=below,
    )


def _role(desk: Desk, post: Fields, answers: bool, asker: str | None) -> str:
    said = "agent" if _is_staff(obj(post.get("owner"))) else "customer"
    role = desk.role(said, _key(post), _name(post))
    everybody = role == "customer" and answers and "*" in desk.who.agents
    return "agent" if everybody and _key(post) != asker else role


def _is_staff(owner: Fields) -> bool:
    return owner.get("is_employee") is True or text(owner.get("user_type")) in _STAFF


def _key(post: Fields) -> str | None:
    owner = obj(post.get("owner"))
    return text(owner.get("user_id")) or text(owner.get("display_name"))


def _name(post: Fields) -> str | None:
    return text(obj(post.get("owner")).get("display_name"))


def _site(fields: Fields) -> str:
    found = _SITE.match(text(fields.get("link")) or text(fields.get("share_link")) or "")
    return found[1].lower() if found else ""


def _posts(fields: Fields) -> list[Fields]:
    found: list[Fields] = []
    for name in ("answers", "comments"):
        listed = fields.get(name)
        for post in listed if isinstance(listed, list) else ():
            if isinstance(post, dict):
                found += [post, *_posts(post)]
    return found
