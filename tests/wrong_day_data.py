"""A message log of six quiet weeks with one day that goes wrong, for the tests that look for such days."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.page_data import COLUMNS

LONDON = ZoneInfo("Europe/London")
FIRST, DAYS = datetime.fromisoformat("2026-03-02"), 42  # a Monday; summer time begins on 29 March
BAD = datetime.fromisoformat("2026-03-25")
SETTINGS = 'sample = false\n[accounts.Shop]\ntime_zone = "Europe/London"\n'
SILENT = (BAD + timedelta(hours=13, minutes=4), BAD + timedelta(hours=15, minutes=30))


def write_wrong_day(path: Path) -> Path:
    """Write the log and return its path.

    The shop answers from 09:00 to 17:00 local time, six people an hour, each after four minutes. On 25 March thirty an hour
    write from 12:00 to 15:00; nobody replies from 13:04 to 15:30, then everybody is answered, one a minute; meanwhile every
    third of them writes again after twenty minutes. Another account, with three messages a week, has a day with thirty.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number, (account, thread, role, at) in enumerate(_said()):
            writer.writerow(
                {
                    "platform": "desk",
                    "account": account,
                    "channel": "Chat",
                    "message_key": f"{account}-{number}",
                    "thread_key": f"{account}-{thread}",
                    "author_key": f"{role}-{thread}" if role == "customer" else account,
                    "role": role,
                    "sent_at": at.replace(tzinfo=LONDON).isoformat(),
                    "text": "Where is my parcel?" if role == "customer" else "On its way.",
                }
            )
    return path


def _said() -> Iterator[tuple[str, str, str, datetime]]:
    late = SILENT[1]
    for began in _questions():
        thread = f"{began:%m%d%H%M}"
        yield "Shop", thread, "customer", began
        if not SILENT[0] <= began + timedelta(minutes=4) < SILENT[1]:
            yield "Shop", thread, "agent", began + timedelta(minutes=4)
            continue
        if began.minute % 3 == 0:
            yield "Shop", thread, "customer", began + timedelta(minutes=20)
        yield "Shop", thread, "agent", late
        late += timedelta(minutes=1)
    for week in range(6):
        day = FIRST + timedelta(days=7 * week)
        for number in range(30 if week == 3 else 3):
            yield "Kiosk", f"{week}-{number}", "customer", day + timedelta(hours=10, minutes=number)


def _questions() -> Iterator[datetime]:
    for day in range(DAYS):
        for hour in range(9, 17):
            at = FIRST + timedelta(days=day, hours=hour)
            surge = at.date() == BAD.date() and 12 <= hour < 15
            for minute in range(0, 60, 2 if surge else 10):
                yield at + timedelta(minutes=minute)
