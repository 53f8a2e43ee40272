"""The public side as the app that each worker of `python -m public` serves; its place is in the environment."""

import os
from pathlib import Path
from typing import Final

from public.side import PublicSide

SNAPSHOT: Final = "snapshot.json"
FOLDER_VARIABLE: Final = "REPLYCLOCK_SNAPSHOTS"
SITE_VARIABLE: Final = "REPLYCLOCK_SITE"
# A new snapshot comes every minute; thousands of looks a second would find no more than these.
LOOKS_EVERY_SECONDS: Final = 0.2


def app() -> PublicSide:
    """Return the app; each process makes its own."""
    folder = Path(os.environ.get(FOLDER_VARIABLE, "data/public"))
    site = os.environ.get(SITE_VARIABLE) or None
    return PublicSide(folder / SNAPSHOT, site=site, looks_every_seconds=LOOKS_EVERY_SECONDS)
