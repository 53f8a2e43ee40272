"""Which other format a refused file is likelier to be, told by its columns or keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loaders import log_parquet
from loaders.csv_layout import layout_of
from loaders.source import Head

if TYPE_CHECKING:
    from loaders.registry import Loader

_KEY = re.compile(r'"([^"\\\n]{1,60})"\s*:')
# What stands between the names in the sentence on what a format expects.
_BETWEEN_NAMES = re.compile(
    r"[,()]|\b(?:and|or|with|whose|of|some|such as|have|at least one|in tables beside it)\b"
)
# So much of what a format expects has to be there, and so many names, before it is worth a word.
_SHARE, _FEWEST = 0.7, 3
# Of a file that is of no format, so much of one has to be there for it to be named, and so many are.
_NEAR_SHARE, _NEAR_FEWEST, _NEAREST = 0.4, 2, 5


def likeliest_other(head: Head, own: Loader) -> str:
    """Name the other format whose columns or keys are there, as a sentence that goes on; '' where none is likelier.

    Likelier is one of whose names more are in the file than of the names of its own format.
    """
    from loaders.registry import LOADERS  # noqa: PLC0415 - a loader's sentence, so it comes after them

    there = _names_in(head)
    best, most = None, max(len(_expected(own) & there), _FEWEST - 1)
    lacking: list[str] = []
    for loader in LOADERS:
        expected = _expected(loader)
        found = len(expected & there)
        if loader.FORMAT != own.FORMAT and found > most and found >= len(expected) * _SHARE:
            best, most, lacking = loader, found, sorted(expected - there)
    if best is None:
        return ""
    missing = f"; it lacks {', '.join(lacking)}" if lacking else ""
    return f" It looks more like {best.TITLE}{missing}."


def nearest(head: Head) -> str:
    """Name the few formats that a file of none comes nearest to, as a sentence that goes on; '' where there is none."""
    from loaders.registry import LOADERS  # noqa: PLC0415 - a loader's sentence, so it comes after them

    there = _names_in(head)
    near: list[tuple[float, str]] = []
    named: dict[str, list[Loader]] = {}
    for loader in LOADERS:
        # Formats that have the same columns in another kind of file are named together.
        named.setdefault(loader.EXPECTS, []).append(loader)
    for loader, *others in named.values():
        expected = _expected(loader)
        found = len(expected & there)
        if found >= _NEAR_FEWEST and found >= len(expected) * _NEAR_SHARE:
            missing = _lacking(loader, there)
            lacks = f" (it lacks {', '.join(missing)})" if missing else ""
            titles = " or ".join(one.TITLE for one in (loader, *others))
            near.append((found / len(expected), f"{titles}{lacks}"))
    ranked = sorted(near, key=lambda one: -one[0])[:_NEAREST]
    return f" It comes nearest to {'; '.join(name for _, name in ranked)}." if ranked else ""


def _lacking(loader: Loader, there: set[str]) -> list[str]:
    """Give the names that a format has to have and that are not there; of several ways to name one thing, one will do."""
    needed, _, one_of = loader.EXPECTS.partition("at least one of")
    others = _split(one_of)
    missing = sorted(_split(needed) - there)
    return (
        [*missing, f"one of {', '.join(sorted(others))}"]
        if others and not others & there
        else missing
    )


def _expected(loader: Loader) -> set[str]:
    return _split(loader.EXPECTS)


def _split(names: str) -> set[str]:
    return {name.strip().lower() for name in _BETWEEN_NAMES.split(names) if name.strip()}


def _names_in(head: Head) -> set[str]:
    columns = log_parquet.columns_of(head)
    if columns is None and head.text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        columns = tuple(_KEY.findall(head.text))
    if columns is None:
        columns = layout_of(head.text).columns
    return {name.strip().lower() for name in columns}
