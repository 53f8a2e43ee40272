"""Which address shows which account in which shape, both ways.

An address is the account's name, percent-encoded, and the shape's ending. A few characters that
servers, proxies or disks give a meaning of their own are written as a tilde and two hex digits
(`r/apple` is at `r~2Fapple`), so that every name has one address that arrives unchanged.
"""

import re
from urllib.parse import quote

ROOT = "/public/"
# One ending a shape; the HTML page has none.
ENDINGS = {"json": ".json", "svg": ".svg", "html": ""}

_MEDDLED_WITH = re.compile(r"[~/\\\x00-\x1f\x7f-\x9f]|^\.")
_ESCAPED = re.compile(r"~([0-9A-F]{2})")


def address(account: str, shape: str) -> str:
    """Return the path of `account` in `shape` ("html", "json" or "svg"), ready for a link.

    Raises KeyError for another shape.
    """
    return ROOT + relative_address(account, shape)


def relative_address(account: str, shape: str) -> str:
    """Return the last part of the path: what a page under the same root links to."""
    name = _MEDDLED_WITH.sub(lambda found: f"~{ord(found[0]):02X}", account)
    if shape == "html" and (ending := _ending_of(name)):
        # An account called "a.json" is not the JSON of "a".
        name = f"{name.removesuffix(ending)}~2E{ending[1:]}"
    return quote(name + ENDINGS[shape], safe="~")


def readings(path: str) -> list[tuple[str, str]]:
    """Return what a decoded path below the root may mean, (account, shape), most likely first.

    What `address` writes is always the first. The later ones serve addresses typed by hand.
    """
    ending = _ending_of(path)
    shape = next(shape for shape, end in ENDINGS.items() if end == ending)
    both = [(path.removesuffix(ending), shape), (path, "html")]
    unescaped = [(_ESCAPED.sub(lambda m: chr(int(m[1], 16)), name), shape) for name, shape in both]
    return list(dict.fromkeys(unescaped + both))


def _ending_of(name: str) -> str:
    return next((end for end in ENDINGS.values() if end and name.endswith(end)), "")
