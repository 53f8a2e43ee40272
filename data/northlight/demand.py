"""When people write: opening hours, the shape of the day and week, and the outage."""

import math
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from data.northlight.accounts import Account

LONDON = ZoneInfo("Europe/London")
OPENS, CLOSES = time(8), time(22)

OUTAGE_DAY = 55  # counted from the start of the story, so five weeks before "now" in 90 days
OUTAGE_BEGINS, OUTAGE_ENDS = time(10, 20), time(11, 5)  # two days later

# New conversations by local hour, from midnight, from eight, from four; only proportions matter.
NIGHT = (0.25, 0.12, 0.08, 0.06, 0.06, 0.1, 0.25, 0.55)
DAY = (0.95, 1.3, 1.45, 1.45, 1.4, 1.3, 1.25, 1.25)
EVENING = (1.3, 1.5, 1.6, 1.55, 1.35, 1.05, 0.75, 0.45)
BY_HOUR = (*NIGHT, *DAY, *EVENING)
BY_WEEKDAY = (1.12, 1.04, 1.0, 1.02, 1.03, 0.86, 0.76)  # Monday first


def local(instant: float) -> datetime:
    """Northlight's local time at `instant`, in Unix seconds."""
    return datetime.fromtimestamp(instant, LONDON)


def instant_of(day: date, at: time) -> float:
    """Unix seconds of a local time of day."""
    return datetime.combine(day, at, LONDON).timestamp()


def is_open(instant: float) -> bool:
    """Whether `instant`, in Unix seconds, lies within opening hours."""
    return OPENS <= local(instant).time() < CLOSES


class Demand:
    """How many new conversations to expect at an instant of a story that begins on `first_day`."""

    def __init__(self, first_day: date) -> None:
        day = first_day + timedelta(days=OUTAGE_DAY)
        self.outage_begins = instant_of(day, OUTAGE_BEGINS)
        self.outage_ends = instant_of(day + timedelta(days=2), OUTAGE_ENDS)

    def is_outage(self, instant: float) -> bool:
        """Whether the network is down at `instant`, in Unix seconds."""
        return self.outage_begins <= instant < self.outage_ends

    def rate(self, account: Account, instant: float) -> float:
        """Return new conversations per second at `instant`, in Unix seconds."""
        here = local(instant)
        # From the middle of one hour to the middle of the next in a straight line.
        position = here.hour + here.minute / 60 - 0.5
        hour, part = math.floor(position), position % 1
        shape = BY_HOUR[hour % 24] * (1 - part) + BY_HOUR[(hour + 1) % 24] * part
        usual = account.arrivals_a_day / 3600 * shape / sum(BY_HOUR) * BY_WEEKDAY[here.weekday()]
        return usual * self._surge(account, instant)

    def share_of_outage(self, instant: float) -> float:
        """Part of the new conversations at `instant` that is about the outage, 0 to 1."""
        surge = self._surge(None, instant)
        return 0.9 * (1 - 1 / surge) if surge > 1 else 0.0

    def _surge(self, account: Account | None, instant: float) -> float:
        """How many times as many people write as usual; without an account, typically."""
        peak = account.surge if account else 5.3
        if instant < self.outage_begins:
            return 1.0
        if instant < self.outage_ends:
            # It takes three quarters of an hour until everybody has noticed.
            return 1 + (peak - 1) * min(1.0, (instant - self.outage_begins) / 2700)
        hours_since = (instant - self.outage_ends) / 3600
        return 1 + 1.4 * math.exp(-hours_since / 4) if hours_since < 24 else 1.0
