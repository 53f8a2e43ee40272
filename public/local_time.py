"""Instants as people in an account's time zone say them: "09:20 tomorrow", "London time"."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    get_timezone_gmt,
    get_timezone_location,
)

from public.languages import Language
from public.words import ZONE, Moments


def time_of_day(
    instant: datetime, time_zone: str, now: datetime, language: Language, how: Moments
) -> str:
    """Return the time in `time_zone`, with the day when that is not today at `now`.

    `how` is one of the ways in `public.words`: the bare time, "at …" or "by …".
    """
    zone, locale = ZoneInfo(time_zone), language.locale
    local, today = instant.astimezone(zone), now.astimezone(zone).date()
    time = format_time(local, "short", locale=locale)
    days = (local.date() - today).days
    if days in {-1, 0, 1}:
        return language.say((how.today, how.tomorrow, how.yesterday)[days], time=time)
    if 1 < days < 7:
        return language.say(how.on_day, time=time, day=format_date(local, "EEEE", locale=locale))
    date = (
        format_skeleton("MMMMd", local, locale=locale)
        if local.year == today.year
        else format_date(local, "long", locale=locale)
    )
    return language.say(how.on_date, time=time, date=date)


def minute_up(instant: datetime) -> datetime:
    """Return the first full minute at or after `instant`."""
    past = timedelta(seconds=instant.second, microseconds=instant.microsecond)
    return instant + (timedelta(minutes=1) - past) if past else instant


def zone_name(time_zone: str, now: datetime, language: Language) -> str:
    """Return the zone as people know it: "London time", "UTC", "GMT-05:00"."""
    local = now.astimezone(ZoneInfo(time_zone))
    city = get_timezone_location(local, locale=language.locale, return_city=True).split("/")[-1]
    if city in {"UTC", "GMT"}:
        return city
    # Of a zone without a place English says so in a word that can be told from a city.
    if time_zone.startswith("Etc/") or "Unknown" in get_timezone_location(local, locale="en"):
        return get_timezone_gmt(local, locale=language.locale)
    return language.say(ZONE, city=city)


def next_midnight(time_zone: str, now: datetime) -> datetime:
    """Return when the next day begins in `time_zone`: from then on other days are "tomorrow"."""
    zone = ZoneInfo(time_zone)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, datetime.min.time(), zone)
