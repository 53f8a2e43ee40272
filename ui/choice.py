"""What a reader has chosen to look at, as it stands in the page's address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from sla.measures import Clock, Known
from sla.periods import PERIODS, dates
from sla.settings import Settings

Name = Literal["account", "channel", "period", "target", "clock"]

NAMES: Final[tuple[Name, ...]] = get_args(Name)
DEFAULT_PERIOD: Final = "28d"
LONGEST_TARGET: Final = 365 * 86400
COMMON_TARGETS: Final = (300, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800)


@dataclass(frozen=True)
class Choice:
    """One view of the data. None means all accounts or all channels; `target` is in seconds on `clock`."""

    account: str | None
    channel: str | None
    period: str
    target: int
    clock: Clock


def read(
    asked: Mapping[str, str], known: Sequence[Known], settings: Settings
) -> tuple[Choice, list[str]]:
    """Return the choice that an address makes, and one sentence for each value that is ignored."""
    ignored: list[str] = []

    def take(name: Name, check: Callable[[str], str | None]) -> str | None:
        """Return the value, or None when it is absent; `check` returns what is wrong with it, if anything."""
        value = asked.get(name)
        wrong = check(value) if value is not None else None
        if wrong:
            ignored.append(wrong)
        return None if wrong else value

    account = take("account", lambda v: _absent("account", v, {k.account for k in known}))
    here = {k.channel for k in known if account in {None, k.account}}
    place = "in the data" if account is None else f"in {account}"
    channel = take("channel", lambda v: _absent("channel", v, here, place))
    period = take("period", _wrong_period)
    target = take("target", _wrong_target)
    clock = take("clock", lambda v: _wrong_clock(v, hours=has_hours(account, known, settings)))
    choice = Choice(
        account=account,
        channel=channel,
        period=period or DEFAULT_PERIOD,
        target=int(target) if target else settings.targets_of(account)[0],
        clock=cast("Clock", clock or "calendar"),
    )
    return choice, ignored


def targets(choice: Choice, settings: Settings) -> list[int]:
    """Return the targets to choose from, in seconds: those configured, common ones, and the chosen one."""
    configured = settings.targets_of(choice.account)
    return sorted({*configured, *COMMON_TARGETS, choice.target})


def has_hours(account: str | None, known: Sequence[Known], settings: Settings) -> bool:
    """Return whether the account, or any when none is chosen, has opening hours."""
    return any(
        bool(settings.account(k.account).hours_of(k.channel))
        for k in known
        if account in {None, k.account}
    )


def _shown(value: str) -> str:
    return f'"{value[:60]}…"' if len(value) > 60 else f'"{value}"'


def _absent(kind: str, value: str, there: set[str], place: str = "in the data") -> str | None:
    return None if value in there else f"There is no {kind} {_shown(value)} {place}."


def _wrong_period(value: str) -> str | None:
    if value in PERIODS:
        return None
    try:
        found = dates(value)
    except ValueError:
        found = None
    if found:
        return None
    return (
        f"{_shown(value)} is no period; expected one of {', '.join(PERIODS)}, "
        "or two days such as 2026-10-01..2026-10-31."
    )


def _wrong_target(value: str) -> str | None:
    if value.isascii() and value.isdigit() and len(value) < 10 and 0 < int(value) <= LONGEST_TARGET:
        return None
    return f"{_shown(value)} is no target; expected whole seconds from 1 to {LONGEST_TARGET}, such as 3600."


def _wrong_clock(value: str, *, hours: bool) -> str | None:
    if value not in get_args(Clock):
        return f"{_shown(value)} is no clock; expected calendar or open."
    if value == "open" and not hours:
        return "No opening hours are set, so there is no figure in open hours."
    return None
