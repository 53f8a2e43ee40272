"""What the public is told of an account, in words for the managers."""

from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sla.expected import Expected
from ui import reader, reads
from ui.reader import moment
from ui.view import View
from ui.words import limit

STATES = {
    "live": ":material/check_circle: Live",
    "busy": ":material/trending_up: Busy",
    "closed": ":material/bedtime: Closed",
    "quiet": ":material/more_horiz: Quiet",
    "stale": ":material/sync_problem: No fresh data",
    "notice": ":material/campaign: Notice",
}


ELSEWHERE = "The figures come from a lake, so nothing is told to the public from here: its banners are renewed where the lake is written."
NOT_YET = "What the public sees is being worked out. It stands here within a minute."


def of(view: View) -> list[Expected]:
    """Return what the public is told of the accounts in a view; of none while it is worked out for the first time."""
    accounts = view.accounts
    return [each for each in reads.expectations() if each.account in accounts]


def banner(told: Expected) -> tuple[str, str]:
    """Return what the public reads about an account: the promise, and what stands beside it."""
    if told.state == "notice":
        return told.notice or "", "No figure while this notice stands."
    if told.state == "quiet":
        return "No figure", "Too few messages lately to say how long an answer takes."
    if told.state == "stale":
        since = f"is from {_there(told.as_of, told)}" if told.as_of else "is missing"
        return "No figure", f"The data {since}: too old to tell the wait."
    if told.withdrawn:
        return "No figure", "Withdrawn: its promises of the last 7 days were too often not kept."
    if told.promise_over_seconds is not None:
        promise = f"9 of 10: more than {limit(told.promise_over_seconds)}"
    elif told.answered_by is not None:
        return f"9 of 10 by {_there(told.answered_by, told)}", _opens(told)
    else:
        promise = f"9 of 10 within {limit(told.promise_seconds or 0)}"
    half = (
        f"Half are answered within {limit(told.typical_seconds)}." if told.typical_seconds else ""
    )
    busy = "Busier than usual." if told.state == "busy" else ""
    return promise, " ".join(said for said in (_opens(told), busy, half) if said)


def _opens(told: Expected) -> str:
    if told.state != "closed":
        return ""
    return (
        f"Closed now, opens at {_there(told.opens_at, told)}." if told.opens_at else "Closed now."
    )


def _there(at: datetime, told: Expected) -> str:
    """Return an instant in the account's zone, named."""
    return f"{moment(at, ZoneInfo(told.time_zone))} ({reader.zone_name(told.time_zone)})"


def public_page(account: str, ending: str = "") -> str:
    """Return the address of an account's public page; with ".svg" or ".json", of its image or its data."""
    return f"/public/{quote(account, safe='')}{ending}"
