"""The mark of each state: a shape of its own, so that nobody needs to see its colour.

Each is one filled path in a box of 16 × 16; holes are cut by the even-odd rule.
"""

_DISC = "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z"
_HOLE = "M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3Z"

MARKS = {
    # a full disc, a moon, a peak, an empty ring, a clock, a card with an exclamation mark
    "live": _DISC,
    "closed": "M9.2 1.1A7 7 0 1 0 14.9 9 5.6 5.6 0 0 1 9.2 1.1Z",
    "busy": "M8 1.2 15.6 14.6H.4Z",
    "quiet": _DISC + _HOLE,
    "stale": _DISC + _HOLE + "M7.2 4.4h1.6v3.3l2.1 2.1-1.1 1.1-2.6-2.5Z",
    "notice": "M3 1h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H3a2 2 0 0 1-2-2V3a2 2 0 0 1 2-2Z"
    "M7 4v5h2V4ZM7 10.5v2h2v-2Z",
}
