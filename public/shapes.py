"""The registry of shapes: what each is, what its reader's browser may do, and who draws it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from public.badge import banner_badge, banner_shields, index_badge, index_shields
from public.feed import banner_feed, index_feed
from public.html_page import banner_page, index_page, page_style
from public.json_data import banner_data, index_data
from public.oembed import banner_oembed
from public.script import script
from public.svg_image import banner_image, image_style, index_image
from public.templating import Style
from public.view import View

# Nothing is fetched, run or sent; a style is allowed by its digest alone.
NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'"
UNFRAMED: Final = f"{NOTHING}; frame-ancestors 'none'"
_JSON: Final = "application/json; charset=utf-8"
_SVG: Final = "image/svg+xml; charset=utf-8"

Draw = Callable[[View], str]


@dataclass(frozen=True)
class Shape:
    """One way to show a banner, or all of them, over HTTP."""

    media_type: str
    one: Draw
    all: Draw
    shared: bool = True  # scripts of other origins may read it
    style: Callable[[str], Style] | None = None  # what it looks like, where it looks like something
    in_words: bool = True  # it says something, in a language
    kept_seconds: int = 30  # how long a browser or proxy may keep it

    @property
    def themed(self) -> bool:
        """Whether it looks different in light and in dark."""
        return self.style is not None

    def draw(self, view: View) -> str:
        """Return what is shown of a view."""
        return self.one(view) if view.single else self.all(view)

    def policy(self, theme: str, sites: tuple[str, ...] | None) -> str:
        """Return the Content-Security-Policy; `sites` may frame it, None is every site.

        A page on a disk, where people try it first, is no site and has to be named beside `*`.
        """
        if self.style is None:
            return UNFRAMED
        framed_by = "* file:" if sites is None else " ".join(sites) or "'none'"
        return f"{NOTHING}; {self.style(theme).policy}; frame-ancestors {framed_by}"


SHAPES: Final = {
    "html": Shape(
        "text/html; charset=utf-8", banner_page, index_page, shared=False, style=page_style
    ),
    "json": Shape(_JSON, banner_data, index_data),
    "svg": Shape(_SVG, banner_image, index_image, style=image_style),
    "badge": Shape(_SVG, banner_badge, index_badge, style=image_style),
    "shields": Shape(_JSON, banner_shields, index_shields),
    "script": Shape(
        "text/javascript; charset=utf-8",
        lambda _: script(),
        lambda _: script(),
        in_words=False,
        kept_seconds=3600,
    ),
    "oembed": Shape(_JSON, banner_oembed, banner_oembed, kept_seconds=3600),
    "atom": Shape("application/atom+xml; charset=utf-8", banner_feed, index_feed, kept_seconds=300),
}
