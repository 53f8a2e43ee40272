"""Golden inputs cut into pieces (rows, objects, mails, messages), so that a test can load them in overlapping parts."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MAIL = re.compile(rb"(?m)^(?=From \S+@\S+ )")
_STAMP = re.compile(r"(?m)^(?=[\u200e\u200f]?\[?[\d٠-٩]{1,4}[./\-،٫]? ?[\d٠-٩]{1,2})")
# Where in a document the list of its conversations or messages stands.
_LISTS = ("messages", "chats.list", "data", "issues", "items", "tickets", "conversations", "results",
          "_embedded.conversations", "_results", "data.payload", "payload", "audits")  # fmt: skip
# What the rows of one conversation have in common, where files are joined.
_SAME = ("ticket_id", "conversation_id", "id")


@dataclass(frozen=True)
class Pieces:
    """One file as pieces, each with the name of what it belongs to, and how to put some of them together."""

    names: tuple[str, ...]
    written: Callable[[Iterable[int]], bytes]


def pieces_of(path: Path, by_conversation: bool) -> Pieces | None:
    """Cut a file; None for one that stays whole, such as a list of users."""
    data = path.read_bytes()
    text = data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8", "surrogateescape")
    if path.suffix == ".mbox":
        mails = _MAIL.split(data)[1:]
        return _joined(mails, b"".join, [_subject(one) for one in mails])
    if path.suffix == ".txt":
        chat = _STAMP.split(text)
        # Only what has the same stamp is in the same minute; the seconds that some write do no harm.
        return _joined(
            chat, _written, [re.split(r" [-\u2013] |\]", one, maxsplit=1)[0] for one in chat]
        )
    if path.suffix in (".csv", ".tsv"):
        return _table(text, "utf-16" if data[:2] == b"\xff\xfe" else "utf-8", by_conversation)
    if path.suffix == ".ndjson":
        return _joined(text.splitlines(keepends=True), lambda parts: "".join(parts).encode())
    return _document(text, by_conversation) if path.suffix in (".json", ".js") else None


def _joined(
    parts: list[Any], join: Callable[[Iterable[Any]], bytes], names: list[str] | None = None
) -> Pieces:
    names = names or [str(number) for number in range(len(parts))]
    return Pieces(tuple(names), lambda wanted: join([parts[place] for place in wanted]))


def _written(parts: Iterable[str]) -> bytes:
    return "".join(parts).encode("utf-8", "surrogateescape")


def _subject(mail: bytes) -> str:
    found = re.search(rb"(?im)^subject:(?: |re:|aw:|\[[^\]]*\])*(.*)$", mail)
    return found[1].decode("latin-1").strip() if found else ""


def _table(text: str, encoding: str, by_conversation: bool) -> Pieces | None:
    delimiter = max(",;\t|", key=text.partition("\n")[0].count)
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [str(number) for number in range(len(rows))]
    if by_conversation:
        same = next((name for name in _SAME if name in header), None)
        if same is None or "role" in header or "email" in header:
            return None
        names = [row[header.index(same)] for row in rows]

    def written(wanted: Iterable[int]) -> bytes:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter).writerows([header, *(rows[place] for place in wanted)])
        return out.getvalue().encode(encoding)

    return Pieces(tuple(names), written)


def _document(text: str, by_conversation: bool) -> Pieces | None:
    prefix = text[: text.index("[")] if text.startswith("window.") else ""
    try:
        whole = json.loads(text.removeprefix(prefix).lstrip("\ufeff"))
    except ValueError:  # several documents, one after the other
        return None
    place, entries = "", whole
    if isinstance(whole, dict):
        place = next((name for name in _LISTS if isinstance(_inside(whole, name), list)), "")
        entries = _inside(whole, place) if place else None
    if not isinstance(entries, list) or any(
        one.keys() & {"profile", "members"} for one in entries if isinstance(one, dict)
    ):
        return None
    names = [str(number) for number in range(len(entries))]
    if by_conversation:
        names = [
            str(next((one[k] for k in _SAME if k in one), number))
            for number, one in enumerate(entries)
        ]

    def written(wanted: Iterable[int]) -> bytes:
        kept: Any = [entries[number] for number in wanted]
        if place:
            *above, last = place.split(".")
            copy = json.loads(json.dumps(whole))
            found = copy
            for key in above:
                found = found[key]
            found[last] = kept
            kept = copy
        return (prefix + json.dumps(kept)).encode()

    return Pieces(tuple(names), written)


def _inside(value: Any, place: str) -> Any:
    for key in place.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def copy_in_part(
    path: Path, target: Path, wanted: Callable[[str], bool], by_conversation: bool
) -> int:
    """Write the input, a file or a folder, with only the wanted pieces; return how many pieces it has."""
    count = 0
    for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
        copy = target / file.relative_to(path) if path.is_dir() else target
        pieces = pieces_of(file, by_conversation)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if pieces is None and path.is_dir() and file.parent.name in ("cur", "new", "tmp"):
            count += 1
            if wanted(file.name):
                copy.write_bytes(file.read_bytes())
            continue
        if pieces is None:
            copy.write_bytes(file.read_bytes())
            continue
        count += len(set(pieces.names))
        own = f"{file.name} " if not by_conversation else ""
        copy.write_bytes(
            pieces.written([n for n, name in enumerate(pieces.names) if wanted(own + name)])
        )
    return count
