"""The public side over HTTP: every path under /public/, read from the snapshot alone."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from public.addresses import ROOT, address, readings
from public.answers import METHODS, missing, refused, shaped
from public.html_page import index_page
from public.shapes import SHAPES
from public.snapshot import read

__all__ = ["address", "app", "routes"]

Clock = Callable[[], datetime]


def _clock() -> datetime:
    return datetime.now(UTC)


def routes(snapshot_path: Path, clock: Clock = _clock) -> list[Route]:
    """Return the routes for an app to take in; `clock` gives the current instant, aware."""
    return [
        Route("/public", _to_index),
        Route("/public/{name:path}", PublicSide(snapshot_path, clock)),
    ]


def app(snapshot_path: Path, clock: Clock = _clock) -> Starlette:
    """Return the public side as an app of its own, over the snapshot at `snapshot_path`."""
    return Starlette(routes=routes(snapshot_path, clock))


class PublicSide:
    """The endpoint of every path under the root."""

    def __init__(self, snapshot_path: Path, clock: Clock) -> None:
        self._snapshot_path = snapshot_path
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._answer(Request(scope))(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        if request.method not in METHODS:
            return refused()
        now = self._clock()
        snapshot = read(self._snapshot_path).at(now)
        name = request.path_params["name"]
        if not name:
            return shaped(request, "html", index_page(snapshot.banners, now))
        for account, shape in readings(name):
            banner = snapshot.banner(account)
            if banner is not None:
                return shaped(request, shape, SHAPES[shape].draw(banner, snapshot, now))
        return missing(readings(name)[0][1], _root(request))


async def _to_index(request: Request) -> Response:
    """Send /public to /public/, from which the links of the list are counted."""
    return RedirectResponse(_root(request))


def _root(request: Request) -> str:
    """Return the public root as the reader's browser knows it, whatever stands before it."""
    return str(request.scope.get("root_path", "")) + ROOT
