"""An answer over HTTP, made once and sent often: its headers and its bytes, plain and packed."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

METHODS: Final = ("GET", "HEAD")
PLAIN: Final = "text/plain; charset=utf-8"
# Less than this is not worth packing.
_SMALL_BYTES: Final = 400

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Sent:
    """What goes over the line: status, headers, body."""

    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True)
class Answer:
    """One answer in the forms in which it may be asked for."""

    plain: Sent
    packed: Sent | None  # None: too short to gain anything
    unchanged: Sent
    tags: frozenset[str]  # the ETags of both forms

    def for_request(self, headers: Mapping[bytes, bytes]) -> Sent:
        """Return what to send to whoever asks with these headers (names in lower case)."""
        held = headers.get(b"if-none-match")
        if held is not None and self.plain.status == 200 and self._is_held(held):
            return self.unchanged
        if self.packed is not None and takes_gzip(headers.get(b"accept-encoding", b"")):
            return self.packed
        return self.plain

    def _is_held(self, held: bytes) -> bool:
        tags = {tag.strip().removeprefix("W/") for tag in held.decode("latin-1").split(",")}
        return bool(tags & self.tags) or "*" in tags


def answer(
    body: str,
    media_type: str,
    policy: str,
    status: int = 200,
    *,
    shared: bool = False,
    kept_seconds: int = 30,
    language: str | None = None,
    negotiated: bool = False,
    more: Mapping[str, str] | None = None,
) -> Answer:
    """Return the answer with `body`; `negotiated` says that its language came from the reader's browser."""
    content = body.encode("utf-8")
    digest = hashlib.sha256(content).hexdigest()[:32]
    packs = len(content) >= _SMALL_BYTES
    varies = [n for n, on in (("Accept-Encoding", packs), ("Accept-Language", negotiated)) if on]
    about: dict[str, str] = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "cross-origin",
        "cache-control": f"public, max-age={kept_seconds}, stale-while-revalidate={2 * kept_seconds}",
    }
    if varies:
        about["vary"] = ", ".join(varies)
    if shared:
        about["access-control-allow-origin"] = "*"
    about.update(more or {})
    of_body = {"content-type": media_type}
    if language is not None:
        of_body["content-language"] = language
    tag, packed_tag = f'"{digest}"', f'"{digest}-gz"'
    packed = None
    if packs:
        small = gzip.compress(content, compresslevel=6, mtime=0)
        packed = _sent(
            status, about | of_body | {"etag": packed_tag, "content-encoding": "gzip"}, small
        )
    return Answer(
        plain=_sent(status, about | of_body | {"etag": tag}, content),
        packed=packed,
        unchanged=Sent(304, _headers(about | {"etag": tag}), b""),
        tags=frozenset({tag, packed_tag}),
    )


def takes_gzip(accepted: bytes) -> bool:
    """Return whether an `Accept-Encoding` header takes gzip: named, or `*`, and not with quality 0."""
    accepted = accepted.lower()
    if b"gzip" not in accepted and b"*" not in accepted:
        return False
    qualities = {}
    for entry in accepted.decode("latin-1").replace(" ", "").split(","):
        coding, _, quality = entry.partition(";q=")
        qualities[coding] = quality.strip("0.") != "" if quality else True
    return qualities.get("gzip", qualities.get("*", False))


def _sent(status: int, headers: Mapping[str, str], body: bytes) -> Sent:
    return Sent(status, _headers({**headers, "content-length": str(len(body))}), body)


def _headers(headers: Mapping[str, str]) -> Headers:
    return tuple(
        (name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
    )
