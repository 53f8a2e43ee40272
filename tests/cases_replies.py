"""Named cases: replies, hand-offs and what came of them, repeats and courtesies; counted by hand."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.case_notation import DIRECT, REVIEWS, TREE, Case, Figure, instant_of
from tests.cases_backlog import BACKLOG, CHASERS, case

THIRD = Fraction(1, 3)
PHRASE = "We are looking into it for you right now"  # nine words, 40 letters with the blanks


def saying(name: str, law: str, measure: str, row: Mapping[str, Any], *texts: str) -> Case:
    """Make a case of replies that say a text each, one a day, and the row that comes of every one."""
    messages, rows = [], []
    for day, text in enumerate(texts, start=1):
        messages.append(f"{day}0 | 01-{day:02} 09:00 | ann | Is it down? | thread T{day}")
        messages.append(f"{day}1 | 01-{day:02} 09:10 | agent Kim | {text} | thread T{day}")
        rows += [{"day": f"2024-01-{day:02}"} | row] if row else []
    return case(name, law, "\n".join(messages), Figure(measure, rows, {"by": "day"}))


def after(what: str, **asked: Any) -> Figure:
    """Expect one hand-off, and what happened after it."""
    told = dict.fromkeys(("moved", "came_back", "followed_up", "silent", "undecided"), 0)
    return Figure("hand_offs", [{"kind": "direct message", "n": 1} | told | {what: 1}], asked)


REPLIES = [
    case(
        "neither a note nor a bot's message nor the brand's own opening is a reply",
        "a message by an agent that the customer can see and that stands after a message by the customer",
        """
        1 | 01-08 09:00 | agent Kim   | Your bill is ready. ^KB
        2 | 01-08 09:10 | ann         | Is it down?
        3 | 01-08 09:20 | note Kim    | Sorry case. ^KB
        4 | 01-08 09:30 | bot Greeter | Sorry, we are busy. ^GB
        5 | 01-08 09:40 | agent Kim   | Yes.
        6 | 01-08 09:50 | agent Kim   | It is.
        """,
        Figure("courtesies", [{"n": 2, "apologies": 0, "signed": 0, "thanked": 0}]),
    ),
    case(
        "a message that answers one outright is a reply although it stands before it",
        "or answers one outright",
        """
        1 | 01-08 09:00 | agent app | Sorry, fixed. | re 2
        2 | 01-08 10:00 | ann       | It crashes
        """,
        Figure("courtesies", [{"n": 1, "apologies": 1, "apology_share": 1}]),
        place=REVIEWS,
    ),
    case(
        "a reply is told by the time at which it was sent, and by who signed it",
        "told by the time at which the **reply** was sent",
        """
        1 | 01-08 23:50 | ann       | Is it down?
        2 | 01-08 23:55 | agent Kim | A moment.
        3 | 01-09 00:10 | agent Kim | Yes, sorry. ^AB
        """,
        Figure("courtesies", [
            {"day": "2024-01-08", "n": 1, "apologies": 0, "signed_share": 0},
            {"day": "2024-01-09", "n": 1, "apologies": 1, "signed_share": 1},
        ], {"by": "day"}),
        Figure("courtesies", [
            {"agent": "AB", "n": 1, "apologies": 1}, {"agent": "Kim", "n": 1, "apologies": 0},
        ], {"by": "agent"}),
        Figure("courtesies", [{"n": 1, "signed": 1}], {"since": instant_of("01-09 00:10")}),
        Figure("courtesies", [{"n": 1, "signed": 0}], {"until": instant_of("01-09 00:10")}),
    ),
    case(
        "in a circle of replies nothing is answered outright",
        "whatever is in or below a circle of replies answers nothing outright",
        """
        1 | 01-08 09:00 | agent app | Sorry, fixed. | re 2
        2 | 01-08 10:00 | ann       | It crashes    | re 1
        3 | 01-08 08:00 | agent app | @bob Sorry.   | re 4
        4 | 01-08 10:00 | bob       | It crashes
        """,
        Figure("courtesies", [{"n": 1}]),
        place=REVIEWS,
    ),
    case(
        "no reply makes no share",
        "Every figure carries n",
        "1 | 01-08 09:00 | ann | Is it down?",
        Figure("courtesies", [
            {"n": 0, "apologies": 0, "apology_share": None, "signed_share": None, "thanked_share": None},
        ]),
        Figure("repeats", [{"n": 0, "here": 0, "share_here": None, "share_elsewhere": None}]),
        Figure("hand_offs", []),
    ),
]  # fmt: skip

KINDS = [
    saying(
        "a hand-off to a direct message",
        "moves the customer elsewhere: to a direct message",
        "hand_offs",
        {"kind": "direct message", "n": 1, "share": 1},
        "Please DM us.",
        "SEND A\u00a0DM, or see https://northlight.example/help",
        "Your DM has arrived, but DM us the number too.",
        "Bitte schicken Sie uns Direktnachrichten.",
        "Écrivez-nous en MP, ou appelez-nous au 01 23 45 67 89",
        "Envoyez-nous un message prive\u0301.",
    ),
    saying(
        "a hand-off to the phone",
        "the phone",
        "hand_offs",
        {"kind": "phone", "n": 1},
        "Please give us a/call, or e-mail us.",
        "Via phone.",
        "Dial 1 (800) 555-0199",
        "Dial 800.555.0199",
        "You can call Kim on Monday.",
        "You can call on Monday.",
        "It is 0800 123.",
        "It is +44 (0)20 7946-0018.",
        "It is (0800)123.4567",
        "It is 0800\u00a0123\u202f4567",
        "On 01.02.2017 dial 0800 1234567",
        "It is +٤٩ ٣٠ ١٢٣٤٥٦",
    ),
    saying(
        "a hand-off to an e-mail address",
        "an e-mail address",
        "hand_offs",
        {"kind": "e-mail", "n": 1},
        "Please e-mail us with the form.",
        "Please write to kim.b@help.northlight.example",
        "(sorry@northlight.example)",
        "Bize e-postayla yazın.",
    ),
    saying(
        "a hand-off to a form",
        "a form",
        "hand_offs",
        {"kind": "form", "n": 1},
        "Fill in the form: https://northlight.example/1",
        "Hier ist das Kontaktformular",
    ),
    saying(
        "a hand-off to a link",
        "or a link",
        "hand_offs",
        {"kind": "link", "n": 1},
        "See HTTPS://northlight.example/dm",
        "See (www.northlight.example/form/0800123456)",
        "It is here. ^KB https://northlight.example/1",
        "https://northlight.example/kim@northlight.example",
        "See\u00a0https://northlight.example/1\u00a0-Zoe\u0308",
    ),
    saying(
        "no hand-off",
        "Whole words",
        "hand_offs",
        {},
        "Your DM has arrived.",
        "We got your private message and your DMs!",
        "The admins inform you.",
        "We recall users.",
        "We will call Kim back on Monday.",
        "It is 080 012.",
        "It is order 10800123456.",
        "It is order 0800123456X.",
        "@form @dm_help Yes.",
        "We have a DMs2 here.",
        "We need a form of identification.",
        "It is order 8005550199.",
        "It is done. ^DM",
        "It was on 01.02.2017",
        "It was on 2017-02-01, 18:30",
        "It was 01/02/2017 - 02-03-2017",
        "Write to @kim@northlight.example",
        "It is version 3.01415926",
    ),
    case(
        "where a reply names several, the first of the five counts, and each reply counts once",
        "where it names several, the first of these counts",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | See https://northlight.example/1, call us or DM us.
        3 | 01-08 09:20 | agent Kim | https://northlight.example/1 or call us
        4 | 01-08 09:30 | agent Kim | https://northlight.example/1
        5 | 01-08 09:40 | agent Kim | www.northlight.example
        6 | 01-08 09:50 | agent Kim | Yes.
        """,
        Figure("hand_offs", [
            {"kind": "direct message", "n": 1, "share": Fraction(1, 5)},
            {"kind": "phone", "n": 1, "share": Fraction(1, 5)},
            {"kind": "link", "n": 2, "share": Fraction(2, 5)},
        ]),
        Figure("hand_offs", [
            {"hour": "2024-01-08T09:00", "kind": "direct message", "n": 1, "share": Fraction(1, 5)},
            {"hour": "2024-01-08T09:00", "kind": "phone"},
            {"hour": "2024-01-08T09:00", "kind": "link"},
        ], {"by": "hour"}),
    ),
]  # fmt: skip

ASKED = """
        1 | 01-08 09:00 | ann              | @Northlight Is it down?
        2 | 01-08 09:10 | agent Northlight | @ann Please DM us.      | re 1"""
PRIVATE = "channel X messages, private, account Northlight"

AFTER = [
    case(
        "who writes on another channel has moved",
        "the same customer writes to the same account on another channel (`moved`)",
        f"""{ASKED}
        3 | 01-08 09:20 | Ann | It is down. | {PRIVATE}
        """,
        after("moved"),
        place=TREE,
    ),
    case(
        "who moved before coming back has moved",
        "the first thing within the horizon",
        f"""{ASKED}
        3 | 01-08 09:20 | ann | It is down. | {PRIVATE}
        4 | 01-08 09:30 | ann | I wrote.    | re 2
        """,
        after("moved"),
        place=TREE,
    ),
    case(
        "who came back before moving came back",
        "the first thing within the horizon",
        f"""{ASKED}
        3 | 01-08 09:30 | ann | It is down. | {PRIVATE}
        4 | 01-08 09:20 | ann | How?        | re 2
        """,
        after("came_back"),
        place=TREE,
    ),
    case(
        "of things at one instant moving goes first, then coming back",
        "the first thing within the horizon",
        f"""{ASKED}
        3 | 01-08 09:20 | agent Northlight | Or e-mail.  | re 2
        4 | 01-08 09:20 | ann              | It is down. | {PRIVATE}
        5 | 01-08 09:20 | ann              | How?        | re 2
        """,
        after("moved", until=instant_of("01-08 09:20")),
        place=TREE,
    ),
    case(
        "coming back goes before a follow-up of the same instant",
        "or an agent writes once more (`followed_up`)",
        f"""{ASKED}
        3 | 01-08 09:20 | agent Northlight | Or e-mail. | re 2
        4 | 01-08 09:20 | ann              | How?       | re 2
        """,
        after("came_back"),
        place=TREE,
    ),
    case(
        "who had written elsewhere before, at that instant, to another account, or is somebody else has not moved",
        "the same customer writes to the same account on another channel",
        f"""{ASKED}
        3 | 01-08 09:05 | ann | It is down. | {PRIVATE}
        4 | 01-08 09:10 | ann | It is down. | {PRIVATE}
        5 | 01-08 09:20 | ann | It is down. | channel X messages, private, account Southbay
        6 | 01-08 09:20 | bob | It is down. | {PRIVATE}
        7 | 01-09 09:10 | cid | @Northlight Hello?
        """,
        after("silent"),
        place=TREE,
    ),
    case(
        "who writes again after a closing has come back",
        "a closing or a silence between them changes nothing",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Please DM us.
        3 | 01-08 09:20 | closed    |
        4 | 01-08 09:30 | ann       | Where?
        """,
        after("came_back"),
    ),
    case(
        "who writes again after a long silence has come back, when the horizon is longer",
        "a closing or a silence between them changes nothing",
        """
        1 | 01-08 09:00 | ann              | Is it down?
        2 | 01-08 09:10 | agent Northlight | @ann Please DM us.
        3 | 01-09 10:00 | ann              | Where?
        """,
        after("came_back"),
        place=DIRECT,
        rules={"horizon_seconds": 7 * 86_400},
    ),
    case(
        "an agent who writes after a closing follows up",
        "an agent writes once more there (`followed_up`)",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Please DM us.
        3 | 01-08 09:20 | closed    |
        4 | 01-08 09:30 | agent Kim | Fixed.
        """,
        after("followed_up"),
    ),
    case(
        "in a ticket of several customers, the one who was answered has moved",
        "the customer of a reply is whoever wrote what it answers, else whoever wrote last before it",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:05 | bob       | I see it too.
        3 | 01-08 09:10 | agent Kim | Please DM us.
        4 | 01-08 09:15 | agent Kim | Please DM us. | re 1
        5 | 01-08 09:20 | agent Kim | Fixed.
        6 | 01-08 09:12 | Bob       | It is down.   | thread T2, channel Chat, key BOB
        7 | 01-08 09:17 | Ann       | It is down.   | thread T2, channel Chat, key Ann
        """,
        Figure("hand_offs", [{"n": 2, "moved": 2, "came_back": 0, "followed_up": 0}]),
    ),
    case(
        "a customer of a ticket can move too",
        "the same customer writes to the same account on another channel (`moved`)",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Please DM us.
        3 | 01-08 09:20 | ann       | It is down.   | thread T2, channel Chat
        """,
        after("moved"),
    ),
    case(
        "an agent who writes once more follows up, whoever it is",
        "or an agent writes once more (`followed_up`)",
        """
        1 | 01-08 09:00 | ann         | Is it down?
        2 | 01-08 09:10 | agent Kim   | Please DM us.
        3 | 01-08 09:20 | note Kim    | She is cross.
        4 | 01-08 09:20 | bot Greeter | We are busy.
        5 | 01-08 09:30 | agent Lee   | Fixed.
        6 | 01-08 09:40 | ann         | thanks!
        """,
        after("followed_up"),
    ),
    case(
        "neither a note nor a bot's message nor a closing is anything after",
        "else nothing (`silent`)",
        """
        1 | 01-08 09:00 | ann         | Is it down?
        2 | 01-08 09:10 | agent Kim   | Please DM us.
        3 | 01-08 09:20 | note Kim    | She is cross.
        4 | 01-08 09:20 | bot Greeter | We are busy.
        5 | 01-08 09:30 | closed      |
        6 | 01-09 09:10 | agent Kim   | Hello?        | thread T2
        """,
        after("silent"),
    ),
    case(
        "nothing is silent before the horizon is over",
        "or not yet (`undecided`)",
        """
        1 | 01-08 09:00    | ann       | Is it down?
        2 | 01-08 09:10    | agent Kim | Please DM us.
        3 | 01-09 09:09:59 | agent Kim | Hello?        | thread T2
        4 | 01-10 09:00    | agent Kim | Hello?        | thread T3, channel Chat
        """,
        after("undecided"),
    ),
    case(
        "what happens at the end of the horizon is within it",
        "the first thing within the horizon",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Please DM us.
        3 | 01-09 09:10 | ann       | How?
        """,
        after("came_back"),
    ),
    case(
        "what happens after the horizon is too late",
        "the first thing within the horizon",
        """
        1 | 01-08 09:00    | ann       | Is it down?
        2 | 01-08 09:10    | agent Kim | Please DM us.
        3 | 01-08 10:10:01 | ann       | How?
        """,
        after("silent"),
        rules={"horizon_seconds": 3600},
    ),
]


def twice(
    name: str, law: str, first: str, second: str, here: int, n: int = 2, shown: int = 1
) -> Case:
    """Make a case of two replies in one conversation, and the same two in two conversations."""
    messages = f"""
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | {first}
        3 | 01-08 09:20 | ann       | Why?
        4 | 01-08 09:30 | agent Kim | {second}
        """
    told = {"n": n, "here": here, "elsewhere": 0}
    return case(name, law, messages, Figure("repeats", [told]))


def alone(number: int) -> str:
    """Return five words of nine letters, at least one of which is another for every other number."""
    return " ".join(
        9 * letter for letter in (chr(97 + number % 26), chr(97 + number // 26), *"xyz")
    )


ACCENTED = "Üübürprüfüng wird für Ümläüte gemächt nün"  # 41 letters, and many more bytes

REPEATS = [
    twice(
        "a reply that says the same again is a repeat, the first one is not",
        "says nearly word for word what an earlier reply said",
        PHRASE,
        PHRASE,
        here=1,
    ),
    twice(
        "a tenth of the letters may differ",
        "at most a tenth of the letters differ",
        PHRASE,
        PHRASE.replace("right now", "light cow").replace("for", "far").replace("you", "yoo"),
        here=1,
    ),
    twice(
        "more than a tenth of the letters may not",
        "at most a tenth of the letters differ",
        PHRASE,
        PHRASE.replace("right now", "light cow").replace("for", "fat").replace("you", "yoo"),
        here=0,
    ),
    twice(
        "a tenth is that of the longer one",
        "at most a tenth of the letters differ",
        PHRASE.removesuffix(" now"),
        PHRASE,
        here=1,
    ),
    twice(
        "a letter with a mark is one letter",
        "at most a tenth of the letters differ",
        ACCENTED,
        ACCENTED.replace("für", "fer").replace("nün", "nun").replace("gemächt", "gemacht"),
        here=1,
    ),
    twice(
        "the greeting's name does not hide a repeat",
        "without … the greeting it begins with",
        f"Hi Christopher, {PHRASE}",
        f"Good morning Alexandra! {PHRASE}",
        here=1,
    ),
    twice(
        "what stands after more than a blank does not go with the greeting",
        "with the one word after it when nothing but blanks stands between",
        "Hi, we are on it now",
        "Hi @christopher we are on it now",
        here=1,
    ),
    twice(
        "the word after the greeting goes with it after a blank of any kind",
        "with the one word after it when nothing but blanks stands between",
        "Hi \u00a0we are on it right now",
        "24/7: good, morning all are on it right now",
        here=1,
    ),
    twice(
        "an apostrophe joins",
        "An apostrophe is as if it were not there",
        "We're on it now",
        "We’re on it now",
        here=0,
        n=0,
    ),
    twice(
        "an address does not hide a repeat",
        "e-mail addresses, names with an @ and the signature of a reply are no words",
        f"{PHRASE} christopher.bly@northlight.example",
        f"{PHRASE} al@southbay.example",
        here=1,
    ),
    twice(
        "a greeting that does not begin it belongs to it",
        "the greeting it begins with",
        f"{PHRASE} hello Christopher",
        f"{PHRASE} hello Alexandra",
        here=0,
    ),
    twice(
        "links and names with an @ do not hide a repeat",
        "without links, names with an @",
        f"@christopher {PHRASE} https://northlight.example/one",
        f"@al {PHRASE} www.northlight.example/another/address",
        here=1,
    ),
    twice(
        "a blank of any kind ends a link",
        "without links",
        "We are looking\u00a0https://northlight.example/1\u00a0into it for you",
        "We are looking into it for you",
        here=1,
    ),
    twice(
        "signatures do not hide a repeat",
        "without … signature",
        f"{PHRASE} -Christopher",
        f"{PHRASE} ^KB",
        here=1,
    ),
    twice(
        "words with digits do not hide a repeat",
        "without … words with digits",
        f"{PHRASE} B4 #12345678",
        f"{PHRASE} 24.12.2024, 18:00",
        here=1,
    ),
    twice(
        "punctuation and capitals do not hide a repeat",
        "without … punctuation and capitals",
        "We're ON IT, and… it’s fine!!!!!!!",
        "were on it -- and its fine 😀😀😀",
        here=1,
    ),
    twice(
        "four words are not compared",
        "A gist of fewer than five words is not compared",
        "@ann Hi Ann! We'll see it now. ^KB",
        "@ann Hi Ann! We'll see it now. ^KB",
        here=0,
        n=0,
    ),
    twice(
        "five words are compared",
        "A gist of fewer than five words is not compared",
        "We are on it now",
        "We are on it now",
        here=1,
    ),
    twice(
        "only the first 500 letters are compared",
        "the first 500 characters",
        "abcd " * 100 + "x" * 90,
        "abcd " * 100 + "y" * 90,
        here=1,
    ),
    case(
        "the same words in another conversation are a stock phrase; one letter more makes them others",
        "in another conversation of the same account, the same words",
        f"""
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Hi Ann, {PHRASE}! ^KB
        3 | 01-08 09:20 | bob       | Is it down?         | thread T2
        4 | 01-08 09:30 | agent Lee | {PHRASE}            | thread T2
        5 | 01-08 09:20 | cid       | Is it down?         | thread T3
        6 | 01-08 09:40 | agent Lee | {PHRASE}s           | thread T3
        7 | 01-08 09:20 | dan       | Is it down?         | thread T4, account sales
        8 | 01-08 09:50 | agent Lee | {PHRASE}            | thread T4, account sales
        9 | 01-08 09:20 | eve       | Is it down?         | thread T5, channel Chat
        10 | 01-08 10:00 | agent Lee | {PHRASE}            | thread T5, channel Chat
        """,
        Figure("repeats", [
            {"n": 5, "here": 0, "elsewhere": 2, "share_here": 0, "share_elsewhere": Fraction(2, 5)},
        ]),
        Figure("repeats", [
            {"account": "help", "n": 4, "elsewhere": 2}, {"account": "sales", "n": 1, "elsewhere": 0},
        ], {"by": "account"}),
        Figure("repeats", [{"n": 1, "elsewhere": 1}], {"channel": "Chat"}),
    ),
    case(
        "here and elsewhere are told apart, of one reply both; what is earlier may lie before the time asked for",
        "*Here*: in the same conversation … *Elsewhere*: in another conversation",
        f"""
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | {PHRASE}
        3 | 01-08 09:20 | bob       | Is it down? | thread T2
        4 | 01-08 09:30 | agent Kim | {PHRASE}    | thread T2
        5 | 01-08 09:40 | agent Kim | {PHRASE}    | thread T2
        """,
        Figure("repeats", [
            {"n": 3, "here": 1, "elsewhere": 2, "share_here": THIRD, "share_elsewhere": Fraction(2, 3)},
        ]),
        Figure("repeats", [{"n": 1, "here": 1, "elsewhere": 1}], {"since": instant_of("01-08 09:40")}),
    ),
    case(
        "of one second, the reply with the later id is the repeat",
        "Messages of the same second keep the source's order, by id",
        f"""
        1  | 01-08 09:00 | ann       | Is it down?
        9  | 01-08 09:10 | agent Kim | {PHRASE} -Kim
        10 | 01-08 09:10 | agent Kim | {PHRASE} -Lee
        2  | 01-08 09:00 | bob       | Is it down?     | thread T2
        11 | 01-08 09:10 | agent Kim | {PHRASE} -Max   | thread T2
        """,
        Figure("repeats", [
            {"agent": "Kim", "here": 0, "elsewhere": 0},
            {"agent": "Lee", "here": 1, "elsewhere": 0},
            {"agent": "Max", "here": 0, "elsewhere": 1},
        ], {"by": "agent"}),
    ),
    case(
        "a reply is held against the 200 before it and no more",
        "it is held against the 200 replies that stand before it there and can be compared",
        "1 | 01-08 09:00 | ann | Is it down?\n"
        + f"100 | 01-08 09:01 | agent Kim | {PHRASE}\n101 | 01-08 09:01 | agent Kim | {ACCENTED}\n"
        + "\n".join(f"{n} | 01-08 09:02 | agent Kim | {alone(n)}" for n in range(102, 301))
        + f"\n301 | 01-08 09:03 | agent Kim | {ACCENTED}\n302 | 01-08 09:04 | agent Kim | {PHRASE}",
        Figure("repeats", [{"n": 203, "here": 1, "elsewhere": 0}]),
    ),
    case(
        "what the brand opened with is no reply to be repeated",
        "what an earlier reply said",
        f"""
        1 | 01-08 09:00 | agent Kim | {PHRASE}
        2 | 01-08 09:10 | ann       | What?
        3 | 01-08 09:20 | agent Kim | {PHRASE}
        """,
        Figure("repeats", [{"n": 1, "here": 0, "elsewhere": 0}]),
    ),
]  # fmt: skip


def answered_with(name: str, law: str, after_it: str, thanked: int, of: int = 1) -> Case:
    """Make a case of a reply and what comes after it."""
    messages = f"""
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Restart it.
        {after_it}
        """
    told = {"n": of, "thanked": thanked, "thanked_share": Fraction(thanked, of)}
    return case(name, law, messages, Figure("courtesies", [told]))


THANKS_LAW = (
    "after which the next visible message of the conversation is the customer's and says thanks"
)

COURTESIES = [
    saying(
        "an apology",
        "a reply that says sorry",
        "courtesies",
        {"n": 1, "apologies": 1, "apology_share": 1},
        "SORRY!",
        "Wir entschuldigen uns.",
        "Nous sommes désolés",
        "Lo siento",
        "Our... BAD",
        "Our... BAD",
        "Özür dileriz",
        "_sorry_ #sorry",
        "'sorry'",
        "De\u0301sole\u0301",
    ),
    saying(
        "no apology",
        "Whole words",
        "courtesies",
        {"n": 1, "apologies": 0, "apology_share": 0},
        "Notsorry",
        "Sorryless @sorry https://northlight.example/sorry",
        "Write to sorry@northlight.example",
        "They'resorry",
        "It is done ~Sorry",
    ),
    saying(
        "a sign-off",
        "a reply with a signature at its end",
        "courtesies", {"signed": 1, "signed_share": 1}, "Yes. ^AB", "Yes. -Claire", "Yes -C ",
        "Yes.^ab", "*QB", "Yes – Claire", "Yes ~AB 1/2", "Yes ^ AB https://northlight.example/1 (2/2)",
        "Yes -Zoe\u0308", "Yes — Ольга", "Yes ^ольга", "Yes -田中", "Yes\u00a0* Maximilianalexandra",
        "Yes ^maximilianalexandras", "Yes -Claire www.northlight.example", "Yes -claire https://x.example/^AB"
    ),
    saying(
        "no sign-off",
        "a reply with a signature at its end",
        "courtesies", {"signed": 0, "signed_share": 0}, "Yes ^AB said", "Yes-Claire", "Claire", "Yes -claire", "Yes ^AB.",
        "Yes -Maximilianalexandrasu", "Yes -ольга", "Yes ^A1", "Yes -Claire 10/12", "Yes -Anne Marie"
    ),
    answered_with(
        "thanks that come next are thanks afterwards",
        THANKS_LAW,
        "3 | 01-08 09:20 | ann | Great, thx @Kim!",
        thanked=1,
    ),
    answered_with(
        "what a customer says after a dash is no signature",
        "the signature of a reply",
        "3 | 01-08 09:20 | ann | Great - Thanks",
        thanked=1,
    ),
    answered_with(
        "thanks after a closing are thanks afterwards",
        "the next visible message of the thread or stream",
        "3 | 01-08 09:20 | closed |\n4 | 01-10 09:20 | ann | That was it, thanks!",
        thanked=1,
    ),
    answered_with(
        "thanks in other languages are thanks",
        THANKS_LAW,
        "3 | 01-08 09:20 | ann | TEŞEKKÜRLER",
        thanked=1,
    ),
    answered_with(
        "no thanks is no thanks",
        "no thanks, no thank you, thanks for nothing",
        "3 | 01-08 09:20 | ann | No thanks, and thank you for nothing!",
        thanked=0,
    ),
    answered_with(
        "a comma does not make thanks of no thanks",
        "what stands between them is ignored",
        "3 | 01-08 09:20 | ann | No, thanks.",
        thanked=0,
    ),
    answered_with(
        "thanks beside no thanks are thanks",
        "The words are taken out before the others are looked for",
        "3 | 01-08 09:20 | ann | Coffee? No thanks. But thanks for this!",
        thanked=1,
    ),
    answered_with(
        "a note between does not matter",
        THANKS_LAW,
        "3 | 01-08 09:15 | note Kim | She is cross.\n4 | 01-08 09:20 | ann | thanks!",
        thanked=1,
    ),
    answered_with(
        "a bot's message between comes next",
        THANKS_LAW,
        "3 | 01-08 09:15 | bot Greeter | Rate us!\n4 | 01-08 09:20 | ann | thanks!",
        thanked=0,
    ),
    answered_with(
        "thanks after two replies belong to the last",
        THANKS_LAW,
        "3 | 01-08 09:15 | agent Kim | Done.\n4 | 01-08 09:20 | ann | thanks!",
        thanked=1,
        of=2,
    ),
    answered_with(
        "thanks that come after something else are too late",
        THANKS_LAW,
        "3 | 01-08 09:15 | ann | Works\n4 | 01-08 09:20 | ann | thanks!",
        thanked=0,
    ),
    answered_with(
        "an agent's thanks are not the customer's",
        THANKS_LAW,
        "3 | 01-08 09:15 | agent Kim | Thanks for writing",
        thanked=0,
        of=2,
    ),
    case(
        "thanks for a reply are found in a chat of private messages as well",
        THANKS_LAW,
        """
        1 | 01-08 09:00 | ann              | Is it down?
        2 | 01-08 09:10 | agent Northlight | @ann Restart it.
        3 | 01-08 09:20 | ann              | Merci !
        """,
        Figure("courtesies", [{"n": 1, "thanked": 1, "thanked_share": 1}]),
        place=DIRECT,
    ),
]  # fmt: skip

ABOUT_REPLIES = [*BACKLOG, *CHASERS, *REPLIES, *KINDS, *AFTER, *REPEATS, *COURTESIES]
