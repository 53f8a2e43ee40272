"""Messages of the story as they are sent: keys, times, texts, and the outbox."""

from datetime import UTC, datetime
from typing import NamedTuple

from data.northlight.accounts import Account
from data.northlight.message import Message, Role
from data.northlight.people import Conversation
from data.northlight.timeline import Timeline


class Author(NamedTuple):
    """Who a message is from, as the export shows it."""

    key: str
    name: str | None
    role: Role


class Post:
    """Sends messages at the timeline's present and keeps them in `outbox` until taken."""

    def __init__(self, timeline: Timeline) -> None:
        self.outbox: list[Message] = []
        self._timeline = timeline
        self._last = 0

    def customer(self, conversation: Conversation, reply_to: str | None, text: str) -> str:
        """Send a customer's message; returns its key."""
        customer = conversation.customer
        author = Author(customer.key, customer.name, "customer")
        key = self._send(conversation, reply_to, author, text)
        conversation.customer_key = key
        customer.moved_at = self._timeline.now
        return key

    def agent(
        self, conversation: Conversation, reply_to: str | None, author: Author, text: str
    ) -> None:
        """Send an agent's message."""
        conversation.agent_key = self._send(conversation, reply_to, author, text)
        conversation.customer.moved_at = self._timeline.now

    def bot(self, conversation: Conversation, author: Author, text: str) -> None:
        """Send what the bot says by itself."""
        self._send(conversation, None, author, text)

    def announce(self, account: Account, text: str) -> str:
        """Send a post of the account's own, to nobody in particular; returns its key."""
        key = self._key(account)
        self.outbox.append(
            Message(account, key, key, None, account.name, None, "agent", self._sent_at(), text)
        )
        return key

    def _send(
        self, conversation: Conversation, reply_to: str | None, author: Author, text: str
    ) -> str:
        account, sent_at = conversation.account, self._sent_at()
        key = self._key(account)
        if not conversation.thread:  # on X the first post of a tree names it
            conversation.thread = key
        thread = conversation.thread
        self.outbox.append(Message(account, key, thread, reply_to, *author, sent_at, text))
        return key

    def _key(self, account: Account) -> str:
        """Return a key for a message sent now.

        Milliseconds since 1970, moved on where two would meet: they grow with time, and no two
        stories told of different days share any.
        """
        self._last = max(self._last + 1, int(self._timeline.now * 1000))
        return f"{account.key_prefix}{self._last}"

    def _sent_at(self) -> datetime:
        return datetime.fromtimestamp(int(self._timeline.now), UTC)
