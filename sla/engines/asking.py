"""Measures asked of a lake: the SQL that DuckDB runs, carried over to another engine."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, Self

import pyarrow as pa

from sla import lake_tables
from sla.errors import EngineError
from sla.measures import Known, Question, Row, asked, types_of
from sla.settings import Settings

ENGINES = ("clickhouse", "spark")
_OPTIONAL = {"chdb", "pyspark", "py4j", "sqlglot"}
_KNOWN = "SELECT account, channel, first_at, as_of, messages, sample FROM known ORDER BY account, channel"


class Engine(Protocol):
    """What answers SQL over the tables of one lake."""

    def rows(self, sql: str, values: Mapping[str, Any]) -> pa.Table:
        """Ask in DuckDB's SQL; the types of the columns are the engine's own."""

    def close(self) -> None:
        """End it."""


class Lake:
    """A lake that is asked through an engine."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings

    @classmethod
    def open(cls, folder: Path, engine: str, settings: Settings, master: str | None = None) -> Self:
        """Open a lake; `master` is the URL of a Spark master. Raises LakeError or EngineError that says what is missing."""
        found = lake_tables.files(folder)
        with needs(engine):
            return cls(_engine(engine, found, master), settings)

    def ask(self, name: str, question: Question) -> list[Row]:
        """Return the rows of a measure, as `sla.measures.ask` does."""
        sql, values = asked(self.settings, name, question)
        return as_rows(self.engine.rows(sql, values), self.types(name, question))

    def types(self, name: str, question: Question) -> pa.Schema:
        """Return the types of a measure's columns: those that DuckDB gives them."""
        return types_of(lake_tables.empty(), self.settings, name, question)

    def known(self) -> list[Known]:
        """Return what is known of each account and channel, by name."""
        wanted = lake_tables.empty().execute(_KNOWN).to_arrow_table().schema
        return [Known(**row) for row in as_rows(self.engine.rows(_KNOWN, {}), wanted)]

    def close(self) -> None:
        """End the engine."""
        self.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def needs(engine: str) -> Iterator[None]:
    """Import what an engine needs, or say that it is not installed and how to have it, in an EngineError."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _OPTIONAL:
            raise
        raise EngineError(
            f"--engine {engine} needs {error.name}, which is not installed here. To have it: pip install -r requirements-engines.txt"
        ) from None


def _engine(name: str, lake: list[lake_tables.Files], master: str | None) -> Engine:
    # Not everybody has what these import.
    if name == "spark":
        from sla.engines.spark import Spark  # noqa: PLC0415

        return Spark(lake, master)
    from sla.engines.clickhouse import ClickHouse  # noqa: PLC0415

    return ClickHouse(lake)


def as_rows(found: pa.Table, wanted: pa.Schema) -> list[Row]:
    """Return the rows with the types that DuckDB gives them: instants aware, local times naive, whole numbers whole."""
    rows: list[Row] = as_types(found, wanted).to_pylist()
    return rows


def as_types(found: pa.Table, wanted: pa.Schema) -> pa.Table:
    """Return the same columns, in their order, with the names and types of `wanted`."""
    columns = [_as(found.column(i), kind.type) for i, kind in enumerate(wanted)]
    return pa.table(columns, schema=wanted)


def _as(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type):
        # the wall clock of UTC and the instant are one number
        column = column.cast(pa.timestamp(column.type.unit)).cast(pa.timestamp("us"))
        return column.cast(pa.int64()).cast(kind)
    return column.cast(kind)
