"""Opening hours of the oracle, written down as a person would, as settings and as an iCal file; and waits under them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sla.settings import Settings
from sla.store import Store
from tests.oracle_hours import Event, Opening, Timetable

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def clock(minute: int) -> str:
    """Write a minute of the day, `24:00` only for its end."""
    return "24:00" if minute == 1440 else f"{minute % 1440 // 60:02}:{minute % 60:02}"


def intervals(found: Sequence[tuple[int, int]]) -> list[str]:
    """Write intervals as the settings have them."""
    return [f"{clock(begin)}-{clock(end)}" for begin, end in found]


def hours(
    since: date, opening: Opening, regions: Sequence[str], ical: str | None
) -> dict[str, Any]:
    """Write one set of hours as a table of the settings."""
    table: dict[str, Any] = {"from": since, "holidays": list(regions)}
    table |= {_DAYS[day]: intervals(found) for day, found in opening.weekly.items()}
    table["closed"] = [str(day) for day in sorted(opening.closed)]
    table["extra"] = {str(day): intervals(found) for day, found in opening.extra.items()}
    return table | ({"ical": ical} if ical else {})


def timetable(
    calendar: Timetable, folder: Path, name: str, regions: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Write all hours of an account or a channel as settings, and their iCal files into a folder."""
    tables = []
    for number, (since, found) in enumerate(calendar):
        opening = found if isinstance(found, Opening) else Opening(found)
        file = f"{name}-{number}.ics" if opening.events else None
        if file:
            (folder / file).write_text(ical(opening.events), encoding="utf-8", newline="")
        tables.append(hours(since, opening, regions if opening.holidays else (), file))
    return tables


def settings(accounts: Mapping[str, Any], folder: Path) -> Settings:
    """Check settings as they are checked when they are read from a file in a folder."""
    return Settings.model_validate({"accounts": accounts}, context={"folder": folder})


def ical(events: Sequence[Event]) -> str:
    """Write events as an iCal file (RFC 5545)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Northlight//Closures//EN"]
    for number, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{number}", "DTSTAMP:20240101T000000Z"]
        lines += [at("DTSTART", event.begin, event), at("DTEND", event.end, event)]
        if event.times > 1:
            lines.append(f"RRULE:FREQ=DAILY;INTERVAL={event.every_days};COUNT={event.times}")
        for skipped in sorted(event.without):
            left_out = event.begin + timedelta(days=skipped * event.every_days)
            lines.append(at("EXDATE", left_out, event))
        lines.append("END:VEVENT")
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def at(name: str, local: date, event: Event) -> str:
    """Write one moment of an event: a whole day, or a time in UTC, in a zone, or in none."""
    if not isinstance(local, datetime):
        return f"{name};VALUE=DATE:{local:%Y%m%d}"
    if event.zone == "UTC":
        return f"{name}:{local:%Y%m%dT%H%M%S}Z"
    zone = f";TZID={event.zone}" if event.zone else ""
    return f"{name}{zone}:{local:%Y%m%dT%H%M%S}"


def utc(text: str) -> datetime:
    """Read `2026-03-09 10:00` as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str) -> datetime:
    """Read `2026-03-09 10:00` as the time on somebody's wall."""
    return datetime.fromisoformat(text)


def wait(
    key: str, channel: str, asked: datetime, answered: datetime | None
) -> list[dict[str, Any]]:
    """Return the messages of one wait, in a thread named by its key."""
    about = {"thread_key": key, "channel": channel, "author_key": "ann"}
    found = [about | {"message_key": f"{key}q", "role": "customer", "sent_at": asked}]
    if answered is not None:
        found.append(about | {"message_key": f"{key}r", "role": "agent", "sent_at": answered})
    return found


def open_seconds(store: Store) -> dict[str, int | None]:
    """Return what each wait took, or has taken by *as of*, on the clock of opening hours."""
    rows = store.cursor().execute(
        "SELECT m.thread_key, CASE WHEN w.outcome = 'open' THEN (k.as_of_open - w.started_open) // 1000000"
        " ELSE w.open_seconds END FROM waits AS w JOIN messages AS m ON m.message_id = w.start_id"
        " JOIN known AS k ON k.account = w.account AND k.channel = w.channel"
    )
    return dict(rows.fetchall())
