"""The public side as files: everything that it answers, for any web server or object store.

A file's name is its address. Each is put in place whole and only when it has changed, with the same
packed beside it (`.gz`); files of banners that are gone are removed, and nothing else ever is.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from public.addresses import ENDINGS, INDEX, ROOT, THEMES, Wanted, relative_address
from public.answers import Answer
from public.edition import Asked, Edition
from public.languages import DEFAULT, LOCALES
from public.shapes import SHAPES
from public.snapshot import Snapshot, replace_file
from public.view import frame_sites

# What a run has written, so that the next one knows which files are its own to remove.
MANIFEST: Final = ".replyclock-files.json"
# Which pages may be framed by whom: a file cannot say it, a server's header can.
FRAMES: Final = ".replyclock-frames.conf"
_LONGEST_NAME: Final = 255
_ENDINGS: Final = (".html", *filter(None, ENDINGS.values()))


@dataclass(frozen=True)
class Published:
    """What a run did: how many files there are, how many of them it wrote and removed, what has none."""

    files: int
    written: int
    removed: int
    too_long: tuple[str, ...]  # accounts and channels whose names no file can have


def publish(
    snapshot: Snapshot,
    folder: Path,
    now: datetime,
    site: str | None = None,
    languages: Sequence[str] = tuple(LOCALES),
) -> Published:
    """Write what `snapshot` shows at `now` (aware) into `folder`, as web root.

    `site` is where people will reach it; without it, oEmbed has no whole address and is left out.
    Raises OSError when a file cannot be written; what is there then is whole, old or new.
    """
    edition = Edition(snapshot, now, site.rstrip("/") if site else None)
    files: dict[str, bytes] = {}
    too_long = []
    for keys, names in _every(snapshot, languages, oembed=site is not None):
        if any(
            len(part.encode()) + 3 > _LONGEST_NAME for name in names for part in name.split("/")
        ):
            too_long.append(" / ".join(filter(None, keys)))
            continue
        for name, asked in names.items():
            files |= _both(name, edition.answer(asked))
    files[FRAMES] = _frames(edition).encode()
    written = sum(_put(folder / name, content) for name, content in files.items())
    removed = _remove(folder, set(files))
    manifest = json.dumps(sorted(files), indent=0, ensure_ascii=True).encode()
    _put(folder / MANIFEST, manifest)
    return Published(len(files), written, removed, tuple(too_long))


def _every(
    snapshot: Snapshot, languages: Sequence[str], *, oembed: bool
) -> Iterator[tuple[tuple[str | None, str | None], dict[str, Asked]]]:
    """Yield for each banner, and for all together, the names of its files with what they show."""
    keys: list[tuple[str | None, str | None]] = [(None, None), *(b.key for b in snapshot.banners)]
    for account, channel in keys:
        names: dict[str, Asked] = {}
        for name, shape in SHAPES.items():
            if name == "oembed" and not oembed:
                continue
            for code in (None, *languages) if shape.in_words else (None,):
                for theme in (None, *THEMES[1:]) if shape.themed else (None,):
                    at = Wanted(account, name, channel, code, theme)
                    shown = Wanted(account, name, channel)
                    names[_file(at)] = Asked(shown, code or DEFAULT, theme or "auto", False)
        yield (account, channel), names


def _file(wanted: Wanted) -> str:
    """Return the name of a file below the web root: its address as a server looks it up."""
    name = unquote(relative_address(wanted)) or INDEX
    return ROOT.lstrip("/") + name + ("" if name.endswith(_ENDINGS) else ".html")


def _both(name: str, answer: Answer) -> Iterable[tuple[str, bytes]]:
    packed = answer.packed.body if answer.packed else gzip.compress(answer.plain.body, mtime=0)
    return ((f"{name}.gz", packed), (name, answer.plain.body))


def _put(path: Path, content: bytes) -> bool:
    """Write a file unless it is as it should be; return whether it was written."""
    try:
        if path.read_bytes() == content:
            return False
    except (FileNotFoundError, NotADirectoryError):
        pass
    replace_file(path, content, lasting=False)
    return True


def _remove(folder: Path, wanted: set[str]) -> int:
    """Remove what an earlier run has written and this one did not; return how many files."""
    try:
        before = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
    gone = [folder / name for name in before if isinstance(name, str) and name not in wanted]
    inside = [path for path in gone if path.resolve().is_relative_to(folder.resolve())]
    for path in inside:
        path.unlink(missing_ok=True)
        if path.parent != folder and not any(path.parent.iterdir()):
            path.parent.rmdir()
    return len(inside)


def _frames(edition: Edition) -> str:
    """Return lines for nginx's `map`: an address, and the policy that goes with it."""
    lines = ["# address, Content-Security-Policy; to include in: map $uri $policy { … }"]
    for _, names in _every(edition.source, tuple(LOCALES), oembed=False):
        for name, asked in names.items():
            shape = SHAPES[asked.wanted.shape]
            if not shape.themed:
                continue
            banners = edition.view(asked).banners
            policy = shape.policy(asked.theme, frame_sites(banners))
            quoted = name.replace('"', '\\"')
            lines.append(f'"/{quoted}" "{policy}";')
    return "\n".join(lines) + "\n"
