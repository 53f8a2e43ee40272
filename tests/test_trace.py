"""The trace says truthfully why a wait's clock reads what it reads."""

import json
import os
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from sla.errors import MeasureError
from sla.measures import Question, ask
from sla.settings import Account, Settings
from sla.store import Store
from sla.trace import as_json, as_text, trace
from sla.trace_records import Effect, Trace
from tests.case_notation import CHAT, REVIEWS, TICKET, Case, Place, message_of
from tests.cases import CASES, expected_waits, messages_of, rules_of
from tests.oracle_records import Rules, Weekly
from tests.staging import put
from tests.strategies import World, worlds
from tests.test_agreement import empty, settings_for

_WAITS = """
    SELECT w.wait_id, s.namespace, s.message_key AS start_key, e.message_key AS end_key, w.started_at, w.ended_at,
        w.outcome, w.unknown, w.seconds, w.open_seconds, w.chasers, w."first", w.account, w.channel, w.agent,
        (SELECT count(*) FROM placed AS p WHERE p.conversation_id = w.conversation_id) AS messages
    FROM waits AS w
    JOIN messages AS s ON s.message_id = w.start_id
    LEFT JOIN messages AS e ON e.message_id = w.end_id
    ORDER BY w.started_at, w.wait_id
"""
SPLIT: Weekly = {day: [(540, 720), (780, 1020)] for day in range(5)}
LONDON: dict[str, Any] = {"time_zones": {"help": "Europe/London"}}
OFFICE: dict[str, Any] = {"hours": {"help": [(date(2020, 1, 1), SPLIT)]}} | LONDON


@pytest.fixture(scope="module")
def reused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return one store that every test empties: opening a file anew would cost more than the test."""
    with Store.open(tmp_path_factory.mktemp("reused") / "store.duckdb", Settings()) as found:
        yield found


def told(store: Store, lines: str, place: Place = TICKET, **rules: Any) -> Store:
    """Empty the store and put a story into it, written as the named cases are."""
    empty(store, Rules(**rules))
    put(store, [message_of(line, place) for line in lines.strip().splitlines()])
    return store


def rows_of(store: Store) -> list[dict[str, Any]]:
    cursor = store.cursor().execute(_WAITS)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def checked(store: Store, row: dict[str, Any]) -> Trace:
    """Trace a wait and hold the trace against the wait as the model made it."""
    found = trace(store, row["wait_id"])
    wait = found.wait
    for name in row.keys() - {"namespace", "start_key", "end_key", "messages"}:
        assert getattr(wait, name) == row[name], name
    starts = [m for m in found.messages if m.effect is Effect.STARTED]
    assert [(m.key, m.sent_at) for m in starts] == [(row["start_key"], wait.started_at)]
    ends = [m for m in found.messages if m.effect.ends]
    ended = [] if wait.outcome == "open" else [(row["end_key"], wait.ended_at)]
    assert [(m.key, m.sent_at) for m in ends] == ended
    assert sum(m.effect is Effect.CHASED for m in found.messages) == wait.chasers
    for message in ends:
        early = message.clock_seconds is None
        assert early == (found.messages.index(message) < found.messages.index(starts[0]))
        assert wait.seconds in ({None, 0} if early else {message.clock_seconds})
    spans_add_up(found)
    assert [m.sent_at for m in found.messages] == sorted(m.sent_at for m in found.messages)
    shown = [m for m in found.messages if m.in_conversation and (m.role != "system" or m.event)]
    assert len(shown) + found.hidden == row["messages"]
    text = as_text(found)
    assert text.startswith(found.headline)
    assert not any(unicodedata.category(c) == "Cc" for c in text.replace("\n", ""))
    json.dumps(as_json(found))
    return found


def spans_add_up(found: Trace) -> None:
    """The opening hours counted lie inside the wait, one after the other, and make its open length."""
    wait = found.wait
    if found.spans is None:
        assert wait.open_length_seconds is None
        return
    assert sum(span.seconds for span in found.spans) == wait.open_length_seconds
    for span in found.spans:
        assert wait.started_at <= span.opens_at < span.closes_at <= (wait.ended_at or wait.as_of)
        local = (span.local_start.astimezone(UTC), span.local_end.astimezone(UTC))
        assert local == (span.opens_at, span.closes_at)
        assert span.local_start.tzinfo == wait.zone
        assert abs((span.closes_at - span.opens_at).total_seconds() - span.seconds) < 1
    assert all(a.closes_at < b.opens_at for a, b in pairwise(found.spans))


def verdicts_agree(store: Store, traces: list[Trace]) -> None:
    """The verdicts of all waits, counted, are the hit rate."""
    for clock in ("calendar", "open"):
        for target in (3600, 7200):
            (row,) = ask(store, "hit_rate", Question(clock=clock, target=target, waits="all"))
            counted = [
                v.verdict
                for t in traces
                for v in t.verdicts
                if (v.clock, v.target_seconds) == (clock, target)
            ]
            assert len(counted) == len(traces)
            for verdict in ("met", "missed", "undecided"):
                assert counted.count(verdict) == row[verdict], (clock, target, verdict)


def by_rules() -> list[list[Case]]:
    """Return the named cases, those of the same rules together: one load then serves them all."""
    groups: dict[str, list[Case]] = {}
    for case in CASES:
        groups.setdefault(repr(settings_for(rules_of(case))), []).append(case)
    return list(groups.values())


@pytest.mark.parametrize("cases", by_rules(), ids=lambda cases: f"{cases[0].name} ({len(cases)})")
def test_every_wait_of_every_named_case_is_explained(cases: list[Case], reused: Store) -> None:
    store = empty(reused, rules_of(cases[0]))
    messages = [
        {**m, "namespace": f"{case.name}|{m['namespace']}"}
        for case in cases
        for m in messages_of(case)
    ]
    put(store, messages)
    rows = rows_of(store)
    traces = [checked(store, row) for row in rows]
    for case in cases:
        mine = [
            (row["start_key"], found.wait)
            for row, found in zip(rows, traces, strict=True)
            if row["namespace"].partition("|")[0] == case.name
        ]
        by_hand = expected_waits(case)
        assert sorted(key for key, _ in mine) == sorted(row["key"] for row in by_hand), case.name
        for expected in by_hand:
            same_key = [wait for key, wait in mine if key == expected["key"]]
            assert any(
                all(reads(wait, name) == value for name, value in expected.items() if name != "key")
                for wait in same_key
            ), (case.name, expected)
    verdicts_agree(store, traces)


def reads(wait: Any, name: str) -> Any:
    """Return what the named cases pin of a wait; they leave the time until a closing out."""
    return None if name == "seconds" and wait.outcome == "closed" else getattr(wait, name)


@given(world=worlds())
@settings(
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    max_examples=int(os.environ.get("REPLYCLOCK_EXAMPLES", "8")),
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)
def test_every_wait_of_any_world_is_explained(reused: Store, world: World) -> None:
    store = empty(reused, world.rules)
    put(store, world.messages)
    traces = [checked(store, row) for row in rows_of(store)]
    verdicts_agree(store, traces)


ANSWERED = """
4 h 12 min: asked 2 Mar 2026 at 09:00, answered by KB at 13:12 (Europe/London). 2 chasers did not restart the clock. 3 h 12 min of it in opening hours.

  Wait          zendesk:northlight/1, the first of its conversation
  Account       help, E-mail
  Conversation  zendesk|northlight|T1|help
  Outcome       answered
  Calendar      4 h 12 min (15,120 s)
  Open hours    3 h 12 min (11,520 s)
  Answered by   KB
  As of         2 Mar 2026 13:15 Europe/London

Messages, in Europe/London time, and what the clock read at them
  2 Mar 2026 09:00:00  0 s         started the clock            ann, customer
      “Is it down?”
      The oldest customer message that is not answered yet and needs a reply.
  2 Mar 2026 09:00:05  5 s         bot acknowledged, no change  Greeter, bot
      “We got your message.”
      A bot that acknowledges, the default for every bot, changes nothing.
  2 Mar 2026 09:30:00  30 min      internal note, not seen      Lee, agent
      “Ask the network people”
      The customer never sees an internal note: it is never a reply.
  2 Mar 2026 10:00:00  1 h         chased, clock runs on        ann, customer
      “Hello?”
      A further message while waiting is a chaser: it never restarts the clock.
  2 Mar 2026 12:00:00  3 h         chased, clock runs on        ann, customer
      “HELLO?”
      A further message while waiting is a chaser: it never restarts the clock.
  2 Mar 2026 13:12:00  4 h 12 min  ended the clock              Care, agent
      “Until two. ^KB”
      The first message after it by an agent that the customer can see, however late. Credited to KB, who signed it.
  2 Mar 2026 13:15:00  –           closer, needs no reply       ann, customer
      “thanks!”
      A closer after an agent's reply opens no wait.

Rules
  closers                 on                A closer after an agent's reply opens no wait.
  conversation            ticket or thread  As in the source; when the customer writes to a closed one, a new episode starts.
  bots."Greeter".answers  off               It acknowledges, which changes nothing.
  horizon_hours           24                An open wait older than this counts as given up.

Opening hours counted, in Europe/London time
  Mon 2 Mar 2026 09:00  to 12:00  3 h (10,800 s)
  Mon 2 Mar 2026 13:00  to 13:12  12 min (720 s)
  in all                          3 h 12 min (11,520 s)

Targets
  within 1 h  calendar    4 h 12 min  missed  by 3 h 12 min
  within 2 h  calendar    4 h 12 min  missed  by 2 h 12 min
  within 1 h  open hours  3 h 12 min  missed  by 2 h 12 min
  within 2 h  open hours  3 h 12 min  missed  by 1 h 12 min
"""

TWO_DAYS = """
17 h 30 min: asked 8 Jan 2024 at 16:00, answered by Kim on 9 Jan 2024 at 09:30 (Europe/London). 1 h 30 min of it in opening hours.

  Wait          zendesk:northlight/3, a next reply
  Account       help, E-mail
  Conversation  zendesk|northlight|T1|help
  Outcome       answered
  Calendar      17 h 30 min (63,000 s)
  Open hours    1 h 30 min (5,400 s)
  Answered by   Kim
  As of         9 Jan 2024 09:31 Europe/London

Messages, in Europe/London time, and what the clock read at them
  8 Jan 2024 11:30  –            before this wait   ann, customer
      “Is it down?”
      It started another wait: zendesk:northlight/1.
  8 Jan 2024 13:30  –            before this wait   Kim, agent
      “Until noon.”
      It ended another wait: zendesk:northlight/1.
  8 Jan 2024 16:00  0 s          started the clock  ann, customer
      “Still down”
      The oldest customer message that is not answered yet and needs a reply.
  9 Jan 2024 09:30  17 h 30 min  ended the clock    Kim, agent
      “Sorry.”
      The first message after it by an agent that the customer can see, however late.
  9 Jan 2024 09:31  –            after the end      Kim, agent
      “Up again.”
      Nobody was waiting then, so it ended no wait.

Rules
  closers        on                A closer after an agent's reply opens no wait.
  conversation   ticket or thread  As in the source; when the customer writes to a closed one, a new episode starts.
  horizon_hours  24                An open wait older than this counts as given up.

Opening hours counted, in Europe/London time
  Mon 8 Jan 2024 16:00  to 17:00  1 h (3,600 s)
  Tue 9 Jan 2024 09:00  to 09:30  30 min (1,800 s)
  in all                          1 h 30 min (5,400 s)

Targets
  within 1 h  calendar    17 h 30 min  missed  by 16 h 30 min
  within 2 h  calendar    17 h 30 min  missed  by 15 h 30 min
  within 1 h  open hours  1 h 30 min   missed  by 30 min
  within 2 h  open hours  1 h 30 min   met     30 min to spare
"""

CLOSED = """
Unanswered for ever: asked 8 Jan 2024 at 09:00, closed without a reply at 11:00, after 2 h (UTC). 1 chaser did not restart the clock.

  Wait          zendesk:northlight/1, the first of its conversation
  Account       help, E-mail
  Conversation  zendesk|northlight|T1|help
  Outcome       closed
  Calendar      2 h (7,200 s)
  Open hours    empty: no opening hours
  As of         8 Jan 2024 11:40 UTC

Messages, in UTC time, and what the clock read at them
  8 Jan 2024 09:00  0 s  started the clock      ann, customer
      “Is it down?”
      The oldest customer message that is not answered yet and needs a reply.
  8 Jan 2024 10:00  1 h  chased, clock runs on  ann, customer
      “Hello?”
      A further message while waiting is a chaser: it never restarts the clock.
  8 Jan 2024 11:00  2 h  closed unanswered      closed
      The source says that the conversation was closed without a reply: unanswered for ever.
  8 Jan 2024 11:30  –    reopened               reopened
      The source says that the conversation was reopened: that starts no wait and ends none.
  8 Jan 2024 11:40  –    after the end          Kim, agent
      “Yes.”
      Nobody was waiting then, so it ended no wait.

Rules
  closers        off               Every message counts, also a "thanks!" after a reply.
  conversation   ticket or thread  As in the source; when the customer writes to a closed one, a new episode starts.
  horizon_hours  24                An open wait older than this counts as given up.

Targets
  within 1 h  calendar    2 h  missed  closed unanswered
  within 2 h  calendar    2 h  missed  closed unanswered
  within 1 h  open hours  –    –       no figure: no opening hours
  within 2 h  open hours  –    –       no figure: no opening hours
"""

UNKNOWN = """
Unknown: asked 8 Jan 2024 at 17:45, but the reply by Kim was sent at 14:45, 3 h before it (Asia/Kathmandu). Counted as answered, in no time figure.

  Wait          google_play:1, the first of its conversation
  Account       app, Reviews
  Conversation  google_play||1|app|ann
  Outcome       answered, wait unknown
  Calendar      unknown
  Open hours    unknown
  Answered by   Kim
  As of         8 Jan 2024 17:45 Asia/Kathmandu

Messages, in Asia/Kathmandu time, and what the clock read at them
  8 Jan 2024 14:45  –  ended the clock    Kim, agent
      “Try 2.0”
      A reply to that message, dated before it: counted as answered, in no time figure.
  8 Jan 2024 17:45  –  started the clock  ann, customer
      “Crashes, now worse”
      Its reply lies before it, as when a message is edited later: the wait is unknown.

Rules
  closers        on               A closer after an agent's reply opens no wait.
  conversation   tree of replies  Each customer's messages with one account are a conversation of their own.
  horizon_hours  24               An open wait older than this counts as given up.

Targets
  within 1 h  calendar    –  –  in no time figure: unknown
  within 2 h  calendar    –  –  in no time figure: unknown
  within 1 h  open hours  –  –  in no time figure: unknown
  within 2 h  open hours  –  –  in no time figure: unknown
"""


def test_an_answered_wait_with_chasers_a_note_and_a_bot_reads_like_this(reused: Store) -> None:
    lines = """
    1 | 2026-03-02 09:00    | ann         | Is it down?
    2 | 2026-03-02 09:00:05 | bot Greeter | We got your message.
    3 | 2026-03-02 09:30    | note Lee    | Ask the network people
    4 | 2026-03-02 10:00    | ann         | Hello?
    5 | 2026-03-02 12:00    | ann         | HELLO?
    6 | 2026-03-02 13:12    | agent Care  | Until two. ^KB
    7 | 2026-03-02 13:15    | ann         | thanks!
    """
    store = told(reused, lines, **OFFICE)
    assert as_text(trace(store, "zendesk:northlight/1")) == ANSWERED.strip()


def test_open_hours_over_two_days_with_split_shifts_read_like_this(reused: Store) -> None:
    lines = """
    1 | 01-08 11:30 | ann       | Is it down?
    2 | 01-08 13:30 | agent Kim | Until noon.
    3 | 01-08 16:00 | ann       | Still down
    4 | 01-09 09:30 | agent Kim | Sorry.
    5 | 01-09 09:31 | agent Kim | Up again.
    """
    store = told(reused, lines, **OFFICE)
    assert as_text(trace(store, "zendesk:northlight/3")) == TWO_DAYS.strip()


def test_a_wait_closed_unanswered_reads_like_this(reused: Store) -> None:
    lines = """
    1 | 01-08 09:00 | ann       | Is it down?
    2 | 01-08 10:00 | ann       | Hello?
    3 | 01-08 11:00 | closed
    4 | 01-08 11:30 | reopened
    5 | 01-08 11:40 | agent Kim | Yes.
    """
    store = told(reused, lines, closers=False)
    assert as_text(trace(store, "zendesk:northlight/1")) == CLOSED.strip()


def test_an_unknown_wait_reads_like_this(reused: Store) -> None:
    lines = """
    1 | 01-08 12:00 | ann       | Crashes, now worse
    2 | 01-08 09:00 | agent Kim | Try 2.0            | re 1
    """
    store = told(reused, lines, REVIEWS, time_zones={"app": "Asia/Kathmandu"})
    assert as_text(trace(store, "google_play:1")) == UNKNOWN.strip()


@pytest.mark.parametrize(
    ("lines", "wait_id", "headline"),
    [
        (
            """
            1 | 01-08 09:00 | ann        | Is it down?
            2 | 01-08 09:01 | bot Solver | Until noon.
            3 | 01-08 09:20 | agent Kim  | Until one.
            """,
            "whatsapp:1",
            "20 min: asked 8 Jan 2024 at 09:00, answered by Kim at 09:20 (UTC). "
            "A bot answered before; the agent's reply ended the wait after all.",
        ),
        (
            """
            1 | 01-08 09:00 | ann        | Is it down?
            2 | 01-08 09:01 | bot Solver | Until noon.
            """,
            "whatsapp:1",
            "1 min until a bot answered: asked 8 Jan 2024 at 09:00, answered by the bot Solver at 09:01 (UTC). "
            "It ended as bot: in no human figure.",
        ),
        (
            """
            1 | 01-08 09:00 | ann       | Is it down?
            2 | 01-18 09:00 | agent Kim | It was.
            """,
            "whatsapp:1",
            "10 d: asked 8 Jan 2024 at 09:00, answered by Kim on 18 Jan 2024 at 09:00 (UTC). "
            "The reply came in a later episode; a wait outlives its own.",
        ),
        (
            """
            1 | 01-08 09:00 | ann | Is it down?
            2 | 01-17 09:00 | ann | Hello?
            """,
            "whatsapp:1",
            "Open for 9 d: asked 8 Jan 2024 at 09:00, not answered as of 17 Jan 2024 at 09:00 (UTC). "
            "1 chaser did not restart the clock. It is older than the horizon and counts as given up.",
        ),
        (
            """
            1 | 01-08 09:00:50 | ann       | Is it down?
            2 | 01-08 09:02:10 | agent Kim | Yes.
            """,
            "whatsapp:1",
            "1 min: asked 8 Jan 2024 at 09:00:50, answered by Kim at 09:02:10 (UTC).",
        ),
    ],
)
def test_the_headline_tells_how_the_wait_ended(
    reused: Store, lines: str, wait_id: str, headline: str
) -> None:
    store = told(reused, lines, CHAT, answering_bots=frozenset({"Solver"}))
    assert trace(store, wait_id).headline == headline


def test_the_headline_tells_what_summer_time_did_to_the_clock_on_the_wall(reused: Store) -> None:
    lines = """
    1 | 10-27 00:30 | ann       | Is it down?
    2 | 10-27 01:10 | agent Kim | Yes.
    """
    store = told(reused, lines, **LONDON)
    assert trace(store, "zendesk:northlight/1").headline == (
        "40 min: asked 27 Oct 2024 at 01:30 +01:00, answered by Kim at 01:10 +00:00 "
        "(Europe/London; in between its clocks went back by 1 h)."
    )
    store = told(reused, lines.replace("10-27", "03-31").replace("01:10", "02:30"), **LONDON)
    assert "clocks went forward by 1 h" in trace(store, "zendesk:northlight/1").headline


def test_a_wait_before_the_first_hours_says_so(reused: Store) -> None:
    lines = """
    1 | 01-08 10:00 | ann       | Is it down?
    2 | 01-08 11:00 | agent Kim | Yes.
    """
    found = trace(
        told(reused, lines, hours={"help": [(date(2024, 1, 9), SPLIT)]}), "zendesk:northlight/1"
    )
    assert found.headline.endswith("No opening hours held yet when it started.")
    assert found.spans is None
    assert {v.why for v in found.verdicts if v.clock == "open"} == {
        "no figure: no opening hours then"
    }


def test_a_wait_that_nobody_was_open_for_counted_no_span(reused: Store) -> None:
    lines = """
    1 | 01-08 18:00 | ann       | Is it down?
    2 | 01-08 20:00 | agent Kim | Yes.
    """
    found = trace(told(reused, lines, **OFFICE), "zendesk:northlight/1")
    assert (found.spans, found.wait.open_seconds) == ((), 0)
    assert found.headline.endswith("None of it in opening hours.")
    assert as_json(found)["spans"] == []
    assert "none: the wait lay outside them" in as_text(found)


def test_hours_that_an_older_load_made_reach_further_back_are_one_span(reused: Store) -> None:
    newer = "3 | 01-17 10:30 | bob | Hello | thread T2"
    older = """
    1 | 01-08 09:30 | ann       | Is it down?
    2 | 01-08 11:00 | agent Kim | Yes.
    """
    empty(reused, Rules())  # forgets how far the hours reach
    store = told(reused, newer, **OFFICE)
    assert store.cursor().execute("SELECT min(covers_from) FROM open_cover").fetchone() == (
        datetime(2024, 1, 8, 10, 30, tzinfo=UTC),
    )
    put(store, [message_of(line, TICKET) for line in older.strip().splitlines()])
    (span,) = trace(store, "zendesk:northlight/1").spans or ()
    assert (span.seconds, span.opens_at) == (5400, datetime(2024, 1, 8, 9, 30, tzinfo=UTC))


def test_parts_of_a_second_are_counted_once_over_all_spans(reused: Store) -> None:
    lines = """
    1 | 01-08 11:30:00.600 | ann       | Is it down?
    2 | 01-08 13:30:00.800 | agent Kim | Yes.
    """
    found = trace(told(reused, lines, **OFFICE), "zendesk:northlight/1")
    assert found.wait.open_seconds == 3600
    assert [span.seconds for span in found.spans or ()] == [1799, 1801]


def test_a_wait_as_old_as_the_target_is_undecided_and_a_second_later_missed(reused: Store) -> None:
    lines = """
    1 | 01-08 09:00:01 | ann       | Is it down?
    2 | 01-08 09:00:00 | bob       | Is it down? | thread T2
    3 | 01-08 10:00:01 | agent Kim | Good morning | thread T3
    """
    store = told(reused, lines)
    (exact, later) = [trace(store, f"zendesk:northlight/{key}") for key in (1, 2)]
    assert [(v.verdict, v.why) for v in exact.verdicts[:2]] == [
        ("undecided", "0 s left"),
        ("undecided", "1 h left"),
    ]
    assert [(v.verdict, v.why) for v in later.verdicts[:2]] == [
        ("missed", "by 1 s"),
        ("undecided", "59 min left"),
    ]
    verdicts_agree(store, [exact, later])


def test_an_open_wait_older_than_the_horizon_says_that_it_counts_as_given_up(reused: Store) -> None:
    lines = """
    1 | 01-08 09:00    | ann       | Is it down?
    2 | 01-09 09:00    | agent Kim | Good morning | thread T3
    """
    found = trace(told(reused, lines), "zendesk:northlight/1")
    assert not found.wait.given_up
    assert found.rules[-1].why.endswith("this one is not older.")
    store = told(reused, lines.replace("01-09 09:00   ", "01-09 09:00:01"))
    found = trace(store, "zendesk:northlight/1")
    assert found.wait.given_up
    assert found.rules[-1].why.endswith("this one is older.")


def test_system_messages_of_the_thread_are_shown_with_the_account_they_name(reused: Store) -> None:
    lines = """
    1 | 01-08 09:00 | ann       | Hello
    2 | 01-08 09:05 | bob       | Hello | account sales
    3 | 01-08 09:06 | system    | Kim joined
    4 | 01-08 09:10 | agent Kim | Hi
    5 | 01-08 09:10 | agent Lee | Hi | account sales
    """
    store = told(reused, lines)
    first = trace(store, "zendesk:northlight/1").messages
    assert [(m.key, m.effect) for m in first] == [
        ("1", Effect.STARTED),
        ("3", Effect.SYSTEM),
        ("4", Effect.ENDED),
    ]
    second = trace(store, "zendesk:northlight/2").messages
    assert [m.key for m in second] == ["2", "5"]


def test_a_wait_of_a_year_adds_up_the_days_in_its_middle(reused: Store) -> None:
    lines = """
    1 | 2023-01-08 09:00 | ann       | Is it down?
    2 | 2024-01-08 09:00 | agent Kim | Not any more.
    """
    found = trace(told(reused, lines, **OFFICE), "zendesk:northlight/1")
    spans_add_up(found)
    assert len(found.spans or ()) == 52 * 5 * 2
    (middle,) = [line for line in as_text(found).splitlines() if "more" in line and "and" in line]
    assert middle.split() == ["and", "480", "more", "2", "months", "9", "d", "(6,048,000", "s)"]


def test_a_long_conversation_shows_the_wait_and_what_stands_beside_it(reused: Store) -> None:
    at = datetime(2024, 1, 8, 9, tzinfo=UTC)
    messages = [
        message_of(f"{n} | 01-08 09:00 | {'ann' if n % 2 else 'agent Kim'} | {n}", TICKET)
        | {"sent_at": at + timedelta(minutes=n)}
        for n in range(1, 203)
    ]
    put(empty(reused, Rules()), messages[:200])
    found = trace(reused, "zendesk:northlight/101")
    assert (len(found.messages), found.hidden) == (200, 0)
    put(reused, messages[200:])
    found = trace(reused, "zendesk:northlight/101")
    assert [m.key for m in found.messages] == ["100", "101", "102", "103"]
    assert found.hidden == 198
    assert "(198 more of the conversation are further away and not shown)" in as_text(found)


def test_the_messages_are_those_of_one_stream_also_where_its_name_looks_like_an_episode(
    reused: Store,
) -> None:
    lines = """
    1 | 01-08 09:00 | bob#2            | Is it down?
    2 | 01-08 09:05 | agent Northlight | Yes.          | re 1
    3 | 01-11 09:00 | bob#2            | And now?
    4 | 01-08 09:01 | cat              | Down here too
    5 | 01-08 09:10 | agent Northlight | Sorry.        | re 4
    """
    place = {**CHAT, "platform": "x", "channel": "X messages", "thread_key": None}
    store = told(reused, lines, place)
    assert [m.key for m in trace(store, "x:1").messages] == ["1", "2", "3"]
    assert [m.key for m in trace(store, "x:3").messages] == ["2", "3"]
    assert [m.key for m in trace(store, "x:4").messages] == ["4", "5"]


def test_texts_are_one_line_of_80_characters_without_control_characters(reused: Store) -> None:
    long = "down\x1b[31m\n\nand\x00 down \u202eagain " + "very " * 40
    message = message_of("1 | 01-08 09:00 | ann | x", TICKET)
    put(empty(reused, Rules()), [dict(message, text=long, author_name="An\nn\x07", author_key="a")])
    found = trace(reused, "zendesk:northlight/1")
    (line,) = [line.strip() for line in as_text(found).splitlines() if "down" in line]
    assert line.startswith("“down[31m and down again very very")
    assert line.endswith("…”")
    assert len(line.strip("“”")) <= 80
    assert "An n, customer" in as_text(found)
    assert found.messages[0].text == long


def test_json_carries_instants_in_utc_and_local_times_with_their_offset(reused: Store) -> None:
    lines = """
    1 | 07-01 08:30 | ann       | Is it down?
    2 | 07-01 09:30 | agent Kim | Yes.
    """
    found = as_json(trace(told(reused, lines, **OFFICE), "zendesk:northlight/1"))
    assert list(found) == [
        "headline", "wait", "messages", "hidden", "rules", "spans", "verdicts",
    ]  # fmt: skip
    assert (found["wait"]["started_at"], found["wait"]["seconds"]) == ("2024-07-01T08:30:00Z", 3600)
    assert found["spans"] == [
        {
            "opens_at": "2024-07-01T08:30:00Z",
            "closes_at": "2024-07-01T09:30:00Z",
            "local_start": "2024-07-01T09:30:00+01:00",
            "local_end": "2024-07-01T10:30:00+01:00",
            "seconds": 3600,
        }
    ]
    assert [m["effect"] for m in found["messages"]] == ["started", "ended"]
    assert found["rules"][0] == {
        "name": "closers",
        "value": True,
        "why": "A closer after an agent's reply opens no wait.",
    }
    assert found["verdicts"][0] == {
        "target_seconds": 3600,
        "clock": "calendar",
        "elapsed_seconds": 3600,
        "verdict": "met",
        "why": "0 s to spare",
    }
    assert json.loads(json.dumps(found)) == found


def test_the_targets_are_those_of_the_account(reused: Store) -> None:
    told(reused, "1 | 01-08 09:00 | ann | Is it down?")
    reused.settings = Settings(accounts={"help": Account(targets=(60, 900))})
    assert [v.target_seconds for v in trace(reused, "zendesk:northlight/1").verdicts] == [
        60,
        900,
    ] * 2


def test_a_wait_that_is_not_there_names_those_that_are_near(reused: Store) -> None:
    lines = """
    1 | 01-08 09:00 | ann | Is it down?
    2 | 01-08 09:00 | bob | Is it down? | thread T2
    """
    store = told(reused, lines)
    how = (
        "A wait is named by the message that started it; "
        "the open ones are listed by: python -m sla measure waiting_now"
    )
    with pytest.raises(MeasureError) as error:
        trace(store, "zendesk:nortlight/2")
    assert str(error.value) == (
        'there is no wait "zendesk:nortlight/2"; '
        f"did you mean zendesk:northlight/2 or zendesk:northlight/1? {how}"
    )
    with pytest.raises(MeasureError) as error:
        trace(store, "1")
    assert str(error.value) == f'there is no wait "1"; did you mean zendesk:northlight/1? {how}'
    with pytest.raises(MeasureError) as error:
        trace(empty(store, Rules()), "1")
    assert str(error.value) == f'there is no wait "1". {how}'


def test_a_trace_after_an_error_works_as_before(reused: Store) -> None:
    store = told(reused, "1 | 01-08 09:00 | ann | Is it down?")
    with pytest.raises(MeasureError):
        trace(store, "nothing")
    assert trace(store, "zendesk:northlight/1").wait.outcome == "open"
    put(store, [message_of("2 | 01-08 09:10 | agent Kim | Yes.", TICKET)])
    assert trace(store, "zendesk:northlight/1").wait.seconds == 600
