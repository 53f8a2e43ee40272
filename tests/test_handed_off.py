"""The list of hand-offs against the measure that counts them, and the wait that each is led to."""

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given

from sla.measures import Question, ask
from sla.settings import Settings
from sla.store import Store
from tests.staging import put
from tests.strategies import World, worlds
from tests.test_agreement import SLOWLY, empty

AFTER = ("moved", "came back", "followed up", "silent", "undecided")


@pytest.fixture(scope="module")
def emptied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return one store that every example empties."""
    with Store.open(tmp_path_factory.mktemp("emptied") / "store.duckdb", Settings()) as found:
        yield found


@given(world=worlds())
@SLOWLY
def test_any_world_lists_the_hand_offs_that_are_counted(emptied: Store, world: World) -> None:
    store = empty(emptied, world.rules)
    put(store, world.messages)
    rows = ask(store, "handed_off", Question())
    listed = Counter((row["channel"], row["kind"], row["after_it"]) for row in rows)
    counted = Counter(
        {
            (row["channel"], row["kind"], after): row[after.replace(" ", "_")]
            for row in ask(store, "hand_offs", Question(by=("channel",)))
            for after in AFTER
        }
    )
    assert listed == +counted
    assert [row["sent_at"] for row in rows] == sorted((r["sent_at"] for r in rows), reverse=True)
    began = {
        wait: (conversation, started)
        for wait, conversation, started in store.cursor()
        .execute("SELECT wait_id, conversation_id, started_at FROM waits")
        .fetchall()
    }
    for row in rows:
        if row["wait_id"] is not None:
            conversation, started = began[row["wait_id"]]
            assert conversation == row["conversation_id"]
            others = [at for c, at in began.values() if c == conversation]
            assert started == max(at for at in others if at <= max(started, row["sent_at"]))
