"""What the header fields of a mail say, however they were written: words, addresses, ids, times."""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.message import Message as Mail
from email.utils import getaddresses, parsedate_tz
from typing import NamedTuple

from loaders.encoding import FALLBACK
from loaders.times import written_time

# A field longer than this is none that a person or a mail program wrote.
_FIELD_LIMIT = 20_000

_ENCODED = re.compile(r"=\?([^?*\s]{1,40})(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_ENCODED = re.compile(r"(\?=)\s+(?==\?)")
_SURROGATES = re.compile("[\ud800-\udfff]")
# These are no character sets, though Python decodes with them.
_NO_CHARSETS = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"))
# What is named so is in truth one of these two.
_VAGUE = frozenset(("", "ascii", "us-ascii", "unknown", "unknown-8bit", "x-unknown", "default"))
_WESTERN = frozenset(("iso8859-1", "latin-1"))
# Names that mails give to character sets which Python knows by another one.
_ALIASES = {
    "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8", "iso-8859-6-i": "iso8859-6", "windows-31j": "cp932",
    "x-sjis": "cp932", "x-ms-cp932": "cp932", "x-gbk": "gbk", "x-euc-jp": "euc-jp", "x-big5": "big5",
    "x-mac-roman": "mac-roman", "x-mac-cyrillic": "mac-cyrillic", "cp-850": "cp850", "cp-437": "cp437",
    "windows-874": "cp874", "ks_c_5601-1987": "cp949", "x-windows-949": "cp949", "unicode-1-1-utf-7": "utf-7",
}  # fmt: skip

_ID = re.compile(r"<([^<>\s]{1,998})>")
# How public archives hide addresses from harvesters.
_HIDDEN_ADDRESS = re.compile(
    r"\s*<?([^\s@]{1,100}) at ([^\s@>]{1,100}\.[^\s@>.]{1,60})>?\s*(?:\((.*)\))?\s*$", re.DOTALL
)
_VIA = re.compile(r"^'?(.*?)'? via .+$", re.IGNORECASE)

_COMMENT = re.compile(r"\([^()]*\)")
_NUMERIC_ZONE = re.compile(r"[+-]\d\d:?\d\d$")
_ZONE_WORD = re.compile(r":\d\d(?:\.\d+)?\s*(?<![A-Za-z])([A-Za-z][A-Za-z_/]*)(?:\s+\d{4})?$")
# Hours before UTC by the words of RFC 2822, and by those that stand for one zone only. IST, BST and the
# like do not: they are India and Israel and Ireland, Britain and Bangladesh.
_ZONES = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7, "AST": -4, "ADT": -3, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "MEZ": 1,
    "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "TRT": 3, "SAST": 2, "PKT": 5, "WIB": 7, "HKT": 8, "SGT": 8, "AWST": 8,
    "JST": 9, "KST": 9, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "NST": -3.5,
    "NDT": -2.5, "AKST": -9, "AKDT": -8, "HST": -10, "BRT": -3,
}  # fmt: skip
_COLON_IN_ZONE = re.compile(r"([+-]\d\d):(\d\d)$")
_WIDEST_ZONE = timedelta(hours=15)


class Address(NamedTuple):
    """Somebody's address in lower case, and the name that stands with it."""

    key: str
    name: str | None


def decoded(data: bytes, charset: str | None) -> str:
    """Make text of bytes in a named character set; one that is wrong or unknown costs no message.

    What says to be ASCII or Latin-1 is read as Windows-1252, which holds both.
    """
    named = (charset or "").strip("\"' ").lower()
    try:
        name = "utf-8" if named in _VAGUE else codecs.lookup(_ALIASES.get(named, named)).name
        if name in _NO_CHARSETS:
            name = "utf-8"
        text = data.decode("cp1252" if name in _WESTERN else name)
    except (LookupError, ValueError):
        text = data.decode("utf-8", FALLBACK)
    return clean(text)


def clean(text: str) -> str:
    """Leave out what no text can hold: NULs, and halves of surrogate pairs."""
    if _SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\x00", "")


def field(mail: Mail, name: str) -> str:
    """Give a field as it was sent, on one line; '' where there is none."""
    return next(iter(fields(mail, name)), "")


def fields(mail: Mail, name: str) -> list[str]:
    """Give every field of one name in their order, each on one line."""
    wanted = name.lower()
    return [
        _plain(str(value)[:_FIELD_LIMIT])
        for key, value in mail.raw_items()
        if key.lower() == wanted
    ]


def _plain(value: str) -> str:
    # Bytes above 127 come as halves of surrogate pairs: raw UTF-8 or Windows-1252.
    raw = value.encode("utf-8", "surrogateescape")
    return " ".join(decoded(raw, None).split())


def words(value: str) -> str:
    """Decode the encoded words of a field (RFC 2047), also where they are broken."""
    if "=?" not in value:
        return value
    text = _BETWEEN_ENCODED.sub(r"\1", value)
    out: list[str] = []
    pending, charset, position = b"", "", 0
    for word in _ENCODED.finditer(text):
        if pending and (word.start() > position or word[1].lower() != charset):
            out.append(decoded(pending, charset))
            pending = b""
        out.append(text[position : word.start()])
        # A letter may be cut in two between words, so the bytes of neighbours go together.
        pending, charset, position = pending + _bytes_of(word), word[1].lower(), word.end()
    if pending:
        out.append(decoded(pending, charset))
    return clean(" ".join("".join((*out, text[position:])).split()))


def _bytes_of(word: re.Match[str]) -> bytes:
    data = word[3].encode("utf-8", "replace")
    if word[2] in "qQ":
        return quopri.decodestring(data.replace(b"_", b" "), header=False)
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return data


def addresses(values: Iterable[str]) -> list[Address]:
    """Give the addresses in these fields, in their order."""
    found: list[Address] = []
    for value in values:
        hidden = _HIDDEN_ADDRESS.match(value)
        if hidden and "@" not in hidden[2]:
            found.append(
                Address(f"{hidden[1]}@{hidden[2]}".lower(), words(hidden[3] or "") or None)
            )
            continue
        try:
            pairs = getaddresses([value])
        except (ValueError, IndexError, AttributeError, TypeError, RecursionError):
            pairs = [("", part) for part in re.findall(r"[^\s<>,;\"]+@[^\s<>,;\"]+", value)]
        for name, address in pairs:
            key = "".join(address.split()).lower()
            if key:
                found.append(Address(key, _name(words(name))))
    return found


def _name(name: str) -> str | None:
    # A group that forwards a mail puts itself into the sender's name.
    via = _VIA.match(name)
    return (via[1] if via else name).strip(" '\"") or None


def ids(value: str) -> list[str]:
    """Give the message ids in a field, without their angle brackets."""
    found = _ID.findall(value)
    if not found and value.strip() and " " not in value.strip():
        found = [value.strip(" <>")]
    return [one for one in found if one]


def date(value: str) -> datetime | None:
    """Read a mail's time; without a zone when the field names none or an unknown one; None if it is no time."""
    text = _COLON_IN_ZONE.sub(r"\1\2", _COMMENT.sub("", value).strip())
    try:
        parts = parsedate_tz(text)
        if parts is None:
            return written_time(text)
        local = datetime(*parts[:6])  # noqa: DTZ001 - its zone is looked at below
        if _NUMERIC_ZONE.search(text):
            offset = timedelta(seconds=parts[9] or 0)
        elif (hours := _ZONES.get(zone_word(value) or "")) is not None:
            offset = timedelta(hours=hours)
        else:
            return local
        return (local - offset).replace(tzinfo=UTC) if abs(offset) < _WIDEST_ZONE else None
    except (ValueError, IndexError, TypeError, OverflowError):
        return None


def zone_word(value: str) -> str | None:
    """Give the word that stands for the zone of a mail's time, in capitals; None where there is none."""
    found = _ZONE_WORD.search(_COMMENT.sub("", value).strip())
    return found[1].upper() if found and found[1].upper() not in ("AM", "PM") else None


def received(mail: Mail) -> datetime | None:
    """Give the time at which the last server took the mail in, from its Received fields."""
    for name in ("Received", "X-Received", "Delivery-Date"):
        for value in fields(mail, name):
            time = date(value.rpartition(";")[2])
            if time is not None and time.tzinfo is not None:
                return time
    return None
