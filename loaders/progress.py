"""How far a load is, in a small file that another process can read at any moment."""

from __future__ import annotations

import json
import time
from pathlib import Path

PROGRESS = "progress.json"

_SECONDS_BETWEEN = 0.5


class Progress:
    """Writes bytes read, bytes in all and rows so far, at most twice a second."""

    def __init__(self, folder: Path, bytes_total: int) -> None:
        self._file = folder / PROGRESS
        self._part = folder / f"{PROGRESS}.part"
        self._told_at = 0.0
        self.bytes_total = bytes_total

    def tell(self, bytes_read: int, rows: int, now: bool = False) -> None:
        """Say how far the load is; `now` says it even if the last time was a moment ago."""
        moment = time.monotonic()
        if not now and moment - self._told_at < _SECONDS_BETWEEN:
            return
        self._told_at = moment
        state = {"bytes_read": bytes_read, "bytes_total": self.bytes_total, "rows": rows}
        self._part.write_text(json.dumps(state), encoding="utf-8")
        self._part.replace(self._file)
