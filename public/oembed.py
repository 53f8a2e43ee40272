"""A banner as oEmbed: paste its address into an editor that knows oEmbed, and the frame stands there.

https://oembed.com, type "rich". It needs whole addresses, so the site has to be known.
"""

from html import escape
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from public import words
from public.addresses import ROOT, Wanted, readings
from public.json_data import to_text
from public.view import View

WIDTH, HEIGHT = 600, 220
_INDEX_HEIGHT: Final = 480


class OembedError(ValueError):
    """A question that cannot be answered; says what was expected."""


def banner_oembed(view: View) -> str:
    """Return what an editor needs to show one banner."""
    return of_size(view, None, None)


def of_size(view: View, max_width: int | None, max_height: int | None) -> str:
    """Return the same in a frame that is no larger than asked for; lengths in pixels."""
    title = view.told(view.banner).title if view.single else view.language.say(words.INDEX_TITLE)
    width = min(WIDTH, max_width or WIDTH)
    tallest = HEIGHT if view.single else _INDEX_HEIGHT
    height = min(tallest, max_height or tallest)
    page = view.link("html")
    frame = (
        f'<iframe src="{escape(page)}" title="{escape(title)}" width="{width}" height="{height}" '
        'style="border:0;max-width:100%" loading="lazy"></iframe>'
    )
    whole: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": "Replyclock",
        "cache_age": 3600,
        "html": frame,
        "width": width,
        "height": height,
    }
    if view.site is not None:
        whole["provider_url"] = f"{view.site}{ROOT}"
    return to_text(whole)


def asked(query: str) -> tuple[list[Wanted], int | None, int | None]:
    """Return what a query asks for: the readings of its `url`, `maxwidth` and `maxheight`.

    Raises OembedError when it cannot be understood.
    """
    values = {name: found[0] for name, found in parse_qs(query, keep_blank_values=True).items()}
    if values.get("format", "json") != "json":
        raise OembedError("Only format=json is answered here.")
    try:
        path = unquote(urlsplit(values.get("url", "")).path)
    except ValueError:  # not even an address
        path = ""
    if ROOT not in path:
        raise OembedError("url must be the address of a banner, such as url=https://…/public/NAME")
    size = _pixels(values, "maxwidth"), _pixels(values, "maxheight")
    return readings(path.partition(ROOT)[2]), *size


def _pixels(values: dict[str, str], name: str) -> int | None:
    value = values.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) < 7):
        raise OembedError(f"{name} must be whole pixels, such as {name}=600.")
    return max(1, int(value))
