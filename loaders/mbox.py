"""The mails of a file as bytes: the many of an mbox, or the one that the file is.

A line that begins with "From " begins a mail only where it looks like it: with a time, or after an empty
line, and followed by a header field. So a mail whose text has such a line stays whole, and so do files
whose programs did not mark them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from loaders.sink import Sink
from loaders.source import Source

# Of a mail this much is read: its text comes before what is attached to it.
MAIL_BYTES = 8 * 1024 * 1024
_LINE_BYTES = 1024 * 1024
_PROGRESS_EVERY = 256

_TIME = re.compile(rb"\d{1,2}:\d\d")
_YEAR = re.compile(rb"\b(?:19|20)\d\d\b")
_HEADER = re.compile(rb"(?:[!-9;-~]{1,100}:|>From )")
_FIRST_FIELDS = re.compile(
    rb"(?:return-path|received|from|to|date|subject|message-id|delivered-to|envelope-to|mime-version|status|"
    rb"x-[\w-]+|dkim-signature|authentication-results|arc-[\w-]+|content-[\w-]+|reply-to|sender)[ \t]*:",
    re.IGNORECASE,
)
_MARKED = re.compile(rb">+From ")


class RawMail(NamedTuple):
    """One mail as it stands in the file: the line it begins on (from 1), its "From " line, its bytes."""

    line: int
    postmark: bytes
    data: bytes


def begins_mbox(data: bytes) -> bool:
    """Tell whether a file that begins so is an mbox."""
    first, _, rest = _start(data).partition(b"\n")
    return first.startswith(b"From ") and _HEADER.match(rest) is not None


def _start(data: bytes) -> bytes:
    return data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")


def mails(source: Source, sink: Sink) -> Iterator[RawMail]:
    """Give one mail after the other; of each no more than 8 MiB is kept."""
    in_mbox = begins_mbox(source.head.data)
    line, begun_on, postmark = 0, 1, b""
    parts: list[bytes] = []
    size, begun, blank_before = 0, False, True
    for text, following in _with_next(source, sink):
        line += 1
        # Most lines are neither; what begins so is looked at more closely.
        first = text[:1]
        if in_mbox and first == b"F" and _separates(text, following, blank_before or not begun):
            if begun:
                yield RawMail(begun_on, postmark, b"".join(parts))
            parts, size, begun, begun_on, postmark = [], 0, True, line, text
            blank_before = False
            continue
        blank_before = first in b"\r\n" and not text.strip(b"\r\n")
        if not begun:
            if in_mbox or blank_before:
                continue
            begun, begun_on = True, line
        if size < MAIL_BYTES:
            kept = text[1:] if in_mbox and first == b">" and _MARKED.match(text) else text
            parts.append(kept)
            size += len(kept)
    if begun:
        yield RawMail(begun_on, postmark, b"".join(parts))


def _with_next(source: Source, sink: Sink) -> Iterator[tuple[bytes, bytes]]:
    """Give each line with the one after it."""
    with source.path.open("rb") as file:
        here = file.readline(_LINE_BYTES).removeprefix(b"\xef\xbb\xbf")
        number = 0
        while here:
            after = file.readline(_LINE_BYTES)
            number += 1
            if number % _PROGRESS_EVERY == 0:
                sink.progress(file.tell())
            yield here, after
            here = after


def _separates(text: bytes, following: bytes, blank_before: bool) -> bool:
    if not text.startswith(b"From ") or not _HEADER.match(following):
        return False
    if _TIME.search(text) and _YEAR.search(text):
        return True
    return blank_before and _FIRST_FIELDS.match(following) is not None
