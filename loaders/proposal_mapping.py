"""A mapping out of guesses, and the questions that neither the file nor the answers settle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Keyed
from collections.abc import Sequence
from typing import Any

from loaders.answers import ACCOUNT, Answers
from loaders.problems import Ask
from loaders.proposal_checks import one_of_each
from loaders.proposal_columns import ColumnFacts
from loaders.proposal_guesses import (
    Guess,
    event_values,
    of_customers,
    role_values,
    untold_roles,
    visibility_values,
)
from loaders.proposal_words import NAMES
from loaders.tables import Row
from loaders.toml_text import toml_text

_CHOICES = 100
_KEYS = frozenset({"thread_key", "author_key", "author_name", "message_key"})

TIME_ZONE = Ask("time_zone", "In which time zone are its times? Name it like Europe/Rome.")
DAY_FIRST = Ask("day_first", "In its dates, is the first number the day?")
CASE = Ask(
    "mapping",
    "Which column holds the case, ticket or conversation (thread_key), or the time of the reply (reply.sent_at)? "
    "Without one of them no reply finds its question.",
)
REPLY = Ask(
    "mapping",
    "Each row is a case of its own. Which column holds the time of the reply (reply.sent_at), or which one do all rows of a case share (thread_key)? "
    "Without one of them no reply finds its question.",
)
MOMENT = "Which column holds the time at which the customer wrote (sent_at)? None seems to"
KEYED = Ask(
    "mapping",
    "Which column holds the case, ticket or conversation (thread_key), or who wrote (author_name)? None seems to.",
)
COLUMNS = Ask("mapping", "Which columns hold the time, the case or the author, and the text?")


def mapping_of_guesses(
    found: Sequence[Guess], columns: Keyed[str, ColumnFacts], rows: Sequence[Row]
) -> dict[str, Any]:
    """Make a mapping of guesses about these rows, with the keys of its TOML."""
    by_field = {guess.field: guess for guess in found}

    def named(guess: Guess) -> str | list[str]:
        return guess.columns[0] if len(guess.columns) == 1 else list(guess.columns)

    mapping: dict[str, Any] = {
        "columns": {g.field: named(g) for g in found if not g.field.startswith("reply.")},
        "reply": {g.field[6:]: named(g) for g in found if g.field.startswith("reply.")},
    }
    time = _time_of(by_field, columns)
    if time:
        mapping["time"] = time
    for field, section, values in (
        ("role", "role", role_values),
        ("visibility", "visibility", visibility_values),
        ("event", "event", event_values),
    ):
        if field in by_field:
            mapping[section] = values(columns[by_field[field].columns[0]])
    role = by_field.get("role")
    # A column that names the customer of each case does not tell who wrote a row.
    authors = [
        by_field[field].columns[0]
        for field in ("author_name", "author_key")
        if field in by_field
        and not _of_its_case(by_field[field], by_field.get("thread_key"), columns, rows)
    ]
    if role is None and not mapping["reply"] and not authors and "thread_key" in by_field:
        mapping["role"] = {"first": "customer"}
    return {section: keys for section, keys in mapping.items() if keys}


def _of_its_case(
    author: Guess, case: Guess | None, columns: Keyed[str, ColumnFacts], rows: Sequence[Row]
) -> bool:
    name = author.columns[0]
    return case is not None and of_customers(name) and one_of_each(name, case.columns[0], rows)


def _time_of(by_field: Keyed[str, Guess], columns: Keyed[str, ColumnFacts]) -> dict[str, Any]:
    guess = by_field.get("sent_at")
    facts = columns[guess.columns[0]] if guess is not None else None
    if facts is None:
        return {}
    time: dict[str, Any] = {}
    if facts.time_format is not None:
        time["format"] = facts.time_format
    reply = by_field.get("reply.sent_at")
    proved = facts.day_first
    if proved is None and reply is not None:
        proved = columns[reply.columns[0]].day_first
    if proved is not None:
        time["day_first"] = proved
    return time


def _joins(mapping: Keyed[str, Any], columns: Keyed[str, ColumnFacts]) -> bool:
    """Tell whether something joins a reply to its question: a case of several rows, a mark, or the row itself."""
    fields = mapping.get("columns", {})
    if mapping.get("reply") or "reply_to_key" in fields:
        return True
    case = fields.get("thread_key")
    return case is not None and not columns[case if isinstance(case, str) else case[0]].is_unique


def _opened(mapping: Keyed[str, Any], columns: Keyed[str, ColumnFacts]) -> list[Ask]:
    """Ask which time counts where each row of a case names the time of the case beside its own."""
    sent = mapping["columns"]["sent_at"]
    other = [
        c.name
        for c in columns.values()
        if c.kind == "time" and c.words in NAMES["sent_at"] and c.name != sent
    ]
    if "first" not in mapping.get("role", {}) or not other:
        return []
    return [
        Ask(
            "mapping",
            f"Is {toml_text(sent)} the time at which each row was written (sent_at)? {toml_text(other[0])} may be the one at which the customer wrote.",
        )
    ]


def can_be_shown(mapping: Keyed[str, Any]) -> bool:
    """Tell whether enough is known for rows to become messages."""
    return _is_keyed(mapping) and "sent_at" in mapping.get("columns", {})


def _is_keyed(mapping: Keyed[str, Any]) -> bool:
    """Tell whether something says which messages belong together, or stand alone."""
    return "reply" in mapping or not _KEYS.isdisjoint(mapping.get("columns", {}))


def open_questions(
    mapping: Keyed[str, Any],
    columns: Keyed[str, ColumnFacts],
    rows: Sequence[tuple[int, Row]],
    who: Answers,
) -> tuple[Ask, ...]:
    """Say what neither the file nor the answers tell."""
    fields = mapping.get("columns", {})
    if not _is_keyed(mapping):
        return (KEYED if "sent_at" in fields else COLUMNS,)
    if "sent_at" not in fields:
        days = [toml_text(column.name) for column in columns.values() if column.kind == "date"]
        why = (
            f": {' and '.join(days[:3])} {'holds' if len(days) == 1 else 'hold'} days without a time of day."
            if days
            else "."
        )
        return (Ask("mapping", MOMENT + why),)
    case = REPLY if "thread_key" in fields else CASE
    asks: list[Ask] = [] if _joins(mapping, columns) else [case]
    if "account" not in fields and who.account is None:
        asks.append(ACCOUNT)
    times = [
        columns[name if isinstance(name, str) else name[0]]
        for name in (fields["sent_at"], mapping.get("reply", {}).get("sent_at"))
        if name is not None
    ]
    if any(not facts.has_zone for facts in times) and who.time_zone is None:
        asks.append(TIME_ZONE)
    proved = any(facts.day_first is not None for facts in times)
    if any(facts.ambiguous for facts in times) and not proved and who.day_first is None:
        asks.append(DAY_FIRST)
    asks += _opened(mapping, columns)
    if "role" in fields and (words := untold_roles(columns[str(fields["role"])])):
        named = ", ".join(toml_text(word) for word in words[:8])
        asks.append(
            Ask(
                "mapping",
                f"Who writes the rows that have {named} for their role (role.customer, role.agent, role.bot or role.system)?",
            )
        )
    if "role" not in mapping and "reply" not in mapping and not (who.agents or who.bots):
        author = fields.get("author_name") or fields.get("author_key")
        counts = Counter(str(row.get(str(author).lower()) or "") for _, row in rows)
        counts.pop("", None)
        choices = tuple(counts.most_common(_CHOICES)) if author else ()
        asks.append(Ask("agents", "Who of these writes for the brand?", choices))
    return tuple(asks)
