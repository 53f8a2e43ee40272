"""Settings: `data/settings.toml`, read and checked; every message names the key."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from sla.errors import SettingsError
from sla.opening import WEEKDAYS, Hours, in_force  # noqa: F401 - who reads settings asks here for all of them
from sla.sources import Source, checked_zone

ROOT = Path(__file__).resolve().parent.parent
# Ten years, for lengths of time that a person sets; a page shows a line for each target.
LONGEST_MINUTES = 10 * 366 * 1440
# Two hundred years, for whoever wants a figure never to be withdrawn for its age.
NEVER_MINUTES = 100_000_000
MOST_TARGETS = 12
DEFAULT_SETTINGS = ROOT / "data" / "settings.toml"
DEFAULT_DB = ROOT / "data" / "replyclock.duckdb"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    @field_validator("*", mode="before")
    @classmethod
    def _no_yes_for_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse true and false where neither is meant: pydantic takes them for 1 and 0."""
        given = value if isinstance(value, list | tuple) else [value]
        if any(isinstance(v, bool) for v in given) and not _is_choice(cls, info.field_name):
            raise ValueError(f"expected something else than true or false, found {value!r}")
        return value


def _is_choice(model: type[BaseModel], name: str | None) -> bool:
    return model.model_fields[name or ""].annotation is bool


class Channel(_Strict):
    """What is configured for one channel of an account; what is not, is as for the account."""

    hours: tuple[Hours, ...] = ()
    targets: tuple[int, ...] | None = None

    @field_validator("hours", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return [value] if isinstance(value, dict) else value

    @field_validator("hours")
    @classmethod
    def _in_order(cls, value: tuple[Hours, ...]) -> tuple[Hours, ...]:
        if len({hours.since for hours in value}) < len(value):
            raise ValueError(
                "two sets of hours hold from the same day; give each its own from = 2026-01-01"
            )
        return tuple(sorted(value, key=lambda hours: hours.since))

    @field_validator("targets")
    @classmethod
    def _positive(cls, value: tuple[int, ...] | None) -> tuple[int, ...] | None:
        return _checked_targets(value) if value is not None else None


# What may stand in `frame-ancestors`: 'self', or a host with what belongs to it.
_SITE = re.compile(r"'self'|(https?://)?(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:(\d+|\*))?")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[^\s?#]*)?")


class Account(Channel):
    """What is configured for one account; everything has a default."""

    time_zone: str = "UTC"
    title: str | None = None
    stale_after_minutes: int | None = Field(default=None, ge=1, le=NEVER_MINUTES)
    notice: str | None = None
    frame_ancestors: tuple[str, ...] | None = None
    channels: Mapping[str, Channel] = Field(default_factory=dict)

    @field_validator("frame_ancestors")
    @classmethod
    def _sites(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for site in value or ():
            if not _SITE.fullmatch(site):
                raise ValueError(
                    f'expected sites such as "https://www.example.org" or "\'self\'", found "{site}"'
                )
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return checked_zone(value)

    @field_validator("channels")
    @classmethod
    def _named(cls, value: Mapping[str, Channel]) -> Mapping[str, Channel]:
        if any(not name.strip() for name in value):
            raise ValueError("a channel needs a name")
        return value

    def hours_of(self, channel: str | None = None) -> tuple[Hours, ...]:
        """Return the hours of a channel in the order of their dates: before its own begin, the account's."""
        own = self.channels.get(channel or "", Channel()).hours
        return tuple(each for each in self.hours if not own or each.since < own[0].since) + own

    def hours_on(self, day: date, channel: str | None = None) -> Hours | None:
        """Return the hours that hold on a local date, None before the first of them."""
        return in_force(self.hours_of(channel), day)

    @property
    def zone(self) -> ZoneInfo:
        """The account's time zone."""
        return ZoneInfo(self.time_zone)


class Bot(_Strict):
    """What one bot does; every bot merely acknowledges unless it is said to answer."""

    answers: StrictBool = False


class Membership(_Strict):
    """The team that an agent is in from the local date `from` on; without one, always."""

    team: str
    since: date = Field(default=date.min, alias="from")


def _can_be_sent(value: str) -> str:
    if not re.fullmatch(r"[!-~]([ -~]*[!-~])?", value):
        raise ValueError(
            "expected letters, digits and signs as a header carries them, with no blank at either end, found others"
        )
    return value


Token = Annotated[str, Field(min_length=16), AfterValidator(_can_be_sent)]


class Ingest(_Strict):
    """The live feed: off unless there is a token, or the secret of a sender that signs."""

    token: Token | None = None
    chatwoot_secret: str | None = Field(default=None, min_length=1)
    intercom_secret: str | None = Field(default=None, min_length=1)
    zendesk_secret: str | None = Field(default=None, min_length=1)
    max_bytes: int = Field(default=1_000_000, ge=1_000, le=100_000_000)
    per_minute: int = Field(default=600, ge=1, le=1_000_000)

    def secret_of(self, sender: str) -> str | None:
        """Return the secret with which a sender signs, None where there is none."""
        found = getattr(self, f"{sender}_secret", None)
        return found if isinstance(found, str) else None

    @property
    def is_on(self) -> bool:
        """Whether anybody may send."""
        secrets = (self.token, self.chatwoot_secret, self.intercom_secret, self.zendesk_secret)
        return any(secrets)


class Api(_Strict):
    """The numbers over HTTP for other machines: off for them unless there is a token."""

    token: Token | None = None


class Reference(_Strict):
    """A response rate that others published, to see one's own beside it; `share` is from 0 to 1."""

    name: str
    share: float
    source: str

    @field_validator("name", "source")
    @classmethod
    def _told(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("expected a few words, found none")
        return " ".join(value.split())

    @field_validator("share", mode="before")
    @classmethod
    def _share(cls, value: Any) -> Any:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not 0 <= value <= 1:
            raise ValueError(
                f"expected a share from 0 to 1, such as 0.36 for 36 %, found {value!r}"
            )
        return value


class Settings(_Strict):
    """All settings. Lengths of time carry their unit in the name."""

    closers: StrictBool = True
    sample: StrictBool = False
    signed_in_by_proxy: StrictBool = False
    episode_gap_hours: float = Field(default=24, gt=0, le=8760)
    episode_open_days: float = Field(default=7, gt=0, le=3650)
    stale_after_minutes: int = Field(default=60, ge=1, le=NEVER_MINUTES)
    horizon_hours: float = Field(default=24, gt=0, le=8760)
    site: str | None = None
    withdraw_below: float = Field(default=0.8, ge=0, le=1)
    store: Literal["database", "lake"] = "database"
    lake: Path | None = None
    memory_gb: float = Field(default=2, ge=0.5, le=10_000)
    targets: tuple[int, ...] = (3600, 7200)
    accounts: Mapping[str, Account] = Field(default_factory=dict)
    bots: Mapping[str, Bot] = Field(default_factory=dict)
    agents: Mapping[str, tuple[Membership, ...]] = Field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    ingest: Ingest = Ingest()
    api: Api = Api()
    reference: tuple[Reference, ...] = ()

    @field_validator("reference", mode="before")
    @classmethod
    def _one_or_several_lines(cls, value: Any) -> Any:
        return [value] if isinstance(value, dict) else value

    @field_validator("site")
    @classmethod
    def _is_site(cls, value: str | None) -> str | None:
        if value is not None and not _ADDRESS.fullmatch(value):
            raise ValueError(
                f'expected an address such as "https://care.example.org", found "{value}"'
            )
        return value

    @field_validator("lake")
    @classmethod
    def _beside(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        """Read a folder from where the settings lie."""
        return value and (info.context or {}).get("folder", Path()) / value

    @field_validator("agents", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            name: [found] if isinstance(found, dict) else found for name, found in value.items()
        }

    def memberships(self, agent: str) -> list[tuple[Membership, date]]:
        """Return the teams of an agent in order, each with the day before which it ended."""
        ordered = sorted(self.agents.get(agent, ()), key=lambda m: m.since)
        ends = [m.since for m in ordered[1:]] + [date.max]
        return list(zip(ordered, ends, strict=True))

    @field_validator("targets")
    @classmethod
    def _positive(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        return _checked_targets(value)

    @model_validator(mode="after")
    def _named(self) -> Self:
        if any(not name.strip() for name in self.accounts):
            raise ValueError("an account needs a name")
        return self

    @model_validator(mode="after")
    def _has_a_lake(self) -> Self:
        if self.store == "lake" and self.lake is None:
            raise ValueError(
                'store = "lake" expects the folder beside it, such as lake = "/srv/lake"; found none'
            )
        return self

    def account(self, name: str) -> Account:
        """Return what is configured for an account, or the defaults: UTC, no hours."""
        return self.accounts.get(name, Account())

    def targets_of(self, account: str | None, channel: str | None = None) -> tuple[int, ...]:
        """Return the targets in seconds that hold for an account (None: for all together), or a channel of it."""
        if account is None:
            return self.targets
        found = self.account(account)
        own = found.channels.get(channel or "", Channel()).targets
        return own or found.targets or self.targets

    @property
    def read_too(self) -> tuple[Path, ...]:
        """The other files that these settings were read with: calendars, mappings; when one changes, they are to be read again."""
        parts = [part for a in self.accounts.values() for part in (a, *a.channels.values())]
        calendars = (c.path for part in parts for h in part.hours for c in h.ical)
        mappings = (s.mapping.path for s in self.sources if s.mapping and s.mapping.path)
        return tuple(dict.fromkeys((*calendars, *mappings)))

    def stale_after_seconds(self, account: str) -> int:
        """Return how old an account's data may be before its public figure is withdrawn."""
        own = self.account(account).stale_after_minutes
        return (own or self.stale_after_minutes) * 60

    @property
    def horizon_seconds(self) -> int:
        """Age in seconds from which an open wait counts as given up."""
        return round(self.horizon_hours * 3600)

    @property
    def answering_bots(self) -> tuple[str, ...]:
        """Author keys of the bots that answer instead of merely acknowledging."""
        return tuple(sorted(name for name, bot in self.bots.items() if bot.answers))


def _checked_targets(value: tuple[int, ...]) -> tuple[int, ...]:
    if not value or any(not 0 < t <= LONGEST_MINUTES * 60 for t in value):
        raise ValueError(
            "expected a list of seconds above 0, up to ten years, such as [3600, 7200]"
        )
    if len(set(value)) > MOST_TARGETS:
        raise ValueError(f"expected at most {MOST_TARGETS} targets, found {len(set(value)):,}")
    return tuple(sorted(set(value)))


def read(path: Path | None = None) -> Settings:
    """Read and check a settings file; without one, `data/settings.toml`, else the defaults.

    Raises SettingsError, which names the file, the key, and what was expected there.
    """
    chosen = path or DEFAULT_SETTINGS
    if not chosen.is_file():
        if path is None and chosen == DEFAULT_SETTINGS:
            return Settings()
        raise SettingsError(f"{chosen}: there is no such settings file.")
    try:
        found = tomllib.loads(chosen.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SettingsError(f"{chosen}: not UTF-8 text ({error}); save it as UTF-8.") from None
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        raise SettingsError(f"{chosen}: not valid TOML: {error}.") from None
    except OSError as error:
        raise SettingsError(f"{chosen}: cannot be read ({error.strerror}).") from None
    try:
        return Settings.model_validate(found, context={"folder": chosen.parent})
    except ValidationError as error:
        raise SettingsError(f"{chosen}: " + " ".join(told(error))) from None


def told(error: ValidationError) -> Iterator[str]:
    """Yield each fault in a sentence that names the key."""
    for fault in error.errors():
        key = _key(fault["loc"])
        if "hours" in fault["loc"]:
            key = key.replace(".hours.0.", ".hours.")  # a single table is told as it was written
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            near = difflib.get_close_matches(str(fault["loc"][-1]), _known(fault["loc"]), n=1)
            hint = (
                f'; did you mean "{near[0]}"?'
                if near
                else f"; known: {', '.join(_known(fault['loc']))}"
            )
            message = f"there is no such setting{hint}"
        elif "found" not in message:
            message = f"{message[0].lower()}{message[1:]}, found {fault['input']!r}"
        yield f"{key or 'settings'}: {message.rstrip('.')}" + ("" if message.endswith("?") else ".")


def _key(loc: tuple[int | str, ...]) -> str:
    parts = [
        f'"{p}"' if isinstance(p, str) and not re.fullmatch(r"[\w-]+", p) else str(p) for p in loc
    ]
    return ".".join(parts)


def _known(loc: tuple[int | str, ...]) -> list[str]:
    shape: type[BaseModel] = Settings
    if loc[0] == "accounts" and len(loc) >= 3:
        in_channel = loc[2] == "channels" and len(loc) >= 5
        shape, within = (Channel, loc[4:]) if in_channel else (Account, loc[2:])
        if within[0] == "hours" and len(within) >= 2:
            shape = Hours
    elif loc[0] == "agents" and len(loc) >= 3:
        shape = Membership
    elif loc[0] == "bots" and len(loc) >= 3:
        shape = Bot
    elif loc[0] == "sources" and len(loc) >= 3:
        shape = Source
    elif loc[0] == "ingest" and len(loc) >= 2:
        shape = Ingest
    elif loc[0] == "api" and len(loc) >= 2:
        shape = Api
    elif loc[0] == "reference" and len(loc) >= 3:
        shape = Reference
    return sorted(info.alias or name for name, info in shape.model_fields.items())
