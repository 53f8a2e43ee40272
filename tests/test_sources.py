"""Answers that are written into the settings file: what else stands there stays."""

import tomllib
from pathlib import Path

import pytest

from sla.errors import SettingsError
from sla.settings import read
from sla.sources import remember

BEFORE = '# mine\r\nsample = false\r\n\r\n[[sources]]\r\nformat = "slack"\r\naccount = "Old"\r\n'


def test_an_answer_goes_before_the_others_and_changes_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(BEFORE.encode())
    path.chmod(0o600)
    remember(
        path,
        {"format": "whatsapp", "account": 'A "B" \x7f', "agents": ["é", "x"], "day_first": True},
    )
    after = path.read_bytes().decode()
    head, tail = BEFORE.split("[[sources]]")
    assert after.startswith(head)
    assert after.endswith(f"[[sources]]{tail}")
    assert path.stat().st_mode & 0o777 == 0o600
    first, second = read(path).sources
    assert (first.account, first.agents, first.day_first) == ('A "B" \x7f', ("é", "x"), True)
    assert second.account == "Old"


def test_the_first_answer_goes_to_the_end_of_a_file_or_makes_one(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    remember(path, {"account": "New"})
    assert tomllib.loads(path.read_text()) == {"sources": [{"account": "New"}]}
    path.write_text("sample = false # off")
    remember(path, {"account": "New"})
    assert path.read_text().startswith("sample = false # off\n")
    assert read(path).sources[0].account == "New"


def test_a_file_that_cannot_be_written_is_said_and_left(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("sample = false\n")
    (tmp_path / ".settings.toml.part").mkdir()
    with pytest.raises((SettingsError, OSError)):
        remember(path, {"account": "New"})
    assert path.read_text() == "sample = false\n"
