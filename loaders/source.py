"""The file to load: its head, which loaders recognise it by, and its text piece by piece."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from loaders.encoding import Decoder, encoding_of
from loaders.json_head import condensed, is_cut
from loaders.sink import Sink

HEAD_BYTES = 64 * 1024
# How far a JSON file is looked at whose first record does not end in its head.
_FARTHER_BYTES = 16 * 1024 * 1024
_PIECE_BYTES = 1024 * 1024
# A longer line is cut off, its rest left out. It bounds the memory that a file without line breaks takes.
LINE_LIMIT = 16 * 1024 * 1024


class CutLine(str):
    """A line that is longer than any row: its beginning, and its line end."""

    __slots__ = ()


@dataclass(frozen=True)
class Head:
    """The first 64 KiB of a file, as bytes and as text, with its shown name, path and size.

    Where it is JSON whose first record is longer, `text` goes on behind them and has long values cut short.

    `inside` is its name with the folders above it, as far as the archive or folder that was given.
    """

    name: str
    path: Path
    size: int
    data: bytes
    text: str
    encoding: str
    inside: str


# So many characters tell one end of a file from another.
_TAIL = 60
_JSON = re.compile(r'\ufeff?\s*(?:\[\s*)?\{\s*"')


@dataclass(frozen=True)
class Source:
    """A plain file that a loader reads. `name` is how sentences call it."""

    name: str
    path: Path
    head: Head

    @property
    def inside(self) -> str:
        """Its name with the folders above it, as far as the archive or folder that was given."""
        return self.head.inside


def source_at(path: Path, name: str, inside: str | None = None) -> Source:
    """Look at a file's head. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        data = file.read(HEAD_BYTES)
        size = path.stat().st_size
        return Source(name, path, head_of(data, name, path, size, inside, file.read))


def head_of(
    data: bytes,
    name: str,
    path: Path,
    size: int,
    inside: str | None = None,
    more: Callable[[int], bytes] | None = None,
) -> Head:
    """Make the head of a file that begins with `data` and has `size` bytes; `more` reads on behind it."""
    encoding = encoding_of(data)
    text = Decoder(encoding).text(data, final=len(data) >= size)
    if more is not None and len(data) < size and is_cut(text):
        farther = Decoder(encoding).text(data + more(_FARTHER_BYTES))
        text = condensed(farther, HEAD_BYTES)
    return Head(name, path, size, data, text, encoding, inside or path.name)


def is_cut_off(source: Source, spoilt: str) -> bool:
    """Tell whether a file ends in the middle: JSON before what it opened is closed, others within their `spoilt` last row."""
    with source.path.open("rb") as file:
        file.seek(max(0, source.head.size - 8 * _TAIL))
        tail = file.read().decode(_without_mark(source.head), "replace")
    if _JSON.match(source.head.text):
        return not tail.rstrip("\x00, \t\r\n").endswith(("}", "]"))
    wanted = spoilt.strip()[-_TAIL:]
    return bool(wanted) and tail.endswith(wanted)


def _without_mark(head: Head) -> str:
    """Return the encoding of a piece of the file, which does not begin with its byte order mark."""
    if head.encoding != "utf-16":
        return head.encoding
    return "utf-16-be" if head.data.startswith(b"\xfe\xff") else "utf-16-le"


def pieces(source: Source, sink: Sink) -> Iterator[str]:
    """Read the file's text in pieces of about a MiB, telling the sink how far it is."""
    decoder = Decoder(source.head.encoding)
    with source.path.open("rb") as file:
        while data := file.read(_PIECE_BYTES):
            sink.progress(file.tell())
            yield decoder.text(data)
    yield decoder.text(b"", final=True)
    if decoder.strange:
        sink.note(
            f"{source.name} holds bytes that are not {source.head.encoding.upper()}; "
            "they were read as Windows-1252, so look at a few accented letters."
        )


def lines(source: Source, sink: Sink) -> Iterator[str]:
    r"""Read the file's physical lines, each with its line end; of one that is too long a CutLine.

    A line ends with \n. Only a file that has none of these, an old Mac one, ends them with \r.
    """
    end = "\r" if "\n" not in source.head.text and "\r" in source.head.text else "\n"
    begun: list[str] = []
    begun_length = 0
    in_cut = False
    for piece in pieces(source, sink):
        first, *others = piece.split(end)
        if in_cut:
            if not others:
                continue
            in_cut = False
            first, *others = others
        if not others:
            begun.append(first)
            begun_length += len(first)
            if begun_length > LINE_LIMIT:
                yield CutLine("".join((*begun, end)))
                begun, begun_length, in_cut = [], 0, True
            continue
        yield "".join((*begun, first, end))
        yield from (line + end for line in others[:-1])
        begun, begun_length = [others[-1]], len(others[-1])
    if rest := "".join(begun):
        yield rest
