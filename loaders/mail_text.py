"""What somebody wrote in a mail: its text part, without what they quoted and without the signature.

Left out is only what is certain: a block of lines that all begin with ">" at the end, what stands below
"-----Original Message-----", and a signature below the line "-- ". An answer between quoted lines
keeps them. Where nothing would be left, everything is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message as Mail

from loaders.html_text import text_of_html
from loaders.mail_headers import decoded

_DEEPEST = 20
# The text of one mail; what is longer is a log or a file that was pasted into it.
_TEXT_LIMIT = 1024 * 1024

_ORIGINAL = re.compile(
    r"(?:> ?)?(?:-{3,}\s*(?:Original Message|Original-Nachricht|Urspr.ngliche Nachricht|Message d.origine|"
    r"Mensaje original|Messaggio originale|Oorspronkelijk bericht|Mensagem original)\s*-{3,}"
    r"|_{20,}\s*)$",
    re.IGNORECASE,
)
_FIELDS_BELOW = re.compile(r"^\s*\*?(?:From|Von|De|Da|Van|Fra|Från|Od)\s?:\*?\s", re.IGNORECASE)
_ATTRIBUTION = re.compile(
    r"\b(?:wrote|writes|said|schrieb|geschrieben|a écrit|escribió|ha scritto|escreveu|schreef|skrev|"
    r"kirjoitti|napisał\(?a?\)?|napsal\(?a?\)?|írta|пишет|написал\(?а?\)?)\b.{0,120}:\s*$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- ?$")
_SIGNATURE_LINES = 15
_MARK_LENGTH = 200
_ATTRIBUTION_LENGTH = 500


def text_of(mail: Mail) -> str | None:
    """Give what was written, None where there is nothing to read."""
    text = "\n".join(part for part in _texts(mail, 0) if part.strip())[:_TEXT_LIMIT]
    text = text.replace("\r\n", "\n").strip("\n").rstrip()
    return without_quotes(text) or None


def _texts(part: Mail, depth: int) -> Iterator[str]:
    """Give the readable texts of a part and of those inside it."""
    kind = part.get_content_type()
    if part.is_multipart():
        inside = [p for p in part.get_payload() if isinstance(p, Mail)]
        if depth > _DEEPEST or kind == "message/rfc822":
            return
        if kind == "multipart/alternative":
            # The plain one, as long as it says something; else the last, which is the richest.
            plain = [p for p in inside if p.get_content_type() == "text/plain"]
            for choice in (*plain, *reversed(inside)):
                texts = list(_texts(choice, depth + 1))
                if any(text.strip() for text in texts):
                    yield from texts
                    return
            return
        for one in inside:
            yield from _texts(one, depth + 1)
    elif kind in ("text/plain", "text/html") and not _is_attached(part):
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        text = decoded(data, part.get_content_charset())
        yield text_of_html(text) if kind == "text/html" else text


def _is_attached(part: Mail) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def without_quotes(text: str) -> str:
    """Leave out what the mail quotes at its end, and a signature below "-- "."""
    lines = text.split("\n")
    kept = _without_signature(_without_original(lines))
    kept = _without_signature(_without_quoted_end(kept))
    written = "\n".join(kept).strip("\n").rstrip()
    return written if written.strip() else text


def _without_original(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        if place and _ORIGINAL.match(line[:_MARK_LENGTH].strip()):
            below = next((one for one in lines[place + 1 :] if one.strip()), "")
            if "-" in line or _FIELDS_BELOW.match(below):
                return lines[:place]
    return lines


def _without_quoted_end(lines: list[str]) -> list[str]:
    end = len(lines)
    quoted = False
    while end and (not lines[end - 1].strip() or lines[end - 1].startswith(">")):
        end -= 1
        quoted = quoted or lines[end].startswith(">")
    if not quoted:
        return lines
    # "On Monday Customer A wrote:", which may run over three lines.
    for first in range(end - 1, max(end - 4, -1), -1):
        if _ATTRIBUTION.search(" ".join(lines[first:end])[-_ATTRIBUTION_LENGTH:]):
            return lines[: _paragraph_start(lines, first, end)]
        if not lines[first].strip():
            break
    return lines[:end]


def _paragraph_start(lines: list[str], first: int, end: int) -> int:
    """Go up to where a short paragraph begins; a longer one is more than an attribution."""
    start = first
    while start and lines[start - 1].strip():
        start -= 1
    return start if end - start <= 3 else first


def _without_signature(lines: list[str]) -> list[str]:
    for place in range(len(lines) - 1, max(len(lines) - _SIGNATURE_LINES - 2, 0), -1):
        if _SIGNATURE.match(lines[place]):
            return lines[:place]
    return lines
