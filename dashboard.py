"""Replyclock: the managers' pages, the public routes and the background jobs, as one app.

`streamlit run dashboard.py` serves it. Managers' side: everything but `/public/`.
"""

import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio.to_thread
import streamlit as st
from starlette.middleware import Middleware

from api.routes import routes as api_routes
from ingest.routes import routes as ingest_routes
from public.routes import routes
from public.snapshot import renew
from sla.cli.publish import as_banner
from sla.errors import ReplyclockError
from sla.expected import Expected
from sla.keeper import Places
from sla.lake_keeper import keeper_of
from sla.settings import Settings
from sla.settings import read as read_settings
from sla.store import Store
from ui import owner
from ui.doors import ManagersDoor, check_address, greeting, own_address
from ui.early import EarlyParts

logging.basicConfig(level=logging.INFO, format="%(message)s")
for noisy in ("httpx", "watchdog", "authlib"):
    logging.getLogger(noisy).setLevel(logging.WARNING)

places = Places.from_environment()
check_address(places)


def publish(found: list[Expected]) -> None:
    """Write what the public may see into the snapshot, the only thing the public side reads."""
    renew(map(as_banner, found), places.snapshot, datetime.now(UTC))


def store() -> Store:
    """Return the store that this app owns."""
    return owner.keeper().store


def tokens() -> list[str]:
    """Return the tokens with which numbers can be asked: the command line's, and that of the settings."""
    keeper = owner.keeper()
    given = keeper.store.settings.api.token
    return [keeper.token, *([given] if given else [])]


def settings() -> Settings:
    """Return the settings that are in force."""
    return owner.keeper().store.settings


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Own the database, or follow the lake, for as long as the app runs."""
    try:
        keeper = await anyio.to_thread.run_sync(lambda: keeper_of(places, publish, own_address()))
    except ReplyclockError as error:
        # The server would print a traceback around it; nothing is open yet that would need closing.
        print(error, file=sys.stderr, flush=True)
        os._exit(1)
    owner.take(keeper)
    await anyio.to_thread.run_sync(keeper.start)
    print(greeting(), flush=True)
    try:
        yield
    finally:
        owner.give_up()
        await anyio.to_thread.run_sync(keeper.stop)


def _site() -> str | None:
    """Return where people reach this, as the settings say at the start; a fault in them is told by the keeper."""
    try:
        return read_settings(places.settings).site
    except ReplyclockError:
        return None


app = st.App(
    str(Path(__file__).with_name("ui") / "shell.py"),
    routes=[
        *routes(places.snapshot, site=_site()),
        *ingest_routes(settings, places.inbox),
        *api_routes(store, tokens),
    ],
    lifespan=lifespan,
    middleware=[Middleware(ManagersDoor, places=places), Middleware(EarlyParts)],
)
