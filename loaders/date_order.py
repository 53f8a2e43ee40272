"""Which number of a written date is the day, the month and the year: proved from the file, or asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from loaders.answers import asking
from loaders.problems import Ask, NotUsable, SpoiltRow, shown

Written = tuple[str, str, str]
Order = str

# No chat that is read here is older.
_FIRST_YEAR = 2009
_BUDDHIST = 543
# A date may stand this much before the one above it: messages arrive late.
_DISORDER = timedelta(days=2)
# In the Unicode locale data, only dates with a slash ever put the month before the day.
_MONTH_FIRST_SEPARATORS = "/"
# So few spoilt rows prove nothing against many sound ones.
_SPOILT_SHARE = 50


@lru_cache(maxsize=4096)
def read_date(written: Written, order: Order, today: date) -> date | None:
    """Read a date in this order (`dmy`, `mdy` or `ymd`); None where it is no date up to tomorrow.

    Two digits are a year of this century. Years of the Buddhist calendar, as Thai phones write them,
    are 543 ahead.
    """
    number = dict(zip(order, written, strict=True))
    if len(number["d"]) > 2 or len(number["m"]) > 2 or len(number["y"]) == 3:
        return None
    year = int(number["y"])
    if len(number["y"]) <= 2:
        years: Iterable[int] = (2000 + year, 2500 + year - _BUDDHIST)
    else:
        years = (year - _BUDDHIST,) if year > 2500 else (year,)
    for each in years:
        try:
            found = date(each, int(number["m"]), int(number["d"]))
        except ValueError:
            continue
        if each >= _FIRST_YEAR and found <= today + timedelta(days=1):
            return found
    return None


class DateOrder:
    """Sees every date of a file and tells the one order in which they can be read.

    Proof is a number above 12, a date in the future, or the order of the messages: dates that jump
    back by days in one reading and never in the other.
    """

    def __init__(self, today: date) -> None:
        self._today = today
        self._orders: tuple[Order, ...] = ("dmy", "mdy", "ymd")
        self._valid = dict.fromkeys(self._orders, 0)
        self._alone = dict.fromkeys(self._orders, 0)
        self._back = dict.fromkeys(self._orders, 0)
        self._last: dict[Order, date] = {}
        self._seen: Written | None = None
        self._year_first = 0
        self._slashes = 0
        self.rows = 0

    def see(self, written: Written, separator: str, year_first: bool) -> None:
        """Take one date into account."""
        self.rows += 1
        self._year_first += year_first
        self._slashes += separator in _MONTH_FIRST_SEPARATORS
        self._seen = self._seen or written
        found = {o: d for o in self._orders if (d := read_date(written, o, self._today))}
        for order, day in found.items():
            self._valid[order] += 1
            if order in self._last and day < self._last[order] - _DISORDER:
                self._back[order] += 1
            self._last[order] = day
        days = {order: found[order] for order in ("dmy", "mdy") if order in found}
        if len(days) == 1:
            self._alone[next(iter(days))] += 1

    def order(self, file_name: str, format_: str, day_first: bool | None) -> Order:
        """Tell the order; raises NotUsable that asks where nothing proves it."""
        last = max(self._valid["dmy"], self._valid["mdy"])
        if self._year_first * 2 > self.rows or self._valid["ymd"] > last:
            return "ymd"
        proved = self._proved()
        said = None if day_first is None else "dmy" if day_first else "mdy"
        if proved and said and proved != said and self._alone[proved]:
            raise self._contradicted(file_name, proved)
        found = said or proved
        if found is None and max(self._valid.values()) * 2 < self.rows:
            return "dmy"  # another calendar: its rows become problems that say so
        if found is None:
            raise self._asking(file_name, format_)
        return found

    def _proved(self) -> Order | None:
        first, other = sorted(("dmy", "mdy"), key=lambda o: -self._alone[o])
        if self._alone[first]:
            sound = self._alone[first] >= self._alone[other] * _SPOILT_SHARE
            return first if sound else None
        if self._slashes * 2 <= self.rows:
            return "dmy"
        if bool(self._back["dmy"]) != bool(self._back["mdy"]):
            return "mdy" if self._back["dmy"] else "dmy"
        return None

    def _asking(self, file_name: str, format_: str) -> NotUsable:
        example = "/".join(self._seen or ("5", "4", "20"))
        choices = (("true", self._valid["dmy"]), ("false", self._valid["mdy"]))
        question = f"In dates such as {example}, is the first number the day?"
        return asking(file_name, format_, Ask("day_first", question, choices))

    def _contradicted(self, file_name: str, order: Order) -> NotUsable:
        place = "second" if order == "mdy" else "first"
        return NotUsable(
            "unreadable",
            f"{file_name} has dates that can only be read with the day in {place} place, but the settings "
            f"say day_first = {'true' if order == 'mdy' else 'false'}. Correct or remove that line.",
        )


def day_of(written: Written, order: Order, today: date, shown_as: str) -> date:
    """Read a date that was proved to stand in this order; raises SpoiltRow where it is none."""
    found = read_date(written, order, today)
    if found is not None:
        return found
    words = {"d": "day", "m": "month", "y": "year"}
    expected = ", ".join(words[letter] for letter in order)
    raise SpoiltRow(
        "no date",
        f"{shown(shown_as)} is no date: expected {expected} in this order, from {_FIRST_YEAR} to today",
        "Correct the date. If the phone uses another calendar, set it to the Gregorian one and export again.",
    )
