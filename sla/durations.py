"""Durations as people say them: "48 min", "1 h 12 min", "2 d 3 h"."""

MINUTE, HOUR, DAY = 60, 3600, 86400


def spoken(seconds: int) -> str:
    """Return `seconds` in at most two neighbouring units, rounded down: 4,350 is "1 h 12 min".

    Below one minute seconds are told; a negative length is a mistake and raises ValueError.
    """
    if seconds < 0:
        raise ValueError(f"a duration cannot be negative, got {seconds} s")
    for size, name, small_size, small_name in (
        (DAY, "d", HOUR, "h"),
        (HOUR, "h", MINUTE, "min"),
    ):
        if seconds >= size:
            large, rest = divmod(int(seconds), size)
            small = rest // small_size
            return f"{large} {name} {small} {small_name}" if small else f"{large} {name}"
    if seconds >= MINUTE:
        return f"{int(seconds) // MINUTE} min"
    return f"{int(seconds)} s"
