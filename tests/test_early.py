"""A page's first answer names the parts that draw charts and tables; nothing else does."""

import re
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.early import EarlyParts, link

APP = EarlyParts(
    Starlette(
        routes=[
            Route("/", lambda _: HTMLResponse("a page")),
            Route("/public/", lambda _: HTMLResponse("banners")),
            Route("/gone", lambda _: HTMLResponse("nothing", 404)),
            Route("/data", lambda _: JSONResponse({})),
        ]
    )
)


def test_what_is_named_is_there() -> None:
    static = Path(streamlit.__file__).parent / "static"
    named = re.findall(r"<(/[^>]+)>; rel=modulepreload", link().decode())
    assert len(named) == 2
    assert all((static / name.removeprefix("/")).is_file() for name in named)


@pytest.mark.parametrize(
    ("path", "named"), [("/", True), ("/public/", False), ("/gone", False), ("/data", False)]
)
def test_only_a_page_names_them(path: str, named: bool) -> None:
    assert ("link" in TestClient(APP).get(path).headers) == named
