"""What stands beside the channels in a Slack export: who is in the workspace, and what its folders are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from loaders.json_fields import key_of, object_of
from loaders.json_items import items, keys_at_start
from loaders.problems import SpoiltRow
from loaders.sink import Unheard
from loaders.source import Head, Source

_WRITTEN_TS = re.compile(r'"ts"\s*:\s*"?\d{9,10}\.\d{1,6}')
_MEMBERS = re.compile(r'"members"\s*:\s*\[\s*(?:\]|"[UW][A-Z0-9]{4,})')


@dataclass
class Channel:
    """One folder: the id and name of its channel; `kind` is `channel`, `dm` or `mpim`."""

    key: str
    name: str
    kind: str

    def called(self) -> str:
        """Give the channel as a manager calls it."""
        if self.kind != "channel":
            return "Slack direct messages"
        return f"Slack #{self.name}" if self.name else "Slack"


@dataclass
class Workspace:
    """Who is in the workspace, and what its folders are."""

    names: dict[str, str] = field(default_factory=dict)
    handles: dict[str, str] = field(default_factory=dict)
    bots: set[str] = field(default_factory=set)
    channels: dict[str, Channel] = field(default_factory=dict)

    def channel(self, inside: str) -> Channel:
        """Give the channel of a day's file, by the folder that it lies in."""
        folder = inside.rpartition("/")[0].rpartition("/")[2]
        kind = "dm" if re.fullmatch(r"D[A-Z0-9]{6,}", folder) else "channel"
        return self.channels.get(folder) or Channel(folder or "channel", folder, kind)


def part_of(head: Head) -> str | None:
    """Tell which part of an export a file is: `day`, `users`, `channels` or `dms`; None for none."""
    found = keys_at_start(head)
    first: set[str] = found[0] if found else set()
    if any({"type", "ts"} <= keys for keys in found) and _WRITTEN_TS.search(head.text):
        return "day"
    if {"id", "name", "profile"} <= first and first & {"team_id", "is_bot", "deleted"}:
        return "users"
    if {"id", "created", "members"} <= first and _MEMBERS.search(head.text):
        return "dms" if "name" not in first else "channels"
    return None


def read_list(source: Source, part: str | None, space: Workspace) -> None:
    """Read a list of users or of channels; an entry that is spoilt is not needed."""
    for item in items(source, Unheard()):
        try:
            key = key_of(item.fields, "id")
            if key is None:
                continue
            name = key_of(item.fields, "name")
            if part == "users":
                _user(item.fields, key, name or key, space)
            else:
                named = source.inside.rpartition("/")[2]
                kind = {"dms.json": "dm", "mpims.json": "mpim"}.get(named, "channel")
                kind = "dm" if part == "dms" else kind
                space.channels[name or key] = Channel(key, name or "", kind)
        except SpoiltRow:
            continue


def _user(fields: Mapping[str, Any], key: str, name: str, space: Workspace) -> None:
    profile = object_of(fields, "profile")
    shown_as = key_of(profile, "display_name") or key_of(profile, "real_name")
    space.names[key] = shown_as or key_of(fields, "real_name") or name
    space.handles[key] = name
    if fields.get("is_bot") is True or key == "USLACKBOT":
        space.bots.add(key)
