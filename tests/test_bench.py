"""The databases that are measured: made by copying, they are what loading would have made."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from bench import batches, copied, grown, whole
from sla import hours
from sla.load import load_file
from sla.settings import Settings
from sla.store import Store

MESSAGES, AT_ONCE, TIMES = 3000, 1500, 3
# By the clock on the wall, or of the file and not of what is in it.
ASIDE = {"loads": ("loaded_at",)}
# A message is told by what it is called, and not by its number.
NUMBERS = ("message_id", "start_id", "end_id")


class Stopped(datetime):
    """A clock that stands still: until when opening hours are known depends on it."""

    @classmethod
    def now(cls, tz=None):
        return cls(2026, 11, 1, tzinfo=tz)


@pytest.fixture(scope="module", autouse=True)
def stopped() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hours, "datetime", Stopped)
        yield


@pytest.fixture(scope="module")
def base(stopped, tmp_path_factory) -> Path:
    return grown.make(tmp_path_factory.mktemp("base"), MESSAGES, AT_ONCE)


@pytest.fixture(scope="module")
def both(base, tmp_path_factory) -> tuple[Path, Path]:
    """Return two databases of the same systems, the one loaded, the other copied."""
    folders = [tmp_path_factory.mktemp(name) for name in ("loaded", "copied")]
    return loaded(folders[0]), copied.make(base, folders[1], TIMES)


def loaded(folder: Path) -> Path:
    """Load each export of the first system, and after it that of every copy."""
    db, every, part = (
        folder / name for name in ("replyclock.duckdb", "every.parquet", "messages.parquet")
    )
    (folder / "settings.toml").write_text(grown.SETTINGS + grown.TEAMS)
    grown.write_messages(every, 0, round(MESSAGES / grown.PER_CONVERSATION))
    with Store.open(db, grown.settings_of(db)) as store:
        exports = grown.exports(every, AT_ONCE)
        assert exports > 1
        for number in range(exports):
            for copy in range(TIMES):
                grown.cut(every, number, AT_ONCE, folder / "own.parquet")
                duckdb.sql(
                    f"COPY (SELECT * REPLACE ('{copied.namespace_of(copy)}' AS namespace) FROM '{folder}/own.parquet') TO '{part}'"
                )
                grown.load(store, folder, f"export {number}{copied.path_of(copy)}")
    return db


def differing(one: Path, other: Path, only: str | None = None) -> dict[str, int]:
    """Return how many rows of each table, or of one, are in one database alone; tables without any row are left out."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{one}' AS one (READ_ONLY)")
        connection.execute(f"ATTACH '{other}' AS other (READ_ONLY)")
        found = {}
        for table, rows in connection.execute(
            "SELECT table_name, max(estimated_size) FROM duckdb_tables() WHERE database_name IN ('one', 'other') GROUP BY ALL"
        ).fetchall():
            if rows and only in {None, table}:
                mine, theirs = (told(connection, side, table) for side in ("one", "other"))
                apart = (
                    f"(({mine}) EXCEPT ALL ({theirs})) UNION ALL (({theirs}) EXCEPT ALL ({mine}))"
                )
                (found[table],) = connection.execute(f"SELECT count(*) FROM ({apart})").fetchone()
    return found


def told(connection: duckdb.DuckDBPyConnection, side: str, table: str) -> str:
    columns = connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE database_name = ? AND table_name = ? ORDER BY column_index",
        [side, table],
    ).fetchall()
    assert columns, f"{table} is only in one of them"
    named, joins = [], ""
    for (column,) in columns:
        if column in NUMBERS:
            joins += (
                f" LEFT JOIN {side}.messages AS m_{column} ON m_{column}.message_id = t.{column}"
            )
            named.append(f"(m_{column}.namespace, m_{column}.message_key)")
        elif column not in ASIDE.get(table, ()):
            named.append(f't."{column}"')
    return f"SELECT {', '.join(named)} FROM {side}.{table} AS t{joins}"


def test_a_copied_database_has_the_rows_of_one_that_was_loaded(both):
    found = differing(*both)
    assert {"messages", "scopes", "placed", "conversations", "waits", "replies", "known", "handles", "loads"} < set(found)  # fmt: skip
    assert not {table: rows for table, rows in found.items() if rows}


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM {0} WHERE rowid = (SELECT max(rowid) FROM {0})",
        "CREATE TABLE more AS (FROM {0} LIMIT 1) UNION ALL FROM {0}; DROP TABLE {0}; ALTER TABLE more RENAME TO {0}",
    ],
    ids=["too few", "too many"],
)
def test_a_row_is_missed_in_any_table(both, tmp_path, change):
    for table in differing(*both):
        other = tmp_path / f"{table}.duckdb"
        other.write_bytes(both[1].read_bytes())
        with duckdb.connect(str(other)) as connection:
            connection.execute(change.format(table))
        assert differing(both[0], other, table)[table] > 0, table


def test_its_messages_are_numbered_and_stored_load_by_load(both):
    for db in both:
        with duckdb.connect(str(db), read_only=True) as connection:
            ordered = connection.execute(
                """SELECT bool_and(load_id >= load_before AND message_id > id_before
                        AND (load_id > load_before OR sent_at >= sent_before)), min(message_id), max(message_id), count(*)
                FROM (SELECT *, lag(load_id, 1, 0) OVER stored AS load_before, lag(message_id, 1, 0) OVER stored AS id_before,
                        lag(sent_at) OVER stored AS sent_before
                    FROM messages WINDOW stored AS (ORDER BY rowid))"""
            ).fetchone()
        assert ordered is not None
        assert ordered[:2] == (True, 1)
        assert ordered[2] == ordered[3]


@pytest.mark.parametrize("kind", ["newest", "anywhere"])
def test_what_is_loaded_next_leaves_the_same_rows(both, tmp_path, kind):
    batches.write(both[0], tmp_path / "messages.parquet", kind, 1, 500)
    grown_by = []
    for number, db in enumerate(both):
        other = tmp_path / str(number) / db.name
        other.parent.mkdir()
        other.write_bytes(db.read_bytes())
        with Store.open(other, grown.settings_of(db)) as store:
            (before,) = store.cursor().execute("SELECT max(message_id) FROM messages").fetchone() or (0,)  # fmt: skip
            grown.load(store, tmp_path, "more")
            grown_by.append(
                store.cursor()
                .execute(
                    "SELECT count(*), min(message_id), count(DISTINCT message_id), max(load_id), count(DISTINCT namespace),"
                    " min(sent_at), max(sent_at) FROM messages WHERE message_id > ?",
                    [before],
                )
                .fetchone()
            )
            assert grown_by[-1][1] == before + 1
    first, second = grown_by
    assert first == second
    count, _, numbers, _, systems, since, until = first
    assert count == numbers
    assert 400 < count < 600
    assert systems == TIMES
    if kind == "newest":
        assert since > datetime(2026, 10, 30, tzinfo=UTC)
    else:
        assert until - since > timedelta(days=500)
    found = differing(tmp_path / "0" / both[0].name, tmp_path / "1" / both[1].name)
    assert not {table: rows for table, rows in found.items() if rows}


def test_what_is_worked_out_of_other_columns_is_that_of_the_copy(base, tmp_path, monkeypatch):
    monkeypatch.setattr(
        copied,
        "WORKED_OUT",
        copied.WORKED_OUT | {("messages", "thread_key"): "namespace || '/' || message_key"},
    )
    with duckdb.connect(str(copied.make(base, tmp_path, 2)), read_only=True) as connection:
        told = connection.execute(
            "SELECT bool_and(thread_key = namespace || '/' || message_key), count(DISTINCT thread_key) = count(*) FROM messages"
        ).fetchone()
    assert told == (True, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("CREATE TABLE another (number BIGINT)", "another"),
        ("INSERT INTO problems (load_id) VALUES (1)", "problems"),
        ("UPDATE facts SET value = '{}' WHERE name = 'rules'", "another model"),
        ("UPDATE messages SET namespace = 'shop' WHERE message_id = 7", "more systems"),
        ("DELETE FROM messages WHERE message_id = 7", "one after the other"),
    ],
)
def test_what_cannot_be_copied_is_refused(base, tmp_path, change, said):
    other = tmp_path / "base" / base.name
    other.parent.mkdir()
    for name in (base.name, "settings.toml"):
        (other.parent / name).write_bytes(base.with_name(name).read_bytes())
    with duckdb.connect(str(other)) as connection:
        connection.execute(change)
    with pytest.raises(SystemExit, match=said):
        copied.make(other, tmp_path, 2)


def test_a_whole_load_is_of_a_file_that_is_read_to_its_last_row(tmp_path: Path) -> None:
    count = whole.written(tmp_path / "twcs.csv", 2000)
    with Store.open(tmp_path / "store.duckdb", Settings()) as store:
        told = load_file(store, tmp_path / "twcs.csv")
    assert (told.error, told.format, told.new, told.problems) == (None, "twcs", count, 0)
    assert count > 1500
