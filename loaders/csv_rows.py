"""Rows of a delimited file, read with patience: one spoilt row costs that row and no other."""

from __future__ import annotations

import csv
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter

from loaders.csv_layout import Layout
from loaders.messages import Message
from loaders.problems import TOO_LONG, Problem, SpoiltRow
from loaders.sink import Sink
from loaders.source import LINE_LIMIT, CutLine, Source, lines

# A field may be as long as a line may be.
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))

# An unquoted text may run over this many lines before it is given up as spoilt.
_BROKEN_LINES = 200
# Stands for a bare carriage return while a record is parsed; a file's own NULs are gone by then.
_CARRIAGE_RETURN = "\x00"


class _TooLong(Exception):  # noqa: N818 - it never leaves this module
    """A quoted field went on for longer than a line may be."""


class _Feed:
    """Physical lines for the CSV parser, which can be handed back and are counted."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._handed_back: deque[str] = deque()
        self._length = 0
        # The lines of the record at hand, how many lines lie before it, and whether one of its
        # lines has a bare carriage return.
        self.taken: list[str] = []
        self.line = 0
        self.returns = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._handed_back.popleft() if self._handed_back else next(self._source)
        self.taken.append(line)
        self._length += len(line)
        if isinstance(line, CutLine) or (self._length > LINE_LIMIT and len(self.taken) > 1):
            raise _TooLong
        if "\r" in line:
            plain = _without_bare_returns(line)
            self.returns = self.returns or _CARRIAGE_RETURN in plain
            return plain
        return line

    def begin(self) -> None:
        """Start the next record after the lines that were taken."""
        for line in self.taken:
            if line[-1] in "\r\n":
                self.line += 1
        self.taken.clear()
        self._length = 0
        self.returns = False

    def hand_back(self, keep: int) -> None:
        """Keep the first lines of what was taken, to be read again later all the others."""
        self._handed_back.extendleft(reversed(self.taken[keep:]))
        del self.taken[keep:]


def _without_bare_returns(line: str) -> str:
    body, end = (line[:-2], "\r\n") if line.endswith("\r\n") else (line, "")
    if not end and line[-1] in "\r\n":
        body, end = line[:-1], line[-1]
    return body.replace("\r", _CARRIAGE_RETURN) + end


class CsvRows:
    """Yields `(line, fields)` for each row that has as many fields as the header names.

    Rows without any content are skipped; spoilt ones go to the sink as problems.
    """

    def __init__(self, source: Source, layout: Layout, sink: Sink) -> None:
        self._layout = layout
        self._width = len(layout.columns)
        self._sink = sink
        self._feed = _Feed(lines(source, sink))
        self._reader = csv.reader(self._feed, delimiter=layout.delimiter, strict=True)

    def load(
        self,
        wanted: Mapping[str, int],
        make: Callable[[dict[str, str], int], Message | list[Message]],
    ) -> None:
        """Hand the sink what `make` makes of each row, given as wanted column to text, and line.

        A row for which it raises SpoiltRow becomes a problem. `wanted` names two columns or more.
        """
        names, places = tuple(wanted), itemgetter(*wanted.values())
        for line, fields in self:
            values = places(fields)
            # Columns that do not count, such as an index, do not make a row.
            if not any(values):
                continue
            row = dict(zip(names, values, strict=True))
            try:
                made = make(row, line)
                for message in made if isinstance(made, list) else (made,):
                    self._sink.message(message)
            except SpoiltRow as spoilt:
                if any(value.strip() for value in values):
                    self._sink.problem(line, spoilt.problem, self.raw())

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        feed, width = self._feed, self._width
        for _ in range(self._layout.header_line):
            next(feed, None)
        while True:
            feed.begin()
            try:
                fields = next(self._reader)
            except StopIteration:
                return
            except (csv.Error, _TooLong):
                read = self._read_plainly()
            else:
                if len(fields) == width:
                    read = fields
                elif not any(fields):
                    continue
                else:
                    read = self._mend(fields)
            if isinstance(read, Problem):
                self._sink.problem(feed.line + 1, read, self.raw())
            elif any(read):
                yield feed.line + 1, _with_returns(read) if feed.returns else read

    def raw(self) -> str:
        """Give the row at hand as it stands in the file."""
        return "".join(self._feed.taken).rstrip("\r\n")

    def _mend(self, fields: list[str]) -> list[str] | Problem:
        """Make a row of the right width of one that is not, or say why that is impossible."""
        if len(fields) > self._width:
            if not any(fields[self._width :]):
                return fields[: self._width]
            plain = self._read_plainly() if len(self._feed.taken) > 1 else None
            return plain if isinstance(plain, list) else _wrong_width(len(fields), self._width)
        return self._join_lines(fields)

    def _join_lines(self, fields: list[str]) -> list[str] | Problem:
        """Go on with a row whose unquoted text holds line breaks, until it is full.

        A line without any delimiter begins no row, and one that is a row of its own is no part.
        """
        feed, joined = self._feed, list(fields)
        for _ in range(_BROKEN_LINES if len(fields) > 1 else 0):
            line_end = "\r\n" if feed.taken[-1].endswith("\r\n") else "\n"
            try:
                more = next(self._reader)
            except (StopIteration, csv.Error, _TooLong):
                break
            if len(more) == self._width or len(joined) + len(more) - 1 > self._width:
                break
            joined[-1] += line_end + (more[0] if more else "")
            joined += more[1:]
            if len(joined) == self._width:
                return joined
        feed.hand_back(1)
        return _wrong_width(len(fields), self._width)

    def _read_plainly(self) -> list[str] | Problem:
        """Read only the first line of a record whose quotes are spoilt.

        A quote is text there, but for the two around a whole field.
        """
        self._feed.hand_back(1)
        if isinstance(self._feed.taken[0], CutLine):
            return TOO_LONG
        line = _without_bare_returns(self._feed.taken[0]).rstrip("\r\n")
        fields = line.split(self._layout.delimiter)
        if len(fields) == self._width:
            return [_unquoted(field) for field in fields]
        return Problem(
            "quotes",
            "a quote opens here that never closes, or closes in the middle of a field",
            'Write a quote inside a quoted field twice (""), and close each field that opens one.',
        )


def _unquoted(field: str) -> str:
    if len(field) > 1 and field.startswith('"') and field.endswith('"'):
        return field[1:-1].replace('""', '"')
    return field


def _with_returns(fields: list[str]) -> list[str]:
    return [field.replace(_CARRIAGE_RETURN, "\r") for field in fields]


def _wrong_width(found: int, expected: int) -> Problem:
    return Problem(
        "width",
        f"{found} {'field' if found == 1 else 'fields'} where the header names {expected}",
        "Put a field that holds the delimiter or a line break into quotes, and leave no field out.",
    )
