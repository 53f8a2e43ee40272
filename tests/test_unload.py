"""A load taken back leaves everything as if it had never been."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.errors import LoadError
from sla.load import load_file
from sla.settings import Settings
from sla.store import Store
from sla.unload import unload
from tests.staging import put
from tests.strategies import World, worlds
from tests.test_agreement import SLOWLY, empty

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)

# What there is to see of a store, without numbers that only say in which order things came or are counted from anywhere.
_SEEN = (
    "SELECT platform, namespace, message_key, account, channel, thread_key, reply_to_key, author_key, author_name, role,"
    " visibility, sent_at, edited_at, event, text FROM messages",
    "SELECT * EXCLUDE (start_id, end_id, started_open) FROM waits",
    "SELECT * FROM conversations",
    "SELECT * FROM said_hours",
    "SELECT * EXCLUDE (sample, as_of_open) FROM known",
    "SELECT * FROM handles",
    "SELECT m.platform, m.namespace, m.message_key, s.kind, s.scope FROM scopes s JOIN messages m USING (message_id)",
    "SELECT m.platform, m.namespace, m.message_key, p.* EXCLUDE (message_id) FROM placed p JOIN messages m USING (message_id)",
)


def seen(store: Store) -> list[list[tuple[Any, ...]]]:
    """Return everything that a store tells, in an order of its own."""
    found = [store.cursor().execute(sql).fetchall() for sql in _SEEN]
    return [sorted(rows, key=repr) for rows in found]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """Give two stores that each example empties again."""
    folder = tmp_path_factory.mktemp("two")
    with (
        Store.open(folder / "one.duckdb", Settings()) as one,
        Store.open(folder / "other.duckdb", Settings()) as other,
    ):
        yield one, other


def message(key: str, minute: int, role: str, **more: Any) -> dict[str, Any]:
    return {
        "message_key": key,
        "thread_key": "T1",
        "author_key": role,
        "role": role,
        "sent_at": T0 + timedelta(minutes=minute),
        "text": f"{key} at {minute}",
    } | more


ASKED = message("1", 0, "customer")
ANSWERED = message("2", 30, "agent")
EDITED = message("2", 30, "agent", text="with more to say", edited_at=T0 + timedelta(hours=1))
EDITED_AGAIN = message("2", 30, "agent", text="shorter", edited_at=T0 + timedelta(hours=2))


@pytest.mark.parametrize(
    ("loads", "back"),
    [
        pytest.param([[ASKED], [ANSWERED]], [1], id="a reply goes: the wait is open again"),
        pytest.param([[ASKED, ANSWERED], [ANSWERED]], [0], id="what another load holds too stays"),
        pytest.param([[ASKED, ANSWERED], [ASKED, ANSWERED]], [0, 1], id="both loads of the same go"),
        pytest.param([[ASKED, ANSWERED], [EDITED]], [1], id="the version before the edit counts again"),
        pytest.param([[EDITED], [ASKED, ANSWERED]], [0], id="a version that came too late counts after all"),
        pytest.param([[ANSWERED], [EDITED], [EDITED_AGAIN]], [1], id="a version in between goes unseen"),
        pytest.param([[ANSWERED], [EDITED_AGAIN], [EDITED]], [1], id="of two versions the later edit counts"),
        pytest.param(
            [[ANSWERED], [ANSWERED], [EDITED]], [0, 2], id="an older version that only a repeat still holds"
        ),
        pytest.param(
            [[ASKED, ANSWERED], [message("9", 5, "agent", account="other", thread_key="T9")]], [1],
            id="an account that only this load brought is gone",
        ),
    ],
)  # fmt: skip
def test_after_unloading_it_is_as_if_it_had_never_been(
    two: tuple[Store, Store], loads: list[list[Mapping[str, Any]]], back: list[int]
) -> None:
    compare(two, Settings(), loads, back)


def compare(
    two: tuple[Store, Store],
    settings: Settings | None,
    loads: Sequence[Sequence[Mapping[str, Any]]],
    back: Sequence[int],
) -> None:
    one, other = two
    for store in two:
        if settings is not None:
            wipe(store)
            store.use(settings)
    ids = [put(one, load).load for load in loads]
    for place in back:
        number = ids[place]
        assert number is not None
        unload(one, number)
    for place, load in enumerate(loads):
        if place not in back:
            put(other, load)
    for sql, mine, theirs in zip(_SEEN, seen(one), seen(other), strict=True):
        assert mine == theirs, sql


def wipe(store: Store) -> None:
    with store.transaction() as cursor:
        for table in (
            "messages", "versions", "repeated", "loads", "problems", "handles", "scopes", "placed",
            "said_hours", "conversations", "waits", "known", "replies",
        ):  # fmt: skip
            cursor.execute(f"DELETE FROM {table}")


@given(world=worlds(), chance=st.randoms(use_true_random=False))
@SLOWLY
def test_any_world_in_overlapping_loads(
    two: tuple[Store, Store], world: World, chance: random.Random
) -> None:
    loads = [[m for m in world.messages if chance.random() < 0.6] for _ in range(3)]
    back = sorted({chance.randrange(3) for _ in range(2)})
    for store in two:
        empty(store, world.rules)
        wipe(store)
    compare(two, None, [load or world.messages[:1] for load in loads], back)


def test_what_cannot_be_taken_back_is_said(store: Store, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(
        "account,role,sent_at,thread_key,message_key,text\n"
        "help,customer,2026-03-02T09:00:00Z,T1,1,hello\n"
        "help,customer,tomorrow,T1,2,hello\n"
    )
    result = load_file(store, log)
    assert result.load is not None
    assert unload(store, result.load) == (1, 0)
    cursor = store.cursor()
    assert cursor.execute("SELECT count(*) FROM problems").fetchone() == (0,)
    with pytest.raises(LoadError, match="taken back already"):
        unload(store, result.load)
    with pytest.raises(LoadError, match="no load 77"):
        unload(store, 77)
    # The same file again is new, and a load of its own.
    again = load_file(store, log)
    assert (again.new, again.load) == (1, result.load + 1)
