"""Which mails are one matter: by the ids they refer to, and where there are none by their subject.

A thread is named by the id that its references lead back to, so the same thread has the same name in an
export that holds only part of it. A mail that is marked as an answer ("Re:") but refers to nothing goes with
the latest mail of the same subject to or from the same person, if that is no older than 30 days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

WINDOW = timedelta(days=30)

_MARKS = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s*|(?P<answer>re|aw|antw|sv|vs|odp|ang|rv|res|rif|r|回复|답장)"
    r"(?:\s*\[\d+\]|\s*\(\d+\))?\s*[:：]\s*|(?:fwd?|wg|tr|vl|i|enc)\s*[:：]\s*)",
    re.IGNORECASE,
)


def normalised(subject: str) -> tuple[str, bool]:
    """Give a subject without the marks before it, and whether one of them says that it is an answer."""
    answer = False
    while mark := _MARKS.match(subject):
        answer = answer or mark["answer"] is not None
        subject = subject[mark.end() :]
    return " ".join(subject.split()).casefold(), answer


class Threads:
    """Collects who refers to whom, mail by mail in any order, and then names the threads."""

    def __init__(self) -> None:
        self._up: dict[str, str] = {}
        # Ids that refer to something: these begin no thread.
        self._answers: set[str] = set()
        self._times: dict[str, datetime] = {}
        self._names: dict[str, str] | None = None

    def add(self, key: str, references: Sequence[str], sent_at: datetime) -> None:
        """Take in a mail: what it refers to, oldest first, is one thread with it."""
        self._times[key] = min(sent_at, self._times.get(key, sent_at))
        self._names = None
        before = None
        for one in (*references, key):
            self._join(one, before or one)
            if before is not None and one != before:
                self._answers.add(one)
            before = one

    def _join(self, one: str, other: str) -> None:
        first, second = self._root(one), self._root(other)
        if first != second:
            self._up[max(first, second)] = min(first, second)

    def _root(self, key: str) -> str:
        top = self._up.setdefault(key, key)
        while top != self._up[top]:
            top = self._up[top]
        while key != top:
            self._up[key], key = top, self._up[key]
        return top

    def name(self, key: str) -> str:
        """Give the name of the thread that a mail is in."""
        if self._names is None:
            self._names = {}
            best: dict[str, tuple[bool, bool, datetime | None, str]] = {}
            for one in self._up:
                time = self._times.get(one)
                rank = (one in self._answers, time is not None, time, one)
                root = self._root(one)
                if root not in best or _before(rank, best[root]):
                    best[root] = rank
            self._names = {root: rank[3] for root, rank in best.items()}
        return self._names[self._root(key)]

    def join_by_subject(self, same: Iterable[tuple[datetime, str, bool]]) -> None:
        """Join mails of one subject and one person, given as time, key, and whether each looks for its thread."""
        latest: tuple[datetime, str] | None = None
        for time, key, seeks in sorted(set(same)):
            if seeks and latest is not None and key != latest[1] and time - latest[0] <= WINDOW:
                self.add(key, (latest[1],), time)
            latest = (time, key)


def _before(
    rank: tuple[bool, bool, datetime | None, str], other: tuple[bool, bool, datetime | None, str]
) -> bool:
    """Tell which id names a thread: one that answers nothing; the unseen first, then the oldest."""
    if rank[:2] != other[:2]:
        return rank[:2] < other[:2]
    if rank[2] is not None and other[2] is not None and rank[2] != other[2]:
        return rank[2] < other[2]
    return rank[3] < other[3]
