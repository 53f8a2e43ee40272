"""What a trace is made of: a wait, its messages, the rules, the opening hours counted, the verdicts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sla.measures import Clock


class Effect(StrEnum):
    """What one message did to the clock of the wait that is traced."""

    STARTED = "started"
    CHASED = "chased"
    NOTE = "note"
    BOT_ACKNOWLEDGED = "bot_acknowledged"
    BOT_ANSWERED = "bot_answered"
    BOT_OVERTAKEN = "bot_overtaken"
    CLOSER = "closer"
    ENDED = "ended"
    CLOSED_UNANSWERED = "closed_unanswered"
    BEFORE = "before"
    AFTER = "after"
    REOPENED = "reopened"
    SYSTEM = "system"

    @property
    def told(self) -> str:
        """The effect in a few words."""
        return _TOLD[self]

    @property
    def ends(self) -> bool:
        """Whether a message with this effect is the end of the wait."""
        return self in {Effect.ENDED, Effect.BOT_ANSWERED, Effect.CLOSED_UNANSWERED}


_TOLD = {
    Effect.STARTED: "started the clock",
    Effect.CHASED: "chased, clock runs on",
    Effect.NOTE: "internal note, not seen",
    Effect.BOT_ACKNOWLEDGED: "bot acknowledged, no change",
    Effect.BOT_ANSWERED: "bot answered, ended as bot",
    Effect.BOT_OVERTAKEN: "bot answered, agent followed",
    Effect.CLOSER: "closer, needs no reply",
    Effect.ENDED: "ended the clock",
    Effect.CLOSED_UNANSWERED: "closed unanswered",
    Effect.BEFORE: "before this wait",
    Effect.AFTER: "after the end",
    Effect.REOPENED: "reopened",
    Effect.SYSTEM: "system",
}


@dataclass(frozen=True)
class TracedWait:
    """The wait itself. Instants are UTC, lengths whole seconds; None where there is nothing to say.

    `age_seconds` and `open_age_seconds` are told of an open wait, up to *as of*; `ahead_seconds` of an
    unknown one: by how much the reply is dated before the question. `given_up`: open and older than the
    horizon. `hours` says whether the account has opening hours at all, `hours_counted` whether they
    held for this wait.
    """

    wait_id: str
    platform: str
    account: str
    channel: str
    conversation_id: str
    first: bool
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    unknown: bool
    seconds: int | None
    open_seconds: int | None
    agent: str | None
    team: str | None
    chasers: int
    as_of: datetime
    age_seconds: int | None
    open_age_seconds: int | None
    ahead_seconds: int | None
    given_up: bool
    hours: bool
    hours_counted: bool
    time_zone: str

    @property
    def zone(self) -> ZoneInfo:
        """The account's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def length_seconds(self) -> int | None:
        """What the calendar clock reads: the length, or the age while open; None when unknown."""
        return self.age_seconds if self.outcome == "open" else self.seconds

    @property
    def open_length_seconds(self) -> int | None:
        """What the clock of opening hours reads; None when unknown or without hours."""
        return self.open_age_seconds if self.outcome == "open" else self.open_seconds


@dataclass(frozen=True)
class TracedMessage:
    """One message around the wait, what it did to the clock, and why.

    `clock_seconds` is what the calendar clock read at it, None while the clock did not run;
    `in_conversation` is false for what stands in the episode before or after the wait's own.
    """

    key: str
    author_key: str | None
    author: str | None
    role: str
    visibility: str
    sent_at: datetime
    event: str | None
    text: str | None
    effect: Effect
    why: str
    clock_seconds: int | None
    in_conversation: bool


@dataclass(frozen=True)
class AppliedRule:
    """One rule as it is set, under the name that it has in the settings, and what it says here."""

    name: str
    value: bool | float | str
    why: str


@dataclass(frozen=True)
class CountedSpan:
    """Opening hours that were counted: the same two instants in UTC and in the account's time zone."""

    opens_at: datetime
    closes_at: datetime
    local_start: datetime
    local_end: datetime
    seconds: int


@dataclass(frozen=True)
class TargetVerdict:
    """Whether the wait kept a target (seconds) on a clock: met, missed, undecided, or None.

    None, and `why` says so, where the wait is in no figure: unknown, ended by a bot, no opening hours.
    """

    target_seconds: int
    clock: Clock
    elapsed_seconds: int | None
    verdict: str | None
    why: str


@dataclass(frozen=True)
class Trace:
    """Why a wait's clock reads what it reads.

    `hidden` counts the messages of the conversation that are too far from the wait to be shown; `spans`
    is None when no opening hours are counted, and adds up to the wait's open length otherwise.
    """

    headline: str
    wait: TracedWait
    messages: tuple[TracedMessage, ...]
    hidden: int
    rules: tuple[AppliedRule, ...]
    spans: tuple[CountedSpan, ...] | None
    verdicts: tuple[TargetVerdict, ...]
