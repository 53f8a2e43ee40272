"""On which side of a mail the brand is: who wrote it, as whom, and whether the customer sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from loaders.answers import ACCOUNT, Answers, asking
from loaders.mail_record import MailRecord
from loaders.problems import Ask


class Side(NamedTuple):
    """The author of a mail as it counts, their role, and whether only the brand's own people see it."""

    key: str | None
    name: str | None
    role: str
    visibility: str


class Sides:
    """Knows the brand's addresses.

    An agent in the settings is an address, a domain ("@bikeshop.example"), or somebody's name. The account counts
    as one of them where it is an address.
    """

    def __init__(self, who: Answers) -> None:
        self._who = who
        listed = [one.strip().casefold() for one in who.agents]
        self._domains = tuple(one for one in listed if one.startswith("@"))
        self._addresses = {one for one in listed if "@" in one[1:]}
        account = (who.account or "").strip().casefold()
        if "@" in account[1:]:
            self._addresses.add(account)
        self._bots = tuple(one.strip().casefold() for one in who.bots if one.startswith("@"))

    def is_brand(self, address: str) -> bool:
        """Tell whether an address is one of the brand's."""
        return address in self._addresses or (
            bool(self._domains) and address.endswith(self._domains)
        )

    def of(self, mail: MailRecord) -> Side:
        """Give the side of a mail."""
        key, name = mail.author_key, mail.author_name
        listed = self._who.role(key, name)
        if listed == "bot" or (key and self._bots and key.endswith(self._bots)) or mail.automatic:
            return Side(key, name, "bot", "private")
        brand = listed == "agent" or (key is not None and self.is_brand(key))
        if not brand:
            return Side(key, name, "customer", "private")
        inside = bool(mail.recipients) and all(self.is_brand(one) for one in mail.recipients)
        if inside:
            # A form or a group writes as the brand to the brand, and names the customer for the answer.
            for other, other_name in mail.answer_to:
                if not self.is_brand(other):
                    return Side(other, other_name or name, "customer", "private")
        return Side(key, name, "agent", "internal" if inside else "private")

    def customers(self, mail: MailRecord) -> list[str]:
        """Give those who are not the brand among who wrote a mail and who got it."""
        side = self.of(mail)
        people = [side.key or ""] if side.role == "customer" else list(mail.recipients)
        return [one for one in people if one and not self.is_brand(one)]


def ask_for_sides(file_name: str, format_: str, who: Answers, authors: Mapping[str, int]) -> None:
    """Raise NotUsable that asks for the account, and for the agents where it does not tell them.

    Offered are the addresses that wrote, and the domains that several of them share.
    """
    asks: tuple[Ask, ...] = () if who.account is not None else (ACCOUNT,)
    account = (who.account or "").strip().casefold()
    if not who.agents and account not in authors:
        domains = Counter(f"@{address.rpartition('@')[2]}" for address in authors if "@" in address)
        shared: Counter[str] = Counter()
        for address, count in authors.items():
            domain = f"@{address.rpartition('@')[2]}"
            if domains[domain] > 1:
                shared[domain] += count
        offered = {**shared, **authors}
        choices = sorted(offered.items(), key=lambda item: (-item[1], item[0]))
        asks += (Ask("agents", "Who of these writes for the brand?", tuple(choices[:2000])),)
    if asks:
        raise asking(file_name, format_, *asks)
