"""Hypothesis strategies: small sets of messages with every feature of the definitions.

`worlds()` gives a `World`: messages, rules, and a way to print both so that a shrunk example can
be read, and pasted as a named case whose place is `NOWHERE`. Left out, because they are the
loader's business: the same message twice, and edited versions of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.case_notation import is_closer
from tests.oracle_records import Calendar, Message, Rules, Weekly

CHANGES = {
    "Europe/London": ["2024-03-31T01:00", "2024-10-27T01:00"],
    "America/New_York": ["2024-03-10T07:00", "2024-11-03T06:00"],
    "Australia/Lord_Howe": ["2024-10-05T15:30", "2024-04-06T15:00"],
    "Asia/Kathmandu": ["2024-01-07T18:15"],  # no summer time, but midnight at a quarter past
}
INSTANTS = [
    datetime.fromisoformat(at).replace(tzinfo=UTC) for all_ in CHANGES.values() for at in all_
]

DAY, WEEK = 86_400, 7 * 86_400
STEPS = [0, 1, 0.5, 60, 1800, 3600, 3601, 7200, 11 * 3600]
LONG_STEPS = [DAY, DAY + 1, 25 * 3600, WEEK - 1, WEEK, WEEK + 1, 9 * DAY]

WEEKLIES: list[Weekly] = [
    {day: [(540, 1020)] for day in range(5)},  # an office
    {day: [(540, 720), (780, 1080)] for day in range(7)},  # split shifts
    {day: [(1320, 1800)] for day in range(7)},  # every night
    {4: [(1200, 1560)], 5: [(600, 1500)], 6: [(0, 150)]},  # a long weekend, over midnight
    {day: [(30, 90), (60, 150)] for day in range(7)},  # overlapping, across the changes
    {day: [(90, 105), (120, 180)] for day in range(7)},  # inside the changes
    {day: [(0, 1440)] for day in range(7)},  # round the clock
    {},  # closed
]

TICKET = ("zendesk", "northlight", "E-mail", "public")
WALL = ("facebook", "", "Facebook posts", "public")
PAGE = ("facebook", "", "Facebook page", "private")
CHAT = ("whatsapp", "", "WhatsApp", "private")
DIRECT = ("x", "", "X messages", "private")
MENTIONS = ("x", "", "X mentions", "public")

ACCOUNTS = ["Northlight", "Southbay"]
CUSTOMERS = ["ann", "bob"]
ASKS = ["Is it down?", "Still waiting", "It broke"]
CLOSERS = ["thanks!", "👍", "Thank you so much"]
REPLIES = ["We are on it", "Done. ^AB", "Sorry -Claire"]
BRANDS_SIDE = ["agent", "note", "greeter", "solver"]

# What replies are known by: for `worded_worlds`, in which a reply is a greeting, a saying and an ending.
GREETINGS = ["", "", "Hi Ann, ", "Hi, ", "hej\u00a0", "Guten Tag Bob! ", "@ann ", "hello @bob - "]
SAYINGS = [
    "We are looking into it for you right now",
    "We are looking into it far yoo light cow",  # a tenth of the letters differ
    "We are looking into it fat yoo light cow",  # more than a tenth
    "we're looking into it, for you: right now!",
    "Für größere Übergröße müßten wöhl ältere Größen",
    "Fur größere Übergröße mußten wohl altere Größen",
    "Sorry, it is down",
    "Your DM has arrived, apologies",
    "Please DM us, or fill in the form",
    "Write us a private message, or call us",
    "Call Kim on Monday",
    "Call +44 (0)20 7946-0018 or e-mail us",
    "Mail kim@help.example",
    "Fill in the form",
    "Lo siento: mensaje privado",
    "Es tut uns leid. Direktnachrichten an uns, bitte",
    "Özür dileriz, e-postayla",
    "@dm @sorry Mail sorry@help.example",
    "On 01.02.2017 or 2017-02-01",
    "See\u00a0https://t.example/form\u00a0now",
    "De\u0301sole\u0301s: un message prive\u0301",
    "We’re looking into it for you right now",
]
ENDINGS = [
    "",
    "",
    " ^AB",
    " -Claire",
    " https://t.example/a1",
    " 1/2 ^KB",
    " ^AB www.t.example",
    " –\u00a0Zoe\u0308",
    ".^ольга https://t.example/a1 (2/2)",
    " -claire",
    "…",
]
ANSWERS = [
    *ASKS,
    *CLOSERS,
    "No thanks, it broke",
    "Cheers, but why?",
    "It broke, no thank you. TEŞEKKÜRLER",
    "It broke -Thanks",
    "@thanks thanks@help.example",
]
HORIZONS = [3600, 7200, DAY]


@dataclass(frozen=True)
class World:
    """Messages, in no order that matters, and the rules they are read by."""

    messages: list[Message]
    rules: Rules

    def __repr__(self) -> str:
        lines = [shown(message) for message in self.messages]
        rules = {name: getattr(self.rules, name) for name in self.rules.__dataclass_fields__}
        differing = {k: v for k, v in rules.items() if v != getattr(Rules(), k)}
        return "\n".join(["World:", *lines, repr(differing)])

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """Print it like this in a failing example too."""
        printer.text("\n" + repr(self))


def shown(message: Message) -> str:
    """Write a message as a line of the cases' notation, with nothing left to the place."""
    kind = {"customer": "", "system": message["event"] or "system"}.get(
        message["role"], message["role"] + " "
    )
    if message["visibility"] == "internal":
        kind = "note "
    said = {
        "re": "reply_to_key",
        "thread": "thread_key",
        "account": "account",
        "key": "author_key",
        "on": "platform",
        "namespace": "namespace",
        "channel": "channel",
    }
    details = [f"{word} {message[key]}" for word, key in said.items() if message[key]]
    when = message["sent_at"].astimezone(UTC).replace(tzinfo=None)
    who = kind + (message["author_name"] or "")
    text = message["text"] or ""
    details.append(message["visibility"])
    return " | ".join([message["message_key"], str(when), who, text, ", ".join(details)])


@dataclass(frozen=True)
class Draft:
    """A message before it has a key; `answers` is the place in its scene of what it answers."""

    fields: Mapping[str, Any]
    step: float  # seconds after the message before it
    answers: int | None = None


def steps() -> st.SearchStrategy[float]:
    """Return seconds between two messages: mostly short, at times days."""
    return st.one_of(st.sampled_from(STEPS), st.sampled_from(STEPS + LONG_STEPS))


def spoken(role: str, account: str | None, customer: str, text: str) -> dict[str, Any]:
    """Return who says what; `note`, `greeter` and `solver` are an agent's note and two bots."""
    author = {"agent": "kim", "note": "lee", "greeter": "Greeter", "solver": "Solver"}
    return {
        "account": account,
        "author_key": author.get(role, customer),
        "author_name": author.get(role, customer).title(),
        "role": {"note": "agent", "greeter": "bot", "solver": "bot"}.get(role, role),
        "text": text,
        "event": None,
    }


def event(account: str, what: str | None) -> dict[str, Any]:
    """Return a system row: closed, reopened, or one that means nothing."""
    fields = spoken("system", account, "", what or "Kim joined")
    return fields | {"author_key": "system", "author_name": None, "event": what}


@st.composite
def talk(draw: st.DrawFn) -> list[Draft]:
    """Draw a thread or a chat of one customer: in a row, with everything that may come between."""
    account = draw(st.sampled_from(ACCOUNTS))
    platform, namespace, channel, visibility = draw(st.sampled_from([TICKET, CHAT, PAGE, WALL]))
    thread = draw(st.sampled_from([channel[0] + "1", channel[0] + "2"]))
    place = {
        "platform": platform,
        "namespace": namespace,
        "channel": channel,
        "thread_key": thread,
        "visibility": visibility,
    }
    customer = draw(st.sampled_from(CUSTOMERS))
    kinds = ["ask", "ask", "closer", *BRANDS_SIDE, "agent", "closed", "reopened", "joined", "edit"]
    drafts: list[Draft] = []
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=8)):
        step = draw(steps())
        if kind in ("ask", "closer"):
            text = draw(st.sampled_from(ASKS if kind == "ask" else CLOSERS))
            drafts.append(Draft(place | spoken("customer", account, customer, text), step))
        elif kind == "edit":  # the reply to the first version stands before the last one
            text = draw(st.sampled_from(REPLIES))
            reply = place | spoken("agent", account, customer, text)
            drafts.append(Draft(reply, step, answers=len(drafts) + 1))
            text = draw(st.sampled_from(ASKS + CLOSERS))
            asked = place | spoken("customer", account, customer, text)
            drafts.append(Draft(asked, draw(st.sampled_from(STEPS))))
        elif kind in BRANDS_SIDE:
            fields = place | spoken(kind, account, customer, draw(st.sampled_from(REPLIES)))
            if kind == "note":
                fields["visibility"] = "internal"
            drafts.append(Draft(fields, step))
        else:
            what = None if kind == "joined" else kind
            drafts.append(Draft(place | event(account, what), step))
    return drafts


@st.composite
def web(draw: st.DrawFn, place: tuple[str, str, str, str]) -> list[Draft]:
    """Draw messages without a thread: who answers whom is all that holds them together.

    An answer may stand before what it answers, go to a message that is missing (-1), or close
    a circle. Customers of `MENTIONS` have no account given.
    """
    platform, namespace, channel, visibility = place
    home = draw(st.sampled_from(ACCOUNTS))
    fixed = {
        "platform": platform,
        "namespace": namespace,
        "channel": channel,
        "thread_key": None,
        "visibility": visibility,
    }
    size = draw(st.integers(1, 7))
    drafts: list[Draft] = []
    for position in range(size):
        role = draw(st.sampled_from(["customer", "customer", "agent", "agent", *BRANDS_SIDE]))
        if role == "note" and place is MENTIONS:
            role = "agent"  # nobody can leave a note there
        account: str | None = draw(st.sampled_from(ACCOUNTS)) if place is MENTIONS else home
        customer = draw(st.sampled_from(CUSTOMERS))
        texts = {"customer": ASKS + CLOSERS}.get(role, REPLIES)
        named = draw(st.lists(st.sampled_from(["Ann", "bob", *ACCOUNTS, "southbay"]), max_size=2))
        text = " ".join([*(f"@{name}" for name in named), draw(st.sampled_from(texts))])
        if role == "customer" and place is MENTIONS:
            account = None
        fields = fixed | spoken(role, account, customer, text)
        if role == "note":
            fields["visibility"] = "internal"
        if role == "agent" and platform == "x":
            fields |= {"author_key": account, "author_name": account}
        before = st.integers(max(0, position - 2), max(0, position - 1))
        anywhere = st.integers(-1, size - 1)
        answers = draw(st.one_of(before, before, anywhere, st.none()))
        drafts.append(Draft(fields, draw(steps()), None if position == answers == 0 else answers))
    return drafts


def in_full(drafts: list[Draft], begin: datetime, keys: list[int]) -> list[Message]:
    """Give the drafts of a scene their keys and times."""
    found: list[Message] = []
    at = begin
    for key, draft in zip(keys, drafts, strict=True):
        at += timedelta(seconds=draft.step) if found else timedelta(0)
        answers = None
        if draft.answers is not None:
            answers = "5" if draft.answers == -1 else str(keys[draft.answers])
        found.append(
            {**draft.fields, "message_key": str(key), "reply_to_key": answers, "sent_at": at}
        )
    return found


@st.composite
def message_sets(draw: st.DrawFn, begin: datetime) -> list[Message]:
    """Draw one to three scenes that begin around one instant; keys run from 8, over ten."""
    scene = st.one_of(talk(), talk(), web(MENTIONS), web(MENTIONS), web(WALL), web(DIRECT))
    messages: list[Message] = []
    for drafts in draw(st.lists(scene, min_size=1, max_size=3)):
        keys = list(range(8 + len(messages), 8 + len(messages) + len(drafts)))
        if draw(st.booleans()):
            keys.reverse()  # some exports count from the newest
        offset = draw(st.sampled_from([0, 1, -1, -1800, 1800, -7200, -DAY, 3 * DAY]))
        messages += in_full(drafts, begin + timedelta(seconds=offset), keys)
    return draw(st.permutations(messages))


@st.composite
def calendars(draw: st.DrawFn, changed_on: date) -> Calendar:
    """Draw opening hours, at times with others that hold from a date."""
    calendar: Calendar = [(date(2020, 1, 1), draw(st.sampled_from(WEEKLIES)))]
    if draw(st.booleans()):
        calendar.append((changed_on, draw(st.sampled_from(WEEKLIES))))
    return calendar


@st.composite
def rule_sets(draw: st.DrawFn, around: datetime) -> Rules:
    """Draw settings; at least one account keeps hours half of the time."""
    zones = {
        a: draw(st.sampled_from(list(CHANGES))) for a in draw(st.sets(st.sampled_from(ACCOUNTS)))
    }
    open_at = draw(st.sets(st.sampled_from(ACCOUNTS)))
    return Rules(
        closers=draw(st.booleans()),
        closer_rule=is_closer,
        answering_bots=draw(st.sampled_from([frozenset({"Solver"}), frozenset[str]()])),
        episode_gap_seconds=draw(st.sampled_from([DAY, 3600])),
        episode_open_seconds=draw(st.sampled_from([WEEK, 2 * DAY])),
        time_zones={account: zones[account] for account in sorted(zones)},
        hours={account: draw(calendars(around.date())) for account in sorted(open_at)},
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw messages and the rules to read them by, around a change of the clocks."""
    around = draw(st.sampled_from(INSTANTS))
    return World(draw(message_sets(around)), draw(rule_sets(around)))


@st.composite
def desk(draw: st.DrawFn, begin: datetime) -> list[Message]:
    """Draw a busy account: three matters of two customers on two channels, each begun by the customer."""
    account = draw(st.sampled_from(ACCOUNTS))
    matters = [("D1", "E-mail", "ann"), ("D2", "E-mail", "bob"), ("D3", "Chat", "ann")]
    roles = ["agent", "customer", "agent", "customer", "agent", *BRANDS_SIDE]
    found: list[Message] = []
    begun: set[str] = set()
    at = begin
    for number in range(draw(st.integers(6, 12))):
        thread, channel, customer = draw(st.sampled_from(matters))
        role = draw(st.sampled_from(roles)) if thread in begun else "customer"
        begun.add(thread)
        at += timedelta(seconds=draw(steps()))
        found.append(
            {
                "platform": TICKET[0],
                "namespace": TICKET[1],
                "channel": channel,
                "thread_key": thread,
                "visibility": "internal" if role == "note" else "public",
                "message_key": str(200 + number),
                "reply_to_key": None,
                "sent_at": at,
                **spoken(role, account, customer, ""),
            }
        )
    return found


@st.composite
def worded_worlds(draw: st.DrawFn) -> World:
    """Draw a world with a busy account, in which texts say what replies are known by; and a horizon.

    The names that a text begins with stay: they say whose message it is.
    """
    world = draw(worlds())
    messages = []
    for message in [*world.messages, *draw(desk(world.messages[0]["sent_at"]))]:
        text = message["text"] or ""
        named = [word for word in text.split() if word.startswith("@")]
        if message["role"] in ("agent", "bot"):
            parts = (GREETINGS, SAYINGS, ENDINGS)
            text = "".join(draw(st.sampled_from(part)) for part in parts)
        elif message["role"] == "customer":
            text = draw(st.sampled_from(ANSWERS))
        messages.append({**message, "text": " ".join([*named, text])})
    horizon = draw(st.sampled_from(HORIZONS))
    return World(messages, replace(world.rules, horizon_seconds=horizon))


def without_closers(world: World) -> World:
    """Return the same world with closers switched off."""
    return replace(world, rules=replace(world.rules, closers=False))
