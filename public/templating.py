"""The templates of the shapes, with autoescape, and the styles that go into them."""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from public.colours import image_colours, page_colours
from public.languages import Language

FOLDER: Final = Path(__file__).parent / "templates"
_COLOURS: Final = {"page.css": page_colours, "image.css": image_colours}
_templates = Environment(
    loader=FileSystemLoader(FOLDER),
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


@dataclass(frozen=True)
class Style:
    """A stylesheet to stand inside a document, and what lets a strict policy allow it."""

    text: Markup
    policy: str


@cache
def style(file_name: str, theme: str) -> Style:
    """Return the stylesheet "page.css" or "image.css" with the colours of `theme`."""
    text = _COLOURS[file_name](theme) + (FOLDER / file_name).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    # A file of ours, no text of anybody's.
    return Style(Markup(text), f"style-src 'sha256-{digest}'")  # noqa: S704


def fill(template: str, language: Language, **values: Any) -> str:
    """Return `template` filled with `values`, each escaped for where it lands."""
    return _templates.get_template(template).render(lang=language.tag, say=language.say, **values)
