"""Named cases: open hours in every time zone and on both days of summer time."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.case_notation import REVIEWS, Case, Figure
from tests.oracle_records import Weekly

LONG_AGO = date(2020, 1, 1)
OFFICE: Weekly = {day: [(540, 1020)] for day in range(5)}
SUNDAY_MORNING: Weekly = {6: [(0, 360)]}


def hours(weekly: Weekly, zone: str = "Europe/London") -> dict[str, Any]:
    """Return the settings of one account that has kept these hours for long."""
    return {"hours": {"help": [(LONG_AGO, weekly)]}, "time_zones": {"help": zone}}


def asked_and_answered(asked: str, answered: str) -> str:
    """Return the messages of one wait between two instants."""
    return f"1 | {asked} | ann | Is it down?\n2 | {answered} | agent Kim | Yes."


CLOCKS = [
    Case(
        "a wait that begins closed starts counting at the next opening",
        "A wait that begins closed starts counting at the next opening",
        asked_and_answered("01-08 07:00", "01-08 09:30"),
        "1 first answered 9000 open=1800",
        rules=hours(OFFICE),
    ),
    Case(
        "a reply while closed to a message while closed took no open second",
        "A reply sent while closed to a message that arrived while closed took 0 open seconds",
        asked_and_answered("01-08 18:00", "01-08 20:00"),
        "1 first answered 7200 open=0",
        rules=hours(OFFICE),
        figures=[
            Figure("hit_rate", [{"met": 1, "n": 1}], {"clock": "open"}),
            Figure("first_reply", [{"n": 1, "median_seconds": 0}], {"clock": "open"}),
        ],
    ),
    Case(
        "a weekend does not count",
        "seconds inside the account's opening hours",
        asked_and_answered("01-12 16:30", "01-15 09:30"),
        "1 first answered 234000 open=3600",
        rules=hours(OFFICE),
    ),
    Case(
        "a day may have several shifts",
        "several a day",
        asked_and_answered("01-08 11:30", "01-08 13:30"),
        "1 first answered 7200 open=3600",
        rules=hours({0: [(540, 720), (780, 1020)]}),
    ),
    Case(
        "hours may run over midnight",
        "over midnight",
        asked_and_answered("01-08 05:00", "01-08 23:00"),
        "1 first answered 64800 open=7200",
        rules=hours({day: [(1320, 1800)] for day in range(7)}),
    ),
    Case(
        "hours over midnight belong to the day on which they begin",
        "over midnight",
        asked_and_answered("01-08 05:00", "01-08 23:00"),
        "1 first answered 64800 open=3600",
        rules=hours({6: [(1320, 1800)]}),
    ),
    Case(
        "hours that overlap count once",
        "seconds inside the account's opening hours",
        asked_and_answered("01-08 10:00", "01-08 14:00"),
        "1 first answered 14400 open=10800",
        rules=hours({0: [(540, 720), (660, 780)]}),
    ),
    Case(
        "hours across the spring change are an hour shorter",
        "local intervals per weekday in a named time zone",
        asked_and_answered("03-30 23:00", "03-31 06:00"),
        "1 first answered 25200 open=18000",
        rules=hours(SUNDAY_MORNING),
    ),
    Case(
        "hours across the autumn change are an hour longer",
        "local intervals per weekday in a named time zone",
        asked_and_answered("10-26 22:00", "10-27 07:00"),
        "1 first answered 32400 open=25200",
        rules=hours(SUNDAY_MORNING),
    ),
    Case(
        "the change in New York is another day",
        "local intervals per weekday in a named time zone",
        asked_and_answered("03-10 04:00", "03-10 11:00"),
        "1 first answered 25200 open=18000",
        rules=hours(SUNDAY_MORNING, "America/New_York"),
    ),
    Case(
        "the change on Lord Howe is half an hour",
        "local intervals per weekday in a named time zone",
        asked_and_answered("10-05 12:00", "10-05 20:00"),
        "1 first answered 28800 open=12600",
        rules=hours({6: [(60, 300)]}, "Australia/Lord_Howe"),
    ),
    Case(
        "Kathmandu is three quarters of an hour off",
        "local intervals per weekday in a named time zone",
        asked_and_answered("01-08 03:00", "01-08 03:30"),
        "1 first answered 1800 open=900",
        rules=hours(OFFICE, "Asia/Kathmandu"),
    ),
    Case(
        "an opening at a local time that never comes moves forward by the gap",
        "Local times that occur … never (spring) are resolved by one documented rule",
        asked_and_answered("03-31 00:00", "03-31 05:00"),
        "1 first answered 18000 open=1800",
        rules=hours({6: [(90, 180)]}),
    ),
    Case(
        "a closing at a local time that comes twice is the first of them",
        "Local times that occur twice (autumn) … are resolved by one documented rule",
        asked_and_answered("10-26 22:00", "10-27 05:00"),
        "1 first answered 25200 open=5400",
        rules=hours({6: [(0, 90)]}),
    ),
    Case(
        "hours that lie wholly in the gap of spring are none",
        "Local times that occur … never (spring) are resolved by one documented rule",
        asked_and_answered("03-31 00:00", "03-31 05:00"),
        "1 first answered 18000 open=0",
        rules=hours({6: [(90, 120)]}),
    ),
    Case(
        "changed hours hold from their date and never before",
        "each with the date from which it holds, so changing today's hours never restates last year",
        asked_and_answered("01-08 16:00", "01-09 11:00"),
        "1 first answered 68400 open=7200",
        rules={
            "hours": {"help": [(date(2024, 1, 9), {1: [(600, 720)]}), (LONG_AGO, OFFICE)]},
            "time_zones": {"help": "Europe/London"},
        },
    ),
    Case(
        "before the first date there are no hours",
        "No hours configured: the open-hours figure is empty (NULL), never 0",
        asked_and_answered("01-08 10:00", "01-08 11:00"),
        "1 first answered 3600 open=-",
        rules={"hours": {"help": [(date(2024, 1, 9), OFFICE)]}},
    ),
    Case(
        "an account without hours has no open seconds and no figure on that clock",
        "No hours configured: the open-hours figure is empty (NULL), never 0",
        asked_and_answered("01-08 10:00", "01-08 11:00"),
        "1 first answered 3600 open=-",
        figures=[
            Figure("hit_rate", [{"n": 0, "hit_rate": None, "worst": None}], {"clock": "open"}),
            Figure("first_reply", [{"n": 0, "median_seconds": None}], {"clock": "open"}),
        ],
    ),
    Case(
        "an open wait ages on the open clock too",
        "A target is a limit in seconds on a clock",
        """
        1 | 01-08 17:00 | ann       | Is it down?
        2 | 01-08 17:00 | bob       | Is it down? | thread T2
        3 | 01-09 10:00 | agent Kim | Yes.        | thread T2
        4 | 01-08 16:59 | cat       | Is it down? | thread T3
        """,
        """
        4 first open -
        1 first open -
        2 first answered 61200 open=3600
        """,
        rules=hours(OFFICE),
        figures=[
            Figure(
                "hit_rate",
                [{"met": 1, "missed": 1, "undecided": 1}],
                {"clock": "open", "target": 3600},
            )
        ],
    ),
    Case(
        "a wait of unknown length has no open seconds either",
        "in no time figure",
        """
        1 | 01-08 12:00 | ann       | Crashes, now worse
        2 | 01-08 09:00 | agent Kim | Try 2.0            | re 1
        """,
        "1 first answered - unknown open=-",
        REVIEWS,
        rules={"hours": {"app": [(LONG_AGO, OFFICE)]}},
    ),
]
