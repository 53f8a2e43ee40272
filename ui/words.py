"""The sentences of the pages: the answer first, as a person would say it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from loaders import mapped
from loaders.registry import LOADERS
from sla.catalogue import Freshness
from sla.durations import DAY, HOUR
from sla.load import FileResult
from sla.measures import Row, measures
from sla.periods import age
from ui import reader
from ui.look import FEW
from ui.reader import ago, duration, moment, number, share
from ui.view import View


def counted(n: int, one: str, many: str) -> str:
    """Return a count with its noun: "1 wait", "1,488 waits"."""
    return f"{number(n)} {one if n == 1 else many}"


def plain(text: str) -> str:
    """Return text from the data so that Markdown shows it letter by letter."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|~$:" else c for c in text)


# ------------------------------------------------------------------------------- what stands under a figure


def as_of(view: View) -> str:
    """Return up to when the figures are known, and how old that is.

    Each account is told as of its own latest message; where these lie days apart, that is said.
    """
    told = f"as of {moment(view.as_of, view.zone)} ({zone(view)}), {ago(age(view.as_of))}"
    oldest = view.oldest_as_of.astimezone(view.zone)
    if oldest.date() == view.as_of.astimezone(view.zone).date():
        return told
    return (
        f"{told}, each account as of its own latest message (back to {reader.day(oldest.date())})"
    )


def zone(view: View) -> str:
    """Return the zone that the view's instants are told in."""
    return reader.zone_name(view.zone.key)


def period(view: View) -> str:
    """Return the chosen period in words."""
    named = {
        "24h": "last 24 hours",
        "7d": "last 7 days",
        "28d": "last 28 days",
        "90d": "last 90 days",
        "all": "all time",
    }
    chosen = view.choice.period
    return named.get(chosen) or " – ".join(
        reader.day(datetime.fromisoformat(d).date()) for d in chosen.split("..")
    )


def limit(seconds: int) -> str:
    """Return a limit in words; one day is 24 h, which nobody takes for a date."""
    return "24 h" if seconds == DAY else duration(seconds)


def clock(view: View) -> str:
    """Return the clock in words."""
    return "open hours" if view.choice.clock == "open" else "calendar time"


def source(view: View) -> str:
    """Return the line under a headline: period, clock, as of, and of how many accounts there is anything."""
    there, accounts = view.reached
    told = f"{capital(period(view))} · {clock(view)} · {as_of(view)}"
    if there == accounts:
        return told
    return f"{told} · only {number(there)} of {counted(accounts, 'account', 'accounts')} {'has' if there == 1 else 'have'} messages in this period"


def capital(sentence: str) -> str:
    """Return a sentence with its first letter as a capital."""
    return sentence[:1].upper() + sentence[1:]


def definition(name: str) -> str:
    """Return a measure's definition, for a tooltip."""
    measure = measures()[name]
    return f"{measure.definition} **{measure.title}** = {measure.formula}."


# -------------------------------------------------------------------------------------------------- Now


def waiting(row: Row) -> str:
    """Return how many people wait, and how long the oldest does."""
    if not row["waiting"]:
        return "Nobody is waiting"
    if row["oldest_seconds"] is None:
        return f"{counted(row['waiting'], 'person is', 'people are')} waiting"
    old = duration(row["oldest_seconds"])
    if row["waiting"] == 1:
        return f"1 person is waiting, for {old}"
    return f"{number(row['waiting'])} people are waiting, the oldest for {old}"


def waiting_source(row: Row, view: View, horizon: int) -> str:
    """Return what stands under the count of those who wait."""
    told = f"{capital(as_of(view))} · {clock(view)}"
    if not row["given_up"]:
        return told
    more = counted(row["given_up"], "more has", "more have")
    return f"{told} · {more} waited longer than {limit(horizon)} without an answer and count as given up"


def within(target: int) -> str:
    """Return the name of a hit rate."""
    return f"within {limit(target)}"


def hit_source(row: Row) -> str:
    """Return what a hit rate stands on: n, and how many are undecided."""
    return f"n = {number(row['n'])}, {number(row['undecided'])} undecided"


def hit_range(row: Row) -> str:
    """Return a hit rate's worst and best case."""
    if row["worst"] is None:
        return "Nobody wrote."
    return (
        f"Worst case {share(row['worst'])}, best case {share(row['best'])}: "
        "as if every undecided wait were missed, or met."
    )


def time_left(seconds: int | None) -> str:
    """Return the time left to a target, or by how much it is over."""
    if seconds is None:
        return reader.NOTHING
    if seconds < 0:
        over = duration(-seconds)
        return f"over by {over if -seconds < 2 * HOUR else ' '.join(over.split()[:2])}"
    return f"{duration(seconds)} left"


def today(view: View, now: datetime | None = None) -> str:
    """Return the name of the day that *as of* lies in."""
    known = view.as_of.astimezone(view.zone).date()
    if known == (now or datetime.now(UTC)).astimezone(view.zone).date():
        return "Today"
    return f"On {reader.day(known)}, the latest day in the data"


# -------------------------------------------------------------------------------------- the two measures


def quantile(row: Row, name: str) -> str:
    """Return a median or p90, rounded up as a promise is; one that the curve never reaches is more than the longest time known.

    Where no time is known at all, as every wait began with the newest message, it says so.
    """
    if row[name] is not None:
        return reader.within(row[name])
    if row["beyond_seconds"] is None:
        return reader.NOTHING
    if row["beyond_seconds"] == 0:
        return "just written"
    return f"more than {duration(row['beyond_seconds'])}"


def nobody_waited_yet(row: Row) -> bool:
    """Return whether all of them wrote with the newest message, so that no time is known of anybody."""
    return row["median_seconds"] is None and row["beyond_seconds"] == 0


def first_reply(row: Row) -> str:
    """Return how long a first reply takes."""
    half, nine = quantile(row, "median_seconds"), quantile(row, "p90_seconds")
    if row["n"] == 1:
        return f"One customer wrote, and {'is still waiting' if row['open'] else f'was answered within {half}'}"
    if nobody_waited_yet(row):
        return "Customers have only just written"
    if row["median_seconds"] is None:
        return f"Fewer than half are answered: the middle one waits {half}"
    if row["p90_seconds"] is None:
        return f"Half are answered within {half}; fewer than 9 of 10 so far"
    return f"Half are answered within {half}; 9 of 10 within {nine}"


def first_source(row: Row) -> str:
    """Return what a median stands on."""
    waits = counted(row["n"], "first wait", "first waits")
    return f"n = {waits}, {number(row['open'])} still open{few(row)}"


def few(row: Row) -> str:
    """Return a warning where there are too few waits to lean on."""
    return ", too few to lean on" if row["n"] < FEW else ""


def response_rate(row: Row) -> str:
    """Return how many waits got an answer at all."""
    if row["response_rate"] is None:
        return "No wait is decided yet"
    if row["undecided"] and not row["given_up"]:
        # Nobody can have been given up yet, so the rate is 100 % whatever becomes of those who wait.
        return f"At least {share(row['answered'] / row['n'])} get an answer; the rest is still undecided"
    return f"{share(row['response_rate'])} get an answer"


def response_source(row: Row, horizon: int) -> str:
    """Return what the response rate stands on."""
    return (
        f"n = {counted(row['n'], 'wait', 'waits')}{few(row)}: {number(row['answered'])} answered, however late; "
        f"{number(row['given_up'])} given up after {limit(horizon)}; "
        f"{number(row['undecided'])} still undecided"
    )


def cell(row: Row, measure: str) -> str:
    """Return what an hour of the week says."""
    at = f"{reader.weekday(row['weekday'])} {reader.hour_of_day(row['hour_of_day'])}"
    if measure == "hit_rate":
        return f"{at}<br>{share(row['hit_rate'])} in time<br>{hit_source(row)}"
    return f"{at}<br>half within {quantile(row, 'median_seconds')}<br>{first_source(row)}"


# ------------------------------------------------------------------------------------------------- Data


def format_title(name: str | None) -> str:
    """Return what people call a file format."""
    known = (*LOADERS, mapped)
    return next((loader.TITLE for loader in known if name == loader.FORMAT), name or "")


def loaded(result: FileResult) -> str:
    """Return what came of a file."""
    if result.error:
        return result.error
    counts = [f"{number(result.new)} new", f"{number(result.duplicates)} known already"]
    if result.updated:
        counts.insert(1, f"{number(result.updated)} updated")
    if result.problems:
        counts.append(counted(result.problems, "problem", "problems"))
    total = counted(result.messages, "message", "messages")
    return f"{result.path}: read as {format_title(result.format)}, {total}: {', '.join(counts)}."


_MISSING = {
    "account": "whose it is",
    "agents": "who in it writes for the brand",
    "time_zone": "in which time zone its clock stood",
    "day_first": "whether its dates begin with the day or the month",
}


def missing(asks: Sequence[Mapping[str, Any]], files: int) -> str:
    """Return what an export of so many files does not say, as the end of a sentence that begins with its name."""
    found = [_MISSING.get(ask["key"], plain(str(ask["question"]))) for ask in asks]
    listed = " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)
    return f"{'does' if files == 1 else 'do'} not say {listed}. Nothing is guessed:"


def progress(name: str, done: float, rows: int, seconds: float) -> str:
    """Return how far a load is: share, rows, rows a second, time left."""
    parts = [f"{share(done)} read", counted(rows, "row", "rows")]
    if seconds >= 1 and rows:
        parts.append(f"{number(round(rows / seconds))} a second")
    if seconds >= 1 and 0 < done < 1:
        parts.append(f"{duration(round(seconds * (1 - done) / done))} left")
    return f"{name}: {', '.join(parts)} …"


def unloaded(path: str, gone: int, again: int) -> str:
    """Return what came of taking a load back."""
    told = f"{plain(path)} was taken back: {counted(gone, 'message', 'messages')} removed."
    if again:
        told += f" {counted(again, 'message', 'messages')} went back to an earlier version."
    return told


def loading() -> str:
    """Return what to know before loading a file."""
    return (
        "Drop an export below, zipped or not: what kind of file it is, is found from its content. "
        "Loading the same file again adds nothing, and nothing leaves this machine."
    )


def of_lake(lake: Path) -> str:
    """Return where the figures come from, and where to load."""
    return f"The figures come from the lake in **{plain(str(lake))}**. Load where it is written; what is new there stands here by itself."


def holds(messages: int, accounts: int, fresh: Sequence[Freshness]) -> str:
    """Return how much data there is and up to when it is known."""
    if not fresh:
        return "There is no data yet"
    latest = max(fresh, key=lambda f: f.as_of)
    until = moment(latest.as_of, ZoneInfo(latest.time_zone))
    return (
        f"{counted(messages, 'message', 'messages')} of {counted(accounts, 'account', 'accounts')}, "
        f"known up to {until} ({reader.zone_name(latest.time_zone)})"
    )
