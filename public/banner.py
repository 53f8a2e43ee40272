"""The state of one banner, of an account or of one of its channels, and what each state may carry."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from public.plain_text import plain

STATES: Final = ("live", "closed", "busy", "quiet", "stale", "notice")
WITH_FIGURE: Final = frozenset({"live", "closed", "busy"})
FIGURES: Final = ("typical_seconds", "promise_seconds", "promise_over_seconds")
INSTANTS: Final = ("answered_by", "opens_at", "as_of")
RECORD_DAYS: Final = (7, 30, 90)
_LONGEST_SECONDS = 10 * 366 * 86400
# A day's room at both ends, so that every time zone can tell every instant.
_FIRST, _LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
# What may stand in `frame-ancestors`: 'self', a scheme, or a host with what belongs to it.
_SITE = re.compile(
    r"'self'|[a-z][a-z0-9+.-]*:|(https?://)?(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:(\d+|\*))?"
)


@dataclass(frozen=True)
class Banner:
    """What one account or channel shows to the public. Durations are calendar seconds from the renewal.

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
    channel: str | None = None  # the one channel it speaks of; None: the whole account
    withdrawn: bool = False  # no figure, because it was not kept often enough
    kept_share_7d: float | None = None  # of those who wrote while a figure stood: 0 to 1
    kept_n_7d: int | None = None  # how many those are
    kept_share_30d: float | None = None
    kept_n_30d: int | None = None
    kept_share_90d: float | None = None
    kept_n_90d: int | None = None
    frame_ancestors: tuple[str, ...] | None = None  # sites that may frame it; None: every site

    def __post_init__(self) -> None:
        problems = [
            *_problems_of_names(self),
            *_problems_of_texts(self),
            *_problems_of_figures(self),
            *_problems_of_record(self),
        ]
        if problems:
            raise ValueError(f"banner of account {self.account!r}: {'; '.join(problems)}")

    @property
    def key(self) -> tuple[str, str | None]:
        """What tells it from every other banner of a snapshot: account and channel."""
        return self.account, self.channel


def only_what_its_state_carries(banner: Banner) -> Banner:
    """Return `banner` without a figure where its state has none, and without a stray notice."""
    figured = banner.state in WITH_FIGURE and not banner.withdrawn
    return replace(
        banner,
        typical_seconds=banner.typical_seconds if figured else None,
        promise_seconds=banner.promise_seconds if figured else None,
        promise_over_seconds=banner.promise_over_seconds if figured else None,
        answered_by=banner.answered_by if figured and banner.state == "closed" else None,
        notice=banner.notice if banner.state == "notice" else None,
    )


def _problems_of_names(banner: Banner) -> list[str]:
    return [
        f"{field} must be a text that an address can carry"
        for field, name in (("account", banner.account), ("channel", banner.channel))
        if name is not None and (not name or any(0xD800 <= ord(c) <= 0xDFFF for c in name))
    ]


def _problems_of_texts(banner: Banner) -> list[str]:
    found = []
    if banner.state not in STATES:
        found.append(f"state must be one of {', '.join(STATES)}, found {banner.state!r}")
    try:
        ZoneInfo(banner.time_zone)
    except (ValueError, KeyError, OSError):
        found.append(f"time_zone must be an IANA name, found {banner.time_zone!r}")
    if banner.state == "notice" and not plain(banner.notice or ""):
        found.append("notice must hold the words to show")
    found += [
        f"frame_ancestors must name sites such as https://www.example.com, found {site!r}"
        for site in banner.frame_ancestors or ()
        if not _SITE.fullmatch(site)
    ]
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
    if not promises and banner.state in {"live", "busy"} and not banner.withdrawn:
        found.append(f"state {banner.state} needs promise_seconds or promise_over_seconds")
    if banner.n < 0:
        found.append(f"n cannot be negative, found {banner.n}")
    return found


def _problems_of_record(banner: Banner) -> list[str]:
    found = []
    for days in RECORD_DAYS:
        share, n = getattr(banner, f"kept_share_{days}d"), getattr(banner, f"kept_n_{days}d")
        if share is not None and not 0 <= share <= 1:
            found.append(f"kept_share_{days}d must be between 0 and 1, found {share}")
        if n is not None and n < 0:
            found.append(f"kept_n_{days}d cannot be negative, found {n}")
        if share is not None and not n:
            found.append(f"kept_share_{days}d needs kept_n_{days}d, found {n}")
    return found
