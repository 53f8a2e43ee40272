"""DuckDB's SQL for another engine: sqlglot reads and writes it, and what it does not carry has a rule here.

What an engine says in words of its own stands in its phrases: SQL of that engine in which `_1`, `_2`, … are
the parts. What neither a rule nor sqlglot knows is left as it is, so the engine refuses it: nothing is carried half.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, ClassVar, NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

from sla.lake_tables import Columns, empty

_LOCAL = (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPNTZ)
_INSTANT = (exp.DataType.Type.TIMESTAMPTZ,)
_ENDLESS = {"infinity": "the last instant", "-infinity": "the first instant"}
# Which phrase says what a function does; a macro of the model may be a phrase by its own name.
_CALLED = {
    "epoch_us": "microseconds",
    "make_timestamptz": "instant at",
    "strlen": "bytes",
}
# Steps of a series and lengths of an interval, in microseconds; a month is no length.
_MICROSECONDS = {
    "MICROSECOND": 1,
    "SECOND": 1_000_000,
    "MINUTE": 60_000_000,
    "HOUR": 3_600_000_000,
    "DAY": 86_400_000_000,
}


class Step(NamedTuple):
    """One part of a question: the table that its rows become for the parts after it, none for the answer, and its SQL."""

    table: str
    sql: str


class Carrier:
    """The rules that all engines have in common; each engine gives its phrases and what else it needs."""

    dialect: ClassVar[str]
    phrases: ClassVar[Mapping[str, str]]

    def __init__(self, values: Mapping[str, Any], columns: Columns) -> None:
        self.values = values
        self.columns = columns
        self.rules: dict[type[exp.Expression], Callable[[Any], exp.Expression]] = {
            exp.And: self.joined,
            exp.Anonymous: self.function,
            exp.ArgMin: lambda node: self.say("that of the least", node.this, node.expression),
            exp.Bracket: lambda node: self.say("the one at", node.this, node.expressions[0]),
            exp.Cast: self.cast,
            exp.DayOfWeekIso: lambda node: self.say("weekday", node.this),
            exp.Explode: lambda node: self.say("each of", node.this),
            exp.IntDiv: lambda node: self.say("whole parts", node.this, node.expression),
            exp.GenerateSeries: self.series,
            exp.Interval: self.interval,
            exp.Is: self.missing,
            exp.Lower: lambda node: self.say("small letters", node.this),
            exp.Mul: self.product,
            exp.NEQ: self.taken_out,
            exp.Or: self.joined,
            exp.PercentileDisc: self.median,
            exp.Placeholder: self.bound,
            exp.RegexpExtract: self.groups,
            exp.RegexpExtractAll: self.matches,
            exp.RegexpFullMatch: lambda node: self.say(
                "is like", node.this, self.pattern(node.expression, whole=True)
            ),
            exp.RegexpLike: lambda node: self.say(
                "is like", node.this, self.pattern(node.expression)
            ),
            exp.RegexpReplace: self.replaced,
            exp.Round: lambda node: self.say("rounded", node.this),
            exp.TimestampTrunc: self.truncated,
            exp.UnixToTime: lambda node: self.say(
                "instant at", self.say("as microseconds", node.this)
            ),
            exp.Upper: lambda node: self.say("capitals", node.this, *_capitals()),
        }

    def carry(self, sql: str) -> str:
        """Return the engine's SQL for DuckDB's."""
        return self.written(self.carried(sql))

    def steps(self, sql: str | exp.Expression) -> list[Step]:
        """Return the engine's SQL in parts, the answer last: engines work a CTE out anew wherever it is named."""
        tree = self.carried(sql)
        found = [Step(name, self.written(part)) for name, part in _parts(tree)]
        return [*found, Step("", self.written(tree))]

    def written(self, tree: exp.Expression) -> str:
        """Return SQL as the engine reads it."""
        return str(tree.sql(self.dialect, identify=True, comments=False))

    def carried(self, sql: str | exp.Expression) -> exp.Expression:
        """Return the tree of the engine's SQL for DuckDB's."""
        tree = (
            _parsed(sql, self.columns).copy() if isinstance(sql, str) else _named(sql, self.columns)
        )
        # The inner ones first, so that a rule finds the parts of its node as the engine has them.
        for node in reversed(list(tree.walk(bfs=True))):
            rule = self.rules.get(type(node))
            if rule is not None and (found := rule(node)) is not node:
                node.replace(found)
        return self.finished(tree)

    def finished(self, tree: exp.Expression) -> exp.Expression:
        """Do what concerns the whole of it, when every node has been carried."""
        return tree

    def say(self, phrase: str, *parts: exp.Expression) -> exp.Expression:
        """Return one of the engine's phrases with its parts."""
        return _filled(self.phrases[phrase], self.dialect, *parts)

    def bound(self, node: exp.Placeholder) -> exp.Expression:
        """Turn a value that is bound by name into the engine's way to bind it, and one that is empty into NULL."""
        value = self.values[node.name]
        return exp.Null() if value is None else self.parameter(node.name, value)

    def missing(self, node: exp.Is) -> exp.Expression:
        """Say what is known already of a value that is bound: whether there is one."""
        if isinstance(node.expression, exp.Null):
            if isinstance(node.this, exp.Null):
                return exp.true()
            if isinstance(node.this, exp.Placeholder):
                return exp.false()
        return node

    def joined(self, node: exp.And | exp.Or) -> exp.Expression:
        """Leave out of a condition what is known, so that no engine thinks about filters that are not set."""
        decides = isinstance(node, exp.Or)
        for side, other in ((node.left, node.right), (node.right, node.left)):
            known = side.unnest()
            if isinstance(known, exp.Boolean):
                return (known if known.this is decides else other).copy()
        return node

    def parameter(self, name: str, value: Any) -> exp.Expression:
        """Return the engine's way to bind a value by name."""
        raise NotImplementedError

    def cast(self, node: exp.Cast) -> exp.Expression:
        """Turn a cast to a time; infinity is the last instant that the engine counts with."""
        if isinstance(node.this, exp.Literal) and node.this.name in _ENDLESS:
            return self.say(_ENDLESS[node.this.name])
        if node.to.this in _INSTANT:
            return self.say("an instant", node.this)
        if node.to.this in _LOCAL:
            said = self.say("local time", node.this)
            said.meta["local"] = True
            return said
        return node

    def function(self, node: exp.Anonymous) -> exp.Expression:
        """Turn a function that sqlglot does not know. A local time is told from an instant by its cast."""
        name, parts = node.name.lower(), node.expressions
        if name == "timezone":
            zone, at = parts
            local = at.unnest().meta.get("local")
            return self.instant_of(zone, at) if local else self.local_time(zone, at)
        if name == "getvariable":
            value = self.values[parts[0].name]
            return exp.Null() if value is None else exp.Literal.number(value)
        phrase = _CALLED.get(name, name)
        return self.say(phrase, *parts) if phrase in self.phrases else node

    def local_time(self, zone: exp.Expression, at: exp.Expression) -> exp.Expression:
        """Return the wall-clock time of an instant."""
        return self.say("local time in", zone, at)

    def instant_of(self, zone: exp.Expression, at: exp.Expression) -> exp.Expression:
        """Return the instant of a wall-clock time, as DuckDB does: of one that comes twice the later, of one that is skipped as the clock stood before."""
        day = {days: self.say("days later", at, exp.Literal.number(days)) for days in (-1, 1)}
        before, after = (
            self.say("as far as", at, day[days], self.local_time(zone, day[days]))
            for days in (-1, 1)
        )
        return self.say("the one if", after, self.local_time(zone, after), at, before)

    def truncated(self, node: exp.TimestampTrunc) -> exp.Expression:
        """Turn the beginning of an hour, day, week or month, which is none where no period is asked for."""
        unit = node.args["unit"]
        if isinstance(unit, exp.Null):
            return self.say("local time", unit)
        text = unit if isinstance(unit, exp.Placeholder) else exp.Literal.string(unit.name.lower())
        # No phrase: sqlglot would read its `_1` as the name of a period.
        found = exp.Anonymous(this="date_trunc", expressions=[text.copy(), node.this.copy()])
        return self.say("beginning", found)

    def interval(self, node: exp.Interval) -> exp.Expression:
        """Turn an interval."""
        return self.lasting(node.unit.name.upper(), exp.Literal.number(node.this.name))

    def product(self, node: exp.Mul) -> exp.Expression:
        """Turn so many times an interval into an interval of so many units."""
        if "interval" not in node.expression.meta:
            return node
        unit, count = node.expression.meta["interval"]
        times = exp.paren(node.this.copy())
        return self.lasting(unit, exp.Mul(this=times, expression=count.copy()))

    def lasting(self, unit: str, count: exp.Expression) -> exp.Expression:
        """Return an interval of so many units, which can still be multiplied, or be the step of a series."""
        said = self.say(unit, count)
        said.meta["interval"] = (unit, count)
        return said

    def pattern(self, node: exp.Expression, *, whole: bool = False) -> exp.Expression:
        """Return a regular expression as the engine reads it; `whole` has it match all of a text."""
        told = node.copy()
        for literal in [told] if isinstance(told, exp.Literal) else told.find_all(exp.Literal):
            text = self.regex(literal.name)
            literal.set("this", f"^(?:{text})$" if whole else text)
        return told

    def regex(self, text: str) -> str:
        """Return the text of a regular expression in the engine's own way to write it; RE2's, unless it has another."""
        return text

    def groups(self, node: exp.RegexpExtract) -> exp.Expression:
        """Turn what the named groups of a regular expression hold: a struct with those names."""
        if not isinstance(node.args.get("group"), exp.Array):
            return node  # see `taken_out`
        names = [name.name for name in node.args["group"].expressions]
        held = [
            exp.alias_(
                self.say(
                    "what the group holds",
                    node.this,
                    self.pattern(node.expression),
                    exp.Literal.number(place),
                ),
                name,
            )
            for place, name in enumerate(names, 1)
        ]
        return self.struct(held)

    def taken_out(self, node: exp.NEQ) -> exp.Expression:
        """Turn the question whether a regular expression takes anything out of a text: whether it is like that."""
        found = node.this
        if not isinstance(found, exp.RegexpExtract):
            return node
        if node.expression.name:
            raise ValueError("no rule for what a whole regular expression takes out")
        return self.say("is like", found.this, self.pattern(found.expression))

    def struct(self, named: list[exp.Expression]) -> exp.Expression:
        """Return a struct of what has these names."""
        raise NotImplementedError

    def matches(self, node: exp.RegexpExtractAll) -> exp.Expression:
        """Turn the list of all matches of a regular expression, or of what a group of it holds in each."""
        group = node.args.get("group") or exp.Literal.number(0)
        return self.say("all matches", node.this, self.pattern(node.expression), group)

    def replaced(self, node: exp.RegexpReplace) -> exp.Expression:
        """Turn the replacement of all matches; that of the first alone is not asked for."""
        if node.args["modifiers"].name != "g":
            raise ValueError("no rule for replacing the first match alone")
        new = exp.Literal.string(self.replacement(node.args["replacement"].name))
        return self.say("all replaced", node.this, self.pattern(node.expression), new)

    def replacement(self, text: str) -> str:
        """Return what takes the place of a match, in the engine's own way to name a group."""
        return text

    def series(self, node: exp.GenerateSeries) -> exp.Expression:
        """Turn a series of whole numbers, or of times that are so many hours or days apart."""
        start, end, step = node.args["start"], node.args["end"], node.args.get("step")
        if step is None:
            if node.args.get("is_end_exclusive"):
                end = exp.Sub(this=exp.paren(end.copy()), expression=exp.Literal.number(1))
            return self.say("numbers", start, end)
        unit, count = step.meta["interval"]
        length = exp.Mul(
            this=exp.paren(count.copy()), expression=exp.Literal.number(_MICROSECONDS[unit])
        )
        return self.say("times", start, end, length, step)

    def median(self, node: exp.PercentileDisc) -> exp.Expression:
        """Turn an exact median: of an even number the lower middle one. No other quantile is asked for."""
        if node.expression.name != "0.5":
            raise ValueError(f"no rule for the quantile {node.expression.name}")
        return self.say("median", node.this)


def _parts(tree: exp.Expression) -> Iterator[tuple[str, exp.Expression]]:
    """Take the CTEs out of a tree that are named more than once, and give each with the others that it needs."""
    ctes: list[exp.CTE] = list(tree.ctes)
    everywhere = Counter(cte.alias for cte in tree.find_all(exp.CTE))
    uses = Counter(table.name for table in tree.find_all(exp.Table))
    lifted = {c.alias for c in ctes if uses[c.alias] > 1 and everywhere[c.alias] == 1}
    if not lifted:
        return
    for table in tree.find_all(exp.Table):
        if table.name in lifted:
            if not table.alias:
                table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name, quoted=True)))
            table.set("this", exp.to_identifier(f"part_{table.name}", quoted=True))
    kept: list[exp.CTE] = []
    for cte in ctes:
        if cte.alias in lifted:
            yield f"part_{cte.alias}", _with(cte.this.copy(), kept)
        else:
            kept.append(cte)
    tree.set("with_", None)
    _with(tree, kept)


def _with(query: exp.Expression, ctes: Sequence[exp.CTE]) -> exp.Expression:
    """Give a query those CTEs that it needs, in their order."""
    needed: list[exp.CTE] = []
    named = {table.name for table in query.find_all(exp.Table)}
    for cte in reversed(ctes):
        if cte.alias in named:
            needed.insert(0, cte.copy())
            named |= {table.name for table in cte.this.find_all(exp.Table)}
    if needed:
        own = query.args.get("with_")
        query.set("with_", exp.With(expressions=[*needed, *(own.expressions if own else ())]))
    return query


def _rename_inner(tree: exp.Expression) -> None:
    """Give a CTE within another a name of its own, and leave it to the engine which are worked out once."""
    for cte in list(tree.find_all(exp.CTE)):
        cte.set("materialized", None)
        query = cte.find_ancestor(exp.With).parent
        if query is tree:
            continue
        name = cte.alias
        cte.set("alias", exp.TableAlias(this=exp.to_identifier(f"inner_{name}")))
        for table in query.find_all(exp.Table):
            if table.name == name:
                if not table.alias:
                    table.set("alias", exp.TableAlias(this=exp.to_identifier(name)))
                table.set("this", exp.to_identifier(f"inner_{name}"))


def _inline_windows(tree: exp.Expression) -> None:
    """Put the windows that have a name where the name stands: not every engine lets one add a frame to it."""
    for select in tree.find_all(exp.Select):
        named = {window.name: window for window in select.args.get("windows") or ()}
        for window in [w for w in select.find_all(exp.Window) if w.alias in named]:
            if window.find_ancestor(exp.Select) is not select:
                continue
            meant = named[window.alias]
            window.set("alias", None)
            window.set("partition_by", [part.copy() for part in meant.args["partition_by"] or ()])
            for part in ("order", "spec"):
                if not window.args.get(part) and meant.args.get(part):
                    window.set(part, meant.args[part].copy())
        select.set("windows", None)


@cache
def _capitals() -> tuple[exp.Expression, ...]:
    """Return the letters that other engines write with several capitals, as ß with SS; signs that stand for them meanwhile; and DuckDB's capitals of them."""
    letters = "".join(chr(n) for n in range(0x10000) if len(chr(n).upper()) > 1)
    signs = "".join(chr(0xE000 + place) for place in range(len(letters)))
    row = empty().execute("SELECT upper(?)", [letters]).fetchone()
    return tuple(exp.Literal.string(text) for text in (letters, signs, row and row[0]))


def as_text(value: Any) -> Any:
    """Return a value as an engine takes it: a time as text, of an instant its UTC."""
    if not isinstance(value, datetime):
        return value
    at = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return at.isoformat(" ", timespec="microseconds")


@lru_cache(maxsize=1000)
def _parsed(sql: str, columns: Columns) -> exp.Expression:
    return _named(sqlglot.parse_one(sql, read="duckdb"), columns)


def _named(tree: exp.Expression, columns: Columns) -> exp.Expression:
    """Return the tree with every column named with its table, stars written out, and no window that has a name."""
    _inline_windows(tree)
    _rename_inner(tree)
    schema: dict[str, object] = {name: dict.fromkeys(these, "VARCHAR") for name, these in columns}
    return qualify(tree, dialect="duckdb", schema=schema)


@cache
def _phrase(text: str, dialect: str) -> exp.Expression:
    return sqlglot.parse_one(text, read=dialect)


def _filled(text: str, dialect: str, *parts: exp.Expression) -> exp.Expression:
    said = _phrase(text, dialect).copy()
    for column in list(said.find_all(exp.Column)):
        if column.name.startswith("_"):
            column.replace(exp.paren(parts[int(column.name[1:]) - 1].copy()))
    return said
