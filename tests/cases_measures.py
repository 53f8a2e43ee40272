"""Named cases: verdicts, rates, medians, periods, and what is waiting."""

from __future__ import annotations

from fractions import Fraction

from tests.case_notation import REVIEWS, Case, Figure

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def tickets(
    name: str,
    law: str,
    figures: list[Figure],
    answered: str = "",
    closed: str = "",
    still: str = "",
) -> Case:
    """Make a case of one ticket a wait, from seconds until the answer, the closing, or as of.

    As of is 12:00:00 on 8 January, when the team opens a thread of its own.
    """
    messages, waits = ["99 | 01-08 12:00 | agent Kim | Your bill is ready. | thread T99"], []
    ends = [("answered", s) for s in answered.split()] + [("closed", s) for s in closed.split()]
    for key, (outcome, text) in enumerate([*ends, *(("open", s) for s in still.split())], start=1):
        since = int(text) if outcome == "open" else 10800
        end = 43200 - since + int(text)
        who = {"answered": "agent Kim", "closed": "closed"}.get(outcome)
        messages.append(f"{key} | 01-08 {clock(43200 - since)} | ann | Hello? | thread T{key}")
        if who:
            messages.append(f"{key}00 | 01-08 {clock(end)} | {who} | | thread T{key}")
        waits.append((since, key, outcome, text if outcome == "answered" else "-"))
    rows = [f"{key} first {outcome} {text}" for _, key, outcome, text in in_order(waits)]
    return Case(name, law, "\n".join(messages), "\n".join(rows), figures=figures)


def in_order(waits: list[tuple[int, int, str, str]]) -> list[tuple[int, int, str, str]]:
    """Sort by start, the oldest first, then by key."""
    return sorted(waits, key=lambda wait: (-wait[0], wait[1]))


def clock(seconds: int) -> str:
    """Write seconds of the day as a time."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


VERDICTS = [
    tickets(
        "answered to the second within the target is met, a second later missed",
        "`met` (answered within T), `missed` (answered later",
        [
            Figure("hit_rate", [{"met": 1, "missed": 2, "undecided": 0, "hit_rate": THIRD}]),
            Figure("hit_rate", [{"met": 3, "missed": 0, "hit_rate": 1}], {"target": 7200}),
        ],
        answered="3600 3601 7200",
    ),
    tickets(
        "open to the second as long as the target is undecided, a second longer missed",
        "or not answered and older than T …), `undecided` (open and not older than T)",
        [
            Figure(
                "hit_rate",
                [
                    {
                        "met": 0,
                        "missed": 1,
                        "undecided": 1,
                        "n": 2,
                        "hit_rate": 0,
                        "worst": 0,
                        "best": HALF,
                    }
                ],
            )
        ],
        still="3600 3601",
    ),
    tickets(
        "closed unanswered is missed at once and for every target",
        "or closed unanswered",
        [
            Figure("hit_rate", [{"met": 0, "missed": 1, "undecided": 0}]),
            Figure("hit_rate", [{"met": 0, "missed": 1, "undecided": 0}], {"target": 1000000}),
        ],
        closed="60",
    ),
    tickets(
        "worst and best case count the undecided as missed and as met",
        "worst case met / all and best case (met + undecided) / all, and with n",
        [
            Figure(
                "hit_rate",
                [
                    {
                        "met": 1,
                        "missed": 1,
                        "undecided": 2,
                        "n": 4,
                        "hit_rate": HALF,
                        "worst": Fraction(1, 4),
                        "best": Fraction(3, 4),
                    }
                ],
            )
        ],
        answered="60 7200",
        still="10 20",
    ),
    tickets(
        "no decided wait makes no hit rate",
        "No decided waits: empty, never 100 % or 0 %",
        [Figure("hit_rate", [{"n": 1, "hit_rate": None, "worst": 0, "best": 1}])],
        still="60",
    ),
    tickets(
        "no wait at all makes no figure",
        "No decided waits: empty, never 100 % or 0 %",
        [
            Figure("hit_rate", [{"n": 0, "hit_rate": None, "worst": None, "best": None}]),
            Figure("response_rate", [{"n": 0, "answered": 0, "response_rate": None}]),
            Figure(
                "first_reply",
                [
                    {
                        "n": 0,
                        "open": 0,
                        "median_seconds": None,
                        "p90_seconds": None,
                        "mean_answered_seconds": None,
                    }
                ],
            ),
            Figure("waiting_now", []),
        ],
    ),
    Case(
        "as of is known for each account and channel apart",
        "for one account and channel the latest message",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Hello?      | thread T2
        3 | 01-08 17:00 | agent Lee | Hello?      | thread T3, account sales
        4 | 01-08 17:00 | agent Lee | Hello?      | thread T4, channel Chat
        """,
        "1 first open -",
        figures=[
            Figure("hit_rate", [{"undecided": 1, "n": 1}]),
            Figure("waiting_now", [{"account": "help", "channel": "E-mail", "age_seconds": 600}]),
        ],
    ),
]

RATES = [
    Case(
        "open for 24 hours is undecided, for longer given up, closed given up, late answered",
        "given up means closed unanswered, or open and older than the horizon",
        """
        1 | 01-08 08:59:59 | ann       | Is it down?
        2 | 01-08 09:00    | bob       | Is it down? | thread T2
        3 | 01-08 10:00    | cat       | Is it down? | thread T3
        4 | 01-08 10:05    | closed    |             | thread T3
        5 | 01-08 11:00    | dan       | Is it down? | thread T4
        6 | 01-09 09:00    | agent Kim | It was.     | thread T4
        """,
        """
        1 first open -
        2 first open -
        3 first closed -
        5 first answered 79200
        """,
        figures=[
            Figure(
                "response_rate",
                [
                    {
                        "n": 4,
                        "answered": 1,
                        "given_up": 2,
                        "undecided": 1,
                        "response_rate": THIRD,
                    }
                ],
            ),
            Figure("hit_rate", [{"met": 0, "missed": 4, "hit_rate": 0}]),
        ],
    ),
    Case(
        "an unknown wait counts as answered and is in no time figure",
        "counted as answered, in no time figure",
        """
        1 | 01-08 12:00 | ann       | Crashes, now worse
        2 | 01-08 09:00 | agent Kim | Try 2.0            | re 1
        3 | 01-08 12:00 | bob       | Crashes
        4 | 01-08 12:10 | agent Kim | Try 2.0            | re 3
        """,
        """
        1 first answered - unknown
        3 first answered 600
        """,
        REVIEWS,
        figures=[
            Figure("response_rate", [{"n": 2, "answered": 2, "response_rate": 1}]),
            Figure("hit_rate", [{"n": 1, "met": 1}]),
            Figure("first_reply", [{"n": 1, "answered": 1, "mean_answered_seconds": 600}]),
        ],
    ),
    Case(
        "what a bot ended is in no human figure",
        "shown apart, in no human figure",
        """
        1 | 01-08 09:00 | ann        | Is it down?
        2 | 01-08 09:01 | bot Solver | Yes.
        3 | 01-08 09:00 | bob        | Is it down? | thread T2
        4 | 01-08 09:10 | agent Kim  | Yes.        | thread T2
        """,
        """
        1 first bot 60
        3 first answered 600
        """,
        rules={"answering_bots": frozenset({"Solver"})},
        figures=[
            Figure("hit_rate", [{"n": 1, "met": 1}]),
            Figure("response_rate", [{"n": 1, "answered": 1}]),
            Figure("first_reply", [{"n": 1, "median_seconds": 600, "mean_answered_seconds": 600}]),
        ],
    ),
    Case(
        "first and next replies are apart",
        "over first waits. **Time to next reply**: over the others",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Where do you live?
        3 | 01-08 09:20 | ann       | York
        4 | 01-08 11:20 | agent Kim | Then yes.
        """,
        """
        1 first answered 600
        3 next answered 7200
        """,
        figures=[
            Figure("hit_rate", [{"met": 1, "missed": 0}]),
            Figure("hit_rate", [{"met": 0, "missed": 1}], {"which": "next"}),
            Figure("hit_rate", [{"met": 1, "missed": 1}], {"which": "all"}),
            Figure("first_reply", [{"n": 1, "median_seconds": 600}]),
            Figure("first_reply", [{"n": 1, "median_seconds": 7200}], {"which": "next"}),
        ],
    ),
]

CURVES = [
    tickets(
        "half answered by then is the median",
        "the q-quantile is the smallest time at which the share answered is at least q",
        [
            Figure(
                "first_reply",
                [
                    {
                        "n": 2,
                        "answered": 2,
                        "open": 0,
                        "median_seconds": 600,
                        "p90_seconds": 1200,
                        "mean_answered_seconds": 900,
                    }
                ],
            )
        ],
        answered="600 1200",
    ),
    tickets(
        "nine of ten answered to the letter is the p90",
        "the q-quantile is the smallest time at which the share answered is at least q",
        [Figure("first_reply", [{"n": 10, "median_seconds": 50, "p90_seconds": 90}])],
        answered="10 20 30 40 50 60 70 80 90 7200",
    ),
    tickets(
        "open waits count and a quantile beyond them is not reached",
        'A quantile that the curve never reaches is shown as "more than …", not dropped',
        [
            Figure(
                "first_reply",
                [
                    {
                        "n": 3,
                        "answered": 2,
                        "open": 1,
                        "median_seconds": 1200,
                        "p90_seconds": None,
                        "mean_answered_seconds": 900,
                    }
                ],
            )
        ],
        answered="600 1200",
        still="1800",
    ),
    tickets(
        "a wait open for less than the quickest answer says nothing",
        "open waits censored at *as of*",
        [Figure("first_reply", [{"n": 3, "median_seconds": 600, "p90_seconds": 1200}])],
        answered="600 1200",
        still="300",
    ),
    tickets(
        "a wait open exactly as long as an answer took was at risk then",
        "open waits censored at *as of*",
        [Figure("first_reply", [{"n": 3, "median_seconds": 1200, "p90_seconds": 1200}])],
        answered="600 1200",
        still="600",
    ),
    tickets(
        "who was closed unanswered is never answered later",
        "closed-unanswered as the competing event",
        [
            Figure(
                "first_reply",
                [
                    {
                        "n": 2,
                        "answered": 1,
                        "open": 0,
                        "median_seconds": 600,
                        "p90_seconds": None,
                        "mean_answered_seconds": 600,
                    }
                ],
            )
        ],
        answered="600",
        closed="300",
    ),
    tickets(
        "answers, closings and open waits together",
        "the Aalen–Johansen cumulative incidence of being answered",
        # at 100: 1/5; closed at 200: 3/5 go on; open at 250; at 300: 1/5 + 3/5 · 1/2 = 1/2
        [Figure("first_reply", [{"n": 5, "median_seconds": 300, "p90_seconds": None}])],
        answered="100 300",
        closed="200",
        still="250 900",
    ),
    tickets(
        "nobody answered makes neither median nor mean",
        "The mean over answered waits is offered beside it",
        [
            Figure(
                "first_reply",
                [
                    {
                        "n": 2,
                        "answered": 0,
                        "open": 1,
                        "median_seconds": None,
                        "mean_answered_seconds": None,
                    }
                ],
            )
        ],
        closed="60",
        still="60",
    ),
]

PERIODS = [
    Case(
        "a wait belongs to the local hour, day, week and month of its account",
        "a wait belongs to the period in which it started, in the account's time zone",
        """
        1 | 03-31 18:20 | ann       | Is it down?
        2 | 03-31 18:30 | agent Kim | Yes.
        """,
        "1 first answered 600",
        rules={"time_zones": {"help": "Asia/Kathmandu"}},  # there it is five past midnight, Monday
        figures=[
            Figure("hit_rate", [{"hour": "2024-04-01T00:00", "n": 1}], {"by": ["hour"]}),
            Figure("hit_rate", [{"day": "2024-04-01", "n": 1}], {"by": ["day"]}),
            Figure("first_reply", [{"week": "2024-04-01", "n": 1}], {"by": ["week"]}),
            Figure("response_rate", [{"month": "2024-04-01", "n": 1}], {"by": ["month"]}),
        ],
    ),
    Case(
        "an account without a zone keeps UTC, and a week begins on Monday",
        "a wait belongs to the period in which it started, in the account's time zone",
        """
        1 | 03-31 18:20 | ann       | Is it down?
        2 | 03-31 18:30 | agent Kim | Yes.
        """,
        "1 first answered 600",
        figures=[
            Figure("hit_rate", [{"day": "2024-03-31", "n": 1}], {"by": ["day"]}),
            Figure("hit_rate", [{"week": "2024-03-25", "n": 1}], {"by": ["week"]}),
            Figure("hit_rate", [{"month": "2024-03-01", "n": 1}], {"by": ["month"]}),
        ],
    ),
    Case(
        "the hour that autumn repeats is one hour of the clock",
        "a wait belongs to the period in which it started, in the account's time zone",
        """
        1 | 10-27 00:30 | ann       | Is it down?
        2 | 10-27 01:30 | bob       | Is it down? | thread T2
        3 | 10-27 01:40 | agent Kim | Yes.        | thread T2
        """,
        """
        1 first open -
        2 first answered 600
        """,
        rules={"time_zones": {"help": "Europe/London"}},
        figures=[Figure("hit_rate", [{"hour": "2024-10-27T01:00", "n": 2}], {"by": ["hour"]})],
    ),
    Case(
        "figures by account and by channel",
        "by account, channel, hour, day, week",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Yes.
        3 | 01-08 09:00 | bob       | A new phone | thread T2, account sales, channel Chat
        """,
        """
        1 first answered 600
        3 first open -
        """,
        figures=[
            Figure(
                "hit_rate",
                [
                    {"account": "help", "met": 1, "n": 1, "hit_rate": 1},
                    {"account": "sales", "met": 0, "undecided": 1, "n": 1, "hit_rate": None},
                ],
                {"by": ["account"]},
            ),
            Figure(
                "response_rate",
                [{"channel": "Chat", "undecided": 1}, {"channel": "E-mail", "answered": 1}],
                {"by": ["channel"]},
            ),
        ],
    ),
]

NOW = [
    Case(
        "open waits are listed with the oldest first and their age",
        "**Waiting now**: open waits, oldest first",
        """
        1 | 01-08 09:30 | ann       | Is it down?
        2 | 01-08 09:00 | bob       | Is it down? | thread T2
        3 | 01-08 09:00 | cat       | Is it down? | thread T3
        4 | 01-08 10:00 | agent Kim | Yes.        | thread T3
        """,
        """
        2 first open -
        3 first answered 3600
        1 first open -
        """,
        figures=[Figure("waiting_now", [{"age_seconds": 3600}, {"age_seconds": 1800}])],
    ),
    Case(
        "load counts messages in, waits opened and replies out, each at its own hour",
        "**Load**: messages in, waits opened, replies out, per hour",
        """
        1 | 01-08 09:30 | ann         | Is it down?
        2 | 01-08 09:40 | ann         | Hello?
        3 | 01-08 09:41 | bot Greeter | We got your message.
        4 | 01-08 09:50 | note Kim    | Which town?
        5 | 01-08 10:10 | agent Kim   | Where do you live?
        6 | 01-08 10:20 | ann         | York
        7 | 01-08 10:20 | closed
        """,
        """
        1 first answered 2400 chasers=1
        6 next closed -
        """,
        figures=[
            Figure(
                "load",
                [
                    {
                        "hour": "2024-01-08T09:00",
                        "messages_in": 2,
                        "waits_opened": 1,
                        "replies_out": 0,
                    },
                    {
                        "hour": "2024-01-08T10:00",
                        "messages_in": 1,
                        "waits_opened": 1,
                        "replies_out": 1,
                    },
                ],
            ),
            Figure("coverage", [{"n": 2, "covered": 1, "coverage": HALF}]),
        ],
    ),
    Case(
        "who waits longer than the horizon leaves no further hour uncovered",
        "who waits longer than the horizon waits no longer",
        """
        1 | 01-08 09:30 | ann       | Is it down?
        2 | 01-12 09:30 | bob       | Is it down? | thread T2
        3 | 01-12 09:45 | agent Kim | No.         | thread T2
        """,
        """
        1 first open -
        2 first answered 900
        """,
        figures=[Figure("coverage", [{"n": 26, "covered": 1, "coverage": Fraction(1, 26)}])],
    ),
]

MEASURES = [*VERDICTS, *RATES, *CURVES, *PERIODS, *NOW]
