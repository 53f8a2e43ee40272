"""Banners as HTML: one to put into an iframe, the list of all, and what says there is none.

The pages work without JavaScript; a meta refresh renews them every minute.
"""

from collections.abc import Iterable
from datetime import datetime

from public.addresses import ENDINGS, relative_address
from public.banner import Banner
from public.marks import MARKS
from public.telling import tell
from public.templating import Style, fill

STYLE = Style("page.css")


def banner_page(banner: Banner, now: datetime) -> str:
    """Return the page of one banner."""
    told = tell(banner, now)
    return fill("banner.html", STYLE, banner=banner, told=told, mark=MARKS[banner.state])


def index_page(banners: Iterable[Banner], now: datetime) -> str:
    """Return the page that lists `banners` with a link to each shape."""
    entries = [
        {
            "banner": banner,
            "told": tell(banner, now),
            "mark": MARKS[banner.state],
            "links": {s: "./" + relative_address(banner.account, s) for s in ENDINGS},
        }
        for banner in banners
    ]
    return fill("index.html", STYLE, entries=entries)


def missing_page(index: str) -> str:
    """Return the page for an address without a banner, with a link to `index`."""
    return fill("missing.html", STYLE, index=index)
