"""Time and chance of the story: what is to happen, in order, and the dice."""

import heapq
import math
import random
from collections.abc import Callable
from typing import Any

Action = Callable[..., None]


class Timeline:
    """A queue of actions by time. Chance is drawn only while an action runs.

    That is what lets the story be continued: the same seed meets the same actions in the same
    order, however far one looks. `chance` decides what happens, `words` how it is put, so that a
    changed phrase does not change the story.
    """

    def __init__(self, seed: int, start: float) -> None:
        self.now = start  # Unix seconds
        self.chance = random.Random(f"what happens {seed}")
        self.words = random.Random(f"how it is put {seed}")
        self._actions: list[tuple[float, int, Action, tuple[Any, ...]]] = []
        self._count = 0

    def at(self, instant: float, action: Action, *args: Any) -> None:
        """Let `action` happen at `instant`, in Unix seconds; at once if that has passed."""
        self._count += 1  # things of one instant happen in the order they were planned
        heapq.heappush(self._actions, (max(instant, self.now), self._count, action, args))

    def step(self) -> None:
        """Let the next thing happen."""
        self.now, _, action, args = heapq.heappop(self._actions)
        action(*args)

    def happens(self, probability: float) -> bool:
        """Draw whether something of this probability happens."""
        return self.chance.random() < probability

    def minutes(self, duration: tuple[float, float]) -> float:
        """Draw a log-normal duration, given in minutes as (median, sigma): in seconds."""
        median, sigma = duration
        return 60 * self.chance.lognormvariate(math.log(median), sigma)
