"""The script that draws a banner in somebody's page, inside a shadow root.

It is the same for every banner: it finds the data beside its own address. Comments and indents of
`templates/embed.js` are for who reads it there; they are not sent.
"""

import re
from functools import cache
from typing import Final

from public import words
from public.banner import STATES
from public.colours import DARK, LIGHT, variables
from public.templating import FOLDER

_NAMES: Final = ("ink", "soft", "ground", "line")


@cache
def script() -> str:
    """Return the script as it is sent."""
    source = (FOLDER / "embed.js").read_text(encoding="utf-8")
    return _small(source).replace("@TITLE@", words.INDEX_TITLE).replace("@STYLE@", stylesheet())


@cache
def stylesheet() -> str:
    """Return the style of the shadow root, as it is sent."""
    text = (FOLDER / "embed.css").read_text(encoding="utf-8").replace("\n", "")
    names = (*_NAMES, *STATES)
    text = text.replace("@LIGHT@", variables(LIGHT, names))
    return text.replace("@DARK@", variables(DARK, names))


def _small(source: str) -> str:
    """Return a script without comments of a whole line, indents and spaces that say nothing.

    Strings keep their spaces: outside of them one is dropped only beside a sign.
    """
    lines = (line.strip() for line in source.splitlines())
    kept = "\n".join(line for line in lines if line and not line.startswith("//"))
    parts = re.split(r"(\"[^\"]*\"|`[^`]*`|/\[[^/]*/)", kept)
    dense = [
        re.sub(r"\s*([{}()\[\]=;,:?<>+|&!*-])\s*", r"\1", p) if i % 2 == 0 else p
        for i, p in enumerate(parts)
    ]
    return "".join(dense).replace(";}", "}")
