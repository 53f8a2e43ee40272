"""A process that owns a database and answers questions about it, as the dashboard does, without its pages."""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from api.routes import routes
from sla.settings import read
from sla.store import Store, announce, owner_of

TOKEN = "the token of this process"  # noqa: S105 - of the tests alone


@contextmanager
def owning(db: Path, settings: Path) -> Iterator[None]:
    """Let another process own the database for as long as the block runs."""
    child = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(db, settings), daemon=True
    )
    child.start()
    try:
        until = time.monotonic() + 60
        while owner_of(db) is None:
            assert child.is_alive()
            assert time.monotonic() < until
            time.sleep(0.05)
        yield
    finally:
        child.terminate()
        child.join()


def _serve(db: Path, settings: Path) -> None:
    with Store.open(db, read(settings)) as store:
        app = Starlette(routes=routes(lambda: store, lambda: [TOKEN]))
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
        config_socket = server.config.bind_socket()
        announce(db, f"http://127.0.0.1:{config_socket.getsockname()[1]}", TOKEN)
        server.run(sockets=[config_socket])
