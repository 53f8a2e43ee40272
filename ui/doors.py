"""Who may come in: the managers' side is for this machine, unless sign-in stands before it."""

import ipaddress
import sys
from typing import Any

import streamlit as st
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from sla import settings as settings_module
from sla.errors import ReplyclockError
from sla.keeper import Places

REFUSAL = (
    "Replyclock does not listen on {address}: anybody there could read your customers' conversations. "
    "Either set up sign-in (docs/running.md shows it with a worked provider), or, when a proxy in front "
    "of it signs people in, say so in data/settings.toml: signed_in_by_proxy = true"
)


def sign_in_configured() -> bool:
    """Return whether Streamlit's own OIDC sign-in is set up in `.streamlit/secrets.toml`."""
    try:
        auth = st.secrets.get("auth", {})
    except FileNotFoundError:
        return False
    return bool(auth.get("redirect_uri")) and bool(auth.get("cookie_secret"))


def signed_in() -> bool:
    """Return whether this visitor may see the managers' pages; without sign-in configured, everybody here may."""
    return not sign_in_configured() or bool(st.user.is_logged_in)


def is_local(address: str) -> bool:
    """Return whether only this machine can reach the address."""
    if address in {"localhost", ""}:
        return address == "localhost"
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def check_address(places: Places) -> None:
    """End the program with one clear sentence when it would listen where it should not."""
    try:
        settings = settings_module.read(places.settings)
    except ReplyclockError as error:
        sys.exit(str(error))
    address = config.get_option("server.address") or ""
    if not (is_local(address) or settings.signed_in_by_proxy or sign_in_configured()):
        sys.exit(REFUSAL.format(address=address or "every address of this machine"))


def greeting() -> str:
    """Return what is said at the start: where the app listens, and what of it is public."""
    address = config.get_option("server.address") or "0.0.0.0"  # noqa: S104 - said, not bound
    at = f"http://{address}:{config.get_option('server.port')}"
    return f"Replyclock listens on {at}\n  managers  {at}/\n  public    {at}/public/  (banners only: no names, no messages)"


def own_address() -> str:
    """Return where this process reaches the app itself."""
    address = config.get_option("server.address") or "127.0.0.1"
    every = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - reached there, not bound
    host = (
        f"[{address}]" if ":" in address and address not in every else every.get(address, address)
    )
    scheme = "https" if config.get_option("server.sslCertFile") else "http"
    return f"{scheme}://{host}:{config.get_option('server.port')}"


class ManagersDoor:
    """Turns strangers away from everything but `/public/`, `/ingest` and `/api`, also when another server runs the app.

    `check_address` knows what Streamlit was told; a server of somebody else's choice may bind elsewhere,
    and each request says on which address it arrived.
    """

    def __init__(self, app: ASGIApp, places: Places) -> None:
        self.app = app
        self.allowed = (
            settings_module.read(places.settings).signed_in_by_proxy or sign_in_configured()
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or refuse it."""
        if self._may(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            address = scope["server"][0]
            await PlainTextResponse(REFUSAL.format(address=address), 403)(scope, receive, send)

    def _may(self, scope: Scope) -> bool:
        if self.allowed or scope["type"] not in {"http", "websocket"}:
            return True
        server: Any = scope.get("server")
        # The live feed and the numbers ask for a token or a signature of their own.
        open_to_all = ("/public", "/ingest", "/api")
        path = scope["path"]
        public = path in open_to_all or path.startswith(tuple(f"{each}/" for each in open_to_all))
        return public or server is None or is_local(server[0])
