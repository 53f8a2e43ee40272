"""Loading a file from the browser: with progress, and what came of it."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

import streamlit as st

from sla.load import FileResult
from ui import reader, words
from ui.owner import keeper

_DONE = "loaded_files"
_ROUND = "upload_round"


def show() -> None:
    """Show where to drop files, load what is dropped, and say what came of each."""
    files = st.file_uploader(
        "Load an export",
        accept_multiple_files=True,
        key=f"upload_{st.session_state.get(_ROUND, 0)}",
    )
    if files:
        done = [_load(file.name, cast("BinaryIO", file)) for file in files]
        st.session_state[_DONE] = done
        # An empty uploader again, so that no later run takes these files a second time.
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        st.rerun()
    results = st.session_state.get(_DONE, [])
    for result in results:
        _tell(result)
    if any(result.error is None for result in results):
        st.page_link(
            "../pages/first_reply.py",
            label="See how long people wait for a first reply",
            icon=":material/arrow_forward:",
        )


def _load(name: str, content: BinaryIO) -> FileResult:
    """Write the upload to disk, where a loader can read it, and load it."""
    bar = st.progress(0.0, text=f"{name}: waiting for the database …")
    with tempfile.TemporaryDirectory(prefix="replyclock-upload-") as folder:
        # Its own name, so that whatever is said about the file calls it by that.
        path = Path(folder) / (Path(name).name[-100:] or "upload")
        with path.open("wb") as file:
            shutil.copyfileobj(content, file)
        try:
            return keeper().load(path, name, _progress(name, bar.progress))
        finally:
            bar.empty()


def _progress(name: str, show_at: Callable[..., Any]) -> Callable[[dict[str, Any]], None]:
    def report(state: dict[str, Any]) -> None:
        done = min(state["bytes_read"] / max(state["bytes_total"], 1), 1.0)
        told = words.counted(state["rows"], "row", "rows")
        show_at(done, text=f"{name}: {reader.share(done)} read, {told} …")

    return report


def _tell(result: FileResult) -> None:
    if result.error:
        st.error(words.plain(words.loaded(result)), icon=":material/error:")
        return
    kind = st.warning if result.problems else st.success
    kind(words.plain(words.loaded(result)), icon=":material/check_circle:")
    for note in result.notes:
        st.caption(words.plain(note))
