"""The sentences of the channels' page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from sla.measures import Row
from ui.reader import number, share
from ui.words import counted, limit

# What happened after a hand-off, as the measures name it.
AFTER: Final = {
    "moved": "wrote on another channel",
    "came back": "wrote again here",
    "followed up": "an agent wrote again",
    "silent": "nobody wrote again",
    "undecided": "undecided",
}

# Of each kind and outcome the list of hand-offs has so many, the latest.
LISTED: Final = 200
# A share that changed by less is told as unchanged: two points of a hundred.
_GREW = 0.02


def place(row: Row, rows: Sequence[Row]) -> str:
    """Return what a channel is called; in public or private where it has both."""
    both = {r["visibility"] for r in rows if r["channel"] == row["channel"]}
    return f"{row['channel']}, {row['visibility']}" if len(both) > 1 else str(row["channel"])


def headline(rows: Sequence[Row]) -> str:
    """Return where most customers write, and what has grown since the period before."""
    most = max(rows, key=lambda row: row["n"])
    if len(rows) == 1:
        return f"Everybody writes on {most['channel']}"
    told = f"{share(most['share'])} write on {place(most, rows)}"
    grown = gained(rows)
    if grown is None:
        return f"{told}, much as before" if most.get("n_before") else told
    if grown is most:
        return f"{told}, up from {share(most['share_before'])}"
    return (
        f"{told}; {place(grown, rows)} grew from {share(grown['share_before'])} "
        f"to {share(grown['share'])}"
    )


def gained(rows: Sequence[Row]) -> Row | None:
    """Return the channel that grew most since the period before, if it grew by as much as counts."""
    before = [row for row in rows if row.get("n_before")]
    if len(before) < 2:
        return None
    grown = max(before, key=lambda row: row["share"] - row["share_before"])
    return grown if grown["share"] - grown["share_before"] >= _GREW else None


def source(rows: Sequence[Row]) -> str:
    """Return what the mix stands on: how many waits, how many of them open, how many in private."""
    waits = sum(row["n"] for row in rows)
    private = sum(row["n"] for row in rows if row["visibility"] == "private")
    still_open = sum(row["open"] for row in rows)
    told = f"n = {counted(waits, 'wait', 'waits')}, {number(still_open)} still open, {number(private)} begun in private"
    before = sum(row.get("n_before") or 0 for row in rows)
    return f"{told}; {number(before)} in the period before" if before else told


def hand_offs(rows: Sequence[Row], horizon: int) -> str:
    """Return how many replies move the customer elsewhere, and how often nobody wrote again."""
    n = sum(row["n"] for row in rows)
    if not n:
        return "No reply sent a customer elsewhere."
    silent = sum(row["silent"] for row in rows)
    moved = sum(row["moved"] for row in rows)
    undecided = sum(row["undecided"] for row in rows)
    if undecided == n:
        return (
            f"{counted(n, 'reply', 'replies')} sent the customer elsewhere. What came of it is not known yet: "
            f"it is less than {limit(horizon)} ago."
        )
    seen = f"after {number(moved)} the customer wrote" if moved else "no customer was seen to write"
    return (
        f"{counted(n, 'reply', 'replies')} sent the customer elsewhere. After {number(silent)} of them nobody wrote "
        f"again within {limit(horizon)}; {seen} on another channel of the account. "
        f"{f'Of {number(undecided)} it is not known yet. ' if undecided else ''}"
        "What goes on outside the channels loaded here can’t be seen."
    )


def one_by_one(rows: Sequence[Row], part: Mapping[str, str]) -> str:
    """Return what a list of hand-offs holds."""
    told = counted(len(rows), "reply", "replies")
    most = Counter((row["channel"], row["kind"], row["after_it"]) for row in rows).most_common(1)
    if most and most[0][1] >= LISTED:
        told = f"The latest {told}"
    if not part:
        return f"{told} sent the customer elsewhere."
    return f"{told} on {part['channel']} sent the customer to: {part['kind']}. After it: {AFTER[part['after_it']]}."


def outcome(row: Row, name: str, column: str) -> str:
    """Return what a part of a bar says."""
    return f"{number(row[column])} of {counted(row['n'], 'hand-off', 'hand-offs')}: {name}"
