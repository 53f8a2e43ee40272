"""The record of the story: one message, before it is written in the shape of an export."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from data.northlight.accounts import Account

Role = Literal["customer", "agent", "bot"]


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that somebody sent to or from one of Northlight's accounts.

    `key` is unique within the account and grows with time. `sent_at` is aware UTC, in whole
    seconds. `reply_to` is the key of the message it answers, where the platform shows one.
    """

    account: Account
    key: str
    thread: str
    reply_to: str | None
    author_key: str
    author_name: str | None
    role: Role
    sent_at: datetime
    text: str
