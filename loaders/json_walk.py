"""Values deep inside one large JSON document, one after the other, with the line that each begins on.

The document is never held as a whole: only the value at hand is. `json_items` reads files that are
a plain list of objects, or one object a line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from loaders.problems import NotUsable
from loaders.sink import Sink
from loaders.source import LINE_LIMIT, Source, pieces

# Numbers keep the text that they have in the file, so an id above 2^53 stays exact.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, strict=False)
_FAILURES = (ValueError, RecursionError)
_SPACE = re.compile(r"[ \t\r\n]*")
_SEPARATORS = re.compile(r"[ \t\r\n,]*")
_HALF = re.compile(r"[\ud800-\udfff]")
_NEXT_ENTRY = re.compile(r",\s*(?=\{)")
# A number or a word at the very end of what is read may go on in the next piece.
_UNFINISHED = 16

_Path = tuple[str, ...]


class Found(NamedTuple):
    """One wanted value: where it stands, the line it begins on (from 1), and the value.

    `path` has the keys and list places that lead to it. `fault` says why a value could not be read;
    it is then None, and `raw` its text as it was.
    """

    path: _Path
    line: int
    value: Any
    fault: str | None = None
    raw: str = ""


def walk(source: Source, sink: Sink, *wanted: str) -> Iterator[Found]:
    """Yield every value at one of the wanted places, in the order of the file.

    A place is written like `chats.list.*.messages.*`; `*` stands for any key or list place.
    A spoilt entry of a list is yielded with its fault, and the walk goes on with the next one.
    Raises NotUsable when the document is so broken that nothing after it can be trusted, unless
    something was found before: then a note says that it was cut off.
    """
    return _Walk(source, sink, [tuple(place.split(".")) for place in wanted]).run()


class _Cut(Exception):  # noqa: N818 - it never leaves this module
    """The document ends, or goes wrong, in the middle."""


class _Walk:
    def __init__(self, source: Source, sink: Sink, wanted: Sequence[_Path]) -> None:
        self._source = source
        self._sink = sink
        self._wanted = wanted
        self._pieces = pieces(source, sink)
        self._text = ""
        self._at = 0
        self._line = 1
        self._ended = False

    def run(self) -> Iterator[Found]:
        found = 0
        try:
            for each in self._value(()):
                found += 1
                yield each
        except _Cut as cut:
            line = self._line
            if not found:
                raise NotUsable(
                    "truncated",
                    f"{self._source.name}, line {line}: {cut}. The file is damaged or cut off; export it again.",
                ) from None
            self._sink.cut(
                f"{self._source.name} ends or breaks on line {line} ({cut}): export it again to get the "
                "messages that are missing."
            )

    def _value(self, path: _Path) -> Iterator[Found]:
        """Read one value: whole when it is wanted or in nobody's way, else what is inside it."""
        wanted = any(_matches(path, place) for place in self._wanted)
        leads = any(_leads(path, place) for place in self._wanted)
        opening = self._peek()
        if wanted or not leads or opening not in "{[":
            line = self._line
            value, fault, raw = self._decoded(in_list=bool(path) and path[-1].isdigit())
            if wanted:
                yield Found(path, line, value, fault, raw)
            return
        self._move(1)
        closing = "}" if opening == "{" else "]"
        place = 0
        while True:
            self._skip(_SEPARATORS)
            if self._peek() == closing:
                self._move(1)
                return
            if opening == "{":
                key = self._key()
                yield from self._value((*path, key))
            else:
                yield from self._value((*path, str(place)))
                place += 1

    def _key(self) -> str:
        key, fault, _ = self._decoded(in_list=False)
        if fault is not None or not isinstance(key, str):
            raise _Cut("a key is expected here")
        self._skip(_SPACE)
        if self._peek() != ":":
            raise _Cut('a ":" is expected here')
        self._move(1)
        self._skip(_SPACE)
        return key

    def _decoded(self, in_list: bool) -> tuple[Any, str | None, str]:
        """Decode the value that begins here; give it, or the fault and its text."""
        while True:
            start = self._at
            try:
                value, end = _DECODER.raw_decode(self._text, start)
            except _FAILURES as failure:
                if self._more_may_help(failure):
                    self._read()
                    continue
                if not in_list:
                    raise _Cut(_named(failure)) from None
                following = _NEXT_ENTRY.search(self._text, start + 1)
                if following is None and not self._ended and len(self._text) - start < LINE_LIMIT:
                    self._read()
                    continue
                if following is None:
                    raise _Cut(_named(failure)) from None
                raw = self._text[start : following.start()]
                self._move(following.end() - start)
                return None, _named(failure), raw
            if end > len(self._text) - _UNFINISHED and not self._ended:
                self._read()
                continue
            self._move(end - start)
            return _whole(value), None, ""

    def _more_may_help(self, failure: Exception) -> bool:
        if self._ended or len(self._text) - self._at >= LINE_LIMIT:
            return False
        if not isinstance(failure, json.JSONDecodeError):
            return False
        near_end = failure.pos > len(self._text) - _UNFINISHED
        return near_end or failure.msg.startswith("Unterminated string")

    def _peek(self) -> str:
        self._skip(_SPACE)
        return self._text[self._at]

    def _skip(self, what: re.Pattern[str]) -> None:
        """Go over blank space to the next character; raises _Cut at the end of the file."""
        while True:
            between = what.match(self._text, self._at)
            if between is not None:
                self._move(between.end() - self._at)
            if self._at < len(self._text):
                return
            if self._ended:
                raise _Cut("it ends here")
            self._read()

    def _move(self, characters: int) -> None:
        self._line += self._text.count("\n", self._at, self._at + characters)
        self._at += characters

    def _read(self) -> None:
        piece = next(self._pieces, None)
        self._ended = piece is None
        self._text = self._text[self._at :] + (piece or "")
        self._at = 0


def _matches(path: _Path, place: _Path) -> bool:
    return len(path) == len(place) and all(
        p in ("*", key) for key, p in zip(path, place, strict=True)
    )


def _leads(path: _Path, place: _Path) -> bool:
    return len(path) < len(place) and all(
        p in ("*", key) for key, p in zip(path, place, strict=False)
    )


def _named(failure: Exception) -> str:
    if isinstance(failure, json.JSONDecodeError):
        return failure.msg[0].lower() + failure.msg[1:]
    return "it is nested too deeply"


def _whole(value: Any) -> Any:
    """Replace halves of surrogate pairs, which JSON can escape but no text can hold."""
    if isinstance(value, str):
        if value.isascii() or _HALF.search(value) is None:
            return value
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_whole(k): _whole(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_whole(v) for v in value]
    return value
