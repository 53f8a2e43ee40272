"""Records of a helpdesk's API as people keep them: pages, a list, one record a line, or pages a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from loaders.json_glimpse import glimpse
from loaders.json_items import items
from loaders.json_walk import walk
from loaders.problems import SpoiltRow
from loaders.sink import Sink
from loaders.source import LINE_LIMIT, Head, Source

Fields = dict[str, Any]

# One document follows another here: within one, a comma stands between, and texts hold no line break.
_NEXT_PAGE = re.compile(rb"\}\s*\n\s*\{")
_PIECE_BYTES = 1024 * 1024
_OVERLAP = 256
_LOOKED_AT = 50
# One record is often given inside an object of its own, its messages beside it; the last two are
# what copying tools write.
_WRAPPERS = ("ticket", "conversation", "thread", "helpdesk_ticket", "record", "_airbyte_data")
_REMEDY = "Export it again: an object with the fields of the helpdesk's documentation is expected."


class Record(NamedTuple):
    """One ticket or message: the line it begins on (that of its page, on a page), its fields.

    Where it is no object, `fields` is empty, `fault` says why and `raw` is its text.
    """

    line: int
    fields: Fields
    fault: SpoiltRow | None = None
    raw: str = ""


def first_records(head: Head, *pages: str) -> list[Fields]:
    """Give the first records of a file; the last may be there in part only.

    `pages` are the places of the list on a page, such as `tickets` or `data.payload`.
    """
    found: list[Fields] = []
    for top in glimpse(head.text):
        for value in top if isinstance(top, list) else [top]:
            found += [each for each in _opened(value, pages) if isinstance(each, dict)]
            if len(found) >= _LOOKED_AT:
                return found
    return found


def records(source: Source, sink: Sink, *pages: str) -> Iterator[Record]:
    """Yield every record, also those that are none; `pages` as for `first_records`.

    Raises NotUsable when a page is so broken that nothing on it can be read.
    """
    tops = glimpse(source.head.text)
    if tops and isinstance(tops[0], dict) and not _has_more_documents(source):
        inside = [place for place in pages if isinstance(_inner(tops[0], place), list)]
        wrapped = any(isinstance(tops[0].get(key), dict) for key in _WRAPPERS)
        if inside and not wrapped and "id" not in tops[0]:
            for found in walk(source, sink, *(f"{place}.*" for place in inside)):
                yield _record(found.line, found.value, found.fault, found.raw)
            return
    for item in items(source, sink):
        if item.fault is not None:
            yield Record(item.line, {}, item.fault, item.raw)
            continue
        for value in _opened(item.fields, pages):
            yield _record(item.line, value, None, "")


def _record(line: int, value: Any, fault: str | None, raw: str) -> Record:
    if isinstance(value, dict):
        return Record(line, value)
    reason = f"this is no JSON object: {fault or 'it is a single value or a list'}"
    return Record(line, {}, SpoiltRow("no JSON object", reason, _REMEDY), raw or as_text(value))


def as_text(value: Any) -> str:
    """Write a value as JSON, to be shown with its problem."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except (RecursionError, ValueError):
        return "nested too deeply to be shown"


def _opened(value: Any, pages: tuple[str, ...]) -> list[Any]:
    """Give what is on a page, or what is no page as it is. A record has an id, a page has none."""
    if isinstance(value, dict) and "id" not in value:
        for wrapper in _WRAPPERS:
            if isinstance(value.get(wrapper), dict):
                return [{**value, **value[wrapper]}]
        found: list[Any] = []
        lists = [inner for place in pages if isinstance(inner := _inner(value, place), list)]
        for inner in lists:
            found += inner
        if lists:
            return found
    return [value]


def _inner(value: Any, place: str) -> Any:
    for key in place.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _has_more_documents(source: Source) -> bool:
    """Tell whether a second page follows the first one."""
    before = b""
    with source.path.open("rb") as file:
        for _ in range(LINE_LIMIT // _PIECE_BYTES):
            piece = file.read(_PIECE_BYTES)
            if not piece:
                break
            if _NEXT_PAGE.search(before + piece):
                return True
            before = piece[-_OVERLAP:]
    return source.head.encoding.startswith("utf-16")
