import pytest

from sla.durations import DAY, MONTH, YEAR, spoken


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"), (59, "59 s"), (60, "1 min"), (2880, "48 min"), (3600, "1 h"), (4350, "1 h 12 min"),
        (86399, "23 h 59 min"), (86400, "1 d"), (183600, "2 d 3 h"), (514800, "5 d 23 h"),
        (14 * DAY - 1, "13 d 23 h"), (14 * DAY, "14 d"), (15 * DAY - 1, "14 d"), (60 * DAY, "60 d"), (2 * MONTH, "2 months"),
        (75 * DAY, "2 months 14 d"), (YEAR - 1, "11 months 30 d"), (YEAR, "1 year"), (YEAR + MONTH, "1 year 1 month"), (2277 * DAY + 6 * 3600, "6 years 2 months"),
        (10 * YEAR, "10 years"), (12 * YEAR - 1, "11 years"),
    ],
)  # fmt: skip
def test_durations_are_said_as_people_say_them(seconds: int, said: str) -> None:
    assert spoken(seconds) == said


def test_a_negative_duration_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="negative"):
        spoken(-1)
