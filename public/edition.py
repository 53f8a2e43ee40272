"""One edition of the public side: everything that a snapshot shows at an instant, each drawn once.

It holds until the snapshot is renewed, or until the clock makes its words wrong.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from public import words
from public.addresses import Wanted
from public.answers import PLAIN, Answer, answer
from public.banner import Banner
from public.html_page import missing_page, page_style
from public.json_data import missing_data
from public.languages import language
from public.local_time import next_midnight
from public.oembed import of_size
from public.shapes import NOTHING, SHAPES, UNFRAMED
from public.snapshot import RENEWAL_LIMIT, Snapshot
from public.view import View, frame_sites

# Every language and theme of every shape of a few dozen accounts; beyond it, the kept ones are let go.
_MOST_KEPT: Final = 4096


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see, with everything that the address left open decided."""

    wanted: Wanted
    language: str
    theme: str
    negotiated: bool  # the language came from the reader's browser, not from the address


class Edition:
    """What a snapshot shows at one instant; `site` is where the public side is reached, if known."""

    def __init__(self, snapshot: Snapshot, now: datetime, site: str | None) -> None:
        self.source, self.made_at, self.site = snapshot, now, site
        self._shown = snapshot.at(now)
        self.until = _until(snapshot, now)
        self._kept: dict[Asked, Answer] = {}
        self._missing: dict[tuple[str, str, str], Answer] = {}

    def holds(self, snapshot: Snapshot, now: datetime) -> bool:
        """Return whether this is still what `snapshot` shows at `now`."""
        return snapshot is self.source and self.made_at <= now < self.until

    def find(self, readings: list[Wanted]) -> Wanted | None:
        """Return the first of `readings` that there is a banner for, or None."""
        for wanted in readings:
            if wanted.account is None or self._banner(wanted) is not None:
                return wanted
        return None

    def answer(self, asked: Asked) -> Answer:
        """Return the answer to what `find` has found."""
        known = self._kept.get(asked)
        if known is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            known = self._kept[asked] = self._draw(asked)
        return known

    def view(self, asked: Asked, site: str | None = None) -> View:
        """Return what is drawn for `asked`, at `site` where the edition knows none."""
        wanted = asked.wanted
        one = None if wanted.account is None else self._banner(wanted)
        banners = (one,) if one is not None else self._shown.banners
        if one is None and wanted.shape != "json":
            banners = tuple(banner for banner in banners if not _is_said_already(banner, banners))
        keys = {banner.key for banner in banners}
        return View(
            banners=banners,
            single=one is not None,
            changes=tuple(c for c in self._shown.changes if c.banner.key in keys),
            renewed_at=self._shown.renewed_at,
            now=self.made_at,
            language=language(asked.language),
            theme=asked.theme,
            site=self.site or site,
        )

    def oembed(self, asked: Asked, width: int | None, height: int | None, site: str) -> Answer:
        """Return an oEmbed answer in the size asked for; it is small and made anew each time."""
        shape = SHAPES["oembed"]
        body = of_size(self.view(asked, site), width, height)
        return self._as_answer(body, asked, shape.policy("auto", None))

    def missing(self, shape: str, index: str, code: str) -> Answer:
        """Return 404 in a form that whoever asked for `shape` can read; `index` lists what is there."""
        known = self._missing.get((shape, index, code))
        if known is None:
            known = self._missing[shape, index, code] = _missing(shape, index, code)
        return known

    def _draw(self, asked: Asked) -> Answer:
        view, shape = self.view(asked), SHAPES[asked.wanted.shape]
        return self._as_answer(
            shape.draw(view), asked, shape.policy(asked.theme, frame_sites(view.banners))
        )

    def _as_answer(self, body: str, asked: Asked, policy: str) -> Answer:
        shape = SHAPES[asked.wanted.shape]
        return answer(
            body,
            shape.media_type,
            policy,
            shared=shape.shared,
            kept_seconds=shape.kept_seconds,
            language=language(asked.language).tag if shape.in_words else None,
            negotiated=asked.negotiated and shape.in_words,
        )

    def _banner(self, wanted: Wanted) -> Banner | None:
        return (
            None if wanted.account is None else self._shown.banner(wanted.account, wanted.channel)
        )


def _is_said_already(banner: Banner, banners: tuple[Banner, ...]) -> bool:
    """Return whether a list with the account's banner says it all: this is its only channel."""
    return banner.channel is not None and any(
        (other.account, other.channel, other.channels) == (banner.account, None, (banner.channel,))
        for other in banners
    )


def _missing(shape: str, index: str, code: str) -> Answer:
    told_in = language(code)
    said, media_type, policy = told_in.say(words.NOT_FOUND), SHAPES[shape].media_type, UNFRAMED
    if shape == "html":
        said = missing_page(index, told_in)
        policy = f"{NOTHING}; {page_style('auto').policy}; frame-ancestors * file:"
    elif media_type.startswith("application/json"):
        said = missing_data(said)
    else:
        media_type = PLAIN
    shared = SHAPES[shape].shared
    return answer(
        said, media_type, policy, 404, shared=shared, language=told_in.tag, negotiated=True
    )


def _until(snapshot: Snapshot, now: datetime) -> datetime:
    """Return when words such as "tomorrow" turn wrong, or the renewal is found to have stopped."""
    turns = [next_midnight(zone, now) for zone in {b.time_zone for b in snapshot.banners}]
    if snapshot.renewed_at is not None:
        limit = snapshot.renewed_at + RENEWAL_LIMIT
        turns += [at for at in (limit,) if at >= now]
    return min(turns, default=datetime.max.replace(tzinfo=now.tzinfo))
