"""Banners as a badge: what it is on the left, the figure on the right; as SVG and for Shields.

Shields.io, and what speaks its language, draws a badge of its own from the second:
https://shields.io/badges/endpoint-badge
"""

from dataclasses import dataclass
from typing import Final

from babel.numbers import format_percent

from public import words
from public.banner import Banner
from public.colours import LIGHT
from public.fit import cut, width
from public.json_data import to_text
from public.svg_image import image_style
from public.telling import Told, kept_of
from public.templating import fill
from public.view import View

HEIGHT: Final = 24
_SIZE, _PADDING, _LONGEST = 11.5, 8, 600


@dataclass(frozen=True)
class _Badge:
    label: str
    message: str
    look: str
    text: str


def banner_badge(view: View) -> str:
    """Return one banner's badge as SVG."""
    return _drawn(_of_one(view), view)


def index_badge(view: View) -> str:
    """Return the badge of all together as SVG."""
    return _drawn(_of_all(view), view)


def banner_shields(view: View) -> str:
    """Return one banner's badge for Shields."""
    return _for_shields(_of_one(view))


def index_shields(view: View) -> str:
    """Return the badge of all together for Shields."""
    return _for_shields(_of_all(view))


def _of_one(view: View) -> _Badge:
    banner = view.banner
    told = view.told(banner)
    said = [_figure(told), _record(banner, view), told.sample]
    message = " · ".join(part for part in said if part)
    return _Badge(view.language.say(words.BADGE_LABEL), message, told.look, told.text)


def _figure(told: Told) -> str:
    if not told.headline:
        return told.state_word
    return told.headline if told.look == "live" else f"{told.state_word} · {told.headline}"


def _record(banner: Banner, view: View) -> str:
    found = kept_of(banner)
    if found is None:
        return ""
    kept, n, _ = found
    # Rounded down: 99.6 % is not 100 %.
    share = format_percent(kept * 100 // n / 100, locale=view.language.locale)
    return view.language.say(words.BADGE_KEPT, share=share)


def _of_all(view: View) -> _Badge:
    live = sum(banner.state == "live" and not banner.withdrawn for banner in view.banners)
    message = view.language.say(words.INDEX_LIVE, live=live, n=len(view.banners))
    if any(banner.sample for banner in view.banners):
        message += f" · {view.language.say(words.SAMPLE)}"
    label = view.language.say(words.BADGE_LABEL)
    text = " ".join(view.told(banner).text for banner in view.banners)
    return _Badge(label, message, "live" if live else "quiet", text or f"{label}: {message}")


def _drawn(badge: _Badge, view: View) -> str:
    message = cut(badge.message, _SIZE, _LONGEST, bold=True)
    left = round(width(badge.label, _SIZE) + 2 * _PADDING)
    right = round(width(message, _SIZE, bold=True) + 2 * _PADDING)
    return fill(
        "badge.svg",
        view.language,
        style=image_style(view.theme).text,
        badge=badge,
        message=message,
        left=left,
        right=right,
        height=HEIGHT,
        size=_SIZE,
    )


def _for_shields(badge: _Badge) -> str:
    return to_text(
        {
            "schemaVersion": 1,
            "label": badge.label,
            "message": badge.message,
            "color": LIGHT[badge.look],
            "cacheSeconds": 300,
        }
    )
