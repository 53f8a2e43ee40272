"""Oracle: verdicts and figures, each over a list of waits and what is known of its time.

`as_of` is what `as_of()` returns, account and channel to an instant, or one instant for all.
Every figure is a list of dicts, one a group named by `by` (hour, day, week, month, account,
channel, or several of them), and one dict in all when `by` is empty. Shares and means are
exact fractions, None when there is nothing to divide by; waits left to a bot are in none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle import walks
from tests.oracle_curve import Observation, Point, curve_of, quantile
from tests.oracle_hours import open_seconds_of, period, zone_of
from tests.oracle_records import Message, Rules, Wait, instant, visible, whole_seconds
from tests.oracle_tree import Belonging

AsOf = Mapping[tuple[str, str], datetime] | datetime
By = str | Sequence[str]
Figures = dict[str, Any]
PLAIN = Rules()
EVER = (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Asked:
    """What is asked of the backlog, of chasers and of replies: keys, filters, and a stretch of time.

    The stretch is `since`, with it, to `until`, without it; a time without an offset is that on the
    wall of each account.
    """

    by: tuple[str, ...] = ()
    account: str | None = None
    channel: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    which: str = "all"

    def of(self, account: str, channel: str) -> bool:
        """Say whether an account's channel is asked for."""
        return self.account in (None, account) and self.channel in (None, channel)

    def bounds(self, account: str, rules: Rules) -> tuple[datetime, datetime]:
        """Return the stretch in UTC as it is for an account."""

        def in_utc(given: datetime | None, without: datetime) -> datetime:
            if given is None:
                return without
            if given.tzinfo is None:
                given = given.replace(tzinfo=zone_of(rules, account), fold=0)
            return given.astimezone(UTC)

        return in_utc(self.since, EVER[0]), in_utc(self.until, EVER[1])

    def holds(self, account: str, channel: str, at: datetime, rules: Rules) -> bool:
        """Say whether something at an instant, in an account's channel, is asked for."""
        since, until = self.bounds(account, rules)
        return self.of(account, channel) and since <= at < until


def as_of(messages: Sequence[Message], rules: Rules = PLAIN) -> dict[tuple[str, str], datetime]:
    """Return the instant of the latest message of each account and channel, of any role."""
    belonging = Belonging(messages, rules)
    latest: dict[tuple[str, str], datetime] = {}
    for message in belonging.messages:  # in the order of time
        account = belonging.account(message)
        if account is not None:
            latest[(account, message["channel"])] = instant(message)
    return latest


def known_until(wait: Wait, until: AsOf) -> datetime:
    """Return the instant up to which this wait is known."""
    if isinstance(until, datetime):
        return until.astimezone(UTC)
    return until[(wait.account, wait.channel)]


def elapsed(wait: Wait, until: AsOf, clock: str = "calendar", rules: Rules = PLAIN) -> int | None:
    """Return the seconds from the start to the end or as of; None without a time to tell."""
    if wait.unknown:
        return None
    end = wait.ended_at or known_until(wait, until)
    if clock == "calendar":
        return whole_seconds(wait.started_at, end)
    if clock == "open":
        return open_seconds_of(rules, wait.account, wait.started_at, end)
    raise ValueError(f"clock {clock!r} is neither calendar nor open")


def verdict(
    wait: Wait, target: int, until: AsOf, clock: str = "calendar", rules: Rules = PLAIN
) -> str | None:
    """Judge one wait: 'met', 'missed', 'undecided', or None: in no figure of this clock."""
    took = elapsed(wait, until, clock, rules)
    if wait.outcome == "bot" or took is None:
        return None
    if wait.outcome == "closed":
        return "missed"
    if wait.outcome == "answered":
        return "met" if took <= target else "missed"
    return "missed" if took > target else "undecided"


def chosen(waits: Sequence[Wait], which: str) -> list[Wait]:
    """Return the first waits, the next ones, or all, without those left to a bot."""
    wanted = {"first": (True,), "next": (False,), "all": (True, False)}[which]
    return [wait for wait in waits if wait.first in wanted and wait.outcome != "bot"]


def label(by: str, account: str, channel: str, at: datetime, rules: Rules) -> str:
    """Name the group in which something falls."""
    if by in ("account", "channel"):
        return {"account": account, "channel": channel}[by]
    return period(at, zone_of(rules, account), by)


def names_in(by: By) -> tuple[str, ...]:
    """Return the names of a grouping, which may be a single one."""
    return (by,) if isinstance(by, str) else tuple(by)


def grouped(
    waits: Sequence[Wait], by: By, rules: Rules, figure: Callable[[list[Wait]], Figures]
) -> list[Figures]:
    """Work out a figure for each group of waits, dated by the question; in order of the groups."""
    by = names_in(by)
    groups: dict[tuple[str, ...], list[Wait]] = defaultdict(list)
    if not by:
        groups[()] = []
    for wait in waits:
        at = (wait.account, wait.channel, wait.started_at)
        groups[tuple(label(name, *at, rules) for name in by)].append(wait)
    return [
        {**dict(zip(by, group, strict=True)), **figure(inside)}
        for group, inside in sorted(groups.items())
    ]


def share(part: int, whole: int) -> Fraction | None:
    """Divide, and say nothing about nothing."""
    return Fraction(part, whole) if whole else None


def hit_rate(
    waits: Sequence[Wait],
    until: AsOf,
    target: int = 3600,
    clock: str = "calendar",
    which: str = "first",
    by: By = (),
    rules: Rules = PLAIN,
) -> list[Figures]:
    """Share answered within the target among the decided waits, with worst and best case."""

    def figure(inside: list[Wait]) -> Figures:
        verdicts = [verdict(wait, target, until, clock, rules) for wait in inside]
        met, missed, undecided = map(verdicts.count, ("met", "missed", "undecided"))
        n = met + missed + undecided
        return {
            "met": met,
            "missed": missed,
            "undecided": undecided,
            "n": n,
            "hit_rate": share(met, met + missed),
            "worst": share(met, n),
            "best": share(met + undecided, n),
        }

    return grouped(chosen(waits, which), by, rules, figure)


def response_rate(
    waits: Sequence[Wait],
    until: AsOf,
    which: str = "all",
    by: By = (),
    rules: Rules = PLAIN,
) -> list[Figures]:
    """Share answered, however late, among the answered and the given up."""

    def figure(inside: list[Wait]) -> Figures:
        still_open = [wait for wait in inside if wait.outcome == "open"]
        ages = [known_until(wait, until) - wait.started_at for wait in still_open]
        answered = sum(wait.outcome == "answered" for wait in inside)
        closed = sum(wait.outcome == "closed" for wait in inside)
        given_up = closed + sum(age > timedelta(seconds=rules.horizon_seconds) for age in ages)
        return {
            "n": len(inside),
            "answered": answered,
            "given_up": given_up,
            "undecided": len(inside) - answered - given_up,
            "response_rate": share(answered, answered + given_up),
        }

    return grouped(chosen(waits, which), by, rules, figure)


def observations(
    waits: Sequence[Wait], until: AsOf, clock: str = "calendar", rules: Rules = PLAIN
) -> list[Observation]:
    """Return what the response curve is made from: every wait with a time, none of a bot."""
    seen = [(elapsed(wait, until, clock, rules), wait) for wait in waits if wait.outcome != "bot"]
    return [(took, wait.outcome) for took, wait in seen if took is not None]


def curve(
    waits: Sequence[Wait],
    until: AsOf,
    clock: str = "calendar",
    rules: Rules = PLAIN,
    of_answered: bool = False,
) -> list[Point]:
    """Return seconds, share answered by then, and its band, wherever somebody was answered."""
    return curve_of(observations(waits, until, clock, rules), of_answered)


def first_reply(
    waits: Sequence[Wait],
    until: AsOf,
    clock: str = "calendar",
    which: str = "first",
    by: By = (),
    rules: Rules = PLAIN,
) -> list[Figures]:
    """Median and p90 of the response curve, and the mean of those answered only."""

    def figure(inside: list[Wait]) -> Figures:
        seen = observations(inside, until, clock, rules)
        times = [seconds for seconds, outcome in seen if outcome == "answered"]
        return {
            "n": len(seen),
            "answered": len(times),
            "open": sum(outcome == "open" for _, outcome in seen),
            "median_seconds": quantile(seen, Fraction(1, 2)),
            "p90_seconds": quantile(seen, Fraction(9, 10)),
            "mean_answered_seconds": share(sum(times), len(times)),
        }

    return grouped(chosen(waits, which), by, rules, figure)


def waiting_now(waits: Sequence[Wait], until: AsOf) -> list[Figures]:
    """Return the open waits, the oldest first; `wait_id` is the identity of the first message."""
    return [
        {
            "wait_id": wait.start_key,
            "account": wait.account,
            "channel": wait.channel,
            "started_at": wait.started_at,
            "age_seconds": elapsed(wait, until),
        }
        for wait in sorted(waits, key=lambda wait: wait.started_at)
        if wait.outcome == "open"
    ]


def load(
    messages: Sequence[Message],
    waits: Sequence[Wait],
    by: By = ("hour",),
    rules: Rules = PLAIN,
) -> list[Figures]:
    """Count customers' messages, waits opened and agents' visible messages, each at its own time.

    What belongs to nobody is in none of them.
    """
    by = names_in(by)
    counts: dict[tuple[str, ...], dict[str, int]] = defaultdict(
        lambda: {"messages_in": 0, "waits_opened": 0, "replies_out": 0}
    )
    if not by:
        counts[()] = dict(counts[()])
    for stream, walk in walks(messages, rules).items():
        for message in walk.messages:
            kind = {"customer": "messages_in", "agent": "replies_out"}.get(message["role"])
            if kind is not None and visible(message):
                at = (stream[3], message["channel"], instant(message))
                counts[tuple(label(name, *at, rules) for name in by)][kind] += 1
    for wait in waits:
        at = (wait.account, wait.channel, wait.started_at)
        counts[tuple(label(name, *at, rules) for name in by)]["waits_opened"] += 1
    return [{**dict(zip(by, group, strict=True)), **counts[group]} for group in sorted(counts)]


def coverage(
    messages: Sequence[Message], waits: Sequence[Wait], until: AsOf, rules: Rules = PLAIN
) -> Figures:
    """Return the share of an account's hours with a reply among those with something waiting.

    Something waits in every local hour from the start of a wait up to its end or the horizon, both included.
    """
    horizon = timedelta(seconds=rules.horizon_seconds)
    waiting: set[tuple[str, str]] = set()
    for wait in chosen(waits, "all"):
        end = min(wait.ended_at or known_until(wait, until), wait.started_at + horizon)
        at = wait.started_at
        while at < end:
            waiting.add((wait.account, label("hour", wait.account, "", at, rules)))
            at += timedelta(minutes=15)  # no zone begins an hour off the quarter
        if wait.started_at <= end:
            waiting.add((wait.account, label("hour", wait.account, "", end, rules)))
    replied = {
        (stream[3], label("hour", stream[3], "", instant(message), rules))
        for stream, walk in walks(messages, rules).items()
        for message in walk.messages
        if message["role"] == "agent" and visible(message)
    }
    covered = len(waiting & replied)
    return {"n": len(waiting), "covered": covered, "coverage": share(covered, len(waiting))}
