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


def _expected(loader: Loader) -> set[str]:
    return {name.strip().lower() for name in _BETWEEN_NAMES.split(loader.EXPECTS) if name.strip()}


def _names_in(head: Head) -> set[str]:
    columns = log_parquet.columns_of(head)
    if columns is None and head.text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        columns = tuple(_KEY.findall(head.text))
    if columns is None:
        columns = layout_of(head.text).columns
    return {name.strip().lower() for name in columns}
