"""A banner as an entry of the snapshot file: written, and read back with every type checked."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar

from public.banner import RECORD_DAYS, Banner, only_what_its_state_carries
from public.plain_text import plain

_T = TypeVar("_T")


def entry_of(banner: Banner) -> dict[str, Any]:
    """Return the entry of a banner; a figure is left out where its state carries none."""
    return asdict(only_what_its_state_carries(banner))


def banner_of(entry: Any) -> Banner:
    """Read one entry; ValueError says what was expected and found."""
    if not isinstance(entry, dict):
        raise ValueError(f"expected an object, found {type(entry).__name__}")
    account = typed(entry, "account", str) or ""
    notice = typed(entry, "notice", str)
    banner = Banner(
        account=account,
        title=plain(typed(entry, "title", str) or "") or plain(account),
        channels=_texts(entry, "channels") or (),
        time_zone=typed(entry, "time_zone", str) or "UTC",
        state=typed(entry, "state", str) or "",
        n=typed(entry, "n", int) or 0,
        notice=None if notice is None else plain(notice),
        sample=typed(entry, "sample", bool) or False,
        typical_seconds=typed(entry, "typical_seconds", int),
        promise_seconds=typed(entry, "promise_seconds", int),
        promise_over_seconds=typed(entry, "promise_over_seconds", int),
        answered_by=instant(entry, "answered_by"),
        opens_at=instant(entry, "opens_at"),
        as_of=instant(entry, "as_of"),
        channel=typed(entry, "channel", str),
        withdrawn=typed(entry, "withdrawn", bool) or False,
        frame_ancestors=_texts(entry, "frame_ancestors"),
        **_record(entry),
    )
    return only_what_its_state_carries(banner)


def typed(entry: dict[str, Any], key: str, kind: type[_T]) -> _T | None:
    """Return the value at `key`, None when absent; true is no number here."""
    value = entry.get(key)
    if value is None or (isinstance(value, kind) and isinstance(value, bool) == (kind is bool)):
        return value
    raise ValueError(f"{key} must be {kind.__name__}, found {type(value).__name__}")


def instant(entry: dict[str, Any], key: str) -> datetime | None:
    """Return the aware instant at `key`, None when absent."""
    value = typed(entry, key, str)
    if value is None:
        return None
    read = datetime.fromisoformat(value)
    if read.tzinfo is None:
        raise ValueError(f"{key} must carry its offset from UTC, found {value!r}")
    return read


def iso(moment: datetime) -> str:
    """Return an aware instant as ISO 8601 in UTC, whole seconds: 2026-11-21T20:00:00Z."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _texts(entry: dict[str, Any], key: str) -> tuple[str, ...] | None:
    found = typed(entry, key, list)
    return None if found is None else tuple(plain(str(text)) for text in found)


def _record(entry: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for days in RECORD_DAYS:
        name = f"kept_share_{days}d"
        share = entry.get(name)
        # JSON writes 1.0 as 1 in many a hand.
        found[name] = float(share) if type(share) is int else typed(entry, name, float)
        found[f"kept_n_{days}d"] = typed(entry, f"kept_n_{days}d", int)
    return found
