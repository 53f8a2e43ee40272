"""Named cases: the faults by which other dashboards flatter the team, each with the true figure."""

from __future__ import annotations

from fractions import Fraction

from tests.case_notation import CHAT, Case, Figure
from tests.cases_measures import tickets

FAULTS = [
    tickets(
        "fault: the undecided counted as met",
        "`undecided` (open and not older than T)",
        [
            Figure(
                "hit_rate",
                [{"met": 1, "missed": 1, "undecided": 8, "n": 10, "hit_rate": Fraction(1, 2)}],
            )
        ],
        answered="60 7200",
        still="1 2 3 4 5 6 7 8",
    ),
    tickets(
        "fault: survivors only, as if who was never answered had never written",
        "Unanswered … open waits censored at *as of*",
        [
            Figure(
                "first_reply",
                [
                    {
                        "n": 5,
                        "answered": 2,
                        "open": 3,
                        "median_seconds": None,
                        "mean_answered_seconds": 90,
                    }
                ],
            ),
            Figure("hit_rate", [{"met": 2, "missed": 3, "hit_rate": Fraction(2, 5)}]),
        ],
        answered="60 120",
        still="7200 8000 9000",
    ),
    Case(
        "fault: the clock restarted by a chaser",
        "they never restart the clock",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 12:55 | ann       | Hello?
        3 | 01-08 13:00 | agent Kim | Yes.
        """,
        "1 first answered 14400 chasers=1",
        figures=[Figure("hit_rate", [{"met": 0, "missed": 1, "n": 1}])],
    ),
    Case(
        "fault: the clock stopped by a note or by an acknowledging bot",
        "System messages and internal notes never end it … A bot that *acknowledges* changes nothing",
        """
        1 | 01-08 09:00 | ann         | Is it down?
        2 | 01-08 09:00 | bot Greeter | We got your message.
        3 | 01-08 09:01 | note Kim    | Looks down
        4 | 01-08 13:00 | agent Kim   | Yes.
        """,
        "1 first answered 14400 agent=Kim",
        figures=[Figure("first_reply", [{"n": 1, "median_seconds": 14400}])],
    ),
    Case(
        "fault: 14.7 quiet days after an answering bot counted as waiting",
        "what the customer writes after the bot's answer opens a new wait",
        """
        1 | 01-08 09:00 | ann        | Is it down?
        2 | 01-08 09:01 | bot Solver | Yes, until noon.
        3 | 01-23 01:49 | ann        | Down again?
        4 | 01-23 01:59 | agent Kim  | Yes.
        """,
        """
        1 first bot 60
        3 first answered 600
        """,
        CHAT,
        rules={"answering_bots": frozenset({"Solver"})},
        figures=[Figure("first_reply", [{"n": 1, "mean_answered_seconds": 600}])],
    ),
    Case(
        "fault: the closed hours of a missing calendar counted as 0",
        "No hours configured: the open-hours figure is empty (NULL), never 0",
        """
        1 | 01-08 02:00 | ann       | Is it down?
        2 | 01-08 22:00 | agent Kim | Yes.
        """,
        "1 first answered 72000 open=-",
        figures=[
            Figure("first_reply", [{"n": 0, "mean_answered_seconds": None}], {"clock": "open"})
        ],
    ),
    Case(
        "fault: dated by the reply instead of by the question",
        "a wait belongs to the period in which it started",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-10 09:00 | agent Kim | It was.
        """,
        "1 first answered 172800",
        figures=[Figure("hit_rate", [{"day": "2024-01-08", "missed": 1}], {"by": ["day"]})],
    ),
    Case(
        "fault: credited to who owns the ticket and not to who wrote",
        "The reply is credited to who wrote it …, not to who owns the ticket",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Where do you live?
        3 | 01-08 09:20 | ann       | York
        4 | 01-08 09:21 | note Kim  | This is mine
        5 | 01-08 09:30 | agent Lee | Then yes.
        """,
        """
        1 first answered 600 agent=Kim
        3 next answered 600 agent=Lee
        """,
    ),
    tickets(
        "fault: waits of zero seconds dropped as if there were none",
        "Unanswered is a row, and so is a wait of no second",
        [
            Figure(
                "first_reply",
                [{"n": 3, "answered": 3, "median_seconds": 0, "mean_answered_seconds": 20}],
            ),
            Figure("hit_rate", [{"met": 3, "n": 3, "hit_rate": 1}]),
            Figure("response_rate", [{"answered": 3, "n": 3}]),
        ],
        answered="0 0 60",
    ),
    Case(
        "fault: a late reply that came between two polls never recorded",
        "It ends at the first message after it by an `agent` …, however late",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 12:00 | bob       | Is it down? | thread T2
        3 | 01-09 09:00 | agent Kim | It was.
        4 | 01-09 12:00 | agent Kim | It was.     | thread T2
        """,
        """
        1 first answered 86400
        2 first answered 86400
        """,
        first_load="1 2",
        figures=[Figure("response_rate", [{"n": 2, "answered": 2, "response_rate": 1}])],
    ),
    Case(
        "fault: a missed wait that a late reply turned into a short one",
        "Nothing after it is assumed; a wait's age is measured to it",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 10:00:01 | bob    | Is it down? | thread T2
        3 | 01-08 11:00 | agent Kim | Yes.
        """,
        """
        1 first answered 7200
        2 first open -
        """,
        first_load="1 2",
        figures=[Figure("hit_rate", [{"met": 0, "missed": 1, "undecided": 1}])],
    ),
]
