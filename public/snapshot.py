"""The snapshot: the state of every banner in one JSON file, written by the owner process.

The public side reads this file and nothing else. `Banner` says what its fields mean.
"""

import json
import logging
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from public.banner import Banner, only_what_its_state_carries
from public.changes import Change, changes
from public.entries import banner_of, entry_of, instant, iso, typed

__all__ = [
    "RENEWAL_LIMIT",
    "Banner",
    "Snapshot",
    "from_json",
    "iso",
    "read",
    "renew",
    "to_json",
    "write",
]

SCHEMA: Final = 2
# A file that was written before channels and records is still understood.
READABLE: Final = frozenset({1, SCHEMA})
# The snapshot is renewed every minute. When that has stopped, nobody knows the wait any more.
RENEWAL_LIMIT: Final = timedelta(minutes=10)

_log = logging.getLogger(__name__)
_Stamp = tuple[int, int, int]
_seen: dict[Path, tuple[_Stamp, "Snapshot"]] = {}


@dataclass(frozen=True)
class Snapshot:
    """Every banner, as of its last renewal; no banners when there is no usable file."""

    renewed_at: datetime | None = None
    banners: tuple[Banner, ...] = ()
    changes: tuple[Change, ...] = ()  # latest first

    def __post_init__(self) -> None:
        if self.banners and (self.renewed_at is None or self.renewed_at.tzinfo is None):
            raise ValueError(f"renewed_at must be an aware instant, found {self.renewed_at}")
        if len({b.key for b in self.banners}) < len(self.banners):
            raise ValueError(
                "two banners have the same account and channel, and an address can show only one"
            )

    def banner(self, account: str, channel: str | None = None) -> Banner | None:
        """Return the banner of `account`, or of one of its channels, or None when there is none."""
        return next((b for b in self.banners if b.key == (account, channel)), None)

    def at(self, now: datetime) -> "Snapshot":
        """Return what may be shown at `now`: nothing but notices when the renewal has stopped."""
        if self.renewed_at is None or now - self.renewed_at <= RENEWAL_LIMIT:
            return self
        stale = tuple(_stale(b) for b in self.banners)
        since = self.renewed_at + RENEWAL_LIMIT
        return replace(
            self, banners=stale, changes=changes(self.banners, stale, self.changes, since)
        )

    def after(self, old: "Snapshot") -> "Snapshot":
        """Return this snapshot with the changes that `old` held and what has changed since."""
        if self.renewed_at is None:
            return self
        before = old.at(self.renewed_at)
        found = changes(before.banners, self.banners, before.changes, self.renewed_at)
        return replace(self, changes=found)


def to_json(snapshot: Snapshot) -> str:
    """Return the file's text; a figure is left out where the state carries none."""
    whole = {
        "schema": SCHEMA,
        "renewed_at": snapshot.renewed_at,
        "banners": [entry_of(banner) for banner in snapshot.banners],
        "changes": [
            {"at": change.at, "was": change.was, "banner": entry_of(change.banner)}
            for change in snapshot.changes
        ],
    }
    return json.dumps(whole, default=iso, indent=1)


def from_json(text: str) -> Snapshot:
    """Read the file's text; a banner that cannot be shown is left out, with a line in the log.

    Raises ValueError when the text is no snapshot of this schema at all.
    """
    raw = json.loads(text)
    if not isinstance(raw, dict) or raw.get("schema") not in READABLE:
        raise ValueError(f"expected a JSON object with schema {SCHEMA}")
    renewed_at = instant(raw, "renewed_at")
    entries = typed(raw, "banners", list)
    if renewed_at is None or entries is None:
        raise ValueError("expected renewed_at, an instant, and banners, a list")
    banners: dict[tuple[str, str | None], Banner] = {}
    for position, entry in enumerate(entries, start=1):
        try:
            banner = banner_of(entry)
        except ValueError as problem:
            _log.warning("banner %d of the snapshot is left out: %s", position, problem)
        else:
            banners.setdefault(banner.key, banner)
    return Snapshot(renewed_at, tuple(banners.values()), tuple(_changes(raw)))


def renew(banners: Iterable[Banner], path: Path, now: datetime) -> None:
    """Write the snapshot of `now` (aware), with what has changed since the one that is there."""
    write(Snapshot(now, tuple(banners)).after(read(path)), path)


def write(snapshot: Snapshot, path: Path) -> None:
    """Replace the file at `path` in one step: a reader sees the old one or the new one, whole."""
    replace_file(path, to_json(snapshot).encode("utf-8"))


def replace_file(path: Path, content: bytes, *, lasting: bool = True) -> None:
    """Put `content` at `path` in one step, and nothing beside it when that fails.

    `lasting` waits until the disk has it, so that not even a power cut leaves an empty file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{os.getpid()}.{secrets.token_hex(4)}.half")
    try:
        with half.open("xb") as file:
            file.write(content)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def read(path: Path) -> Snapshot:
    """Return the snapshot at `path`, parsed again only when the file has changed.

    A missing or broken file gives a snapshot without banners; what is broken goes to the log.
    """
    try:
        known = _seen.get(path)
        if known is not None and known[0] == _stamp(path.stat()):
            return known[1]
        with path.open("rb") as file:
            stamp, content = _stamp(os.fstat(file.fileno())), file.read()
    except FileNotFoundError:
        return Snapshot()
    except OSError as problem:
        _log.warning("snapshot %s cannot be read, so no banner is shown: %s", path, problem)
        return Snapshot()
    try:
        snapshot = from_json(content.decode("utf-8"))
    except (ValueError, RecursionError) as problem:
        _log.warning("snapshot %s is broken, so no banner is shown: %s", path, problem)
        snapshot = Snapshot()
    _seen[path] = (stamp, snapshot)
    return snapshot


def _stale(banner: Banner) -> Banner:
    if banner.state == "notice":
        return banner  # a manager wrote it, and no data stands behind it
    return only_what_its_state_carries(replace(banner, state="stale", withdrawn=False))


def _changes(raw: dict[str, Any]) -> Iterable[Change]:
    """Yield what can be read of the changes; what cannot be costs no more than itself."""
    for position, entry in enumerate(typed(raw, "changes", list) or (), start=1):
        try:
            at = instant(entry, "at") if isinstance(entry, dict) else None
            if at is None:
                raise ValueError("expected an object with at, an instant")
            yield Change(at, typed(entry, "was", str), banner_of(entry.get("banner")))
        except ValueError as problem:
            _log.warning("change %d of the snapshot is left out: %s", position, problem)


def _stamp(status: os.stat_result) -> _Stamp:
    return status.st_mtime_ns, status.st_size, status.st_ino
