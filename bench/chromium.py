"""The browser that draws: where it is, and what is said where there is none."""

import shutil
from typing import Final

BROWSER: Final = shutil.which("chromium") or shutil.which("google-chrome")
MISSING: Final = "Neither chromium nor google-chrome is on PATH: install one."
