"""Ids of posts on X: when one was made stands in itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH_MS = 1288834974657
_1970 = datetime(1970, 1, 1, tzinfo=UTC)
# Before November 2010 ids were plain numbers.
_FIRST = 30_000_000_000


def time_of(key: str) -> datetime | None:
    """Give the instant in an id, to the millisecond: (id >> 22) + 1288834974657 ms; None for an older id."""
    if not (key.isascii() and key.isdigit() and len(key) <= 19) or int(key) < _FIRST:
        return None
    return _1970 + timedelta(milliseconds=(int(key) >> 22) + _EPOCH_MS)
