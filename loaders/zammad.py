"""Zammad tickets with their articles, as its API gives them when it is asked to expand names.

Who wrote an article is its `sender`: Customer, Agent or System. Times are ISO 8601 in UTC.
"""

from __future__ import annotations

import re

from loaders.helpdesk import Desk, Ticket
from loaders.helpdesk_channels import channel_named
from loaders.helpdesk_json import Fields, first_records
from loaders.helpdesk_values import text, words_of, yes
from loaders.options import Options
from loaders.problems import SpoiltRow, shown
from loaders.sink import Sink
from loaders.source import Head, Source

FORMAT = "zammad"
TITLE = "Zammad tickets (JSON)"
EXPECTS = "id, number, group, state and articles with sender, type and internal"
# Pages are often kept one file each.
TOGETHER = True

_PAGES = ("tickets", "articles", "ticket_articles")
_ROLES = {"customer": "customer", "agent": "agent", "system": "bot"}
# Where names are not expanded: the numbers of a new installation.
_SENDER_IDS = {"1": "Agent", "2": "Customer", "3": "System"}
_ADDRESS = re.compile(r"\s*<[^<>]*>\s*$")
# "Agent One via Bike shop", as the brand's mail names its sender.
_VIA = re.compile(r"\s+via\s.*$", re.DOTALL)
_SETTLED = ("closed", "merged", "removed")
NO_ARTICLES = "tickets left out because they stand there without their articles"


def identify(head: Head) -> bool:
    """Tell whether one of the first records is a ticket, or an article, of Zammad."""
    found = first_records(head, *_PAGES)
    return any(_is_ticket(fields) or _is_article(fields) for fields in found)


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read the tickets, or articles, one by one."""
    Desk("zammad", FORMAT, source, sink, options).load(_read, *_PAGES)


def _is_article(fields: Fields) -> bool:
    return {"ticket_id", "internal"} <= set(fields) and bool({"sender", "sender_id"} & set(fields))


def _is_ticket(fields: Fields) -> bool:
    named = {"group", "group_id"} & set(fields) and {"state", "state_id"} & set(fields)
    return {"id", "number", "title"} <= set(fields) and bool(named)


def _read(desk: Desk, fields: Fields, line: int) -> None:
    if _is_article(fields):
        channel = channel_named(fields.get("type"))
        account = _address(fields, text(fields.get("sender")) or "")
        _article(desk, desk.ticket(fields.get("ticket_id"), account, channel, line), fields)
        return
    if not _is_ticket(fields):
        raise SpoiltRow(
            "no ticket",
            "this is no ticket of Zammad: it has no id, number, title, group and state",
            "Leave only tickets, or articles, in the file.",
        )
    articles = fields.get("articles", fields.get("ticket_articles"))
    kind = fields.get("create_article_type")
    if kind is None and isinstance(articles, list) and articles and isinstance(articles[0], dict):
        kind = min(
            (each for each in articles if isinstance(each, dict)),
            key=lambda each: text(each.get("created_at")) or "~",
        ).get("type")
    ticket = desk.ticket(fields.get("id"), text(fields.get("group")), channel_named(kind), line)
    if articles is None:
        desk.leave(NO_ARTICLES)
    for article in desk.parts(articles, ticket):
        _article(desk, ticket, article)
    if (text(fields.get("state")) or "").lower() in _SETTLED and articles:
        changed = fields.get("updated_at")
        at = fields.get("last_close_at") or fields.get("close_at") or changed
        desk.event(
            ticket, fields, event="closed", key=f"{ticket.key}:closed", at=at, edited=changed
        )


def _article(desk: Desk, ticket: Ticket, fields: Fields) -> None:
    sender = text(fields.get("sender")) or _SENDER_IDS.get(text(fields.get("sender_id")) or "")
    said = _ROLES.get((sender or "").lower())
    if said is None:
        found = shown(sender) if sender else "missing"
        desk.spoilt(
            ticket,
            fields,
            "unknown sender",
            f"the sender of the article is {found}, expected Customer, Agent or System",
            "Export the ticket again, with expand=true.",
        )
        return
    name = _name(text(fields.get("from")))
    author = text(fields.get("origin_by_id")) or text(fields.get("created_by_id"))
    author = author or text(fields.get("origin_by")) or text(fields.get("created_by"))
    body = text(fields.get("body"))
    is_html = (text(fields.get("content_type")) or "").lower().startswith("text/html")
    desk.put(
        ticket,
        fields,
        key=fields.get("id"),
        at=fields.get("created_at"),
        role=desk.role(said, author, name, text(fields.get("created_by"))),
        author=author,
        name=name,
        words=words_of(body) if is_html else body,
        internal=bool(yes(fields.get("internal"))),
    )


def _name(written: str | None) -> str | None:
    """Give the name of a sender who is written as `Agent One via Bike shop <help@bikeshop.example>`."""
    name = _ADDRESS.sub("", written or "").strip('" ')
    return _VIA.sub("", name) or None


def _address(fields: Fields, sender: str) -> str | None:
    """Give the brand's own address of an article without its ticket."""
    return text(fields.get("to" if sender.lower() == "customer" else "from"))
