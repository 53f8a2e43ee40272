"""`GET /api/…`: measures, waits, traces and loads as JSON, CSV or Arrow, for who bears the token."""

import hmac
import logging
import re
import tempfile
from collections.abc import Awaitable, Callable, Collection, Iterator
from typing import IO
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from api.calls import Command, call_of, commands
from api.description import MEDIA, about, description
from sla.cli.remote import NOTE
from sla.errors import ReplyclockError
from sla.measures import measures
from sla.store import Store

# So that managers' pages keep a processor and scripts can't pile up threads.
_AT_ONCE = 2
# An answer that is larger is kept on disk until it is sent.
_IN_MEMORY = 8_000_000
_PIECE = 256 * 1024

log = logging.getLogger("replyclock")


def routes(store: Callable[[], Store], tokens: Callable[[], Collection[str]]) -> list[Route]:
    """Return the routes. `tokens` are those that are let in; without one nobody is."""
    side = _Side(store, tokens)
    told = [Route(f"/api{_pattern(c.route)}", side.answers(c)) for c in commands()]
    return [
        Route("/api/openapi.json", side.describe),
        Route("/api/measures", side.list_measures),
        *told,
        Route("/api/{rest:path}", side.nothing),
    ]


def _pattern(route: str) -> str:
    # A wait's name may hold slashes.
    return route.replace("{wait_id}", "{wait_id:path}")


class _Side:
    def __init__(self, store: Callable[[], Store], tokens: Callable[[], Collection[str]]) -> None:
        self._store = store
        self._tokens = tokens
        self._limiter: CapacityLimiter | None = None

    async def describe(self, _: Request) -> Response:
        """Tell what there is; that is no secret."""
        return JSONResponse(description())

    async def list_measures(self, request: Request) -> Response:
        """List the measures."""
        refused = self._refused(request)
        return refused or _kept_from_caches(JSONResponse([about(m) for m in measures().values()]))

    async def nothing(self, request: Request) -> Response:
        """Say what there is instead."""
        there = ", ".join(f"/api{c.route}" for c in commands())
        return self._refused(request) or _error(404, f"There is nothing here; there are: {there}.")

    def answers(self, command: Command) -> Callable[[Request], Awaitable[Response]]:
        """Return what answers one command."""
        parts = re.findall(r"\{(\w+)\}", command.route)

        async def answer(request: Request) -> Response:
            if refused := self._refused(request):
                return refused
            named = [request.path_params[part] for part in parts]
            if command.name == "measure" and named[0] not in measures():
                there = ", ".join(measures())
                return _error(404, f'There is no measure "{named[0][:60]}"; there are: {there}.')
            self._limiter = self._limiter or CapacityLimiter(_AT_ONCE)
            try:
                call = call_of(command, named, request.query_params.multi_items())
                return await to_thread.run_sync(self._answer, call, limiter=self._limiter)
            except ReplyclockError as error:
                return _error(400, str(error))

        return answer

    def _answer(self, call: object) -> Response:
        form = call.format  # type: ignore[attr-defined]
        found = call.make(self._store(), call)  # type: ignore[attr-defined]
        body: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed once it is sent
        try:
            found.write(form, body)
        except BaseException:
            body.close()
            raise
        length = body.tell()
        body.seek(0)
        headers = {"Content-Length": str(length)}
        if found.note:
            headers[NOTE] = quote(found.note, safe=" :,")
        return _kept_from_caches(
            StreamingResponse(_pieces(body), headers=headers, media_type=MEDIA[form])
        )

    def _refused(self, request: Request) -> Response | None:
        """Return why this caller gets nothing, None for one that may ask."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        asked = given.strip().encode() if scheme.lower() == "bearer" else b""
        if any([hmac.compare_digest(asked, token.encode()) for token in self._tokens()]):  # noqa: C419 - each is compared
            return None
        told = "Send the token of [api] in the settings as: Authorization: Bearer …"
        return _error(401, told, {"WWW-Authenticate": "Bearer"})


def _pieces(body: IO[bytes]) -> Iterator[bytes]:
    with body:
        while piece := body.read(_PIECE):
            yield piece


def _error(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return _kept_from_caches(JSONResponse({"error": sentence}, status, headers))


def _kept_from_caches(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
