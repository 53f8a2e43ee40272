"""The registry of shapes: what each is, what its reader's browser may do, and who draws it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from public import html_page, svg_image
from public.banner import Banner
from public.html_page import banner_page
from public.json_data import banner_data
from public.snapshot import Snapshot
from public.svg_image import banner_image

# Nothing is fetched, run or sent; a style is allowed by its digest alone. Every site may frame a
# banner, and so may a page on a disk, where people try it first (`*` leaves those out).
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class Shape:
    """One way to show a banner over HTTP."""

    media_type: str
    policy: str  # its Content-Security-Policy
    shared: bool  # scripts of other origins may read it
    draw: Callable[[Banner, Snapshot, datetime], str]


SHAPES = {
    "html": Shape(
        "text/html; charset=utf-8",
        f"{NOTHING}; {html_page.STYLE.policy}; frame-ancestors * file:",
        False,
        lambda banner, _, now: banner_page(banner, now),
    ),
    "svg": Shape(
        "image/svg+xml; charset=utf-8",
        f"{NOTHING}; {svg_image.STYLE.policy}; frame-ancestors * file:",
        True,
        lambda banner, _, now: banner_image(banner, now),
    ),
    "json": Shape(
        "application/json; charset=utf-8",
        f"{NOTHING}; frame-ancestors 'none'",
        True,
        lambda banner, snapshot, now: banner_data(banner, snapshot.renewed_at, now),
    ),
}
