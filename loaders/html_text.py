"""HTML as plain text: one line a block, quoted blocks with `> ` before each line."""

from __future__ import annotations

import re
from html import unescape

# A page longer than this is no answer to anybody; it bounds the time that a spoilt one takes.
_LIMIT = 2 * 1024 * 1024

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^<>]*+>|<(?P<end>/?)(?P<name>[a-zA-Z][\w:-]*+)[^<>]*+>", re.DOTALL
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = frozenset(("head", "script", "style", "title", "template"))
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)


def text_of_html(html: str) -> str:
    """Give the text of a piece of HTML, whole or broken; never raises."""
    html = html[:_LIMIT]
    lines: list[str] = []
    here: list[str] = []
    hidden: str | None = None
    quoted = 0
    position = 0

    def end_line() -> None:
        line = _SPACE.sub(" ", "".join(here)).strip()
        here.clear()
        lines.append("> " * min(quoted, 9) + line if line else "")

    for token in _TOKEN.finditer(html):
        if hidden is None:
            here.append(unescape(html[position : token.start()]))
        position = token.end()
        name = (token["name"] or "").lower()
        if hidden is not None:
            hidden = None if token["end"] and name == hidden else hidden
        elif name in _HIDDEN and not token["end"]:
            hidden = name
        elif name in _BLOCKS:
            end_line()
            if name == "blockquote":
                quoted = max(quoted + (-1 if token["end"] else 1), 0)
    if hidden is None:
        here.append(unescape(html[position:]))
    end_line()
    return _without_gaps(lines)


def _without_gaps(lines: list[str]) -> str:
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip().replace("\xa0", " ").replace("\x00", "")
