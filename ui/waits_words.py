"""The sentences of the Conversations page."""

from collections.abc import Sequence
from datetime import datetime

from sla.lists import Listing
from sla.measures import Row
from ui import reader
from ui.reader import duration, number
from ui.words import counted, limit

OUTCOMES = {
    "answered": "Answered",
    "open": "Still open",
    "undecided": "Open, not given up",
    "given_up": "Given up",
    "closed": "Closed unanswered",
    "unknown": "Answered, time unknown",
}
KINDS = {"first": "First waits", "next": "Next replies"}
SORTS = {"longest": "Longest first", "newest": "Newest first", "oldest": "Oldest first"}
OPENING = {"in": "In opening hours", "out": "Out of hours"}


def verdicts(target: int) -> dict[str, str]:
    """Return what the verdicts for a target in seconds are called."""
    said = limit(target)
    return {"met": f"Within {said}", "missed": f"Not within {said}", "undecided": "Undecided"}


def headline(row: Row, listing: Listing) -> str:
    """Return how many waits the list has, and how long the longest is."""
    kinds = {"first": ("first wait", "first waits"), "next": ("next wait", "next waits")}
    one, many = kinds.get(listing.question.waits or "all", ("wait", "waits"))
    if not row["n"]:
        return f"No {one} is like that"
    told = counted(row["n"], one, many)
    if row["longest_seconds"] is None:
        return told
    long = duration(row["longest_seconds"])
    return f"{told}, of {long}" if row["n"] == 1 else f"{told}, the longest {long}"


def source(row: Row, target: int) -> str:
    """Return what became of the waits: the verdicts for the target, and how many are still open."""
    unknown = row["of_unknown_length"]
    more = f", {number(unknown)} of unknown length" if unknown else ""
    return (
        f"{number(row['met'])} answered within {limit(target)}, {number(row['missed'])} not, "
        f"{number(row['undecided'])} undecided{more} · {number(row['open'])} still open"
    )


def answer(row: Row, limits: Sequence[int]) -> str:
    """Return what became of one wait, in the words of the colour language."""
    if row["unknown"]:
        return "time unknown"
    if row["outcome"] == "open":
        return "given up" if row["given_up"] else "still open"
    if row["outcome"] == "closed":
        return "closed unanswered"
    within = [
        at for at in limits if row["elapsed_seconds"] is not None and row["elapsed_seconds"] <= at
    ]
    return f"within {limit(within[0])}" if within else "later"


def when(listing: Listing) -> list[str]:
    """Return the days of the week and hours that a list is narrowed to, as people say them."""
    told = []
    if listing.weekdays:
        told.append(_span([reader.weekday(day) for day in listing.weekdays]))
    if listing.hours:
        first, last = listing.hours
        told.append(f"{reader.hour_of_day(first)} – {reader.hour_of_day((last + 1) % 24)}")
    return told


def took(above: int, up_to: int | None) -> str:
    """Return the lengths that a list is narrowed to: "1 h to 2 h", "up to 1 min", "more than 7 d"."""
    if up_to is None:
        return f"more than {limit(above)}"
    return f"{limit(above)} to {limit(up_to)}" if above else f"up to {limit(up_to)}"


def waited(at: datetime) -> str:
    """Return the time at which all of a list waited: "Waiting at Tue, 10 Mar 14:00"."""
    return f"Waiting at {reader.step(at, 'hour')}"


def _span(bounds: Sequence[str]) -> str:
    return bounds[0] if bounds[0] == bounds[-1] else f"{bounds[0]} – {bounds[-1]}"
