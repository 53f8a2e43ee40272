"""The notice of an account: put up and taken down in the settings file, which stays as it is otherwise."""

import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from loaders.toml_text import toml_text
from sla.errors import SettingsError
from sla.settings import Settings, told
from sla.settings_file import replace

# A header of a table, not of an array of tables.
_HEADER = re.compile(r"\s*\[(?!\[)[^\n]*\]\s*(#[^\n]*)?")
_ANY_HEADER = re.compile(r"\s*\[")
_KEY = re.compile(r"""\s*(?:notice|"notice"|'notice')\s*=""")
LONGEST = 400


def put_notice(path: Path, account: str, notice: str | None) -> None:
    """Write the notice of `account` into the settings file at `path`, or take it out with None.

    Only that key changes: every comment and every other line stays. The file is replaced as a whole or not at all.
    Raises SettingsError, and leaves the file alone, when the words cannot stand there, when the file is not in order,
    or when it says the account in a form that cannot be changed without changing more.
    """
    words = None if notice is None else " ".join(notice.split())
    if words is not None and not 0 < len(words) <= LONGEST:
        raise SettingsError(
            f"A notice needs words, {LONGEST} characters at most; found {len(words)}."
        )
    text = _read(path)
    before = _parsed(path, text)
    if words == before.get("accounts", {}).get(account, {}).get("notice"):
        return
    wanted = _wanted(before, account, words)
    try:
        Settings.model_validate(wanted, context={"folder": path.parent})
    except ValidationError as error:
        raise SettingsError(f"{path}: " + " ".join(told(error))) from None
    for changed in _candidates(text, account, words):
        # Whatever the file looks like: it must say the same as before but for that key.
        if _says(changed) == wanted:
            replace(path, changed)
            return
    raise SettingsError(
        f'{path}: the section of the account "{account}" is written in a way that cannot be changed from here. '
        f"Write its notice there by hand, below {_section(account)}."
    )


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({error}).") from None


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{path}: not valid TOML: {error}. Mend it first; nothing was changed."
        ) from None


def _wanted(before: dict[str, Any], account: str, words: str | None) -> dict[str, Any]:
    """Return what the settings are to say."""
    wanted = deepcopy(before)
    section = wanted.setdefault("accounts", {}).setdefault(account, {})
    if words is None:
        section.pop("notice", None)
    else:
        section["notice"] = words
    return wanted


def _candidates(text: str, account: str, words: str | None) -> Iterator[str]:
    """Yield the file's text as it might be changed; the right one is the one that says what is wanted."""
    newline = "\r\n" if "\r\n" in text else "\n"
    written = None if words is None else f"notice = {toml_text(words)}"
    lines = text.splitlines(keepends=True)
    for place, line in enumerate(lines):
        if not (_HEADER.fullmatch(line.strip()) and _names(line, account)):
            continue
        end = next(
            (n for n in range(place + 1, len(lines)) if _ANY_HEADER.match(lines[n])), len(lines)
        )
        yield from _in_place(lines, place + 1, end, written, newline)
        if written:
            head = line if line.endswith("\n") else line + newline
            yield "".join([*lines[:place], head, written + newline, *lines[place + 1 :]])
    if written:
        stands = f"{text.rstrip()}{newline}{newline}" if text.strip() else ""
        yield f"{stands}{_section(account)}{newline}{written}{newline}"


def _in_place(
    lines: list[str], first: int, end: int, written: str | None, newline: str
) -> Iterator[str]:
    """Yield the text with a notice that stands there replaced, however many lines it takes."""
    for place in range(first, end):
        if not _KEY.match(lines[place]):
            continue
        for after in range(place + 1, len(lines) + 1):
            value = "".join(lines[place:after])
            for kept in _comments(value):
                line = "  ".join(part for part in (written, kept) if part)
                yield "".join([*lines[:place], line + newline if line else "", *lines[after:]])


def _comments(value: str) -> Iterator[str]:
    """Yield what may be the comment behind a value; the longest first, last none at all."""
    for found in re.finditer("#", value):
        before = value[: found.start()].partition("=")[2]
        if _says(f"v = {before}\n") is not None:
            yield value[found.start() :].strip()
    yield ""


def _names(header: str, account: str) -> bool:
    """Say whether a line is the header of the account's own section."""
    return _says(header) == {"accounts": {account: {}}}


def _says(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _section(account: str) -> str:
    return f"[accounts.{toml_text(account)}]"
