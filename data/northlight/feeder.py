"""The feeder: keeps the story going and drops what happens into the inbox folder."""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from data.northlight.message import Message
from data.northlight.sample import stamp
from data.northlight.telling import State, Telling, read_state, write_state
from data.northlight.writing import write_exports, write_polls

# How often to look whether to stop, in seconds.
LOOK = 0.25


def feed(story_file: Path, inbox: Path, every: float, should_stop: Callable[[], bool]) -> int:
    """Write what has happened since, every `every` seconds, until `should_stop`.

    Story time is the time on the wall. Each round leaves one file per account with news, and one that
    says up to when all are known; each appears whole; then story.json learns how far it is written. Whoever is interrupted between
    the two writes the same messages again, which adds nothing to a store that knows them.
    A round that can't be written is tried again with the next. Returns how many messages were
    written; raises StoryError when `story_file` can't be read.
    """
    state = read_state(story_file)
    telling = _catch_up(state, should_stop)
    count, waiting = 0, list[Message]()
    while not should_stop():
        now = datetime.now(UTC).replace(microsecond=0)
        waiting += telling.read_to(now)
        if now > state.written_until:
            try:
                write_exports(waiting, inbox, stamp(now))
                write_polls(now, inbox, stamp(now))
                state = State(state.seed, state.start, now)
                write_state(state, story_file)
            except OSError as error:
                print(f"The sample feeder will try again: {error}", file=sys.stderr, flush=True)
            else:
                count += len(waiting)
                waiting = []
        _pause(every, should_stop)
    return count


def _catch_up(state: State, should_stop: Callable[[], bool]) -> Telling:
    """Read the story to where it is written, day by day, so that it can be stopped meanwhile."""
    telling = Telling(state.seed, state.start)
    while telling.until < state.written_until and not should_stop():
        telling.read_to(min(telling.until + timedelta(days=1), state.written_until))
    return telling


def _pause(seconds: float, should_stop: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not should_stop() and (left := until - time.monotonic()) > 0:
        time.sleep(min(LOOK, left))
