"""Opening the store for a command, and what a person is told while that is done."""

import argparse
import sys
from collections.abc import Sequence

from sla.errors import MeasureError, StoreBusyError
from sla.lake_store import opened
from sla.measures import Known, Question, known
from sla.settings import Settings
from sla.store import Store, announced


def reading(call: argparse.Namespace, settings: Settings) -> Store:
    """Open the database, or the lake of the settings, to ask it; when another process has it, say what to do."""
    try:
        store = opened(call.db, settings, create=False)
    except StoreBusyError as error:
        what = (
            "The dashboard is running and owns it: ask there, or stop it (Ctrl+C) and run this again."
            if announced(call.db) is not None
            else "Wait until it is done and run this again."
        )
        raise StoreBusyError(f"{error} {what}") from None
    say_change(store)
    return store


def say_change(store: Store) -> None:
    """Say what a changed setting did to what was stored before."""
    if store.change is not None and store.change.messages:
        print(f"{store.change} See: python -m sla restated", file=sys.stderr)


def check_names(store: Store, question: Question) -> None:
    """Raise MeasureError, with the names there are, when the data has no such account or channel."""
    check_known(known(store), question)


def check_known(there: Sequence[Known], question: Question) -> None:
    """Do the same with what is known."""
    for kind, name, names in (
        ("account", question.account, {k.account for k in there}),
        ("channel", question.channel, {k.channel for k in there}),
    ):
        if name is not None and name not in names:
            listed = ", ".join(sorted(names)[:20]) + (", …" if len(names) > 20 else "")
            raise MeasureError(
                f'there is no {kind} "{name}" in the data; there are: {listed or "none yet"}'
            )
