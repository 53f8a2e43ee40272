"""Makes large exports of small ones: copies of the golden files with other ids, times and texts."""

import csv
import io
import json
import random
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)")
_X_TIME = re.compile(r"\w{3} \w{3} \d\d \d\d:\d\d:\d\d [+-]\d{4} \d{4}")
_CLOCK = re.compile(r"(?<=\d[,.] |.\d )(\d\d?):(\d\d)(?=[:\s]|$)")
_MAIL_ID = re.compile(r"<([^<>@\s]+)@")
_ID = re.compile(
    r"(^|_|\b)(id|ids|id_str|key|ts|uuid|number|review_id|statusid)$|Id$|[a-z]ID$|^PK$",
    re.IGNORECASE,
)
# Numbers that stand for a word, not for one thing among many.
_WORD_ID = re.compile(r"(sender|type|state|priority|group|role)_id$")
_TEXT = re.compile(
    r"text|body|content|message|comment|title|review|blurb|utterance|reply", re.IGNORECASE
)
_TIME = re.compile(r"time|date|(^|_)ts$|_at$|created|updated", re.IGNORECASE)


class Growth:
    """Changes the values of one copy after the other; equal ids stay equal within a copy.

    `kept` are values that must stay, since the options name them. Seeded by the file's name.
    """

    def __init__(self, kept: set[str], seed: str) -> None:
        self._kept = kept
        self._chance = random.Random(seed)

    def file(self, data: bytes, name: str, copies: int) -> bytes:
        """Give the file with its entries `copies` times, each time changed."""
        text = data.decode(
            "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace"
        )
        stripped = text.lstrip()
        if name.endswith(".js"):
            head, _, rest = text.partition("=")
            return f"{head}= {json.dumps(self._document(json.loads(rest), copies))}".encode()
        if stripped.startswith(("[", "{")):
            try:
                return json.dumps(self._document(json.loads(text), copies)).encode()
            except ValueError:
                lines = [json.loads(line) for line in text.splitlines() if line.strip()]
                return "".join(
                    json.dumps(self._value(line, "", r)) + "\n"
                    for r in range(copies)
                    for line in lines
                ).encode()
        if name.endswith((".csv", ".tsv")):
            return self._table(text, copies)
        if re.match(r"From .*\d{4}\r?\n", text) or "\nMessage-ID:" in text:
            return "".join(
                _MAIL_ID.sub(rf"<{r}.\1@", text).rstrip("\n") + "\n\n" for r in range(copies)
            ).encode()
        return "".join(self._chat(text, r) for r in range(copies)).encode()

    def _document(self, value: Any, copies: int) -> Any:
        """Repeat the outermost list of objects; of several side by side, the one that holds most."""
        if isinstance(value, list):
            return [self._value(entry, "", r) for r in range(copies) for entry in value]
        if not isinstance(value, dict):
            return value
        lists = {k: len(json.dumps(v)) for k, v in value.items() if _is_of_objects(v)}
        most = max(lists, key=lists.__getitem__, default=None)
        return {
            key: self._document(inner, copies) if key == most or isinstance(inner, dict) else inner
            for key, inner in value.items()
        }

    def _value(self, value: Any, key: str, copy: int) -> Any:
        if isinstance(value, dict):
            return {k: self._value(v, k, copy) for k, v in value.items()}
        if isinstance(value, list):
            return [self._value(v, key, copy) for v in value]
        if isinstance(value, str):
            return self._text(value, key, copy)
        if (
            isinstance(value, int)
            and not isinstance(value, bool)
            and str(value) not in self._kept
            and copy
        ):
            if _TIME.search(key) and value > 10**8:
                return value + copy * (1000 if value > 10**11 else 1)
            if _is_id(key) and value > 0:
                return value + copy * 10 ** max(len(str(value)), 6)
        return value

    def _text(self, value: str, key: str, copy: int) -> str:
        if not copy or value in self._kept or not value:
            return value
        if _ISO.search(value) and len(value) < 40:
            return _later(value, copy)
        if _TIME.search(key) and value.isdigit() and len(value) == 13:
            return str(int(value) + 1000 * copy)
        if _is_id(key) or "reviewid=" in value.lower():
            return _other_id(value, copy)
        if (
            not _X_TIME.fullmatch(value)
            and _TEXT.search(key)
            and (" " in value or len(value) > 20)
            and not value.startswith(("http", "<"))
        ):
            return f"{value} {copy} {self._chance.randrange(10**6)}"
        return value

    def _table(self, text: str, copies: int) -> bytes:
        dialect = csv.Sniffer().sniff(text.partition("\n")[0], ",;\t|")
        names, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter)
        made = io.StringIO(newline="")
        writer = csv.writer(made, delimiter=dialect.delimiter)
        writer.writerow(names)
        for r in range(copies):
            writer.writerows(
                [self._text(v, name.strip(), r) for name, v in zip(names, row, strict=False)]
                for row in rows
            )
        return made.getvalue().encode()

    def _chat(self, text: str, copy: int) -> str:
        lines = text.rstrip("\n").split("\n")
        return "".join(
            f"{line} {copy}\n" if copy and ": " in line else line + "\n" for line in lines
        )


def _is_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _is_id(key: str) -> bool:
    return _ID.search(key) is not None and _WORD_ID.search(key) is None


def _other_id(value: str, copy: int) -> str:
    if value.isdigit():
        return str(int(value) + copy * 10 ** max(len(value), 6))
    if re.fullmatch(r"\d+\.\d+", value):
        return f"{int(value.partition('.')[0]) + copy}.{value.partition('.')[2]}"
    return f"{value}-{copy}" if "@" not in value and ("/" not in value or "=" in value) else value


def _later(text: str, copy: int) -> str:
    """Move an ISO time by so many seconds."""
    found = _ISO.search(text)
    assert found
    moved = datetime.fromisoformat(f"{found[1]}T{found[3]}+00:00") + timedelta(seconds=copy)
    return (
        text[: found.start()] + moved.strftime(f"%Y-%m-%d{found[2]}%H:%M:%S") + text[found.end() :]
    )


def grown(path: Path, out: Path, copies: int, kept: set[str]) -> Path:
    """Write the file or folder `path`, grown, below `out`; give where it is."""
    growth = Growth(kept, path.name)
    target = out / path.name
    for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
        made = target / file.relative_to(path) if path.is_dir() else target
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_bytes(growth.file(file.read_bytes(), file.name, copies))
    return target
