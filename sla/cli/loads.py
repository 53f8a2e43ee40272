"""`python -m sla loads` and `problems`: what was loaded, and what of it could not be read."""

import argparse
from dataclasses import asdict
from typing import Any

from sla import catalogue
from sla.cli.answering import FORMS, Answer, asks, rows_answer
from sla.cli.arguments import common
from sla.lake_store import needs_database
from sla.store import Store

_LOADS = (
    "load", "loaded_at", "path", "format", "messages", "new", "updated", "duplicates", "problems", "unloaded_at",
)  # fmt: skip
_PROBLEMS = ("path", "line", "reason", "remedy", "raw")


def add(commands: Any) -> None:
    """Add the commands with what they take."""
    for name, told, make in (
        ("loads", "list what was loaded, with the numbers for unload", _loads),
        ("problems", "list the rows that could not be read", _problems),
    ):
        parser = commands.add_parser(name, help=told)
        common(parser)
        parser.add_argument("--format", choices=FORMS, default="table")
        asks(parser, make, f"/{name}")


def _loads(store: Store, _: argparse.Namespace) -> Answer:
    """List the loads, the newest first."""
    needs_database(store.settings, "What was loaded is not told here")
    return rows_answer(
        _LOADS, [asdict(load) | {"load": load.load_id} for load in catalogue.loads(store)]
    )


def _problems(store: Store, _: argparse.Namespace) -> Answer:
    """List the rows that gave no message."""
    needs_database(store.settings, "Rows that could not be read are not told here")
    return rows_answer(_PROBLEMS, catalogue.problems(store))
