"""Takes the pictures in docs/pictures: the dashboard on the sample, every page of it, and the public banner.

`python -m bench.screenshots` starts the app on a database of its own, lets the sample load, and
opens it in Chromium. Take them between 08:00 and 22:00 in London, when Northlight is open.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Literal
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from bench.chromium import BROWSER, MISSING

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
ACCOUNT = "Northlight%20WhatsApp"

SCHEMES: dict[Literal["light", "dark"], str] = {"light": "now.png", "dark": "now-dark.png"}

# Every page, in both schemes and at the widths of a desk and of a phone, in pixels.
PAGES = (
    "now", "response_rate", "first_reply", "next_reply", "team", "channels", "wrong_days", "conversations", "banner", "data",
    "definitions",
)  # fmt: skip
WIDTHS = (1280, 390)
TALLEST = 2400  # pixels of a page that are shown
COLOURS = 64  # enough for flat areas and text, and a third of the bytes

START_SECONDS = 300
PAGE_MILLISECONDS = 120_000
# The page is at rest when its title, a table and a chart are there and nothing is running any more.
AT_REST = """() => document.querySelector('h1') && document.querySelector('table')
    && document.querySelector('.js-plotly-plot .main-svg .bars path')
    && document.querySelector('[data-test-script-state="notRunning"]')
    && !document.querySelector('[data-testid="stStatusWidget"], [data-stale="true"]')"""
DRAWN = """() => document.querySelector('h1')
    && document.querySelector('[data-test-script-state="notRunning"]')
    && !document.querySelector('[data-testid="stStatusWidget"], [data-testid="stSkeleton"], [data-stale="true"]')"""


def main() -> int:
    """Take all pictures; return 0, or 1 with a sentence when there is no browser or no app."""
    parser = argparse.ArgumentParser(prog="python -m bench.screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, default=PICTURES, help="default: docs/pictures")
    out: Path = parser.parse_args().out
    if BROWSER is None:
        print(MISSING, file=sys.stderr)
        return 1
    out.mkdir(parents=True, exist_ok=True)
    try:
        with _app() as at, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
            for scheme, picture in SCHEMES.items():
                _dashboard(chromium, at, scheme, out / picture)
            for path in PAGES:
                _page(chromium, at, path, out / "pages")
            _banner(chromium, at, out / "banner.png")
            (out / "banner.svg").write_bytes(_get(f"{at}/public/{ACCOUNT}.svg"))
            chromium.close()
    except TimeoutError as error:
        print(error, file=sys.stderr)
        return 1
    for picture in sorted(p for p in out.rglob("*") if p.is_file()):
        print(f"{picture.name}: {picture.stat().st_size / 1024:,.0f} KiB")
    return 0


@contextmanager
def _app() -> Iterator[str]:
    """Run the dashboard on the sample, in a folder that is gone afterwards; give its address."""
    with tempfile.TemporaryDirectory(prefix="replyclock-pictures-") as folder:
        port = _free_port()
        with (Path(folder) / "log").open("w+b") as log:
            app = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "dashboard.py",
                 "--server.address", "127.0.0.1", "--server.port", str(port)],
                cwd=ROOT, env=_environment(Path(folder)), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
            try:
                _wait_for(f"http://127.0.0.1:{port}/public/{ACCOUNT}.json", app, Path(log.name))
                yield f"http://127.0.0.1:{port}"
            finally:
                app.terminate()
                app.wait(timeout=120)


def _environment(folder: Path) -> dict[str, str]:
    own = {"REPLYCLOCK_DB": str(folder / "replyclock.duckdb")}
    kept = {name: value for name, value in os.environ.items() if name != "REPLYCLOCK_SETTINGS"}
    return kept | own


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str, app: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the sample's banner is published; raises TimeoutError with what the app said."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and app.poll() is None:
        try:
            _get(address)
        except (URLError, OSError):
            time.sleep(0.5)
        else:
            return
    said = log.read_text(encoding="utf-8", errors="replace").strip()
    raise TimeoutError(f"The dashboard did not come up within {START_SECONDS} s. It said:\n{said}")


def _get(address: str) -> bytes:
    with urlopen(address, timeout=10) as answer:  # noqa: S310 - the app that was started here
        content: bytes = answer.read()
        return content


def _dashboard(chromium: Browser, at: str, scheme: Literal["light", "dark"], picture: Path) -> None:
    page = chromium.new_page(
        viewport={"width": 1400, "height": 1340},
        color_scheme=scheme,
        reduced_motion="reduce",
        timezone_id="Europe/London",
        locale="en-GB",
    )
    page.goto(at, wait_until="domcontentloaded")
    page.wait_for_function(AT_REST, timeout=PAGE_MILLISECONDS)
    page.wait_for_timeout(1000)  # fonts and bars settle
    page.screenshot(path=picture)
    page.close()


def _page(chromium: Browser, at: str, path: str, out: Path) -> None:
    """Take a page in both schemes and at both widths, as small files."""
    out.mkdir(exist_ok=True)
    for scheme in SCHEMES:
        for width in WIDTHS:
            page = chromium.new_page(
                viewport={"width": width, "height": 900},
                color_scheme=scheme,
                reduced_motion="reduce",
                timezone_id="Europe/London",
                locale="en-GB",
            )
            page.goto(f"{at}/{path}?period=all", wait_until="domcontentloaded")
            page.wait_for_function(DRAWN, timeout=PAGE_MILLISECONDS)
            page.wait_for_timeout(1000)  # a fragment may begin to run once the page stands
            page.wait_for_function(DRAWN, timeout=PAGE_MILLISECONDS)
            height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
            page.set_viewport_size({"width": width, "height": min(height, TALLEST)})
            page.wait_for_timeout(2000)  # what was below the edge is drawn
            with Image.open(BytesIO(page.screenshot())) as taken:
                small = taken.convert("RGB").quantize(COLOURS)
                small.save(out / f"{path}-{width}-{scheme}.png", optimize=True)
            page.close()


def _banner(chromium: Browser, at: str, picture: Path) -> None:
    """Take the banner's page at the width of a column on somebody's site."""
    page = chromium.new_page(viewport={"width": 640, "height": 200}, color_scheme="light")
    page.goto(f"{at}/public/{ACCOUNT}")
    page.locator("body").screenshot(path=picture)
    page.close()


if __name__ == "__main__":
    sys.exit(main())
