"""The browser of the browser tests: where it is, how it is started, and what skips without it."""

import pytest

from bench.chromium import BROWSER

# The window's own parts draw a page of their own for each page that is opened, which nobody sees; the others are those
# that Playwright does without, and which Chromium would have again, as it heeds this flag once.
WITHOUT = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying",
    "OptimizationHints", "PaintHolding", "PreconnectToSearch", "TcpPortRandomizationWin", "ThirdPartyStoragePartitioning",
)  # fmt: skip
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    f"--disable-features={','.join(WITHOUT)}",
]
# A reader who asks for less motion. What fades or turns while a page is made is drawn sixty times a second, without a
# graphics card by a processor that makes the page meanwhile: a third of all that a test takes. test_browser.py has it move.
STILL = {"reduced_motion": "reduce"}
NEEDS_BROWSER = pytest.mark.skipif(
    not BROWSER, reason="neither chromium nor google-chrome is on PATH"
)
