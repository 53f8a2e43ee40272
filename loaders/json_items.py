"""Objects of a JSON file one after the other, whether one a line or in one big list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from loaders.problems import TOO_LONG, SpoiltRow
from loaders.sink import Sink
from loaders.source import LINE_LIMIT, CutLine, Head, Source, lines, pieces

# Numbers keep the text that they have in the file, so an id above 2^53 stays exact. Control
# characters inside strings are forgiven.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, strict=False)
_FAILURES = (ValueError, RecursionError)

_BETWEEN = re.compile(r"[\s,\x1e]*")
_NEXT_OBJECT = re.compile(r"[,\n]\s*(?=\{)")
_LIST_END = re.compile(r"\s*\]\s*\Z")
# An entry that fails this close to the end of what is read so far may only be unfinished.
_UNFINISHED = 16
_RAW_KEPT = 10_000
_OBJECT_FIRST = re.compile(r"\[?\s*\{")
_KEY = re.compile(r'"(\w{1,40})"\s*:')
_ITEMS_LOOKED_AT = 50

_REMEDY = "Write one JSON object for each message, in UTF-8, with its quotes and brackets closed."


class Item(NamedTuple):
    """One entry of the file: the line it begins on (from 1), its text as it was, its fields.

    Where it is no object, `fields` is empty and `fault` says why.
    """

    line: int
    raw: str
    fields: dict[str, Any]
    fault: SpoiltRow | None = None


def keys_at_start(head: Head) -> list[set[str]]:
    """Give the keys of the first objects in a file; empty if it does not begin like JSON.

    Where not even the first object is whole within the head, these are the keys seen in it.
    """
    text = head.text.lstrip()
    if not text.startswith(("{", "[")):
        return []
    found: list[set[str]] = []
    start = text.find("{")
    for _ in range(_ITEMS_LOOKED_AT):
        if start < 0:
            break
        try:
            value, end = _DECODER.raw_decode(text, start)
            found.append(set(value))
        except _FAILURES:
            end = text.find("\n", start)
        start = text.find("{", end) if end >= 0 else -1
    return found or ([set(_KEY.findall(text))] if _OBJECT_FIRST.match(text) else [])


def items(source: Source, sink: Sink) -> Iterator[Item]:
    """Yield every entry of the file, also those that are no objects."""
    first_line = source.head.text.strip().partition("\n")[0].rstrip()
    if first_line.startswith("{") and first_line.endswith("}"):
        return _lines(source, sink)
    return _Sequence(source, sink).items()


def _lines(source: Source, sink: Sink) -> Iterator[Item]:
    number = 1
    for line in lines(source, sink):
        text = line.strip()
        if isinstance(line, CutLine):
            yield _too_long(number, text)
        elif text:
            yield _item(number, text)
        number += line[-1] in "\r\n"


def _too_long(line: int, raw: str) -> Item:
    return Item(line, raw, {}, SpoiltRow(TOO_LONG.kind, TOO_LONG.reason, TOO_LONG.remedy))


def _item(line: int, raw: str) -> Item:
    try:
        value = _DECODER.decode(raw)
    except json.JSONDecodeError as error:
        fault = f"{error.msg} (character {error.pos + 1})"
    except _FAILURES:
        fault = "it is nested too deeply"
    else:
        if isinstance(value, dict):
            return Item(line, raw, _whole_characters(value, raw))
        fault = "it is a single value or a list"
    reason = f"this is no JSON object: {fault}"
    return Item(line, raw, {}, SpoiltRow("no JSON object", reason, _REMEDY))


class _Sequence:
    """A list of objects, `[{…}, {…}]`, or objects that follow each other over several lines."""

    def __init__(self, source: Source, sink: Sink) -> None:
        self._source = source
        self._sink = sink
        self._pieces = pieces(source, sink)
        self._buffer = ""
        self._position = 0
        self._line = 1
        self._ended = False

    def items(self) -> Iterator[Item]:
        in_list = False
        while self._skip_between():
            # One list may follow another, a page of an export each.
            if self._here() == ("]" if in_list else "["):
                in_list = not in_list
                self._move_to(self._position + 1)
                continue
            start, line = self._position, self._line
            try:
                value, end = _DECODER.raw_decode(self._buffer, start)
            except _FAILURES as failure:
                value, end = None, self._end_of_spoilt(failure)
            if end < 0:
                self._read_more()
                continue
            if value is None and end == len(self._buffer) and end - start >= LINE_LIMIT:
                yield _too_long(line, self._buffer[start : start + _RAW_KEPT])
                self._skip_to_next()
                continue
            raw = self._buffer[start:end].rstrip(", \t\r\n")
            if isinstance(value, dict):
                yield Item(line, raw, _whole_characters(value, raw))
            else:
                yield _item(line, raw)
            self._move_to(end)
        if in_list:
            self._sink.cut(
                f"{self._source.name} ends before its list does, so it was cut off: export it again "
                "to get the messages that are missing."
            )

    def _here(self) -> str:
        return self._buffer[self._position]

    def _move_to(self, position: int) -> None:
        self._line += self._buffer.count("\n", self._position, position)
        self._position = position

    def _skip_between(self) -> bool:
        """Go to the next entry; False at the end of the file."""
        while True:
            between = _BETWEEN.match(self._buffer, self._position)
            self._move_to(between.end() if between else self._position)
            if self._position < len(self._buffer):
                return True
            if self._ended:
                return False
            self._read_more()

    def _read_more(self) -> None:
        piece = next(self._pieces, None)
        self._ended = piece is None
        self._buffer = self._buffer[self._position :] + (piece or "")
        self._position = 0

    def _skip_to_next(self) -> None:
        """Leave out what is left of an entry that is too long, up to where the next object seems to begin."""
        while (following := _NEXT_OBJECT.search(self._buffer, self._position)) is None:
            # The comma before the next object may be the last character so far.
            self._move_to(max(self._position, len(self._buffer) - _UNFINISHED))
            if self._ended:
                self._move_to(len(self._buffer))
                return
            self._read_more()
        self._move_to(following.end())

    def _end_of_spoilt(self, failure: Exception) -> int:
        """Find where an entry ends that cannot be decoded; -1 if that needs more of the file.

        It ends where the next object seems to begin.
        """
        more = not self._ended and len(self._buffer) - self._position < LINE_LIMIT
        if more and isinstance(failure, json.JSONDecodeError):
            cut = failure.pos > len(self._buffer) - _UNFINISHED
            if cut or failure.msg.startswith("Unterminated string"):
                return -1
        following = _NEXT_OBJECT.search(self._buffer, self._position + 1)
        if following:
            return following.end()
        if more:
            return -1
        last = _LIST_END.search(self._buffer, self._position + 1)
        return last.start() if last else len(self._buffer)


def _whole_characters(fields: dict[str, Any], raw: str) -> dict[str, Any]:
    """Replace halves of surrogate pairs, which JSON can escape but no text can hold."""
    if "\\ud" not in raw and "\\uD" not in raw:
        return fields
    return {
        name: value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if isinstance(value, str)
        else value
        for name, value in fields.items()
    }
