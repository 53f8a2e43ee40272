"""Which address shows what in which shape, language and theme, both ways.

An address is the account's name, percent-encoded, after a slash the channel's where one is meant, then
dot by dot the language, the theme and the shape: `NorthlightHelp/E-mail.da.dark.svg`. A web server that
serves files finds a file of that name. A few characters that servers, proxies or disks give a meaning
of their own are written as a tilde and two hex digits (`r/apple` is at `r~2Fapple`), so that every name
has one address that arrives unchanged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from public.languages import LOCALES

ROOT: Final = "/public/"
# One ending a shape; the HTML page has none, unless a language or theme stands before it.
ENDINGS: Final = {
    "html": "",
    "json": ".json",
    "svg": ".svg",
    "badge": ".badge.svg",
    "shields": ".shields.json",
    "script": ".js",
    "oembed": ".oembed.json",
    "atom": ".atom",
}
THEMES: Final = ("auto", "light", "dark")
INDEX: Final = "index"
OEMBED: Final = "oembed"  # the address that oEmbed consumers ask with ?url=

_SHAPES: Final = {ending.removeprefix(".") or "html": s for s, ending in ENDINGS.items()}
_TAILS: Final = {*LOCALES, *THEMES, *(part for ending in _SHAPES for part in ending.split("."))}
_MEDDLED_WITH = re.compile(r"[~/\\\x00-\x1f\x7f-\x9f]|^\.")
_ESCAPED = re.compile(r"~([0-9A-F]{2})")
# Nobody's name has more slashes than this; an address with thousands costs no time.
_MOST_SLASHES = 8


@dataclass(frozen=True)
class Wanted:
    """What an address asks for. No account: all together. No language, no theme: not said in the address."""

    account: str | None
    shape: str
    channel: str | None = None
    language: str | None = None
    theme: str | None = None


def address(
    account: str | None,
    shape: str,
    channel: str | None = None,
    language: str | None = None,
    theme: str | None = None,
) -> str:
    """Return the path of `account`, or of all (None), in `shape`, ready for a link.

    Raises KeyError for a shape that ENDINGS does not have.
    """
    return ROOT + relative_address(Wanted(account, shape, channel, language, theme))


def relative_address(wanted: Wanted) -> str:
    """Return the path below the root; the list of all as a page is the root itself."""
    ending = ENDINGS[wanted.shape]
    said = "".join(f".{each}" for each in (wanted.language, wanted.theme) if each is not None)
    if wanted.account is None:
        if wanted.shape == "html" and not said:
            return ""
        return INDEX + said + (ending or ".html")
    names = [wanted.account] if wanted.channel is None else [wanted.account, wanted.channel]
    path = "/".join(quote(_segment(name), safe="~") for name in names)
    return path + said + (ending or (".html" if said else ""))


def readings(path: str) -> list[Wanted]:
    """Return what a decoded path below the root may mean, most likely first.

    What `address` writes is always the first. The later ones serve addresses typed by hand.
    """
    found = []
    for name, wanted in _endings(path):
        if name in {"", INDEX}:
            found.append(wanted)
            continue
        for account, channel in _names(name):
            found.append(replace(wanted, account=account, channel=channel))
    return list(dict.fromkeys(found))


def _segment(name: str) -> str:
    """Return a name as one segment of a path, in which no part is taken for a shape or a language."""
    safe = _MEDDLED_WITH.sub(lambda found: f"~{ord(found[0]):02X}", name)
    stem, dot, tail = safe.rpartition(".")
    if dot and tail in _TAILS:
        return f"{stem}~2E{tail}"  # an account called "a.json" is not the JSON of "a"
    return f"~{ord(safe[0]):02X}{safe[1:]}" if safe in {INDEX, OEMBED} else safe


def _endings(path: str) -> Iterator[tuple[str, Wanted]]:
    """Yield what is left as a name when the path's end is taken as shape, theme and language, or not."""
    folder, slash, last = path.rpartition("/")
    parts = last.split(".")
    shape = "html"
    for count in (2, 1):
        if len(parts) > count and (ending := ".".join(parts[-count:])) in _SHAPES:
            shape, parts = _SHAPES[ending], parts[:-count]
            theme = parts[-1] if len(parts) > 1 and parts[-1] in THEMES else None
            rest = parts[:-1] if theme else parts
            code = rest[-1] if len(rest) > 1 and rest[-1] in LOCALES else None
            rest = rest[:-1] if code else rest
            yield folder + slash + ".".join(rest), Wanted(None, shape, None, code, theme)
            yield folder + slash + ".".join(parts), Wanted(None, shape)
            break
    yield path, Wanted(None, "html")


def _names(name: str) -> Iterator[tuple[str, str | None]]:
    """Yield the account and channel that a path may name, as `address` writes them and as typed."""
    parts = name.split("/", _MOST_SLASHES)
    splits: list[tuple[str, str | None]] = [
        ("/".join(parts[:i]), "/".join(parts[i:])) for i in range(1, len(parts))
    ]
    for account, channel in (*splits, (name, None)):
        if account and channel != "":
            yield _unescaped(account), None if channel is None else _unescaped(channel)
    yield name, None


def _unescaped(name: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), name)
