"""What the columns of an unknown table hold, as far as its first rows tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from loaders.edges import stands_for_nothing
from loaders.log_rows import Value
from loaders.mapped_times import DayOrderUnknown, read_time
from loaders.tables import Row

# Ways to write a time that are tried in turn; None stands for what needs no format.
_FORMATS = (
    None,
    "%d %b %Y %H:%M:%S",
    "%d %b %Y %H:%M",
    "%b %d, %Y %I:%M:%S %p",
    "%b %d, %Y %I:%M %p",
    "%b %d %Y %H:%M:%S",
    "%d %B %Y %H:%M",
    "%B %d, %Y %I:%M %p",
    "%a %d %b %Y %H:%M:%S",
    "%a, %d %b %Y %H:%M:%S %z",
    "%Y%m%d %H%M%S",
    "%Y%m%dT%H%M%S",
)
_MOSTLY = 0.9
_SAMPLES = 5
_FEW = 12
_SAMPLE_LENGTH = 80

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORDS = re.compile(r"[\W_]+")
_DAY_MONTH = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-]\d{2,4}\D")
_CLOCK_ONLY = re.compile(r"\d{1,2}:\d{2}(:\d{2})?( ?[ap]\.?m\.?)?", re.IGNORECASE)
_DATE_ONLY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")


@dataclass(frozen=True)
class ColumnFacts:
    """A column: some of its values, how many rows fill it, how many values differ, and what they are.

    `kind` is `time`, `date`, `clock` (a time of day), `few` (few different values), `number`, `words` (texts
    with blanks), `word` or `empty`. `length` is the mean number of characters. Of times, `time_format` is how they
    are written, `has_zone` whether they name one, and `day_first` what is proved about day and month.
    """

    name: str
    samples: tuple[str, ...]
    rows: int
    filled: int
    distinct: int
    kind: str
    length: float
    time_format: str | None = None
    has_zone: bool = False
    day_first: bool | None = None
    ambiguous: bool = False
    values: tuple[tuple[str, int], ...] = ()

    @property
    def words(self) -> str:
        """The name in lower case, its words apart: `reviewId` is `review id`."""
        return words_of(self.name)

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value of its own."""
        return self.distinct == self.filled == self.rows > 1


def words_of(name: str) -> str:
    """Give a name in lower case, its words apart: `reviewId` is `review id`."""
    return _NOT_WORDS.sub(" ", _CAMEL.sub(" ", name)).strip().lower()


def columns_of(names: Sequence[str], rows: Sequence[Row]) -> list[ColumnFacts]:
    """Look at every column of these rows."""
    return [_facts(name, [row.get(name.lower()) for row in rows]) for name in names]


def _facts(name: str, values: Sequence[Value]) -> ColumnFacts:
    filled = [value for value in values if value not in (None, "")]
    texts = [str(value).strip() for value in filled]
    counts = Counter(texts)
    length = sum(map(len, texts)) / max(len(texts), 1)
    samples = tuple(text[:_SAMPLE_LENGTH] for text in list(counts)[:_SAMPLES])
    facts = ColumnFacts(
        name, samples, len(values), len(filled), len(counts), "empty", length,
        values=tuple(counts.most_common(_FEW)) if len(counts) <= _FEW else (),
    )  # fmt: skip
    if not filled:
        return facts
    time = _as_time(facts, filled)
    if time is not None:
        return time
    kind = _kind(texts, counts)
    day_first, ambiguous = _day_order(texts) if kind == "date" else (None, False)
    told = {"kind": kind, "day_first": day_first, "ambiguous": ambiguous}
    return ColumnFacts(**{**facts.__dict__, **told})


def _kind(texts: Sequence[str], counts: Counter[str]) -> str:
    for kind, fits in (
        ("clock", _CLOCK_ONLY.fullmatch),
        ("date", _DATE_ONLY.fullmatch),
    ):
        if sum(fits(text) is not None for text in texts) >= _MOSTLY * len(texts):
            return kind
    if len(counts) <= _FEW and (len(counts) < len(texts) or len(texts) == 1):
        return "few"
    if sum(text.replace(".", "", 1).lstrip("-").isdigit() for text in texts) >= _MOSTLY * len(
        texts
    ):
        return "number"
    return "words" if sum(" " in text for text in texts) * 3 > len(texts) else "word"


def _as_time(facts: ColumnFacts, filled: Sequence[Value]) -> ColumnFacts | None:
    """Give the facts of a column of times, None where it is none; what stands where a time is missing says nothing."""
    filled = [v for v in filled if isinstance(v, datetime) or not stands_for_nothing(str(v))]
    if not filled:
        return None
    day_first, ambiguous = _day_order([str(value) for value in filled])
    for time_format in _FORMATS:
        times = [_read(value, time_format, day_first) for value in filled]
        read = [time for time in times if time is not None]
        if len(read) >= _MOSTLY * len(filled):
            zones = sum(time.tzinfo is not None for time in read)
            return ColumnFacts(
                **{
                    **facts.__dict__,
                    "kind": "time",
                    "time_format": time_format,
                    "has_zone": zones == len(read),
                    "day_first": day_first,
                    "ambiguous": ambiguous,
                }
            )
    return None


def _day_order(texts: Sequence[str]) -> tuple[bool | None, bool]:
    """Give what is proved about day and month, and whether they could change places."""
    pairs = [pair for text in texts if (pair := _DAY_MONTH.match(text + " "))]
    day_first = None
    if any(int(pair[1]) > 12 for pair in pairs):
        day_first = True
    elif any(int(pair[2]) > 12 for pair in pairs):
        day_first = False
    return day_first, day_first is None and any(pair[1] != pair[2] for pair in pairs)


def _read(value: Value, time_format: str | None, day_first: bool | None) -> datetime | None:
    if value is None or (isinstance(value, str) and value.isdigit() and len(value) < 9):
        return None
    try:
        return read_time(value, time_format, day_first)
    except DayOrderUnknown:
        return datetime(2000, 1, 1, tzinfo=None if time_format else UTC).replace(tzinfo=None)
