"""The settings file as a page changes it: replaced as a whole or not at all."""

import shutil
from pathlib import Path

from sla.errors import SettingsError


def replace(path: Path, text: str) -> None:
    """Put `text` in the place of the file in one step, with the rights that it had; through a link, of what it names."""
    there = path.resolve()
    half = there.with_name(f".{there.name}.part")
    try:
        half.write_bytes(text.encode("utf-8"))
        if there.exists():
            shutil.copymode(there, half)
        half.replace(there)
    except (OSError, UnicodeEncodeError) as error:
        half.unlink(missing_ok=True)
        raise SettingsError(f"{path}: cannot be written ({error}). Nothing was changed.") from None
