"""The story itself: customers, team and outage on one timeline, told message by message."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from data.northlight.accounts import ACCOUNTS
from data.northlight.customers import Customers
from data.northlight.demand import LONDON, Demand, instant_of, is_open
from data.northlight.message import Message
from data.northlight.post import Post
from data.northlight.team import Team
from data.northlight.timeline import Timeline

QUARTER = 900.0


def story(seed: int, start: datetime) -> Iterator[Message]:
    """Messages in the order they are sent, for ever.

    `start` is aware and a local midnight in London, before which nothing was ever said. The
    same seed and start tell the same story, however much of it is taken.
    """
    yield from Story(seed, start).messages()


class Story:
    """What happens at Northlight from `start` on."""

    def __init__(self, seed: int, start: datetime) -> None:
        self._day = start.astimezone(LONDON).date()
        self._timeline = Timeline(seed, start.timestamp())
        self._post = Post(self._timeline)
        self._demand = Demand(self._day)
        self._customers = Customers(self._timeline, self._post, self._demand)
        self._team = Team(self._timeline, self._post, self._demand)
        self._customers.on_wait = self._team.enqueue
        self._customers.on_thanks = self._team.thanked
        self._team.on_reply = self._customers.react
        self._timeline.at(self._timeline.now, self._next_day)
        self._timeline.at(self._timeline.now, self._next_quarter)
        self._plan_announcements()

    def messages(self) -> Iterator[Message]:
        """Messages in the order they are sent, for ever."""
        outbox = self._post.outbox
        while True:
            self._timeline.step()
            if outbox:
                yield from outbox
                outbox.clear()

    def _next_day(self) -> None:
        self._team.start_day(self._day)
        self._day += timedelta(days=1)
        self._timeline.at(instant_of(self._day, time(0)), self._next_day)

    def _next_quarter(self) -> None:
        """Draw who begins to write in the next quarter of an hour: a Poisson process."""
        now = self._timeline.now
        for account in ACCOUNTS:
            rate = self._demand.rate(account, now + QUARTER / 2)
            at = now + self._timeline.chance.expovariate(rate)
            while at < now + QUARTER:
                self._timeline.at(at, self._customers.arrive, account)
                at += self._timeline.chance.expovariate(rate)
        self._team.dispatch()
        self._timeline.at(now + QUARTER, self._next_quarter)

    def _plan_announcements(self) -> None:
        begins, ends = self._demand.outage_begins, self._demand.outage_ends
        self._timeline.at(begins + 1500, self._announce, "status_first")
        at = begins + 4 * 3600
        while at < ends - 3600:
            if is_open(at):
                self._timeline.at(at, self._announce, "status_updates")
            at += 4 * 3600
        self._timeline.at(ends + 1200, self._announce, "status_last")

    def _announce(self, kind: str) -> None:
        self._customers.announcement = self._team.announce(kind)
