"""The browser of the browser tests: where it is, how it is started, and what skips without it."""

import pytest

from bench.chromium import BROWSER

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
NEEDS_BROWSER = pytest.mark.skipif(
    not BROWSER, reason="neither chromium nor google-chrome is on PATH"
)
