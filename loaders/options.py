"""What the owner tells a loader: time zones, defaults, limits, the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from loaders.answers import Answers
from loaders.problems import NotUsable


@dataclass(frozen=True)
class Options:
    """How to load one file.

    `time_zones` gives an IANA zone name for an account, or under "*" for all others.
    `platform` is for rows that name none. `memory_mb` (MiB) and `cpu_seconds` limit the child
    process. `now` is the instant that sent_at may not lie far behind of. `sources` say what
    exports do not say themselves; of several that fit a file, the first counts.
    """

    time_zones: Mapping[str, str] = field(default_factory=dict)
    platform: str | None = None
    memory_mb: int | None = None
    cpu_seconds: int | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    sources: tuple[Answers, ...] = ()

    def answers(self, format_: str, *names: str) -> Answers:
        """Give what is said about a file of this format that has these names; nothing where no entry fits."""
        return next((s for s in self.sources if s.fits(format_, names)), Answers())

    def mapped(self, *names: str) -> Answers | None:
        """Give the entry with a mapping whose `files` fits one of these names; None where none does."""
        fits = (
            one
            for one in self.sources
            if one.mapping is not None and one.files is not None and one.fits("mapped", names)
        )
        return next(fits, None)


def options_from(given: object) -> Options:
    """Read the options as they come out of JSON; raise NotUsable naming the key that is wrong."""
    if not isinstance(given, dict):
        raise _wrong("the options", "a JSON object", given)
    zones = given.get("time_zones") or {}
    if not isinstance(zones, dict) or not all(isinstance(z, str) for z in zones.values()):
        raise _wrong("time_zones", 'an object such as {"*": "Europe/London"}', zones)
    platform = given.get("platform")
    if platform is not None and not isinstance(platform, str):
        raise _wrong("platform", "a text", platform)
    return Options(
        time_zones=zones,
        platform=platform or None,
        memory_mb=_whole_number(given, "memory_mb"),
        cpu_seconds=_whole_number(given, "cpu_seconds"),
        now=_instant(given.get("now")),
        sources=tuple(_source(entry) for entry in given.get("sources") or ()),
    )


_TEXTS = ("format", "files", "account", "channel", "platform", "namespace", "time_zone")
_LISTS = ("agents", "bots")


def _source(entry: object) -> Answers:
    if not isinstance(entry, dict):
        raise _wrong("sources", "a list of objects", entry)
    for key, value in entry.items():
        if value is None and key in (*_TEXTS, *_LISTS, "day_first", "mapping"):
            continue
        right = (
            isinstance(value, str)
            if key in _TEXTS
            else isinstance(value, list) and all(isinstance(v, str) for v in value)
            if key in _LISTS
            else isinstance(value, bool)
            if key == "day_first"
            else isinstance(value, dict) and key == "mapping"
        )
        if not right:
            raise _wrong(f"sources.{key}", "a text, a list of texts, true or false", value)
    values: dict[str, Any] = dict(entry)
    return Answers(**(values | {key: tuple(entry.get(key) or ()) for key in _LISTS}))


def _whole_number(given: dict[str, Any], key: str) -> int | None:
    value = given.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise _wrong(key, "a whole number above 0", value)
    return value


def _instant(value: object) -> datetime:
    if value is None:
        return datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise _wrong("now", "an ISO 8601 time with an offset", value)
    return instant.astimezone(UTC)


def _wrong(key: str, expected: str, found: object) -> NotUsable:
    return NotUsable(
        "unreadable",
        f"The loader was called with a wrong option: {key} should be {expected}, not {found!r}.",
    )
