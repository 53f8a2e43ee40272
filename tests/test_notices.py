"""A notice is put up and taken down in the settings file, and nothing else there changes."""

import tomllib
from pathlib import Path

import pytest

from sla.errors import SettingsError
from sla.notices import LONGEST, put_notice

COMMENTED = """# Ours.
targets = [900]  # a quarter

[accounts."Bike shop"]  # the shop
time_zone = "Europe/London"
# Opened in 2019.

[accounts."Bike shop".hours]
every = ["09:00-17:00"]

# The end.
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "settings.toml"
    file.write_text(COMMENTED, encoding="utf-8")
    return file


def test_a_notice_is_one_more_line_and_taking_it_down_gives_the_same_file_again(path: Path) -> None:
    put_notice(path, "Bike shop", "We know about the outage.")
    added = set(path.read_text().splitlines()) - set(COMMENTED.splitlines())
    assert added == {'notice = "We know about the outage."'}
    assert tomllib.loads(path.read_text())["accounts"]["Bike shop"]["time_zone"] == "Europe/London"
    put_notice(path, "Bike shop", None)
    assert path.read_text() == COMMENTED


@pytest.mark.parametrize(
    "written",
    [
        'notice = "old"  # since noon\n',
        "'notice'='old' # since noon\n",
        'notice = """old\nand # older\n"""  # since noon\n',
    ],
)
def test_another_notice_stands_in_the_place_of_the_old_one_with_its_comment(
    path: Path, written: str
) -> None:
    path.write_text(f"[accounts.Shop]\n{written}time_zone = 'UTC'\n", encoding="utf-8")
    put_notice(path, "Shop", "new")
    assert path.read_text() == (
        "[accounts.Shop]\nnotice = \"new\"  # since noon\ntime_zone = 'UTC'\n"
    )
    put_notice(path, "Shop", None)
    assert path.read_text() == "[accounts.Shop]\n# since noon\ntime_zone = 'UTC'\n"


@pytest.mark.parametrize(
    "words", ['She said "no" \\ yes', "Günaydın 🚲", "a\x7fb", "x # y", "[accounts.Shop]"]
)
def test_any_words_arrive_as_they_are(path: Path, words: str) -> None:
    for account in ("Bike shop", "A [new] one", 'q"uote'):
        put_notice(path, account, words)
        assert tomllib.loads(path.read_text())["accounts"][account]["notice"] == words


def test_a_line_that_only_looks_like_a_section_is_no_section(path: Path) -> None:
    text = '[accounts.Other]\ntitle = """\n[accounts.Shop]\n"""\n\n[accounts.Shop]\ntitle = "S"\n'
    path.write_text(text, encoding="utf-8")
    put_notice(path, "Shop", "Closed")
    accounts = tomllib.loads(path.read_text())["accounts"]
    assert accounts == {
        "Other": {"title": "[accounts.Shop]\n"},
        "Shop": {"title": "S", "notice": "Closed"},
    }


def test_line_ends_and_rights_of_the_file_stay(path: Path) -> None:
    path.write_bytes(b"[accounts.Shop]\r\ntitle = 'S'\r\n")
    path.chmod(0o640)
    put_notice(path, "Shop", "Closed")
    assert path.read_bytes() == b"[accounts.Shop]\r\nnotice = \"Closed\"\r\ntitle = 'S'\r\n"
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("words", ["", "  \n ", "x" * (LONGEST + 1)])
def test_no_words_and_too_many_are_refused(path: Path, words: str) -> None:
    with pytest.raises(SettingsError, match="A notice needs words"):
        put_notice(path, "Bike shop", words)
    assert path.read_text() == COMMENTED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("targets = [", "not valid TOML"),
        ("tagets = [1]\n", "tagets"),
        ('accounts = { Shop = { title = "S" } }\n', "by hand"),
    ],
)
def test_a_file_that_cannot_be_changed_safely_is_left_alone(
    path: Path, text: str, said: str
) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        put_notice(path, "Shop", "Closed")
    assert path.read_text() == text


def test_without_a_file_one_is_begun_and_an_account_needs_a_name(tmp_path: Path) -> None:
    put_notice(tmp_path / "new.toml", "Shop", "Closed")
    assert (tmp_path / "new.toml").read_text() == '[accounts."Shop"]\nnotice = "Closed"\n'
    with pytest.raises(SettingsError, match="an account needs a name"):
        put_notice(tmp_path / "new.toml", " ", "Closed")
    assert [p.name for p in tmp_path.iterdir()] == ["new.toml"]
