"""Spark over a lake: in this process, or on a cluster by the URL of its master."""

import os
import shutil
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from pyspark.sql import SparkSession

from sla.engines.carry import as_text
from sla.engines.spark_sql import SparkCarrier
from sla.engines.tables import EngineError, Files, columns, views

_HERE = "local[2]"
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    # As in DuckDB's SQL, what cannot be told is NULL.
    "spark.sql.ansi.enabled": "false",
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

    def __init__(self, lake: list[Files], master: str | None) -> None:
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
        self._session = builder.getOrCreate()
        self._session.sparkContext.setLogLevel("ERROR")
        made = views()
        for table in lake:
            schema = ", ".join(f"`{f.name}` {_type(f.type)}" for f in table.columns)
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
        *parts, answer = SparkCarrier(values, columns()).steps(sql)
        kept = []
        try:
            for part in parts:
                kept.append(self._session.sql(part.sql, args=given).persist())
                kept[-1].createOrReplaceTempView(part.table)
            return self._session.sql(answer.sql, args=given).toArrow()
        finally:
            for frame in kept:
                frame.unpersist()

    def close(self) -> None:
        """End the session."""
        self._session.stop()


def _type(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "TIMESTAMP_NTZ" if kind.tz is None else "TIMESTAMP"
    return _TYPES[kind]
