"""Named cases: what starts a wait, what ends it, and who is credited."""

from __future__ import annotations

from tests.case_notation import CHAT, REVIEWS, TREE, Case

SOLVER = {"answering_bots": frozenset({"Solver"})}

CLOCK = [
    Case(
        "a chaser never restarts the clock",
        "Further messages while waiting are *chasers*: they never restart the clock",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 10:00 | ann       | Hello?
        3 | 01-08 11:00 | ann       | HELLO?
        4 | 01-08 11:30 | agent Kim | Yes.
        """,
        """
        1 first answered 9000 chasers=2
        """,
    ),
    Case(
        "the first wait of a conversation is first and the others are next",
        "`first` marks the first wait of a conversation; the others are *next replies*",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Where do you live?
        3 | 01-08 09:20 | ann       | York
        4 | 01-08 09:50 | agent Lee | Then yes.
        5 | 01-08 09:51 | agent Lee | Until noon.
        6 | 01-08 09:55 | ann       | Why?
        """,
        """
        1 first answered 600 agent=Kim
        3 next answered 1800 agent=Lee
        6 next open -
        """,
    ),
    Case(
        "a reply a year late is a reply",
        "It ends at the first message after it by an `agent` that the customer can see, however late",
        """
        1 | 2023-01-08 09:00 | ann       | Is it down?
        2 | 2024-01-08 09:00 | agent Kim | Not any more.
        """,
        """
        1 first answered 31536000
        """,
    ),
    Case(
        "whole seconds are counted down",
        "Plain elapsed seconds",
        """
        1 | 01-08 09:00:00.900 | ann       | Is it down?
        2 | 01-08 09:00:02.800 | agent Kim | Yes.
        """,
        """
        1 first answered 1
        """,
    ),
    Case(
        "an internal note ends nothing",
        "System messages and internal notes never end it",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:01 | note Kim  | Ask the network people
        3 | 01-08 09:10 | agent Lee | Yes.
        """,
        """
        1 first answered 600 agent=Lee
        """,
    ),
    Case(
        "a system message ends nothing",
        "System messages and internal notes never end it",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:01 | system    | Kim joined
        3 | 01-08 09:10 | agent Kim | Yes.
        """,
        """
        1 first answered 600
        """,
    ),
    Case(
        "a thread that the brand opened has no wait until the customer writes",
        "A thread that the brand opened has no first wait until the customer writes",
        """
        1 | 01-08 09:00 | agent Kim | Your bill is ready.
        2 | 01-09 09:00 | agent Kim | Did you see it?
        3 | 01-09 12:00 | ann       | Why so high?
        4 | 01-09 12:30 | agent Kim | You were abroad.
        """,
        """
        3 first answered 1800
        """,
    ),
    Case(
        "a thread that nobody answers the brand in has no wait",
        "A thread that the brand opened has no first wait until the customer writes",
        """
        1 | 01-08 09:00 | agent Kim | Your bill is ready.
        """,
        "",
    ),
    Case(
        "an unanswered message is an open wait",
        "Else it is `open`, known only up to *as of*",
        """
        1 | 01-08 09:00 | ann | Is it down?
        """,
        """
        1 first open -
        """,
    ),
]

BOTS = [
    Case(
        "a bot that acknowledges changes nothing",
        "A bot that *acknowledges* … changes nothing",
        """
        1 | 01-08 09:00 | ann         | Is it down?
        2 | 01-08 09:00 | bot Greeter | We got your message.
        3 | 01-08 09:10 | agent Kim   | Yes.
        """,
        """
        1 first answered 600 agent=Kim
        """,
        CHAT,
        rules=SOLVER,
    ),
    Case(
        "a bot that answers ends the wait as bot",
        "A bot that *answers* (a setting per bot) ends the wait as `bot`",
        """
        1 | 01-08 09:00 | ann        | Is it down?
        2 | 01-08 09:01 | bot Solver | Yes, until noon.
        """,
        """
        1 first bot 60
        """,
        CHAT,
        rules=SOLVER,
    ),
    Case(
        "an agent who follows a bot before the customer writes again ends the wait after all",
        "that reply ends the wait after all, measured from the customer's message",
        """
        1 | 01-08 09:00 | ann        | Is it down?
        2 | 01-08 09:01 | bot Solver | Yes, until noon.
        3 | 01-08 09:20 | agent Kim  | Until one, in fact.
        """,
        """
        1 first answered 1200 agent=Kim
        """,
        CHAT,
        rules=SOLVER,
    ),
    Case(
        "what the customer writes after the bot's answer opens a new wait",
        "what the customer writes after the bot's answer opens a new wait",
        """
        1 | 01-08 09:00 | ann        | Is it down?
        2 | 01-08 09:01 | bot Solver | Yes, until noon.
        3 | 01-08 09:20 | ann        | A human, please
        4 | 01-08 09:50 | agent Kim  | Hello.
        """,
        """
        1 first bot 60
        3 next answered 1800
        """,
        CHAT,
        rules=SOLVER,
    ),
    Case(
        "a word of thanks to a bot opens a wait",
        "what the customer writes after the bot's answer opens a new wait",
        """
        1 | 01-08 09:00 | ann        | Is it down?
        2 | 01-08 09:01 | bot Solver | Yes, until noon.
        3 | 01-08 09:20 | ann        | thanks!
        """,
        """
        1 first bot 60
        3 next open -
        """,
        CHAT,
        rules=SOLVER,
    ),
    Case(
        "a word of thanks after an agent and then an answering bot opens a wait",
        "what the customer writes after the bot's answer opens a new wait",
        """
        1 | 01-08 09:00 | ann        | Is it down?
        2 | 01-08 09:10 | agent Kim  | Until noon.
        3 | 01-08 09:11 | bot Solver | It is up again.
        4 | 01-08 09:20 | ann        | thanks!
        """,
        """
        1 first answered 600
        4 next open -
        """,
        CHAT,
        rules=SOLVER,
    ),
    Case(
        "whether a bot answers is a setting per bot",
        "the default for every bot",
        """
        1 | 01-08 09:00 | ann        | Is it down?
        2 | 01-08 09:01 | bot Solver | Yes, until noon.
        """,
        """
        1 first open -
        """,
        CHAT,
    ),
]

CLOSINGS = [
    Case(
        "a closing without a reply ends the wait as closed",
        "A conversation that the source says was closed without a reply ends it as `closed`",
        """
        1 | 01-08 09:00 | ann | Is it down?
        2 | 01-08 10:00 | ann | Hello?
        3 | 01-08 11:00 | closed
        """,
        """
        1 first closed - chasers=1
        """,
    ),
    Case(
        "closed without a reply is unanswered for ever",
        "unanswered for ever",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 11:00 | closed
        3 | 01-08 11:30 | reopened
        4 | 01-08 11:40 | agent Kim | Yes.
        """,
        """
        1 first closed -
        """,
    ),
    Case(
        "after a closing the customer's next message starts a wait of its own",
        "A closed ticket that the customer writes to again starts a new episode",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 11:00 | closed
        3 | 01-08 12:00 | ann       | Still down?
        4 | 01-08 12:10 | agent Kim | Yes.
        """,
        """
        1 first closed -
        3 first answered 600
        """,
    ),
    Case(
        "a closing in a chat ends the wait and not the episode",
        "A conversation that the source says was closed without a reply ends it as `closed`",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 11:00 | closed
        3 | 01-08 12:00 | ann       | Still down?
        4 | 01-08 12:10 | agent Kim | Yes.
        """,
        """
        1 first closed -
        3 next answered 600
        """,
        CHAT,
    ),
]

CLOSERS = [
    Case(
        "a closer after a reply opens no wait",
        'A closer ("thanks!", an emoji, a like) after an agent\'s reply opens no wait',
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Until noon.
        3 | 01-08 09:11 | ann       | thanks!
        4 | 01-08 09:12 | ann       | 👍
        """,
        """
        1 first answered 600
        """,
        dropped="3 4",
    ),
    Case(
        "with closers off every closer counts",
        "switching it off changes the counts accordingly",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Until noon.
        3 | 01-08 09:11 | ann       | thanks!
        4 | 01-08 09:12 | ann       | 👍
        """,
        """
        1 first answered 600
        3 next open - chasers=1
        """,
        rules={"closers": False},
    ),
    Case(
        "a closer while waiting is a chaser",
        "Further messages while waiting are *chasers*",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:05 | ann       | thanks!
        3 | 01-08 09:10 | agent Kim | Until noon.
        """,
        """
        1 first answered 600 chasers=1
        """,
    ),
    Case(
        "a closer with no reply before it opens a wait",
        "after an agent's reply",
        """
        1 | 01-08 09:00 | ann       | 👍
        2 | 01-08 09:10 | agent Kim | Hello, what is it?
        """,
        """
        1 first answered 600
        """,
    ),
    Case(
        "a closer after a note has had no reply",
        "a note that the customer never sees: never a reply",
        """
        1 | 01-08 09:00 | note Kim | A new customer
        2 | 01-08 09:10 | ann      | thanks!
        """,
        """
        2 first open -
        """,
    ),
    Case(
        "a closer after a reply and an acknowledging bot is a closer",
        "A bot that *acknowledges* … changes nothing",
        """
        1 | 01-08 09:00 | ann         | Is it down?
        2 | 01-08 09:10 | agent Kim   | Until noon.
        3 | 01-08 09:10 | bot Greeter | Tell us how we did.
        4 | 01-08 09:11 | ann         | Thank you so much
        """,
        """
        1 first answered 600
        """,
        CHAT,
        dropped="4",
    ),
    Case(
        "a closer after a reply and a closing opens no wait",
        "A closer … after an agent's reply opens no wait: reply, solve, thanks!",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Until noon.
        3 | 01-08 09:11 | closed
        4 | 01-08 09:20 | ann       | thanks!
        """,
        """
        1 first answered 600
        """,
        dropped="4",
    ),
    Case(
        "a closer that names the account is a closer",
        "A closer … after an agent's reply opens no wait",
        """
        1 | 01-08 09:00 | ann              | @Northlight is down
        2 | 01-08 09:10 | agent Northlight | @ann Until noon       | re 1
        3 | 01-08 09:11 | ann              | @Northlight thanks!   | re 2
        """,
        """
        1 first answered 600
        """,
        TREE,
        dropped="3",
    ),
    Case(
        "what follows a closer starts its own wait",
        "It starts at the *oldest* customer message that is not answered yet and needs a reply",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Until noon.
        3 | 01-08 09:11 | ann       | thanks!
        4 | 01-08 12:30 | ann       | It is still down
        5 | 01-08 12:40 | agent Kim | Sorry.
        """,
        """
        1 first answered 600
        4 next answered 600
        """,
        dropped="3",
    ),
]

CREDIT = [
    Case(
        "a reply is credited to its signature",
        "by author or by signature (`^AB`, `-Claire`)",
        """
        1 | 01-08 09:00 | ann              | @Northlight is down
        2 | 01-08 09:10 | agent Northlight | @ann Until noon ^AB     | re 1
        3 | 01-08 09:20 | ann              | Why?                    | re 2
        4 | 01-08 09:30 | agent Northlight | @ann A digger. -Claire  | re 3
        5 | 01-08 09:40 | ann              | Where?                  | re 4
        6 | 01-08 09:50 | agent Northlight | @ann In York            | re 5
        """,
        """
        1 first answered 600 agent=AB
        3 next answered 600 agent=Claire
        5 next answered 600 agent=Northlight
        """,
        TREE,
    ),
]

EDITED = [
    Case(
        "a reply before the message it answers is answered with an unknown wait",
        "is answered with wait *unknown*: counted as answered, in no time figure, and listed",
        """
        1 | 01-08 12:00 | ann       | Crashes, now worse
        2 | 01-08 09:00 | agent Kim | Try 2.0            | re 1
        """,
        """
        1 first answered - unknown agent=Kim open=-
        """,
        REVIEWS,
    ),
    Case(
        "a reply of the same second that stands before its message took no time",
        "A reply whose time lies before the message it answers",
        """
        2 | 01-08 09:00 | ann       | Crashes
        1 | 01-08 09:00 | agent Kim | Try 2.0 | re 2
        """,
        """
        2 first answered 0
        """,
        REVIEWS,
    ),
    Case(
        "an answered edit leaves nothing waiting",
        "answered with wait *unknown*",
        """
        1 | 01-08 09:00 | agent Kim | Try 2.0            | re 2
        2 | 01-08 12:00 | ann       | Crashes, now worse
        3 | 01-08 13:00 | ann       | 2.0 crashes too    | re 1
        4 | 01-08 13:30 | agent Kim | Try 2.1            | re 3
        """,
        """
        2 first answered - unknown
        3 next answered 1800
        """,
        REVIEWS,
    ),
    Case(
        "an answered edit while something waits is a chaser",
        "Further messages while waiting are *chasers*",
        """
        1 | 01-08 09:00 | ann       | Crashes
        2 | 01-08 09:05 | agent Kim | Which one?       | re 1
        3 | 01-08 09:10 | ann       | The app
        4 | 01-08 09:08 | agent Kim | The one on iOS?  | re 5
        5 | 01-08 09:20 | ann       | On iOS, edited
        6 | 01-08 09:30 | agent Kim | Try 2.0
        """,
        """
        1 first answered 300
        3 next answered 1200 chasers=1
        """,
    ),
    Case(
        "an edit that is only a word of thanks is answered all the same",
        "counted as answered, in no time figure, and listed",
        """
        1 | 01-08 09:00 | agent Kim | Glad to hear it | re 2
        2 | 01-08 12:00 | ann       | thanks!
        """,
        """
        2 first answered - unknown
        """,
        REVIEWS,
    ),
]

WAITS = [*CLOCK, *BOTS, *CLOSINGS, *CLOSERS, *CREDIT, *EDITED]
