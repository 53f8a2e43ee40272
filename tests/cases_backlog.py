"""Named cases: the backlog at an instant, chasers, and the chance of one; counted by hand."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.case_notation import REVIEWS, TICKET, Case, Figure, Place, instant_of

HALF = Fraction(1, 2)


def case(
    name: str,
    law: str,
    messages: str,
    *figures: Figure,
    place: Place = TICKET,
    rules: Mapping[str, Any] | None = None,
) -> Case:
    """Make a case that is told by its figures alone."""
    return Case(name, law, messages, "", place=place, rules=rules or {}, figures=figures)


BACKLOG = [
    case(
        "a backlog is told at the end of the period, of one that is not over at as of",
        "Told by period, it is the backlog at the period's end (for a period that is not over, at *as of*)",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-09 08:00 | bob       | It broke    | thread T2
        3 | 01-09 10:00 | agent Kim | Yes.
        4 | 01-09 11:00 | agent Kim | Hello?      | thread T3
        """,
        Figure(
            "backlog",
            [
                {
                    "day": "2024-01-08",
                    "at": instant_of("01-09 00:00"),
                    "n": 1,
                    "oldest_seconds": 54000,
                    "highest": 1,
                },
                {
                    "day": "2024-01-09",
                    "at": instant_of("01-09 11:00"),
                    "n": 1,
                    "oldest_seconds": 10800,
                    "highest": 2,
                },
            ],
            {"by": "day"},
        ),
    ),
    case(
        "a wait that begins at the instant is open, one that ends at it is not",
        "begun at it or before, and not ended yet",
        """
        1 | 01-08 23:00 | ann       | Is it down?
        2 | 01-09 00:00 | agent Kim | Yes.
        3 | 01-09 00:00 | bob       | It broke    | thread T2
        4 | 01-09 01:00 | agent Kim | Hello?      | thread T3
        """,
        Figure(
            "backlog",
            [
                {"day": "2024-01-08", "n": 1, "oldest_seconds": 0, "highest": 1},
                {"day": "2024-01-09", "n": 1, "oldest_seconds": 3600, "highest": 1},
            ],
            {"by": "day"},
        ),
    ),
    case(
        "an hour in which nothing waits is told as 0 while data is known, and no other hour",
        "the waits that are open then",
        """
        1 | 01-08 09:10 | ann       | Is it down?
        2 | 01-08 09:20 | agent Kim | Yes.
        3 | 01-08 11:05 | agent Kim | Hello?      | thread T3
        """,
        Figure(
            "backlog",
            [
                {"hour": "2024-01-08T09:00", "n": 0, "oldest_seconds": None, "highest": 1},
                {"hour": "2024-01-08T10:00", "n": 0, "oldest_seconds": None, "highest": 0},
                {"hour": "2024-01-08T11:00", "n": 0, "oldest_seconds": None, "highest": 0},
            ],
            {"by": "hour"},
        ),
    ),
    case(
        "the highest number counts the waits that the period began with",
        "the highest number that were open at one time within it",
        """
        1 | 01-08 23:00 | ann       | Is it down?
        2 | 01-09 09:00 | bob       | It broke    | thread T2
        3 | 01-09 09:10 | agent Kim | Yes.
        4 | 01-09 09:20 | agent Kim | Sorry!      | thread T2
        5 | 01-09 09:30 | cid       | It broke    | thread T3
        6 | 01-09 09:40 | agent Kim | Sorry!      | thread T3
        """,
        Figure(
            "backlog",
            [
                {"day": "2024-01-08", "n": 1, "highest": 1},
                {"day": "2024-01-09", "n": 0, "highest": 2},
            ],
            {"by": "day"},
        ),
        Figure("backlog", [{"n": 0, "oldest_seconds": None, "highest": 2}]),
        Figure("backlog", [{"n": 0, "highest": 1}], {"since": instant_of("01-09 09:15")}),
    ),
    case(
        "bounds choose the periods and drop no wait that began earlier",
        "the waits that are open then",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-10 09:00 | agent Kim | Yes.
        3 | 01-11 09:00 | agent Kim | Hello?      | thread T3
        """,
        Figure(
            "backlog",
            [{"day": "2024-01-09", "n": 1, "oldest_seconds": 140400, "highest": 1}],
            {"by": "day", "since": instant_of("01-09 00:00"), "until": instant_of("01-10 00:00")},
        ),
        Figure("backlog", [{"day": "2024-01-10"}, {"day": "2024-01-11"}], {
            "by": "day", "since": instant_of("01-09 00:00:01"),
        }),
        Figure(
            "backlog",
            [{"at": instant_of("01-09 09:00"), "n": 1, "oldest_seconds": 86400}],
            {"until": instant_of("01-09 09:00")},
        ),
    ),
    case(
        "what was closed is not waiting any more",
        "and not ended yet",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 10:00 | closed    |
        3 | 01-08 11:00 | agent Kim | Hello?      | thread T3
        """,
        Figure("backlog", [{"n": 0, "highest": 1}]),
    ),
    case(
        "a chaser makes no second wait, and the first one keeps its age",
        "with the age of the oldest",
        """
        1 | 01-08 09:00 | ann | Is it down?
        2 | 01-08 10:00 | ann | Hello?
        """,
        Figure("backlog", [{"n": 1, "oldest_seconds": 3600, "highest": 1}]),
    ),
    case(
        "what a bot answered is in no backlog and has no chasers",
        "A wait that a bot ended is in no human figure",
        """
        1 | 01-08 09:00 | ann        | Is it down?
        2 | 01-08 09:10 | ann        | Hello?
        3 | 01-08 09:20 | bot Solver | Restart it.
        """,
        Figure("backlog", [{"n": 0, "oldest_seconds": None, "highest": 0}]),
        Figure("chasers", [{"n": 0, "chased": 0, "chasers": 0, "share_chased": None, "per_wait": None}]),
        Figure("chase_chance", []),
        rules={"answering_bots": frozenset({"Solver"})},
    ),
    case(
        "an answer that came before the question leaves nothing waiting",
        "in no figure that has a time in it",
        """
        1 | 01-08 09:00 | agent app | We fixed it. | re 2
        2 | 01-08 10:00 | ann       | It crashes
        """,
        Figure("backlog", [{"n": 0, "highest": 0}]),
        Figure("chasers", [{"n": 0}]),
        place=REVIEWS,
    ),
    case(
        "each account has midnights of its own",
        "in the account's time zone",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:00 | bob       | It broke    | thread T2, account sales
        3 | 01-08 20:00 | agent Kim | Sorry!      | thread T2, account sales
        4 | 01-08 20:00 | agent Kim | Yes.
        """,
        Figure(
            "backlog",
            [
                {"day": "2024-01-08", "at": instant_of("01-08 20:00"), "n": 1, "highest": 2},
                {"day": "2024-01-09", "at": instant_of("01-08 20:00"), "n": 0, "highest": 1},
            ],
            {"by": "day"},
        ),
        Figure(
            "backlog",
            [
                {"account": "help", "day": "2024-01-08", "n": 0, "highest": 1},
                {
                    "account": "sales",
                    "day": "2024-01-08",
                    "at": instant_of("01-08 18:15"),
                    "n": 1,
                    "oldest_seconds": 33300,
                },
                {"account": "sales", "day": "2024-01-09", "n": 0, "highest": 1},
            ],
            {"by": ["account", "day"]},
        ),
        rules={"time_zones": {"sales": "Asia/Kathmandu"}},
    ),
    case(
        "each channel is looked at when it was last known",
        "The instant up to which the data is known: for one account and channel",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 10:00 | agent Kim | Hello?      | thread T2
        3 | 01-08 11:00 | bob       | It broke    | thread T3, channel Chat
        4 | 01-08 12:00 | agent Kim | Hello?      | thread T4, channel Chat
        """,
        Figure("backlog", [
            {"channel": "Chat", "at": instant_of("01-08 12:00"), "n": 1, "oldest_seconds": 3600},
            {"channel": "E-mail", "at": instant_of("01-08 10:00"), "n": 1, "oldest_seconds": 3600},
        ], {"by": "channel"}),
        Figure("backlog", [
            {"at": instant_of("01-08 12:00"), "n": 2, "oldest_seconds": 3600, "highest": 2},
        ]),
        Figure("backlog", [{"n": 1, "highest": 1}], {"channel": "Chat"}),
    ),
    case(
        "what waits when a channel is last known still waits while others are known for longer",
        "what is open when a channel was last known counts as open while other channels are known for longer",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 11:00 | bob       | It broke    | thread T3, channel Chat
        3 | 01-09 11:00 | cid       | It broke    | thread T4, channel Chat
        """,
        Figure("backlog", [{"at": instant_of("01-09 11:00"), "n": 3, "highest": 3}]),
        Figure("backlog", [{"day": "2024-01-08", "n": 2, "highest": 2}, {"day": "2024-01-09", "n": 2, "highest": 2}], {"by": "day"}),
    ),
    case(
        "an account of which a closing is all that is known has no backlog, and a row",
        "There is a row for every period from the first message of an account and channel to its *as of*",
        "1 | 01-08 09:00 | closed | | account Eastport",
        Figure("backlog", [
            {"account": "Eastport", "at": instant_of("01-08 09:00"), "n": 0, "oldest_seconds": None, "highest": 0},
        ], {"by": "account"}),
    ),
    case(
        "an empty stretch tells nothing, nor does a channel that is known only before it",
        "An empty stretch, one that ends no later than it begins, tells nothing",
        """
        1 | 01-08 09:00 | ann | Is it down?
        2 | 01-10 09:00 | bob | It broke    | thread T3, channel Chat
        """,
        Figure("backlog", [{"at": None, "n": 0, "highest": 0}], {
            "since": instant_of("01-08 09:00"), "until": instant_of("01-08 09:00"),
        }),
        Figure("backlog", [{"at": instant_of("01-10 09:00"), "n": 1}], {"since": instant_of("01-09 00:00")}),
        Figure("backlog", [{"channel": "Chat"}], {"by": "channel", "since": instant_of("01-09 00:00")}),
    ),
    case(
        "an hour that occurs twice is one of two hours",
        "in the account's time zone",
        """
        1 | 10-26 23:30 | ann       | Is it down?
        2 | 10-27 00:10 | bob       | It broke    | thread T2
        3 | 10-27 01:50 | agent Kim | Yes.
        4 | 10-27 02:10 | agent Kim | Sorry!      | thread T2
        """,
        Figure("backlog", [
            {"hour": "2024-10-27T00:00", "at": instant_of("10-27 00:00"), "n": 1, "highest": 1},
            {"hour": "2024-10-27T01:00", "at": instant_of("10-27 02:00"), "n": 1, "highest": 2},
            {"hour": "2024-10-27T02:00", "at": instant_of("10-27 02:10"), "n": 0, "highest": 1},
        ], {"by": "hour"}),
        rules={"time_zones": {"help": "Europe/London"}},
    ),
    case(
        "an hour that summer time skips has no row",
        "in the account's time zone",
        """
        1 | 03-31 00:30 | ann       | Is it down?
        2 | 03-31 01:10 | agent Kim | Yes.
        """,
        Figure("backlog", [
            {"hour": "2024-03-31T00:00", "at": instant_of("03-31 01:00"), "n": 1, "highest": 1},
            {"hour": "2024-03-31T02:00", "at": instant_of("03-31 01:10"), "n": 0, "highest": 1},
        ], {"by": "hour"}),
        rules={"time_zones": {"help": "Europe/London"}},
    ),
    case(
        "weeks and months have their own ends",
        "Days, weeks (from Monday) and months are told by the date on which they begin",
        """
        1 | 01-30 09:00 | ann       | Is it down?
        2 | 02-02 09:00 | agent Kim | Yes.
        3 | 02-04 23:59 | bob       | It broke    | thread T2
        4 | 02-05 00:01 | agent Kim | Sorry!      | thread T2
        """,
        Figure("backlog", [
            {"week": "2024-01-29", "at": instant_of("02-05 00:00"), "n": 1, "oldest_seconds": 60},
            {"week": "2024-02-05", "n": 0, "highest": 1},
        ], {"by": "week"}),
        Figure("backlog", [
            {"month": "2024-01-01", "at": instant_of("02-01 00:00"), "n": 1, "oldest_seconds": 140400},
            {"month": "2024-02-01", "at": instant_of("02-05 00:01"), "n": 0, "highest": 1},
        ], {"by": "month"}),
    ),
    case(
        "first and next waits can be looked at apart",
        "The first wait of a conversation is marked **first**; the others are **next** replies",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Yes.
        3 | 01-08 09:20 | ann       | Why?
        4 | 01-08 09:30 | bob       | It broke    | thread T2
        """,
        Figure("backlog", [{"n": 2, "highest": 2}]),
        Figure("backlog", [{"n": 1, "oldest_seconds": 0, "highest": 1}], {"which": "first"}),
        Figure("backlog", [{"n": 1, "oldest_seconds": 600, "highest": 1}], {"which": "next"}),
    ),
]  # fmt: skip

CHASERS = [
    case(
        "chasers are how often the customer wrote again while waiting",
        "**Chasers** per wait: how often the customer wrote again while waiting",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | ann       | Hello?
        3 | 01-08 09:20 | note Kim  | She is cross.
        4 | 01-08 09:30 | ann       | Still waiting
        5 | 01-08 09:40 | ann       | thanks!
        6 | 01-08 09:50 | agent Kim | Yes.
        7 | 01-08 09:00 | bob       | It broke      | thread T2
        8 | 01-08 09:10 | agent Kim | Sorry!        | thread T2
        """,
        Figure("chasers", [
            {"n": 2, "chased": 1, "chasers": 3, "most": 3, "share_chased": HALF, "per_wait": Fraction(3, 2)},
        ]),
    ),
    case(
        "an open wait has chasers too",
        "What the customer writes meanwhile are **chasers**",
        """
        1 | 01-08 23:00 | ann | Is it down?
        2 | 01-09 09:10 | ann | Hello?
        """,
        Figure("chasers", [{"day": "2024-01-08", "n": 1, "chased": 1, "chasers": 1}], {"by": "day"}),
        Figure("chasers", [{"n": 0, "most": None}], {"since": instant_of("01-09 00:00")}),
        Figure("chase_chance", [{"minute": 610, "waiting": 1, "chased": 1, "chance": 1, "chased_by": 1}]),
    ),
    case(
        "the chance to chase in a minute is among those who have not chased before it",
        "of the waits that have lasted so long without a chaser, the share that gets its first one within that minute",
        """
        1  | 01-08 09:00:00 | ann       | Is it down?
        2  | 01-08 09:00:30 | ann       | Hello?
        3  | 01-08 09:02:20 | ann       | Hello?
        4  | 01-08 09:30:00 | agent Kim | Yes.
        5  | 01-08 09:00:00 | bob       | It broke    | thread T2
        6  | 01-08 09:01:30 | agent Kim | Sorry!      | thread T2
        7  | 01-08 09:00:00 | cid       | It broke    | thread T3
        8  | 01-08 09:02:10 | cid       | Hello?      | thread T3
        9  | 01-08 09:30:00 | agent Kim | Sorry!      | thread T3
        10 | 01-08 09:00:00 | dan       | It broke    | thread T4
        11 | 01-08 09:10:00 | agent Kim | Sorry!      | thread T4
        """,
        Figure("chase_chance", [
            {"minute": 0, "waiting": 4, "chased": 1, "chance": Fraction(1, 4), "chased_by": Fraction(1, 4)},
            {"minute": 2, "waiting": 2, "chased": 1, "chance": HALF, "chased_by": Fraction(5, 8)},
        ]),
    ),
    case(
        "a wait that ends within the minute, or is known up to it, has lasted so long",
        "of the waits that have lasted so long without a chaser",
        """
        1 | 01-08 09:00:00 | ann       | Is it down?
        2 | 01-08 09:02:00 | ann       | Hello?
        3 | 01-08 09:00:00 | bob       | It broke    | thread T2
        4 | 01-08 09:02:00 | agent Kim | Sorry!      | thread T2
        5 | 01-08 09:00:00 | cid       | It broke    | thread T3
        6 | 01-08 09:01:59 | agent Kim | Sorry!      | thread T3
        7 | 01-08 09:00:01 | dan       | It broke    | thread T4
        """,
        Figure("chase_chance", [{"minute": 2, "waiting": 2, "chased": 1, "chance": HALF}]),
    ),
    case(
        "a chaser that another channel tells later is not known yet",
        "A chaser that was sent after *as of* of the wait's own channel is not known there yet",
        """
        1 | 01-08 09:00:00 | ann       | Is it down?
        2 | 01-08 09:02:10 | system    | Kim joined
        3 | 01-08 09:02:20 | ann       | Hello?      | channel Chat
        4 | 01-08 09:00:00 | bob       | It broke    | thread T2
        5 | 01-08 09:02:10 | bob       | Hello?      | thread T2
        """,
        Figure("chase_chance", [{"minute": 2, "waiting": 2, "chased": 1, "chance": HALF}]),
    ),
    case(
        "where nobody chased there is no chance to tell",
        "the share that gets its first one within that minute",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Yes.
        """,
        Figure("chase_chance", []),
        Figure("chasers", [{"n": 1, "chased": 0, "chasers": 0, "most": 0, "share_chased": 0, "per_wait": 0}]),
    ),
]  # fmt: skip
