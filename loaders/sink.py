"""Where a loader puts what it finds: messages as staging Parquet, problems as NDJSON."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from loaders.messages import SCHEMA, Message
from loaders.problems import Problem
from loaders.progress import Progress

if TYPE_CHECKING:
    from loaders.source import Source

MESSAGES = "messages.parquet"
PROBLEMS = "problems.ndjson"

_BATCH_ROWS = 20_000
_BATCH_CHARACTERS = 16 * 1024 * 1024
_PROBLEMS_KEPT = 10_000
_RAW_LENGTH = 2_000


class Sink:
    """Takes the messages and problems of one file, in batches, into one folder.

    Nothing has its final name before `finish`; leaving the block without it leaves neither
    messages nor problems behind.
    """

    # The text of the last row of the file at hand that gave no message, and whether it was said that the file was cut off.
    last_problem = ""
    _is_cut = False

    def __init__(self, folder: Path, progress: Progress, scratch: Path) -> None:
        self.folder = folder
        # Room for what is needed only while the load runs.
        self.scratch = scratch
        self.staging = folder / f"{MESSAGES}.part"
        # What a load that was killed has left there is no part of this one.
        self.staging.unlink(missing_ok=True)
        self.messages = 0
        self.notes: list[str] = []
        self.kinds: Counter[str] = Counter()
        self.first_of_kind: dict[str, tuple[int | None, Problem]] = {}
        self._progress = progress
        # The file at hand where there are several, and the bytes of those before it.
        self._file: str | None = None
        self._bytes_before = 0
        self._bytes_here = 0
        self._batch: list[Message] = []
        self._batch_characters = 0
        self._writer: pq.ParquetWriter | None = None
        self._problems_part = folder / f"{PROBLEMS}.part"
        self._problems = self._problems_part.open("w", encoding="utf-8", errors="replace")

    def __enter__(self) -> Sink:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._problems.close()
        self._problems_part.unlink(missing_ok=True)
        self._close_writer()
        self.staging.unlink(missing_ok=True)

    @property
    def problems(self) -> int:
        """How many rows gave no message."""
        return self.kinds.total()

    def begin(self, source: Source, alone: bool = False) -> None:
        """Say which file comes next; unless it is alone, its name stands with its problems."""
        self.last_problem, self._is_cut = "", False
        self._file = None if alone else source.name
        self._bytes_before += self._bytes_here
        self._bytes_here = source.head.size

    def message(self, message: Message) -> None:
        """Keep one message."""
        self._batch.append(message)
        if message.text:
            self._batch_characters += len(message.text)
        if len(self._batch) >= _BATCH_ROWS or self._batch_characters >= _BATCH_CHARACTERS:
            self._write_batch()

    def problem(self, line: int | None, problem: Problem, raw: str) -> None:
        """Count a row that gave no message; the first 10,000 are kept with the text as it was."""
        self.last_problem = raw
        self.first_of_kind.setdefault(problem.kind, (line, problem))
        self.kinds[problem.kind] += 1
        if self.problems > _PROBLEMS_KEPT:
            return
        entry: dict[str, str | int | None] = {
            "line": line,
            "reason": problem.reason,
            "remedy": problem.remedy,
            "raw": raw[:_RAW_LENGTH],
        }
        if self._file is not None:
            entry["file"] = self._file
        self._problems.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def note(self, sentence: str) -> None:
        """Say something about the file as a whole."""
        self.notes.append(sentence)

    def cut(self, sentence: str) -> None:
        """Say of the file at hand that it was cut off; the first who finds it knows best where."""
        if not self._is_cut:
            self._is_cut = True
            self.note(sentence)

    def progress(self, bytes_read: int) -> None:
        """Tell how many bytes of the file at hand are read."""
        bytes_read += self._bytes_before
        self._progress.tell(bytes_read, self.messages + len(self._batch) + self.problems)

    def adopt(self, part: Path) -> None:
        """Take over a whole Parquet file of messages that something faster has written."""
        self._write_batch()
        if self._writer is None and not self.staging.exists():
            self.messages += pq.read_metadata(part).num_rows
            part.replace(self.staging)
        else:
            self.messages += self._append(part)

    def close_messages(self) -> None:
        """Write what is left; afterwards `staging` is a whole Parquet file."""
        self._write_batch()
        self._close_writer()

    def finish(self) -> None:
        """Give messages and problems their final names: from now on they can be taken."""
        self.close_messages()
        self._problems.close()
        self._progress.tell(self._progress.bytes_total, self.messages + self.problems, now=True)
        self._problems_part.replace(self.folder / PROBLEMS)
        self.staging.replace(self.folder / MESSAGES)

    def _write_batch(self) -> None:
        if not self._batch:
            return
        columns: list[Any] = [
            pa.array(values, field.type)
            for values, field in zip(zip(*self._batch, strict=True), SCHEMA, strict=True)
        ]
        self._opened().write_batch(pa.record_batch(columns, schema=SCHEMA))
        self.messages += len(self._batch)
        self._batch, self._batch_characters = [], 0

    def _opened(self) -> pq.ParquetWriter:
        """Give the writer; what a file before this one has left in `staging` goes in first."""
        if self._writer is None:
            before = self.scratch / "before.parquet"
            if self.staging.exists():
                self.staging.replace(before)
            self._writer = pq.ParquetWriter(self.staging, SCHEMA, compression="snappy")
            if before.exists():
                self._append(before)
        return self._writer

    def _append(self, part: Path) -> int:
        """Write the rows of a Parquet file after those so far, remove it, and count them."""
        writer, rows = self._opened(), 0
        with pq.ParquetFile(part) as file:
            for batch in file.iter_batches(_BATCH_ROWS):
                writer.write_batch(pa.record_batch(batch.columns, schema=SCHEMA))
                rows += len(batch)
        part.unlink()
        return rows

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


class Unheard(Sink):
    """A sink for a first look at a file that is read again: nothing is kept, and what is wrong is told then."""

    def __init__(self) -> None:
        self.notes = []

    def message(self, message: Message) -> None:
        """Drop a message."""

    def problem(self, line: int | None, problem: Problem, raw: str) -> None:
        """Say nothing."""

    def note(self, sentence: str) -> None:
        """Say nothing."""

    def progress(self, bytes_read: int) -> None:
        """Say nothing."""
