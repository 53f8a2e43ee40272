"""A view: what the reader chose, and the data it falls on. Every figure on a page is asked through it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sla import periods
from sla.measures import Key, Known, Question, Row, Waits
from sla.periods import Span
from ui import look, reader, reads
from ui.choice import Choice


@dataclass(frozen=True)
class View:
    """`known` are the accounts and channels that the choice falls on; there is at least one."""

    choice: Choice
    known: tuple[Known, ...]

    @property
    def as_of(self) -> datetime:
        """The latest instant up to which any of it is known."""
        return max(k.as_of for k in self.known)

    @property
    def oldest_as_of(self) -> datetime:
        """The instant up to which all of it is known: that of the account and channel least up to date."""
        return min(k.as_of for k in self.known)

    @property
    def first_at(self) -> datetime:
        """When the oldest message was sent."""
        return min(k.first_at for k in self.known)

    @property
    def accounts(self) -> set[str]:
        """The accounts that the view is about."""
        return {k.account for k in self.known}

    @property
    def zones(self) -> set[str]:
        """The time zones of the accounts."""
        return {reads.settings().account(k.account).time_zone for k in self.known}

    @property
    def zone(self) -> ZoneInfo:
        """The time zone to tell instants in: the accounts' own, or UTC when they differ."""
        return ZoneInfo(next(iter(self.zones)) if len(self.zones) == 1 else "UTC")

    @property
    def local_time(self) -> str:
        """How an axis of local hours or days is labelled."""
        return (
            reader.zone_name(self.zone.key) if len(self.zones) == 1 else "each account’s own time"
        )

    @property
    def span(self) -> Span:
        """The chosen period."""
        return periods.span(self.choice.period, self.first_at, self.as_of, self.zone)

    @property
    def reached(self) -> tuple[int, int]:
        """How many accounts have messages from before the end of the period and after its beginning, and how many there are."""
        span = self.span
        there = {k.account for k in self.known if self._reaches(k, span)}
        return len(there), len(self.accounts)

    def _reaches(self, k: Known, span: Span) -> bool:
        zone = reads.settings().account(k.account).zone

        def since(instant: datetime, bound: datetime) -> bool:
            at = instant if bound.tzinfo else instant.astimezone(zone).replace(tzinfo=None)
            return at >= bound

        begun = span.until is None or not since(k.first_at, span.until)
        return begun and (span.since is None or since(k.as_of, span.since))

    @property
    def today(self) -> Span:
        """The local day in which *as of* lies."""
        return periods.today(self.as_of, self.zone)

    @property
    def whole_day(self) -> Span:
        """That day to its end, also what of it is still to come."""
        return periods.whole_day(self.as_of, self.zone)

    @property
    def last_day(self) -> Span:
        """The 24 hours before *as of*."""
        return periods.last_day(self.as_of, self.zone)

    @property
    def targets(self) -> tuple[int, ...]:
        """The targets in force, and the chosen one, in seconds."""
        return tuple(
            sorted({*reads.settings().targets_of(self.choice.account), self.choice.target})
        )

    @property
    def limits(self) -> tuple[int, ...]:
        """The targets that the colours stand for: the first two that are configured, in seconds."""
        return reads.settings().targets_of(self.choice.account)[:2]

    def question(
        self,
        *by: Key,
        span: Span | None = None,
        target: int | None = None,
        waits: Waits | None = None,
    ) -> Question:
        """Return the question that this view puts; without a span, about all time."""
        return Question(
            account=self.choice.account,
            channel=self.choice.channel,
            since=span.since if span else None,
            until=span.until if span else None,
            target=target or self.choice.target,
            clock=self.choice.clock,
            waits=waits,
            by=by,
        )

    def rows(self, name: str, *by: Key, target: int | None = None) -> list[Row]:
        """Return a measure's rows over the chosen period."""
        return reads.rows(name, self.question(*by, span=self.span, target=target))

    def first_rows(self, name: str, most: int) -> tuple[list[Row], int]:
        """Return a measure's first rows over the chosen period, at most `most`, and how many it has."""
        return reads.first_rows(name, self.question(span=self.span), most)

    def ahead(self, name: str, *by: Key) -> None:
        """Have a measure asked over the chosen period, before its rows are wanted."""
        reads.ahead((name, self.question(*by, span=self.span)))

    def one(self, name: str, target: int | None = None) -> Row:
        """Return a measure's only row over the chosen period."""
        return self.rows(name, target=target)[0]

    def filling(self, step: Key, target: int, waits: Waits) -> dict[Any, bool]:
        """Return for each step of the period whether it still fills, for a target in seconds."""
        rows = reads.rows("maturity", self._filling(step, target, waits))
        return {row[step]: row["filling"] for row in rows}

    def filling_ahead(self, step: Key, target: int, waits: Waits) -> None:
        """Have asked what `filling` wants to know."""
        reads.ahead(("maturity", self._filling(step, target, waits)))

    def _filling(self, step: Key, target: int, waits: Waits) -> Question:
        return self.question(step, span=self.span, target=target, waits=waits)

    def groups(self) -> list[tuple[Key, str]]:
        """Return what the view can be told by: channels and accounts, where there are several."""
        channels = {k.channel for k in self.known}
        accounts = self.accounts
        by: list[tuple[Key, str]] = []
        if len(channels) > 1:
            by.append(("channel", "By channel"))
        if len(accounts) > 1:
            most = f", the {look.BARS} with most waits" if len(accounts) > look.BARS else ""
            by.append(("account", f"By account{most}"))
        return by

    def place(self, account: str, channel: str) -> str:
        """Return where a wait stands: what tells it apart from the others in this view."""
        channels = {k.channel for k in self.known if k.account == account}
        if len(self.accounts) == 1:
            return channel
        return f"{title(account)} · {channel}" if len(channels) > 1 else title(account)

    def renewed(self) -> "View":
        """Return the same view of what is known by now."""
        now = view(self.choice, reads.known())
        return now if now.known else self


def title(account: str) -> str:
    """Return what people call an account."""
    return reads.settings().account(account).title or account


def view(choice: Choice, known: Sequence[Known]) -> View:
    """Return the view that a choice gives of what is known."""
    return View(
        choice,
        tuple(
            k
            for k in known
            if choice.account in {None, k.account} and choice.channel in {None, k.channel}
        ),
    )
