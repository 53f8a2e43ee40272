"""What the tests of the public side share: banners of every state, hostile texts, a real server."""

import gzip
import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from public import side
from public.changes import Change
from public.languages import language
from public.snapshot import Banner, Snapshot, write
from public.view import View

NOW = datetime(2026, 11, 21, 20, 0, 40, tzinfo=UTC)
AS_OF = datetime(2026, 11, 21, 19, 59, 10, tzinfo=UTC)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def banner(account: str = "NorthlightHelp", state: str = "live", **fields: object) -> Banner:
    """Make a banner of `state` with what that state needs, unless `fields` say otherwise."""
    of_state = {
        "live": {"typical_seconds": 700, "promise_seconds": 2100},
        "busy": {"typical_seconds": 3900, "promise_seconds": 7800},
        "closed": {
            "typical_seconds": 46000,
            "promise_seconds": 48000,
            "answered_by": instant("2026-11-22T09:19:20+00:00"),
            "opens_at": instant("2026-11-22T08:00:00+00:00"),
        },
        "notice": {"notice": "Our network is down in the north. Engineers are on it."},
    }
    common = {
        "title": "Northlight on X",
        "channels": ("X mentions",),
        "time_zone": "Europe/London",
        "as_of": AS_OF,
        "n": 412,
    }
    return Banner(account=account, state=state, **{**common, **of_state.get(state, {}), **fields})


RECORD = {"kept_share_30d": 0.912, "kept_n_30d": 1234}


def withdrawn(account: str = "NorthlightHelp", state: str = "live", **fields: object) -> Banner:
    """Make a banner whose figure is withdrawn, because it was not kept often enough."""
    none = {"typical_seconds": None, "promise_seconds": None, "answered_by": None}
    return banner(account, state, **{**none, "withdrawn": True, **fields})


def view(
    *banners: Banner,
    single: bool = True,
    code: str = "en",
    theme: str = "auto",
    site: str | None = None,
    changes: tuple[Change, ...] = (),
) -> View:
    """Make what one answer is drawn from: one banner, or with `single=False` the list of all."""
    return View(banners, single, changes, NOW, NOW, language(code), theme, site)


HOSTILE_TEXTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)' x='",
    "</style></title></svg><script>alert(1)</script>",
    "<![CDATA[ ]]> <!-- --> &lt;b&gt; &#60;b&#62;",
    "{{ 7 * 7 }} {% include 'index.html' %} {wait}",
    "bell\x07 escape\x1b[31m null\x00 next\x85line",
    "two\nlines\tand a tab\r\nand more",
    "turned \u202egnorw eht yaw dnuor\u2066",
    "non-characters \ufffe\uffff\ufdd0",
    "lone surrogate \ud800 here",
    "مرحبا שלום 名前 ชื่อ",
    "👩‍👩‍👧‍👦 🇬🇧 family",
    "﷽﷽﷽﷽﷽﷽﷽﷽﷽﷽",
    "Z̴̡̧̛̰̣͍̱̳̈́̄̊a̸̪͗l̵̰̅g̷̯̽o̶̜͒",
    "Щегольская широкощёкая щука ждёт в тёплой воде у жёлтых камышей " * 3,
    "W" * 3000,
    "very " * 800 + "long",
)

HOSTILE_ACCOUNTS = (
    *(text for text in HOSTILE_TEXTS if "\ud800" not in text),
    "a",
    "a.json",
    "a.svg",
    "a.json.json",
    ".",
    "..",
    ".json",
    "/",
    "//",
    "a/../b",
    "..\\b",
    "r/apple",
    "+44 20 7946 0123",
    "%2F",
    "~2F",
    "~",
    "a b",
    "a?b=c#d",
    'O\'Brien & "Sons"',
    "café",
    "cafe\u0301",
    "public",
    "new\nline",
    "index",
    "oembed",
    "a.da",
    "a.dark",
    "a.badge",
    "da",
    "r/apple.json",
    "E-mail/index",
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: str
    raw: bytes = b""


@dataclass
class Server:
    """The public side on a port of its own; `now` is the instant it takes for the present."""

    path: Path
    port: int = 0
    now: datetime = NOW

    def show(
        self, *banners: Banner, renewed_at: datetime = NOW, changes: tuple[Change, ...] = ()
    ) -> None:
        self.now = NOW
        write(Snapshot(renewed_at, banners, changes), self.path)

    def fetch(
        self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, headers=dict(headers or {}))
            reply = connection.getresponse()
            names = {name.lower(): value for name, value in reply.getheaders()}
            raw = reply.read()
            packed = names.get("content-encoding") == "gzip" and raw
            body = (gzip.decompress(raw) if packed else raw).decode("utf-8")
            return Answer(reply.status, names, body, raw)
        finally:
            connection.close()


@contextmanager
def listening(app: ASGIApp) -> Iterator[int]:
    """Serve `app` on a free port of this machine and give that port."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    socket.listen()  # from here on a request waits for the server instead of being refused
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    try:
        yield socket.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        socket.close()


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Serve the public side from a snapshot in `folder`."""
    server = Server(folder / "snapshot.json")
    with listening(side.app(server.path, lambda: server.now)) as port:
        server.port = port
        yield server
