"""What the process that owns the database does by itself."""

from pathlib import Path
from threading import Event

import pytest

from sla import keeper as keeper_module
from sla.keeper import Keeper, Places
from sla.load import totals
from tests.waiting import wait_for

MESSAGE = "help,customer,2026-03-02T09:00:00Z,T{0},{0},hello\n"


def test_files_are_taken_while_banners_are_renewed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper_module, "POLL_SECONDS", 0.05)
    settings = tmp_path / "replyclock.toml"
    settings.write_text("sample = false\n")
    let_go, told = Event(), [Event() for _ in range(4)]
    begun = iter(told)

    def publish(_: object) -> None:
        next(begun).set()
        assert let_go.wait(60)

    keeper = Keeper(Places(tmp_path / "store.duckdb", settings), publish)
    keeper.start()
    try:
        assert told[0].wait(60)  # the renewal at the start is under way and goes on
        for number in (1, 2):
            dropped = keeper.places.inbox / f"{number}.csv"
            dropped.write_text(
                "account,role,sent_at,thread_key,message_key,text\n" + MESSAGE.format(number)
            )
            assert wait_for(lambda number=number: totals(keeper.store)["messages"] == number, 60)
        assert not told[1].is_set()
        let_go.set()
        assert told[1].wait(60)  # and what came meanwhile is told of afterwards
        assert wait_for(lambda: "help" in {each.account for each in keeper.told}, 60)
    finally:
        let_go.set()
        keeper.stop()
