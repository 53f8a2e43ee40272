"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable


def wait_for(what: Callable[[], bool], seconds: float = 20) -> bool:
    """Ask again and again until it is so; return whether it came to that within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.05)
    return what()
