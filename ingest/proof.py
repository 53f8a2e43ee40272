"""Who may send: a bearer token, or the signature that a product puts on its webhooks.

Signatures: Zendesk, base64 of HMAC-SHA256 over timestamp and body; Intercom, hexadecimal HMAC-SHA1 over
the body; Chatwoot, hexadecimal HMAC-SHA256 over timestamp, a full stop and the body. Each as its
documentation on webhooks says.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping

from sla.settings import Ingest

# A signed call that is older may be a recorded one, sent again.
_OLDEST_SECONDS = 300
# Digits of a time in seconds; more of them are no time.
_LONGEST_STAMP = 12


def has_token(headers: Mapping[str, str], ingest: Ingest) -> bool:
    """Tell whether the call bears the token of the settings; compared in constant time."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if ingest.token is None or scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(given.strip().encode(), ingest.token.encode())


def is_signed(
    sender: str, headers: Mapping[str, str], body: bytes, ingest: Ingest, now: float | None = None
) -> bool:
    """Tell whether a webhook is signed with the secret that the settings have for its sender."""
    secret = ingest.secret_of(sender)
    if secret is None:
        return False
    at = time.time() if now is None else now
    expected, given = _signatures(sender, headers, body, secret.encode(), at)
    return bool(given) and hmac.compare_digest(given.encode(), expected.encode())


def _signatures(
    sender: str, headers: Mapping[str, str], body: bytes, secret: bytes, now: float
) -> tuple[str, str]:
    """Return the signature that the body should have, and the one that it bears."""
    if sender == "intercom":
        digest = hmac.new(secret, body, hashlib.sha1).hexdigest()
        return f"sha1={digest}", headers.get("x-hub-signature", "")
    if sender == "zendesk":
        stamp = headers.get("x-zendesk-webhook-signature-timestamp", "")
        digest_ = hmac.new(secret, stamp.encode() + body, hashlib.sha256).digest()
        return base64.b64encode(digest_).decode(), headers.get("x-zendesk-webhook-signature", "")
    stamp = headers.get("x-chatwoot-timestamp", "")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= _LONGEST_STAMP):
        return "", ""
    if abs(now - int(stamp)) > _OLDEST_SECONDS:
        return "", ""
    digest = hmac.new(secret, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"sha256={digest}", headers.get("x-chatwoot-signature", "")
