"""What every page needs, named to the browser with the first answer: else it asks for it one wait after the other."""

from functools import cache
from pathlib import Path
from typing import Final

import streamlit
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The parts of Streamlit's own front end that draw charts and tables; each has a digest in its name.
_PARTS: Final = ("PlotlyChart", "arrowFormatUtils")
_SCRIPTS: Final = Path(streamlit.__file__).parent / "static" / "static" / "js"


@cache
def link() -> bytes:
    """Return the header Link that names them; empty where this Streamlit calls them otherwise."""
    found = [path.name for part in _PARTS for path in sorted(_SCRIPTS.glob(f"{part}.*.js"))]
    return ", ".join(f"</static/js/{name}>; rel=modulepreload" for name in found).encode()


class EarlyParts:
    """Names the parts of the front end in the header of each page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through; a page gets the header."""

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(scope, message):
                message["headers"] = [*message["headers"], (b"link", link())]
            await send(message)

        await self.app(scope, receive, named if link() else send)


def _is_page(scope: Scope, message: Message) -> bool:
    own = not scope["path"].startswith(("/public", "/ingest", "/api"))
    kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
    return own and message["status"] == 200 and any(kind.startswith(b"text/html") for kind in kinds)
