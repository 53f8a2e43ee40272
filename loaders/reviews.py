"""Reviews of an app with the developer's reply, whichever store they come from.

A review and its reply are a thread of their own. A rating without words is kept as a system row: there is nothing
to answer, so it opens no wait. Stores keep one time for a reply, that of its latest version, and give it as its
edit too, so that of two exports the later version counts in whatever order they are loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from loaders.messages import Message


@dataclass(frozen=True)
class Review:
    """A review, the time of its first version and of its latest, and the reply if it has one."""

    platform: str
    channel: str
    account: str
    key: str
    author_key: str | None
    author_name: str | None
    title: str | None
    body: str | None
    rating: str | None
    sent_at: datetime
    edited_at: datetime | None
    reply: str | None
    replied_at: datetime | None
    line: int | None
    namespace: str = ""

    def messages(self) -> list[Message]:
        """Give the review and its reply as messages."""
        words = "\n".join(part for part in (self.title, self.body) if part)
        review = Message(
            platform=self.platform,
            namespace=self.namespace,
            message_key=self.key,
            account=self.account,
            channel=self.channel,
            thread_key=self.key,
            reply_to_key=None,
            author_key=self.author_key,
            author_name=self.author_name,
            role="customer" if words else "system",
            visibility="public",
            sent_at=self.sent_at,
            edited_at=self.edited_at,
            event=None,
            text=words or (f"Rating: {self.rating}" if self.rating else None),
            line=self.line,
        )
        if self.replied_at is None:
            return [review]
        reply = review._replace(
            message_key=f"{self.key}/reply",
            reply_to_key=self.key,
            author_key=self.account,
            author_name=None,
            role="agent",
            sent_at=self.replied_at,
            edited_at=self.replied_at,
            text=self.reply,
        )
        return [review, reply]


def content_key(*parts: str | None) -> str:
    """Make the key of a review whose store gives none, from what no edit of it changes."""
    content = "\x00".join(part or "" for part in parts)
    return hashlib.sha1(content.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def filled(row: Mapping[str, str], *columns: str) -> str | None:
    """Give the first of these columns that holds something."""
    return next((value for c in columns if (value := row.get(c, "").strip())), None)


def first_known(names: Iterable[str], known: Iterable[str]) -> str | None:
    """Give the first of these names that is among those known."""
    there = set(known)
    return next((name for name in names if name in there), None)
