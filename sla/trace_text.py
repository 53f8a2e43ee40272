"""A trace for the terminal: aligned, one line a fact, times in the account's time zone."""

from collections.abc import Iterator, Sequence

from sla.durations import spoken
from sla.trace_records import AppliedRule, CountedSpan, Trace, TracedMessage, TracedWait
from sla.trace_times import LocalTimes
from sla.trace_words import one_line

# More spans than a person reads; those in the middle are added up.
_SPANS_SHOWN = 40


def as_text(trace: Trace) -> str:
    """Return a trace as plain text. Texts are cut to one line of 80 characters."""
    zone = trace.wait.time_zone
    parts = [[trace.headline], _wait(trace.wait), _messages(trace)]
    parts.append(["Rules", *_aligned([_rule(rule) for rule in trace.rules])])
    if trace.spans is not None:
        parts.append([f"Opening hours counted, in {zone} time", *_spans(trace.spans, trace.wait)])
    verdicts = [
        (
            f"within {spoken(v.target_seconds)}",
            "calendar" if v.clock == "calendar" else "open hours",
            "–" if v.elapsed_seconds is None else spoken(v.elapsed_seconds),
            v.verdict or "–",
            v.why,
        )
        for v in trace.verdicts
    ]
    parts.append(["Targets", *_aligned(verdicts)])
    return "\n\n".join("\n".join(part) for part in parts)


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield the rows as lines, indented, every column but the last as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield ("  " + "  ".join(cells)).rstrip()


def _wait(wait: TracedWait) -> list[str]:
    times = LocalTimes(wait.zone, (wait.as_of,))
    still = " so far" if wait.outcome == "open" else ""
    turn = "the first of its conversation" if wait.first else "a next reply"
    nothing = "unknown" if wait.unknown else "empty: no opening hours"
    facts = [
        ("Wait", f"{one_line(wait.wait_id, 200)}, {turn}"),
        ("Account", one_line(f"{wait.account}, {wait.channel}", 200)),
        ("Conversation", one_line(wait.conversation_id, 200)),
        ("Outcome", "answered, wait unknown" if wait.unknown else wait.outcome),
        ("Calendar", _length(wait.length_seconds, "unknown", still)),
        ("Open hours", _length(wait.open_length_seconds, nothing, still)),
    ]
    if wait.agent is not None:
        team = f", team {wait.team}" if wait.team else ""
        facts.append(("Answered by", one_line(wait.agent + team, 200)))
    facts.append(("As of", f"{times.full(wait.as_of)} {wait.time_zone}"))
    return list(_aligned(facts))


def _length(seconds: int | None, otherwise: str = "", still: str = "") -> str:
    return otherwise if seconds is None else f"{spoken(seconds)} ({seconds:,} s){still}"


def _messages(trace: Trace) -> Iterator[str]:
    times = LocalTimes(trace.wait.zone, (m.sent_at for m in trace.messages))
    yield f"Messages, in {trace.wait.time_zone} time, and what the clock read at them"
    if trace.hidden:
        yield f"  ({trace.hidden:,} more of the conversation are further away and not shown)"
    heads = _aligned([_head(m, times) for m in trace.messages])
    for head, message in zip(heads, trace.messages, strict=True):
        yield head
        if message.text:
            yield f"      “{one_line(message.text, 80)}”"
        yield f"      {message.why}"


def _head(message: TracedMessage, times: LocalTimes) -> tuple[str, ...]:
    clock = "–" if message.clock_seconds is None else spoken(message.clock_seconds)
    who = message.event if message.role == "system" and message.event else message.role
    name = f"{one_line(message.author, 40)}, " if message.author else ""
    return times.full(message.sent_at), clock, message.effect.told, f"{name}{who}"


def _rule(rule: AppliedRule) -> tuple[str, str, str]:
    if isinstance(rule.value, bool):
        value = "on" if rule.value else "off"
    elif isinstance(rule.value, str):
        value = rule.value
    else:
        value = f"{rule.value:g}"
    return rule.name, value, rule.why


def _spans(spans: Sequence[CountedSpan], wait: TracedWait) -> Iterator[str]:
    times = LocalTimes(wait.zone, (at for s in spans for at in (s.opens_at, s.closes_at)))
    half = _SPANS_SHOWN // 2
    if not spans:
        yield "  none: the wait lay outside them"
        return
    cut = half if len(spans) > _SPANS_SHOWN else len(spans)
    rows = [_span(span, times) for span in spans[:cut]]
    if middle := spans[cut : len(spans) - half]:
        rows.append((f"and {len(middle):,} more", "", _length(sum(s.seconds for s in middle))))
        rows.extend(_span(span, times) for span in spans[-half:])
    rows.append(("in all", "", _length(sum(s.seconds for s in spans))))
    yield from _aligned(rows)


def _span(span: CountedSpan, times: LocalTimes) -> tuple[str, str, str]:
    same_day = times.day(span.closes_at) == times.day(span.opens_at)
    end = (times.time if same_day else times.full)(span.closes_at)
    start = f"{times.weekday(span.opens_at)} {times.full(span.opens_at)}"
    return start, f"to {end}", _length(span.seconds)
