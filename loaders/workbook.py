"""The sheets of a workbook (XLSX, XLS, ODS) as tables."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from loaders.archives import is_zip
from loaders.log_rows import Value
from loaders.problems import NotUsable
from loaders.source import Head, Source

# What no honest workbook unpacks to.
_UNPACKED_BYTES = 2 * 1024**3
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_HEADER_ROWS = 30


def is_workbook(head: Head) -> bool:
    """Tell whether a file is a workbook, by what is in it."""
    if head.data.startswith(_OLD_OFFICE):
        return True
    if not is_zip(head.data):
        return False
    try:
        with zipfile.ZipFile(head.path) as archive:
            names = archive.namelist()
            # Which kind of open document it is stands in a file of its own, packed or not.
            if "content.xml" in names and "mimetype" in names:
                with archive.open("mimetype") as kind:
                    return b"spreadsheet" in kind.read(200)
            return any(name.startswith("xl/workbook.") for name in names)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, ValueError, RuntimeError):
        return False


class SheetTable:
    """One sheet. Its first row with two names or more is the header; lines count from the sheet's top."""

    def __init__(self, source: Source, sheet: str | None) -> None:
        self._source = source
        self._row: dict[str, Value] = {}
        self._sheet = _opened(source, sheet)
        self._above = 0
        self.columns: tuple[str, ...] = ()
        self._names: tuple[str, ...] = ()
        first = self._sheet.start or (0, 0)
        for number, cells in enumerate(self._sheet.iter_rows()):
            names = tuple(_text(cell) or "" for cell in cells)
            if sum(map(bool, names)) > 1:
                self._names, self._above = names, number + 1
                break
            if number > _HEADER_ROWS:
                break
        self._line = int(first[0]) + 1
        self.columns = tuple(dict.fromkeys(name for name in self._names if name))
        if not self.columns:
            raise NotUsable(
                "not_a_log",
                f"{source.name}: the sheet {self._sheet.name} has no row that names columns. Name another "
                "sheet in the mapping.",
            )

    def rows(self) -> Iterator[tuple[int, dict[str, Value]]]:
        """Yield each row that holds anything."""
        names = [name.lower() for name in self._names]
        for number, cells in enumerate(self._sheet.iter_rows()):
            if number < self._above:
                continue
            values = [_value(cell) for cell in cells]
            if not any(values):
                continue
            row: dict[str, Value] = {}
            for name, value in zip(names, values, strict=False):
                if name and name not in row:
                    row[name] = value
            self._row = row
            yield self._line + number, row

    def raw(self) -> str:
        """Give the row at hand, its values one after the other."""
        return "; ".join("" if value is None else str(value) for value in self._row.values())


def _opened(source: Source, sheet: str | None) -> Any:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only workbooks need it

    if is_zip(source.head.data):
        with zipfile.ZipFile(source.path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > _UNPACKED_BYTES:
            raise _damaged(source, "it unpacks to more than 2 GiB")
    try:
        workbook = CalamineWorkbook.from_path(str(source.path))
        names = workbook.sheet_names
        if sheet is not None and sheet not in names:
            raise NotUsable(
                "not_a_log",
                f"{source.name} has no sheet {sheet}. Its sheets: {', '.join(names[:20])}.",
            )
        if sheet is not None:
            return workbook.get_sheet_by_name(sheet)
        sheets = [workbook.get_sheet_by_name(name) for name in names]
    except NotUsable:
        raise
    except BaseException as error:
        # A panic in the reader is no Exception, but it is only about this file.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise _damaged(source, str(error)) from error
    if not sheets:
        raise _damaged(source, "it has no sheet")
    # Covers and notes are shorter than the table itself.
    return max(sheets, key=lambda one: one.height)


def _damaged(source: Source, why: str) -> NotUsable:
    return NotUsable(
        "unreadable",
        f"{source.name} is a workbook that can't be read ({why}). Save it again, or save the sheet as CSV UTF-8.",
    )


def _value(cell: object) -> Value:
    return cell if isinstance(cell, datetime) else _text(cell)


def _text(cell: object) -> str | None:
    """Write a cell as a text: whole numbers without a fraction, dates and times as ISO 8601."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(int(cell.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).strip().replace("\x00", "") or None
