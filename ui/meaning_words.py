"""The sentences of the Definitions page: each figure with the number of this data."""

from datetime import datetime
from typing import Any

from sla.catalogue import Stored
from sla.measures import Measure, Row
from ui import reader, words
from ui.reader import duration, number, share
from ui.view import View


def headline(row: Row, target: int) -> str:
    """Return the first figure with what it means, as a sentence."""
    if row["hit_rate"] is None:
        return "What each figure means"
    return f"“{share(row['hit_rate'])} within {words.limit(target)}”, and what it means"


def explained(row: Row, target: int) -> str:
    """Return how the figure in the headline comes about, with its own numbers."""
    if row["hit_rate"] is None:
        return "Nothing is decided in this period, so there is no figure to take as the example."
    met, decided = row["met"], row["met"] + row["missed"]
    return (
        f"{number(met)} of {number(decided)} first waits that are decided by now were answered within "
        f"{words.limit(target)}; {number(row['undecided'])} are younger than that and still open, so they count neither way. "
        f"{words.hit_range(row)}"
    )


def unit(measure: Measure) -> str:
    """Return the unit of a measure and the waits it is over."""
    over = {"all": "all waits", "first": "first waits", "next": "next replies"}[measure.waits]
    return f"{words.capital(measure.unit)} · over {over}"


def column(name: str) -> str:
    """Return what a column is called."""
    return name.removesuffix("_seconds").replace("_", " ")


def value(name: str, found: Any, view: View) -> str:
    """Return a figure as a person says it."""
    if found is None:
        return reader.NOTHING
    if isinstance(found, bool):
        return "yes" if found else "no"
    if name.endswith("seconds"):
        return duration(found)
    if isinstance(found, datetime) and found.tzinfo is not None:
        return reader.moment(found, view.zone, view.as_of)
    if isinstance(found, float):
        return f"{found:.2f}" if name.startswith(("per_", "mean")) else share(found)
    return number(found) if isinstance(found, int) else words.plain(str(found))


def with_your_data(view: View) -> str:
    """Return whose numbers stand in a table."""
    return f"In this data ({words.period(view)}, {words.clock(view)}):"


def with_your_list(rows: int, shown: int, view: View) -> str:
    """Return how long a list is in this data."""
    if not rows:
        return f"In this data ({words.period(view)}, {words.clock(view)}) there is none."
    first = f"; the first {number(shown)}" if shown < rows else ""
    return f"In this data ({words.period(view)}, {words.clock(view)}): {words.counted(rows, 'row', 'rows')}{first}."


def records(stored: Stored, view: View) -> str:
    """Return how many of each record there are."""
    return (
        f"Here: {words.counted(stored.messages, 'message', 'messages')} in "
        f"{words.counted(stored.conversations, 'conversation', 'conversations')} with "
        f"{words.counted(stored.waits, 'wait', 'waits')}, {words.as_of(view)}."
    )


def clocks(view: View) -> str:
    """Return which clock is shown, and in whose time."""
    return f"Here: {words.clock(view)}, days and hours in {view.local_time}."


def measured(hits: Row, answered: Row, view: View) -> str:
    """Return the verdicts and the response rate."""
    return (
        f"Here ({words.period(view)}, within {words.limit(view.choice.target)}): {number(hits['met'])} met, "
        f"{number(hits['missed'])} missed, {number(hits['undecided'])} undecided, so the hit rate is "
        f"{share(hits['hit_rate'])}; {number(answered['answered'])} answered and {number(answered['given_up'])} given up, "
        f"so the response rate is {share(answered['response_rate'])}."
    )


def now(places: int, horizon: int) -> str:
    """Return what the public figures are made of."""
    return (
        f"Here: {words.counted(places, 'channel', 'channels')} in this view; a wait counts as given up after "
        f"{words.limit(horizon)}. The Banner page shows what each account tells the public."
    )
