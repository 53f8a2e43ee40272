"""What can be wrong: with one row (kept beside the messages) or with a whole file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Code = Literal[
    "not_a_log",
    "empty",
    "truncated",
    "ambiguous",
    "mostly_problems",
    "no_time_zone",
    "needs_answers",
    "unreadable",
]


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that an export does not say and a person has to.

    `key` is where the answer goes in an entry of `[[sources]]`. `choices` are what the file offers
    as answers, such as the names of those who write in it, each with how often it occurs.
    """

    key: str
    question: str
    choices: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one row gave no message.

    `kind` groups problems of one sort and is the same for all of them; `reason` says what was
    found and what was expected, `remedy` what to do.
    """

    kind: str
    reason: str
    remedy: str


class SpoiltRow(Exception):  # noqa: N818 - named like what it stands for
    """Ends the reading of one row; its loader keeps the problem and goes on with the next."""

    def __init__(self, kind: str, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.problem = Problem(kind, reason, remedy)


class NotUsable(Exception):  # noqa: N818 - it is a verdict on a file, not a fault in the program
    """A file that gives no messages at all.

    `sentence` names the file, what was found and what to do, and is fit to be shown as it is.
    `asks` are the questions whose answers would make the file usable.
    """

    def __init__(self, code: Code, sentence: str, asks: tuple[Ask, ...] = ()) -> None:
        super().__init__(sentence)
        self.code: Code = code
        self.sentence = sentence
        self.asks = asks
        # The format that the file is of, where a loader says this of it.
        self.format: str | None = None


def too_little_memory(name: str) -> NotUsable:
    """Return the verdict on a file that a loader has too little memory for."""
    return NotUsable(
        "unreadable",
        f"{name} needs more memory than a loader may take. Raise memory_mb, or load the file in "
        "parts.",
    )


TOO_LONG = Problem(
    "too long",
    "this row is longer than any message can be (more than 16 million characters); only its beginning is kept here",
    "Look whether a quote or a bracket in it never closes, or shorten its text, and load the file again.",
)


def shown(value: str, length: int = 60) -> str:
    """Give a value as it is quoted in a sentence: on one line, in quotes, cut at `length`."""
    line = " ".join(value.split())
    return f'"{line[:length]}…"' if len(line) > length else f'"{line}"'
