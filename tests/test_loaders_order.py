"""Overlapping exports in any order give the same: load(a), load(b) = load(a + b) = load(b), load(a).

Every golden input is cut into two parts that overlap, by rows, objects, mails or messages; exports of several
files by conversation. What is compared is all that a store tells: messages, conversations, waits.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loader_cases import NOW, golden_inputs, options_of, run_input

from sla.load import FileResult, take_in
from sla.settings import Settings
from sla.store import Store
from sla.unload import unload
from tests.split_exports import copy_in_part
from tests.test_unload import seen, wipe

# Their files are joined: a part of a ticket without its comments is another export.
BY_CONVERSATION = ("zendesk", "intercom", "github", "front", "freshdesk")
# Where a format cannot keep it, its pieces are larger, and its page says so:
# - WhatsApp writes no seconds, so messages of one minute are kept apart by their order. A minute stays whole.
# - A mail that names no other is joined to a thread by its subject, within one load. A subject stays whole.
# - A mapping's "first row of a case" is the first of the load. A case stays whole.
ROUNDS = int(os.environ.get("ORDER_ROUNDS", "1"))


def inputs() -> list[Path]:
    """List the largest sound golden input of every third format; with ORDER_ROUNDS above 1, all inputs."""
    if ROUNDS > 1:
        return golden_inputs()
    largest: dict[str, tuple[int, Path]] = {}
    for path in golden_inputs():
        with path.with_name(f"{path.name}.golden.ndjson").open(encoding="utf-8") as lines:
            result = json.loads(next(lines))["result"]
        size = result["messages"] * (result["problems"] == 0)
        largest[result["format"]] = max(largest.get(result["format"], (-1, path)), (size, path))
    return sorted(path for _, path in largest.values())[::3]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Store]]:
    folder = tmp_path_factory.mktemp("stores")
    opened = [Store.open(folder / f"{n}.duckdb", Settings()) for n in range(3)]
    yield opened
    for store in opened:
        store.close()


@pytest.mark.parametrize("path", inputs(), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_overlapping_parts_give_the_whole_in_any_order(
    path: Path, tmp_path: Path, stores: list[Store]
) -> None:
    compare(path, path.parent.name in BY_CONVERSATION, tmp_path, stores)


def test_overlapping_cases_of_a_mapped_table(tmp_path: Path, stores: list[Store]) -> None:
    path = tmp_path / "cases.csv"
    rows = [f"{case},2024-03-0{day} 09:{case}:00,words" for case in range(10, 19) for day in (4, 5)]
    path.write_text("ticket_id,time,text\n" + "\n".join(rows) + "\n")
    mapping = {
        "columns": {"thread_key": "ticket_id", "sent_at": "time", "text": "text"},
        "constants": {"account": "Bike shop"},
        "role": {"first": "customer"},
    }
    entry = {"files": "*", "time_zone": "UTC", "mapping": mapping}
    path.with_name("cases.csv.options.json").write_text(json.dumps({**NOW, "sources": [entry]}))
    compare(path, True, tmp_path, stores)


def compare(path: Path, by_conversation: bool, folder: Path, stores: list[Store]) -> None:
    one, there, back = stores
    chance = random.Random(f"{path.parent.name}/{path.name}")
    whole = staged(path, path, folder / "whole")
    assert whole is not None
    compared = 0
    for turn in range(ROUNDS * 8):
        first, second = parts(path, by_conversation, folder / str(turn), chance)
        if first is None or second is None:
            continue  # of a small file, one part may be nothing
        for store in stores:
            wipe(store)
        taken(one, whole)
        taken(there, first)
        load = taken(there, second)
        taken(back, second)
        taken(back, first)
        assert seen(there) == seen(one), turn
        assert seen(back) == seen(one), turn
        wipe(one)
        taken(one, first)
        unload(there, load)
        assert seen(there) == seen(one), turn
        compared += 1
        if compared == ROUNDS:
            return
    raise AssertionError("no two parts that could be loaded were found")


def parts(
    path: Path, by_conversation: bool, folder: Path, chance: random.Random
) -> list[Path | None]:
    """Stage two parts that overlap and together hold everything; None where one is refused."""
    side: dict[str, int] = {}

    def in_part(which: int, name: str) -> bool:
        return side.setdefault(name, chance.randrange(3)) in (which, 2)

    found = []
    for which in (0, 1):
        copy = folder / f"part{which}" / path.name
        copy_in_part(path, copy, lambda name, w=which: in_part(w, name), by_conversation)
        found.append(staged(copy, path, folder / f"staged{which}"))
    return found


def staged(copy: Path, path: Path, out: Path) -> Path | None:
    result: dict[str, Any] = run_input(copy, out, options_of(path))
    if "error" in result:
        assert result["code"] in (
            "empty",
            "mostly_problems",
            "not_a_log",
            "unreadable",
            "needs_answers",
        ), result
        return None
    return out


def taken(store: Store, folder: Path) -> int:
    load = take_in(
        store, folder, FileResult("messages", format="test"), sha256="", sample=False
    ).load
    assert load is not None
    return load
