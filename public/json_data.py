"""A banner as JSON, for whoever draws their own: the fields of the snapshot and the sentence."""

import dataclasses
import json
from datetime import datetime

from public.banner import Banner
from public.snapshot import SCHEMA, iso
from public.telling import tell

# Escaped so that the text may stand inside a <script> of somebody's page.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def banner_data(banner: Banner, renewed_at: datetime | None, now: datetime) -> str:
    """Return one object: `schema`, `renewed_at`, the banner's fields, and `text` to show as is."""
    fields = dataclasses.asdict(banner)
    whole = {"schema": SCHEMA, "renewed_at": renewed_at, **fields, "text": tell(banner, now).text}
    return json.dumps(whole, default=iso).translate(_ESCAPES)


def missing_data(words: str) -> str:
    """Return the object for an address without a banner."""
    return json.dumps({"error": words}).translate(_ESCAPES)
