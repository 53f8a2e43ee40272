"""Every word of the public side, in British English: what a catalogue has to carry over.

Whole sentences with named places, never glued from halves, so that other languages can order
them as they do. How they are put together: `public.telling`.
"""

from typing import Final

LOCALE: Final = "en_GB"

STATES: Final = {
    "live": "Live",
    "closed": "Closed",
    "busy": "Busy",
    "quiet": "Quiet",
    "stale": "No fresh data",
    "notice": "Notice",
}
SAMPLE: Final = "Sample data"

HEADLINE_OVER: Final = "More than {wait}"
HEADLINE_BY: Final = "By {time}"
WITHIN: Final = "If you write now, 9 of 10 get an answer within {wait}."
BY: Final = "If you write now, 9 of 10 get an answer by {time}."
OVER: Final = "Fewer than 9 of 10 get an answer within {wait}."
HALF: Final = "Half are answered within {wait}."
BUSY: Final = "Busier than usual."
CLOSED: Final = "Closed now."
OPENS: Final = "Opens at {time} ({zone})."
QUIET: Final = "Too few messages lately to say how long an answer takes."
STALE: Final = "We can’t tell the wait right now."
STALE_SINCE: Final = "We can’t tell the wait right now: the data is from {time}."
NO_FIGURE: Final = "No figure while this stands."

AS_OF_FROM_ONE: Final = "As of {time}, {zone}, from {n} recent wait"
AS_OF_FROM_MANY: Final = "As of {time}, {zone}, from {n} recent waits"
AS_OF: Final = "As of {time}, {zone}"
FROM_ONE: Final = "From {n} recent wait"
FROM_MANY: Final = "From {n} recent waits"

ZONE: Final = "{city} time"
TOMORROW: Final = "{time} tomorrow"
YESTERDAY: Final = "{time} yesterday"
ON_DAY: Final = "{time} on {day}"

INDEX_TITLE: Final = "How long an answer takes"
INDEX_EMPTY: Final = "No banner can be shown right now. Look again in a minute."
SHAPES: Final = {"html": "Page", "svg": "Image", "json": "Data"}
NOT_FOUND: Final = "There is no banner at this address."
ALL_BANNERS: Final = "All banners"
ONLY_READING: Final = "Only GET and HEAD are answered here."
