"""What grows with what is stored: rows read for a question about the last weeks, and rows read and written by a load.

Counted in rows and queries, not in seconds. The databases have small row groups, so that few rows show what many would.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bench import grown
from sla import measures
from sla.measures import Key, Question
from sla.settings import Settings
from sla.store import Store

SCHEMA = Path(measures.__file__).with_name("sql") / "schema.sql"
GROUP = 2048
NOW = datetime(2026, 6, 1)  # noqa: DTZ001 - by the clock on the wall
SHORT, LONG = 120, 480  # days of history
EVERY = 5  # minutes between two waits

# Asked about the last 28 days, these read no more when there is four times the history.
FLAT: dict[str, Sequence[Key]] = {
    "about_to_miss": (),
    "chase_chance": (),
    "chasers": ("day",),
    "coverage": (),
    "courtesies": ("day",),
    "curve": (),
    "curve_drawn": (),
    "distribution": (),
    "ended": ("agent",),
    "first_reply": ("day",),
    "funnel": (),
    "hand_offs": (),
    "handed_off": (),
    "hit_rate": ("weekday", "hour_of_day"),
    "hour_by_hour": (),
    "in_and_out": (),
    "load": ("day",),
    "maturity": ("day",),
    "mix": ("week",),
    "pace": (),
    "response_rate": ("day",),
    "silence": (),
    "still_waiting": (),
    "time_left": (),
    "usual_load": (),
    "waiting_now": (),
    "wrong_days": (),
}
# The same where no period is asked about: whoever waits now, and isn't given up, began lately.
NOW_ALONE = ("about_to_miss", "pace", "silence", "time_left")
# These look further back, and why.
GROWING = {
    "backlog": "whoever waited at an instant may have begun at any time before",
    "kept": "the ledger is asked, which has no waits",
    "queue": "whoever is open may have begun at any time before",
    "repeats": "what was said before is looked for in all that was said",
}


def in_small_groups(path: Path) -> duckdb.DuckDBPyConnection:
    """Connect to a store as the store does, but have it lie in small row groups."""
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{path}' AS kept (ROW_GROUP_SIZE {GROUP})")
    connection.execute("USE kept")
    return connection


def history(path: Path, days: int) -> duckdb.DuckDBPyConnection:
    """Return a database of one account with a wait every few minutes, in the order of time as a load leaves them."""
    connection = in_small_groups(path)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_profiling = 'no_output'")
    connection.execute(SCHEMA.read_text(encoding="utf-8"))
    first = NOW - timedelta(days=days)
    connection.execute("INSERT INTO zones VALUES ('Acme', 'UTC')")
    connection.execute(
        "INSERT INTO known VALUES ('Acme', 'Chat', $first, $now, NULL, 0, false, NULL)",
        {"first": first.isoformat() + "Z", "now": NOW.isoformat() + "Z"},
    )
    local = """date_trunc('hour', moment) AS "hour", moment::DATE AS "day", date_trunc('week', moment)::DATE AS "week",
        date_trunc('month', moment)::DATE AS "month", isodow(moment) - 1 AS weekday, hour(moment) AS hour_of_day,
        (isodow(moment) - 1) * 24 + hour(moment) AS hour_of_week"""
    moments = f"""(SELECT place, $first::TIMESTAMP + place * INTERVAL {EVERY} MINUTE AS moment
        FROM range({days * 24 * 60 // EVERY}) AS numbers(place)) AS moments"""
    given = {"first": first.isoformat()}
    connection.execute(
        f"""INSERT INTO waits BY NAME SELECT 'x:' || place AS wait_id, 's' || place AS scope, 'c' || place AS conversation_id,
            'chat' AS platform, 'Acme' AS account, 'Chat' AS channel, true AS "first", timezone('UTC', moment) AS started_at,
            CASE WHEN place % 4 <> 0 THEN timezone('UTC', moment) + (place % 90) * INTERVAL 1 MINUTE END AS ended_at,
            CASE WHEN place % 4 = 0 THEN 'open' ELSE 'answered' END AS outcome, false AS unknown,
            CASE WHEN place % 4 <> 0 THEN place % 90 * 60 END AS seconds, 0 AS chasers, 'agent ' || place % 7 AS agent,
            2 * place AS start_id, 2 * place + 1 AS end_id, 'private' AS visibility, {local}
        FROM {moments}""",
        given,
    )
    connection.execute(
        f"""INSERT INTO placed BY NAME SELECT 2 * place + answer AS message_id, 's' || place AS scope, 'c' || place AS conversation_id,
            'Acme' AS account, 'Chat' AS channel, CASE WHEN answer = 1 THEN 'agent' ELSE 'customer' END AS role, true AS visible,
            false AS closing_words, false AS closer, timezone('UTC', moment) AS sent_at, answer AS position,
            CASE WHEN answer = 1 THEN 'agent ' || place % 7 END AS agent, false AS chaser, {local}
        FROM {moments}, range(2) AS numbers(answer) ORDER BY sent_at""",
        given,
    )
    connection.execute(
        f"""INSERT INTO replies BY NAME SELECT 2 * place + 1 AS message_id, 'c' || place AS conversation_id, 'Acme' AS account,
            'Chat' AS channel, 'chat' AS platform, timezone('UTC', moment) AS sent_at, 1 AS position, 'agent ' || place % 7 AS agent,
            'DM' AS hand_off, false AS apology, false AS signed, false AS thanked, false AS repeats_here, {local}
        FROM {moments}""",
        given,
    )
    connection.execute(
        f"""INSERT INTO messages BY NAME SELECT place AS message_id, 1 AS load_id, 'chat' AS platform, '' AS namespace,
            'm' || place AS message_key, 'Acme' AS account, 'Chat' AS channel, 'customer' AS role FROM range({2 * days * 24 * 60 // EVERY}) AS numbers(place)"""
    )
    connection.execute("CHECKPOINT kept")
    return connection


@pytest.fixture(scope="module")
def histories(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[duckdb.DuckDBPyConnection]]:
    folder = tmp_path_factory.mktemp("slope")
    made = [history(folder / f"{days}.duckdb", days) for days in (SHORT, LONG)]
    yield made
    for each in made:
        each.close()


def profile(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(connection.get_profiling_information("json"))
    return told


def scanned(connection: duckdb.DuckDBPyConnection, name: str, question: Question) -> int:
    """Return how many rows of the tables are read for a question."""
    connection.execute(*measures.asked(Settings(), name, question)).fetchall()
    return int(profile(connection)["cumulative_rows_scanned"])


def test_every_measure_is_told_how_it_grows():
    assert {*FLAT, *GROWING} == set(measures.measures())


@pytest.mark.parametrize("name", FLAT)
def test_a_question_about_the_last_weeks_reads_no_more_of_a_longer_history(histories, name):
    last_weeks = Question("Acme", since=NOW - timedelta(days=28), until=NOW, by=tuple(FLAT[name]))
    few, many = (scanned(each, name, last_weeks) for each in histories)
    assert few > 0
    # Row groups are read whole: one more at each end of what is asked about.
    assert many <= few * 1.1 + 4 * GROUP, f"{few:,} rows of {SHORT} days, {many:,} of {LONG}"


@pytest.mark.parametrize("name", NOW_ALONE)
def test_a_question_about_now_reads_no_more_of_a_longer_history(histories, name):
    few, many = (scanned(each, name, Question("Acme")) for each in histories)
    assert few > 0
    assert many <= few * 1.1 + 4 * GROUP, f"{few:,} rows of {SHORT} days, {many:,} of {LONG}"


class Counting:
    """A cursor that counts what goes through it: statements, rows read, rows written."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self.asked = self.read = self.written = 0
        cursor.execute("SET enable_profiling = 'no_output'")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def execute(self, sql: str, values: object = None) -> duckdb.DuckDBPyConnection:
        statements = self._cursor.extract_statements(sql)
        for statement in statements:
            self._cursor.execute(statement, values if len(statements) == 1 else None)
            self.asked += 1
            self.read += int(profile(self._cursor).get("cumulative_rows_scanned", 0))
            if statement.type in WRITING:
                (count,) = self._cursor.fetchone() or (0,)
                self.written += int(count)
        return self._cursor


WRITING = {
    duckdb.StatementType.INSERT,
    duckdb.StatementType.DELETE,
    duckdb.StatementType.UPDATE,
}
# What has a number is looked for only where it may be. Chats are not: their names are not in the order of time, so each is looked
# for among the numbers of all scopes, one for each message that is stored.
ROWS_READ_PER_STORED = 1.02
# An hour to which something is added is looked for among those that are stored, and again to be taken out: here it lies anywhere.
READ_PER_HOUR = 2


def loaded(folder: Path, conversations: int, more: int) -> tuple[int, int, Counting]:
    """Load a history and then some more of another system; return the messages and hours of the first, and what the second took."""
    with Store.open(folder / "store.duckdb", Settings(sample=False)) as store:
        grown.write_messages(folder / "messages.parquet", 0, conversations)
        grown.load(store, folder, "history")
        count, hours = (
            int((store.cursor().execute(f"SELECT count(*) FROM {table}").fetchone() or (0,))[0])
            for table in ("messages", "said_hours")
        )
        grown.write_messages(folder / "messages.parquet", 1_000_000, 1_000_000 + more)
        counting: list[Counting] = []
        transaction = store.transaction

        @contextmanager
        def counted() -> Iterator[Counting]:
            with transaction() as cursor:
                counting.append(Counting(cursor))
                yield counting[-1]

        store.transaction = counted  # type: ignore[method-assign, assignment]
        grown.load(store, folder, "more")
        (whole,) = counting
        return count, hours, whole


def test_a_load_asks_and_writes_as_much_into_a_longer_history(tmp_path, monkeypatch):
    monkeypatch.setattr("sla.store._connect", in_small_groups)
    found = []
    for conversations in (3000, 12000):
        folder = tmp_path / str(conversations)
        folder.mkdir()
        found.append(loaded(folder, conversations, 120))
    (few, few_hours, first), (many, many_hours, second) = found
    assert many > 3 * few
    assert second.asked == first.asked
    assert 0 < second.written <= first.written * 1.05
    # What is read grows with what is stored, by so few rows for each message: no more than now.
    hours_read = READ_PER_HOUR * (many_hours - few_hours)
    assert second.read - first.read <= ROWS_READ_PER_STORED * (many - few) + hours_read
