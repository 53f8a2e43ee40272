"""What a banner says: the promise first, then the typical wait, the record, and as of when."""

from dataclasses import dataclass
from datetime import datetime

from babel.numbers import format_decimal

from public import words
from public.banner import Banner, only_what_its_state_carries
from public.languages import DEFAULT, Language, language
from public.lengths import length, length_up
from public.local_time import minute_up, time_of_day, zone_name
from public.words import Moments

ENGLISH = language(DEFAULT)


@dataclass(frozen=True)
class Told:
    """A banner in words; every shape shows these and no others."""

    title: str
    look: str  # the state whose mark and colour it has
    state_word: str
    headline: str  # the figure, for as large as the shape allows; empty where there is none
    sentences: tuple[str, ...]  # in the order to read them
    main: str  # the one of them that a small shape must not leave out
    record: str  # how often the figure was kept; empty when that is not known
    lengths: tuple[str, ...]  # what in them is better not broken over two lines
    source: str  # as of when, in which zone, from how many; empty when nothing is known
    sample: str  # empty when the data is real

    @property
    def text(self) -> str:
        """Everything in one paragraph, for a screen reader or wherever only text goes."""
        ends = (f"{end}." for end in (self.source, self.sample) if end)
        return f"{self.title}: {' '.join((*self.sentences, *ends))}"


def tell(banner: Banner, now: datetime, told_in: Language = ENGLISH) -> Told:
    """Return what `banner` says to somebody who reads it at the instant `now`, aware."""
    return _Telling(only_what_its_state_carries(banner), now, told_in).told()


def kept_of(banner: Banner) -> tuple[int, int, int] | None:
    """Return how many were answered in time, of how many, in how many days; None: not known.

    It is the record of 30 days; of 90 where those hold nobody, else of 7.
    """
    for days in (30, 90, 7):
        share, n = getattr(banner, f"kept_share_{days}d"), getattr(banner, f"kept_n_{days}d")
        if share is not None and n:
            return round(share * n), n, days
    return None


@dataclass(frozen=True)
class _Telling:
    """One banner that is told to somebody: who it is, when, and in which language."""

    banner: Banner
    now: datetime
    language: Language

    def told(self) -> Told:
        banner, say = self.banner, self.language.say
        headline, main = self.promise()
        before, after = self.around()
        if not headline:
            main = self.without_figure()
        record = self.record()
        sentences = tuple(said for said in (*before, main, *after, record) if said)
        bare = banner.withdrawn and banner.state == "live"
        return Told(
            title=_title(banner),
            look="quiet" if bare else banner.state,
            state_word=say(words.NO_FIGURE_STATE if bare else words.STATES[banner.state]),
            headline=headline,
            sentences=sentences,
            main=main or [said for said in sentences if said != record][-1],
            record=record,
            lengths=self.lengths(),
            source=self.source(),
            sample=say(words.SAMPLE) if banner.sample else "",
        )

    def promise(self) -> tuple[str, str]:
        """Return the promise as headline and as sentence, empty where the banner carries none.

        Lengths and times are rounded up to what words can hold, so that they never say less.
        """
        banner, told_in = self.banner, self.language
        if (over := banner.promise_over_seconds) is not None:
            headline = told_in.say(words.HEADLINE_OVER, wait=length(over, told_in, brief=True))
            return headline, told_in.say(words.OVER, wait=length(over, told_in))
        if banner.answered_by is not None:
            by = self.time(minute_up(banner.answered_by), words.BY_TIME)
            return by[0].upper() + by[1:], told_in.say(words.BY, by=by)
        if (within := banner.promise_seconds) is not None:
            said = told_in.say(words.WITHIN, wait=length_up(within, told_in))
            return length_up(within, told_in, brief=True), said
        return "", ""

    def around(self) -> tuple[list[str], list[str]]:
        """Return the sentences before the main one, and those after it."""
        banner, say = self.banner, self.language.say
        before, after = [], []
        if banner.state == "busy":
            before.append(say(words.BUSY))
        if banner.state == "closed":
            before.append(say(words.CLOSED))
            if banner.opens_at is not None:
                at = self.time(banner.opens_at, words.AT_TIME)
                before.append(say(words.OPENS, at=at, zone=self.zone()))
        if banner.state == "notice":
            after.append(say(words.NO_FIGURE))
        # Told as a time of day, the promise needs no length of a whole night beside it.
        if banner.typical_seconds is not None and banner.answered_by is None:
            half = say(words.HALF, wait=length_up(banner.typical_seconds, self.language))
            (after if banner.promise_over_seconds is None else before).append(half)
        return before, after

    def without_figure(self) -> str:
        """Return the main sentence without a promise; empty when the state says it all."""
        banner, say = self.banner, self.language.say
        if banner.state == "notice":
            return banner.notice or ""
        if banner.withdrawn:
            return say(words.WITHDRAWN)
        if banner.state == "stale" and banner.as_of is not None:
            return say(words.STALE_SINCE, time=self.time(banner.as_of, words.TIME))
        sentence = {"quiet": words.QUIET, "stale": words.STALE}.get(banner.state)
        return say(sentence) if sentence else ""

    def record(self) -> str:
        """Return how often the figure was kept, where it is known."""
        found = kept_of(self.banner)
        if found is None:
            return ""
        kept, n, days = found
        return self.language.count(
            words.KEPT, n, kept=self.number(kept), n=self.number(n), days=days
        )

    def source(self) -> str:
        """Return as of when, and from how many waits where that says something."""
        banner, told_in = self.banner, self.language
        counted = banner.state not in {"stale", "notice"}
        n = self.number(banner.n)
        if banner.as_of is None:
            return told_in.count(words.FROM, banner.n, n=n) if counted else ""
        about = {"time": self.time(banner.as_of, words.TIME), "zone": self.zone()}
        if counted:
            return told_in.count(words.AS_OF_FROM, banner.n, n=n, **about)
        return told_in.say(words.AS_OF, **about)

    def lengths(self) -> tuple[str, ...]:
        banner = self.banner
        up = (banner.typical_seconds, banner.promise_seconds)
        told = {length_up(seconds, self.language) for seconds in up if seconds is not None}
        if banner.promise_over_seconds is not None:
            told.add(length(banner.promise_over_seconds, self.language))
        return tuple(sorted(told))

    def time(self, instant: datetime, how: Moments) -> str:
        return time_of_day(instant, self.banner.time_zone, self.now, self.language, how)

    def zone(self) -> str:
        return zone_name(self.banner.time_zone, self.now, self.language)

    def number(self, number: int) -> str:
        return format_decimal(number, locale=self.language.locale)


def _title(banner: Banner) -> str:
    """Return what people call it; a channel's banner says which one, unless its title does already."""
    channel = banner.channel
    if channel is None or channel.casefold() in banner.title.casefold():
        return banner.title
    return f"{banner.title} · {channel}"
