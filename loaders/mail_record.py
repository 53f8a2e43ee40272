"""One mail, read: what its thread, its sender's side and its message are made from."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from email.message import Message as Mail
from typing import NamedTuple

from loaders.mail_headers import addresses, date, field, fields, ids, received, words, zone_word
from loaders.mail_text import text_of
from loaders.mbox import RawMail
from loaders.problems import NotUsable, SpoiltRow, shown
from loaders.times import Clock

# A sender's clock may be wrong; one that runs ahead of the receiving server's by this much is.
_AHEAD = timedelta(days=1)
_TEXT_OF_KEY = 2_000
_REFERENCES = 200

_AUTOMATIC_PRECEDENCE = frozenset(("auto_reply", "bulk", "junk"))
_DAEMONS = re.compile(r"^(?:mailer-daemon|postmaster)@")
_DRAFT_LABEL = re.compile(r"(?:^|,)\s*drafts?\s*(?:,|$)", re.IGNORECASE)
# A Maildir names the flags of a mail at the end of its file's name; D is a draft.
_DRAFT_NAME = re.compile(r"[:;!]2,[A-Z]*D[A-Za-z]*$")


class MailRecord(NamedTuple):
    """One mail. `references` are the ids of the mails before it, oldest first, addresses are in lower case."""

    key: str
    line: int
    references: tuple[str, ...]
    reply_to_key: str | None
    author_key: str | None
    author_name: str | None
    answer_to: tuple[tuple[str, str | None], ...]
    recipients: tuple[str, ...]
    subject: str
    sent_at: str
    automatic: bool
    text: str | None

    @property
    def instant(self) -> datetime:
        """When it was sent."""
        return datetime.fromisoformat(self.sent_at)


def record_of(mail: Mail, raw: RawMail, sent_at: datetime) -> MailRecord:
    """Read a mail that was sent at a time that is known."""
    senders = addresses(
        fields(mail, "From") or fields(mail, "Sender") or fields(mail, "Return-Path")
    )
    author = senders[0] if senders else None
    subject = words(field(mail, "Subject"))
    text = text_of(mail) or subject or None
    references = _references(mail)
    key = next(iter(ids(field(mail, "Message-ID"))), None)
    if key is None:
        content = "\n".join(
            (
                author.key if author else "",
                sent_at.isoformat(),
                subject,
                (text or "")[:_TEXT_OF_KEY],
            )
        )
        key = hashlib.sha1(content.encode(), usedforsecurity=False).hexdigest()
    references = tuple(one for one in references if one != key)
    return MailRecord(
        key=key,
        line=raw.line,
        references=references,
        reply_to_key=references[-1] if references else None,
        author_key=author.key if author else None,
        author_name=author.name if author else None,
        answer_to=tuple(addresses(fields(mail, "X-Original-From") or fields(mail, "Reply-To"))),
        recipients=tuple(one.key for one in addresses([*fields(mail, "To"), *fields(mail, "Cc")])),
        subject=subject,
        sent_at=sent_at.isoformat(),
        automatic=_is_automatic(mail, author.key if author else ""),
        text=text,
    )


def _references(mail: Mail) -> tuple[str, ...]:
    """Give the ids of the mails before this one, the one that it answers last."""
    before = ids(field(mail, "References"))[-_REFERENCES:]
    answered = next(iter(ids(field(mail, "In-Reply-To"))), None)
    # Some programs write words or an address into In-Reply-To.
    if answered is not None and "@" in answered and (not before or before[-1] != answered):
        before = [one for one in before if one != answered] + [answered]
    return tuple(dict.fromkeys(before))


def _is_automatic(mail: Mail, author: str) -> bool:
    """Tell whether no person wrote it: an absence note, a receipt, a notice that delivery failed."""
    submitted = field(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in ("", "no"):
        return True
    precedence = field(mail, "Precedence").lower()
    # Old list programs mark what people wrote to a list as bulk.
    if precedence in _AUTOMATIC_PRECEDENCE and not (
        precedence == "bulk" and fields(mail, "List-Post")
    ):
        return True
    if any(fields(mail, name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder")):
        return True
    return mail.get_content_type() == "multipart/report" or _DAEMONS.match(author) is not None


def is_draft(mail: Mail, file_name: str) -> bool:
    """Tell whether it was written but never sent."""
    return (
        field(mail, "X-Unsent") == "1"
        or _DRAFT_LABEL.search(words(field(mail, "X-Gmail-Labels"))) is not None
        or _DRAFT_NAME.search(file_name) is not None
    )


def time_of(mail: Mail, clock: Clock, account: str | None, line: int) -> datetime:
    """Give when a mail was sent, in UTC.

    Where Date does not tell, or tells a time after its arrival, it is when the last server took it in.
    Raises SpoiltRow where nothing tells.
    """
    found = field(mail, "Date")
    written, arrived = date(found), received(mail)
    if arrived is not None and (
        written is None or written.tzinfo is None or _ahead(written, arrived)
    ):
        return clock.instant(arrived, "Received", account, line)
    if written is None:
        raise SpoiltRow(
            "no time",
            f"Date is {shown(found)}, which is no time" if found else "the mail has no Date",
            "Nothing tells when it was sent: it has no Received field with a time either.",
        )
    if written.tzinfo is None and (word := zone_word(found)) is not None:
        raise SpoiltRow(
            "unknown time zone",
            f"Date is {shown(found)}, and {word} stands for no zone or for several",
            "Nothing else tells when it was sent. Write the zone as hours, such as +0100, into its Date.",
        )
    try:
        return clock.instant(written, "Date", account, line)
    except NotUsable as unknown:
        raise SpoiltRow(
            "no time zone",
            f"Date is {shown(found)}, which names no time zone",
            "Name the zone of such mails in settings.toml, and load the file again.",
        ) from unknown


def _ahead(written: datetime, arrived: datetime) -> bool:
    return written.astimezone(UTC) - arrived.astimezone(UTC) > _AHEAD
