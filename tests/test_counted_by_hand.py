"""A few whole conversations of the public slice, counted by hand with a clock and a pencil.

Read off the messages of the tree: who wrote when. Keys are the export's numbers; a conversation is named by
the key of its first message and its customer's number.
"""

from pathlib import Path

import pytest

from sla.load import load_file
from sla.settings import Settings
from sla.store import Store

Wait = tuple[str, bool, str, int | None, int]
"""Key of the message that starts it, whether it is the first, outcome, seconds, chasers."""

BY_HAND: dict[tuple[str, str], list[Wait]] = {
    # 21:45:10 asks, 21:46:24 reply; 21:49:35 asks, 21:54:49 reply; 22:08:27 asks, 22:10:47 reply; 22:11:45 asks
    ("8", "115712"): [
        ("8", True, "answered", 74, 0),
        ("5", False, "answered", 314, 0),
        ("3", False, "answered", 140, 0),
        ("2", False, "open", None, 0),
    ],
    # 19:56:01 / 19:59:13; 20:00:43 / 20:03:31; 22:04:47 / 22:10:35
    ("18", "115713"): [
        ("18", True, "answered", 192, 0),
        ("16", False, "answered", 168, 0),
        ("12", False, "answered", 348, 0),
    ],
    # 21:54:13 / 21:56:06; 21:57:08, again 21:57:23 / 22:01:00
    ("175", "115741"): [("175", True, "answered", 113, 0), ("172", False, "answered", 232, 1)],
    # 17:56:34 / 21:46:06; 23:35:13, again 23:38:53 and 23:40:34 / next day 13:42:19; 15:54:37
    ("198", "115749"): [
        ("198", True, "answered", 13772, 0),
        ("196", False, "answered", 50826, 2),
        ("200", False, "open", None, 0),
    ],
    # 22:03:38 / 22:14:28; 22:15:30, again 22:29:16 / 22:39:00
    ("66", "115728"): [("66", True, "answered", 650, 0), ("65", False, "answered", 1410, 1)],
}


@pytest.fixture(scope="module")
def slice_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    path = Path(__file__).resolve().parents[2] / "shared" / "exports" / "twcs" / "twcs_5000.csv"
    if not path.exists():
        pytest.skip("the real exports are not on this machine")
    store = Store.open(tmp_path_factory.mktemp("slice") / "store.duckdb", Settings(closers=False))
    result = load_file(store, path)
    assert (result.error, result.new, result.problems) == (None, 5000, 0)
    again = load_file(store, path)
    assert (again.new, again.updated, again.duplicates) == (0, 0, 5000)
    return store


@pytest.mark.parametrize("conversation", BY_HAND, ids=" of ".join)
def test_the_waits_are_those_counted_by_hand(
    slice_store: Store, conversation: tuple[str, str]
) -> None:
    root, customer = conversation
    found = (
        slice_store.cursor()
        .execute(
            'SELECT m.message_key, w."first", w.outcome, w.seconds, w.chasers'
            " FROM waits AS w JOIN conversations AS c USING (conversation_id)"
            " JOIN messages AS m ON m.message_id = w.start_id"
            " WHERE c.customer_key = ? AND c.scope LIKE ? ORDER BY w.started_at",
            [customer, f"tree|%|{root}"],
        )
        .fetchall()
    )
    assert found == BY_HAND[conversation]
