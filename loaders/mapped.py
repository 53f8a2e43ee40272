"""Any table whose mapping says which column is what; see `mapping`.

The mapping stands in the entry of `[[sources]]` whose `files` fits the file's name. The entry's account, channel,
zone and people count where the mapping says nothing of them.
"""

from __future__ import annotations

from loaders import mapped_rows
from loaders.mapped_rows import MappedRows
from loaders.mapping import mapping_of
from loaders.options import Options
from loaders.problems import NotUsable, SpoiltRow
from loaders.sink import Sink, Unheard
from loaders.source import Head, Source
from loaders.tables import table_of

FORMAT = mapped_rows.FORMAT
TITLE = "Table read by a mapping"
EXPECTS = "the columns that its mapping names"


def identify(head: Head) -> bool:
    """Claim nothing: only the settings say which file has a mapping."""
    return False


def load(source: Source, sink: Sink, options: Options) -> None:
    """Read the table row by row, as the mapping for its name says."""
    who = options.mapped(source.name, source.inside, source.path.name)
    if who is None or who.mapping is None:
        raise NotUsable(
            "needs_answers", f"{source.name} has no mapping in the settings. Write one for it."
        )
    mapping = mapping_of(who.mapping, f"for {source.name}")
    table = table_of(source, sink, mapping.sheet, mapping.list_)
    rows = MappedRows(source.name, mapping, who, options)
    rows.check(table)
    rows.look_at(table_of(source, Unheard(), mapping.sheet, mapping.list_))
    for line, row in table.rows():
        try:
            for message in rows.messages(row, line):
                sink.message(message)
        except SpoiltRow as spoilt:
            if any(value not in (None, "") for value in row.values()):
                sink.problem(line, spoilt.problem, table.raw())
    rows.finish(sink)
