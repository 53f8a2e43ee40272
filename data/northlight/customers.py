"""What customers do: write, grow impatient, answer back, say thanks."""

from collections import deque
from collections.abc import Callable
from datetime import timedelta

from data.northlight import wording
from data.northlight.accounts import ACCOUNTS, Account, X
from data.northlight.bot import Bot
from data.northlight.demand import Demand, local
from data.northlight.people import Conversation, People
from data.northlight.post import Post
from data.northlight.timeline import Timeline
from data.northlight.wording import Matter, Speech

# What a customer does after a reply of a kind: (what, probability); else falls silent.
REACTIONS: dict[str, tuple[tuple[str, float], ...]] = {
    "questions": (("details", 0.70), ("closers", 0.02)),
    "answers": (("closers", 0.36), ("followups", 0.20), ("grumbles", 0.05)),
    "direct_message": (
        ("dm_sent", 0.30),
        ("closers", 0.10),
        ("followups", 0.05),
        ("grumbles", 0.05),
    ),
    "direct_message_found": (("closers", 0.15),),
    "elsewhere": (("closers", 0.25), ("grumbles", 0.15), ("followups", 0.10)),
    "outage": (("grumbles", 0.12), ("details", 0.10), ("closers", 0.08)),
    "grumbled": (("closers", 0.12), ("grumbles", 0.12)),
    "sorry": (("grumbles", 0.15), ("closers", 0.06), ("followups", 0.06)),
}

# On X, people who talk about Northlight more than to it.
REMARKS = 0.12

# First messages that agents leave more often than others.
LEFT = {"remark": 0.60, "two_accounts": 0.40, "same_here": 0.55}


class Customers:
    """Everybody who writes to the accounts.

    `on_wait` is told of conversations that need an agent, `on_thanks` of those that ended well.
    """

    def __init__(self, timeline: Timeline, post: Post, demand: Demand) -> None:
        self.on_wait: Callable[[Conversation], None] = lambda conversation: None
        self.on_thanks: Callable[[Conversation], None] = lambda conversation: None
        self.announcement: tuple[str, float] | None = None  # (key, until when people answer it)
        self._timeline = timeline
        self._post = post
        self._demand = demand
        self._bot = Bot(timeline, post)
        self._people = {account.name: People(account, timeline) for account in ACCOUNTS}
        self._heard: deque[Conversation] = deque(maxlen=25)  # what others on X may answer

    # --- beginning ------------------------------------------------------------------------

    def arrive(self, account: Account) -> None:
        """Somebody begins a conversation now."""
        timeline = self._timeline
        outage = timeline.happens(self._demand.share_of_outage(timeline.now))
        matter = wording.OUTAGE if outage else self._matter(account)
        conversation = self._begin(account, matter)
        if account is X:
            self._begin_on_x(conversation)
        else:
            self._say(conversation, None, conversation.speech.opener(polite=True), "openers")
        if timeline.happens(account.chance_burst):
            pause = timeline.chance.uniform(8, 75)
            timeline.at(timeline.now + pause, self._burst, conversation)

    def _matter(self, account: Account) -> Matter:
        if account is X and self._timeline.happens(REMARKS):
            return wording.REMARK
        weights = [matter.weight for matter in wording.MATTERS]
        return self._timeline.chance.choices(wording.MATTERS, weights)[0]

    def _begin(self, account: Account, matter: Matter) -> Conversation:
        customer = self._people[account.name].arrive()
        speech = Speech(matter, self._timeline.words)
        skipped = LEFT.get(matter.topic, account.chance_skipped)
        customer.conversation = Conversation(account, customer, speech, customer.thread, skipped)
        return customer.conversation

    def _begin_on_x(self, conversation: Conversation) -> None:
        """Post something of one's own, or answer another customer or an announcement."""
        now, roll = self._timeline.now, self._timeline.chance.random()
        speech, handle = conversation.speech, f"@{X.name}"
        outage = speech.matter is wording.OUTAGE
        if outage and roll < 0.12 and self.announcement and now < self.announcement[1]:
            key = conversation.thread = self.announcement[0]
            self._say(conversation, key, f"{handle} {speech.opener(polite=False)}", "openers")
        elif roll > (0.92 if outage else 0.97) and self._heard:
            self._join_in(conversation, self._timeline.chance.choice(self._heard))
        elif roll > 0.95 and not outage:
            conversation.chance_skipped = LEFT["two_accounts"]
            text = f"{handle} {wording.OTHER_HANDLE} {speech.customer('two_accounts')}"
            self._say(conversation, None, text, "openers")
        else:
            text = wording.mention(handle, speech.opener(polite=False), self._timeline.words)
            self._say(conversation, None, text, "openers")
            self._heard.append(conversation)

    def _join_in(self, conversation: Conversation, other: Conversation) -> None:
        """Answer another customer: with a tip, which needs nobody, or with the same trouble."""
        conversation.thread = other.thread
        conversation.speech = Speech(other.speech.matter, self._timeline.words)
        conversation.chance_skipped = LEFT["same_here"]
        to = f"@{other.customer.key}"
        if self._timeline.happens(0.4):
            tip = f"{to} {conversation.speech.customer('tips')}"
            self._say(conversation, other.customer_key, tip, "tips", needs_reply=False)
        else:
            text = f"{to} @{X.name} {conversation.speech.customer('same_here')}"
            self._say(conversation, other.customer_key, text, "openers")

    def _burst(self, conversation: Conversation) -> None:
        """Add the second half of a thought."""
        if conversation.waiting_since is not None and not conversation.over:
            self._write(conversation, "bursts", conversation.customer_key)

    # --- waiting --------------------------------------------------------------------------

    def _write(self, conversation: Conversation, kind: str, reply_to: str | None) -> None:
        """Go on in a conversation."""
        text = conversation.speech.customer(kind)
        if conversation.account is X:
            text = f"@{X.name} {text}"
        self._say(conversation, reply_to, text, kind, needs_reply=kind != "closers")

    def _say(
        self,
        conversation: Conversation,
        reply_to: str | None,
        text: str,
        kind: str,
        *,
        needs_reply: bool = True,
    ) -> None:
        """Send a message; it opens a wait when it needs a reply and none is open."""
        if conversation.account is not X and not self._timeline.happens(0.08):
            reply_to = None  # chats seldom show what is answered
        key = self._post.customer(conversation, reply_to, text)
        conversation.said = kind
        self._bot.hear(conversation)
        if conversation.waiting_since is not None:
            conversation.wait_keys.append(key)
        elif needs_reply:
            conversation.waiting_since = self._timeline.now
            conversation.waits += 1
            conversation.wait_keys = [key]
            if self._timeline.happens(conversation.account.chance_chase):
                self._plan_chaser(conversation, conversation.account.patience)
            self._queue(conversation)

    def _queue(self, conversation: Conversation) -> None:
        conversation.queued = True
        self.on_wait(conversation)

    def _plan_chaser(self, conversation: Conversation, patience: float) -> None:
        """Minutes of patience are the scale of a Weibull time: impatience grows with waiting."""
        seconds = self._timeline.chance.weibullvariate(patience * 60, 1.3)
        at = self._awake(self._timeline.now + seconds)
        self._timeline.at(at, self._chase, conversation, conversation.waits, patience)

    def _chase(self, conversation: Conversation, wait: int, patience: float) -> None:
        """Write again, if that wait is still open."""
        if conversation.over or conversation.waiting_since is None or conversation.waits != wait:
            return
        # Most answer themselves; some post anew, which on X begins another tree.
        self_reply = conversation.account is not X or self._timeline.happens(0.93)
        if not self_reply:
            conversation.thread = ""
        self._write(conversation, "chasers", conversation.customer_key if self_reply else None)
        if self._timeline.happens(0.5):
            self._plan_chaser(conversation, patience * 1.6)
        if not (conversation.queued or conversation.in_hand):
            # What was left once may be taken up when it comes again.
            seen = self._timeline.happens(0.4 if conversation.account is X else 0.7)
            conversation.chance_skipped = 0.1
            if seen:
                self._queue(conversation)

    # --- after a reply --------------------------------------------------------------------

    def react(self, conversation: Conversation, kind: str) -> None:
        """Plan what the customer does after a reply of this kind."""
        roll = self._timeline.chance.random() / 0.9 ** (conversation.replies - 1)
        for reaction, probability in REACTIONS.get(kind, ()):
            if roll < probability:
                pause = self._timeline.minutes(conversation.account.customer_pause)
                at = self._awake(self._timeline.now + pause)
                self._timeline.at(at, self._answer_back, conversation, reaction)
                return
            roll -= probability

    def _answer_back(self, conversation: Conversation, kind: str) -> None:
        if conversation.over or conversation.waiting_since is not None:
            return
        self._write(conversation, kind, conversation.agent_key)
        if kind == "closers":
            self.on_thanks(conversation)

    def _awake(self, instant: float) -> float:
        """Return the instant, or when they are up again if it lies between midnight and seven."""
        here = local(instant)
        if here.hour >= 7:
            return instant
        morning = here.replace(hour=7, minute=0, second=0) + timedelta(
            minutes=self._timeline.chance.uniform(0, 150)
        )
        return morning.timestamp()
