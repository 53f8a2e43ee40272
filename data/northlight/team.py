"""The care team: who takes what next, and what they write."""

from collections import deque
from collections.abc import Callable
from datetime import date

from data.northlight import wording
from data.northlight.accounts import ACCOUNTS, Account, X
from data.northlight.demand import Demand
from data.northlight.people import Conversation
from data.northlight.post import Author, Post
from data.northlight.shifts import BREAK, Agent, Shifts
from data.northlight.timeline import Timeline
from data.northlight.wording import Speech

# Agents look at the other desk's queue when it takes so many times as long as it may.
HELP_FROM = 2.0
HELP_WEIGHT = 0.5

# What an agent does, by what is to be answered: kinds of reply and their weights.
KINDS: dict[str, tuple[tuple[str, ...], tuple[float, ...]]] = {
    "outage": (("outage", "questions", "answers"), (0.84, 0.08, 0.08)),
    "dm_sent": (("direct_message_found", "direct_message"), (0.85, 0.15)),
    "followups": (("answers",), (1,)),
    "grumbles": (("grumbled", "answers", "elsewhere"), (0.6, 0.25, 0.15)),
    "remark": (("sorry", "questions", "direct_message"), (0.4, 0.3, 0.3)),
    "first on x": (("direct_message", "questions", "answers", "sorry"), (0.36, 0.27, 0.31, 0.06)),
    "next on x": (
        ("answers", "direct_message", "questions", "elsewhere"),
        (0.5, 0.28, 0.12, 0.1),
    ),
    "first": (("questions", "answers", "elsewhere", "sorry"), (0.46, 0.41, 0.08, 0.05)),
    "next": (("answers", "questions", "elsewhere"), (0.66, 0.18, 0.16)),
}

# Stock phrases are quick; what moves to a direct message goes on there, unseen by this export.
EFFORT = {"outage": (0.35, 0.15), "direct_message": (0.8, 1.6), "direct_message_found": (0.5, 1.6)}


class Team:
    """Agents and what waits for them. `on_reply` is told of each reply and its kind."""

    def __init__(self, timeline: Timeline, post: Post, demand: Demand) -> None:
        self.on_reply: Callable[[Conversation, str], None] = lambda conversation, kind: None
        self._timeline = timeline
        self._post = post
        self._demand = demand
        self._shifts = Shifts(timeline, demand)
        self._idle: list[Agent] = []
        self._queues: list[tuple[Account, float, deque[Conversation]]] = [
            (account, due * 60, deque())
            for account in ACCOUNTS
            for due in (account.due_first, account.due_next)
        ]

    def start_day(self, day: date) -> None:
        """Draw who works on `day` and let them begin; called before it opens."""
        for agent in self._shifts.roster(day):
            at = agent.on_at + self._timeline.chance.uniform(0, 300)
            self._timeline.at(at, self._free, agent)

    # --- the queue ------------------------------------------------------------------------

    def enqueue(self, conversation: Conversation) -> None:
        """Let a conversation wait for its turn."""
        place = 2 * ACCOUNTS.index(conversation.account) + (conversation.replies > 0)
        self._queues[place][2].append(conversation)
        self.dispatch()

    def dispatch(self) -> None:
        """Let everybody who is idle look for work."""
        idle, self._idle = self._idle, []
        for agent in idle:
            self._free(agent)

    def _free(self, agent: Agent) -> None:
        """Let an agent who has time go home, have a break, take what is next, or wait."""
        now = self._timeline.now
        if now > agent.off_at - 120:
            return
        if now >= agent.break_at:
            agent.break_at = agent.off_at
            self._timeline.at(now + BREAK, self._free, agent)
            return
        conversation = self._next(agent)
        if conversation is None:
            self._idle.append(agent)
        elif self._leaves(conversation):
            self._timeline.at(now + self._timeline.chance.uniform(15, 45), self._free, agent)
        else:
            self._take(agent, conversation)

    def _next(self, agent: Agent) -> Conversation | None:
        """Draw what to answer now among the heads of the queues, the urgent ones rather.

        Urgency is age in proportion to how long it may take. What is long overdue is all the
        same, else the slowest channel would be served first after every bad hour.
        """
        now = self._timeline.now
        queues, weights = [], []
        for account, due, queue in self._queues:
            while queue and queue[0].over:
                queue.popleft().queued = False
            if not queue:
                continue
            urgency = 0.05 + (now - (queue[0].waiting_since or now)) / due
            if account.desk == agent.desk:
                queues.append(queue)
                weights.append(min(urgency, 3.0) ** 2)
            elif urgency > HELP_FROM:
                queues.append(queue)
                weights.append(HELP_WEIGHT)
        if not queues:
            return None
        queue = self._timeline.chance.choices(queues, weights)[0]
        # Now and then somebody answers what has just come in instead.
        conversation = queue.pop() if self._timeline.happens(0.08) else queue.popleft()
        conversation.queued = False
        return conversation

    def _leaves(self, conversation: Conversation) -> bool:
        """Whether the agent reads it and leaves it, the rather the older it is."""
        account = conversation.account
        hours = (self._timeline.now - (conversation.waiting_since or 0.0)) / 3600
        chance = (
            account.chance_next_skipped if conversation.replies else conversation.chance_skipped
        )
        return self._timeline.happens(chance + min(0.4, account.skipped_per_hour * hours))

    # --- answering ------------------------------------------------------------------------

    def _take(self, agent: Agent, conversation: Conversation) -> None:
        conversation.in_hand = True
        kind = self._kind(conversation)
        seconds = self._timeline.minutes(conversation.account.handling) * EFFORT.get(kind, (1,))[0]
        at = self._timeline.now + min(seconds, 2700)
        self._timeline.at(at, self._reply, agent, conversation, kind)

    def _kind(self, conversation: Conversation) -> str:
        said, matter = conversation.said, conversation.speech.matter
        if said == "dm_sent":
            case = said
        elif matter is wording.OUTAGE and self._timeline.now < self._demand.outage_ends + 14400:
            case = "outage"
        elif said in ("followups", "grumbles"):
            case = said
        elif matter is wording.REMARK and not conversation.replies:
            case = "remark"
        else:
            case = "next" if conversation.replies else "first"
            case += " on x" if conversation.account is X else ""
        kinds, weights = KINDS[case]
        return self._timeline.chance.choices(kinds, weights)[0]

    def _reply(self, agent: Agent, conversation: Conversation, kind: str) -> None:
        timeline, account = self._timeline, conversation.account
        text = conversation.speech.agent(kind, first=not conversation.replies)
        answers = conversation.customer_key
        if timeline.happens(0.15):
            answers = conversation.wait_keys[0]
        self._write(agent, conversation, text, answers)
        conversation.in_hand = False
        conversation.waiting_since = None
        conversation.replies += 1
        conversation.agent = agent
        self.on_reply(conversation, kind)
        if kind == "answers" and timeline.happens(0.1):
            pause = timeline.chance.uniform(25, 80)
            timeline.at(timeline.now + pause, self._add, agent, conversation, "anything_else")
        wrap_up = timeline.minutes(account.wrap_up) * EFFORT.get(kind, (1, 1))[1]
        timeline.at(timeline.now + min(wrap_up, 2700), self._free, agent)

    def thanked(self, conversation: Conversation) -> None:
        """Whoever replied last may answer a thank-you, while on shift."""
        agent = conversation.agent
        if agent is None or not self._timeline.happens(0.2):
            return
        at = self._timeline.now + self._timeline.minutes((3, 0.8))
        if agent.on_at <= at < agent.off_at:
            self._timeline.at(at, self._add, agent, conversation, "welcome")

    def _add(self, agent: Agent, conversation: Conversation, kind: str) -> None:
        """Write one more thing, unless the customer has gone on."""
        if conversation.waiting_since is None and not conversation.over:
            text = conversation.speech.agent(kind, first=False)
            self._write(agent, conversation, text, conversation.customer_key)

    def _write(
        self, agent: Agent, conversation: Conversation, text: str, answers: str | None
    ) -> None:
        """Send it, mostly signed: `^MY` on X, `-Maya` elsewhere."""
        account = conversation.account
        signed = self._timeline.happens(account.chance_signed)
        if account is X:
            text = f"@{conversation.customer.key} {text}" + (
                f" ^{agent.initials}" if signed else ""
            )
            self._post.agent(conversation, answers, Author(X.name, None, "agent"), text)
            return
        shown = answers if self._timeline.happens(0.1) else None
        author = Author(f"agent-{agent.initials.lower()}", agent.name, "agent")
        self._post.agent(conversation, shown, author, text + (f" -{agent.name}" if signed else ""))

    # --- announcements --------------------------------------------------------------------

    def announce(self, kind: str) -> tuple[str, float]:
        """Post about the outage to everybody; returns the key and until when it is news."""
        text = Speech(wording.OUTAGE, self._timeline.words).agent(kind, first=False)
        return self._post.announce(X, text), self._timeline.now + 5 * 3600
