"""What an export does not say itself: whose it is, and who in it writes for the brand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from loaders.problems import Ask, NotUsable, shown
from loaders.toml_text import toml_text

# Of the people in an export, so many are named in a question.
_NAMED = 12


@dataclass(frozen=True)
class Answers:
    """What the settings say about the files of one source.

    `format` and `files` (a pattern for their names) say which files that are; where both are
    empty it is all of them. `agents` and `bots` are names or keys of authors.
    """

    format: str | None = None
    files: str | None = None
    account: str | None = None
    channel: str | None = None
    platform: str | None = None
    namespace: str | None = None
    time_zone: str | None = None
    day_first: bool | None = None
    agents: tuple[str, ...] = ()
    bots: tuple[str, ...] = ()
    mapping: Mapping[str, Any] | None = field(default=None, compare=False)
    # While a file is read: whether anybody wrote in it, and whether one of those that are named did.
    met: set[str] = field(default_factory=set, compare=False, repr=False)

    def fits(self, format_: str, names: Iterable[str]) -> bool:
        """Tell whether these are the answers for a file of this format with one of these names."""
        if self.format is not None and self.format != format_:
            return False
        pattern = self.files
        return pattern is None or any(fnmatchcase(name, pattern) for name in names)

    def role(self, *names: str | None) -> str:
        """Give the role of an author: `agent` or `bot` if one of the names is listed, else `customer`."""
        role = self._listed(names)
        self.met.add("somebody" if role is None else "named")
        return role or "customer"

    def _listed(self, names: tuple[str | None, ...]) -> str | None:
        if any(_same(name, self.bots) for name in names):
            return "bot"
        return "agent" if any(_same(name, self.agents) for name in names) else None

    def nobody_named(self) -> list[str]:
        """Give those who are named to write for the brand if none of them wrote, where others did."""
        listed = (self.mapping or {}).get("role", {})
        named = [*self.agents, *self.bots, *listed.get("agents", ()), *listed.get("bots", ())]
        return named if self.met == {"somebody"} else []

    def needs_account(self, file_name: str, format_: str) -> str:
        """Give the account, or raise NotUsable that asks for it."""
        if self.account is None:
            raise asking(file_name, format_, ACCOUNT)
        return self.account

    def needs_people(
        self, file_name: str, format_: str, authors: Mapping[str, int], known: bool = False
    ) -> None:
        """Raise NotUsable that asks for what is missing of the account and the agents.

        `authors` are those who write in the file, with how many messages; `known` says that the
        export tells agents itself.
        """
        asks: tuple[Ask, ...] = () if self.account is not None else (ACCOUNT,)
        if not known and not self.agents and not self.bots:
            choices = sorted(authors.items(), key=lambda item: (-item[1], item[0]))
            asks += (Ask("agents", "Who of these writes for the brand?", tuple(choices)),)
        if asks:
            raise asking(file_name, format_, *asks)


# What a file does not say, as its sentence names it, and an answer as it stands in the settings.
_MISSING = {
    "account": "whose it is",
    "agents": "who in it writes for the brand",
    "day_first": "whether the day or the month stands first in its dates",
    "platform": "which service it is from",
    "time_zone": "in which time zone its times are",
}
_EXAMPLES = {
    "account": '"Bike shop"',
    "channel": '"E-mail"',
    "day_first": "true",
    "namespace": '"bikeshop"',
    "platform": '"messenger"',
    "time_zone": '"Europe/London"',
}
ACCOUNT = Ask("account", "Whose export is it? Name the brand's handle, page, number or inbox.")


def asking(file_name: str, format_: str, *asks: Ask) -> NotUsable:
    """Make the refusal that asks: its sentence names what is missing and the lines that answer it."""
    missing = " and ".join(_MISSING.get(ask.key, ask.question) for ask in asks)
    authors = next((ask.choices for ask in asks if ask.key == "agents"), ())
    people = ""
    if authors:
        named = ", ".join(f"{shown(name, 40)} ({count:,})" for name, count in authors[:_NAMED])
        more = len(authors) - _NAMED
        people = f" Those who write in it: {named}{f' and {more:,} more' if more > 0 else ''}."
    # It names a date of the file.
    people += "".join(f" {ask.question}" for ask in asks if ask.key == "day_first")
    agent = toml_text(authors[0][0] if authors else "Anna")
    examples = _EXAMPLES | {"agents": f"[{agent}]"}
    lines = "\n".join(
        ["[[sources]]", f'format = "{format_}"']
        + [f"{ask.key} = {examples.get(ask.key, '…')}" for ask in asks]
    )
    return NotUsable(
        "needs_answers",
        f"{file_name} does not say {missing}.{people} Answer on the Data page, or put lines like these into "
        f"settings.toml with your own names, and load it again:\n{lines}",
        tuple(asks),
    )


def _same(name: str | None, listed: tuple[str, ...]) -> bool:
    if name is None or not listed:
        return False
    plain = name.strip().casefold()
    return any(plain == one.strip().casefold() for one in listed)
