"""Children that read files, without the half second that each spends on imports: forked from one that has them.

Each is a process of its own all the same, with its own limits and its own end. `make thorough` starts every one anew,
as the product does, and so do the tests that run the dashboard or the command line as a process.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_NUMBER = struct.Struct("i")
_LONGEST = 1 << 20


class Forked:
    """What `subprocess.Popen` would give, as far as a loader's child is concerned."""

    def __init__(self, command: Sequence[str], *, stdout: Any, stderr: Any, **rest: Any) -> None:
        assert list(command[:3]) == [sys.executable, "-m", "loaders"], command
        assert rest == {"cwd": ROOT, "stdin": subprocess.DEVNULL}, rest
        self.returncode: int | None = None
        self._status, ended = os.pipe()
        told = json.dumps({"arguments": list(command[3:]), "cwd": str(ROOT)}).encode()
        socket.send_fds(_server(), [told], [stdout.fileno(), stderr.fileno(), ended])
        os.close(ended)
        self.pid = self._number()

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("loaders", timeout or 0)
            self.returncode = self._number()
            os.close(self._status)
        return self.returncode

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._status], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def _number(self) -> int:
        read = os.read(self._status, _NUMBER.size)
        assert len(read) == _NUMBER.size, "the process that forks the loaders has ended"
        return int(_NUMBER.unpack(read)[0])


class Subprocess:
    """The names of `subprocess` that sla/parse.py uses."""

    Popen = Forked
    DEVNULL = subprocess.DEVNULL
    TimeoutExpired = subprocess.TimeoutExpired


_running: list[socket.socket] = []


def _server() -> socket.socket:
    """Return the connection to the process that forks; start it at the first time."""
    if not _running:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.children", str(theirs.fileno())],
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        _running.append(ours)

        def end() -> None:
            ours.close()
            process.wait()

        atexit.register(end)
    return _running[0]


def serve(connection: socket.socket) -> None:
    """Fork for each request a process that forks the loader's and tells its number, and how it ended."""
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    from loaders import plan, proposal, run  # noqa: F401 - they are what takes the time

    while True:
        told, descriptors, _, _ = socket.recv_fds(connection, _LONGEST, 3)
        if not told:
            return
        if os.fork() == 0:
            connection.close()
            _watch(json.loads(told), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        while _ended():
            pass


def _ended() -> bool:
    try:
        return os.waitpid(-1, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return False


def _watch(told: dict[str, Any], stdout: int, stderr: int, status: int) -> None:
    pid = os.fork()
    if pid == 0:
        os.close(status)
        os.dup2(stdout, 1)
        os.dup2(stderr, 2)
        _load(told)
    os.write(status, _NUMBER.pack(pid))
    _, ended = os.waitpid(pid, 0)
    os.write(status, _NUMBER.pack(os.waitstatus_to_exitcode(ended)))
    os._exit(0)


def _load(told: dict[str, Any]) -> None:
    from loaders.__main__ import main

    code = 1
    try:
        os.chdir(told["cwd"])
        code = main(told["arguments"])
    except SystemExit as asked:
        code = asked.code if isinstance(asked.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
