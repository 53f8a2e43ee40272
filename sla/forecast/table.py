"""Waits in a CSV file: account, when asked, when replied."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from sla.errors import LoadError
from sla.forecast.known import Floats, Ints, Waits

COLUMNS = ("account", "asked_at", "replied_at")


@dataclass(frozen=True)
class Account:
    """One account's rows: their waits in order, and for each row of the file its place among them.

    `rows` are numbers of rows in the file, from 0. `places` are those of the waits, −1 for a row whose wait is
    unknown because its reply lies before its question; `asked` are the rows' instants (s since 1970, UTC).
    """

    name: str
    waits: Waits
    rows: Ints
    places: Ints
    asked: Floats


@dataclass(frozen=True)
class Table:
    """The rows of a file in its order (`accounts`, `asked_at` as written), and the accounts by name."""

    names: list[str]
    asked_at: list[str]
    accounts: list[Account]
    unknown: int


def read(path: Path) -> Table:
    """Read a file of waits; raises LoadError with file and line when it can't be taken.

    Times are ISO with an offset or Z; `replied_at` is empty where there was no reply. Further columns are ignored.
    """
    names: list[str] = []
    asked_at: list[str] = []
    asked: list[float] = []
    replied: list[float] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for name, at, start, end in _rows(path, csv.reader(file)):
                names.append(name)
                asked_at.append(at)
                asked.append(start)
                replied.append(end)
    except OSError as error:
        raise LoadError(
            f"{path} cannot be read: {error.strerror}. Name a CSV file with the columns {', '.join(COLUMNS)}."
        ) from None
    except UnicodeDecodeError:
        raise LoadError(f"{path} is not text in UTF-8. Save it as CSV in UTF-8.") from None
    starts, ends = np.array(asked, dtype=np.float64), np.array(replied, dtype=np.float64)
    by_name: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        by_name.setdefault(name, []).append(row)
    accounts = [
        _account(name, np.array(rows), starts, ends) for name, rows in sorted(by_name.items())
    ]
    return Table(names, asked_at, accounts, int((ends < starts).sum()))


def _account(name: str, rows: Ints, starts: Floats, ends: Floats) -> Account:
    asked, replied = starts[rows], ends[rows]
    sound = replied >= asked
    places = np.full(len(rows), -1, np.int64)
    # The same order as in `Waits.of`.
    order = np.lexsort((replied[sound], asked[sound]))
    places[np.flatnonzero(sound)[order]] = np.arange(len(order))
    return Account(name, Waits.of(asked[sound], replied[sound]), rows, places, asked)


def _rows(path: Path, lines: Iterator[list[str]]) -> Iterator[tuple[str, str, float, float]]:
    reader = _numbered(path, lines)
    _, head = next(reader, (1, []))
    place = _places(path, head)
    for line, cells in reader:
        if not cells or not any(cells):
            continue
        if len(cells) <= max(place):
            raise LoadError(
                f"{path}, line {line}: {len(cells)} values where the first line names {len(head)} columns. "
                "Write every column, empty where there is nothing."
            )
        name, at, reply = (cells[i].strip() for i in place)
        if not name:
            raise LoadError(f"{path}, line {line}: no account. Write whose wait it is.")
        start = _instant(path, line, "asked_at", at)
        end = _instant(path, line, "replied_at", reply) if reply else float("inf")
        yield name, at, start, end


def _numbered(path: Path, lines: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from ((lines.line_num, cells) for cells in lines)  # type: ignore[attr-defined]
    except csv.Error as error:
        raise LoadError(f"{path} is no CSV file: {error}. Save it as CSV in UTF-8.") from None


def _places(path: Path, head: Sequence[str]) -> list[int]:
    found = [name.strip().lower() for name in head]
    missing = [name for name in COLUMNS if name not in found]
    if missing:
        raise LoadError(
            f"{path}, line 1: no column {' and no column '.join(missing)} among {', '.join(found) or 'nothing'}. "
            f"The first line names the columns {', '.join(COLUMNS)}, in any order."
        )
    return [found.index(name) for name in COLUMNS]


def _instant(path: Path, line: int, column: str, text: str) -> float:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise LoadError(
            f'{path}, line {line}: {column} is "{text}", expected a time with its offset such as '
            "2026-03-02T09:00:00Z. Mend it, or leave replied_at empty where there was no reply."
        )
    return instant.astimezone(UTC).timestamp()
