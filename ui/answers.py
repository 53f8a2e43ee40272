"""Answers that are kept: each question is asked once, however many want to know, and some before anybody does."""

import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor

from sla.measures import Row

Ask = Callable[[], list[Row]]

# How many are asked ahead at a time, beside what the pages ask themselves.
_AT_ONCE = 2


class Answers:
    """Rows by what was asked; of more than `most` answers the ones longest unused are forgotten."""

    def __init__(self, most: int) -> None:
        """Begin with nothing; the threads that ask ahead start with the first such question."""
        self._most = most
        # Packed, as everybody who gets rows may change them.
        self._kept: OrderedDict[Hashable, Future[bytes]] = OrderedDict()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="asked-ahead")

    def get(self, key: Hashable, ask: Ask) -> list[Row]:
        """Return the rows, asked for now if they are not there. Raises what `ask` raises, and asks again the next time."""
        with self._lock:
            found = self._kept.get(key)
            # What nobody has begun with yet is asked right here rather than waited for.
            mine = found is None or found.cancel() or _failed(found)
            if found is None or mine:
                found = self._kept[key] = Future()
                found.set_running_or_notify_cancel()
            self._kept.move_to_end(key)
            self._forget()
        if mine:
            try:
                found.set_result(pickle.dumps(ask()))
            except BaseException as error:
                found.set_exception(error)
        rows: list[Row] = pickle.loads(found.result())  # noqa: S301 - packed above
        return rows

    def ahead(self, key: Hashable, ask: Ask) -> None:
        """Have it asked in the background, unless it is there; what goes wrong then is asked again by whoever gets it."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = self._pool.submit(lambda: pickle.dumps(ask()))

    def has(self, key: Hashable) -> bool:
        """Return whether an answer is there."""
        with self._lock:
            found = self._kept.get(key)
            return found is not None and found.done() and not _failed(found)

    def _forget(self) -> None:
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)


def _failed(found: "Future[bytes]") -> bool:
    return found.cancelled() or (found.done() and found.exception() is not None)
