"""Lengths as they are published: rounded up to what people say."""

from sla.durations import DAY, HOUR, MINUTE

# Below the first number, in steps of the second.
_STEPS = (
    (10 * MINUTE, MINUTE),
    (2 * HOUR, 5 * MINUTE),
    (6 * HOUR, 15 * MINUTE),
    (DAY, HOUR),
    (None, DAY // 4),
)


def rounded_up(seconds: float) -> int:
    """Return `seconds` rounded up to a length that people say; never less than a minute."""
    for below, step in _STEPS:
        if below is None or seconds <= below:
            return max(MINUTE, int(-(-seconds // step)) * step)
    raise AssertionError("the last step has no limit")
