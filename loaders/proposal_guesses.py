"""Which column of an unknown table is which field of a message, guessed from names and contents, with reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loaders.proposal_checks import follows, happens, one_of_each, shared
from loaders.proposal_columns import ColumnFacts, words_of
from loaders.proposal_words import (
    AGENTS_WHEN_TRUE,
    CLOSED,
    CUSTOMERS_WHEN_TRUE,
    FALSE,
    LATER,
    NAMES,
    NO_TEXT,
    OF_CUSTOMERS,
    REOPENED,
    ROLE_WORDS,
    SEEN_BY_CUSTOMERS,
    TRUE,
    VISIBILITY_WORDS,
)
from loaders.tables import Row

# A role may be told in so many words, of which such short ones mean none.
_FEW_WORDS, _SHORT = 3, 2
# Of several roles that a value names, the first counts: "customer support" is an agent's.
_ROLES = ("bot", "agent", "customer", "system")
# Fields that a column may hold whose name only ends like them: what is in it tells besides whether it does.
_BY_THE_LAST_WORD = ("visibility", "text", "reply.sent_at")


@dataclass(frozen=True)
class Guess:
    """A field (`sent_at`, `reply.text`), the columns that hold it, and why."""

    field: str
    columns: tuple[str, ...]
    reason: str


def guesses(columns: Sequence[ColumnFacts], rows: Sequence[Row]) -> list[Guess]:
    """Give one guess for each field that a column of these rows seems to hold; each column is taken once."""
    found: dict[str, Guess] = {}
    free = {column.name: column for column in columns if column.kind != "empty"}
    _take_times(found, free)
    ranked = sorted(
        (
            (rank, order, field, column)
            for order, field in enumerate(NAMES)
            for column in free.values()
            if (rank := _rank(field, column)) is not None
        ),
        key=lambda each: each[:2],
    )
    for _, _, field, column in ranked:
        if field not in found and column.name in free and _content_fits(field, column):
            found[field] = Guess(field, (column.name,), _reason(field, column, named=True))
            del free[column.name]
    _take_by_content(found, free, columns, rows)
    _take_rows_as_cases(found)
    _leave_states_out(found, columns, rows)
    _take_what_moves(found, columns, rows)
    if "reply.sent_at" not in found:
        # Without its time a reply is none; who wrote it then wrote the row.
        for field in [field for field in found if field.startswith("reply.")]:
            del found[field]
    return list(found.values())


def _take_times(found: dict[str, Guess], free: dict[str, ColumnFacts]) -> None:
    """Put a day and a time of day in columns of their own together."""
    days = [column for column in free.values() if column.kind == "date"]
    clocks = [column for column in free.values() if column.kind == "clock"]
    if days and clocks and not any(column.kind == "time" for column in free.values()):
        names = (days[0].name, clocks[0].name)
        found["sent_at"] = Guess("sent_at", names, "one holds the day, the other the time of day")
        for name in names:
            del free[name]


def _rank(field: str, column: ColumnFacts) -> int | None:
    """Say how well a name fits, 0 best; None where it does not."""
    names, words = NAMES[field], _without_choice(column.words)
    compact = words.replace(" ", "")
    if compact == field.replace("_", ""):
        return 0
    for rank, name in enumerate(names):
        if compact == name.replace(" ", ""):
            return rank
    last = words.split(".")[-1].split(" ")
    tail = " ".join(last[-2:])
    if tail in names:
        return 40 + names.index(tail)
    return 80 + names.index(last[-1]) if field in _BY_THE_LAST_WORD and last[-1] in names else None


def _without_choice(words: str) -> str:
    """Leave out the yes and no that a name ends with, as in `Note (y/n)`."""
    *name, one, other = ["", *words.split(" ")]
    choice = {one, other}
    return " ".join(name[1:]) if name[1:] and choice & {*TRUE} and choice & {*FALSE} else words


def _content_fits(field: str, column: ColumnFacts) -> bool:
    if field == "sent_at" and _named(column, LATER) and column.words not in NAMES[field]:
        return False
    if field.endswith("_at"):
        return column.kind == "time"
    if column.kind in ("time", "date", "clock"):
        return False
    tells = {"role": role_values, "visibility": visibility_values, "event": event_values}.get(field)
    if tells is not None:
        # In a table of a few rows every value may be another one.
        told = tells(column)
        few = column.kind == "few" or _told_whole(column, told)
        # Of a column of roles, at least every second word has to be one.
        enough = field != "role" or sum(map(len, told.values())) * 2 >= column.distinct
        return few and bool(told) and enough
    if field == "text" and _named(column, NO_TEXT):
        return False
    fits = {
        "message_key": column.is_unique,
        "thread_key": column.kind != "words",
        "channel": column.kind == "few",
    }
    return fits.get(field, True)


def _told_whole(column: ColumnFacts, told: dict[str, list[str]]) -> bool:
    """Tell whether each of a column's values is a word that is known."""
    return column.kind == "word" and sum(map(len, told.values())) == column.distinct


def _take_rows_as_cases(found: dict[str, Guess]) -> None:
    """Take the number of a row for that of its case where nothing else tells whose it is: a list of tickets."""
    others = {"thread_key", "reply_to_key", "role", "reply.sent_at"}
    people = [found[field].columns[0] for field in ("author_name", "author_key") if field in found]
    if "message_key" in found and not others & found.keys() and all(map(of_customers, people)):
        number = found.pop("message_key")
        found["thread_key"] = Guess("thread_key", number.columns, number.reason)


def of_customers(name: str) -> bool:
    """Tell whether a column is named as one that names customers."""
    return words_of(name).split(" ")[0].startswith(OF_CUSTOMERS)


def _take_what_moves(
    found: dict[str, Guess], columns: Sequence[ColumnFacts], rows: Sequence[Row]
) -> None:
    """Where each row of a case has the case's own time, take one that differs from row to row: when the row was written."""
    if not {"thread_key", "sent_at"} <= found.keys() or "reply.sent_at" in found:
        return
    case, sent = found["thread_key"].columns[0], found["sent_at"].columns
    if len(sent) > 1 or not shared(case, rows) or not one_of_each(sent[0], case, rows):
        return
    moving = [c for c in columns if c.kind == "time" and not one_of_each(c.name, case, rows)]
    if moving:
        reason = f"holds times that differ within a case, as {sent[0]} does not"
        found["sent_at"] = Guess("sent_at", (moving[0].name,), reason)
        if "edited_at" in found and found["edited_at"].columns == (moving[0].name,):
            del found["edited_at"]


def _leave_states_out(
    found: dict[str, Guess], columns: Sequence[ColumnFacts], rows: Sequence[Row]
) -> None:
    """Take no column for events that says how a case stands: each of its messages would be one."""

    def named(field: str) -> str | None:
        return found[field].columns[0] if field in found else None

    event = next((column for column in columns if column.name == named("event")), None)
    if event is not None:
        values = {value for meant in event_values(event).values() for value in meant}
        if not happens(event, values, named("thread_key"), named("text"), rows):
            del found["event"]


def _take_by_content(
    found: dict[str, Guess],
    free: dict[str, ColumnFacts],
    everything: Sequence[ColumnFacts],
    rows: Sequence[Row],
) -> None:
    """Find by what they hold the fields that no name told."""

    def take(field: str, fits: Sequence[ColumnFacts]) -> None:
        if field not in found and fits:
            found[field] = Guess(field, (fits[0].name,), _reason(field, fits[0], named=False))
            free.pop(fits[0].name, None)

    columns = list(free.values())
    if "reply.text" in found:
        times = [c for c in columns if c.kind == "time"]
        take("reply.sent_at", times if "sent_at" in found else times[1:])
    columns = list(free.values())
    times = [c for c in columns if _content_fits("sent_at", c)]
    if "reply.sent_at" in found:
        reply = next(c for c in everything if c.name == found["reply.sent_at"].columns[0])
        times = [c for c in times if follows(c, reply, rows)]
    take("sent_at", sorted(times, key=lambda c: -c.filled))
    sides = [c for c in free.values() if c.kind == "few" and len(role_values(c)) > 1]
    take("role", [c for c in sides if not untold_roles(c)])
    long = [c for c in free.values() if c.kind == "words" and _content_fits("text", c)]
    take("text", sorted(long, key=lambda c: -c.length))
    ids = [
        c for c in free.values() if c.is_unique and c.kind in ("number", "word") and c.rows >= 10
    ]
    take("message_key", ids)
    if not {"thread_key", "author_key", "author_name", "reply.sent_at"} & found.keys():
        # Cases come back, but not as often as the few values of a list.
        cases = [
            c
            for c in free.values()
            if c.kind in ("number", "word")
            and c.length <= 40
            and c.rows <= c.distinct * 10
            and c.words not in NAMES["message_key"]
        ]
        take("thread_key", [c for c in cases if c.distinct < c.filled])


def _named(column: ColumnFacts, words: Sequence[str]) -> bool:
    """Tell whether a word of a column's name begins like one of these."""
    return any(word.startswith(tuple(words)) for word in column.words.split(" "))


def _reason(field: str, column: ColumnFacts, named: bool) -> str:
    what = {
        "time": "times",
        "few": f"{column.distinct} different values",
        "words": f"texts of {column.length:.0f} characters on average",
    }.get(column.kind, f"{column.distinct:,} different values in {column.filled:,} rows")
    if column.is_unique and field.endswith("_key"):
        what = "a value of its own in every row"
    return f"named like it, and holds {what}" if named else f"holds {what}"


def role_values(column: ColumnFacts) -> dict[str, list[str]]:
    """Give for each role the values of a column that mean it; empty where they tell no role."""
    values = [value for value, _ in column.values]
    if _is_choice(_plain(column)):
        if column.words not in (*CUSTOMERS_WHEN_TRUE, *AGENTS_WHEN_TRUE):
            return {}
        when_true = "customer" if column.words in CUSTOMERS_WHEN_TRUE else "agent"
        other = "agent" if when_true == "customer" else "customer"
        return _grouped(values, lambda value: when_true if value in TRUE else other)
    told = _grouped(values, _role_of)
    unknown = _untold(values, told)
    opposite = {"customer": "agent", "agent": "customer"}
    if len(values) == 2 and len(unknown) == 1 and (side := opposite.get(next(iter(told), ""))):
        # Of two sides the one that is not known is the other one.
        told[side] = unknown
    return told


def _role_of(value: str) -> str | None:
    """Give the role that a word means, or one of a few words."""
    words = words_of(value).split(" ")
    long = {word for word in words if len(word) > _SHORT} if len(words) <= _FEW_WORDS else set()
    whole = (role for role in _ROLES if value in ROLE_WORDS[role])
    part = (role for role in _ROLES if long & ROLE_WORDS[role])
    return next(whole, None) or next(part, None)


def untold_roles(column: ColumnFacts) -> list[str]:
    """Give the values of a column of roles that mean none that is known."""
    return _untold([value for value, _ in column.values], role_values(column))


def _untold(values: Sequence[str], told: Mapping[str, Sequence[str]]) -> list[str]:
    known = {value for meant in told.values() for value in meant}
    return [value for value in values if value not in known]


def visibility_values(column: ColumnFacts) -> dict[str, list[str]]:
    """Give for each visibility the values of a column that mean it."""
    hidden = not any(word in column.words for word in SEEN_BY_CUSTOMERS)

    def meaning(value: str) -> str | None:
        if value in TRUE:
            return "internal" if hidden else "public"
        if value in FALSE:
            return "public" if hidden else "internal"
        return next((seen for seen, words in VISIBILITY_WORDS.items() if value in words), None)

    return _grouped([value for value, _ in column.values], meaning)


def yes_or_no(column: ColumnFacts) -> bool:
    """Tell whether a column says yes in some rows and no, or nothing, in others."""
    plain = _plain(column)
    both = len(plain) > 1 or column.filled < column.rows
    return _is_choice(plain) and bool(plain & {*TRUE}) and both


def _plain(column: ColumnFacts) -> set[str]:
    return {value.strip().casefold() for value, _ in column.values}


def _is_choice(plain: set[str]) -> bool:
    """Tell whether there are values, and all of them a yes or a no."""
    return bool(plain) and plain <= {*TRUE, *FALSE}


def event_values(column: ColumnFacts) -> dict[str, list[str]]:
    """Give for each event the values of a column that mean it."""
    return _grouped(
        [value for value, _ in column.values],
        lambda value: "closed" if value in CLOSED else "reopened" if value in REOPENED else None,
    )


def _grouped(values: Sequence[str], meaning: object) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for value in values:
        word = meaning(value.strip().casefold()) if callable(meaning) else None
        if word is not None:
            found.setdefault(word, []).append(value)
    return found
