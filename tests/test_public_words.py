"""What a banner says: every state in plain words, times in the account's zone, rounded up."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from public_side import NOW, RECORD, banner, instant, withdrawn

from public.local_time import time_of_day, zone_name
from public.telling import ENGLISH, tell
from public.words import TIME
from sla.durations import spoken


def said(shown, now=NOW):
    return " ".join(tell(shown, now).sentences)


def test_live_tells_the_promise_first():
    told = tell(banner(), NOW)
    assert told.headline == "35 min"
    assert told.text == (
        "Northlight on X: If you write now, 9 of 10 get an answer within 35 min. "
        "Half are answered within 12 min. "
        "As of 19:59, London time, from 412 recent waits."
    )


def test_a_promise_that_is_never_reached_is_told_as_more_than():
    over = banner(typical_seconds=1500, promise_seconds=None, promise_over_seconds=86400)
    assert tell(over, NOW).headline == "More than 24 h"
    assert said(over) == (
        "Half are answered within 25 min. If you write now, fewer than 9 of 10 get an answer within 24 h."
    )
    without_half = banner(typical_seconds=None, promise_seconds=None, promise_over_seconds=86400)
    assert said(without_half) == "If you write now, fewer than 9 of 10 get an answer within 24 h."


def test_closed_tells_when_it_opens_and_by_when_an_answer_comes():
    told = tell(banner(state="closed"), NOW)
    assert told.headline == "By 09:20 tomorrow"
    assert " ".join(told.sentences) == (
        "Closed now. Opens at 08:00 tomorrow (London time). "
        "If you write now, 9 of 10 get an answer by 09:20 tomorrow."
    )


def test_closed_after_midnight_opens_today():
    assert said(banner(state="closed"), instant("2026-11-22T00:30:00+00:00")) == (
        "Closed now. Opens at 08:00 (London time). If you write now, 9 of 10 get an answer by 09:20."
    )


def test_closed_over_a_weekend_names_the_day():
    shown = banner(
        state="closed",
        opens_at=instant("2026-11-23T08:00:00+00:00"),
        answered_by=instant("2026-11-23T09:20:00+00:00"),
    )
    assert "Opens at 08:00 on Monday (London time)." in said(shown)
    assert "by 09:20 on Monday." in said(shown)


def test_closed_says_what_it_knows_and_no_more():
    nothing = {"typical_seconds": None, "promise_seconds": None, "answered_by": None}
    assert said(banner(state="closed", **nothing, opens_at=None)) == "Closed now."
    assert tell(banner(state="closed", **nothing), NOW).headline == ""
    length = banner(state="closed", answered_by=None, opens_at=None, typical_seconds=None)
    assert said(length) == "Closed now. If you write now, 9 of 10 get an answer within 13 h 20 min."


def test_busy_says_so_before_the_promise():
    assert said(banner(state="busy")) == (
        "Busier than usual. If you write now, 9 of 10 get an answer within 2 h 10 min. "
        "Half are answered within 1 h 5 min."
    )


def test_quiet_gives_no_figure():
    told = tell(banner(state="quiet", n=3), NOW)
    assert told.headline == ""
    assert told.sentences == ("Too few messages lately to say how long an answer takes.",)
    assert told.source == "As of 19:59, London time, from 3 recent waits"


def test_stale_tells_how_old_the_data_is():
    old = banner(state="stale", as_of=instant("2026-11-21T14:05:00+00:00"))
    assert said(old) == "We can’t tell the wait right now: the data is from 14:05."
    older = banner(state="stale", as_of=instant("2026-11-20T14:05:00+00:00"))
    assert said(older).endswith("the data is from 14:05 yesterday.")
    assert said(banner(state="stale", as_of=None)) == "We can’t tell the wait right now."
    assert tell(old, NOW).source == "As of 14:05, London time"


def test_a_notice_is_the_manager_s_words_and_what_they_mean():
    told = tell(banner(state="notice"), NOW)
    assert told.sentences == (
        "Our network is down in the north. Engineers are on it.",
        "No figure while this stands.",
    )


def test_sample_data_is_called_so():
    told = tell(banner(sample=True), NOW)
    assert told.sample == "Sample data"
    assert told.text.endswith("Sample data.")
    assert "ample" not in tell(banner(), NOW).text


@pytest.mark.parametrize(
    ("n", "counted"),
    [
        (0, "from 0 recent waits"),
        (1, "from 1 recent wait"),
        (1412, "from 1,412 recent waits"),
    ],
)
def test_the_count_is_told_with_its_plural(n, counted):
    assert tell(banner(n=n), NOW).source.endswith(counted)
    alone = tell(banner(n=n, as_of=None), NOW).source
    assert alone == counted[0].upper() + counted[1:]


@pytest.mark.parametrize(
    ("seconds", "headline"),
    [
        (0, "1 min"),
        (1, "1 min"),
        (60, "1 min"),
        (61, "2 min"),
        (2100, "35 min"),
        (3541, "1 h"),
        (3601, "1 h 1 min"),
        (86399, "24 h"),
        (86400, "24 h"),
        (86401, "1 d 1 h"),
        (90061, "1 d 2 h"),
    ],
)
def test_a_promise_is_rounded_up(seconds, headline):
    assert tell(banner(promise_seconds=seconds), NOW).headline == headline


def seconds_in(length: str) -> int:
    units = {"min": 60, "h": 3600, "d": 86400}
    parts = length.split()
    return sum(int(n) * units[unit] for n, unit in zip(parts[::2], parts[1::2], strict=True))


@settings(deadline=None)  # a busy machine proves nothing
@given(st.integers(1, 30 * 86400))
def test_the_words_never_promise_less_than_the_figure(seconds):
    told = seconds_in(tell(banner(promise_seconds=seconds), NOW).headline)
    assert (
        seconds
        <= told
        < seconds + (60 if seconds <= 86400 else 3600 if seconds < 14 * 86400 else 86400)
    )


@settings(deadline=None)  # a busy machine proves nothing
@given(st.integers(60, 30 * 86400))
def test_more_than_never_claims_more_than_is_known(seconds):
    over = banner(promise_seconds=None, promise_over_seconds=seconds)
    told = seconds_in(tell(over, NOW).headline.removeprefix("More than "))
    assert told <= seconds
    assert told == 86400 or spoken(told) == spoken(seconds)


def test_an_instant_by_which_is_rounded_up_to_the_minute():
    late = banner(state="closed", answered_by=instant("2026-11-22T23:59:30+00:00"))
    assert tell(late, NOW).headline == "By 00:00 on Monday"
    exact = banner(state="closed", answered_by=instant("2026-11-22T09:20:00+00:00"))
    assert tell(exact, NOW).headline == "By 09:20 tomorrow"


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-11-21T00:00:00+00:00", "00:00"),
        ("2026-11-20T23:59:00+00:00", "23:59 yesterday"),
        ("2026-11-19T12:00:00+00:00", "12:00 on 19 November"),
        ("2026-11-22T12:00:00+00:00", "12:00 tomorrow"),
        ("2026-11-27T12:00:00+00:00", "12:00 on Friday"),
        ("2026-11-28T12:00:00+00:00", "12:00 on 28 November"),
        ("2027-01-04T12:00:00+00:00", "12:00 on 4 January 2027"),
    ],
)
def test_a_day_is_named_when_it_is_not_today(at, told):
    assert time_of_day(instant(at), "Europe/London", NOW, ENGLISH, TIME) == told


def test_the_day_is_the_account_s_and_not_utc_s():
    assert time_of_day(NOW + timedelta(hours=1), "Asia/Tokyo", NOW, ENGLISH, TIME) == "06:00"
    assert (
        time_of_day(NOW - timedelta(hours=6), "Asia/Tokyo", NOW, ENGLISH, TIME) == "23:00 yesterday"
    )


def test_summer_time_is_told_as_clocks_show_it():
    evening = instant("2026-10-24T20:00:00+00:00")
    assert time_of_day(evening, "Europe/London", evening, ENGLISH, TIME) == "21:00"
    assert time_of_day(
        instant("2026-10-25T08:00:00+00:00"), "Europe/London", evening, ENGLISH, TIME
    ) == ("08:00 tomorrow")


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Europe/London", "London time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("Asia/Kolkata", "Kolkata time"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("GMT", "GMT"),
        ("Etc/GMT+5", "GMT-05:00"),
    ],
)
def test_zones_are_named_as_people_know_them(zone, name):
    assert zone_name(zone, NOW, ENGLISH) == name


# ------------------------------------------------------------------------------------- the record


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (RECORD, "Kept for 1,125 of 1,234 people in the last 30 days."),
        (
            {"kept_share_30d": 0.91, "kept_n_30d": 100},
            "Kept for 91 of 100 people in the last 30 days.",
        ),
        ({"kept_share_30d": 1.0, "kept_n_30d": 1}, "Kept for 1 of 1 person in the last 30 days."),
        ({"kept_share_7d": 0.0, "kept_n_7d": 3}, "Kept for 0 of 3 people in the last 7 days."),
        (
            {"kept_share_7d": 0.5, "kept_n_7d": 4, "kept_share_90d": 0.25, "kept_n_90d": 8},
            "Kept for 2 of 8 people in the last 90 days.",
        ),
        ({"kept_n_30d": 0}, ""),
    ],
)
def test_the_record_is_told_where_it_is_known(known, told):
    found = tell(banner(**known), NOW)
    assert found.record == told
    assert (told in found.text) == bool(told) or not told
    assert found.sentences[-1] == (told or "Half are answered within 12 min.")


@pytest.mark.parametrize("state", ["live", "busy", "closed"])
def test_a_figure_that_was_not_kept_is_withdrawn_and_the_record_says_why(state):
    shown = banner(state=state, withdrawn=True, **RECORD)
    told = tell(shown, NOW)
    assert told.headline == ""
    assert told.main == "We give no figure now: too often it was not kept."
    assert told.record in told.sentences
    assert not any(figure in told.text for figure in ("35 min", "12 min", "2 h", "09:20"))


def test_a_live_banner_without_a_figure_does_not_look_live():
    told = tell(withdrawn(), NOW)
    assert (told.state_word, told.look) == ("No figure", "quiet")
    assert tell(withdrawn(state="busy"), NOW).look == "busy"


def test_a_channel_is_named_unless_the_title_does():
    assert tell(banner(channel="E-mail"), NOW).title == "Northlight on X · E-mail"
    assert tell(banner(title="Northlight e-mail", channel="E-mail"), NOW).title == (
        "Northlight e-mail"
    )
