"""The sentences of the page Days that went wrong: what happened, when, and what is usual."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sla.measures import Row
from ui import reader, reads, words
from ui.reader import number
from ui.view import View, title

MEANING = (
    "A day goes wrong with a surge of messages, a backlog far above the usual, or a silence: nobody replies for long while "
    "people wait. Usual is the middle one of the same hours of the week. Where too little is known to say what is usual, nothing is flagged."
)

NOTHING_AT_ALL = (
    "In all that could be judged, no hour was far above the usual, and nobody waited through an unusual silence. An account of which "
    "fewer than five weeks with ten messages are known has no usual yet and is not judged: load a longer export of it on the page Data."
)


def headline(rows: Sequence[Row]) -> str:
    """Return how many days went wrong."""
    days = len({row["day"] for row in rows})
    return f"{words.counted(days, 'day', 'days')} went wrong" if days else "No day went wrong"


def before(rows: Sequence[Row]) -> str:
    """Return what to look at when none of the chosen days went wrong."""
    if not rows:
        return NOTHING_AT_ALL
    latest = max(row["day"] for row in rows)
    return f"In all that is known {headline(rows)}, the latest on {reader.day(latest)}."


def kinds(row: Row) -> list[str]:
    """Return what went wrong on a day, in a word each."""
    found = {
        "surge": row["surge_from"] is not None,
        "backlog": row["backlog_hours"] >= 2,
        "silence": row["silent_from"] is not None,
    }
    return [kind for kind, there in found.items() if there]


def name(row: Row, view: View) -> str:
    """Return what a day's story is called."""
    day = reader.step(row["day"], "day")
    return f"{day} · {title(row['account'])}" if len(view.accounts) > 1 else day


def zone(row: Row) -> ZoneInfo:
    """Return the time zone in which a day is told: its account's own."""
    return ZoneInfo(reads.settings().account(row["account"]).time_zone)


def story(row: Row) -> str:
    """Return what happened on a day, a sentence for each thing."""
    told = [*_surge(row), _backlog(row), *_silence(row), *_chasers(row)]
    return " ".join(f"{words.capital(sentence)}." for sentence in told)


def told_at(at: datetime, row: Row) -> str:
    """Return an instant of a day's story; one on another day with its date."""
    return reader.moment(at, zone(row), row["highest_at"])


def _surge(row: Row) -> list[str]:
    if row["surge_from"] is None:
        return []
    since, until = (reader.clock_time(row[f"surge_{end}"], zone(row)) for end in ("from", "until"))
    messages = words.counted(row["surge_in"], "message", "messages")
    return [f"{messages} came in from {since} to {until}, usual {number(row['surge_usual'])}"]


def _backlog(row: Row) -> str:
    told = f"the backlog reached {number(row['highest'])} at {told_at(row['highest_at'], row)}, usual {number(row['usual_highest'])}"
    if row["highest"] <= (row["usual_highest"] or 0):
        return told
    if row["cleared_at"] is None:
        return f"{told}, and has not cleared yet"
    same_day = all(
        at.astimezone(zone(row)).date() == row["day"]
        for at in (row["highest_at"], row["cleared_at"])
    )
    return f"{told}, and cleared {'at' if same_day else 'on'} {told_at(row['cleared_at'], row)}"


def _silence(row: Row) -> list[str]:
    if row["silent_from"] is None:
        return []
    since, until = (told_at(row[f"silent_{end}"], row) for end in ("from", "until"))
    waiting = words.counted(row["silent_waiting"], "person", "people")
    return [
        f"nobody replied from {since} to {until}, for {reader.duration(row['silent_seconds'])}; "
        f"in the end {waiting} waited"
    ]


def _chasers(row: Row) -> list[str]:
    if not row["chasers"]:
        return []
    wrote = words.counted(row["chasers"], "message was", "messages were")
    return [f"{wrote} from people who waited already"]


def cleared(row: Row) -> str:
    """Return when the backlog had cleared, for a table."""
    if row["highest"] <= (row["usual_highest"] or 0):
        return reader.NOTHING
    return "not yet" if row["cleared_at"] is None else told_at(row["cleared_at"], row)
