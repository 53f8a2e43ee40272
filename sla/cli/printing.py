"""Rows on the terminal: a table for people, CSV and JSON for scripts."""

import csv
import json
import sys
from collections.abc import Sequence
from typing import Any, TextIO

from sla.durations import spoken
from sla.measures import Row, as_cell, as_told


def counted(count: int, name: str) -> str:
    """Return a number with what it counts: "1 problem", "2,400 problems"."""
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def print_rows(
    columns: Sequence[str], rows: Sequence[Row], form: str, out: TextIO | None = None
) -> None:
    """Print rows as a table for people, or as CSV or JSON for scripts, to `out` or standard output."""
    read = as_cell if form == "csv" else as_told
    told = [{column: read(row[column]) for column in columns} for row in rows]
    to = sys.stdout if out is None else out
    if form == "json":
        print(json.dumps(told, ensure_ascii=False, indent=1), file=to)
    elif form == "csv":
        writer = csv.DictWriter(to, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(told)
    else:
        _print_table(columns, told, to)


def _print_table(columns: Sequence[str], rows: Sequence[Row], out: TextIO) -> None:
    cells = [[_cell(column, row[column]) for column in columns] for row in rows]
    widths = [
        max(len(c), *(len(r[i]) for r in cells), 0) if cells else len(c)
        for i, c in enumerate(columns)
    ]
    for line in (columns, ["-" * w for w in widths], *cells):
        print("  ".join(text.rjust(w) for text, w in zip(line, widths, strict=True)), file=out)


def _cell(column: str, value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    figure = column.removesuffix("_before")
    if figure.endswith("_seconds"):
        return spoken(value) if value >= 0 else f"over by {spoken(-value)}"
    if isinstance(value, float):
        return f"{value:.2f}" if figure.startswith("per_") else f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) else str(value)
