"""The sentences of the page Now: who is about to miss, whether the queue clears, silence and missing data."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sla.measures import Row
from ui import reader
from ui.reader import duration, moment, number, share


def people(n: int) -> str:
    """Return how many wait: "1 person waits", "12 people wait"."""
    return "1 person waits" if n == 1 else f"{number(n)} people wait"


# ------------------------------------------------------------------------------- silence, missing data


def silence(row: Row, account: str) -> str:
    """Return how long nobody has replied while somebody waited, and since when."""
    during = " of opening hours" if row["is_open"] is not None else ""
    told = (
        f"{account}: nobody has replied for {duration(row['silent_seconds'])}{during} "
        f"while {people(row['waiting'])}."
    )
    if row["last_reply_at"] is None:
        return f"{told} There has been no reply so far."
    return f"{told} The last reply was sent at {moment(row['last_reply_at'], ZoneInfo(row['time_zone']))}."


def missing(since: datetime, zone: ZoneInfo, accounts: Sequence[str], every: int) -> str:
    """Return since when there is no data, of whom; `every` is how many accounts there are."""
    at = f"{moment(since, zone)} ({reader.zone_name(zone.key)})"
    if len(accounts) == every:
        return f"No data since {at}. What stands below is how it was then, and not that nobody replies."
    named = (
        accounts[0]
        if len(accounts) == 1
        else f"{number(len(accounts))} of {number(every)} accounts"
    )
    return f"No data of {named} since {at}: whether anybody replies there is not known."


# --------------------------------------------------------------------------------- the queue, the pace


def about_to_miss(row: Row) -> str:
    """Return what the share about to miss stands on."""
    if not row["waiting"]:
        return "nobody waits"
    return (
        f"{number(row['about_to_miss'])} of {number(row['waiting'])} in its last quarter, "
        f"{number(row['over_target'])} over it"
    )


def pace(row: Row) -> str:
    """Return what began and what ended in the last hour."""
    return f"last hour: {number(row['begun'])} began, {number(row['ended'])} ended"


def clears(row: Row) -> str:
    """Return when nobody waits any more at the pace of the last hour."""
    if not row["waiting"]:
        return "nobody waits"
    if row["clears_seconds"] is not None:
        return f"in {duration(row['clears_seconds'])}"
    return "not at this pace" if row["ended"] == row["begun"] else "no, it grows"


def queue(row: Row) -> str:
    """Return whether the queue gets shorter, as a sentence."""
    if not row["waiting"]:
        return "Nobody waits."
    if row["clears_seconds"] is not None:
        return f"At the pace of the last hour nobody waits any more in {duration(row['clears_seconds'])}."
    if row["ended"] == row["begun"]:
        return "At the pace of the last hour the queue gets neither shorter nor longer."
    return "At the pace of the last hour the queue grows."


def queued(row: Row, at: datetime) -> str:
    """Return what a point of the queue over the day says; `at` is its instant by the clock on the wall."""
    told = f"{reader.weekday(at.weekday())} {reader.time_of_day(at)}<br>{people(row['waiting'])}"
    return f"{told}<br>{usually(row['usual_waiting'], row['weeks'])}"


def kept(row: Row, seconds: int) -> str:
    """Return how many of those who wrote in the last 24 hours were answered within what is promised now."""
    if row["hit_rate"] is None:
        return ""
    return f"{share(row['hit_rate'])} of {number(row['n'])} in the last 24 h were answered within {duration(seconds)}."


# ------------------------------------------------------------------------------------------- the day


def hour(row: Row, column: str, usual: str, name: str) -> str:
    """Return what an hour of the day says; an hour still to come says what is usual."""
    at = f"{reader.weekday(row['hour'].weekday())} {reader.hour_of_day(row['hour'].hour)}"
    told = f"{at}<br>{number(row[column])} {name}" if row[column] is not None else f"{at}: to come"
    if row["filling"]:
        told = f"{told} so far"
    return f"{told}<br>{usually(row[usual], row['weeks'])}"


def usually(found: int | None, weeks: int) -> str:
    """Return what is usual, and what it rests on."""
    if found is None:
        return "usual: not known, fewer than 3 weeks of data"
    return f"usual: {number(found)}, the median of {number(weeks)} weeks"


def usual_source(rows: Sequence[Row]) -> str:
    """Return what usual means here."""
    weeks = max((row["weeks"] for row in rows), default=0)
    if weeks < 3:
        return "What is usual is told once 3 weeks are known."
    return f"Usual: the median of the same hour of the week over the {number(weeks)} weeks before."
