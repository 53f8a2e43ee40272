"""Who is in the team, and who works when: early or late, fewer at weekends."""

from dataclasses import dataclass
from datetime import date, time

from data.northlight.demand import Demand, instant_of
from data.northlight.timeline import Timeline

AGENTS = (
    ("AS", "Ash"),
    ("BN", "Ben"),
    ("CL", "Cleo"),
    ("DV", "Dev"),
    ("EL", "Ella"),
    ("FN", "Finn"),
    ("GW", "Gwen"),
    ("HG", "Hugo"),
    ("IS", "Isla"),
    ("JN", "Jon"),
    ("KM", "Kemi"),
    ("LC", "Luca"),
    ("MY", "Maya"),
    ("TM", "Tom"),
)

# (from, to, earliest break, latest break): the breaks are the lunch dip and the one at teatime.
EARLY = (time(8), time(15, 15), time(11, 45), time(13, 15))
LATE = (time(14, 45), time(22), time(17, 30), time(19))
BREAK = 40 * 60.0


@dataclass(slots=True, eq=False)
class Agent:
    """Somebody of the team; instants in Unix seconds."""

    initials: str
    name: str
    desk: str = ""
    on_at: float = 0.0
    off_at: float = 0.0
    break_at: float = 0.0
    shifts: float = 0.0  # lately, so that shifts are shared out evenly


class Shifts:
    """Shares out the shifts of each day among the agents."""

    def __init__(self, timeline: Timeline, demand: Demand) -> None:
        self._timeline = timeline
        self._demand = demand
        self._agents = [Agent(initials, name) for initials, name in AGENTS]

    def roster(self, day: date) -> list[Agent]:
        """Draw who works on `day`; those who had fewer shifts lately come first."""
        weekend = day.weekday() >= 5
        desks = ["social", "inbox", "inbox"] if weekend else ["social", "inbox"] * 2
        if self._demand.is_outage(instant_of(day, time(8))):
            desks += ["social", "inbox"]  # on the second and third day everybody comes
        chance = self._timeline.chance
        free = sorted(self._agents, key=lambda agent: (agent.shifts, chance.random()))
        for agent in free:
            agent.shifts *= 0.85
        working = []
        for shift in (EARLY, LATE):
            for desk in desks:
                agent = free.pop(0)
                if not self._timeline.happens(0.04):  # else away sick, and not replaced
                    self._assign(agent, desk, day, shift)
                    working.append(agent)
        return working

    def _assign(self, agent: Agent, desk: str, day: date, shift: tuple[time, ...]) -> None:
        begins, ends, first_break, last_break = (instant_of(day, at) for at in shift)
        agent.desk, agent.on_at, agent.off_at = desk, begins, ends
        agent.break_at = self._timeline.chance.uniform(first_break, last_break)
        agent.shifts += 1
