"""The sentences of the pages First reply and Next reply."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Literal

from sla.measures import Key, Row
from ui import reader
from ui.look import FEW
from ui.reader import number, share
from ui.words import (
    capital,
    counted,
    few,
    first_reply,
    hit_source,
    limit,
    nobody_waited_yet,
    quantile,
    within,
)

Kind = Literal["first", "next"]

OPENING: Final = {"in": "in opening hours", "out": "out of hours"}
_WAITS: Final[dict[Kind, tuple[str, str]]] = {
    "first": ("first wait", "first waits"),
    "next": ("next wait", "next waits"),
}
REPLY: Final[dict[Kind, str]] = {"first": "first reply", "next": "next reply"}
CASES: Final = "The pale bars reach from the worst case to the best: as if all who are undecided were missed, or met."
SMALL_SQUARES: Final = f"A small square: fewer than {FEW} waits, too few to lean on."
NEXT: Final = "A next wait is any but the first of a conversation: the customer has had a reply, and writes again."


def headline(row: Row, kind: Kind) -> str:
    """Return how long a reply takes."""
    if kind == "first":
        return first_reply(row)
    half, nine = quantile(row, "median_seconds"), quantile(row, "p90_seconds")
    if row["n"] == 1:
        return f"One customer wrote again, and {'is still waiting' if row['open'] else f'was answered within {half}'}"
    if nobody_waited_yet(row):
        return "Customers have only just written again"
    if row["median_seconds"] is None:
        return f"Fewer than half of those who wrote again are answered: the middle one waits {half}"
    if row["p90_seconds"] is None:
        return f"Who writes again: half are answered within {half}; fewer than 9 of 10 so far"
    return f"Who writes again: half are answered within {half}; 9 of 10 within {nine}"


def source(row: Row, kind: Kind) -> str:
    """Return what a median stands on."""
    return f"n = {counted(row['n'], *_WAITS[kind])}, {number(row['open'])} still open{few(row)}"


def cell(kind: Kind, row: Row, measure: str) -> str:
    """Return what an hour of the week says."""
    at = f"{reader.weekday(row['weekday'])} {reader.hour_of_day(row['hour_of_day'])}"
    if measure == "hit_rate":
        return f"{at}<br>{share(row['hit_rate'])} in time<br>{hit_source(row)}"
    return f"{at}<br>half within {quantile(row, 'median_seconds')}<br>{source(row, kind)}"


def hit(row: Row, step: Key, target: int, *, fills: bool) -> str:
    """Return what a point of a hit rate over time says; nothing for a gap."""
    if row["n"] is None:
        return ""
    return (
        f"{reader.step(row[step], step)}<br>{share(row['hit_rate'])} {within(target)}"
        f"<br>worst case {share(row['worst'])}, best case {share(row['best'])}"
        f"<br>{hit_source(row)}" + ("<br>still filling" if fills else "")
    )


# ------------------------------------------------------------------------------------ the distribution


def band(row: Row) -> str:
    """Return a band of length as it stands below its bar: "1 h" is what took up to 1 h."""
    if row["up_to_seconds"] is None:
        return f"over {limit(row['above_seconds'])}"
    return f"≤ {limit(row['up_to_seconds'])}"


def took(row: Row) -> str:
    """Return a band of length in words."""
    if row["up_to_seconds"] is None:
        return f"More than {limit(row['above_seconds'])}"
    if not row["above_seconds"]:
        return f"Up to {limit(row['up_to_seconds'])}"
    return f"{limit(row['above_seconds'])} to {limit(row['up_to_seconds'])}"


def fullest(rows: Sequence[Row]) -> str:
    """Return which band holds most waits."""
    most = max(rows, key=lambda row: row["n"])
    return f"most, {share(most['share'])}, took {took(most)[:1].lower()}{took(most)[1:]}"


# --------------------------------------------------------------------------------- in and out of hours


def opening(rows: Sequence[Row]) -> str:
    """Return how soon those are answered who write in opening hours, and those who write outside them."""
    found = {row["opening"]: row for row in rows}
    told = [(OPENING[side], found[side]) for side in OPENING if side in found]
    if any(row["median_seconds"] is None for _, row in told):
        return capital("; ".join(f"{side}, {_half(row)}" for side, row in told))
    times = [(side, quantile(row, "median_seconds")) for side, row in told]
    (first, soon), *others = times
    return f"Half of those who write {first} are answered within {soon}" + "".join(
        f"; {side} within {time}" for side, time in others
    )


def _half(row: Row) -> str:
    """Return how soon half are answered, in a sentence of its own."""
    if row["median_seconds"] is not None:
        return f"half are answered within {quantile(row, 'median_seconds')}"
    if nobody_waited_yet(row):
        return "customers have only just written"
    return f"fewer than half are answered: the middle one waits {quantile(row, 'median_seconds')}"


# ------------------------------------------------------------------------------------- before and after


def sides(event: date | None) -> dict[str, str]:
    """Return what the two sides of a comparison are called."""
    if event is None:
        return {"before": "the period before", "after": "this period"}
    return {"before": f"before {reader.day(event)}", "after": f"from {reader.day(event)} on"}


def nothing_to_compare(event: date | None) -> str:
    """Return why there is nothing to compare, and what to do."""
    if event is not None:
        return f"There is nothing to compare on one side of {reader.day(event)}: choose another day, or a longer period."
    return "The period before is not known as a whole. Choose a shorter period, or mark a day in this one."


def changed(rates: Mapping[str, Row], target: int) -> str:
    """Return how a hit rate differs between the two sides."""
    before, after = rates["before"]["hit_rate"], rates["after"]["hit_rate"]
    if before is None or after is None:
        return f"{within(target)}: {share(before)} before, {share(after)} after"
    if is_as_before(rates):
        return f"{share(after)} {within(target)}, as before"
    return f"{share(after)} {within(target)}, {'up' if after > before else 'down'} from {share(before)}"


def is_as_before(rates: Mapping[str, Row]) -> bool:
    """Return whether the two sides are told alike."""
    return share(rates["before"]["hit_rate"]) == share(rates["after"]["hit_rate"])


def by_chance(before: Row | None, after: Row | None, target: int) -> str:
    """Return whether the bands of the two curves overlap at the target; they are the last points up to it."""
    if before is None or after is None:
        return "There are too few replies to say whether that is more than chance."
    if after["low"] > before["high"] or after["high"] < before["low"]:
        return f"The 95 % bands lie apart at {limit(target)}: that is more than chance."
    return f"The 95 % bands overlap at {limit(target)}: it may be chance."


def left_out(settle: int) -> str:
    """Return which waits are in neither side."""
    return f"Waits of the last {limit(settle)} are in neither: they may not be decided yet."
