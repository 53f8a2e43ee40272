"""`POST /ingest`: messages as NDJSON; `POST /ingest/SENDER`: webhooks of Chatwoot, Zendesk and Intercom."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingest.limits import Limit
from ingest.proof import has_token, is_signed
from ingest.webhooks import SENDERS, NothingToTake, export_of
from sla import feed
from sla.settings import Ingest, Settings

_PROBLEMS_TOLD = 20
_ELSEWHERE = "The live feed is off: the figures come from a lake. Send to where it is written."


def routes(settings: Callable[[], Settings], inbox: Path) -> list[Route]:
    """Return the routes of the live feed; what is taken goes into a lane of the inbox."""
    side = _Feed(settings, inbox)
    return [
        Route("/ingest", side.canonical, methods=["POST"]),
        Route("/ingest/{sender}", side.webhook, methods=["POST"]),
    ]


class _Refused(Exception):  # noqa: N818 - an answer, not a fault
    """Why nothing was taken: status, sentence, and after how many seconds to try again."""

    def __init__(self, status: int, sentence: str, wait: int | None = None) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.wait = status, sentence, wait


class _Feed:
    def __init__(self, settings: Callable[[], Settings], inbox: Path) -> None:
        self._settings = settings
        self._inbox = inbox
        self._limit: tuple[int, Limit] | None = None

    async def canonical(self, request: Request) -> Response:
        """Take messages of the canonical log, one JSON object a line."""
        return await self._answer(request, None)

    async def webhook(self, request: Request) -> Response:
        """Take what a helpdesk tells."""
        sender = request.path_params["sender"]
        if sender not in SENDERS:
            told = f"There is no feed for {sender[:40]}; there are: {', '.join(SENDERS)}."
            return JSONResponse({"error": told}, 404)
        return await self._answer(request, sender)

    async def _answer(self, request: Request, sender: str | None) -> Response:
        settings = self._settings()
        try:
            if settings.store == "lake":
                raise _Refused(404, _ELSEWHERE)
            export = await self._export(request, sender, settings.ingest)
            return await to_thread.run_sync(self._take, export, settings, sender)
        except NothingToTake:
            return JSONResponse({"messages": 0, "problems": []}, 202)
        except _Refused as refused:
            headers = {} if refused.wait is None else {"Retry-After": str(refused.wait)}
            return JSONResponse({"error": refused.sentence}, refused.status, headers)

    async def _export(self, request: Request, sender: str | None, ingest: Ingest) -> bytes:
        """Return what was sent as an export; raise _Refused where it may not be taken."""
        if not ingest.is_on:
            raise _Refused(404, "The live feed is off: the settings name no token for it.")
        # Who has the token is let in before the body is read; who signs has to send it first.
        proved = has_token(request.headers, ingest)
        if not proved and (sender is None or ingest.secret_of(sender) is None):
            raise _Refused(401, "Send the token of the settings as: Authorization: Bearer …")
        caller = request.client.host if request.client else ""
        if wait := self._limited(ingest.per_minute).wait(caller):
            sentence = (
                f"More than {ingest.per_minute:,} calls a minute; send several messages in one."
            )
            raise _Refused(429, sentence, max(1, round(wait)))
        body = await _body(request, ingest.max_bytes)
        if not proved and not is_signed(sender or "", request.headers, body, ingest):
            raise _Refused(401, "The signature does not fit: compare the secret in the settings.")
        try:
            return body if sender is None else export_of(sender, _payload(body))
        except ValueError as error:
            raise _Refused(400, f"This is no webhook that can be read: {error}.") from None

    def _take(self, export: bytes, settings: Settings, sender: str | None) -> Response:
        with tempfile.TemporaryDirectory(prefix="replyclock-feed-") as folder:
            path = Path(folder) / "feed.ndjson"
            path.write_bytes(export)
            result, problems = feed.parsed(path, Path(folder) / "out", settings)
            if sender is not None and result.get("code") == "empty":
                raise NothingToTake(sender)
            if "error" in result:
                raise _Refused(400, result["error"])
            feed.put(self._inbox, Path(folder) / "out", result)
        return JSONResponse(
            {"messages": result["messages"], "problems": problems[:_PROBLEMS_TOLD]}, 202
        )

    def _limited(self, per_minute: int) -> Limit:
        if self._limit is None or self._limit[0] != per_minute:
            self._limit = (per_minute, Limit(per_minute))
        return self._limit[1]


async def _body(request: Request, most: int) -> bytes:
    """Read the body; raise _Refused as soon as it is longer than allowed."""
    found = bytearray()
    try:
        async for piece in request.stream():
            found += piece
            if len(found) > most:
                raise _Refused(413, f"More than {most:,} bytes in one call; send them in several.")
    except ClientDisconnect:
        raise _Refused(400, "The call ended before its body did.") from None
    return bytes(found)


def _payload(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("it is no JSON object")
    return found
