"""What only the rows of an unknown table tell of two columns together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from loaders.mapped_times import DayOrderUnknown, read_time
from loaders.proposal_columns import ColumnFacts
from loaders.tables import Row

_MOSTLY = 0.9


def happens(
    event: ColumnFacts,
    values: Collection[str],
    case: str | None,
    text: str | None,
    rows: Sequence[Row],
) -> bool:
    """Tell whether a column says what happened at a row, and not how its whole case stands today.

    It does where such rows say nothing else, or where it changes within a case; a ticket that is closed by now has the word on
    every row, and these are messages all the same.
    """
    told = [row for row in rows if _text(row, event.name) in values]
    if text is not None and 2 * sum(not _text(row, text) for row in told) > len(told):
        return True
    if case is None:
        return False
    cases = _by_case(event.name, case, rows)
    return any(len(found) > 1 and found & {*values} for found in cases)


def follows(earlier: ColumnFacts, later: ColumnFacts, rows: Sequence[Row]) -> bool:
    """Tell whether nearly every row that has both times has them in this order, as a question and its reply have."""
    pairs = [
        (one, other)
        for row in rows
        if (one := _time(row, earlier)) is not None and (other := _time(row, later)) is not None
    ]
    return sum(one <= other for one, other in pairs) >= _MOSTLY * len(pairs)


def shared(case: str, rows: Sequence[Row]) -> bool:
    """Tell whether several rows have the same case."""
    return len({_text(row, case) for row in rows}) < len(rows)


def one_of_each(column: str, case: str, rows: Sequence[Row]) -> bool:
    """Tell whether a column has one value in each case."""
    return all(len(found) == 1 for found in _by_case(column, case, rows))


def _by_case(column: str, case: str, rows: Sequence[Row]) -> Iterable[set[str]]:
    """Give the values of a column in each case."""
    seen: dict[str, set[str]] = {}
    for row in rows:
        seen.setdefault(_text(row, case), set()).add(_text(row, column))
    return seen.values()


def _text(row: Row, column: str) -> str:
    value = row.get(column.lower())
    return "" if value is None else str(value).strip()


def _time(row: Row, column: ColumnFacts) -> datetime | None:
    value = row.get(column.name.lower())
    if value is None or not isinstance(value, (str, datetime)):
        return None
    try:
        found = read_time(value, column.time_format, column.day_first)
    except DayOrderUnknown:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
