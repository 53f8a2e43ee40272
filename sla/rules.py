"""What the model reads of the settings, in parts, so that a change touches only what it concerns."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from sla import model
from sla.settings import Settings

Parts = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """What a change of the settings came to: in words, messages modelled again, figures restated."""

    told: str
    messages: int
    figures: int

    def __str__(self) -> str:
        """Say it as a person would."""
        return (
            f"The settings changed ({self.told}): {self.messages:,} messages were modelled again, "
            f"{self.figures:,} figures restated."
        )


_AFFECTED = {
    "closers": "SELECT DISTINCT scope FROM placed WHERE closing_words",
    "episode": "SELECT DISTINCT scope FROM conversations WHERE kind = 'endless'",
    "bots": (
        "SELECT DISTINCT s.scope FROM scopes AS s JOIN messages AS m USING (message_id)"
        " WHERE m.role = 'bot' AND list_contains($names, m.author_key)"
    ),
    "agents": "SELECT DISTINCT scope FROM placed WHERE list_contains($names, agent)",
    "accounts": "SELECT DISTINCT scope FROM placed WHERE list_contains($names, account)",
}


def parts(settings: Settings) -> Parts:
    """Return the parts of the settings that the model reads, as plain values that JSON keeps."""
    found: Parts = json.loads(json.dumps(model.read_by_the_model(settings), default=str))
    return found


def changes(old: Parts, new: Parts) -> dict[str, list[str]]:
    """Return which parts differ, each with the names it differs in (none for a single switch)."""
    found: dict[str, list[str]] = {}
    for part in new:
        before, after = old.get(part), new[part]
        if before == after:
            continue
        if isinstance(after, dict) and isinstance(before, dict):
            found[part] = sorted(
                n for n in before.keys() | after.keys() if before.get(n) != after.get(n)
            )
        elif isinstance(after, list) and isinstance(before, list) and part == "bots":
            found[part] = sorted(set(before) ^ set(after))
        else:
            found[part] = []
    return found


def apply(
    cursor: duckdb.DuckDBPyConnection, settings: Settings, changed: Mapping[str, list[str]]
) -> int:
    """Take up changed rules inside a transaction; return how many messages were modelled again.

    Only the scopes that a rule concerns are touched: threads with a closer, endless streams, what a bot
    or an agent wrote in, the accounts whose hours or zone changed. Another model touches everything.
    """
    model.set_rules(cursor, settings)
    if changed.keys() - _AFFECTED.keys():
        return model.rebuild(cursor, settings)
    model.nothing_dropped(cursor)
    for part, names in changed.items():
        question = _AFFECTED[part]
        values = {"names": names} if "$names" in question else {}
        cursor.execute(f"INSERT INTO dropped_scopes {question}", values)
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE changed AS"
        " SELECT message_id FROM scopes SEMI JOIN dropped_scopes USING (scope)"
    )
    return model.update(cursor, settings)


def told(changed: Mapping[str, list[str]]) -> str:
    """Return the changes in words for a person: "closers, hours or zone of NorthlightHelp"."""
    words = {
        "accounts": "hours or zone of",
        "bots": "bot",
        "agents": "teams of",
        "model": "the model itself",
    }
    return "; ".join(
        " ".join([words.get(part, part), *names[:5]]).strip() for part, names in changed.items()
    )
