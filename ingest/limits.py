"""How often one sender may call: a bucket of calls for each address that fills up again."""

import time
from collections.abc import Callable

_SENDERS_KEPT = 10_000


class Limit:
    """Allows `per_minute` calls a minute for each sender, and as many at once."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._most = float(per_minute)
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, sender: str) -> float:
        """Count a call; return 0 when it is allowed, else after how many seconds the next one is."""
        now = self._clock()
        left, then = self._left.get(sender, (self._most, now))
        left = min(self._most, left + (now - then) * self._rate)
        allowed = left >= 1
        if len(self._left) >= _SENDERS_KEPT and sender not in self._left:
            self._left.pop(next(iter(self._left)))
        self._left[sender] = (left - 1 if allowed else left, now)
        return 0.0 if allowed else (1 - left) / self._rate
