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

from public.words import LOCALE, ON_DAY, TOMORROW, YESTERDAY, ZONE


def time_of_day(instant: datetime, time_zone: str, now: datetime) -> str:
    """Return the time in `time_zone`, with the day when that is not today at `now`."""
    zone = ZoneInfo(time_zone)
    local, today = instant.astimezone(zone), now.astimezone(zone).date()
    time = format_time(local, "short", locale=LOCALE)
    days = (local.date() - today).days
    if days == 0:
        return time
    if days in {1, -1}:
        return (TOMORROW if days == 1 else YESTERDAY).format(time=time)
    if 1 < days < 7:
        return ON_DAY.format(time=time, day=format_date(local, "EEEE", locale=LOCALE))
    if local.year == today.year:
        return ON_DAY.format(time=time, day=format_skeleton("MMMMd", local, locale=LOCALE))
    return ON_DAY.format(time=time, day=format_date(local, "long", locale=LOCALE))


def minute_up(instant: datetime) -> datetime:
    """Return the first full minute at or after `instant`."""
    past = timedelta(seconds=instant.second, microseconds=instant.microsecond)
    return instant + (timedelta(minutes=1) - past) if past else instant


def zone_name(time_zone: str, now: datetime) -> str:
    """Return the zone as people know it: "London time", "UTC", "GMT-05:00"."""
    local = now.astimezone(ZoneInfo(time_zone))
    city = get_timezone_location(local, locale=LOCALE, return_city=True).split("/")[-1]
    if city in {"UTC", "GMT"}:
        return city
    if time_zone.startswith("Etc/") or "Unknown" in city:
        return get_timezone_gmt(local, locale=LOCALE)
    return ZONE.format(city=city)
