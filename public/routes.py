"""The public side as routes, for a Starlette app that serves more than that."""

from pathlib import Path

from starlette.routing import Route

from public.addresses import ROOT, address
from public.side import Clock, PublicSide, clock_on_the_wall

__all__ = ["address", "routes"]


def routes(
    snapshot_path: Path, clock: Clock = clock_on_the_wall, site: str | None = None
) -> list[Route]:
    """Return the routes for an app to take in, over the snapshot at `snapshot_path`.

    `clock` gives the current instant, aware; `site` is where people reach the app.
    """
    side = PublicSide(snapshot_path, clock, site)
    return [Route(ROOT.rstrip("/"), side), Route(ROOT + "{name:path}", side)]
