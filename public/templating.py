"""The templates of the pages and the image, with autoescape, and the styles that go into them."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from public import words

_FOLDER = Path(__file__).parent / "templates"
_templates = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def together(text: str, lengths: tuple[str, ...]) -> Markup:
    """Return `text` escaped, with each of `lengths` kept in one line: no "2 h 10" without "min"."""
    if not lengths:
        return escape(text)
    parts = re.split("(" + "|".join(re.escape(length) for length in lengths) + ")", text)
    kept = Markup('<span class="length">{}</span>')
    return Markup("").join(kept.format(p) if p in lengths else p for p in parts)


_templates.filters["together"] = together


class Style:
    """A stylesheet to stand inside a document, and what lets a strict policy allow it."""

    def __init__(self, file_name: str) -> None:
        text = (_FOLDER / file_name).read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        self.text = Markup(text)  # noqa: S704 - a file of ours, no text of anybody's
        self.policy = f"style-src 'sha256-{digest}'"


def fill(template: str, style: Style, **values: Any) -> str:
    """Return `template` filled with `values`, each escaped for where it lands."""
    return _templates.get_template(template).render(
        style=style.text, lang=words.LOCALE.replace("_", "-"), words=words, **values
    )
