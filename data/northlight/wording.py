"""How customers and agents put things: phrases of words.toml, filled in and roughed up."""

import random
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Matter:
    """What a conversation is about, and what both sides may say about it."""

    topic: str
    openers: list[str]
    details: list[str]  # what the customer answers to a question
    questions: list[str]  # what an agent asks
    answers: list[str]
    weight: int = 0  # of being what somebody writes about


_WORDS: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)
SLOTS: dict[str, list[str]] = _WORDS["slots"]
MATTERS = [Matter(**matter) for matter in _WORDS["matters"]]
OUTAGE = next(matter for matter in MATTERS if matter.topic == "outage")
REMARK = next(matter for matter in MATTERS if matter.topic == "remark")
CUSTOMERS: dict[str, Any] = _WORDS["customers"]
TEAM: dict[str, list[str]] = _WORDS["team"]
BOT: dict[str, str] = _WORDS["bot"]

# An operator that does not exist either: customers who compare name both.
OTHER_HANDLE = "@KestrelMobile"

# Drawn anew each time; everything else stays as it was first said in a conversation.
FLEETING = {"mood", "number", "hours", "link"}

# Where something is broken, customers ask other things than about a bill.
FAULTS = {"signal", "data", "roaming", "sim", "broadband", "app", "outage"}

_SLOT = re.compile(r"\{(\w+)\}")


class Speech:
    """The words of one conversation, which agree with each other."""

    def __init__(self, matter: Matter, words: random.Random) -> None:
        self.matter = matter
        self._words = words
        self._facts: dict[str, str] = {}
        self._used: set[str] = set()  # what an agent has said; repeated when there is no more
        self._told = ""  # the answer to what the customer asked last

    def opener(self, polite: bool) -> str:
        """Say how a customer begins; on chats often with a greeting."""
        text = self._phrase(self.matter.openers)
        greeting = self._words.choice(CUSTOMERS["greetings"]) if polite else ""
        if not greeting:
            return self._hasty(text)
        # "Hi, my new SIM…", but a bill, a SIM or a place keeps its capital.
        lower = greeting.endswith(", ") and text[1:2].islower() and not self._is_name(text)
        return greeting + (text[:1].lower() + text[1:] if lower else text)

    def customer(self, kind: str) -> str:
        """Say what a customer writes further: details, a chaser, a follow-up, a closer."""
        if kind == "details" or (kind == "bursts" and self._words.random() < 0.6):
            return self._hasty(self._phrase(self.matter.details))
        if kind == "followups":
            fault = self.matter.topic in FAULTS and self._words.random() < 0.7
            pairs = CUSTOMERS["followups_on_faults" if fault else "followups"]
            asked, self._told = self._words.choice(pairs)
            return self._hasty(self._fill(asked))
        text = self._phrase(CUSTOMERS[kind])
        return text if kind == "closers" else self._hasty(text)

    def agent(self, kind: str, first: bool) -> str:
        """Say what an agent writes: a question or an answer on the matter, or a stock phrase."""
        if kind == "answers" and self._told:
            text, self._told = self._fill(self._told), ""
            return text
        if kind not in ("questions", "answers"):
            return self._phrase(TEAM[kind])
        unasked = [one for one in self.matter.questions if one not in self._used]
        asks = kind == "questions" and unasked
        template = self._words.choice(unasked if asks else self._unsaid(self.matter.answers))
        self._used.add(template)
        text = self._fill(template)
        apology = self._words.choice(TEAM["apologies"])
        greeting = self._words.choice(TEAM["greetings"]) if first else ""
        if not greeting:
            return apology[:1].upper() + apology[1:] + text
        # "Hi, sorry about that. We've …" or "Hi. We've …"
        return f"{greeting}, {apology}{text}" if apology else f"{greeting}. {text}"

    def _unsaid(self, templates: list[str]) -> list[str]:
        """Return what has not been said yet; everything again when that is all."""
        return [one for one in templates if one not in self._used] or templates

    def _phrase(self, templates: list[str]) -> str:
        return self._fill(self._words.choice(templates))

    def _fill(self, template: str) -> str:
        while "{" in template:
            template = _SLOT.sub(self._fact, template)
        text = template.rstrip()
        return text[:1].upper() + text[1:]

    def _fact(self, slot: re.Match[str]) -> str:
        name = slot[1]
        if name in FLEETING:
            return self._words.choice(SLOTS[name])
        if name not in self._facts:
            self._facts[name] = self._words.choice(SLOTS[name])
        return self._facts[name]

    def _is_name(self, text: str) -> bool:
        return any(text.startswith(place) for place in SLOTS["place"] + SLOTS["country"])

    def _hasty(self, text: str) -> str:
        """Rough the text up as typed on a phone: mostly a sentence, often less than one."""
        roll = self._words.random()
        if roll < 0.18:
            return text.lower()
        if roll < 0.26:
            return text.replace("'", "")
        if roll < 0.33:
            return text.rstrip(".?") + self._words.choice(["!!", "???", "!", "..."])
        if roll < 0.41:
            return f"{text} {self._words.choice(CUSTOMERS['emoji'])}"
        return text


def mention(handle: str, text: str, words: random.Random) -> str:
    """Make a post on X that names an account, mostly at its beginning."""
    if words.random() < 0.8:
        return f"{handle} {text}"
    tag = f" {words.choice(CUSTOMERS['hashtags'])}" if words.random() < 0.3 else ""
    return f"{text} {handle}{tag}"
