"""Each channel has a banner of its own beside its account's, and a record of its own."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sla.expected import Expected, entry, expected, expected_of_all
from sla.ledger import enter, records, records_of_channels
from sla.measures import Question, ask
from sla.settings import Account, Channel, Hours, Settings
from sla.store import Store
from tests.conftest import minutes
from tests.staging import put, take_back

Fill = Callable[..., Store]
ALWAYS = Hours.model_validate({"every": ["00:00-24:00"]})
BY_DAY = Hours.model_validate({"every": ["08:00-18:00"]})


def asked(
    channel: str, waits: Sequence[float | None], every: float = 10, since: float = 0
) -> list[dict[str, Any]]:
    """Return one question on a channel every so many minutes, each answered after the minutes given, or never."""
    found = []
    for i, wait in enumerate(waits):
        about = {"thread_key": f"{channel}{since}{i}", "author_key": f"ann{i}", "channel": channel}
        at = since + i * every
        told = [("customer", at)] + ([] if wait is None else [("agent", at + wait)])
        found += [
            about
            | {"message_key": f"{channel}{since}{i}{role}", "role": role, "sent_at": minutes(when)}
            for role, when in told
        ]
    return found


def polled(channel: str, at: float) -> dict[str, Any]:
    """Return the row by which a live feed says up to when a channel is known."""
    about = {"message_key": f"{channel}{at}", "role": "system", "event": "polled"}
    return about | {"channel": channel, "sent_at": minutes(at)}


def told(store: Store, now: datetime) -> dict[str | None, Expected]:
    found = expected_of_all(store, now)
    assert len({(each.account, each.channel) for each in found}) == len(found)
    return {each.channel: each for each in found}


def test_each_channel_is_told_from_its_own_waits_and_the_account_from_all(filled: Fill) -> None:
    store = filled([
        *asked("Chat", [5] * 70), *asked("E-mail", [180] * 70),
        polled("Chat", 890), polled("E-mail", 890),
    ])  # fmt: skip
    found = told(store, minutes(890))
    assert {channel: each.state for channel, each in found.items()} == {
        None: "live", "Chat": "live", "E-mail": "live",
    }  # fmt: skip
    assert found["Chat"].promise_seconds == 300
    assert found["E-mail"].promise_seconds == 180 * 60
    assert (found[None].promise_seconds or 0) >= 180 * 60
    assert (found[None].n, found["Chat"].n, found["Chat"].channels) == (140, 70, ("Chat",))
    assert expected(store, minutes(890)) == [found[None]]


def test_a_channel_with_too_few_waits_says_so_beside_an_account_with_enough(filled: Fill) -> None:
    store = filled([*asked("Chat", [5] * 100), *asked("Post", [5] * 19), polled("Chat", 1000), polled("Post", 1000)])  # fmt: skip
    found = told(store, minutes(1000))
    assert (found["Post"].state, found["Post"].promise_seconds, found["Post"].n) == ("quiet", None, 19)  # fmt: skip
    assert found["Chat"].state == found[None].state == "live"


def test_of_a_channel_that_went_quiet_nothing_is_known_while_the_account_is_live(filled: Fill) -> None:  # fmt: skip
    store = filled([*asked("Chat", [5] * 100), *asked("Post", [5] * 50), polled("Chat", 1000)])
    found = told(store, minutes(1000))
    assert (found["Post"].state, found["Chat"].state, found[None].state) == ("stale", "live", "live")  # fmt: skip


def test_the_only_channel_of_an_account_says_what_the_account_says(filled: Fill) -> None:
    store = filled([*asked("Chat", [5, 9, 30] * 50), polled("Chat", 1500)])
    whole, channel = expected_of_all(store, minutes(1500))
    assert channel.channel == "Chat"
    assert vars(channel) | {"channel": None} == vars(whole)


def test_a_channel_goes_by_its_own_hours_and_the_account_by_its_own_for_all(filled: Fill) -> None:
    # Chat is open round the clock, the account from 08:00 to 18:00; it is 23:30 on a Monday.
    hours = Account(hours=(BY_DAY,), channels={"Chat": Channel(hours=(ALWAYS,))})
    now = 14.5 * 60
    store = filled(
        [*asked("Chat", [20] * 80), *asked("E-mail", [20] * 40), polled("Chat", now), polled("E-mail", now)],
        Settings(accounts={"help": hours}),
    )  # fmt: skip
    found = told(store, minutes(now))
    assert {channel: each.state for channel, each in found.items()} == {
        None: "closed", "Chat": "live", "E-mail": "closed",
    }  # fmt: skip
    assert (found["Chat"].promise_seconds, found["Chat"].answered_by) == (20 * 60, None)
    # Two clocks do not mix: on the account's, a wait on Chat counts by the account's hours.
    opens = minutes(23 * 60)
    assert found[None].opens_at == found["E-mail"].opens_at == opens
    for each in (found[None], found["E-mail"]):
        assert each.answered_by is not None
        assert opens <= each.answered_by <= opens + timedelta(minutes=25)


def scores(store: Store, channel: str | None) -> tuple[int, int]:
    (row,) = ask(store, "kept", Question(channel=channel))
    return row["kept"], row["missed"]


def test_a_channel_is_scored_by_its_own_promise_and_the_account_by_the_account_s(filled: Fill) -> None:  # fmt: skip
    store = filled([
        *asked("Chat", [5] * 70), *asked("E-mail", [180] * 70),
        polled("Chat", 890), polled("E-mail", 890),
    ])  # fmt: skip
    now = minutes(890)
    enter(store, map(entry, expected_of_all(store, now)), now)
    rows = store.cursor().execute("SELECT channel, promise_seconds FROM ledger ORDER BY ALL").fetchall()  # fmt: skip
    assert [channel for channel, _ in rows] == ["Chat", "E-mail", None]
    # Somebody writes on each and is answered after 20 minutes: within the e-mail's and the account's promise, not the chat's.
    put(store, [
        *asked("Chat", [20], since=891), *asked("E-mail", [20], since=891),
        polled("Chat", 1100), polled("E-mail", 1100),
    ])  # fmt: skip
    assert scores(store, "Chat") == (0, 1)
    assert scores(store, "E-mail") == (1, 0)
    assert scores(store, None) == (2, 0)
    later = minutes(1100)
    assert records_of_channels(store, later)["help", "Chat"][0].missed == 1
    assert records(store, later)["help", None][0].kept == 2


def test_a_channel_whose_promises_are_not_kept_withdraws_its_own_figure_alone(filled: Fill) -> None:
    store = filled([*asked("Chat", [5] * 100), *asked("Post", [5] * 100), polled("Chat", 995), polled("Post", 995)])  # fmt: skip
    now = minutes(995)
    enter(store, map(entry, expected_of_all(store, now)), now)
    put(store, [
        *asked("Chat", [300] * 60, every=0.1, since=996), *asked("Post", [5] * 300, every=0.02, since=996),
        polled("Chat", 1400), polled("Post", 1400),
    ])  # fmt: skip
    found = told(store, minutes(1400))
    assert {channel: each.withdrawn for channel, each in found.items()} == {
        None: False, "Chat": True, "Post": False,
    }  # fmt: skip


def test_a_ledger_from_before_channels_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    with Store.open(path, Settings()) as store:
        put(store, [*asked("Chat", [5] * 60), polled("Chat", 600)])
        enter(store, [entry(each) for each in expected(store, minutes(600))], minutes(600))
    take_back(path, "5")
    with Store.open(path, Settings()) as store:
        enter(store, map(entry, expected_of_all(store, minutes(601))), minutes(601))
        rows = store.cursor().execute("SELECT channel, stood_from, stood_to FROM ledger ORDER BY ALL")  # fmt: skip
        assert rows.fetchall() == [("Chat", minutes(601), None), (None, minutes(600), None)]


@pytest.mark.parametrize("settings", [Settings(), Settings(accounts={"help": Account(hours=(BY_DAY,))})])  # fmt: skip
def test_a_server_that_restarts_says_and_keeps_the_same_as_one_that_does_not(
    tmp_path: Path, settings: Settings
) -> None:
    """The whole of it: figures, their estimators and inputs, states, records and the ledger, renewal by renewal."""
    waits = [None if i % 19 == 0 else (4, 9, 31, 12, 75, 20)[i % 6] for i in range(130)]
    told_by: dict[str, list[Any]] = {"steady": [], "restarted": []}
    ledgers = []
    for name, told_here in told_by.items():
        path = tmp_path / f"{name}.duckdb"
        store = Store.open(path, settings)
        before = -1.0
        for upto in (600, 605, 910, 1300):
            both = [*asked("Chat", waits), *asked("Post", waits)]
            new = [m for m in both if minutes(before) < m["sent_at"] <= minutes(upto)]
            put(store, [*new, polled("Chat", upto), polled("Post", upto)])
            if name == "restarted" and upto != 910:
                store.close()
                store = Store.open(path, settings)
            found = expected_of_all(store, minutes(upto))
            enter(store, map(entry, found), minutes(upto))
            told_here.append(found)
            before = upto
        ledgers.append(store.cursor().execute("SELECT * FROM ledger ORDER BY ALL").fetchall())
        store.close()
    assert told_by["steady"] == told_by["restarted"]
    assert ledgers[0] == ledgers[1]
    assert len(ledgers[0]) > 5
    assert any(each.record[0].share is not None for each in told_by["steady"][-1])
