"""Mappings for tables that no loader knows: proposed, looked at, and kept, through the loaders' own process."""

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loaders.toml_text import toml_text
from sla.errors import LoadError
from sla.parse import child
from sla.settings import Settings

Proposal = Mapping[str, Any]


def propose(path: Path, settings: Settings) -> Proposal:
    """Return a proposal for a table: `columns`, `guesses`, `mapping`, `asks`, `rows`, `problems`, `known`, `toml`.

    Raises LoadError for what is no table.
    """
    return _asked(path, settings, None)


def preview(path: Path, mapping: Mapping[str, Any], settings: Settings) -> Proposal:
    """Return what the first rows become with a mapping: `rows`, `problems`, `asks`, and `fault` or None.

    Raises LoadError when the file cannot be read.
    """
    return _asked(path, settings, mapping)


def keep(folder: Path, file_name: str, mapping: Mapping[str, Any]) -> str:
    """Write a mapping into the folder `mappings` of the settings; return its path from there.

    Raises OSError when it cannot be written.
    """
    stem = re.sub(r"[^\w-]+", "-", Path(file_name).stem).strip("-") or "mapping"
    place = folder / "mappings"
    place.mkdir(parents=True, exist_ok=True)
    free = next(
        p
        for n in range(1, 10_000)
        if not (p := place / f"{stem}{f'-{n}' if n > 1 else ''}.toml").exists()
    )
    lines = [f"# How {file_name} is read; the keys are told in docs/formats/mapping.md."]
    for section, keys in mapping.items():
        lines += [
            "",
            f"[{section}]",
            *(f"{key} = {toml_text(value)}" for key, value in keys.items()),
        ]
    free.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return f"mappings/{free.name}"


def _asked(path: Path, settings: Settings, mapping: Mapping[str, Any] | None) -> Proposal:
    with tempfile.TemporaryDirectory(prefix="replyclock-") as folder:
        called = [str(path.resolve()), "--propose"]
        if mapping is not None:
            written = Path(folder) / "mapping.json"
            written.write_text(json.dumps(mapping), encoding="utf-8")
            called += ["--mapping", str(written)]
        answer = child(called, Path(folder), settings)
    if answer is None:
        raise LoadError(f"{path.name}: looking at it failed, as when memory or time run out.")
    if "error" in answer:
        raise LoadError(answer["error"])
    return answer
