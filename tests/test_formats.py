"""The table of formats in docs/loading.md is that of the registry, and says what loaders really ask for.

`UPDATE_DOCS=1 python -m pytest tests/test_formats.py` writes it anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from loader_cases import NOW, golden_inputs, run_input

from loaders import mapped
from loaders.guide import GUIDE
from loaders.registry import LOADERS
from tests.documents import ROOT, anchors, marked

LOADING = ROOT / "docs" / "loading.md"
ALL = (*LOADERS, mapped)
GIVEN = {"account": "Bike shop", "platform": "messenger", "time_zone": "Europe/London", "day_first": True}  # fmt: skip


def table() -> str:
    rows = ["| name | format | what to export | may ask for |", "|---|---|---|---|"]
    for loader in sorted(ALL, key=lambda one: one.TITLE.lower()):
        guide = GUIDE[loader.FORMAT]
        asks = ", ".join(f"`{key}`" for key in guide.asks) or "nothing"
        rows.append(
            f"| `{loader.FORMAT}` | [{loader.TITLE}]({guide.page.removeprefix('loading.md')}) | {guide.export} | {asks} |"
        )
    return "\n".join(rows) + "\n"


def test_every_format_is_guided_to_a_page_that_is_there() -> None:
    assert set(GUIDE) == {loader.FORMAT for loader in ALL}
    for guide in GUIDE.values():
        page, _, anchor = guide.page.partition("#")
        assert (ROOT / "docs" / page).exists(), page
        assert not anchor or anchor in anchors(ROOT / "docs" / page), guide.page
    pages = {guide.page.partition("#")[0] for guide in GUIDE.values()}
    assert {f"formats/{path.name}" for path in (ROOT / "docs" / "formats").iterdir()} <= pages


def test_the_table_of_formats_is_that_of_the_registry() -> None:
    found = marked(LOADING, "formats", table() if os.environ.get("UPDATE_DOCS") == "1" else None)
    assert found == table(), "UPDATE_DOCS=1 python -m pytest tests/test_formats.py writes it anew"


@pytest.mark.parametrize("path", golden_inputs(), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_what_is_asked_can_be_answered_and_is_in_the_table(path: Path, tmp_path: Path) -> None:
    given: dict[str, Any] = {}
    for _ in GIVEN:
        result = run_input(path, tmp_path, {**NOW, "sources": [given]})
        if "asks" not in result:
            break
        for ask in result["asks"]:
            assert ask["key"] in GUIDE[result["format"]].asks, ask
            assert ask["key"] not in given, "the same question a second time"
            people = [choice for choice, _ in ask["choices"][:1]] or ["Agent One"]
            given[ask["key"]] = GIVEN.get(ask["key"], people)
    assert "error" not in result, result
