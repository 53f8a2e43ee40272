"""The oracle: conversations and waits, a second time, slowly, from the definitions alone.

It shares no code with the project: what both say alike is proved, not copied. Belonging is
in `oracle_tree`, open hours in `oracle_hours`, the response curve in `oracle_curve`, the
figures in `oracle_measures`; this module walks each stream message by message.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tests.oracle_hours import open_seconds_of
from tests.oracle_records import (
    Conversation,
    Identity,
    Message,
    Rules,
    Wait,
    identity,
    instant,
    order,
    visible,
    whole_seconds,
)
from tests.oracle_tree import Belonging

__all__ = ["Conversation", "Rules", "Wait", "conversations", "dropped_closers", "nobody", "waits"]


@dataclass
class Stretch:
    """A wait while the walk is still on."""

    start: Message
    episode: int
    chasers: int = 0
    outcome: str = "open"
    end: Message | None = None
    unknown: bool = False

    def ends(self, outcome: str, end: Message) -> None:
        """Write down how and by what it ended."""
        self.outcome, self.end = outcome, end


@dataclass
class Walk:
    """One stream, read from its first message to its last."""

    kind: str
    messages: Sequence[Message]
    rules: Rules
    episode: int = 0
    episode_of: dict[Identity, int] = field(default_factory=dict)
    stretches: list[Stretch] = field(default_factory=list)
    closers: list[Message] = field(default_factory=list)
    waiting: Stretch | None = None  # what is being waited for
    left_to_bot: Stretch | None = None  # a bot answered it and nobody has written since
    closed: bool = False  # the source closed the ticket and the customer hasn't come back
    last_turn: str | None = None  # 'agent', 'bot' or 'customer'
    previous: Message | None = None  # the latest message that the customer could see

    def run(self) -> Walk:
        """Read the whole stream."""
        for message in self.messages:
            if visible(message):
                if self.begins_new_episode(message):
                    self.episode += 1
                self.previous = message
            self.episode_of[identity(message)] = self.episode
            if message["role"] == "system":
                self.event(message)
            elif message["visibility"] == "internal":
                continue
            elif message["role"] == "agent":
                self.agent(message)
            elif message["role"] == "bot":
                self.bot(message)
            else:
                self.customer(message)
        return self

    def begins_new_episode(self, message: Message) -> bool:
        """Decide whether a visible message starts another conversation in this stream."""
        if self.kind == "thread":
            return self.closed and message["role"] == "customer"
        if self.kind == "tree" or self.previous is None:
            return False
        gap = instant(message) - instant(self.previous)
        if gap <= timedelta(seconds=self.rules.episode_gap_seconds):
            return False
        if self.waiting is None or self.waiting.episode != self.episode:
            return True
        age = instant(message) - instant(self.waiting.start)
        return age >= timedelta(seconds=self.rules.episode_open_seconds)

    def event(self, message: Message) -> None:
        """Close or reopen; every other system row changes nothing."""
        if message["event"] == "reopened":
            self.closed = False
        elif message["event"] == "closed":
            if self.waiting is not None:
                self.waiting.ends("closed", message)
                self.waiting = None
            self.closed = True

    def agent(self, message: Message) -> None:
        """An agent replies: whatever was being waited for, or left to a bot, is answered."""
        for stretch in (self.waiting, self.left_to_bot):
            if stretch is not None:
                stretch.ends("answered", message)
        self.waiting = self.left_to_bot = None
        self.last_turn = "agent"

    def bot(self, message: Message) -> None:
        """A bot speaks: only one that answers changes anything."""
        if message["author_key"] not in self.rules.answering_bots:
            return
        if self.waiting is not None:
            self.waiting.ends("bot", message)
            self.left_to_bot, self.waiting = self.waiting, None
        self.last_turn = "bot"

    def customer(self, message: Message) -> None:
        """A customer writes: a chaser, an answered edit, a closer, or the start of a wait."""
        self.closed = False
        self.left_to_bot = None
        closer = self.rules.closers and self.rules.closer_rule(message["text"])
        earlier_reply = self.earlier_reply(message)
        if self.waiting is not None:
            self.waiting.chasers += 1
        elif earlier_reply is not None:
            stretch = Stretch(message, self.episode)
            stretch.ends("answered", earlier_reply)
            stretch.unknown = instant(earlier_reply) < instant(message)
            self.stretches.append(stretch)
        elif closer and self.last_turn == "agent":
            self.closers.append(message)
        else:
            self.waiting = Stretch(message, self.episode)
            self.stretches.append(self.waiting)
        if not closer:
            self.last_turn = "customer"

    def earlier_reply(self, message: Message) -> Message | None:
        """Return the first agent message before this one that nevertheless answers it."""
        for other in self.messages:
            if order(other) >= order(message):
                return None
            answers = other["reply_to_key"] == message["message_key"]
            if answers and other["role"] == "agent" and visible(other):
                return other
        return None


def walks(messages: Sequence[Message], rules: Rules) -> dict[tuple[str, ...], Walk]:
    """Read every stream of a set of messages."""
    streams = Belonging(messages, rules).streams()
    return {stream: Walk(stream[0], inside, rules).run() for stream, inside in streams.items()}


def conversations(messages: Sequence[Message], rules: Rules) -> list[Conversation]:
    """Return the conversations that hold at least one message that is no system row."""
    found = []
    for stream, walk in walks(messages, rules).items():
        inside: dict[int, list[Message]] = defaultdict(list)
        for message in walk.messages:
            inside[walk.episode_of[identity(message)]].append(message)
        for episode, members in inside.items():
            if any(member["role"] != "system" for member in members):
                keys = tuple(identity(member) for member in members)
                found.append(Conversation((*stream, episode), stream[0], stream[3], keys))
    return found


def waits(messages: Sequence[Message], rules: Rules) -> list[Wait]:
    """Return the waits of all streams, the oldest first."""
    found: list[tuple[tuple[object, ...], Wait]] = []
    for stream, walk in walks(messages, rules).items():
        begun: set[int] = set()
        for stretch in walk.stretches:
            first = stretch.episode not in begun
            begun.add(stretch.episode)
            wait = written_down(stretch, (*stream, stretch.episode), first, rules)
            found.append((order(stretch.start), wait))
    return [wait for _, wait in sorted(found, key=lambda one: (one[0], one[1].start_key))]


def written_down(
    stretch: Stretch, conversation: tuple[object, ...], first: bool, rules: Rules
) -> Wait:
    """Turn a stretch into the record of a wait."""
    start, end, account = stretch.start, stretch.end, str(conversation[3])
    seconds = open_seconds = None
    if end is not None and stretch.outcome in ("answered", "bot") and not stretch.unknown:
        seconds = whole_seconds(instant(start), instant(end))
        open_seconds = open_seconds_of(rules, account, instant(start), instant(end))
    return Wait(
        start_key=identity(start),
        account=account,
        channel=start["channel"],
        conversation=conversation,
        first=first,
        started_at=instant(start),
        outcome=stretch.outcome,
        ended_at=None if end is None else instant(end),
        seconds=seconds,
        unknown=stretch.unknown,
        chasers=stretch.chasers,
        agent=credited(end, rules) if stretch.outcome == "answered" and end is not None else None,
        open_seconds=open_seconds,
    )


def credited(reply: Message, rules: Rules) -> str:
    """Name whoever wrote a reply: the signature, else the author's name, else the author's key."""
    return str(rules.signature_rule(reply["text"]) or reply["author_name"] or reply["author_key"])


def dropped_closers(messages: Sequence[Message], rules: Rules) -> list[Identity]:
    """Return the customer messages that opened no wait because they only close a matter."""
    dropped = [message for walk in walks(messages, rules).values() for message in walk.closers]
    return [identity(message) for message in sorted(dropped, key=order)]


def nobody(messages: Sequence[Message], rules: Rules) -> list[Identity]:
    """Return the messages of customers, agents and bots that belong to nobody."""
    belonging = Belonging(messages, rules)
    return [
        identity(message)
        for message in belonging.messages
        if message["role"] != "system" and belonging.stream(message) is None
    ]
