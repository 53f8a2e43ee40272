"""Every sentence of the public side, in British English: what each catalogue carries over.

Whole sentences with named places, never glued from halves, so that other languages can order
them as they do. `public.languages` carries them over, `public.telling` puts them together.
"""

from typing import Final, NamedTuple


class Plural(NamedTuple):
    """A sentence that depends on how many: for one, and for any other number."""

    one: str
    many: str


class Moments(NamedTuple):
    """How one and the same time of day is said on different days."""

    today: str
    tomorrow: str
    yesterday: str
    on_day: str  # a weekday of the next seven days
    on_date: str


STATES: Final = {
    "live": "Live",
    "closed": "Closed",
    "busy": "Busy",
    "quiet": "Quiet",
    "stale": "No fresh data",
    "notice": "Notice",
}
NO_FIGURE_STATE: Final = "No figure"
SAMPLE: Final = "Sample data"

HEADLINE_OVER: Final = "More than {wait}"
WITHIN: Final = "If you write now, 9 of 10 get an answer within {wait}."
BY: Final = "If you write now, 9 of 10 get an answer {by}."
OVER: Final = "If you write now, fewer than 9 of 10 get an answer within {wait}."
HALF: Final = "Half are answered within {wait}."
BUSY: Final = "Busier than usual."
CLOSED: Final = "Closed now."
OPENS: Final = "Opens {at} ({zone})."
QUIET: Final = "Too few messages lately to say how long an answer takes."
STALE: Final = "We can’t tell the wait right now."
STALE_SINCE: Final = "We can’t tell the wait right now: the data is from {time}."
NO_FIGURE: Final = "No figure while this stands."
WITHDRAWN: Final = "We give no figure now: too often it was not kept."
KEPT: Final = Plural(
    "Kept for {kept} of {n} person in the last {days} days.",
    "Kept for {kept} of {n} people in the last {days} days.",
)

AS_OF_FROM: Final = Plural(
    "As of {time}, {zone}, from {n} recent wait", "As of {time}, {zone}, from {n} recent waits"
)
AS_OF: Final = "As of {time}, {zone}"
FROM: Final = Plural("From {n} recent wait", "From {n} recent waits")

TIME: Final = Moments(
    "{time}", "{time} tomorrow", "{time} yesterday", "{time} on {day}", "{time} on {date}"
)
AT_TIME: Final = Moments(
    "at {time}",
    "at {time} tomorrow",
    "at {time} yesterday",
    "at {time} on {day}",
    "at {time} on {date}",
)
BY_TIME: Final = Moments(
    "by {time}",
    "by {time} tomorrow",
    "by {time} yesterday",
    "by {time} on {day}",
    "by {time} on {date}",
)
ZONE: Final = "{city} time"
LENGTH: Final = "{large} {small}"

INDEX_TITLE: Final = "How long an answer takes"
INDEX_EMPTY: Final = "No banner can be shown right now. Look again in a minute."
INDEX_LIVE: Final = "{live} of {n} live"
INDEX_MORE: Final = "and {n} more"
SHAPES: Final = {
    "html": "Page",
    "svg": "Image",
    "badge": "Badge",
    "json": "Data",
    "atom": "Changes",
}
BADGE_LABEL: Final = "Reply time"
BADGE_KEPT: Final = "{share} kept"
FEED_TITLE: Final = "{title}: changes"
FEED_ENTRY: Final = "{title}: {state}"
NOT_FOUND: Final = "There is no banner at this address."
ALL_BANNERS: Final = "All banners"


def messages() -> tuple[str | Plural, ...]:
    """Return every message that a catalogue has to carry, each once."""
    found: list[str | Plural] = []
    for name, value in globals().items():
        if not name.isupper():
            continue
        if isinstance(value, Moments):
            found.extend(value)
        elif isinstance(value, dict):
            found.extend(value.values())
        else:
            found.append(value)
    return tuple(dict.fromkeys(found))
