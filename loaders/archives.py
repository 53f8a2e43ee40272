"""Files inside a zip, gz or zst: checked, and unpacked beside the staging file when they are read."""

from __future__ import annotations

import gzip
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from loaders.problems import NotUsable
from loaders.progress import Progress
from loaders.source import HEAD_BYTES, Head, Source, head_of, source_at

_ZIP = re.compile(rb"PK(?:[\x01-\x08]|$)")
_GZ = b"\x1f\x8b"
_ZST = b"\x28\xb5\x2f\xfd"

MEMBER_LIMIT = 20 * 1024**3
RATIO_LIMIT = 200
# Below this many bytes a high ratio does no harm: a few equal rows compress very well.
_RATIO_FREE = 1024 * 1024
_MEMBERS_LIMIT = 200_000
_PIECE_BYTES = 1024 * 1024
_PARQUET_LOOKED_AT = 1024**3
_LOCKED = 1

# What operating systems put into archives unasked.
LITTER = re.compile(
    r"(?:^|/)(?:__MACOSX/|\.DS_Store$|\._|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE
)
_DAMAGED = (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile)


def is_zip(data: bytes) -> bool:
    """Tell whether a file that begins so is a zip archive, whole or not."""
    return _ZIP.match(data) is not None


def is_archive(data: bytes) -> bool:
    """Tell whether a file that begins so is packed in a way that can be unpacked here."""
    return is_zip(data) or data.startswith((_GZ, _ZST))


class Unpacker:
    """Writes what is packed into a folder, and stops when it is larger than any honest export."""

    def __init__(self, name: str, packed_bytes: int, scratch: Path, progress: Progress) -> None:
        self._name = name
        self._packed_bytes = packed_bytes
        self._scratch = scratch
        self._progress = progress
        self._written = 0
        self._files = 0

    def write(self, stream: IO[bytes] | Any) -> Path:
        """Unpack one stream. Raises NotUsable when all of them together are too large."""
        self._files += 1
        target = self._scratch / f"unpacked-{self._files}"
        with target.open("wb") as file:
            while piece := stream.read(_PIECE_BYTES):
                self._written += len(piece)
                self._check()
                file.write(piece)
                self._progress.tell(0, 0)
        return target

    def _check(self) -> None:
        if self._written > MEMBER_LIMIT:
            raise NotUsable(
                "unreadable",
                f"{self._name} unpacks to more than {MEMBER_LIMIT // 1024**3} GiB, which is the limit. "
                "Unpack it yourself and load the file inside.",
            )
        if self._written > max(self._packed_bytes * RATIO_LIMIT, _RATIO_FREE):
            raise NotUsable(
                "unreadable",
                f"{self._name} unpacks to more than {RATIO_LIMIT} times its size, as a file made to fill "
                "a disk does. If it is a real export, unpack it yourself and load the file inside.",
            )


def unpacked(source: Source, scratch: Path, progress: Progress) -> Source:
    """Unpack a gz or zst, which hold one file. Raises NotUsable for what is damaged or nested."""
    gz = source.head.data.startswith(_GZ)
    ending, kind = (".gz", "gz") if gz else (".zst", "zst")
    unpacker = Unpacker(source.name, source.head.size, scratch, progress)
    try:
        with source.path.open("rb") as packed:
            opened: Any = (
                gzip.GzipFile(fileobj=packed) if gz else pa.CompressedInputStream(packed, "zstd")
            )
            with opened as stream:
                target = unpacker.write(stream)
    except _DAMAGED as error:
        raise _cut_off(source.name, kind) from error
    except OSError as error:
        # This is how Arrow says it; what is wrong with the disk has a number.
        if error.errno is None:
            raise _cut_off(source.name, kind) from error
        raise
    if not gz and target.stat().st_size == 0:
        raise _cut_off(source.name, kind)
    ends = source.name.lower().endswith(ending)
    inner = source.name[: -len(ending)] if ends else "the file"
    name = f"{inner} in {source.name}"
    found = source_at(target, name, inner if ends else source.path.name)
    if is_archive(found.head.data):
        raise _nested(source.name)
    return found


def no_table(source: Source) -> NotUsable:
    """Say of what is packed, and is no workbook, that it is no table: it is cut off, or the table lies in it."""
    if is_zip(source.head.data):
        try:
            zipfile.ZipFile(source.path).close()
        except _DAMAGED:
            return NotUsable(
                "truncated",
                f"{source.name} is a workbook or zip archive that is damaged or cut off, as after a download that "
                "stopped halfway. Fetch or save it again.",
            )
    return NotUsable(
        "not_a_log", f"{source.name} is an archive. Unpack it and name the table that lies in it."
    )


class Zip:
    """A zip archive whose files are looked at first and unpacked one by one.

    Opening it raises NotUsable for one that is damaged, locked, hostile or empty.
    """

    def __init__(self, source: Source, scratch: Path, progress: Progress) -> None:
        self._name = source.name
        self._scratch = scratch
        self._unpacker = Unpacker(source.name, source.head.size, scratch, progress)
        try:
            self._archive = zipfile.ZipFile(source.path)
        except _DAMAGED as error:
            raise _cut_off(source.name, "zip") from error
        try:
            self._members = _members(self._archive, source.name)
        except BaseException:
            self._archive.close()
            raise

    def __enter__(self) -> Zip:
        return self

    def __exit__(self, *error: object) -> None:
        self._archive.close()

    def heads(self) -> Iterator[tuple[zipfile.ZipInfo, Head]]:
        """Look at every file in it. Raises NotUsable where one can't be unpacked, or is all there is and packed."""
        for member in self._members:
            head = self._unspoilt(self._head, member)
            if len(self._members) == 1 and is_archive(head.data):
                raise _nested(self._name)
            yield member, head

    def source(self, member: zipfile.ZipInfo) -> Source:
        """Unpack one file of it."""
        target = self._unspoilt(self._unpack, member)
        return source_at(target, f"{_short(member)} in {self._name}", _inside(member))

    def _unspoilt(self, read: Any, member: zipfile.ZipInfo) -> Any:
        try:
            return read(member)
        except _DAMAGED as error:
            raise _cut_off(self._name, "zip") from error
        except NotImplementedError as error:
            raise NotUsable(
                "unreadable",
                f"{self._name} is a zip archive packed in a way that can't be read here ({error}). "
                "Unpack it and load the file inside.",
            ) from error

    def _head(self, member: zipfile.ZipInfo) -> Head:
        with self._archive.open(member) as stream:
            return self._head_of(member, stream)

    def _head_of(self, member: zipfile.ZipInfo, stream: IO[bytes]) -> Head:
        data = stream.read(HEAD_BYTES)
        path = self._scratch / "member"
        # A Parquet file is known by its end: it takes the whole of it to tell.
        if data.startswith(b"PAR1") and member.file_size <= _PARQUET_LOOKED_AT:
            with self._archive.open(member) as whole, path.open("wb") as file:
                shutil.copyfileobj(whole, file)
        name = f"{_short(member)} in {self._name}"
        return head_of(data, name, path, member.file_size, _inside(member), stream.read)

    def _unpack(self, member: zipfile.ZipInfo) -> Path:
        with self._archive.open(member) as stream:
            return self._unpacker.write(stream)


def _members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """List the files that count, all of them checked: none may be hostile or locked."""
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not LITTER.search(member.filename)
    ]
    if not members:
        raise NotUsable(
            "empty", f"{name} is a zip archive without any file in it. Export it again."
        )
    if any(member.filename == "[Content_Types].xml" for member in members):
        raise NotUsable(
            "not_a_log",
            f'{name} is an Office document, not an export. Save the table in it as "CSV UTF-8" and load that.',
        )
    if len(members) > _MEMBERS_LIMIT:
        raise NotUsable(
            "not_a_log",
            f"{name} holds {len(members):,} files, more than the {_MEMBERS_LIMIT:,} that are looked "
            "through. Unpack it and load the log in it.",
        )
    for member in members:
        parts = re.split(r"[/\\]", member.filename)
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            raise NotUsable(
                "not_a_log",
                f"{name} holds a file whose name leads out of its folder ({_short(member)}), which no "
                "export does. Nothing of it was unpacked; ask who made it.",
            )
        if member.flag_bits & _LOCKED:
            raise NotUsable(
                "unreadable",
                f"{name} is locked with a password. Unpack it and load the file inside.",
            )
    return members


def _nested(name: str) -> NotUsable:
    return NotUsable(
        "not_a_log",
        f"{name} is an archive that holds another archive. Unpack it and load the one inside.",
    )


def _cut_off(name: str, kind: str) -> NotUsable:
    return NotUsable(
        "truncated",
        f"{name} is a {kind} archive that is damaged or cut off, as after a download that stopped "
        "halfway. Fetch it again.",
    )


def _inside(member: zipfile.ZipInfo) -> str:
    return member.filename.replace("\\", "/")


def _short(member: zipfile.ZipInfo) -> str:
    name = member.filename
    return f"…{name[-59:]}" if len(name) > 60 else name
