"""What exports do not say themselves, as the settings answer it: `[[sources]]`."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self
from zoneinfo import available_timezones

import duckdb
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    ValidationInfo,
    field_validator,
    model_validator,
)

from loaders.toml_text import toml_text
from sla.settings_file import replace


@cache
def known_zones() -> frozenset[str]:
    """Return the names of all time zones that Python and DuckDB know; `Factory` is what a clock without a zone has."""
    with duckdb.connect() as own:
        found = own.execute("SELECT name FROM pg_timezone_names()").fetchall()
    return frozenset(available_timezones()) & {name for (name,) in found} - {"Factory"}


def checked_zone(value: str) -> str:
    """Return the name of a time zone; raise ValueError with the nearest one that exists."""
    if value in known_zones():
        return value
    near = difflib.get_close_matches(value, known_zones(), n=1)
    hint = f'; did you mean "{near[0]}"?' if near else ""
    raise ValueError(f'expected a time zone name such as "Europe/London", found "{value}"{hint}')


@dataclass(frozen=True)
class Mapped:
    """A mapping of columns, written into the settings or into a file of its own (TOML)."""

    path: Path | None
    content: Mapping[str, Any]


class Source(BaseModel):
    """The answers for exports of one format, or whose names fit a pattern; the first entry that fits counts."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    format: str | None = None
    files: str | None = None
    account: str | None = Field(default=None, min_length=1)
    channel: str | None = Field(default=None, min_length=1)
    platform: str | None = Field(default=None, min_length=1)
    namespace: str | None = None
    time_zone: str | None = None
    day_first: StrictBool | None = None
    agents: tuple[str, ...] = ()
    bots: tuple[str, ...] = ()
    mapping: Mapped | None = None

    @field_validator("agents", "bots", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @field_validator("format")
    @classmethod
    def _known_format(cls, value: str | None) -> str | None:
        if value is None:
            return None
        from loaders.registry import LOADERS  # noqa: PLC0415 - all loaders, which few settings name

        known = [loader.FORMAT for loader in LOADERS]
        if value not in known:
            near = difflib.get_close_matches(value, known, 1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            raise ValueError(
                f'expected a format such as "whatsapp" (docs/loading.md lists them), found "{value}"{hint}'
            )
        return value

    @model_validator(mode="after")
    def _for_some_files(self) -> Self:
        if self.mapping is not None and self.files is None:
            raise ValueError(
                'a mapping needs files, the pattern of the names that it is for: files = "tickets*.csv"'
            )
        return self

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        return checked_zone(value) if value is not None else None

    @field_validator("mapping", mode="before")
    @classmethod
    def _read_mapping(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, dict):
            return Mapped(path=None, content=value)
        if not isinstance(value, str):
            return value
        return read_mapping((info.context or {}).get("folder", Path()) / value)

    def told(self) -> dict[str, Any]:
        """Return the entry as a loader takes it."""
        found = self.model_dump(mode="json", exclude={"mapping"}, exclude_none=True)
        return found | ({"mapping": dict(self.mapping.content)} if self.mapping else {})


def read_mapping(path: Path) -> Mapped:
    """Read a mapping from a TOML file; raise ValueError that names the file."""
    try:
        return Mapped(path=path, content=tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise ValueError(
            f"expected a mapping, found that {path} cannot be read ({error.strerror}); a path is taken "
            "from the folder of the settings file"
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"expected a mapping in TOML, found a fault in {path} ({error})") from None


def remember(path: Path, entry: Mapping[str, Any]) -> None:
    """Write an entry of `[[sources]]` into a settings file, before the ones that are there, and change nothing else.

    Where the file has an entry for that format already, the new one should name `files`, as the first that
    fits counts. The file is replaced as a whole or not at all. Raises SettingsError when it cannot be written, OSError when it cannot be read.
    """
    # Not as text: whatever ends its lines stays.
    text = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
    written = "[[sources]]\n" + "".join(
        f"{key} = {toml_text(value)}\n" for key, value in entry.items()
    )
    found = _ENTRY.search(text)
    if found:
        changed = f"{text[: found.start()]}{written}\n{text[found.start() :]}"
    else:
        changed = f"{text.rstrip()}\n\n{written}" if text.strip() else written
    tomllib.loads(changed)
    replace(path, changed)


_ENTRY = re.compile(r"^[ \t]*\[\[[ \t]*sources[ \t]*\]\]", re.MULTILINE)
