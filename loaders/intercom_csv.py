"""Intercom conversations as tables, the way warehouses copy them: every version of a row is kept.

Only the versions marked `_fivetran_active` count, where a table marks them. Times without an
offset are UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from loaders.csv_layout import layout_of
from loaders.csv_rows import CsvRows
from loaders.helpdesk import Desk, names_of
from loaders.helpdesk_channels import channel_named
from loaders.helpdesk_values import text, yes
from loaders.intercom import PLATFORM, begun, part
from loaders.options import Options
from loaders.problems import NotUsable, SpoiltRow
from loaders.sink import Sink, Unheard
from loaders.source import Head, Source

FORMAT = "intercom_csv"
TITLE = "Intercom conversations, parts and admins (CSV)"
EXPECTS = (
    "conversation_id, part_type, author_type and created_at, with conversations, admins and "
    "contacts in tables beside it"
)

_TABLES = {
    "parts": {"id", "conversation_id", "part_type", "author_type", "created_at"},
    "conversations": {"id", "source_type", "source_author_type", "state", "created_at"},
    "contacts": {"id", "role", "workspace_id", "email", "name"},
    "admins": {"id", "job_title", "email", "name", "_fivetran_synced"},
}
_ACTIVE = "_fivetran_active"

Row = Mapping[str, str]
Read = Callable[[Desk, Row, int], None]


def identify(head: Head) -> bool:
    """Tell whether the header is that of one of the four tables."""
    return _table(head) is not None


def _table(head: Head) -> str | None:
    columns = set(layout_of(head.text).columns)
    return next((name for name, needed in _TABLES.items() if columns >= needed), None)


def load_together(sources: Sequence[Source], sink: Sink, options: Options) -> None:
    """Read who is who, then what conversations began with, then their parts."""
    tables: dict[str, list[Source]] = {name: [] for name in _TABLES}
    for source in sources:
        tables[_table(source.head) or "parts"].append(source)
    if not tables["parts"] and not tables["conversations"]:
        raise NotUsable(
            "empty",
            f"{names_of(sources)} holds only people. Load it together with the conversations and their parts.",
        )
    _Tables(tables, sink, options, sources).load()


class _Tables:
    """The tables of one workspace, joined."""

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
        self._people: dict[str, str | None] = {}
        self._channels: dict[str, str | None] = {}

    def load(self) -> None:
        self._each("contacts", self._person)
        self._each("admins", self._person)
        self._each("conversations", self._conversation)
        self._each("parts", self._part)

    def _each(self, table: str, read: Read) -> None:
        for source in self._tables[table]:
            self._sink.begin(source, alone=self._alone)
            desk = Desk(PLATFORM, FORMAT, source, self._sink, self._options, self._sources)
            latest = _latest(source)
            for line, row in _rows(source, self._sink):
                if yes(row.get(_ACTIVE)) is False or latest.get(row["id"], line) != line:
                    desk.leave("rows left out because they are older versions of others")
                    continue
                try:
                    read(desk, row, line)
                except SpoiltRow as spoilt:
                    self._sink.problem(line, spoilt.problem, ",".join(row.values()))
            desk.tell()

    def _person(self, desk: Desk, row: Row, line: int) -> None:
        if key := text(row.get("id")):
            self._people[key] = text(row.get("name"))

    def _conversation(self, desk: Desk, row: Row, line: int) -> None:
        ticket = desk.ticket(row.get("id"), None, channel_named(row.get("source_type")), line)
        self._channels[ticket.key] = ticket.channel
        author = self._author(row.get("source_author_id"), row.get("source_author_type"))
        begun(
            desk,
            ticket,
            dict(row),
            author=author,
            at=row.get("created_at"),
            body=row.get("source_body"),
            delivered=row.get("source_delivered_as"),
        )

    def _part(self, desk: Desk, row: Row, line: int) -> None:
        key = row.get("conversation_id")
        ticket = desk.ticket(key, None, self._channels.get(text(key) or ""), line)
        part(desk, ticket, dict(row), self._author(row.get("author_id"), row.get("author_type")))

    def _author(self, key: str | None, kind: str | None) -> dict[str, str | None]:
        return {"id": text(key), "type": text(kind), "name": self._people.get(text(key) or "")}


def _latest(source: Source) -> dict[str, int]:
    """Give the line of the latest version of each id, of the versions that count."""
    latest: dict[str, tuple[str, int]] = {}
    for line, row in _rows(source, Unheard()):
        if yes(row.get(_ACTIVE)) is not False:
            version = (row.get("updated_at", ""), line)
            latest[row["id"]] = max(version, latest.get(row["id"], version))
    return {key: line for key, (_, line) in latest.items()}


def _rows(source: Source, sink: Sink) -> Iterator[tuple[int, dict[str, str]]]:
    layout = layout_of(source.head.text)
    for line, fields in CsvRows(source, layout, sink):
        yield line, dict(zip(layout.columns, fields, strict=True))
