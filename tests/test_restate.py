from collections.abc import Callable

import pytest

from sla import model
from sla.measures import Question, ask
from sla.restate import restated
from sla.settings import Account, Bot, Hours, Settings
from sla.store import Store
from tests.staging import put
from tests.test_store import conversation, derived

Fill = Callable[..., Store]
OPEN = (Hours.model_validate({"every": ["09:00-17:00"]}),)


def world(store: Store) -> Store:
    """Fill a store with two accounts, one thread with a closer, and an endless stream."""
    thanks = conversation("T1", "customer", "agent", "customer")
    thanks[2]["text"] = "thanks!"
    chat = [
        m | {"platform": "whatsapp", "account": "chat"}
        for m in conversation("C1", "customer", "bot", "customer", every=1500)
    ]
    put(store, [*thanks, *conversation("T2", "customer", "agent"), *chat])
    return store


CHANGES = [
    pytest.param(Settings(closers=False), 3, id="closers touch the threads that hold one"),
    pytest.param(Settings(bots={"kim": Bot(answers=True)}), 3, id="a bot touches what it wrote in"),
    pytest.param(Settings(episode_gap_hours=48), 3, id="the gap touches endless streams"),
    pytest.param(Settings(accounts={"help": Account(hours=OPEN)}), 5, id="hours touch their account"),
    pytest.param(Settings(accounts={"chat": Account(time_zone="Asia/Kathmandu")}), 3, id="a zone touches its account"),
    pytest.param(Settings.model_validate({"agents": {"kim": {"team": "Chat"}}}), 5, id="a team touches its agent's threads"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "touched"), CHANGES)
def test_a_changed_setting_touches_what_it_concerns_and_equals_a_fresh_build(
    filled: Fill, changed: Settings, touched: int
) -> None:
    store = world(filled([]))
    change = store.use(changed)
    assert change is not None
    assert change.messages == touched
    partly = derived(store)
    with store.transaction() as cursor:
        model.set_rules(cursor, changed)
        model.rebuild(cursor, changed)
    assert derived(store) == partly


def test_going_back_gives_the_figures_from_before(filled: Fill) -> None:
    store = world(filled([]))
    before = derived(store)
    for settings in (
        Settings(accounts={"help": Account(hours=OPEN)}),
        Settings(closers=False),
        Settings(),
    ):
        store.use(settings)
    assert derived(store) == before


def test_both_the_old_and_the_new_figure_can_be_seen(filled: Fill) -> None:
    store = world(filled([]))
    change = store.use(Settings(closers=False))
    assert change is not None
    kept = restated(store.cursor())
    assert len(kept) == change.figures > 0
    counts = [
        (r.before, r.after)
        for r in kept
        if (r.measure, r.figure, r.account, r.month, r.clock)
        == ("response_rate", "n", "help", None, "calendar")
    ]
    assert counts == [(2, 3)]
    store.use(Settings(accounts={"help": Account(hours=OPEN)}))
    hits = [
        r
        for r in restated(store.cursor())
        if (r.figure, r.account, r.month, r.clock, r.target)
        == ("hit_rate", "help", None, "open", 3600)
    ]
    assert [(r.before, r.after) for r in hits] == [(None, 1.0)]
    assert "help" in hits[0].change


def test_settings_that_the_model_does_not_read_restate_nothing(filled: Fill) -> None:
    store = world(filled([]))
    version = store.version
    assert (
        store.use(Settings(stale_after_minutes=5, accounts={"help": Account(title="Help")})) is None
    )
    assert store.version == version
    assert ask(store, "hit_rate", Question())[0]["n"] == 3
