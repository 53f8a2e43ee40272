"""Files inside a zip or gz: checked, unpacked beside the staging file, then read like any other."""

from __future__ import annotations

import gzip
import re
import shutil
import zipfile
import zlib
from pathlib import Path
from typing import IO

from loaders.problems import NotUsable
from loaders.progress import Progress
from loaders.registry import candidates, loadable
from loaders.source import HEAD_BYTES, Head, Source, head_of, source_at

_ZIP = re.compile(rb"PK(?:[\x01-\x08]|$)")
_GZ = b"\x1f\x8b"

MEMBER_LIMIT = 20 * 1024**3
RATIO_LIMIT = 200
# Below this many bytes a high ratio does no harm: a few equal rows compress very well.
_RATIO_FREE = 1024 * 1024
_MEMBERS_LIMIT = 1_000
_MEMBERS_SHOWN = 10
_PIECE_BYTES = 1024 * 1024
_PARQUET_LOOKED_AT = 1024**3
_LOCKED = 1

# What operating systems put into archives unasked.
_LITTER = re.compile(
    r"(?:^|/)(?:__MACOSX/|\.DS_Store$|\._|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE
)
_DAMAGED = (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile)


def plain_source(path: Path, scratch: Path, progress: Progress) -> Source:
    """Give the file to read: this one, or the log that it holds, unpacked into `scratch`.

    An archive that a loader claims as a whole stays as it is. Raises NotUsable for an archive
    that is damaged, locked, hostile or nested, or that holds no log or several.
    """
    source = source_at(path, path.name)
    if candidates(source.head):
        return source
    if _ZIP.match(source.head.data):
        return _from_zip(source, scratch, progress)
    if source.head.data.startswith(_GZ):
        return _from_gz(source, scratch, progress)
    return source


def _from_gz(source: Source, scratch: Path, progress: Progress) -> Source:
    target = scratch / "unpacked"
    try:
        with source.path.open("rb") as packed, gzip.open(packed) as stream:
            _unpack(stream, target, source.head.size, source.name, progress)
    except _DAMAGED as error:
        raise _cut_off(source.name, "gz") from error
    inner = source.name.removesuffix(".gz") if source.name.endswith(".gz") else "the file"
    return _not_nested(source_at(target, f"{inner} in {source.name}"), source.name)


def _from_zip(source: Source, scratch: Path, progress: Progress) -> Source:
    name = source.name
    target = scratch / "unpacked"
    try:
        with zipfile.ZipFile(source.path) as archive:
            members = _members(archive, name)
            member = members[0] if len(members) == 1 else _the_log(archive, members, name, scratch)
            with archive.open(member) as stream:
                _unpack(stream, target, member.compress_size, name, progress)
    except _DAMAGED as error:
        raise _cut_off(name, "zip") from error
    except NotImplementedError as error:
        raise NotUsable(
            "unreadable",
            f"{name} is a zip archive packed in a way that can't be read here ({error}). "
            "Unpack it and load the file inside.",
        ) from error
    return _not_nested(source_at(target, f"{_short(member)} in {name}"), name)


def _members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """List the files that count, all of them checked: none may be hostile or locked."""
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not _LITTER.search(member.filename)
    ]
    if not members:
        raise NotUsable(
            "empty", f"{name} is a zip archive without any file in it. Export it again."
        )
    if any(member.filename == "[Content_Types].xml" for member in members):
        raise NotUsable(
            "not_a_log",
            f'{name} is an Office document. If it is a workbook, save the sheet as "CSV UTF-8" and '
            "load that file.",
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


def _the_log(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], name: str, scratch: Path
) -> zipfile.ZipInfo:
    """Pick the one of several members that a loader knows."""
    logs = [member for member in members if candidates(_head(archive, member, scratch))]
    if len(logs) == 1:
        return logs[0]
    named = ", ".join(_short(member) for member in (logs or members)[:_MEMBERS_SHOWN])
    more = len(logs or members) - _MEMBERS_SHOWN
    if more > 0:
        named += f" and {more} more"
    if logs:
        raise NotUsable(
            "ambiguous",
            f"{name} holds {len(logs)} logs: {named}. Unpack it and load them one by one.",
        )
    raise NotUsable("not_a_log", f"{name} holds {named}, none of which is a log. {loadable()}")


def _head(archive: zipfile.ZipFile, member: zipfile.ZipInfo, scratch: Path) -> Head:
    with archive.open(member) as stream:
        data = stream.read(HEAD_BYTES)
    path = scratch / "member"
    # A Parquet file is known by its end: it takes the whole of it to tell.
    if data.startswith(b"PAR1") and member.file_size <= _PARQUET_LOOKED_AT:
        with archive.open(member) as stream, path.open("wb") as file:
            shutil.copyfileobj(stream, file)
    return head_of(data, _short(member), path, member.file_size)


def _unpack(
    stream: IO[bytes] | gzip.GzipFile,
    target: Path,
    packed_bytes: int,
    name: str,
    progress: Progress,
) -> None:
    """Write a stream to a file, and stop when it is larger than any honest export."""
    written = 0
    with target.open("wb") as file:
        while piece := stream.read(_PIECE_BYTES):
            written += len(piece)
            if written > MEMBER_LIMIT:
                raise NotUsable(
                    "unreadable",
                    f"{name} unpacks to more than {MEMBER_LIMIT // 1024**3} GiB, which is the limit. "
                    "Unpack it yourself and load the file inside.",
                )
            if written > max(packed_bytes * RATIO_LIMIT, _RATIO_FREE):
                raise NotUsable(
                    "unreadable",
                    f"{name} unpacks to more than {RATIO_LIMIT} times its size, as a file made to fill "
                    "a disk does. If it is a real export, unpack it yourself and load the file inside.",
                )
            file.write(piece)
            progress.tell(0, 0)


def _not_nested(inner: Source, name: str) -> Source:
    if _ZIP.match(inner.head.data) or inner.head.data.startswith(_GZ):
        raise NotUsable(
            "not_a_log",
            f"{name} is an archive that holds another archive. Unpack it and load the one inside.",
        )
    return inner


def _cut_off(name: str, kind: str) -> NotUsable:
    return NotUsable(
        "truncated",
        f"{name} is a {kind} archive that is damaged or cut off, as after a download that stopped "
        "halfway. Fetch it again.",
    )


def _short(member: zipfile.ZipInfo) -> str:
    name = member.filename
    return f"…{name[-59:]}" if len(name) > 60 else name
