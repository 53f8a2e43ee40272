"""The keeper of this process: the pages read from the store that the app owns."""

from functools import cache

from sla.keeper import Keeper, Places
from sla.lake_keeper import keeper_of

_taken: list[Keeper] = []


def take(keeper: Keeper) -> None:
    """Make this keeper the one that the pages read from."""
    _taken[:] = [keeper]


def give_up() -> None:
    """Forget the keeper, because it is about to stop."""
    _taken.clear()


def keeper() -> Keeper:
    """Return the keeper; where no app runs around the pages (a page test), one without background work."""
    return _taken[0] if _taken else _quiet(Places.from_environment())


@cache
def _quiet(places: Places) -> Keeper:
    return keeper_of(places, publish=lambda _: None)
