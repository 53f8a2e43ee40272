"""The sentences around a trace on the page."""

from sla.trace_records import Trace, TracedWait
from ui import reader
from ui.reader import duration, number


def waits(place: str, seconds: int | None) -> str:
    """Return what one who waits is called: "Northlight on X, waiting 23 h 53 min"."""
    return f"{place}, waiting" if seconds is None else f"{place}, waiting {duration(seconds)}"


def traced(wait: TracedWait, place: str) -> str:
    """Return what any wait is called, also one that is over."""
    if wait.outcome == "open":
        return waits(place, wait.age_seconds)
    if wait.unknown:
        return f"{place}, answered, wait unknown"
    ended = {"answered": "answered after", "bot": "answered by a bot after"}
    return f"{place}, {ended.get(wait.outcome, 'closed unanswered after')} {duration(wait.seconds)}"


def no_wait(asked: str) -> str:
    """Return what to say of an address that names no wait."""
    shown = f"{asked[:60]}…" if len(asked) > 60 else asked
    return f'There is no wait "{shown}" in the data, so there is no clock to explain.'


def messages_source(trace: Trace) -> str:
    """Return what stands over the messages of a trace: whose time, and how many are not shown."""
    told = f"Messages, in {reader.zone_name(trace.wait.time_zone)}"
    if not trace.hidden:
        return told
    return f"{told}; {number(trace.hidden)} more of the conversation are further away and not shown"


def set_to(value: bool | float | str) -> str:
    """Return what a rule is set to."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else f"{value:g}"


def spans(trace: Trace) -> str:
    """Return how much was counted of the opening hours, in the account's own time."""
    if not trace.spans:
        return "Opening hours counted: none, the wait lay outside them."
    total = duration(trace.wait.open_length_seconds)
    return f"Opening hours counted, in {reader.zone_name(trace.wait.time_zone)}: {total} in all"
