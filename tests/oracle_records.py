"""The records of the oracle: messages as dicts, rules, waits and conversations."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.oracle_signature import signature

Message = Mapping[str, Any]
Identity = tuple[str, str, str]
"""Platform, namespace and message key: what makes a message this one and no other."""

Weekly = Mapping[int, list[tuple[int, int]]]
"""Weekday (Monday is 0) to spans of local minutes; an end above 1440 lies on the next day."""
Calendar = list[tuple[date, Weekly]]
"""Opening hours, each with the local date from which they hold."""

ENDLESS = frozenset(
    "whatsapp messenger instagram telegram sms viber line signal wechat".split()  # noqa: SIM905
)
ENDLESS_WHEN_PRIVATE = frozenset({"x", "facebook", "slack", "discord"})


def no_closer(_text: str | None) -> bool:
    """Take no text for a closer."""
    return False


@dataclass(frozen=True)
class Rules:
    """What the settings decide. What a closer and a signature look like is passed in."""

    closers: bool = True
    closer_rule: Callable[[str | None], bool] = no_closer
    signature_rule: Callable[[str | None], str | None] = signature
    episode_gap_seconds: int = 86_400
    episode_open_seconds: int = 7 * 86_400
    answering_bots: frozenset[str] = frozenset()
    episode_platforms: frozenset[str] = ENDLESS
    time_zones: Mapping[str, str] = field(default_factory=dict)
    hours: Mapping[str, Calendar] = field(default_factory=dict)
    horizon_seconds: int = 86_400

    def endless(self, message: Message) -> bool:
        """Say whether this message makes its thread a stream without an end."""
        return message["platform"] in self.episode_platforms or (
            message["platform"] in ENDLESS_WHEN_PRIVATE and message["visibility"] == "private"
        )


@dataclass(frozen=True)
class Conversation:
    """One matter between one customer and one account; `messages` in their order."""

    conversation: Hashable
    kind: str  # 'thread', 'tree' or 'stream'
    account: str
    messages: tuple[Identity, ...]


@dataclass(frozen=True)
class Wait:
    """One stretch in which a customer waits; seconds are None where there is nothing to say."""

    start_key: Identity
    account: str
    channel: str
    conversation: Hashable
    first: bool
    started_at: datetime
    outcome: str  # 'answered', 'bot', 'closed' or 'open'
    ended_at: datetime | None
    seconds: int | None
    unknown: bool
    chasers: int
    agent: str | None
    open_seconds: int | None


def identity(message: Message) -> Identity:
    """Return what makes this message this one and no other."""
    return (message["platform"], message["namespace"], message["message_key"])


def instant(message: Message) -> datetime:
    """Return when the message was sent, in UTC."""
    sent_at: datetime = message["sent_at"]
    if sent_at.tzinfo is None:
        raise ValueError(f"message {identity(message)}: sent_at has no time zone: {sent_at}")
    return sent_at.astimezone(UTC)


def order(message: Message) -> tuple[datetime, bool, int, str]:
    """Sort by time; at one instant events come last, and keys of digits count as numbers."""
    key: str = message["message_key"]
    return (instant(message), message.get("event") is not None, len(key), key)


def visible(message: Message) -> bool:
    """Say whether the customer can see this: neither an internal note nor a system row."""
    return message["role"] != "system" and message["visibility"] != "internal"


def whole_seconds(start: datetime, end: datetime) -> int:
    """Return the elapsed seconds, rounded down."""
    return (end - start) // timedelta(seconds=1)
