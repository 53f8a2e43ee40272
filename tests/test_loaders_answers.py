"""What a loader asks for: each question comes with an example of its answer that can be used as it stands."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from loaders.answers import asking
from loaders.problems import Ask
from sla.sources import Source

LOADERS = Path(__file__).parents[1] / "loaders"
KEYS = {
    key for path in LOADERS.glob("*.py") for key in re.findall(r'\bAsk\(\s*"(\w+)"', path.read_text())
}  # fmt: skip


def test_the_keys_that_loaders_ask_for_are_found() -> None:
    assert {"account", "agents", "platform", "time_zone", "day_first", "mapping"} <= KEYS


# A mapping is more than a line; its sentence names the page and the command that make one.
@pytest.mark.parametrize("key", sorted(KEYS - {"mapping"}))
def test_the_lines_of_a_question_answer_it(key: str) -> None:
    refusal = asking("chat.txt", "whatsapp", Ask(key, "Is it so?", (("messenger", 2),)))
    sentence, _, lines = refusal.sentence.partition("\n")
    assert sentence.startswith("chat.txt does not say ")
    assert "…" not in lines
    (entry,) = tomllib.loads(lines)["sources"]
    assert key in Source.model_validate(entry).model_fields_set
