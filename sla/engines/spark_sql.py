"""DuckDB's SQL for Spark."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

import sqlglot
from sqlglot import exp

from sla.engines.carry import Carrier
from sla.lake_tables import Columns

# Which of two rows at the same time goes before the other, and in which direction the times are gone through,
# so that what a row is joined with comes before it.
_MEETINGS: Mapping[type[exp.Expression], tuple[str, int, int]] = {
    exp.GTE: ("ASC", 0, 1),
    exp.GT: ("ASC", 1, 0),
    exp.LTE: ("DESC", 0, 1),
    exp.LT: ("DESC", 1, 0),
}
_MIRRORED = {exp.GTE: exp.LTE, exp.GT: exp.LT, exp.LTE: exp.GTE, exp.LT: exp.GT}


class SparkCarrier(Carrier):
    """Spark: wall-clock times are TIMESTAMP_NTZ, numbers with a point decimals unless they say otherwise, and there is no ASOF join."""

    dialect = "spark"
    phrases: ClassVar[Mapping[str, str]] = {
        "an instant": "CAST(_1 AS TIMESTAMP)",
        "local time": "CAST(_1 AS TIMESTAMP_NTZ)",
        "the last instant": "CAST('9999-01-01 00:00:00' AS TIMESTAMP)",
        "the first instant": "CAST('1905-01-01 00:00:00' AS TIMESTAMP)",
        "microseconds": "unix_micros(_1)",
        "instant at": "timestamp_micros(_1)",
        "beginning": "CAST(_1 AS TIMESTAMP_NTZ)",
        "local time in": "convert_timezone('UTC', _1, CAST(_2 AS TIMESTAMP_NTZ))",
        "days later": "_1 + make_dt_interval(_2)",
        "as far as": "timestamp_micros(unix_micros(CAST(_1 AS TIMESTAMP)) + unix_micros(CAST(_2 AS TIMESTAMP))"
        " - unix_micros(CAST(_3 AS TIMESTAMP)))",
        "the one if": "CASE WHEN _2 = _3 THEN _1 ELSE _4 END",
        "weekday": "weekday(_1) + 1",
        "whole parts": "_1 DIV _2",
        "rounded": "round(_1)",
        "median": "get(array_sort(_1), CAST((size(_1) - 1) DIV 2 AS INT))",
        "gathered": "collect_list(_1)",
        "numbers": "CASE WHEN _1 <= _2 THEN sequence(_1, _2) END",
        "times": "CASE WHEN _1 <= _2 THEN sequence(_1, _2, _4) END",
        "each of": "explode(_1)",
        "that of the least": "min_by(_1, CASE WHEN NOT _1 IS NULL THEN _2 END)",
        "the one at": "element_at(_1, CAST(_2 AS INT))",
        "as microseconds": "_1 * 1000000",
        # Java writes two of the letters otherwise, one of them by where in a word it stands.
        "small letters": "lower(translate(_1, 'İΣ', 'iσ'))",
        "capitals": "translate(upper(translate(_1, _2, _3)), _3, _4)",
        "bytes": "octet_length(_1)",
        "is like": "rlike(_1, _2)",
        "all replaced": "regexp_replace(_1, _2, _3)",
        "all matches": "regexp_extract_all(_1, _2, _3)",
        "what the group holds": "regexp_extract(_1, _2, _3)",
        "apart": "levenshtein(_1, _2)",
        # The first eight bytes are read from the last one on.
        "hashed": "-1 - CAST(conv(concat(substr(md5(_1), 15, 2), substr(md5(_1), 13, 2), substr(md5(_1), 11, 2), substr(md5(_1), 9, 2), "
        "substr(md5(_1), 7, 2), substr(md5(_1), 5, 2), substr(md5(_1), 3, 2), substr(md5(_1), 1, 1)), 16, 10) AS BIGINT)",
        # A look at bits that saves time in DuckDB; there are none here.
        "all_triples": "max(CAST(NULL AS INT))",
        "may_be_alike": "true",
        "MICROSECOND": "make_dt_interval(0, 0, 0, CAST(_1 AS DECIMAL(18, 6)) * CAST('0.000001' AS DECIMAL(6, 6)))",
        "SECOND": "make_dt_interval(0, 0, 0, _1)",
        "MINUTE": "make_dt_interval(0, 0, _1)",
        "HOUR": "make_dt_interval(0, _1)",
        "DAY": "make_dt_interval(_1)",
    }

    def __init__(self, values: Mapping[str, Any], columns: Columns) -> None:
        super().__init__(values, columns)
        self.rules[exp.Literal] = self.literal
        self.rules[exp.Window] = self.window

    def parameter(self, name: str, value: Any) -> exp.Expression:
        """Return the engine's way to bind a value by name."""
        return exp.Placeholder(this=name)

    def literal(self, node: exp.Literal) -> exp.Expression:
        """Have numbers with a point be what they are in DuckDB's arithmetic once they are divided: DOUBLE."""
        if node.is_string or node.name.isdecimal():
            return node
        return exp.cast(node.copy(), exp.DataType.Type.DOUBLE)

    def median(self, node: exp.PercentileDisc) -> exp.Expression:
        """Turn an exact median; over a window with a frame there is none, but there is a list of what is in it."""
        if isinstance(node.parent, exp.Window) and node.arg_key == "this":
            return self.say("gathered", node.this)
        return self.say("median", self.say("gathered", node.this))

    def window(self, node: exp.Window) -> exp.Expression:
        """Turn a median over a window."""
        return self.say("median", node) if isinstance(node.this, exp.ArrayAgg) else node

    def struct(self, named: list[exp.Expression]) -> exp.Expression:
        """Return a struct of what has these names."""
        return exp.Anonymous(this="struct", expressions=named)

    def regex(self, text: str) -> str:
        """Return a regular expression as Java reads it."""
        return "".join(_as_java(text))

    def replacement(self, text: str) -> str:
        """Return what takes the place of a match; Java names a group with a dollar."""
        return re.sub(r"\\([0-9])", r"$\1", text)

    def finished(self, tree: exp.Expression) -> exp.Expression:
        """Write out the ASOF joins."""
        for select in list(tree.find_all(exp.Select)):
            while (place := _first_asof(select)) is not None:
                _join_by_order(select, place, self.dialect)
        return tree


# What Java takes for something else than RE2 does: outside of brackets, and in them.
_JAVA = {
    r"\b": r"(?:(?<![0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<=[0-9A-Za-z_])(?![0-9A-Za-z_]))",
    r"\s": r"[\t\n\f\r ]",
    "$": r"\z",
}
_JAVA_IN_BRACKETS = {r"\s": r"\t\n\f\r ", r"\v": r"\x0B"}


def _as_java(text: str) -> Iterator[str]:
    inside = False
    for part in re.findall(r"\\?.", text, re.DOTALL):
        yield (_JAVA_IN_BRACKETS if inside else _JAVA).get(part, part)
        inside = part == "[" or (inside and part != "]")


def _text(node: exp.Expression, dialect: str) -> str:
    return str(node.sql(dialect, identify=True))


def _first_asof(select: exp.Select) -> int | None:
    methods = [join.method for join in select.args.get("joins") or ()]
    return methods.index("ASOF") if "ASOF" in methods else None


def _join_by_order(select: exp.Select, place: int, dialect: str) -> None:
    """Write out one ASOF join: both sides in one row of times, and to each row of the left the last that came from the right.

    The tables so far become columns of what is joined, which have the names of the tables and hold their rows, so
    that whatever names a table's column goes on doing so.
    """
    joins = select.args["joins"]
    asof, source = joins[place], select.args["from_"]
    before = [source.this, *(join.this for join in joins[:place])]
    already = source.this.meta.get("rows")
    names = already or [table.alias_or_name for table in before]
    if already:
        names = [*already, *(join.this.alias_or_name for join in joins[:place])]
    right = asof.this.alias_or_name
    keys, meeting = _condition(asof.args["on"], right)
    direction, of_right, of_left = _MEETINGS[type(meeting)]
    text = partial(_text, dialect=dialect)
    quoted = [f"`{name}`" for name in names]
    held = [
        name if already and name.strip("`") in already else f"struct({name}.*) AS {name}"
        for name in quoted
    ]
    empty = [f"NULL AS {name}" for name in quoted]
    left_keys = "".join(f"{text(left)} AS `_k{i}`, " for i, (left, _) in enumerate(keys))
    right_keys = "".join(f"{text(other)} AS `_k{i}`, " for i, (_, other) in enumerate(keys))
    named = ", ".join(f"`_k{i}`" for i in range(len(keys)))
    known = " AND ".join(
        f"{text(other)} IS NOT NULL" for _, other in [*keys, (None, meeting.expression)]
    )
    joined = " ".join(text(join) for join in joins[:place])
    # What stands in it is SQL that sqlglot wrote.
    whole = f"""
        SELECT {", ".join(quoted)}, `{right}` FROM (
            SELECT `_left`, {", ".join(quoted)}, last_value(`_right`, true) OVER (
                PARTITION BY {named} ORDER BY `_at` {direction} NULLS FIRST, `_turn`
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) AS `{right}` FROM (
                SELECT true AS `_left`, {of_left} AS `_turn`, {left_keys}{text(meeting.this)} AS `_at`, {", ".join(held)}, NULL AS `_right`
                FROM {text(source.this)} {joined}
                UNION ALL
                SELECT false, {of_right}, {right_keys}{text(meeting.expression)}, {", ".join(empty)}, struct(`{right}`.*)
                FROM {text(asof.this)} WHERE {known}
            )
        ) WHERE `_left`{"" if asof.side == "LEFT" else f" AND `{right}` IS NOT NULL"}
    """  # noqa: S608
    subquery = sqlglot.parse_one(whole, read=dialect).subquery(f"_of_{right}")
    subquery.meta["rows"] = [*names, right]
    source.set("this", subquery)
    select.set("joins", joins[place + 1 :])


def _condition(
    on: exp.Expression, right: str
) -> tuple[list[tuple[exp.Expression, exp.Expression]], exp.Expression]:
    """Return the pairs that have to be equal, left and right, and the comparison of times with the left side first."""
    keys, meeting = [], None
    for part in on.flatten() if isinstance(on, exp.And) else [on]:
        turned = any(column.table == right for column in part.this.find_all(exp.Column))
        left, other = (part.expression, part.this) if turned else (part.this, part.expression)
        if isinstance(part, exp.EQ):
            keys.append((left, other))
        else:
            kind = _MIRRORED[type(part)] if turned else type(part)
            meeting = kind(this=left, expression=other)
    if meeting is None:
        raise ValueError("an ASOF join needs a comparison of times")
    return keys, meeting
