"""The state of one account's banner, and what each state may carry."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from public.plain_text import plain

STATES = ("live", "closed", "busy", "quiet", "stale", "notice")
WITH_FIGURE = frozenset({"live", "closed", "busy"})
FIGURES = ("typical_seconds", "promise_seconds", "promise_over_seconds")
INSTANTS = ("answered_by", "opens_at", "as_of")
_LONGEST_SECONDS = 10 * 366 * 86400
# A day's room at both ends, so that every time zone can tell every instant.
_FIRST, _LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)


@dataclass(frozen=True)
class Banner:
    """What one account shows to the public. Durations are calendar seconds from the renewal.

    Raises ValueError, naming the account and the field, when a value cannot be shown.
    """

    account: str
    title: str
    channels: tuple[str, ...]
    time_zone: str  # IANA name; every time is told in it
    state: str  # one of STATES
    typical_seconds: int | None = None  # half of those who write now are answered within it
    promise_seconds: int | None = None  # 9 of 10 are, rounded up
    promise_over_seconds: int | None = None  # instead: even after this long fewer than 9 of 10 are
    answered_by: datetime | None = None  # while closed: the instant by which 9 of 10 are answered
    opens_at: datetime | None = None
    as_of: datetime | None = None  # the data is known up to here
    n: int = 0  # recent waits behind the figure
    notice: str | None = None  # a manager's words, shown in the state `notice`
    sample: bool = False  # made-up data: said in every shape

    def __post_init__(self) -> None:
        problems = [*_problems_of_texts(self), *_problems_of_figures(self)]
        if problems:
            raise ValueError(f"banner of account {self.account!r}: {'; '.join(problems)}")


def only_what_its_state_carries(banner: Banner) -> Banner:
    """Return `banner` without a figure where its state has none, and without a stray notice."""
    figured, closed = banner.state in WITH_FIGURE, banner.state == "closed"
    return replace(
        banner,
        typical_seconds=banner.typical_seconds if figured else None,
        promise_seconds=banner.promise_seconds if figured else None,
        promise_over_seconds=banner.promise_over_seconds if figured else None,
        answered_by=banner.answered_by if closed else None,
        notice=banner.notice if banner.state == "notice" else None,
    )


def _problems_of_texts(banner: Banner) -> list[str]:
    found = []
    if not banner.account or any(0xD800 <= ord(c) <= 0xDFFF for c in banner.account):
        found.append("account must be a text that an address can carry")
    if banner.state not in STATES:
        found.append(f"state must be one of {', '.join(STATES)}, found {banner.state!r}")
    try:
        ZoneInfo(banner.time_zone)
    except (ValueError, KeyError, OSError):
        found.append(f"time_zone must be an IANA name, found {banner.time_zone!r}")
    if banner.state == "notice" and not plain(banner.notice or ""):
        found.append("notice must hold the words to show")
    return found


def _problems_of_figures(banner: Banner) -> list[str]:
    found = []
    for name in FIGURES:
        seconds = getattr(banner, name)
        if seconds is not None and not 0 <= seconds <= _LONGEST_SECONDS:
            found.append(f"{name} must be between 0 and ten years, found {seconds}")
    for name in INSTANTS:
        instant = getattr(banner, name)
        if instant is not None and (instant.tzinfo is None or not _FIRST <= instant <= _LAST):
            found.append(f"{name} must be an aware instant, found {instant}")
    promises = [s for s in (banner.promise_seconds, banner.promise_over_seconds) if s is not None]
    if len(promises) > 1:
        found.append("promise_over_seconds stands instead of promise_seconds, found both")
    if not promises and banner.state in {"live", "busy"}:
        found.append(f"state {banner.state} needs promise_seconds or promise_over_seconds")
    if banner.n < 0:
        found.append(f"n cannot be negative, found {banner.n}")
    return found
