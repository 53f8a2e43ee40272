"""A mapping proposed for a table that no loader knows, and what its first rows would become.

proposal = propose(Path("tickets.xlsx"))
proposal.toml()      the mapping, with the reason behind each line
proposal.asks        what the file does not say: whose it is, the time zone, who writes for the brand
proposal.rows        the first ten messages as they would be stored
preview(path, mapping, options)   the same for a mapping that a person has corrected
"""

from __future__ import annotations

import json
from collections.abc import Mapping as Keyed
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from loaders.answers import Answers
from loaders.mapped_rows import MappedRows
from loaders.mapping import Mapping, mapping_of
from loaders.options import Options
from loaders.problems import Ask, NotUsable, Problem, SpoiltRow
from loaders.proposal_columns import ColumnFacts, columns_of
from loaders.proposal_guesses import Guess, guesses, visibility_values, yes_or_no
from loaders.proposal_mapping import can_be_shown, mapping_of_guesses, open_questions
from loaders.registry import candidates
from loaders.sink import Unheard
from loaders.source import Source, source_at
from loaders.tables import Row, Table, table_of
from loaders.toml_text import toml_text
from loaders.unknown import is_web_page, verdict

ROWS_LOOKED_AT = 1_000
ROWS_SHOWN = 10
# Stand in where an answer is still missing; what they would give is never stored.
_NO_ACCOUNT, _NO_ZONE = "?", "UTC"


@dataclass(frozen=True)
class Preview:
    """The first messages as they would be stored, the rows that make none, and what stands in the way."""

    rows: tuple[dict[str, Any], ...] = ()
    problems: tuple[dict[str, Any], ...] = ()
    error: str | None = None
    asks: tuple[Ask, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give everything as JSON can hold it; what is wrong with the mapping stands in `fault`."""
        found: dict[str, Any] = json.loads(json.dumps(asdict(self), default=str))
        return {("fault" if key == "error" else key): value for key, value in found.items()}


@dataclass(frozen=True)
class Proposal:
    """What was found out about a table. `mapping` has the keys of a mapping as its TOML has them.

    `known` is the format that reads the file without any mapping, where there is one. `notes` are, by column, the values
    that would mark a note for colleagues, and `unread` the columns that say yes or no, of which nothing is made.
    """

    name: str
    columns: tuple[ColumnFacts, ...]
    guesses: tuple[Guess, ...]
    mapping: dict[str, Any]
    asks: tuple[Ask, ...]
    rows: tuple[dict[str, Any], ...]
    problems: tuple[dict[str, Any], ...]
    known: str | None = None
    notes: dict[str, list[str]] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    def toml(self) -> str:
        """Write the mapping as TOML, the reasons as comments, and what is to be answered at its end."""
        reasons = {guess.field: guess.reason for guess in self.guesses}
        lines = [f"# A mapping for {self.name}. Look at each line; {_ORDER}."]
        if self.known:
            lines.append(f"# It is not needed: the file is read as {self.known}.")
        for section, keys in self.mapping.items():
            lines += ["", f"[{section}]"]
            for key, value in keys.items():
                above = "reply." if section == "reply" else ""
                reason = reasons.get(f"{above}{key}") if section in ("columns", "reply") else None
                lines.append(f"{key} = {toml_text(value)}" + (f"  # {reason}" if reason else ""))
        if self.asks:
            lines += ["", "# Still to be said, here or in the entry of [[sources]]:"]
            for ask in self.asks:
                offered = ", ".join(choice for choice, _ in ask.choices[:8])
                lines.append(
                    f"# {_WHERE[ask.key]}: {ask.question}" + (f" ({offered})" if offered else "")
                )
        for name in self.unread:
            lines += [
                "",
                f"# {toml_text(name)} says yes or no, and nothing is made of it. If it marks notes that only colleagues see, they now",
                "# count as replies. To leave them out:",
                f"# columns: visibility = {toml_text(name)}",
                f"# visibility: internal = {toml_text(self.notes.get(name, []))}",
            ]
        return "\n".join(lines) + "\n"

    def as_json(self) -> dict[str, Any]:
        """Give everything as JSON can hold it."""
        return json.loads(json.dumps(asdict(self), default=str))  # type: ignore[no-any-return]


_ORDER = "the keys are told in docs/formats/mapping.md"
_WHERE = {
    "account": "constants.account",
    "time_zone": "time.zone",
    "day_first": "time.day_first",
    "agents": "role.agents",
    "mapping": "columns",
}


class _Spoilt(Unheard):
    """Counts the rows that can't be read, and says of the first why."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.first = ""

    def problem(self, line: int | None, problem: Problem, raw: str) -> None:
        """Count a row."""
        self.count += 1
        self.first = self.first or f"The first, on line {line}: {problem.reason}."


def propose(path: Path, options: Options | None = None) -> Proposal:
    """Look at the first rows of a table and propose how to read it.

    Raises NotUsable for what is no table, OSError where the file can't be read.
    """
    options = options or Options()
    source = source_at(path, path.name)
    if is_web_page(source.head) or not source.head.text.strip():
        raise verdict(source.head)
    spoilt = _Spoilt()
    table = table_of(source, spoilt)
    rows = list(islice(table.rows(), ROWS_LOOKED_AT))
    if spoilt.count > len(rows):
        raise NotUsable(
            "mostly_problems",
            f"{path.name} can't be split into its columns: of its first {spoilt.count + len(rows):,} rows, {spoilt.count:,} make none. "
            f"{spoilt.first} Load the file as it was exported, before a spreadsheet saved it.",
        )
    if not rows:
        raise NotUsable("empty", f"{path.name} has a header but no rows below it. Export it again.")
    plain = [row for _, row in rows]
    columns = columns_of(table.columns, plain)
    found = guesses(columns, plain)
    by_name = {column.name: column for column in columns}
    mapping = mapping_of_guesses(found, by_name, plain)
    who = options.answers("mapped", path.name)
    asks = open_questions(mapping, by_name, rows, who)
    shown = Preview()
    if can_be_shown(mapping):
        shown = _shown(source, table, rows, mapping, who, options)
    known = candidates(source.head)
    taken = {name for guess in found for name in guess.columns}
    notes = {column.name: visibility_values(column).get("internal", []) for column in columns}
    return Proposal(
        path.name,
        tuple(columns),
        tuple(found),
        mapping,
        asks,
        shown.rows,
        shown.problems,
        known[0].TITLE if known else None,
        {name: values for name, values in notes.items() if values},
        tuple(c.name for c in columns if c.name not in taken and yes_or_no(c)),
    )


def preview(path: Path, given: Keyed[str, Any], options: Options | None = None) -> Preview:
    """Show what the first rows would become with this mapping; what is wrong with it stands in `error`."""
    options = options or Options()
    source = source_at(path, path.name)
    try:
        mapping = mapping_of(given, f"for {path.name}")
        table = table_of(source, Unheard(), mapping.sheet, mapping.list_)
        rows = list(islice(table.rows(), ROWS_LOOKED_AT))
        who = options.mapped(path.name) or options.answers("mapped", path.name)
        return _shown(source, table, rows, given, who, options)
    except NotUsable as found:
        return Preview(error=found.sentence, asks=found.asks)


def _shown(
    source: Source,
    table: Table,
    rows: Sequence[tuple[int, Row]],
    given: Keyed[str, Any],
    who: Answers,
    options: Options,
) -> Preview:
    """Make messages of the first rows, with stand-ins for answers that are missing."""
    mapping = mapping_of(given, f"for {source.name}")
    answered = replace(
        who,
        account=who.account or _NO_ACCOUNT,
        time_zone=who.time_zone or _zone_of(mapping, who, options),
        day_first=True if who.day_first is None else who.day_first,
    )
    maker = MappedRows(source.name, mapping, answered, options)
    maker.check(table)
    if mapping.first_is_customer:
        maker.see_firsts(rows)
    stored: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    for line, row in rows[:ROWS_SHOWN]:
        try:
            for message in maker.messages(row, line):
                fields = message._asdict()
                fields["message_key"] = fields["message_key"].replace("\x00", "")
                if fields["account"] == _NO_ACCOUNT:
                    fields["account"] = None
                stored.append(fields)
        except SpoiltRow as spoilt:
            problems.append(
                {"line": line, "reason": spoilt.problem.reason, "remedy": spoilt.problem.remedy}
            )
    return Preview(tuple(stored[:ROWS_SHOWN]), tuple(problems))


def _zone_of(mapping: Mapping, who: Answers, options: Options) -> str:
    account = who.account or mapping.constants.get("account") or "*"
    return options.time_zones.get(account) or options.time_zones.get("*") or _NO_ZONE
