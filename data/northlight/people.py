"""Who writes to Northlight: customers, and the conversations they are in."""

from __future__ import annotations

from dataclasses import dataclass, field

from data.northlight.accounts import Account
from data.northlight.shifts import Agent
from data.northlight.timeline import Timeline
from data.northlight.wording import Speech

BACK_AFTER = 26 * 3600.0  # seconds of silence before somebody comes back with another matter


@dataclass(slots=True, eq=False)
class Customer:
    """Somebody who writes. `moved_at` is when anything was last said to or by them."""

    key: str
    name: str | None
    thread: str  # of the chat that goes on for ever; empty on X
    moved_at: float
    conversation: Conversation | None = None


@dataclass(slots=True, eq=False)
class Conversation:
    """One matter between a customer and an account, as far as it has got."""

    account: Account
    customer: Customer
    speech: Speech
    thread: str  # on X empty until the first post names it
    chance_skipped: float  # that an agent reads the first message and leaves it
    waiting_since: float | None = None
    waits: int = 0  # opened so far; tells a planned chaser whether its wait is still on
    replies: int = 0
    agent: Agent | None = None  # who replied last
    queued: bool = False
    in_hand: bool = False  # an agent is writing
    over: bool = False  # the customer has come back with something else
    away_told: float = 0.0  # when the bot last said that nobody is there
    said: str = "openers"  # what kind of thing the customer said last
    wait_keys: list[str] = field(default_factory=list)  # messages of the wait
    customer_key: str | None = None  # the customer's latest message
    agent_key: str | None = None  # the team's latest message


class People:
    """The customers of one account: new ones, and some who come back."""

    def __init__(self, account: Account, timeline: Timeline) -> None:
        self._account = account
        self._timeline = timeline
        self._next = account.first_customer
        self._known: list[Customer] = []

    def arrive(self) -> Customer:
        """Somebody who writes now: new, or back after more than a day with something else."""
        now, chance = self._timeline.now, self._timeline.chance
        if self._known and self._timeline.happens(self._account.chance_returning):
            customer = chance.choice(self._known)
            if now - customer.moved_at > BACK_AFTER:
                if customer.conversation:
                    customer.conversation.over = True
                return customer
        number = self._next
        self._next += chance.choice((1, 1, 1, 2))  # some never write to this account
        prefix = self._account.thread_prefix
        customer = Customer(
            str(number), self._name(number), f"{prefix}{number}" if prefix else "", now
        )
        self._known.append(customer)
        return customer

    def _name(self, number: int) -> str | None:
        """Draw what a platform would show: nothing, a number or initials; nobody's name."""
        words = self._timeline.words
        roll = words.random()
        if self._account.visibility == "public" or roll < 0.45:
            return None
        if roll < 0.75:
            return f"Customer {number}"
        letters = "ABCDEFGHJKLMNOPRSTW"
        return f"{words.choice(letters)}. {words.choice(letters)}."
