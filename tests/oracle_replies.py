"""Oracle: replies, and what they do: hand off and what came of it, repeat, apologise, sign, earn thanks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests import oracle_words
from tests.oracle import walks
from tests.oracle_measures import Asked, Figures, as_of, label, share
from tests.oracle_records import Identity, Message, Rules, identity, instant, order, visible
from tests.oracle_signature import signature
from tests.oracle_tree import parents

KINDS = ("direct message", "phone", "e-mail", "form", "link")
HELD_AGAINST = 200  # replies before a reply in its conversation
AFTER = ("moved", "came_back", "followed_up", "silent", "undecided")


@dataclass(frozen=True)
class Reply:
    """A reply, its conversation, and what the customer can see after it in the same thread or stream."""

    message: Message
    platform: str
    account: str
    channel: str
    conversation: tuple[object, ...]
    customer: str | None
    after: tuple[Message, ...]

    @property
    def text(self) -> str | None:
        """Return what it says."""
        text: str | None = self.message["text"]
        return text

    @property
    def agent(self) -> str:
        """Return who wrote it: the signature, else the author's name, else the author's key."""
        author = self.message["author_name"] or self.message["author_key"]
        return str(signature(self.text) or author)

    @property
    def sent_at(self) -> datetime:
        """Return when it was sent."""
        return instant(self.message)


def replies(messages: Sequence[Message], rules: Rules) -> list[Reply]:
    """Return the replies of all conversations, in the order in which they were sent."""
    found = []
    outright = Outright(messages)
    for stream, walk in walks(messages, rules).items():
        seen = [message for message in walk.messages if visible(message)]
        for place, message in enumerate(seen):
            if message["role"] != "agent":
                continue
            episode = walk.episode_of[identity(message)]
            answered = outright.answered(message)
            asked = [
                m
                for m in seen[:place]
                if m["role"] == "customer" and walk.episode_of[identity(m)] == episode
            ]
            if answered is None and not asked:
                continue  # the brand's own opening
            found.append(
                Reply(
                    message=message,
                    platform=stream[1],
                    account=stream[3],
                    channel=message["channel"],
                    conversation=(*stream, episode),
                    customer=customer_of(stream, answered or asked[-1]),
                    after=tuple(seen[place + 1 :]),
                )
            )
    return sorted(found, key=lambda reply: order(reply.message))


class Outright:
    """Knows which message of a customer a message names as what it answers."""

    def __init__(self, messages: Sequence[Message]) -> None:
        """Read the set once."""
        self.customers = {identity(m): m for m in messages if m["role"] == "customer"}
        self.above = parents({identity(m): m for m in messages})

    def answered(self, message: Message) -> Message | None:
        """Return the customer's message in the same thread or tree, None where there is none."""
        platform, namespace, _ = identity(message)
        above = self.above[identity(message)]
        if message["thread_key"] and message["reply_to_key"]:  # a circle is no matter in a thread
            above = (platform, namespace, message["reply_to_key"])
        found = None if above is None else self.customers.get(above)
        same = found is not None and found["thread_key"] == message["thread_key"]
        return found if same else None


def customer_of(stream: tuple[str, ...], asked: Message) -> str | None:
    """Name the customer of a reply: the stream's, in a thread whoever wrote what it answers."""
    if stream[4] == "thread":
        return asked["author_key"] and str(asked["author_key"]).lower()
    return stream[5]


def told(asked: Asked, found: Sequence[Reply], rules: Rules) -> dict[tuple[str, ...], list[Reply]]:
    """Return the replies that are asked for by their keys, in order; without a key always one group."""
    groups: dict[tuple[str, ...], list[Reply]] = {} if asked.by else {(): []}
    for reply in found:
        at = (reply.account, reply.channel, reply.sent_at)
        if asked.holds(*at, rules):
            keys = (
                reply.agent if name == "agent" else label(name, *at, rules) for name in asked.by
            )
            groups.setdefault(tuple(keys), []).append(reply)
    return dict(sorted(groups.items()))


def hand_offs(messages: Sequence[Message], rules: Rules, asked: Asked) -> list[Figures]:
    """Count by kind the replies that send the customer elsewhere, and what happened after."""
    written, known = letters(messages, rules), as_of(messages, rules)
    rows: list[Figures] = []
    for keys, inside in told(asked, replies(messages, rules), rules).items():
        kinds = [oracle_words.hand_off(reply.text) for reply in inside]
        for kind in KINDS:
            handed = [reply for reply, its in zip(inside, kinds, strict=True) if its == kind]
            if handed:
                after = [what_came_of(reply, written, known, rules) for reply in handed]
                rows.append(
                    dict(zip(asked.by, keys, strict=True))
                    | {"kind": kind, "n": len(handed), "share": share(len(handed), len(inside))}
                    | {name: after.count(name) for name in AFTER}
                )
    return rows


Letters = dict[tuple[str, str, str], list[tuple[str, datetime]]]
"""Platform, account and customer, to the channels and instants at which that customer wrote."""


def letters(messages: Sequence[Message], rules: Rules) -> Letters:
    """Return when and where each customer wrote to each account."""
    found: Letters = defaultdict(list)
    for stream, walk in walks(messages, rules).items():
        for message in walk.messages:
            if message["role"] == "customer" and visible(message) and message["author_key"]:
                customer = str(message["author_key"]).lower()
                wrote = (message["channel"], instant(message))
                found[(stream[1], stream[3], customer)].append(wrote)
    return found


def what_came_of(
    reply: Reply, written: Letters, known: dict[tuple[str, str], datetime], rules: Rules
) -> str:
    """Name the first thing after a reply; of things at one instant, the first in this order."""
    horizon = reply.sent_at + timedelta(seconds=rules.horizon_seconds)
    by_them = written.get((reply.platform, reply.account, reply.customer or ""), [])
    times = {
        "moved": [at for ch, at in by_them if ch != reply.channel and at > reply.sent_at],
        "came_back": [instant(m) for m in reply.after if m["role"] == "customer"],
        "followed_up": [instant(m) for m in reply.after if m["role"] == "agent"],
    }
    first = [(min(at), what) for what, at in times.items() if at and min(at) <= horizon]
    if first:
        return min(first, key=lambda one: one[0])[1]  # of two at one instant, the one named first
    return "undecided" if known[(reply.account, reply.channel)] < horizon else "silent"


def repeats(messages: Sequence[Message], rules: Rules, asked: Asked) -> list[Figures]:
    """Count the replies that say again what was said before, here and elsewhere."""
    gists = [(reply, oracle_words.gist(reply.text)) for reply in replies(messages, rules)]
    said: dict[str, list[tuple[Reply, str]]] = defaultdict(list)  # by account
    here: set[Identity] = set()
    elsewhere: set[Identity] = set()
    compared = [(reply, gist) for reply, gist in gists if len(gist.split()) >= 5]
    for reply, gist in compared:  # in the order in which they were sent
        before = []  # in the same conversation
        for earlier, its in said[reply.account]:
            if order(earlier.message) == order(reply.message):
                continue  # nobody knows which of them came first
            if earlier.conversation == reply.conversation:
                before.append(its)
            elif gist == its:
                elsewhere.add(identity(reply.message))
        if any(oracle_words.nearly_the_same(gist, its) for its in before[-HELD_AGAINST:]):
            here.add(identity(reply.message))
        said[reply.account].append((reply, gist))
    rows = []
    for keys, inside in told(asked, [reply for reply, _ in compared], rules).items():
        them = {identity(reply.message) for reply in inside}
        rows.append(
            dict(zip(asked.by, keys, strict=True))
            | {"n": len(inside), "here": len(them & here), "elsewhere": len(them & elsewhere)}
            | {"share_here": share(len(them & here), len(inside))}
            | {"share_elsewhere": share(len(them & elsewhere), len(inside))}
        )
    return rows


def courtesies(messages: Sequence[Message], rules: Rules, asked: Asked) -> list[Figures]:
    """Count the replies that say sorry, that are signed, and that the customer thanks for."""
    counted: dict[str, Callable[[Reply], bool]] = {
        "apologies": lambda reply: oracle_words.apologises(reply.text),
        "signed": lambda reply: signature(reply.text) is not None,
        "thanked": thanked,
    }
    shares = {"apologies": "apology_share", "signed": "signed_share", "thanked": "thanked_share"}
    rows = []
    for keys, inside in told(asked, replies(messages, rules), rules).items():
        row: Figures = dict(zip(asked.by, keys, strict=True)) | {"n": len(inside)}
        for name, is_one in counted.items():
            row[name] = sum(map(is_one, inside))
            row[shares[name]] = share(row[name], len(inside))
        rows.append(row)
    return rows


def thanked(reply: Reply) -> bool:
    """Say whether the next message that the customer can see is the customer's and says thanks."""
    following = reply.after[0] if reply.after else None
    if following is None or following["role"] != "customer":
        return False
    return oracle_words.thanks(following["text"])
