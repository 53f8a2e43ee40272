"""Whether a silence is unusual: more waits are open than this hour of the week leaves open."""

from dataclasses import dataclass

import numpy as np

from sla.durations import HOUR
from sla.forecast.known import HORIZON, LENGTHS, Waits
from sla.forecast.shares import Seen

# Waits asked within so many seconds are looked at, at most so many of them.
_LOOK_BACK, _AT_MOST = 3 * HOUR, 200
# With fewer final waits than this nothing is usual yet.
_ENOUGH = 50
# People are not answered independently: a busy hour delays all. So the margin is wider than chance alone needs,
# and a quarter of those who asked comes on top.
_MARGIN, _ON_TOP, _AT_LEAST = 4.0, 0.25, 4.0


@dataclass(frozen=True)
class Silence:
    """How many of the latest waits are open, how many usually were, and whether that is unusual."""

    waiting: int
    usually: float
    unusual: bool


def silence(waits: Waits, instant: float) -> Silence:
    """Return how many waits of the last three hours are open at an instant and how many usually would be.

    What is usual comes from waits that were final when those were asked, so the silence itself doesn't become
    usual within the horizon. A reply that comes later or not at all can only add to those that wait.
    """
    upto = int(np.searchsorted(waits.asked, instant, side="left"))
    first = int(np.searchsorted(waits.asked, instant - _LOOK_BACK, side="left"))
    first = max(first, upto - _AT_MOST)
    final = int(np.searchsorted(waits.asked, instant - HORIZON, side="right"))
    if upto == first or final < _ENOUGH:
        return Silence(0, 0.0, unusual=False)
    asked = waits.asked[first:upto]
    place = np.searchsorted(LENGTHS, instant - asked, side="right") - 1
    share = Seen(waits, asked).usual[np.arange(len(asked)), np.maximum(place, 0)]
    still = 1 - np.where(place >= 0, np.clip(share, 0.0, 1.0), 0.0)
    waiting = int((waits.replied[first:upto] > instant).sum())
    usually = float(still.sum())
    spread = float(np.sqrt((still * (1 - still)).sum()))
    unusual = waiting - usually > max(_AT_LEAST, _MARGIN * spread + _ON_TOP * len(asked))
    return Silence(waiting, usually, unusual)
