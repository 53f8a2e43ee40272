"""The public side over HTTP: every path under /public/, read from the snapshot alone.

A plain ASGI app. What a snapshot shows is drawn once, when it is first asked for, and kept as bytes.
"""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from public.addresses import OEMBED, ROOT, THEMES, readings
from public.answers import METHODS, PLAIN, Answer, answer
from public.edition import Asked, Edition
from public.languages import DEFAULT, asked_for, preferred
from public.oembed import OembedError, asked
from public.shapes import SHAPES, UNFRAMED
from public.snapshot import read

ONLY_READING: Final = "Only GET and HEAD are answered here."
WRONG_THEME: Final = f"theme must be one of {', '.join(THEMES)}."
ELSEWHERE: Final = "Everything that is public is under /public/."

Clock = Callable[[], datetime]
Scope = Any
Receive = Callable[[], Any]
Send = Callable[[dict[str, Any]], Any]

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?")
# So many different requests are remembered with their answers; a crawler that varies them costs no more.
_MOST_KNOWN: Final = 4096


def clock_on_the_wall() -> datetime:
    """Return the current instant, aware."""
    return datetime.now(UTC)


def app(
    snapshot_path: Path, clock: Clock = clock_on_the_wall, site: str | None = None
) -> "PublicSide":
    """Return the public side over the snapshot at `snapshot_path`; `clock` gives the instant, aware.

    `site` is where people reach it, such as "https://care.example.org", for whole addresses.
    """
    return PublicSide(snapshot_path, clock, site)


class PublicSide:
    """The app; it takes every path, and answers those under the root.

    It looks for a newer snapshot at each request, or at most every `looks_every_seconds`.
    """

    def __init__(
        self,
        snapshot_path: Path,
        clock: Clock = clock_on_the_wall,
        site: str | None = None,
        looks_every_seconds: float = 0,
    ) -> None:
        self._snapshot_path, self._clock = snapshot_path, clock
        self._site = site.rstrip("/") if site else None
        self._looks_every, self._next_look = looks_every_seconds, 0.0
        self._edition: Edition | None = None
        self._known: dict[tuple[str, str, bytes, bytes], Answer] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await _without_http(scope, receive, send)
            return
        headers = dict(scope["headers"])
        method = scope["method"]
        found = self._answer(scope, headers) if method in METHODS else _refused()
        sent = found.for_request(headers)
        # A list of its own: what an app puts around this side may add to it.
        headers_sent = list(sent.headers)
        start = {"type": "http.response.start", "status": sent.status, "headers": headers_sent}
        await send(start)
        body = sent.body if method != "HEAD" else b""
        await send({"type": "http.response.body", "body": body})

    def _answer(self, scope: Scope, headers: dict[bytes, bytes]) -> Answer:
        edition = self._current()
        accepted = headers.get(b"accept-language", b"")
        base = scope.get("root_path", "")
        key = (base, scope["path"], scope["query_string"], accepted)
        known = self._known.get(key)
        if known is not None:
            return known
        path = scope["path"].removeprefix(base)
        if path == ROOT.rstrip("/"):
            return _redirect(base + ROOT)
        if not path.startswith(ROOT):
            return answer(ELSEWHERE, PLAIN, UNFRAMED, 404)
        query = scope["query_string"].decode("latin-1")
        site = f"{scope.get('scheme', 'http')}://{_host(headers)}{base}"
        found, keep = _answer(edition, path.removeprefix(ROOT), query, accepted, base, site)
        if keep:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = found
        return found

    def _current(self) -> Edition:
        """Return the edition that holds now; file and clock are looked at no more often than was said."""
        due = time.monotonic() >= self._next_look
        if self._edition is None or due:
            self._next_look = time.monotonic() + self._looks_every
            snapshot, now = read(self._snapshot_path), self._clock()
            if self._edition is None or not self._edition.holds(snapshot, now):
                self._edition = Edition(snapshot, now, self._site)
                self._known.clear()
        return self._edition


def _answer(
    edition: Edition, name: str, query: str, accepted: bytes, base: str, site: str
) -> tuple[Answer, bool]:
    """Return the answer to a path below the root, and whether it may be remembered for others."""
    values = {key: found[0] for key, found in parse_qs(query).items()}
    theme = values.get("theme", "auto")
    if theme not in THEMES:
        return answer(WRONG_THEME, PLAIN, UNFRAMED, 400, shared=True), False
    meant, width, height = readings(name), None, None
    is_question = name in {OEMBED, f"{OEMBED}.json"}
    if is_question:
        try:
            meant, width, height = asked(query)
        except OembedError as problem:
            return answer(str(problem), PLAIN, UNFRAMED, 400, shared=True), False
        meant = [replace(each, shape="oembed") for each in meant]
    code = asked_for(values["lang"]) if "lang" in values else preferred(accepted.decode("latin-1"))
    wanted = edition.find(meant)
    if wanted is None:
        return edition.missing(meant[0].shape, base + ROOT, code), False
    shape = SHAPES[wanted.shape]
    wants = Asked(
        replace(wanted, language=None, theme=None),
        (wanted.language or code) if shape.in_words else DEFAULT,
        (wanted.theme or theme) if shape.themed else "auto",
        negotiated=wanted.language is None and "lang" not in values,
    )
    if wanted.shape == "oembed" and (is_question or edition.site is None):
        return edition.oembed(wants, width, height, site), False
    return edition.answer(wants), True


def _host(headers: dict[bytes, bytes]) -> str:
    """Return the host that was asked, as long as it looks like one."""
    host = headers.get(b"host", b"").decode("latin-1")
    return host if _HOST.fullmatch(host) else "localhost"


def _refused() -> Answer:
    """Return 405: the public side is for reading."""
    return answer(ONLY_READING, PLAIN, UNFRAMED, 405, more={"allow": ", ".join(METHODS)})


def _redirect(location: str) -> Answer:
    """Return 307 to the root with its slash, from which the links of the list are counted."""
    return answer("", PLAIN, UNFRAMED, 307, more={"location": location})


async def _without_http(scope: Scope, receive: Receive, send: Send) -> None:
    """Follow a server that starts and stops; a socket is not what is served here."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    while True:
        stage = (await receive())["type"]
        await send({"type": f"{stage}.complete"})
        if stage == "lifespan.shutdown":
            return
