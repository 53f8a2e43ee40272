"""Oracle: whose message is this? Accounts, customers, and the stream a message belongs to."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

from tests.oracle_records import (
    ENDLESS_WHEN_PRIVATE,
    Identity,
    Message,
    Rules,
    identity,
    order,
    visible,
)

MENTION = re.compile(r"@(\w+)", re.ASCII)


def mentions(message: Message) -> list[str]:
    """Return the handles that the text names, in the order of the text, in lower case."""
    return [name.lower() for name in MENTION.findall(message["text"] or "")]


def handle_of_brand(message: Message) -> str:
    """Return the account of a message that no customer wrote: the given one, else its author."""
    return str(message["account"] or message["author_key"]).lower()


def parents(by_id: dict[Identity, Message]) -> dict[Identity, Identity | None]:
    """Return what each message answers; whoever is in or below a circle answers nothing."""

    def named(one: Identity) -> Identity | None:
        key = by_id[one]["reply_to_key"] if one in by_id else None
        return (one[0], one[1], key) if key else None

    def runs_into_a_circle(one: Identity) -> bool:
        seen: set[Identity] = set()
        below, above = one, named(one)
        while above is not None and not (above in by_id and hidden(by_id[below], by_id[above])):
            seen.add(below)
            if above in seen:
                return True
            below, above = above, named(above)
        return False

    return {one: None if runs_into_a_circle(one) else named(one) for one in by_id}


def hidden(message: Message, above: Message) -> bool:
    """Tell whether a public post names a note, which stands in private: as if it were missing."""
    apart = message["platform"] in ENDLESS_WHEN_PRIVATE and not above["thread_key"]
    public = message["visibility"] == "public" and not message["thread_key"]
    return apart and public and above["visibility"] == "internal"


class Belonging:
    """Finds account, customer and stream of every message of a set."""

    def __init__(self, messages: Sequence[Message], rules: Rules) -> None:
        """Read the set once: who answers whom, who is an account, which threads have no end."""
        self.rules = rules
        self.messages = sorted(messages, key=order)
        self.by_id = {identity(m): m for m in self.messages}
        self.parent = parents(self.by_id)
        self.account_of_handle = self._accounts()
        self.endless_threads = {
            self._thread(m) for m in self.messages if m["thread_key"] and rules.endless(m)
        }
        self.agents_in_group: dict[Hashable, list[Message]] = defaultdict(list)
        self.agents_answering: dict[Identity, list[Message]] = defaultdict(list)
        for message in self.messages:
            if message["role"] == "agent" and visible(message):
                self.agents_in_group[self._group(message)].append(message)
                above = self.parent[identity(message)]
                if above is not None:
                    self.agents_answering[above].append(message)

    def _accounts(self) -> dict[tuple[str, str, str], str]:
        """Map the handles of accounts and of their agents, in lower case, to the account.

        An account is spelled as in the earliest message that bears it.
        """
        found: dict[tuple[str, str, str], str] = {}
        for message in self.messages:
            given = message["account"] or (message["role"] == "agent" and message["author_key"])
            if given:
                found.setdefault((*self._place(message), str(given).lower()), str(given))
        for message in self.messages:
            if message["role"] == "agent" and message["author_key"]:
                account = found[(*self._place(message), handle_of_brand(message))]
                found.setdefault((*self._place(message), message["author_key"].lower()), account)
        return found

    def _place(self, message: Message) -> tuple[str, str]:
        return (message["platform"], message["namespace"])

    def _named_account(self, message: Message, handle: str) -> str | None:
        """Return the account that a handle stands for where this message is, else None."""
        return self.account_of_handle.get((*self._place(message), handle))

    def _above(self, message: Message) -> Message | None:
        """Return the message that this one answers, None without one or when it is missing."""
        above = self.parent[identity(message)]
        found = None if above is None else self.by_id.get(above)
        return None if found is None or hidden(message, found) else found

    def _thread(self, message: Message) -> Hashable:
        return (message["platform"], message["namespace"], message["thread_key"])

    def _root(self, message: Message) -> Identity:
        """Return the top of the reply tree; a missing message at the top still counts."""
        top = identity(message)
        while top in self.by_id and (above := self.parent[top]) is not None:
            note = above in self.by_id and hidden(self.by_id[top], self.by_id[above])
            top = above
            if note:
                break
        return top

    def _group(self, message: Message) -> Hashable:
        """Return the thread where there is one, else the reply tree."""
        return self._thread(message) if message["thread_key"] else ("tree", self._root(message))

    def account(self, message: Message) -> str | None:
        """Return the account that a message is from or to, or None: nobody's."""
        handle: str | None
        if message["account"] or message["role"] in ("agent", "bot"):
            handle = handle_of_brand(message)
        else:
            handle = self._account_addressed(message)
        return None if handle is None else self._named_account(message, handle) or handle

    def _account_addressed(self, message: Message) -> str | None:
        """Find the account of a customer: answered, answering, named, or most talkative."""
        above = self._above(message)
        if above is not None and above["role"] in ("agent", "bot"):
            return handle_of_brand(above)
        for reply in self.agents_answering[identity(message)]:  # earliest first
            return handle_of_brand(reply)
        for name in mentions(message):
            if self._named_account(message, name):
                return name
        # most_common keeps the order of first appearance among equal counts
        spoke = Counter(handle_of_brand(m) for m in self.agents_in_group[self._group(message)])
        return spoke.most_common(1)[0][0] if spoke else None

    def customer(self, message: Message) -> str | None:
        """Return the customer who wrote this or to whom it was written, in lower case."""
        if message["role"] == "customer":
            return str(message["author_key"]).lower()
        above = self._above(message)
        while above is not None:
            if above["role"] == "customer":
                return str(above["author_key"]).lower()
            if handle_of_brand(above) != handle_of_brand(message):
                break
            above = self._above(above)
        named = mentions(message)
        return next((name for name in named if not self._named_account(message, name)), None)

    def stream(self, message: Message) -> tuple[str, ...] | None:
        """Return kind, platform, namespace, account and what holds the stream together."""
        account = self.account(message)
        if account is None:
            return None
        place = (message["platform"], message["namespace"], account)
        thread = message["thread_key"]
        if thread:
            kind = "stream" if self._thread(message) in self.endless_threads else "thread"
            return (kind, *place, "thread", thread)
        customer = self.customer(message)
        if customer is None:
            return None
        if self.rules.endless(message):
            return ("stream", *place, "customer", customer)
        return ("tree", *place, self._root(message)[2], customer)

    def streams(self) -> dict[tuple[str, ...], list[Message]]:
        """Return the messages of every stream in their order."""
        found: dict[tuple[str, ...], list[Message]] = defaultdict(list)
        for message in self.messages:
            stream = self.stream(message)
            if stream is not None:
                found[stream].append(message)
        return found
