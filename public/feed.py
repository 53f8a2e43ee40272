"""The changes of banners as an Atom feed: an entry whenever one came to say something else.

RFC 4287. The ids are made of what the entry is about, so that every server gives the same.
"""

import uuid
from datetime import UTC, datetime
from typing import Final

from public import words
from public.changes import Change
from public.entries import iso
from public.telling import tell
from public.templating import fill
from public.view import View

MOST_ENTRIES: Final = 50
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def banner_feed(view: View) -> str:
    """Return the feed of one banner."""
    account, channel = view.banner.key
    return _feed(view, view.told(view.banner).title, f"{account}\0{channel or ''}")


def index_feed(view: View) -> str:
    """Return the feed of all banners."""
    return _feed(view, view.language.say(words.INDEX_TITLE), "")


def _feed(view: View, title: str, about: str) -> str:
    entries = [_entry(change, view) for change in view.changes[:MOST_ENTRIES]]
    updated = view.changes[0].at if view.changes else view.renewed_at
    return fill(
        "feed.atom",
        view.language,
        id=_urn(f"feed\0{about}"),
        title=view.language.say(words.FEED_TITLE, title=title),
        updated=iso(updated or _NEVER),
        page=view.link("html"),
        this=view.link("atom"),
        entries=entries,
    )


def _entry(change: Change, view: View) -> dict[str, str]:
    told = tell(change.banner, change.at, view.language)
    account, channel = change.banner.key
    return {
        "id": _urn(f"change\0{account}\0{channel or ''}\0{iso(change.at)}"),
        "title": view.language.say(words.FEED_ENTRY, title=told.title, state=told.state_word),
        "updated": iso(change.at),
        "text": told.text,
        "page": view.link("html", change.banner),
    }


def _urn(about: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"replyclock\0{about}").urn
