"""Spark over a lake: in this process, or on a cluster by the URL of its master."""

import itertools
import os
import shutil
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col

from sla.engines.carry import Step, as_text
from sla.engines.spark_sql import SparkCarrier
from sla.errors import EngineError
from sla.lake_tables import PARTITIONS, Columns, Files, columns, views

_HERE = "local[2]"
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    # As in DuckDB's SQL, what cannot be told is NULL.
    "spark.sql.ansi.enabled": "false",
    # An instant in a file is one for whoever reads it.
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
# On one machine, where a task costs more than what it does.
_ON_ONE_MACHINE = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
}
_TYPES = {
    pa.bool_(): "BOOLEAN",
    pa.int32(): "INT",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.string(): "STRING",
    pa.date32(): "DATE",
}


class Spark:
    """One lake, as Spark sees it."""

    def __init__(
        self, lake: list[Files], master: str | None, *, scratch: Path | None = None
    ) -> None:
        """Open a session; in `scratch`, a folder that every worker sees, stand the tables of a build."""
        if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
            raise EngineError(
                "Spark needs Java 17 or newer, and there is none here. Install it (on Debian: apt install default-jre-headless) or set JAVA_HOME."
            )
        url = master or _HERE
        builder = SparkSession.builder.appName("replyclock").master(url)
        for name, value in (
            _SETTINGS | (_ON_ONE_MACHINE if url.startswith("local") else {})
        ).items():
            builder = builder.config(name, value)
        with _as_ours(f"--master {url}: Spark cannot be started there"):
            self._session = builder.getOrCreate()
            self._session.sparkContext.setLogLevel("ERROR")
        # A function of its own, so that it travels to workers that have nothing of ours.
        self._session.udf.register(
            "nfc_normalize", lambda text: text and unicodedata.normalize("NFC", text), "string"
        )
        self._scratch = scratch
        self._made: dict[str, list[Path]] = {}
        self._numbers = itertools.count()
        made = views([table.name for table in lake])
        for table in lake:
            schema = _schema(table.columns)
            if table.empty:
                frame = self._session.createDataFrame([], schema)
            else:
                frame = self._session.read.schema(schema).parquet(str(table.folder))
            frame.createOrReplaceTempView(
                f"lake_{table.name}" if table.name in made else table.name
            )
        for name, sql in made.items():
            self._session.sql(SparkCarrier({}, columns()).carry(sql)).createOrReplaceTempView(name)

    def rows(self, sql: str, values: Mapping[str, Any]) -> pa.Table:
        """Ask in DuckDB's SQL; the types of the columns are Spark's own."""
        given = {name: as_text(value) for name, value in values.items() if value is not None}
        with self._steps(SparkCarrier(values, columns()).steps(sql), given) as frame:
            return frame.toArrow()

    def carrier(self, values: Mapping[str, Any], columns: Columns) -> SparkCarrier:
        """Return what carries SQL over to Spark."""
        return SparkCarrier(values, columns)

    def answer(self, steps: list[Step]) -> pa.Table:
        """Ask in Spark's own SQL."""
        with self._steps(steps, {}) as frame:
            return frame.toArrow()

    def give(self, name: str, rows: pa.Table) -> None:
        """Make a table of a few rows."""
        folder = self._folder(name)
        folder.mkdir()
        pq.write_table(rows, folder / "given.parquet")
        self._stands(name, rows.schema, [folder])

    def keep(self, name: str, steps: list[Step], schema: pa.Schema, *, add: bool) -> None:
        """Make a table of what the steps answer, as files that every worker reads, or add it to the table of that name."""
        before, folder = self._made.get(name, []), self._folder(name)
        with self._steps(steps, {}) as frame:
            _with_types(frame, schema).write.parquet(str(folder))
        self._stands(name, schema, [*before, folder] if add else [folder])
        if not add:
            for old in before:
                shutil.rmtree(old, ignore_errors=True)

    def write(self, name: str, steps: list[Step], schema: pa.Schema, folder: Path) -> None:
        """Write what the steps answer as a table of a lake: one file for each account and month."""
        with self._steps(steps, {}) as frame:
            together = _with_types(frame, schema).repartition(*PARTITIONS)
            times = [field.name for field in schema if pa.types.is_timestamp(field.type)]
            in_order = together.sortWithinPartitions(*PARTITIONS, times[0])
            in_order.write.option("compression", "zstd").partitionBy(*PARTITIONS).parquet(
                str(folder / name)
            )

    def _folder(self, name: str) -> Path:
        assert self._scratch is not None
        return self._scratch / f"{name}-{next(self._numbers)}"

    def _stands(self, name: str, schema: pa.Schema, folders: list[Path]) -> None:
        self._made[name] = folders
        found = self._session.read.schema(_schema(schema)).parquet(*map(str, folders))
        found.createOrReplaceTempView(name)

    @contextmanager
    def _steps(self, steps: list[Step], given: dict[str, Any]) -> Iterator[DataFrame]:
        """Give the answer of the last step, for as long as the tables of those before it stand."""
        *parts, answer = steps
        with _as_ours("Spark could not work this out"):
            for part in parts:
                # Not persisted: its plan would stand in each that follows, as often as it is named there.
                rows = self._session.sql(part.sql, args=given).localCheckpoint()
                rows.createOrReplaceTempView(part.table)
            yield self._session.sql(answer.sql, args=given)
            for part in parts:
                self._session.catalog.dropTempView(part.table)

    def close(self) -> None:
        """End the session."""
        self._session.stop()


@contextmanager
def _as_ours(what: str) -> Iterator[None]:
    """Tell what Spark says as an EngineError, in one sentence and without its trace."""
    try:
        yield
    except (Py4JError, PySparkException) as error:
        reason = next((line for line in str(error).splitlines() if "Exception" in line), "")
        told = (reason or str(error).splitlines()[0]).strip().removeprefix(": ")
        raise EngineError(
            f"{what} ({told[:300]}). Look at the address and the log of the master, and whether every worker sees the lake’s folder under the same path."
        ) from error


def _type(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "TIMESTAMP_NTZ" if kind.tz is None else "TIMESTAMP"
    return _TYPES[kind]


def _with_types(frame: DataFrame, schema: pa.Schema) -> DataFrame:
    """Return the same columns, in their order, with these names and types."""
    numbered = frame.toDF(*(f"_{place}" for place in range(len(schema))))
    return numbered.select(
        *(
            col(f"_{place}").cast(_type(field.type)).alias(field.name)
            for place, field in enumerate(schema)
        )
    )


def _schema(columns: pa.Schema) -> str:
    return ", ".join(f"`{field.name}` {_type(field.type)}" for field in columns)
