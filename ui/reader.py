"""How the reader writes numbers, shares, dates and times: Babel, in the browser's locale."""

from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st
from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    get_timezone_gmt,
    get_timezone_location,
)
from babel.numbers import (
    format_decimal,
    format_percent,
    get_decimal_symbol,
    get_group_symbol,
)

from sla.durations import finest, spoken

ENGLISH: Final = "en_GB"  # the pages' own language, and the locale of a browser that names none
NOTHING: Final = "–"


def locale() -> str:
    """Return the browser's locale, as Babel names it."""
    return _known(st.context.locale or ENGLISH)


@cache
def _known(name: str) -> str:
    try:
        return str(Locale.parse(name.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return ENGLISH


def number(value: int | None) -> str:
    """Return a count with the reader's separators; a dash where there is none."""
    return NOTHING if value is None else format_decimal(value, locale=locale())


def separators() -> str:
    """Return the reader's decimal and thousands separators, as Plotly wants them."""
    return get_decimal_symbol(locale()) + get_group_symbol(locale())


def share(value: float | None) -> str:
    """Return a share from 0 to 1 in per cent; nearly all and nearly none are never told as all or none."""
    return NOTHING if value is None else _share(value, locale())


# A curve has a thousand points, and most of its shares are on the page already.
@lru_cache(20_000)
def _share(value: float, of_reader: str) -> str:
    near_an_end = 0 < value < 0.01 or 0.99 < value < 1
    shown = min(max(value, 0.001), 0.999) if near_an_end else value
    pattern = Locale.parse(of_reader).percent_formats[None].pattern
    finer = pattern.replace("#,##0", "#,##0.0") if near_an_end else pattern
    return format_percent(shown, finer, locale=of_reader)


def exact_share(value: float) -> str:
    """Return a share from 0 to 1 in per cent with up to four decimals, to tell near ones apart."""
    pattern = Locale.parse(locale()).percent_formats[None].pattern
    return format_percent(value, pattern.replace("#,##0", "#,##0.0###"), locale=locale())


def duration(seconds: int | None) -> str:
    """Return a length of time as people say it; a dash where there is none."""
    return NOTHING if seconds is None else spoken(seconds)


def within(seconds: int) -> str:
    """Return a length of time that something happened within, rounded up: 39 s over 34 min are "35 min"."""
    size = finest(seconds)
    return spoken(-(-seconds // size) * size)


def ago(seconds: int) -> str:
    """Return how long ago something was: "48 min ago", "6 years 8 months ago"."""
    return "just now" if seconds < 2 else f"{spoken(seconds)} ago"


def day(value: date) -> str:
    """Return a date: "3 Dec 2017"."""
    return format_date(value, "medium", locale=locale())


def weekday(value: int) -> str:
    """Return a weekday's short name, 0 = Monday."""
    return format_date(date(2024, 1, 1 + value), "EEE", locale=locale())


def clock_time(at: datetime, zone: ZoneInfo) -> str:
    """Return the time of day in `zone`: "20:31"."""
    return format_time(at.astimezone(zone), "short", locale=locale())


def time_of_day(at: datetime) -> str:
    """Return the time of day of a local instant without a zone: "20:31"."""
    return format_time(at, "short", locale=locale())


def moment(at: datetime, zone: ZoneInfo, now: datetime | None = None) -> str:
    """Return an instant in `zone`, with as much of its date as tells it from now: "20 Nov, 21:38"."""
    local, today = at.astimezone(zone), (now or datetime.now(UTC)).astimezone(zone)
    if local.date() == today.date():
        return clock_time(at, zone)
    if local.year == today.year:
        return f"{format_skeleton('MMMd', local, locale=locale())}, {clock_time(at, zone)}"
    return f"{day(local.date())}, {clock_time(at, zone)}"


def step(value: date | datetime, kind: str) -> str:
    """Return the name of a period that begins at `value`: an hour, day, week or month."""
    if kind == "hour" and isinstance(value, datetime):
        return f"{format_skeleton('MMMEd', value, locale=locale())} {format_time(value, 'short', locale=locale())}"
    if kind == "month":
        return format_skeleton("yMMM", value, locale=locale())
    named = format_skeleton("yMMMEd" if kind == "day" else "yMMMd", value, locale=locale())
    return f"week from {named}" if kind == "week" else named


def hour_of_day(value: int) -> str:
    """Return an hour of the day: "08:00"."""
    return format_time(datetime(2024, 1, 1, value, tzinfo=UTC), "short", locale=locale())


@cache
def zone_name(time_zone: str) -> str:
    """Return a zone as people know it: "London time", "UTC", "GMT-05:00"."""
    local = datetime.now(ZoneInfo(time_zone))
    city = get_timezone_location(local, locale=ENGLISH, return_city=True).split("/")[-1]
    if city in {"UTC", "GMT"}:
        return city
    if time_zone.startswith("Etc/") or "Unknown" in city:
        return get_timezone_gmt(local, locale=ENGLISH)
    return f"{city} time"
