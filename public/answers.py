"""What every answer of the public side has in common: its headers, and 304 for what is held."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from public import words
from public.html_page import missing_page
from public.json_data import missing_data
from public.shapes import NOTHING, SHAPES

METHODS = ("GET", "HEAD")
_PLAIN = "text/plain; charset=utf-8"


def shaped(request: Request, shape: str, body: str) -> Response:
    """Return `body` as `shape`, or 304 when whoever asks holds the same already."""
    answer = _answer(
        body, SHAPES[shape].media_type, SHAPES[shape].policy, shared=SHAPES[shape].shared
    )
    held = request.headers.get("if-none-match", "").split(",")
    if not {answer.headers["etag"], "*"} & {tag.strip().removeprefix("W/") for tag in held}:
        return answer
    about_body = {"content-type", "content-length"}
    kept = {name: value for name, value in answer.headers.items() if name not in about_body}
    return Response(status_code=304, headers=kept)


def missing(shape: str, index: str) -> Response:
    """Return 404 in a form that whoever asked for `shape` can read; `index` lists what is there."""
    page, data = SHAPES["html"], SHAPES["json"]
    if shape == "json":
        return _answer(
            missing_data(words.NOT_FOUND), data.media_type, data.policy, 404, shared=True
        )
    if shape == "svg":
        return _answer(words.NOT_FOUND, _PLAIN, NOTHING, 404, shared=True)
    return _answer(missing_page(index), page.media_type, page.policy, 404)


def refused() -> Response:
    """Return 405: the public side is for reading."""
    answer = _answer(words.ONLY_READING, _PLAIN, NOTHING, 405)
    answer.headers["Allow"] = ", ".join(METHODS)
    return answer


def _answer(
    body: str, media_type: str, policy: str, status: int = 200, *, shared: bool = False
) -> Response:
    content = body.encode("utf-8")
    headers = {
        "Content-Type": media_type,
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": "public, max-age=30, stale-while-revalidate=60",
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
    }
    if shared:
        headers["Access-Control-Allow-Origin"] = "*"
    return Response(content, status, headers)
