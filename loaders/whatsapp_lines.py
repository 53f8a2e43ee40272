"""The lines of a WhatsApp chat as its messages: who wrote which text, and what WhatsApp itself wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from loaders.chat_stamp import MARKS, Stamp, Style, header, header_unread
from loaders.whatsapp_words import is_its_own, is_marked_notice, is_notice, tells_encryption

# A message can have 65,536 characters. What goes on for longer is no text of a chat.
_TEXT_LIMIT = 1024 * 1024

_AUTHOR = re.compile(r"([^:\n]{1,100}?):(?:[ \u200e\u200f]|$)")
_AUTHOR_WITHOUT_BLANK = re.compile(r"([^:\n]{1,100}?):")
_QUOTED = re.compile('["“”„«»]')
_BLANKS = re.compile("[\u00a0\u202f\u2000-\u200a ]+")
_MARK = "\u200e"


@dataclass
class Entry:
    """One message: the line it begins on, its stamp, its author (None for a notice) and text.

    `notice` says that WhatsApp wrote it. `cut` says that its text was too long to be kept whole.
    """

    line: int
    stamp: Stamp
    author: str | None
    text: str
    notice: bool = False
    cut: bool = False


@dataclass(frozen=True)
class Reading:
    """What is known of a file before its messages are read: styles, authors, the chat's own name."""

    styles: frozenset[Style]
    authors: frozenset[str]
    title: str | None = None


def split_author(body: str, known: frozenset[str] = frozenset()) -> tuple[str | None, str]:
    """Split what follows a stamp into author and text; no author where WhatsApp itself speaks."""
    found = _AUTHOR.match(body)
    if found is None and known:
        found = _AUTHOR_WITHOUT_BLANK.match(body)
        if found is not None and name_of(found[1]) not in known:
            found = None
    if found is None or _QUOTED.search(found[1]) or is_its_own(body):
        return None, body
    name = name_of(found[1])
    return (name, body[found.end(1) + 1 :]) if name else (None, body)


def is_marked(written: str) -> bool:
    """Tell whether WhatsApp put its mark before a text: a notice, or what stands for a picture or a file."""
    return written.lstrip(" ").startswith(_MARK)


@lru_cache(maxsize=4096)
def name_of(written: str) -> str:
    """Give a name without marks; `~` stands before those who are not in the address book."""
    return _BLANKS.sub(" ", MARKS.sub("", written)).strip().removeprefix("~").strip()


def entries(lines: Iterator[str], reading: Reading) -> Iterator[Entry]:
    """Yield the messages of a file; what stands above the first one is dropped."""
    entry: Entry | None = None
    text: list[str] = []
    length = 0
    for number, line in enumerate(lines, 1):
        plain = line.rstrip("\r\n")
        found = header(plain)
        if found is None:
            found = _unread(plain)
        if found is None or found[0].style not in reading.styles:
            if entry is not None:
                length += len(plain) + 1
                if length <= _TEXT_LIMIT:
                    text.append(plain)
                entry.cut = entry.cut or length > _TEXT_LIMIT
            continue
        if entry is not None:
            yield _finished(entry, text, reading)
        author, body = split_author(found[1], reading.authors)
        entry, text, length = Entry(number, found[0], author, ""), [body], len(body)
    if entry is not None:
        yield _finished(entry, text, reading)


def _unread(line: str) -> tuple[Stamp, str] | None:
    """Give a line that would begin somebody's message if the time in it were understood."""
    found = header_unread(line)
    return found if found is not None and split_author(found[1])[0] is not None else None


def _finished(entry: Entry, text: list[str], reading: Reading) -> Entry:
    written = "\n".join(text).strip(" \r\n\t")
    entry.text = written if written.isascii() else MARKS.sub("", written).strip()
    entry.notice = entry.author is None or _is_notice(entry, written, reading)
    return entry


def _is_notice(entry: Entry, written: str, reading: Reading) -> bool:
    """Tell what WhatsApp says in somebody's name, as on iPhones, where every line has a name."""
    assert entry.author is not None
    if is_notice(entry.text):
        return True
    if not is_marked(written):
        return entry.line == 1 and tells_encryption(entry.text)
    return (
        (entry.author == reading.title and entry.author not in reading.authors)
        or tells_encryption(entry.text)
        or is_marked_notice(entry.text)
        or _names_its_author(entry, written)
    )


def _names_its_author(entry: Entry, written: str) -> bool:
    """Tell whether a marked text is about the one in whose name it stands: "Anna added Ben", in Ben's.

    The name of a file may hold a name as well: a second mark, or a bracket, stands before what WhatsApp says of a file.
    """
    if written.count(_MARK) > 1 or "<" in written:
        return False
    author = re.escape(entry.author or "")
    return re.search(rf"(?<!\w){author}(?!\w)", _BLANKS.sub(" ", entry.text)) is not None
