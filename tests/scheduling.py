"""Which tests one process runs, where several run them: all of a file, and all files that share what is dear to start."""

from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Files that share something, by what it is: they are run by one process, one after the other.
SHARED = {
    "test_axe": "a browser",
    "test_browser": "a browser",
    "test_public_browser": "a browser",
    "test_walk": "a browser",
}
# What takes longest, so that no process has it left to do at the end when the others are through.
FIRST = ("test_engines", "a browser", "test_northlight", "test_agreement")


def shared_by(nodeid: str) -> str:
    """Return what the tests of one process have in common: the name of their file, or what it shares with others."""
    file = Path(nodeid.partition("::")[0]).stem
    return SHARED.get(file, file)


def turn(item: pytest.Item) -> int:
    """Return when a test is to be run; those of the same number are in the order they stand in."""
    shared = shared_by(item.nodeid)
    return FIRST.index(shared) if shared in FIRST else len(FIRST)


class ByFile(LoadScopeScheduling):
    """Give each process whole files: what a file makes once for all its tests is made once, and not by every process.

    Groups by mark, which is what `--dist loadgroup` has for this, are silently none where pytest is newer than 9.1.
    """

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = (
            False  # by how many tests a file has; here is said what comes first
        )

    def _split_scope(self, nodeid: str) -> str:
        return shared_by(nodeid)
