"""The errors a person can do something about: each says what, where, and what to do next."""

from collections.abc import Mapping
from typing import Any


class ReplyclockError(Exception):
    """Base of all errors that are told as one sentence, without a traceback."""


class SettingsError(ReplyclockError):
    """A setting is wrong: the message names the file, the key, what was found and expected."""


class LoadError(ReplyclockError):
    """A file could not be taken in; nothing of it was stored.

    `asks` are the questions whose answers would make it usable, for files of the format `format_`.
    """

    def __init__(
        self, message: str, *, asks: tuple[Mapping[str, Any], ...] = (), format_: str | None = None
    ) -> None:
        super().__init__(message)
        self.asks = asks
        self.format = format_


class StoreError(ReplyclockError):
    """The database file cannot be used: unreadable, too new, or not a database."""


class StoreBusyError(StoreError):
    """Another process owns the database."""

    def __init__(self, message: str, *, owner_pid: int | None = None) -> None:
        super().__init__(message)
        self.owner_pid = owner_pid


class MeasureError(ReplyclockError):
    """A measure was asked for something that it cannot tell."""


class WrongCallError(MeasureError):
    """What was asked makes no sense, whatever the data is."""


class EngineError(ReplyclockError):
    """An engine for a lake cannot be used; says what to do."""
