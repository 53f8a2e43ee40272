"""Closures: public holidays are the published ones, iCal files mean what RFC 5545 says, faults are told."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sla import settings
from sla.closures import is_holiday, read_closures
from sla.errors import SettingsError
from tests.opening_notation import utc
from tests.published_holidays import PUBLISHED

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(("region", "year"), PUBLISHED)
def test_public_holidays_are_the_published_ones(region: str, year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert {day for day in days if is_holiday(day, [region])} == PUBLISHED[region, year]


def event(*lines: str, uid: str = "1", before: Sequence[str] = ()) -> str:
    """Write an iCal file with one event."""
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", *before, "BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:Stocktaking",
         *lines, "END:VEVENT", "END:VCALENDAR", ""]
    )  # fmt: skip


def closed(tmp_path: Path, text: str, zone: ZoneInfo = LONDON) -> list[tuple[str, str]]:
    """Return the closures around March 2026 in UTC, in order."""
    (tmp_path / "closed.ics").write_text(text, encoding="utf-8", newline="")
    found = read_closures("closed.ics", tmp_path)
    spans = sorted(found.between(zone, utc("2026-03-01"), utc("2026-04-15")))
    return [(f"{a:%m-%d %H:%M}", f"{b:%m-%d %H:%M}") for a, b in spans]


OWN_ZONE = [
    "BEGIN:VTIMEZONE", "TZID:Depot", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0300",
    "TZOFFSETTO:+0300", "END:STANDARD", "END:VTIMEZONE",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (event("DTSTART;VALUE=DATE:20260330"), [("03-29 23:00", "03-30 23:00")]),
        (event("DTSTART;VALUE=DATE:20260327", "DTEND;VALUE=DATE:20260330"), [("03-27 00:00", "03-29 23:00")]),
        (event("DTSTART:20260330T090000", "DTEND:20260330T100000"), [("03-30 08:00", "03-30 09:00")]),
        (event("DTSTART:20260330T090000Z", "DURATION:PT90M"), [("03-30 09:00", "03-30 10:30")]),
        (event("DTSTART;TZID=America/New_York:20260316T090000", "DTEND;TZID=America/New_York:20260316T100000"),
         [("03-16 13:00", "03-16 14:00")]),
        (event("DTSTART;TZID=Depot:20260316T090000", "DTEND;TZID=Depot:20260316T100000", before=OWN_ZONE),
         [("03-16 06:00", "03-16 07:00")]),
        (event("DTSTART;TZID=W. Europe Standard Time:20260316T090000", "DURATION:PT1H"),
         [("03-16 08:00", "03-16 09:00")]),
        (event("DTSTART:20260326T090000", "DTEND:20260326T100000", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20260402T090000"),
         [("03-26 09:00", "03-26 10:00"), ("04-09 08:00", "04-09 09:00")]),
        (event("DTSTART:20200101T120000", "DTEND:20200101T130000", "RRULE:FREQ=MONTHLY;BYDAY=1MO"),
         [("03-02 12:00", "03-02 13:00"), ("04-06 11:00", "04-06 12:00")]),
        (event("DTSTART:20260327T220000", "DTEND:20260328T060000", "RRULE:FREQ=DAILY;UNTIL=20260328T235959"),
         [("03-27 22:00", "03-28 06:00"), ("03-28 22:00", "03-29 05:00")]),
        (event("DTSTART:20260310T090000", "DTEND:20260310T100000", "RDATE:20260312T090000"),
         [("03-10 09:00", "03-10 10:00"), ("03-12 09:00", "03-12 10:00")]),
        (event("DTSTART;VALUE=DATE:20260310", "TRANSP:TRANSPARENT"), [("03-10 00:00", "03-11 00:00")]),
        (event("DTSTART;VALUE=DATE:20260310", "STATUS:CANCELLED"), []),
        (event("DTSTART:20260310T090000"), []),  # an instant closes nothing
        (event("DTSTART:20260329T011500", "DTEND:20260329T014500"), [("03-29 01:15", "03-29 01:45")]),
        (event("DTSTART;VALUE=DATE:20260310") + event("DTSTART;VALUE=DATE:20260312"),
         [("03-10 00:00", "03-11 00:00"), ("03-12 00:00", "03-13 00:00")]),
        ("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n", []),
    ],
    ids=[
        "a whole day in summer time", "several days across the change", "no zone", "UTC and a length",
        "another zone", "a zone of the file's own", "a zone by its Windows name", "weekly, but once not",
        "without an end", "a night across the change", "another date", "free time", "cancelled", "no length",
        "in the gap", "two calendars", "no event",
    ],
)  # fmt: skip
def test_an_event_closes_when_it_takes_place(
    tmp_path: Path, text: str, found: list[tuple[str, str]]
) -> None:
    assert closed(tmp_path, text) == found


def test_one_time_of_a_series_may_be_moved(tmp_path: Path) -> None:
    series = event("DTSTART:20260310T090000Z", "DTEND:20260310T100000Z", "RRULE:FREQ=DAILY;COUNT=2")
    moved = ("BEGIN:VEVENT", "UID:1", "RECURRENCE-ID:20260311T090000Z", "DTSTART:20260311T150000Z",
             "DTEND:20260311T170000Z", "END:VEVENT", "END:VCALENDAR", "")  # fmt: skip
    text = series.replace("END:VCALENDAR\r\n", "\r\n".join(moved))
    assert closed(tmp_path, text) == [
        ("03-10 09:00", "03-10 10:00"),
        ("03-11 15:00", "03-11 17:00"),
    ]


def told(tmp_path: Path, line: str) -> str:
    """Return what is said of settings with this line among the opening hours."""
    path = tmp_path / "settings.toml"
    path.write_text(f'[accounts.A.hours]\nevery = ["09:00-17:00"]\n{line}\n', encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        settings.read(path)
    assert str(error.value).startswith(f"{path}: accounts.A.hours.")
    return str(error.value).removeprefix(f"{path}: accounts.A.hours.")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('holidays = "GB-EN"', 'holidays: expected a country such as "GB" or a region such as "GB-ENG", found "GB-EN"; did you mean "GB-ENG"'),
        ('holidays = ["GB", "gb-sct"]', 'found "gb-sct"; did you mean "GB-SCT"'),
        ('holidays = "England"', 'holidays: expected a country such as "GB" or a region such as "GB-ENG", found "England".'),
        ('holidays = "HolidayBase"', 'found "HolidayBase"'),
        ("holidays = true", 'holidays: expected a country or region such as "GB-ENG", or a list of them, found True.'),
        ("closed = 2026-12-24", "closed: expected a list of dates"),
        ('closed = ["24.12.2026"]', 'closed: expected a date such as "2026-12-24", found "24.12.2026".'),
        ('closed = ["2026-02-30"]', 'closed: expected a date such as "2026-12-24", found "2026-02-30".'),
        ("closed = [2026-12-24T12:00:00]", "closed: expected a date"),
        ('extra = ["2026-12-31"]', "extra: expected intervals by date"),
        ('extra = { "31 December" = ["10:00-14:00"] }', 'extra: expected a date such as "2026-12-24", found "31 December".'),
        ('extra = { "2026-12-31" = ["10-14"] }', 'extra: expected a span such as "08:00-22:00", found "10-14".'),
        ('extra = { "2026-12-31" = "10:00-14:00" }', "extra: expected a list of spans"),
        ("from = 20260101", 'from: expected a date such as "2026-12-24", found "20260101".'),
        ("ical = 1", 'ical: expected the name of an iCal file such as "closed.ics", or a list of them, found 1.'),
        ('icall = "a.ics"', 'icall: there is no such setting; did you mean "ical"?'),
    ],
)  # fmt: skip
def test_a_wrong_exception_is_told_by_its_key(tmp_path: Path, line: str, message: str) -> None:
    assert message in told(tmp_path, line)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "there is no calendar in it"),
        ("<html>not found</html>", "not found"),
        ("BEGIN:VCARD\nFN:Kim\nEND:VCARD\n", "there is no calendar in it"),
        (event("DTSTART;VALUE=DATE:20260310")[:-40], "it ends too early"),
        (event("DTSTART;VALUE=DATE:20260310") + event("DTSTART;VALUE=DATE:20260310")[:-40], "it ends too early"),
        (event("DTSTART:tomorrow"), '"Stocktaking": DTSTART: '),
        (event("DTEND:20260310T100000"), '"Stocktaking": it has no DTSTART'),
        (event("DTSTART:20260310T090000", "DTSTART:20260311T090000"), "more than one DTSTART"),
        (event("DTSTART;TZID=Mars/Base:20260310T090000"), 'DTSTART: there is no time zone "Mars/Base"'),
        (event("DTSTART:20260310T090000", "RRULE:FREQ=SOMETIMES"), "RRULE: "),
        (event("DTSTART:20260310T090000", "RRULE:now and then"), "RRULE: it says no frequency"),
        (event("DTSTART:20260310T090000", "RRULE:FREQ=SECONDLY"), "every minute or second"),
        (event("DTSTART:20260310T090000", "RRULE:FREQ=DAILY;UNTIL=soon"), "RRULE: "),
        (event("DTSTART:20260310T090000", "RRULE:FREQ=DAILY", "EXDATE:soon"), "EXDATE: "),
        (event("DTSTART:20260310T090000", "RRULE:FREQ=DAILY", "EXDATE;TZID=Mars/Base:20260310T090000"), 'EXDATE: there is no time zone "Mars/Base"'),
    ],
)  # fmt: skip
def test_a_broken_ical_file_is_told_with_what_was_expected(
    tmp_path: Path, text: str, why: str
) -> None:
    (tmp_path / "closed.ics").write_text(text, encoding="utf-8", newline="")
    found = told(tmp_path, 'ical = ["closed.ics"]')
    assert found.startswith(
        "ical: expected an iCal file, from BEGIN:VCALENDAR to END:VCALENDAR, found "
    )
    assert f"{tmp_path / 'closed.ics'} (" in found
    assert why in found


def test_an_ical_file_that_is_missing_or_not_text_is_told(tmp_path: Path) -> None:
    found = told(tmp_path, 'ical = "nowhere.ics"')
    assert (
        f"ical: expected an iCal file, found that {tmp_path / 'nowhere.ics'} cannot be read"
        in found
    )
    (tmp_path / "latin.ics").write_bytes(event("DESCRIPTION:caf\xe9").encode("latin-1"))
    assert "ical: expected iCal in UTF-8, found other text in " in told(
        tmp_path, 'ical = "latin.ics"'
    )


def test_settings_of_a_channel_are_told_by_their_key(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    for text, message in (
        ('[accounts.A.channels."Live chat".hours]\nmonn = []', 'accounts.A.channels."Live chat".hours.monn: there is no such setting; did you mean "mon"?'),
        ("[accounts.A.channels.Chat]\nhour = 1", 'accounts.A.channels.Chat.hour: there is no such setting; did you mean "hours"?'),
        ("[accounts.A.channels.Chat]\ntime_zone = \"UTC\"", "accounts.A.channels.Chat.time_zone: there is no such setting; known: hours, targets."),
        ("[accounts.A.channels.Chat]\ntargets = [0]", "accounts.A.channels.Chat.targets: expected a list of seconds above 0"),
        ('[accounts.A.channels." "]\ntargets = [60]', "accounts.A.channels: a channel needs a name"),
        ("[[accounts.A.channels.Chat.hours]]\nfrom = 2026-01-01\n[[accounts.A.channels.Chat.hours]]\nfrom = 2026-01-01", "accounts.A.channels.Chat.hours: two sets of hours hold from the same day"),
    ):  # fmt: skip
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SettingsError) as error:
            settings.read(path)
        assert message in str(error.value)
