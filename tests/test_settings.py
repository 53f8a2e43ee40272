import re
from datetime import date
from pathlib import Path

import pytest

from sla import settings
from sla.errors import SettingsError


def read(tmp_path: Path, text: str) -> settings.Settings:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return settings.read(path)


def test_an_account_that_is_not_named_works_with_defaults(tmp_path: Path) -> None:
    found = read(tmp_path, "")
    assert found.account("anybody").time_zone == "UTC"
    assert found.account("anybody").hours == ()
    assert (found.closers, found.targets, found.horizon_seconds) == (True, (3600, 7200), 86400)


def test_hours_may_be_split_go_over_midnight_and_end_at_24(tmp_path: Path) -> None:
    text = '[accounts.a.hours]\nevery = ["08:00-12:00", "13:00-24:00"]\nsun = ["22:00-06:00"]\nsat = []'
    (hours,) = read(tmp_path, text).account("a").hours
    assert hours.of(0) == ((480, 720), (780, 1440))
    assert hours.of(5) == ()
    assert hours.of(6) == ((1320, 1800),)


def test_hours_hold_from_their_day_on(tmp_path: Path) -> None:
    text = '[[accounts.a.hours]]\nfrom = 2026-03-01\nevery = ["09:00-17:00"]\n[[accounts.a.hours]]\nfrom = 2025-01-01\nmon = ["08:00-20:00"]'
    account = read(tmp_path, text).account("a")
    in_force = [
        account.hours_on(date(*day)) for day in ((2024, 12, 31), (2026, 2, 28), (2026, 3, 1))
    ]
    assert [hours and hours.of(0) for hours in in_force] == [None, ((480, 1200),), ((540, 1020),)]


def test_the_database_is_the_store_unless_a_lake_is_and_its_folder_is_read_from_where_the_settings_lie(
    tmp_path: Path,
) -> None:
    assert (read(tmp_path, "").store, read(tmp_path, 'lake = "here"').store) == ("database",) * 2
    found = read(tmp_path, 'store = "lake"\nlake = "../lake"')
    assert (found.store, found.lake) == ("lake", tmp_path / "../lake")
    assert read(tmp_path, 'store = "lake"\nlake = "/srv/lake"').lake == Path("/srv/lake")


def test_the_shipped_settings_are_valid() -> None:
    found = settings.read(settings.DEFAULT_SETTINGS)
    assert found.accounts["NorthlightHelp"].time_zone == "Europe/London"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('closers = "no"', "closers: input should be a valid boolean, found 'no'."),
        ("closer = true", 'closer: there is no such setting; did you mean "closers"?'),
        ('[accounts.A]\ntime_zone = "London"', 'accounts.A.time_zone: expected a time zone name such as "Europe/London"'),
        ('[accounts."A b".hours]\nmonn = ["08:00-09:00"]', 'accounts."A b".hours.monn: there is no such setting; did you mean "mon"?'),
        ('[accounts.A.hours]\nmon = ["8-9"]', 'accounts.A.hours.mon: expected a span such as "08:00-22:00", found "8-9".'),
        ('[accounts.A.hours]\nmon = ["08:00-08:00"]', "open for no time at all"),
        ('[accounts.A.hours]\nmon = "08:00-09:00"', "accounts.A.hours.mon: expected a list of spans"),
        ("targets = [0]", "targets: expected a list of seconds above 0"),
        ("episode_gap_hours = -1", "episode_gap_hours: input should be greater than 0, found -1."),
        ("stale_after_minutes = 0", "stale_after_minutes: "),
        ('[bots.b]\nanswers = "yes"', "bots.b.answers: input should be a valid boolean"),
        ('[accounts." "]\ntitle = "x"', "an account needs a name"),
        ('[[accounts.A.hours]]\nfrom = 2026-01-01\n[[accounts.A.hours]]\nfrom = 2026-01-01', "two sets of hours hold from the same day"),
        ('[[reference]]\nname = "a"\nshare = 36\nsource = "b"', "reference.0.share: expected a share from 0 to 1, such as 0.36 for 36 %, found 36."),
        ('[[reference]]\nname = "a"\nshare = true\nsource = "b"', "reference.0.share: expected a share from 0 to 1"),
        ('[[reference]]\nname = " "\nshare = 0.5\nsource = "b"', "reference.0.name: expected a few words, found none."),
        ('[[reference]]\nname = "a"\nshare = 0.5', "reference.0.source: field required"),
        ('[[reference]]\nnam = "a"\nname = "a"\nshare = 0.5\nsource = "b"', 'reference.0.nam: there is no such setting; did you mean "name"?'),
        ("reference = 0.36", "reference: input should be a valid tuple"),
        ('store = "lak"', "store: input should be 'database' or 'lake', found 'lak'."),
        ('store = "lake"', 'store = "lake" expects the folder beside it, such as lake = "/srv/lake"; found none.'),
        ("lake = 3", "lake: input is not a valid path"),
        ('[accounts.A]\ntime_zone = "localtime"', "accounts.A.time_zone: expected a time zone name"),
        ('[accounts.A.hours]\nfrom = 9999-12-31\nevery = ["09:00-17:00"]', "accounts.A.hours.from: expected a date from 1900 to 2200"),
        ('[accounts.A.hours]\nclosed = ["0001-01-01"]', "accounts.A.hours.closed: expected a date from 1900 to 2200"),
        ('[accounts.A.hours]\nical = "/dev/zero"', "accounts.A.hours.ical: expected an iCal file, found that /dev/zero is no file"),
        ("targets = [3600, true]", "targets: expected something else than true or false"),
        ("stale_after_minutes = true", "stale_after_minutes: expected something else than true or false, found True."),
        (f"targets = [{10**30}]", "targets: expected a list of seconds above 0, up to ten years"),
        (f"targets = {list(range(1, 3000))}", "targets: expected at most 12 targets, found 2,999."),
        ("stale_after_minutes = 9999999999999", "stale_after_minutes: input should be less than or equal to"),
        (f"targets = [{'9' * 5000}]", "not valid TOML"),
        (f"targets = {'[' * 5000}", "not valid TOML"),
        (f'[api]\ntoken = "{" " * 16}"', "api.token: expected letters, digits and signs as a header carries them, with no blank at either end"),
        ("accounts = 3", "accounts: input should be a valid dictionary, found 3."),
        ("a = [", "not valid TOML"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_told_by_file_and_key(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as error:
        read(tmp_path, text)
    assert told in str(error.value)
    assert str(tmp_path / "settings.toml") in str(error.value)


def test_a_file_that_is_named_but_missing_or_not_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such settings file"):
        settings.read(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes(b'[accounts."caf\xe9"]')
    with pytest.raises(SettingsError, match="not UTF-8"):
        settings.read(tmp_path / "latin.toml")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('site = "care.example.org"', "https://care.example.org"),
        ("withdraw_below = 80", "less than or equal to 1"),
        ('[accounts."a"]\nframe_ancestors = ["https://x.org; script-src *"]', "frame_ancestors"),
        ('[[sources]]\nformat = "whatsap"', "whatsapp"),
        ('[[sources]]\naccount = "a"\nmapping = { columns = { text = "t" } }', "files"),
    ],
)
def test_what_the_public_side_and_the_loaders_are_told_is_checked(
    tmp_path: Path, text: str, fault: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=re.escape(fault)):
        settings.read(path)
