"""A lake as it stood at one instant: its files in a folder of our own, whatever is written to the lake meanwhile."""

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from sla.handover import link_or_copy
from sla.lake import PRINT, PRINTS
from sla.lake_manifest import (
    FILE,
    MANIFEST,
    TABLES,
    WHOLE,
    LakeBusyError,
    LakeError,
    path_of,
)
from sla.lake_tables import columns_of, manifest

# An export that is under way ends by itself, as a rule soon.
PATIENCE_SECONDS = 5.0

# How DuckDB reads such files, by whether account and month stand in their path.
READ = {
    True: "read_parquet({pieces}, hive_partitioning = true, hive_types = {{'account': VARCHAR, 'month': VARCHAR}})",
    False: "read_parquet({pieces}, hive_partitioning = false)",
}

Prints = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class LakeCopy:
    """The files of one state of a lake in `folder`; `prints` are those of its manifest, by table and path."""

    folder: Path
    prints: Prints


def copied(
    lake: Path, before: LakeCopy | None = None, patience: float = PATIENCE_SECONDS
) -> LakeCopy:
    """Return a copy of a lake; what is as it was in the copy `before` is taken from there.

    An export replaces file after file and writes the manifest last. So a copy is of one state when the manifest stayed and no file
    is newer than it, or else has the rows that the manifest tells of. Raises LakeBusyError where that does not come
    about within `patience` (seconds), LakeError where a file cannot be copied, and what `manifest` raises.
    """
    until = time.monotonic() + patience
    while (found := _tried(lake, before)) is None:
        if time.monotonic() >= until:
            raise LakeBusyError(
                f"{lake}: it is being written, or that was cut off: its files are not those of its {MANIFEST}. "
                f"Try again when it is done, or write it again: python -m sla export {lake}"
            )
        time.sleep(0.2)
    return found


def _tried(lake: Path, before: LakeCopy | None) -> LakeCopy | None:
    """Return a copy, None where the lake changed meanwhile."""
    told = manifest(lake)
    copy = LakeCopy(Path(tempfile.mkdtemp(prefix="replyclock-lake-")), _prints(told))
    try:
        written = (lake / MANIFEST).stat().st_mtime_ns
        newer = [
            (table, path)
            for table, path in _taken(lake, copy, before)
            if (lake / table / path / FILE).stat().st_mtime_ns > written
        ]
        whole = manifest(lake) == told and all(
            _found(copy, table, [path for t, path in newer if t == table])
            for table in {table for table, _ in newer}
        )
    except FileNotFoundError:
        whole = False
    except OSError as error:
        shutil.rmtree(copy.folder, ignore_errors=True)
        raise LakeError(
            f"{error.filename or lake}: cannot be copied to {copy.folder.parent} ({error.strerror}). Mend that, or name another place with TMPDIR; to have it written again, call: python -m sla export {lake}"
        ) from None
    except BaseException:
        shutil.rmtree(copy.folder, ignore_errors=True)
        raise
    if not whole:
        shutil.rmtree(copy.folder, ignore_errors=True)
        return None
    return copy


def _prints(told: Mapping[str, Any]) -> Prints:
    return {table: dict(told["tables"][table]) for table in (*TABLES, *WHOLE)}


def _taken(lake: Path, copy: LakeCopy, before: LakeCopy | None) -> Iterator[tuple[str, str]]:
    """Have every file in the copy; yield table and path of those that came from the lake."""
    for table, prints in copy.prints.items():
        known = before.prints[table] if before else {}
        for path, told in prints.items():
            target = copy.folder / table / path / FILE
            target.parent.mkdir(parents=True)
            if before is not None and known.get(path) == told:
                link_or_copy(before.folder / table / path / FILE, target)
            else:
                # No link: whatever is done to the copy must leave the lake alone.
                shutil.copyfile(lake / table / path / FILE, target)
                yield table, path


def _found(copy: LakeCopy, table: str, paths: list[str]) -> bool:
    """Return whether files hold the rows that the manifest tells of."""
    columns = ", ".join(f'"{name}"' for name in columns_of(table).names)
    rows = f"SELECT {columns} FROM {READ[table in TABLES].format(pieces='$pieces')}"  # noqa: S608 - our own names
    pieces = {"pieces": [str(copy.folder / table / path / FILE) for path in paths]}
    with duckdb.connect() as reader:
        reader.execute("SET TimeZone = 'UTC'")
        try:
            if table in TABLES:
                found = reader.execute(PRINTS.format(rows=rows), pieces).fetchall()
                prints = {path_of(account, month): told for account, month, _, told in found}
            else:
                ((_, told),) = reader.execute(PRINT.format(table=f"({rows})"), pieces).fetchall()
                prints = {"": told}
        except duckdb.Error:
            return False
    return prints == {path: copy.prints[table][path] for path in paths}
