"""What a banner says: the promise first, then the typical wait, and as of when."""

from dataclasses import dataclass
from datetime import datetime

from babel.numbers import format_decimal

from public import words
from public.banner import Banner
from public.local_time import minute_up, time_of_day, zone_name
from sla.durations import DAY, HOUR, MINUTE, spoken


@dataclass(frozen=True)
class Told:
    """A banner in words; every shape shows these and no others."""

    title: str
    state_word: str
    headline: str  # the figure, for as large as the shape allows; empty where there is none
    sentences: tuple[str, ...]  # in the order to read them
    main: str  # the one of them that a small shape must not leave out
    lengths: tuple[str, ...]  # what in them is better not broken over two lines
    source: str  # as of when, in which zone, from how many; empty when nothing is known
    sample: str  # empty when the data is real

    @property
    def text(self) -> str:
        """Everything in one paragraph, for a screen reader or wherever only text goes."""
        ends = (f"{end}." for end in (self.source, self.sample) if end)
        return f"{self.title}: {' '.join((*self.sentences, *ends))}"


def tell(banner: Banner, now: datetime) -> Told:
    """Return what `banner` says to somebody who reads it at the instant `now`, aware."""
    headline, main = _promise(banner, now)
    before, after = _around(banner, now)
    if not headline:
        main = _without_figure(banner, now)
    sentences = tuple(said for said in (*before, main, *after) if said)
    return Told(
        title=banner.title,
        state_word=words.STATES[banner.state],
        headline=headline,
        sentences=sentences,
        main=main or sentences[-1],
        lengths=_lengths(banner),
        source=_source(banner, now),
        sample=words.SAMPLE if banner.sample else "",
    )


def _promise(banner: Banner, now: datetime) -> tuple[str, str]:
    """Return the promise as headline and as sentence, empty where the banner carries none.

    Lengths and times are rounded up to what words can hold, so that they never say less.
    """
    if banner.promise_over_seconds is not None:
        over = _length(banner.promise_over_seconds)
        return words.HEADLINE_OVER.format(wait=over), words.OVER.format(wait=over)
    if banner.answered_by is not None:
        by = time_of_day(minute_up(banner.answered_by), banner.time_zone, now)
        return words.HEADLINE_BY.format(time=by), words.BY.format(time=by)
    if banner.promise_seconds is not None:
        within = _length_up(banner.promise_seconds)
        return within, words.WITHIN.format(wait=within)
    return "", ""


def _around(banner: Banner, now: datetime) -> tuple[list[str], list[str]]:
    """Return the sentences before the main one, and those after it."""
    before, after = [], []
    if banner.state == "busy":
        before.append(words.BUSY)
    if banner.state == "closed":
        before.append(words.CLOSED)
        if banner.opens_at is not None:
            opens = time_of_day(banner.opens_at, banner.time_zone, now)
            zone = zone_name(banner.time_zone, now)
            before.append(words.OPENS.format(time=opens, zone=zone))
    if banner.state == "notice":
        after.append(words.NO_FIGURE)
    # Told as a time of day, the promise needs no length of a whole night beside it.
    if banner.typical_seconds is not None and banner.answered_by is None:
        half = words.HALF.format(wait=_length_up(banner.typical_seconds))
        (after if banner.promise_over_seconds is None else before).append(half)
    return before, after


def _without_figure(banner: Banner, now: datetime) -> str:
    """Return the main sentence of a banner without a promise; empty when the state says it all."""
    if banner.state == "notice":
        return banner.notice or ""
    if banner.state == "stale" and banner.as_of is not None:
        since = time_of_day(banner.as_of, banner.time_zone, now)
        return words.STALE_SINCE.format(time=since)
    return {"quiet": words.QUIET, "stale": words.STALE}.get(banner.state, "")


def _source(banner: Banner, now: datetime) -> str:
    """Return as of when, and from how many conversations where that says something."""
    one, counted = banner.n == 1, banner.state not in {"stale", "notice"}
    n = format_decimal(banner.n, locale=words.LOCALE)
    if banner.as_of is None:
        return (words.FROM_ONE if one else words.FROM_MANY).format(n=n) if counted else ""
    said = words.AS_OF_FROM_ONE if one else words.AS_OF_FROM_MANY
    return (said if counted else words.AS_OF).format(
        time=time_of_day(banner.as_of, banner.time_zone, now),
        zone=zone_name(banner.time_zone, now),
        n=n,
    )


def _lengths(banner: Banner) -> tuple[str, ...]:
    up = (banner.typical_seconds, banner.promise_seconds)
    told = {_length_up(seconds) for seconds in up if seconds is not None}
    if banner.promise_over_seconds is not None:
        told.add(_length(banner.promise_over_seconds))
    return tuple(sorted(told))


def _length(seconds: int) -> str:
    """Return a length as people say it; one day is 24 h, which nobody takes for a date."""
    return "24 h" if seconds == DAY else spoken(seconds)


def _length_up(seconds: int) -> str:
    """Return `seconds` rounded up to whole minutes, beyond a day to whole hours."""
    unit = HOUR if seconds > DAY else MINUTE
    return _length(max(-(-seconds // unit), 1) * unit)
