"""Where the story has got to: story.json, and reading on from there."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.northlight.message import Message
from data.northlight.story import story
from data.northlight.writing import replace_file


class StoryError(Exception):
    """Something that keeps the story from being told; the text says what to do."""


@dataclass(frozen=True)
class State:
    """A story and how far it has been written. All times are aware and in whole seconds.

    Everything sent before `written_until` is written, nothing from that second on is.
    """

    seed: int
    start: datetime
    written_until: datetime


def read_state(path: Path) -> State:
    """Read story.json; raises StoryError when it is missing or not one."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        state = State(
            int(found["seed"]),
            datetime.fromisoformat(found["start"]),
            datetime.fromisoformat(found["written_until"]),
        )
        if state.start.tzinfo is None or state.written_until.tzinfo is None:
            raise ValueError("a time has no offset from UTC")
    except FileNotFoundError:
        raise StoryError(f"{path} is not there. Make a story first.") from None
    except (ValueError, KeyError, TypeError) as error:
        raise StoryError(
            f"{path} should hold seed, start and written_until of a story, but does not ({error}). "
            "Delete it and make a new story."
        ) from None
    return state


def write_state(state: State, path: Path) -> None:
    """Write story.json, whole or not at all."""
    found = {
        "seed": state.seed,
        "start": state.start.isoformat(),
        "written_until": state.written_until.isoformat(),
    }
    replace_file(path, json.dumps(found, indent=2) + "\n")


class Telling:
    """A story read step by step. `until` is how far it has been read, from its start on."""

    def __init__(self, seed: int, start: datetime) -> None:
        self.until = start
        self._messages = story(seed, start)
        self._ahead: Message | None = None

    def read_to(self, until: datetime) -> list[Message]:
        """Return the messages sent from where it has got to until just before `until`."""
        found: list[Message] = []
        message = self._ahead or next(self._messages)
        while message.sent_at < until:
            found.append(message)
            message = next(self._messages)
        self._ahead = message
        self.until = max(self.until, until)
        return found
