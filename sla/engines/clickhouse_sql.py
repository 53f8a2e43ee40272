"""DuckDB's SQL for ClickHouse."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlglot import exp

from sla.engines.carry import Carrier
from sla.engines.tables import Columns

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
        "MICROSECOND": "toIntervalMicrosecond(_1)",
        "SECOND": "toIntervalSecond(_1)",
        "MINUTE": "toIntervalMinute(_1)",
        "HOUR": "toIntervalHour(_1)",
        "DAY": "toIntervalDay(_1)",
    }

    def __init__(self, values: Mapping[str, Any], columns: Columns, zones: Sequence[str]) -> None:
        super().__init__(values, columns)
        self.zones = zones
        for counting in (exp.Count, exp.RowNumber, exp.DenseRank):
            self.rules[counting] = self.counted
        self.rules[exp.Window] = self.window

    def parameter(self, name: str, value: Any) -> exp.Expression:
        """Return the engine's way to bind a value by name."""
        return exp.Placeholder(this=name, kind=_BOUND.get(type(value), "String"))

    def cast(self, node: exp.Cast) -> exp.Expression:
        """Turn a cast; one to a whole number is of what is rounded before."""
        if node.to.this in exp.DataType.INTEGER_TYPES:
            return self.say("rounded to a whole number", node.this)
        return super().cast(node)

    def counted(self, node: exp.Expression) -> exp.Expression:
        """Give a count a sign: UInt64 and Int64 have no type in common."""
        if isinstance(node.parent, exp.Window) and node.arg_key == "this":
            return node
        return self.say("whole number", node)

    def window(self, node: exp.Window) -> exp.Expression:
        """Do the same for a count over a window."""
        if isinstance(node.this, (exp.Count, exp.RowNumber, exp.DenseRank)):
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
