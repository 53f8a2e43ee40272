"""DuckDB's SQL for ClickHouse."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlglot import exp

from sla.engines.carry import Carrier
from sla.lake_tables import Columns

# An instant and a wall-clock time are both of this type; the session's zone is UTC.
TIME = "DateTime64(6)"
_BOUND = {int: "Int64", bool: "Bool"}


class ClickHouseCarrier(Carrier):
    """ClickHouse: zones have to be constants, and counts have no sign."""

    dialect = "clickhouse"
    phrases: ClassVar[Mapping[str, str]] = {
        "an instant": f"CAST(_1 AS Nullable({TIME}))",
        "local time": f"CAST(_1 AS Nullable({TIME}))",
        "the last instant": f"CAST('2299-01-01 00:00:00' AS Nullable({TIME}))",
        "the first instant": f"CAST('1905-01-01 00:00:00' AS Nullable({TIME}))",
        "microseconds": "toUnixTimestamp64Micro(_1)",
        "instant at": "fromUnixTimestamp64Micro(_1)",
        "beginning": f"CAST(_1 AS Nullable({TIME}))",
        # Worked out once, whatever the parts are.
        "once": "arrayElement(arrayMap(that_time -> _1, [_2]), 1)",
        "there and back": "arrayElement(arrayMap((that_time, told) -> addMicroseconds(that_time, toUnixTimestamp64Micro(told)"
        " - toUnixTimestamp64Micro(_2)), arrayMap(that_time -> _1, [_3]), [_3]), 1)",
        "weekday": "toDayOfWeek(_1)",
        "whole parts": "intDiv(_1, _2)",
        # ClickHouse rounds halves to the even number.
        "rounded": "trunc(_1) + if(abs(_1 - trunc(_1)) >= 0.5, sign(_1), 0)",
        "median": "quantileExactLow(0.5)(_1)",
        "numbers": "range(_1, _2 + 1)",
        "times": "arrayMap(i -> addMicroseconds(_1, i * (_3)), range(toUInt64(greatest(0, ifNull(intDiv("
        "toUnixTimestamp64Micro(_2) - toUnixTimestamp64Micro(_1), _3) + 1, 0)))))",
        "each of": "arrayJoin(_1)",
        # A number that is none, as of a division by nothing, is NULL here and an error with CAST.
        "rounded to a whole number": "accurateCastOrNull(_1, 'Int64')",
        "whole number": "CAST(_1 AS Nullable(Int64))",
        "that of the least": "argMin(_1, _2)",
        "the one at": "arrayElement(_1, _2)",
        "as microseconds": "_1 * 1000000",
        # DuckDB writes each letter by itself: one of these without its dot, the other whatever comes after it.
        "small letters": "lowerUTF8(translateUTF8(_1, 'İΣ', 'iσ'))",
        "capitals": "translateUTF8(upperUTF8(translateUTF8(_1, _2, _3)), _3, _4)",
        "bytes": "length(_1)",
        "is like": "match(_1, _2)",
        "all replaced": "replaceRegexpAll(_1, _2, _3)",
        "all matches": "extractAll(_1, _2)",
        "what the group holds": "arrayElement(extractGroups(ifNull(_1, ''), _2), _3)",
        "any": "max(_1)",
        "text of the list": "arrayStringConcat(_1, _2)",
        "translated": "translateUTF8(_1, _2, _3)",
        "the text from": "substringUTF8(_1, _2)",
        "the text of": "substringUTF8(_1, _2, _3)",
        "nfc_normalize": "normalizeUTF8NFC(_1)",
        "apart": "editDistanceUTF8(_1, _2)",
        "hashed": "-1 - CAST(bitShiftRight(reinterpretAsUInt64(substring(MD5(_1), 1, 8)), 4) AS Nullable(Int64))",
        # A look at bits that saves time in DuckDB and is not needed here.
        "all_triples": "max(CAST(NULL AS Nullable(Int64)))",
        "may_be_alike": "true",
        "MICROSECOND": "toIntervalMicrosecond(_1)",
        "SECOND": "toIntervalSecond(_1)",
        "MINUTE": "toIntervalMinute(_1)",
        "HOUR": "toIntervalHour(_1)",
        "DAY": "toIntervalDay(_1)",
    }

    def __init__(self, values: Mapping[str, Any], columns: Columns, zones: Sequence[str]) -> None:
        super().__init__(values, columns)
        self.zones = zones
        for counting in (exp.Count, exp.RowNumber, exp.DenseRank, exp.Filter, exp.Window):
            self.rules[counting] = self.counted
        self.rules[exp.Translate] = lambda node: self.say(
            "translated", node.this, node.args["from_"], node.args["to"]
        )
        self.rules[exp.Substring] = self.cut
        self.rules[exp.LogicalOr] = lambda node: self.say("any", node.this)
        self.rules[exp.ArrayToString] = lambda node: self.say(
            "text of the list", node.this, node.expression
        )

    def cut(self, node: exp.Substring) -> exp.Expression:
        """Turn a part of a text, counted in letters."""
        if (length := node.args.get("length")) is None:
            return self.say("the text from", node.this, node.args["start"])
        return self.say("the text of", node.this, node.args["start"], length)

    def struct(self, named: list[exp.Expression]) -> exp.Expression:
        """Return a struct of what has these names."""
        kind = ", ".join(f"{part.alias} String" for part in named)
        return exp.cast(
            exp.Anonymous(this="tuple", expressions=[part.this for part in named]),
            exp.DataType.build(f"Tuple({kind})", dialect=self.dialect),
        )

    def parameter(self, name: str, value: Any) -> exp.Expression:
        """Return the engine's way to bind a value by name."""
        return exp.Placeholder(this=name, kind=_BOUND.get(type(value), "String"))

    def cast(self, node: exp.Cast) -> exp.Expression:
        """Turn a cast; one to a whole number is of what is rounded before."""
        if node.to.this in exp.DataType.INTEGER_TYPES:
            return self.say("rounded to a whole number", node.this)
        return super().cast(node)

    def counted(self, node: exp.Expression) -> exp.Expression:
        """Give a count a sign, with its filter and its window: UInt64 and Int64 have no type in common."""
        if isinstance(node.parent, (exp.Filter, exp.Window)) and node.arg_key == "this":
            return node
        inner = node
        while isinstance(inner, (exp.Filter, exp.Window)):
            inner = inner.this
        if isinstance(inner, (exp.Count, exp.RowNumber, exp.DenseRank)):
            return self.say("whole number", node)
        return node

    def local_time(self, zone: exp.Expression, at: exp.Expression) -> exp.Expression:
        """Return the wall-clock time of an instant, by the zones that there are."""
        return self.say("once", self.in_zone("fromUTCTimestamp", zone), at)

    def instant_of(self, zone: exp.Expression, at: exp.Expression) -> exp.Expression:
        """Return the instant of a wall-clock time: ClickHouse's own, and where there is none, as the clock stood before."""
        there, back = (self.in_zone(name, zone) for name in ("toUTCTimestamp", "fromUTCTimestamp"))
        return self.say("there and back", there, back, at)

    def in_zone(self, function: str, zone: exp.Expression) -> exp.Expression:
        """Return a function of `that_time` and a zone, which has to be a constant."""
        found = exp.Case()
        for name in [zone.name] if isinstance(zone, exp.Literal) else self.zones:
            text = exp.Literal.string(name)
            call = exp.Anonymous(
                this=function, expressions=[exp.to_identifier("that_time"), text.copy()]
            )
            found = found.when(exp.EQ(this=zone.copy(), expression=text), call)
        return found
