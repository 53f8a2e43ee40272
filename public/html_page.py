"""Banners as HTML: one to put into an iframe, the list of all, and what says there is none.

The pages work without JavaScript; a meta refresh renews them every minute.
"""

from typing import Final

from public import words
from public.languages import Language
from public.marks import MARKS
from public.templating import Style, fill, style
from public.view import View

RENEWED_AFTER_SECONDS: Final = 60


def page_style(theme: str) -> Style:
    """Return the stylesheet of the pages."""
    return style("page.css", theme)


def banner_page(view: View) -> str:
    """Return the page of one banner."""
    told = view.told(view.banner)
    return fill(
        "banner.html",
        view.language,
        style=page_style(view.theme).text,
        renewal=RENEWED_AFTER_SECONDS,
        told=told,
        mark=MARKS[told.look],
        feed=view.link("atom"),
        oembed=view.link("oembed"),
    )


def index_page(view: View) -> str:
    """Return the page that lists all banners with a link to each shape."""
    entries = []
    for banner in view.banners:
        told = view.told(banner)
        links = {word: view.link(shape, banner) for shape, word in words.SHAPES.items()}
        entries.append({"told": told, "mark": MARKS[told.look], "links": links})
    return fill(
        "index.html",
        view.language,
        style=page_style(view.theme).text,
        renewal=RENEWED_AFTER_SECONDS,
        words=words,
        entries=entries,
        feed=view.link("atom"),
    )


def missing_page(index: str, language: Language) -> str:
    """Return the page for an address without a banner, with a link to `index`."""
    return fill(
        "missing.html",
        language,
        style=page_style("auto").text,
        renewal=RENEWED_AFTER_SECONDS,
        words=words,
        index=index,
    )
