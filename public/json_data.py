"""Banners as JSON, for whoever draws their own: the fields of the snapshot, and all of it in words.

docs/public.schema.json says what stands in it.
"""

import json
from dataclasses import asdict
from typing import Any

from public.banner import Banner
from public.entries import iso
from public.marks import MARKS
from public.snapshot import SCHEMA
from public.view import View

# Escaped so that the text may stand inside a <script> of somebody's page.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def banner_data(view: View) -> str:
    """Return one object: `schema`, `renewed_at`, the language, and the banner's fields and words."""
    return to_text(_about(view) | _fields(view.banner, view))


def index_data(view: View) -> str:
    """Return one object with all of them in `banners`."""
    return to_text(_about(view) | {"banners": [_fields(banner, view) for banner in view.banners]})


def missing_data(words: str) -> str:
    """Return the object for an address without a banner."""
    return to_text({"error": words})


def to_text(whole: dict[str, Any]) -> str:
    """Return an object as JSON that may stand anywhere, instants in UTC."""
    return json.dumps(whole, default=iso).translate(_ESCAPES)


def _about(view: View) -> dict[str, Any]:
    return {"schema": SCHEMA, "renewed_at": view.renewed_at, "language": view.language.tag}


def _fields(banner: Banner, view: View) -> dict[str, Any]:
    fields = asdict(banner)
    del fields["frame_ancestors"]  # said in a header, to browsers
    told = view.told(banner)
    said = {
        "shown_title": told.title,
        "look": told.look,
        "mark": MARKS[told.look],
        "state_word": told.state_word,
        "headline": told.headline,
        "sentences": told.sentences,
        "record": told.record,
        "source": told.source,
        "sample_word": told.sample,
        "text": told.text,
    }
    return fields | said
