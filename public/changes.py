"""Which banners changed, when, and to what: what the feeds tell, and what the snapshot keeps of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from public.banner import Banner, only_what_its_state_carries

# So many are kept of one banner; a feed reader that looks once a day misses none of a usual day.
MOST_OF_ONE = 10


@dataclass(frozen=True)
class Change:
    """One banner came to say something else. Raises ValueError when `at` is no aware instant."""

    at: datetime
    was: str | None  # the state before; None when there was no such banner
    banner: Banner  # what it said from then on

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"at must be an aware instant, found {self.at}")


def changes(
    before: Iterable[Banner], after: Iterable[Banner], kept: Sequence[Change], at: datetime
) -> tuple[Change, ...]:
    """Return the changes to keep, latest first: those in `kept`, and what `after` says newly at `at`.

    A change is another state, another notice, or a figure withdrawn or given again. A figure that
    moves is none. Of a banner that is gone, nothing is kept.
    """
    known = {banner.key: banner for banner in before}
    found: list[Change] = []
    for banner in after:
        old = known.get(banner.key)
        new = [] if old is not None and _said(old) == _said(banner) else [banner]
        own = [change for change in kept if change.banner.key == banner.key]
        was = None if old is None else old.state
        found += [Change(at, was, only_what_its_state_carries(said)) for said in new]
        found += own[: MOST_OF_ONE - len(new)]
    return tuple(sorted(found, key=lambda change: change.at, reverse=True))


def _said(banner: Banner) -> tuple[object, ...]:
    return banner.state, banner.withdrawn, banner.notice if banner.state == "notice" else None
