"""Zendesk tickets, comments and users as tables, the way warehouses copy them: one CSV each.

Times without an offset are UTC. A table of comments alone is enough if somebody says who the agents are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from loaders.csv_layout import layout_of
from loaders.csv_rows import CsvRows
from loaders.helpdesk import Desk, names_of
from loaders.helpdesk_values import text, words_of, yes
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
    instance_of,
    order,
    without_words,
)

FORMAT = "zendesk_csv"
TITLE = "Zendesk tickets, comments and users (CSV)"
EXPECTS = "ticket_id, public, body and user_id, with the tickets and the users in tables beside it"

_TICKETS = {"id", "requester_id", "submitter_id", "status", "created_at"}
_COMMENTS = {"id", "ticket_id", "public"}
_USERS = {"id", "role"}
_OF_USERS = {"ticket_restriction", "restricted_agent", "only_private_comments", "shared_agent"}

Row = Mapping[str, str]


def identify(head: Head) -> bool:
    """Tell whether the header is that of one of the three tables."""
    return _table(head) is not None


def _table(head: Head) -> str | None:
    columns = set(map(_plain, layout_of(head.text).columns))
    if columns >= _TICKETS and {"via_channel", "brand_id", "ticket_form_id"} & columns:
        return "tickets"
    if (
        columns >= _COMMENTS
        and {"user_id", "author_id"} & columns
        and {"created", "created_at"} & columns
    ):
        return "comments" if {"body", "html_body", "plain_body"} & columns else None
    return "users" if columns >= _USERS and _OF_USERS & columns else None


def load_together(sources: Sequence[Source], sink: Sink, options: Options) -> None:
    """Read users, then who comments, then tickets, then the comments."""
    tables: dict[str, list[Source]] = {"users": [], "comments": [], "tickets": []}
    for source in sources:
        tables[_table(source.head) or "tickets"].append(source)
    if not tables["comments"] and not tables["tickets"]:
        raise NotUsable(
            "empty",
            f"{names_of(sources)} holds only users. Load it together with the tickets and comments.",
        )
    _Tables(tables, sink, options, sources).load()


class _Tables:
    """The tables of one export, joined."""

    def __init__(
        self,
        tables: Mapping[str, Sequence[Source]],
        sink: Sink,
        options: Options,
        sources: Sequence[Source],
    ) -> None:
        self._tables = tables
        self._sink = sink
        self._options = options
        self._alone = len(sources) == 1
        self._sources = sources
        self._people = People()
        self._instance: str | None = None
        self._tickets: dict[str, Facts] = {}
        self._firsts: dict[str, str] = {}

    def load(self) -> None:
        self._each("users", self._user)
        for source in self._tables["comments"]:
            for _, row in _rows(source, Unheard()):
                self._look_at(_comment(row), text(row.get("ticket_id")))
        for source in self._tables["tickets"]:
            for _, row in _rows(source, Unheard()):
                facts = _facts(row)
                self._people.ticket(facts)
                self._instance = instance_of(facts.url) or self._instance
        self._each("tickets", self._ticket)
        self._each("comments", self._comment)

    def _each(self, table: str, read: Callable[[Zendesk, Row, int], None]) -> None:
        for source in self._tables[table]:
            self._sink.begin(source, alone=self._alone)
            desk = Desk(PLATFORM, FORMAT, source, self._sink, self._options, self._sources)
            desk.namespace = desk.who.namespace or self._instance or ""
            zendesk = Zendesk(desk, self._people, FORMAT)
            if table == "comments":
                zendesk.ask()
            for line, row in _rows(source, self._sink):
                try:
                    read(zendesk, row, line)
                except SpoiltRow as spoilt:
                    self._sink.problem(line, spoilt.problem, ",".join(row.values()))
            desk.tell()

    def _user(self, zendesk: Zendesk, row: Row, line: int) -> None:
        self._people.user(row.get("id"), row.get("role"), row.get("name"))
        self._instance = self._instance or instance_of(row.get("url"))

    def _look_at(self, comment: Comment, ticket: str | None) -> None:
        self._people.comment(comment, UNKNOWN)
        if ticket and comment.id:
            first = self._firsts.get(ticket)
            self._firsts[ticket] = min(comment.id, first or comment.id, key=order)

    def _ticket(self, zendesk: Zendesk, row: Row, line: int) -> None:
        facts = _facts(row)
        if facts.id:
            self._tickets[facts.id] = without_words(facts)
        if facts.left_out:
            zendesk.desk.leave(LEFT_OUT)
            return
        ticket = zendesk.ticket(facts, line)
        if ticket.key in self._firsts:
            zendesk.settled(ticket, facts, dict(row))
        else:
            zendesk.description(ticket, facts, dict(row))

    def _comment(self, zendesk: Zendesk, row: Row, line: int) -> None:
        key = text(row.get("ticket_id"))
        facts = self._tickets.get(key or "", UNKNOWN)
        if facts.left_out:
            return
        ticket = zendesk.desk.ticket(key, facts.account, facts.channel, line)
        comment = _comment(row)
        zendesk.comment(ticket, facts, comment, self._firsts.get(key or "") == comment.id)


def _rows(source: Source, sink: Sink) -> Iterator[tuple[int, dict[str, str]]]:
    layout = layout_of(source.head.text)
    names = tuple(map(_plain, layout.columns))
    for line, fields in CsvRows(source, layout, sink):
        yield line, dict(zip(names, fields, strict=True))


def _plain(column: str) -> str:
    """Name a column alike, whether what lies inside is set off by one stroke or by two."""
    return column.lstrip("_").replace("__", "_")


def _facts(row: Row) -> Facts:
    def value(column: str) -> str | None:
        return text(row.get(column))

    channel = value("via_channel")
    page = value("via_source_to_name") if channel in ("facebook", "whatsapp") else None
    return Facts(
        id=value("id"),
        requester=value("requester_id"),
        submitter=value("submitter_id"),
        assignee=value("assignee_id"),
        created_at=value("created_at"),
        updated_at=value("updated_at"),
        solved_at=value("solved_at"),
        status=(value("status") or "").lower(),
        description=value("description"),
        channel=channel_of(channel, value("via_source_rel")),
        account=value("recipient") or value("via_source_to_address") or page,
        url=value("url"),
    )


def _comment(row: Row) -> Comment:
    words = text(row.get("body")) or text(row.get("plain_body"))
    return Comment(
        id=text(row.get("id")),
        author=text(row.get("user_id")) or text(row.get("author_id")),
        public=yes(row.get("public")) is not False,
        created_at=text(row.get("created")) or text(row.get("created_at")),
        words=words or words_of(text(row.get("html_body"))),
        channel=text(row.get("via_channel")),
        raw=dict(row),
    )
