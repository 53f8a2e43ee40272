"""The model on another engine: its own SQL, carried over, from the messages of a lake to what is derived of them."""

import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot
from sqlglot import exp

from sla import hours, lake, lake_manifest, lake_tables, model
from sla.engines.asking import as_rows, as_types
from sla.engines.carry import Carrier, Step
from sla.lake import Written
from sla.lake_manifest import LakeError
from sla.measures import Row
from sla.settings import Settings

# What a build begins with, and writes anew: nothing that was derived before is read.
DERIVED = model.DERIVED
# Read from the lake as they are.
GIVEN = ("messages", "loads")
# What the settings say, from a small database that they are written into.
_SET = (
    "rules", "answering_bots", "endless_platforms", "memberships", "zones", "calendars", "open_spans",
)  # fmt: skip
# What the lake holds besides, and a build works out.
_SMALL = ("known", "zones", "calendars", "open_spans")
_ENDS = "SELECT min(sent_at) AS first_at, max(sent_at) AS last_at FROM messages"
# One slice: an engine with many machines cuts the work up itself.
_ALL = {"slice": 0, "slice_messages": 2**62}


class Workshop(Protocol):
    """An engine that keeps tables while the model is built."""

    def carrier(self, values: Mapping[str, Any], columns: lake_tables.Columns) -> Carrier:
        """Return what carries SQL over to this engine."""

    def rows(self, sql: str, values: Mapping[str, Any]) -> pa.Table:
        """Ask in DuckDB's SQL over the lake's own tables."""

    def answer(self, steps: list[Step]) -> pa.Table:
        """Ask in the engine's own SQL."""

    def give(self, name: str, rows: pa.Table) -> None:
        """Make a table of a few rows."""

    def keep(self, name: str, steps: list[Step], schema: pa.Schema, *, add: bool) -> None:
        """Make a table of what the steps answer, or add it to the table of that name; the columns become those of `schema`."""


class Scribe(Workshop, Protocol):
    """An engine that writes a lake as well."""

    def write(self, name: str, steps: list[Step], schema: pa.Schema, folder: Path) -> None:
        """Write what the steps answer below `folder`, one file for each account and month."""


@dataclass(frozen=True)
class Built:
    """What came of a build: how many there are of each, and what was written."""

    messages: int
    conversations: int
    waits: int
    written: Written


def build(
    folder: Path, settings: Settings, master: str | None, done: Callable[[model.Step], None]
) -> Built:
    """Work out anew, with Spark, all that is derived of the messages of a lake, and write it there.

    `done` is told of each step of the model after it. What stood there stays until all of it is worked out. Nothing else may
    write there meanwhile. Raises LakeError where there is no lake, or it cannot be written; EngineError where Spark fails.
    """
    from sla.engines.spark import Spark  # noqa: PLC0415 - who builds with another has no Spark

    found = [table for table in lake_tables.files(folder) if table.name in GIVEN]
    for left in folder.glob(".building-*"):  # by a build that was killed
        shutil.rmtree(left, ignore_errors=True)
    try:
        scratch = TemporaryDirectory(prefix=".building-", dir=folder, ignore_cleanup_errors=True)
    except OSError as error:
        raise LakeError(
            f"{folder}: cannot be written ({error.strerror}). A build needs room in it, for all of its machines to see."
        ) from None
    with scratch as place, closing(Spark(found, master, scratch=Path(place))) as engine:
        one = Build(engine, settings)
        one.run(done)
        made = Path(place) / "lake"
        one.deliver(engine, made)
        return Built(
            one.count("messages"),
            one.count("conversations"),
            one.count("waits"),
            lake.put(folder, made, f"built {datetime.now(UTC).isoformat()}"),
        )


class Build:
    """One run of the model over the messages of a lake.

    Every statement is run in an empty database as well, which says what the columns of each table are, and of which types.
    """

    def __init__(self, engine: Workshop, settings: Settings) -> None:
        self.engine = engine
        self.variables: dict[str, Any] = dict(_ALL)
        self.macros: dict[str, exp.Create] = {}
        self.shadow = lake_tables.blank()
        model.set_rules(self.shadow, settings)
        (ends,) = as_rows(
            engine.rows(_ENDS, {}), self.shadow.execute(_ENDS).to_arrow_table().schema
        )
        if ends["first_at"] is not None:
            hours.reach(self.shadow, settings, ends["first_at"], ends["last_at"])
        for name in _SET:
            engine.give(name, self.shadow.execute(f"FROM {name}").to_arrow_table())
            self.shadow.execute(f"DELETE FROM {name}")  # noqa: S608 - our own name
        model.nothing_dropped(self.shadow)
        for name in (*DERIVED, "dropped_scopes", "removed"):
            engine.give(name, self._schema(name).empty_table())
        self._run("CREATE TEMP TABLE changed AS SELECT message_id FROM messages")

    def run(self, done: Callable[[model.Step], None] = lambda step: None) -> None:
        """Run every step; `done` is told of each after it."""
        self._all(model.NUMBERS)
        for step in model.steps():
            for _ in range(step.at_most):
                if step.while_ and not self._told(step.while_):
                    break
                self.step(step)
            done(step)

    def step(self, step: model.Step) -> None:
        """Run one step, once."""
        self._all(step.sql)

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a table, in no order."""
        found = self.engine.answer(self._steps(_parsed(f"FROM {name}")))
        return as_rows(found, self._schema(name))

    def deliver(self, engine: Scribe, folder: Path) -> None:
        """Write what the lake holds of it: the large tables by account and month, the small ones as one file each."""
        for name in lake_manifest.TABLES:
            engine.write(
                name, self._steps(_parsed(lake.ROWS[name])), lake_tables.columns_of(name), folder
            )
        for name in _SMALL:
            schema = self._schema(name)
            rows = self.engine.answer(self._steps(_parsed(f"FROM {name}")))
            (folder / name).mkdir(parents=True)
            pq.write_table(as_types(rows, schema), folder / name / "data.parquet")

    def count(self, name: str) -> int:
        """Return how many rows a table has."""
        return int(self._one(_parsed(f"SELECT count(*) FROM {name}")))  # noqa: S608 - our own name

    def _all(self, sql: str) -> None:
        for statement in duckdb.extract_statements(sql):
            self._run(statement.query)

    def _run(self, sql: str) -> None:
        tree = _parsed(sql)
        if isinstance(tree, exp.Set):
            setting = tree.expressions[0].this
            query = exp.select(exp.alias_(setting.expression, "value"))
            self.variables[setting.this.name] = self._one(query)
        elif isinstance(tree, exp.Create) and tree.kind == "MACRO":
            self.macros[tree.this.this.name.lower()] = tree
        elif isinstance(tree, exp.Create):
            self._create(tree, sql)
            return
        elif isinstance(tree, exp.Insert):
            name = tree.this.name
            query = tree.expression
            if (ctes := tree.args.get("with_")) is not None:
                query.set("with_", ctes.copy())
            self.engine.keep(name, self._steps(query), self._schema(name), add=True)
        elif not isinstance(tree, exp.Delete):
            # What was derived before is deleted, and a build begins with nothing.
            raise ValueError(f"no way to run {type(tree).__name__} on an engine")
        self.shadow.execute(sql)

    def _create(self, tree: exp.Create, sql: str) -> None:
        if tree.expression is None:
            self.shadow.execute(sql)
            name = tree.this.this.name
            self.engine.give(name, self._schema(name).empty_table())
            return
        steps = self._steps(tree.expression)
        self.shadow.execute(sql)
        name = tree.this.name
        self.engine.keep(name, steps, self._schema(name), add=False)

    def _told(self, question: str) -> bool:
        return bool(self._one(_parsed(question)))

    def _one(self, query: exp.Expression) -> Any:
        return self.engine.answer(self._steps(query)).column(0)[0].as_py()

    def _steps(self, query: exp.Expression) -> list[Step]:
        carrier = self.engine.carrier(self.variables, lake_tables.columns_in(self.shadow))
        return carrier.steps(self._written_out(query, carrier))

    def _written_out(self, query: exp.Expression, carrier: Carrier) -> exp.Expression:
        """Write out the macros, but for those that the engine has a word of its own for."""
        query = query.copy()
        while True:
            calls = [
                call
                for call in query.find_all(exp.Anonymous)
                if call.name.lower() in self.macros and call.name.lower() not in carrier.phrases
            ]
            if not calls:
                return query
            for call in calls:
                macro = self.macros[call.name.lower()]
                given = {
                    parameter.name: value
                    for parameter, value in zip(
                        macro.this.expressions, call.expressions, strict=True
                    )
                }
                body = macro.expression.copy()
                for column in list(body.find_all(exp.Column)):
                    column.replace(exp.paren(given[column.name].copy()))
                call.replace(exp.paren(body.unnest() if isinstance(body, exp.Paren) else body))

    def _schema(self, name: str) -> pa.Schema:
        return self.shadow.execute(f"FROM {name} LIMIT 0").to_arrow_table().schema


def _parsed(sql: str) -> exp.Expression:
    return sqlglot.parse_one(sql, read="duckdb")
