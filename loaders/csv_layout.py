"""How a delimited file is laid out: its delimiter and the names in its header."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from loaders.problems import NotUsable

_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Layout:
    """The delimiter, the column names (stripped, lower case) and the header's line, from 1.

    Columns without a name, such as an index that was written along, have the name ''. A file
    without a header of two columns or more has no columns.
    """

    delimiter: str
    columns: tuple[str, ...]
    header_line: int

    def places(self, wanted: tuple[str, ...], file_name: str) -> dict[str, int]:
        """Give the index of each wanted column that is there; raise NotUsable if one is twice."""
        found: dict[str, int] = {}
        for place, name in enumerate(self.columns):
            if name not in wanted:
                continue
            if name in found:
                raise NotUsable(
                    "not_a_log",
                    f'{file_name} has the column "{name}" more than once, so it is not clear which '
                    "one counts. Remove or rename the others.",
                )
            found[name] = place
        return found


def layout_of(head_text: str) -> Layout:
    """Read the layout off the start of a file.

    The delimiter is the one that gives the header the most columns. A first line `sep=;`, as
    Excel writes it, names it.
    """
    end = "\n" if "\n" in head_text else "\r"
    delimiters: tuple[str, ...] = _DELIMITERS
    for number, line in enumerate(head_text.split(end), 1):
        text = line.strip("\r\n ")
        if text.lower().startswith("sep=") and len(text) <= 5:
            delimiters = (text[4:] or "\t",)
        elif text:
            layouts = [Layout(one, _names(text, one), number) for one in delimiters]
            return max(layouts, key=lambda layout: len(layout.columns))
    return Layout(",", (), 1)


def _names(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        names = next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return ()
    return tuple(name.strip().lower() for name in names) if len(names) > 1 else ()
