"""The snapshot: the state of every banner in one JSON file, written by the owner process.

The public side reads this file and nothing else. `Banner` says what its fields mean.
"""

import json
import logging
import os
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from public.banner import Banner, only_what_its_state_carries
from public.plain_text import plain

__all__ = ["RENEWAL_LIMIT", "Banner", "Snapshot", "from_json", "iso", "read", "to_json", "write"]

SCHEMA = 1
# The snapshot is renewed every minute. When that has stopped, nobody knows the wait any more.
RENEWAL_LIMIT = timedelta(minutes=10)

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_Stamp = tuple[int, int, int]
_seen: dict[Path, tuple[_Stamp, "Snapshot"]] = {}


@dataclass(frozen=True)
class Snapshot:
    """Every banner, as of its last renewal; no banners when there is no usable file."""

    renewed_at: datetime | None = None
    banners: tuple[Banner, ...] = ()

    def __post_init__(self) -> None:
        if self.banners and (self.renewed_at is None or self.renewed_at.tzinfo is None):
            raise ValueError(f"renewed_at must be an aware instant, found {self.renewed_at}")
        if len({b.account for b in self.banners}) < len(self.banners):
            raise ValueError("two banners have the same account, and an address can show only one")

    def banner(self, account: str) -> Banner | None:
        """Return the banner of `account`, or None when it has none."""
        return next((b for b in self.banners if b.account == account), None)

    def at(self, now: datetime) -> "Snapshot":
        """Return what may be shown at `now`: nothing but notices when the renewal has stopped."""
        if self.renewed_at is None or now - self.renewed_at <= RENEWAL_LIMIT:
            return self
        return replace(self, banners=tuple(_stale(b) for b in self.banners))


def to_json(snapshot: Snapshot) -> str:
    """Return the file's text; a figure is left out where the state carries none."""
    banners = [asdict(only_what_its_state_carries(b)) for b in snapshot.banners]
    whole = {"schema": SCHEMA, "renewed_at": snapshot.renewed_at, "banners": banners}
    return json.dumps(whole, default=iso, indent=1)


def from_json(text: str) -> Snapshot:
    """Read the file's text; a banner that cannot be shown is left out, with a line in the log.

    Raises ValueError when the text is no snapshot of this schema at all.
    """
    raw = json.loads(text)
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        raise ValueError(f"expected a JSON object with schema {SCHEMA}")
    renewed_at = _instant(raw, "renewed_at")
    entries = _typed(raw, "banners", list)
    if renewed_at is None or entries is None:
        raise ValueError("expected renewed_at, an instant, and banners, a list")
    banners: dict[str, Banner] = {}
    for position, entry in enumerate(entries, start=1):
        try:
            banner = _from_entry(entry)
        except ValueError as problem:
            _log.warning("banner %d of the snapshot is left out: %s", position, problem)
        else:
            banners.setdefault(banner.account, banner)
    return Snapshot(renewed_at, tuple(banners.values()))


def write(snapshot: Snapshot, path: Path) -> None:
    """Replace the file at `path` in one step: a reader sees the old one or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with half.open("x", encoding="utf-8") as file:
            file.write(to_json(snapshot))
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


def iso(instant: datetime) -> str:
    """Return an aware instant as ISO 8601 in UTC, whole seconds: 2026-11-21T20:00:00Z."""
    return instant.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _stale(banner: Banner) -> Banner:
    if banner.state == "notice":
        return banner  # a manager wrote it, and no data stands behind it
    return only_what_its_state_carries(replace(banner, state="stale"))


def _from_entry(entry: Any) -> Banner:
    """Read one banner, every type checked; ValueError says what was expected and found."""
    if not isinstance(entry, dict):
        raise ValueError(f"expected an object, found {type(entry).__name__}")
    account = _typed(entry, "account", str) or ""
    notice = _typed(entry, "notice", str)
    banner = Banner(
        account=account,
        title=plain(_typed(entry, "title", str) or "") or plain(account),
        channels=tuple(plain(str(c)) for c in _typed(entry, "channels", list) or ()),
        time_zone=_typed(entry, "time_zone", str) or "UTC",
        state=_typed(entry, "state", str) or "",
        n=_typed(entry, "n", int) or 0,
        notice=None if notice is None else plain(notice),
        sample=_typed(entry, "sample", bool) or False,
        typical_seconds=_typed(entry, "typical_seconds", int),
        promise_seconds=_typed(entry, "promise_seconds", int),
        promise_over_seconds=_typed(entry, "promise_over_seconds", int),
        answered_by=_instant(entry, "answered_by"),
        opens_at=_instant(entry, "opens_at"),
        as_of=_instant(entry, "as_of"),
    )
    return only_what_its_state_carries(banner)


def _typed(entry: dict[str, Any], key: str, kind: type[_T]) -> _T | None:
    """Return the value at `key`, None when absent; true is no number here."""
    value = entry.get(key)
    if value is None or (isinstance(value, kind) and isinstance(value, bool) == (kind is bool)):
        return value
    raise ValueError(f"{key} must be {kind.__name__}, found {type(value).__name__}")


def _instant(entry: dict[str, Any], key: str) -> datetime | None:
    value = _typed(entry, key, str)
    if value is None:
        return None
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError(f"{key} must carry its offset from UTC, found {value!r}")
    return instant


def _stamp(status: os.stat_result) -> _Stamp:
    return status.st_mtime_ns, status.st_size, status.st_ino
