"""Oracle: how many waits are open at an instant, and how often the customer writes again meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests import oracle
from tests.oracle import Walk, walks
from tests.oracle_hours import ONE_DAY, from_local, period, zone_of
from tests.oracle_measures import Asked, Figures, as_of, chosen, known_until, label, share
from tests.oracle_records import Message, Rules, Wait, identity, instant, whole_seconds
from tests.oracle_tree import Belonging

PERIODS = ("hour", "day", "week", "month")


@dataclass(frozen=True)
class Window:
    """A stretch of time of an account's channel, ends included, and the instant that is looked at."""

    account: str
    channel: str
    begin: datetime
    end: datetime
    at: datetime


def open_at(wait: Wait, at: datetime) -> bool:
    """Say whether a wait has begun by an instant and has not ended yet."""
    return wait.started_at <= at and (wait.ended_at is None or wait.ended_at > at)


def told_waits(messages: Sequence[Message], rules: Rules, asked: Asked) -> list[Wait]:
    """Return the waits that are in human figures and whose length is known."""
    found = chosen(oracle.waits(messages, rules), asked.which)
    return [wait for wait in found if not wait.unknown]


def backlog(messages: Sequence[Message], rules: Rules, asked: Asked) -> list[Figures]:
    """Count the waits open at the end of each period, or at the last instant that is asked for."""
    waits = told_waits(messages, rules, asked)
    groups: dict[tuple[str, ...], list[Window]] = {} if asked.by else {(): []}
    for keys, window in windows(messages, rules, asked):
        groups.setdefault(keys, []).append(window)
    return [
        dict(zip(asked.by, keys, strict=True)) | backlog_in(inside, waits)
        for keys, inside in sorted(groups.items())
    ]


def backlog_in(inside: Sequence[Window], waits: Sequence[Wait]) -> Figures:
    """Look at several windows together, each at its own instant."""
    seen = [
        (window, wait)
        for window in inside
        for wait in waits
        if (wait.account, wait.channel) == (window.account, window.channel)
    ]
    still = [(window, wait) for window, wait in seen if open_at(wait, window.at)]
    ages = [whole_seconds(wait.started_at, window.at) for window, wait in still]
    # the number only grows where a wait or a window begins
    steps = {window.begin for window in inside} | {wait.started_at for _, wait in seen}
    together = [
        sum(window.begin <= at <= window.end and open_at(wait, at) for window, wait in seen)
        for at in steps
    ]
    return {
        "at": max((window.at for window in inside), default=None),
        "n": len(ages),
        "oldest_seconds": max(ages, default=None),
        "highest": max(together, default=0),
    }


def windows(
    messages: Sequence[Message], rules: Rules, asked: Asked
) -> Iterator[tuple[tuple[str, ...], Window]]:
    """Yield what is looked at, with its keys: every period in which something is known, or all of it."""
    by_period = next((name for name in asked.by if name in PERIODS), None)
    first = first_messages(messages, rules)
    for (account, channel), until in as_of(messages, rules).items():
        if not asked.of(account, channel):
            continue
        since, before = asked.bounds(account, rules)
        zone, begun = zone_of(rules, account), first[(account, channel)]
        if by_period is None:
            if since <= until and max(since, begun) < before:
                window = Window(account, channel, since, before, min(until, before))
                yield keys_of(asked, window, ""), window
            continue
        for name, begin, end in periods(by_period, zone, begun, until):
            if since <= begin < before:
                window = Window(account, channel, begin, end, min(until, end))
                yield keys_of(asked, window, name), window


def keys_of(asked: Asked, window: Window, name: str) -> tuple[str, ...]:
    """Return the keys of a window; `name` is that of its period."""
    said = {"account": window.account, "channel": window.channel}
    return tuple(said.get(key, name) for key in asked.by)


def first_messages(messages: Sequence[Message], rules: Rules) -> dict[tuple[str, str], datetime]:
    """Return the instant of the first message of each account and channel, of any role."""
    belonging = Belonging(messages, rules)
    first: dict[tuple[str, str], datetime] = {}
    for message in belonging.messages:  # in the order of time
        account = belonging.account(message)
        if account is not None:
            first.setdefault((account, message["channel"]), instant(message))
    return first


def periods(
    by: str, zone: ZoneInfo, first: datetime, last: datetime
) -> list[tuple[str, datetime, datetime]]:
    """Return name, beginning and end of every local period from that of one instant to that of another.

    An hour that occurs twice is one of two hours; one that summer time skips is none.
    """
    found = [
        (name, begin, end)
        for (name, begin), (_, end) in pairwise(beginnings(by, zone, first, last))
        if begin <= last and end > first
    ]
    names = [name for name, _, _ in found]
    assert names[0] == period(first, zone, by)
    assert names[-1] == period(last, zone, by)
    return found


def beginnings(
    by: str, zone: ZoneInfo, first: datetime, last: datetime
) -> Iterator[tuple[str, datetime]]:
    """Yield the periods around a stretch of time, at least one before and one after it."""
    day: date = first.astimezone(zone).date() - 32 * ONE_DAY
    while day <= last.astimezone(zone).date() + 63 * ONE_DAY:
        for hour in range(24) if by == "hour" else (0,):
            begin = from_local(day, hour * 60, zone)
            name = f"{day}T{hour:02}:00" if by == "hour" else str(day)
            if period(begin, zone, by) == name:
                yield name, begin
        day += ONE_DAY


def told_by(asked: Asked, waits: Sequence[Wait], rules: Rules) -> dict[tuple[str, ...], list[Wait]]:
    """Return the waits that are asked for by their keys, in order; without a key always one group."""
    groups: dict[tuple[str, ...], list[Wait]] = {} if asked.by else {(): []}
    for wait in waits:
        at = (wait.account, wait.channel, wait.started_at)
        if asked.holds(*at, rules):
            keys = tuple(label(name, *at, rules) for name in asked.by)
            groups.setdefault(keys, []).append(wait)
    return dict(sorted(groups.items()))


def chasers(messages: Sequence[Message], rules: Rules, asked: Asked) -> list[Figures]:
    """Count how often customers wrote again while they waited."""
    rows = []
    for keys, inside in told_by(asked, told_waits(messages, rules, asked), rules).items():
        n, times = len(inside), [wait.chasers for wait in inside]
        chased = sum(time > 0 for time in times)
        rows.append(
            dict(zip(asked.by, keys, strict=True))
            | {"n": n, "chased": chased, "chasers": sum(times), "most": max(times, default=None)}
            | {"share_chased": share(chased, n), "per_wait": share(sum(times), n)}
        )
    return rows


def chase_chance(messages: Sequence[Message], rules: Rules, asked: Asked) -> list[Figures]:
    """Return, for each minute in which somebody first wrote again, how likely that was."""
    read, known = walks(messages, rules), as_of(messages, rules)
    rows: list[Figures] = []
    for keys, inside in told_by(asked, told_waits(messages, rules, asked), rules).items():
        minutes = []  # of each wait: in which it was first chased, and in which it ended or is known up to
        for wait in inside:
            assert isinstance(wait.conversation, tuple)
            first = first_chaser(wait, read[wait.conversation[:-1]])
            end = whole_seconds(wait.started_at, wait.ended_at or known_until(wait, known))
            known_first = first if first is not None and first <= end else None
            minutes.append((None if known_first is None else known_first // 60, end // 60))
        unchased = Fraction(1)
        for minute in sorted({first for first, _ in minutes if first is not None}):
            waiting = [f for f, end in minutes if end >= minute and (f is None or f >= minute)]
            chance = Fraction(waiting.count(minute), len(waiting))
            unchased *= 1 - chance
            rows.append(
                dict(zip(asked.by, keys, strict=True))
                | {"minute": minute, "waiting": len(waiting), "chased": waiting.count(minute)}
                | {"chance": chance, "chased_by": 1 - unchased}
            )
    return rows


def first_chaser(wait: Wait, walk: Walk) -> int | None:
    """Return the seconds from a wait's start to when the customer first wrote again, None: never."""
    if not wait.chasers:
        return None
    place = [identity(message) for message in walk.messages].index(wait.start_key)
    after = walk.messages[place + 1 :]
    again = next(message for message in after if message["role"] == "customer")
    return whole_seconds(wait.started_at, instant(again))
