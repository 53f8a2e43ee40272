"""Every file of the real exports: what a load of it gives is in the table in docs/exports.md.

`UPDATE_DOCS=1 python -m pytest -n 0 tests/test_exports.py` writes the table anew; read the difference before it
is committed. No person is named in it: who is asked for is answered by "who writes most".
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from loaders import registry
from loaders.archives import is_archive
from loaders.run import run
from loaders.source import source_at
from sla.load import FileResult, load_unit, totals
from sla.parse import Unit, units_of
from sla.settings import Settings
from sla.store import Store
from tests.conftest import EXPORTS
from tests.documents import ROOT, marked

PAGE = ROOT / "docs" / "exports.md"
UPDATE = os.environ.get("UPDATE_DOCS") == "1"
ROLES = ("customer", "agent", "bot", "system")
HEAD = "| file | format | messages | customer | agent | bot | system | conversations | waits | problems | answers |\n"
# Tables of one export; every other file is loaded alone.
TOGETHER = ("intercom", "zendesk")
# What the files do not say, and is answered when it is asked: the first pattern that fits counts.
ANSWERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("app_reviews/*", {"account": "Bike shop", "time_zone": "Asia/Seoul"}),
    ("helpdesk_log/*", {
        "account": "Bike shop", "time_zone": "Europe/Rome",
        "mapping": {
            "columns": {"thread_key": "case_id", "sent_at": "timestamp", "text": "activity"},
            "role": {"first": "customer"},
        },
    }),
    ("instagram/*", {"account": "Bike shop", "platform": "instagram"}),
    ("*", {"account": "Bike shop", "time_zone": "Europe/London", "day_first": True}),
)  # fmt: skip
FILES = sorted(
    path.relative_to(EXPORTS).as_posix()
    for path in EXPORTS.rglob("*")
    if path.is_file() and path.name != "SOURCE.md"
)
NAMES = sorted({name.partition("/")[0] if name.startswith(TOGETHER) else name for name in FILES})

found: dict[str, list[str]] = {}


@pytest.mark.skipif(not EXPORTS.is_dir(), reason="the real exports are not on this machine")
@pytest.mark.parametrize("name", NAMES)
def test_a_real_export_gives_what_the_table_says(name: str, tmp_path: Path) -> None:
    found[name] = [row(name, unit, tmp_path / str(n)) for n, unit in enumerate(units(name))]
    if not UPDATE:
        table = marked(PAGE, "exports").splitlines()
        assert [line for line in found[name] if line not in table] == []


@pytest.mark.skipif(not EXPORTS.is_dir(), reason="the real exports are not on this machine")
def test_the_table_names_every_file_once() -> None:
    if UPDATE:
        rows = "".join(f"{line}\n" for name in NAMES for line in found[name])
        marked(PAGE, "exports", f"{HEAD}|{'---|' * 2}{'--:|' * 8}---|\n{rows}")
    named = [
        file
        for line in marked(PAGE, "exports").splitlines()[2:]
        for file in line.split(" | ")[0].removeprefix("| ").replace("`", "").split(", ")
    ]
    assert sorted(named) == FILES


@pytest.mark.parametrize("name", FILES)
def test_no_real_file_is_claimed_by_two_loaders(name: str) -> None:
    head = source_at(EXPORTS / name, name, name).head
    claims = [loader.FORMAT for loader in registry.candidates(head)]
    assert len(claims) <= 1, claims
    assert not (claims and is_archive(head.data)), "an archive is looked into"


def units(name: str) -> Iterator[Unit]:
    """Give the loads for a file or folder; what no loader knows in a folder is one of its own, file by file."""
    for unit in units_of([EXPORTS / name], Settings()):
        if unit.left:
            yield from (Unit.of(Path(path)) for path in unit.left)
        else:
            yield unit


def row(name: str, unit: Unit, folder: Path) -> str:
    """Answer what is asked, load into a store of its own, and write the line of the table."""
    folder.mkdir()
    files = ", ".join(f"`{path.relative_to(EXPORTS).as_posix()}`" for path in sorted(unit.paths))
    with Store.open(folder / "store.duckdb", Settings()) as store:
        result, given = loaded(name, unit, store)
        if result.error is not None:
            code = run(list(unit.paths), folder / "out", {"sources": [given]}, unit.root)["code"]
            return f"| {files} | refused: `{code}` |{' |' * 8} {said(given)} |"
        counts = totals(store)
        query = "SELECT role, count(*) FROM messages GROUP BY 1"
        roles = dict(store.cursor().execute(query).fetchall())
    check(result, sum(roles.values()))
    numbers = [counts["messages"], *(roles.get(role, 0) for role in ROLES)]
    numbers += [counts["conversations"], counts["waits"], result.problems]
    written = " | ".join(f"{number:,}" for number in numbers)
    return f"| {files} | `{result.format}` | {written} | {said(given)} |"


def loaded(name: str, unit: Unit, store: Store) -> tuple[FileResult, dict[str, Any]]:
    """Load, and answer until nothing more is asked; give what came of it, and the answers."""
    offered = next(answers for pattern, answers in ANSWERS if fnmatch(name, pattern))
    given: dict[str, Any] = {}
    while True:
        result = load_unit(store, unit, answers=given)
        answers = {ask["key"]: answer(ask, offered) for ask in result.asks}
        if not answers or not all(answers.values()):
            return result, given
        assert not answers.keys() & given.keys(), "the same question a second time"
        given |= answers | ({"files": "*"} if "mapping" in answers else {})


def check(result: FileResult, stored: int) -> None:
    assert result.new == stored
    assert result.new + result.updated + result.duplicates == result.messages


def answer(ask: dict[str, Any], offered: dict[str, Any]) -> Any:
    if ask["key"] == "agents":
        return [str(who) for who, _ in ask["choices"][:1]]
    return offered.get(ask["key"])


def said(given: dict[str, Any]) -> str:
    """Tell what was asked and answered, without the names of people."""
    words = {
        "account": "account",
        "agents": "agents: who writes most",
        "time_zone": f"zone {given.get('time_zone')}",
        "day_first": "day first",
        "platform": f"platform {given.get('platform')}",
        "mapping": "mapping: first event of a case is the customer's",
    }
    return ", ".join(text for key, text in words.items() if key in given) or "none"
