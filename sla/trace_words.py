"""The sentences of a trace: why each message did what it did, which rules applied, and the headline."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sla.durations import DAY, HOUR, spoken
from sla.measures import Row
from sla.settings import Settings
from sla.trace_records import (
    AppliedRule,
    Effect,
    TracedMessage,
    TracedWait,
)
from sla.trace_times import LocalTimes

_WHY = {
    Effect.NOTE: "The customer never sees an internal note: it is never a reply.",
    Effect.BOT_ACKNOWLEDGED: "A bot that acknowledges, the default for every bot, changes nothing.",
    Effect.BOT_ANSWERED: "A bot that answers, as this one is set to, ends the wait as bot: in no human figure.",
    Effect.BOT_OVERTAKEN: "This bot answers, but an agent replied before the customer wrote again, "
    "and that reply ends the wait after all.",
    Effect.CLOSER: "A closer after an agent's reply opens no wait.",
    Effect.CLOSED_UNANSWERED: "The source says that the conversation was closed without a reply: "
    "unanswered for ever.",
    Effect.REOPENED: "The source says that the conversation was reopened: that starts no wait and ends none.",
}


def one_line(text: str, most: int) -> str:
    """Return text on one line of at most `most` characters, without control and direction characters."""
    kept = "".join(c for c in " ".join(text.split()) if unicodedata.category(c)[:2] not in _UNSEEN)
    return kept if len(kept) <= most else kept[: most - 1].rstrip() + "…"


_UNSEEN = {"Cc", "Cf", "Cs", "Co"}


def why(row: Row, wait: TracedWait, opened_by: str, ended_at_by_bot: bool) -> str:
    """Return why a message did what it did; `ended_at_by_bot`: a bot had answered before the end."""
    effect = Effect(row["effect"])
    if effect is Effect.STARTED:
        told = _why_started(wait)
    elif effect is Effect.CHASED:
        told = " ".join(_why_chased(row))
    elif effect is Effect.ENDED:
        told = " ".join(_why_ended(row, wait, ended_at_by_bot))
    elif effect is Effect.SYSTEM:
        told = _why_system(row)
    elif effect in {Effect.BEFORE, Effect.AFTER}:
        told = _why_elsewhere(row, opened_by, wait)
    else:
        told = _WHY[effect]
    return told


def _why_started(wait: TracedWait) -> str:
    if wait.unknown:
        return "Its reply lies before it, as when a message is edited later: the wait is unknown."
    if wait.ended_at == wait.started_at:
        return "The oldest customer message that needs a reply; that reply has the very same time."
    return "The oldest customer message that is not answered yet and needs a reply."


def _why_chased(row: Row) -> Iterable[str]:
    yield "A further message while waiting is a chaser: it never restarts the clock."
    if not row["in_conversation"]:
        yield "It stands in a later episode: a wait outlives its own."


def _why_system(row: Row) -> str:
    if row["event"] == "closed":
        return "A bot had answered already, so this closing leaves nobody unanswered."
    return "A system message starts no wait and ends none."


def _why_ended(row: Row, wait: TracedWait, by_bot: bool) -> Iterable[str]:
    if wait.unknown:
        yield "A reply to that message, dated before it: counted as answered, in no time figure."
    elif by_bot:
        yield (
            "An agent who replies after a bot's answer, before the customer writes again, ends the "
            "wait after all, measured from the customer's message."
        )
    else:
        yield "The first message after it by an agent that the customer can see, however late."
    if not row["in_conversation"]:
        yield "It stands in a later episode: a wait outlives its own."
    if wait.agent is not None and wait.agent not in {row["author_name"], row["author_key"]}:
        yield f"Credited to {one_line(wait.agent, 40)}, who signed it."


def _why_elsewhere(row: Row, opened_by: str, wait: TracedWait) -> str:
    if row["starts_wait"]:
        return f"It started another wait: {one_line(row['starts_wait'], 200)}."
    if row["ends_wait"]:
        return f"It ended another wait: {one_line(row['ends_wait'], 200)}."
    if row["role"] == "customer":
        return "It was a chaser in another wait."
    if row["role"] == "bot" and not row["answering"]:
        return _WHY[Effect.BOT_ACKNOWLEDGED]
    if row["effect"] == Effect.BEFORE and wait.first and opened_by == "brand":
        return "A thread that the brand opened has no first wait until the customer writes."
    return "Nobody was waiting then, so it ended no wait."


def rules(
    row: Row, wait: TracedWait, messages: Sequence[Row], settings: Settings
) -> list[AppliedRule]:
    """Return the rules that bear on a wait, as they were set when it was modelled."""
    if row["closers"]:
        closers = AppliedRule("closers", True, _WHY[Effect.CLOSER])
    else:
        closers = AppliedRule(
            "closers", False, 'Every message counts, also a "thanks!" after a reply.'
        )
    found = [closers, *_conversation_rules(row)]
    bots = {
        m["author_key"]: m["answering"] for m in messages if m["role"] == "bot" and m["author_key"]
    }
    for name, answers in sorted(bots.items()):
        told = (
            "Its answer ends a wait as bot, in no human figure."
            if answers
            else "It acknowledges, which changes nothing."
        )
        found.append(AppliedRule(f'bots."{one_line(name, 40)}".answers', answers, told))
    horizon = "An open wait older than this counts as given up"
    if wait.outcome == "open":
        horizon += "; this one is older" if wait.given_up else "; this one is not older"
    return [*found, AppliedRule("horizon_hours", settings.horizon_hours, f"{horizon}.")]


def _conversation_rules(row: Row) -> list[AppliedRule]:
    if row["kind"] == "endless":
        return [
            AppliedRule(
                "episode_gap_hours",
                row["episode_gap_seconds"] / 3600,
                "A longer silence of both sides ends the episode, which is the conversation here.",
            ),
            AppliedRule(
                "episode_open_days",
                row["episode_open_seconds"] / 86400,
                "It does not while a wait in it is open and younger than this.",
            ),
        ]
    if row["kind"] == "thread":
        told = "As in the source; when the customer writes to a closed one, a new episode starts."
        return [AppliedRule("conversation", "ticket or thread", told)]
    told = "Each customer's messages with one account are a conversation of their own."
    return [AppliedRule("conversation", "tree of replies", told)]


def verdict_why(row: Row, wait: TracedWait) -> str:
    """Return what a verdict says in a few words, or why there is none."""
    elapsed, target, verdict = row["elapsed_seconds"], row["target_seconds"], row["verdict"]
    if wait.unknown:
        return "in no time figure: unknown"
    if wait.outcome == "bot":
        return "in no human figure: ended by a bot"
    if elapsed is None:
        return (
            "no figure: no opening hours" if not wait.hours else "no figure: no opening hours then"
        )
    if wait.outcome == "closed":
        return "closed unanswered"
    if verdict == "missed":
        return f"by {spoken(elapsed - target)}"
    left = spoken(target - elapsed)
    return f"{left} left" if verdict == "undecided" else f"{left} to spare"


def headline(wait: TracedWait, messages: Sequence[TracedMessage]) -> str:
    """Return in a few sentences what the clock reads and why."""
    parts = [_read(wait, messages)]
    if wait.chasers:
        many = "1 chaser" if wait.chasers == 1 else f"{wait.chasers:,} chasers"
        parts.append(f"{many} did not restart the clock.")
    bots = [m for m in messages if m.effect is Effect.BOT_OVERTAKEN]
    if bots:
        parts.append("A bot answered before; the agent's reply ended the wait after all.")
    if any(m.effect is Effect.ENDED and not m.in_conversation for m in messages):
        parts.append("The reply came in a later episode; a wait outlives its own.")
    parts.extend(_in_figures(wait))
    return " ".join(parts)


def _read(wait: TracedWait, messages: Sequence[TracedMessage]) -> str:
    end = wait.as_of if wait.outcome == "open" else wait.ended_at
    assert end is not None, "a wait that is not open has an end"
    times = LocalTimes(wait.zone, (wait.started_at, end))
    asked = f"asked {times.day(wait.started_at)} at {times.time(wait.started_at)}"
    ended = times.spoken(end, wait.started_at)
    zone = f"({wait.time_zone}{_moved(times.moved(wait.started_at, end))})"
    agent = one_line(wait.agent, 40) if wait.agent else "an agent"
    if wait.unknown:
        early = spoken(wait.ahead_seconds or 0)
        return f"Unknown: {asked}, but the reply by {agent} was sent {ended}, {early} before it {zone}."
    length = spoken(wait.length_seconds or 0)
    if wait.outcome == "answered":
        return f"{length}: {asked}, answered by {agent} {ended} {zone}."
    if wait.outcome == "bot":
        bot = next((m.author for m in messages if m.effect is Effect.BOT_ANSWERED), None)
        name = f"the bot {one_line(bot, 40)}" if bot else "a bot"
        return f"{length} until a bot answered: {asked}, answered by {name} {ended} {zone}."
    if wait.outcome == "closed":
        return (
            f"Unanswered for ever: {asked}, closed without a reply {ended}, after {length} {zone}."
        )
    return f"Open for {length}: {asked}, not answered as of {times.short(end, wait.started_at)} {zone}."


def _moved(by: timedelta) -> str:
    if not by:
        return ""
    way = "forward" if by > timedelta() else "back"
    return f"; in between its clocks went {way} by {spoken(int(abs(by).total_seconds()))}"


def _hours(seconds: int) -> str:
    """Return a length of opening hours: a day of them is no day on the wall, so they are told in hours."""
    return spoken(seconds) if seconds < DAY else f"{seconds // HOUR:,} h"


def _in_figures(wait: TracedWait) -> Iterable[str]:
    """Yield what the clock of opening hours reads, and which figures leave the wait out."""
    if wait.given_up:
        yield "It is older than the horizon and counts as given up."
    if wait.unknown:
        yield "Counted as answered, in no time figure."
    elif wait.open_length_seconds is None:
        if wait.hours:
            yield "No opening hours held yet when it started."
    elif wait.open_length_seconds == 0:
        yield "None of it in opening hours."
    elif wait.open_length_seconds == wait.length_seconds:
        yield "All of it in opening hours."
    else:
        yield f"{_hours(wait.open_length_seconds)} of it in opening hours."
    if wait.outcome == "bot":
        yield "It ended as bot: in no human figure."
