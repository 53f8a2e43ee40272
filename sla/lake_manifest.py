"""What a lake says of itself, and how its files are named: written by an export, and checked before anything goes by it."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sla.errors import ReplyclockError

TABLES = ("messages", "conversations", "waits", "replies")
# What is small, or belongs to no account: one file each, as it stands in the database.
WHOLE = ("known", "zones", "calendars", "open_spans", "ledger", "renewals", "loads")
MANIFEST = "manifest.json"
FILE = "data.parquet"
# How such lakes call the partition of what has no value.
NOBODY = "__HIVE_DEFAULT_PARTITION__"
# The tables of the earliest lakes.
_EVER = {"messages", "conversations", "waits"}
# In bytes, of one name; what file systems allow.
_LONGEST = 255
# Two folders, neither of which leads anywhere else.
_PARTITION = re.compile(r"account=[^/\\\x00-\x1f]*/month=[^/\\\x00-\x1f]*")


class LakeError(ReplyclockError):
    """A lake could not be written, or cannot be read; says what to do."""


class LakeBusyError(LakeError):
    """A lake is being written, so that its files are not of one state."""


def spoilt(lake: Path, file: Path, reason: str) -> LakeError:
    """Return what to say of a file that is there and cannot be read, which an export would leave as it is."""
    return LakeError(
        f"{file}: cannot be read ({reason.rstrip('.')}). Remove it, and have it written again: python -m sla export {lake}"
    )


def path_of(account: str | None, month: str) -> str:
    """Return the folders of a partition, as DuckDB and other readers of such lakes name them."""
    return f"{_folder_of(account)}/month={month}"


def no_folder(account: str) -> str | None:
    """Return why no folder can have the name of an account, in words; None where one can."""
    if account == NOBODY:
        # DuckDB and Spark write both alike, so that nobody could tell them apart.
        return "what a lake calls nobody"
    # No other way to write it: Java finds no letters in folders' names where its locale has none.
    return "too long for a folder" if len(_folder_of(account)) > _LONGEST else None


def _folder_of(account: str | None) -> str:
    if account is None:
        return f"account={NOBODY}"
    named = quote(account, safe="")
    if account.lower() == "null":
        # DuckDB takes it for no value, in whatever letters, but not where one is written otherwise.
        named = f"%{ord(account[0]):X}{account[1:]}"
    return f"account={named}"


def told_by(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a lake: its `tables`, each with a print of every file by path, and the `version` of the data.

    `lake` is the version of Replyclock's tables; an early lake has none, and fewer tables. None where there is no manifest. Files
    are replaced and removed by these names, so what no export writes raises LakeError; OSError where it cannot be read.
    """
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError):
        odd: str | None = "no JSON"
    else:
        odd = _odd(found)
    if odd is None:
        told: dict[str, Any] = found
        return told
    raise LakeError(
        f"{folder / MANIFEST}: this is not what an export writes ({odd}). Name another folder; "
        f"if there was a lake in this one, empty it and have it written again: python -m sla export {folder}"
    )


def tell(folder: Path, told: dict[str, Any]) -> None:
    """Put a manifest in the place of the one there is."""
    temporary = folder / f".{MANIFEST}"
    temporary.write_text(json.dumps(told, indent=1), encoding="utf-8")
    temporary.replace(folder / MANIFEST)


def _odd(found: Any) -> str | None:
    """Return what an export would not have written, in words."""
    if not isinstance(found, dict) or not isinstance(found.get("version"), int | str):
        return "without a version"
    if not isinstance(found.get("lake", ""), str):
        return "of a lake's version that is none"
    tables = found.get("tables")
    if not isinstance(tables, dict) or not tables.keys() >= _EVER:
        return "without the tables of a lake"
    for name, prints in tables.items():
        if name not in (*TABLES, *WHOLE) or not isinstance(prints, dict):
            return f"it tells of {name!r}"
        for path, told in prints.items():
            fits = _PARTITION.fullmatch(path) if name in TABLES else path == ""
            if not fits or not isinstance(told, str):
                return f"it tells of {path!r} in {name}"
    return None
