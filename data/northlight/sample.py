"""The sample's files: a new story up to now, or what has happened since it was written last."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from data.northlight.accounts import ACCOUNTS
from data.northlight.demand import LONDON
from data.northlight.message import Message
from data.northlight.telling import State, Telling, read_state, write_state
from data.northlight.writing import POLLS_FILES, file_name, write_exports, write_polls

STATE_FILE = "story.json"
SEED = 7
# An older story would take too long to read through again at every start.
KEPT_FOR = timedelta(days=100)


@dataclass(frozen=True)
class Made:
    """What was written: `messages` counts by channel; `continued` if the story was not new."""

    state: State
    files: list[Path]
    messages: Mapping[str, int]
    continued: bool


def make(out: Path, now: datetime, *, days: int = 90, seed: int = SEED, keep: bool = False) -> Made:
    """Write the sample into `out`.

    `now` is aware. With `keep`, a story that is there and began less than 100 days ago is
    continued: only what has happened since goes into new files. Otherwise a new one begins
    `days` before `now`, at local midnight, and replaces what lies in `out`. Raises StoryError
    when story.json can't be read, OSError when a file can't be written.
    """
    now = now.astimezone(UTC).replace(microsecond=0)
    state_file = out / STATE_FILE
    if keep and state_file.exists():
        state = read_state(state_file)
        if now - state.start < KEPT_FOR:
            return _go_on(out, state, now)
    return _begin(out, State(seed, first_midnight(now, days), now))


def first_midnight(now: datetime, days: int) -> datetime:
    """Return the local midnight, in UTC, at or before the instant `days` before `now`."""
    day = now.astimezone(LONDON).date() - timedelta(days=days)
    return datetime.combine(day, time(0), LONDON).astimezone(UTC)


def stamp(until: datetime) -> str:
    """Return the part of a file name that says up to when it tells."""
    return until.astimezone(UTC).strftime("%Y%m%dT%H%M%S")


def _begin(out: Path, state: State) -> Made:
    messages = Telling(state.seed, state.start).read_to(state.written_until)
    for account in ACCOUNTS:  # what was added to another story does not belong to this one
        for old in out.glob(file_name(account, "*")):
            old.unlink()
    for old in out.glob(POLLS_FILES):
        old.unlink()
    files = [*write_exports(messages, out, empty=True), write_polls(state.written_until, out)]
    write_state(state, out / STATE_FILE)
    return Made(state, files, _count(messages), continued=False)


def _go_on(out: Path, state: State, now: datetime) -> Made:
    if now <= state.written_until:
        return Made(state, [], {}, continued=True)
    telling = Telling(state.seed, state.start)
    telling.read_to(state.written_until)
    messages = telling.read_to(now)
    files = [*write_exports(messages, out, stamp(now)), write_polls(now, out, stamp(now))]
    state = State(state.seed, state.start, now)
    write_state(state, out / STATE_FILE)
    return Made(state, files, _count(messages), continued=True)


def _count(messages: list[Message]) -> Counter[str]:
    return Counter(message.account.channel for message in messages)
