"""Loading files from the browser: with progress, what came of each, and the questions that a file leaves open."""

import shutil
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

import streamlit as st

from sla.errors import LoadError
from sla.load import FileResult
from sla.parse import Answers, Unit, units_of
from ui import asks, words
from ui.owner import keeper

_DONE = "loaded_files"
_OPEN = "files_with_questions"
_ROUND = "upload_round"


@dataclass(frozen=True)
class Waiting:
    """Files that wait for an answer: what they are, what came of them so far, and what was answered."""

    unit: Unit
    result: FileResult
    folder: Path
    given: Mapping[str, Any] = field(default_factory=dict)


def show() -> None:
    """Show where to drop files, load what is dropped, say what came of each, ask what is missing."""
    files = st.file_uploader(
        "Load exports",
        accept_multiple_files=True,
        key=f"upload_{st.session_state.get(_ROUND, 0)}",
        help="Files that belong together, such as tickets and their comments, go in together.",
    )
    if files:
        _take([(file.name, cast("BinaryIO", file)) for file in files])
        # An empty uploader again, so that no later run takes these files a second time.
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        st.rerun()
    for waiting in list(st.session_state.get(_OPEN, [])):
        answers = asks.answered(waiting.unit, waiting.result)
        if answers is not None:
            _answered(waiting, answers)
            st.rerun()
    results: Sequence[FileResult] = st.session_state.get(_DONE, [])
    for result in results:
        _tell(result)
    if any(result.error is None for result in results):
        st.page_link(
            "../pages/first_reply.py",
            label="See how long people wait for a first reply",
            icon=":material/arrow_forward:",
        )


def _take(files: Sequence[tuple[str, BinaryIO]]) -> None:
    """Write the uploads to disk, where a loader can read them, and load them."""
    _forget_waiting()
    folder = keeper().places.held / uuid.uuid4().hex
    folder.mkdir(parents=True)
    for name, content in files:
        # Its own name, so that whatever is said about the file calls it by that.
        with (folder / (Path(name).name[-100:] or "upload")).open("wb") as file:
            shutil.copyfileobj(content, file)
    try:
        units = units_of(sorted(folder.iterdir()), keeper().store.settings)
    except LoadError as error:
        st.session_state[_DONE] = [FileResult(files[0][0], error=str(error))]
        shutil.rmtree(folder, ignore_errors=True)
        return
    done: list[FileResult] = []
    for unit in (_called(unit, folder) for unit in units):
        result = _loaded(unit)
        if result.asks:
            st.session_state.setdefault(_OPEN, []).append(Waiting(unit, result, folder))
        else:
            done.append(result)
    st.session_state[_DONE] = done
    _clear(folder)


def _called(unit: Unit, folder: Path) -> Unit:
    """Name what was uploaded without the folder that it waits in."""
    first = unit.paths[0].name if unit.paths else unit.name
    more = len(unit.paths) - 1
    return Unit(
        f"{first} and {more:,} more" if more > 0 else first, unit.paths, unit.root, unit.left
    )


def _loaded(unit: Unit, answers: Answers | None = None) -> FileResult:
    bar = st.progress(0.0, text=f"{unit.name}: waiting for the database …")
    try:
        (result,) = keeper().load([unit], _progress(unit.name, bar.progress), answers)
        return result
    finally:
        bar.empty()


def _answered(waiting: Waiting, answers: asks.Answered) -> None:
    """Load with what the person said; where it fits and is to be remembered, write it into the settings."""
    still = [each for each in st.session_state[_OPEN] if each is not waiting]
    if answers.given:
        # One answer may lead to the next question; what was said before still holds.
        given = {**waiting.given, **answers.given}
        result = _loaded(waiting.unit, given)
        if result.asks:
            still.append(Waiting(waiting.unit, result, waiting.folder, given))
        else:
            st.session_state[_DONE] = [*st.session_state.get(_DONE, []), result]
        if result.error is None and answers.remember:
            asks.remember({"files": waiting.unit.paths[0].name} | given)
    st.session_state[_OPEN] = still
    _clear(waiting.folder)


def _forget_waiting() -> None:
    for waiting in st.session_state.pop(_OPEN, []):
        shutil.rmtree(waiting.folder, ignore_errors=True)


def _clear(folder: Path) -> None:
    """Take the uploads away once nothing in them waits for an answer."""
    if not any(waiting.folder == folder for waiting in st.session_state.get(_OPEN, [])):
        shutil.rmtree(folder, ignore_errors=True)


def _progress(name: str, show_at: Callable[..., Any]) -> Callable[[dict[str, Any]], None]:
    began = time.monotonic()

    def report(state: dict[str, Any]) -> None:
        done = min(state["bytes_read"] / max(state["bytes_total"], 1), 1.0)
        show_at(done, text=words.progress(name, done, state["rows"], time.monotonic() - began))

    return report


def _tell(result: FileResult) -> None:
    if result.error:
        st.error(words.plain(words.loaded(result)), icon=":material/error:")
        return
    kind = st.warning if result.problems else st.success
    kind(words.plain(words.loaded(result)), icon=":material/check_circle:")
    for note in result.notes:
        st.caption(words.plain(note))
